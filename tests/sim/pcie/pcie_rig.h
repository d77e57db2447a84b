/*
 * pcie_rig.h: a root with a small endpoint, and CPUs' accesses to both, with
 * the times of io_rig.h and those of `pp' here.
 *
 * The endpoint is 00:03.0 and has one BAR of each kind:
 *
 *	BAR0	memory, 4 KB		at 0xfc000000 by firmware
 *	BAR1	ports, 32		at 0xc000
 *	BAR2/3	memory, 64 bits, 8 KB	at 0xfc002000
 *	BAR4	memory, 16 KB: MSI-X of 10 vectors at 0, PBA at 0x2000: 0xfc004000
 *
 * Registers keep what is written, four bytes each; accesses are written down.
 * 00:03.1 and so on are alike, `more' of them.  What an endpoint does of its
 * own accord, a test does in a callback (at()).
 */
#ifndef TESTS_PCIE_RIG_H
#define TESTS_PCIE_RIG_H

#include "pcie/pcie.h"
#include "sim/mem/io_rig.h"

#define EP_DEV   3
#define EP_BAR0  0xfc000000u
#define EP_PORTS 0xc000u
#define EP_BAR2  0xfc002000u
#define EP_BAR4  0xfc004000u
#define EP_NMSIX 10
#define EP_PBA   0x2000u
#define EP_MAX   4

/* Configuration space of the endpoint. */
enum { COMMAND = 4, STATUS = 6, BAR0 = 0x10, PM = 0x44, MSI = 0x50 };
enum { MSIX = 0x70, DEVCTL = 0xa8, DEVSTA = 0xaa };
enum { IO_ON = 1, MEM_ON = 2, MASTER = 4, INTX_OFF = 0x400 };

/* A byte takes 6 ticks; a flight 100; the root 50 for a read. */
static struct pcie_params pp = { .flight_tick = 100,
	.byte_x1000_tick = 6000,
	.read_tick = 50,
	.credit_ph = 16,
	.credit_pd = 64,
	.credit_nph = 8,
	.reads_max = 4,
	.mps_bytes = 128,
	.mrrs_bytes = 512,
	.rcb_bytes = 64,
	.dllp_bytes = 0,
	.host_vendor = 0x8086,
	.host_device = 0x1f08,
	.gsi_first = 18 };

struct ep_access {
	bool write;
	unsigned fn, bar, size;
	uint64_t off, value, at_tick;
};

static struct pcie *root;
static struct pcie_fn *ep[EP_MAX];
static unsigned more; /* endpoints besides the first */
static uint32_t ep_reg[EP_MAX][6][4096];
static struct ep_access ep_log[NLOG];
static int nep, nreset;
static void (*ep_on_read)(void); /* what a read does besides */

static inline uint64_t
ep_read(void *arg, unsigned bar, uint64_t off, unsigned size)
{
	const unsigned fn = *(const unsigned *)arg;
	uint64_t v = 0;

	ck_assert_int_lt(nep, NLOG);
	ck_assert_uint_lt(off + size, 0x4001);
	memcpy(&v, (const char *)ep_reg[fn][bar] + off, size);
	ep_log[nep++] = (struct ep_access){ .fn = fn,
		.bar = bar,
		.size = size,
		.off = off,
		.value = v,
		.at_tick = sc_now_tick() };
	if (ep_on_read != NULL)
		ep_on_read();
	return v;
}

static inline void
ep_write(void *arg, unsigned bar, uint64_t off, unsigned size, uint64_t v)
{
	const unsigned fn = *(const unsigned *)arg;

	ck_assert_int_lt(nep, NLOG);
	memcpy((char *)ep_reg[fn][bar] + off, &v, size);
	ep_log[nep++] = (struct ep_access){ .write = true,
		.fn = fn,
		.bar = bar,
		.size = size,
		.off = off,
		.value = v,
		.at_tick = sc_now_tick() };
}

static inline void
ep_reset(void *arg)
{
	(void)arg;
	nreset++;
}

static inline struct pcie_fn_desc
ep_desc(unsigned fn)
{
	return (struct pcie_fn_desc){ .name = "endpoint",
		.vendor = 0x1234,
		.device = 0x5678,
		.subvendor = 0x9abc,
		.subdevice = (uint16_t)(0xdef0 + fn),
		.revision = 3,
		.class_code = 0x020000,
		.int_pin = (uint8_t)(1 + fn),
		.bar = { { .bytes = 4096 }, { .bytes = 32, .io = true },
		    { .bytes = 8192, .prefetch = true, .wide = true }, { 0 },
		    { .bytes = 16384 } },
		.nmsix = EP_NMSIX,
		.msix_bar = 4,
		.msix_table_off = 0,
		.msix_pba_off = EP_PBA,
		.msi = 4,
		.pcie_cap = true,
		.pm_cap = true,
		.serial = 0x1122334455667788 };
}

/* Everything but firmware. */
static inline void
pcie_bare(void)
{
	static unsigned number[EP_MAX] = { 0, 1, 2, 3 };

	rig_start(2);
	root = pcie_create(io, &pp);
	for (unsigned i = 0; i <= more; i++) {
		const struct pcie_fn_desc d = ep_desc(i);
		const struct pcie_fn_ops ops = { &number[i], ep_read, ep_write,
			ep_reset };

		ep[i] = pcie_add(root, 0, EP_DEV, i, &d, &ops);
	}
}

static inline void
cfg_put(unsigned off, unsigned size, uint32_t v)
{
	pcie_config_write(root, 0, EP_DEV, 0, off, size, v);
}

static inline uint32_t
cfg(unsigned off, unsigned size)
{
	return pcie_config_read(root, 0, EP_DEV, 0, off, size);
}

/* With firmware, and all switched on. */
static inline void
pcie_start(void)
{
	pcie_bare();
	pcie_firmware(root);
	for (unsigned i = 0; i <= more; i++)
		pcie_config_write(root, 0, EP_DEV, i, COMMAND, 2,
		    IO_ON | MEM_ON | MASTER);
}

static inline void
pcie_end(void)
{
	pcie_destroy(root);
	rig_end();
}

/*
 * CPUs: CPU 0 of module 0 writes, CPU 3 of module 1 reads, and both wait until
 * it has arrived, or been answered.
 */

/* It must come before long. */
static inline void
await_answer(int before)
{
	for (unsigned i = 0; nanswer == before; i++) {
		ck_assert_uint_lt(i, 1000);
		ok(sc_run(sc_now_tick() + 201));
	}
}

static inline uint64_t
cpu_read(bool ports, uint64_t address, unsigned size)
{
	const struct io_dev *d = io_find(io, ports, address, size);
	const int before = nanswer;

	ck_assert_ptr_nonnull(d);
	io_read(io, 1, 3, d, address, size, now_clk());
	await_answer(before);
	return answers[before].value;
}

static inline void
cpu_write(bool ports, uint64_t address, unsigned size, uint64_t v)
{
	const struct io_dev *d = io_find(io, ports, address, size);
	const int before = nanswer;

	ck_assert_ptr_nonnull(d);
	if (ports) {
		io_out(io, 0, 0, d, address, size, v, now_clk());
		await_answer(before);
		return;
	}
	if (now_clk() < io_port_free(io, 0))
		ok(sc_run(clk_to_tick_up(io_port_free(io, 0))));
	(void)io_write(io, 0, 0, d, address, size, v, now_clk());
	ok(sc_run(sc_now_tick() + 201));
}

static inline uint32_t
cf8(unsigned bus, unsigned dev, unsigned fn, unsigned off)
{
	return 0x80000000u | bus << 16 | dev << 11 | fn << 8 | (off & 0xfc);
}

static inline uint32_t
port_cfg(unsigned bus, unsigned dev, unsigned fn, unsigned off, unsigned size)
{
	cpu_write(true, 0xcf8, 4, cf8(bus, dev, fn, off));
	return (uint32_t)cpu_read(true, 0xcfc + off % 4, size);
}

static inline void
port_cfg_put(unsigned bus, unsigned dev, unsigned fn, unsigned off,
    unsigned size, uint32_t v)
{
	cpu_write(true, 0xcf8, 4, cf8(bus, dev, fn, off));
	cpu_write(true, 0xcfc + off % 4, size, v);
}

/* An MSI-X entry, by writes of a CPU. */
static inline void
msix_entry(unsigned v, uint64_t address, uint32_t data, uint32_t mask)
{
	cpu_write(false, EP_BAR4 + 16 * v, 8, address);
	cpu_write(false, EP_BAR4 + 16 * v + 8, 4, data);
	cpu_write(false, EP_BAR4 + 16 * v + 12, 4, mask);
}

/*
 * The endpoint: fn(arg) as a callback at a tick.
 */
static inline void
at(uint64_t tick, void (*fn)(void *), void *arg)
{
	struct sc_ev *ev;

	ok(sc_ev_create(fn, arg, &ev));
	ok(sc_ev_at(ev, tick));
}

/* Message i went there, said that and arrived then. */
static inline void
message(int i, uint32_t address, uint32_t data, uint64_t at_clk)
{
	ck_assert_int_lt(i, nmessage);
	ck_assert_uint_eq(messages[i].address, address);
	ck_assert_uint_eq(messages[i].data, data);
	ck_assert_uint_eq(messages[i].at, at_clk);
}

#endif
