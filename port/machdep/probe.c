/*
 * probe.c: the probe as a device, and the controller it is connected to.
 *
 * The device has one pair of MSI registers, so who sends writes them first:
 * `lock' with interrupts off.  Masks are this file's: as behind the mask bit of
 * an MSI-X vector, a message of a masked pin is kept until it is unmasked, and
 * goes where the pin leads then.  Level-triggered pins are made from messages: one
 * is sent when a pin that asks is unmasked, or an unmasked one begins to ask.
 * (An IOAPIC sends again after the EOI of a pin that still asks; here the handler
 * is trusted to make it stop.)
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/bus.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <machine/cpufunc.h>
#include <machine/i82489reg.h>
#include <machine/lock.h>
#include <machine/pmap.h>

#include <probe.h>
#include <seam.h>

#define NPINS (2 * PROBE_PINS)

/* Registers: sim/probe/probe.h. */
enum probe_reg {
	PROBE_LAST_ARRIVAL = 0x10,
	PROBE_MSI_ADDR = 0x40,
	PROBE_MSI_DATA = 0x44,
	PROBE_MSI_GO = 0x48,
	PROBE_TIMER = 0x4c,
	PROBE_ALARM_ADDR = 0x60,
	PROBE_ALARM_DATA = 0x64,
	PROBE_ALARM = 0x68,
	PROBE_TIMER_ADDR = 0x6c,
	PROBE_TIMER_DATA = 0x70
};
#define PROBE_MSI_SEND 1

static __cpu_simple_lock_t lock = __SIMPLELOCK_UNLOCKED; /* all of this */
static struct {
	struct cpu_info *ci; /* NULL: no route */
	uint32_t addr, data;
	u_int masks; /* how often masked */
	bool masked;
	bool asks; /* sends when it is unmasked; level: until it is not */
} pins[NPINS];

/* A clock: which pin it rings, every or in how many ns; 0: it is off. */
static struct ringer {
	const enum probe_reg reg, addr, data;
	int pin;
	uint32_t ns;
} timer = { PROBE_TIMER, PROBE_TIMER_ADDR, PROBE_TIMER_DATA, 0, 0 },
  alarm = { PROBE_ALARM, PROBE_ALARM_ADDR, PROBE_ALARM_DATA, 0, 0 };

static bus_space_handle_t
handle(void)
{
	return X86_IO_VA(SEAM_PROBE_PA);
}

static void
write4(enum probe_reg reg, uint32_t v)
{
	bus_space_write_4(x86_bus_space_mem, handle(), reg, v);
}

static u_long
enter(void)
{
	const u_long psl = x86_read_psl();

	x86_disable_intr();
	__cpu_simple_lock(&lock);
	return psl;
}

static void
leave(u_long psl)
{
	__cpu_simple_unlock(&lock);
	x86_write_psl(psl);
}

static void
aim(int pin)
{
	write4(PROBE_MSI_ADDR, pins[pin].addr);
	write4(PROBE_MSI_DATA, pins[pin].data);
}

static void
send(int pin)
{
	if (pins[pin].ci == NULL)
		return;
	aim(pin);
	write4(PROBE_MSI_GO, PROBE_MSI_SEND);
}

/* ---- clocks, which hold while their pin is masked --------------------------- */

static void
ringer_set(const struct ringer *r)
{
	write4(r->addr, pins[r->pin].addr);
	write4(r->data, pins[r->pin].data);
	write4(r->reg, r->ns);
}

/* What is left to do of it after unmasking: an alarm may have rung. */
static void
ringer_hold(struct ringer *r, int pin)
{
	if (r->ns == 0 || r->pin != pin)
		return;
	r->ns = bus_space_read_4(x86_bus_space_mem, handle(), r->reg);
	write4(r->reg, 0);
}

static void
ringer_start(struct ringer *r, int pin, uint32_t ns)
{
	r->pin = pin;
	r->ns = ns;
	if (pins[pin].masked)
		write4(r->reg, 0);
	else
		ringer_set(r);
}

/* ---- struct pic ----------------------------------------------------------- */

static void
probe_hwmask(struct pic *pic, int pin)
{
	const u_long psl = enter();

	pins[pin].masks++;
	pins[pin].masked = true;
	if (pin < PROBE_LEVEL0) {
		ringer_hold(&timer, pin);
		ringer_hold(&alarm, pin);
	}
	leave(psl);
}

static void
probe_hwunmask(struct pic *pic, int pin)
{
	const u_long psl = enter();

	pins[pin].masked = false;
	if (pins[pin].asks)
		send(pin);
	if (pin < PROBE_LEVEL0) {
		pins[pin].asks = false;
		if (timer.ns != 0 && timer.pin == pin)
			ringer_set(&timer);
		if (alarm.ns != 0 && alarm.pin == pin)
			ringer_set(&alarm);
	}
	leave(psl);
}

static void
probe_addroute(struct pic *pic, struct cpu_info *ci, int pin, int vec, int type)
{
	const u_long psl = enter();

	pins[pin].ci = ci;
	pins[pin].addr = LAPIC_MSIADDR_BASE |
	    LAPIC_MSIADDR_DSTID((uint32_t)ci->ci_cpuid);
	pins[pin].data = LAPIC_MSIDATA_VECTOR((uint32_t)vec);
	leave(psl);
}

static void
probe_delroute(struct pic *pic, struct cpu_info *ci, int pin, int vec, int type)
{
	const u_long psl = enter();

	pins[pin].ci = NULL;
	leave(psl);
}

static struct pic probe_pic = {
	.pic_name = "probe",
	.pic_type = PIC_MSI,
	.pic_hwmask = probe_hwmask,
	.pic_hwunmask = probe_hwunmask,
	.pic_addroute = probe_addroute,
	.pic_delroute = probe_delroute,
	.pic_level_stubs = ioapic_level_stubs,
	.pic_edge_stubs = ioapic_edge_stubs,
};

/* ---- interface ---------------------------------------------------------------- */

struct intrhand *
probe_establish(int pin, int level, int (*func)(void *), void *arg, bool mpsafe)
{
	u_long psl;

	KASSERT(pin >= 0 && pin < NPINS);
	psl = enter();
	if (pins[pin].ci == NULL) { /* what was before is nobody's business */
		pins[pin].asks = false;
		timer.ns = timer.pin == pin ? 0 : timer.ns;
		alarm.ns = alarm.pin == pin ? 0 : alarm.ns;
	}
	leave(psl);
	return intr_establish_xname(-1, &probe_pic, pin,
	    pin < PROBE_LEVEL0 ? IST_EDGE : IST_LEVEL, level, func, arg, mpsafe,
	    "probe");
}

struct cpu_info *
probe_cpu(int pin)
{
	return pins[pin].ci;
}

void
probe_assert(int pin)
{
	const u_long psl = enter();

	if (pin >= PROBE_LEVEL0 || pins[pin].masked)
		pins[pin].asks = true;
	if (!pins[pin].masked)
		send(pin);
	leave(psl);
}

void
probe_deassert(int pin)
{
	const u_long psl = enter();

	pins[pin].asks = false;
	leave(psl);
}

void
probe_timer(int pin, uint32_t ns)
{
	const u_long psl = enter();

	ringer_start(&timer, pin, ns);
	leave(psl);
}

void
probe_alarm(int pin, uint32_t ns)
{
	const u_long psl = enter();

	ringer_start(&alarm, pin, ns);
	leave(psl);
}

u_int
probe_masked(int pin, bool *now)
{
	const u_long psl = enter();
	const u_int masks = pins[pin].masks;

	*now = pins[pin].masked;
	leave(psl);
	return masks;
}

uint64_t
probe_last_sent(void)
{
	return bus_space_read_8(x86_bus_space_mem, handle(),
	    PROBE_LAST_ARRIVAL);
}
