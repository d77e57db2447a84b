/*
 * intr_move.c: interrupts that move between CPUs while their device goes on,
 * and messages that come when their handler has just gone.  Boot properties:
 *
 *	moves=N		(default 200)
 *	seed=N		where to
 */
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/cpu.h>
#include <sys/errno.h>
#include <sys/interrupt.h>
#include <sys/intr.h>
#include <sys/kcpuset.h>
#include <sys/kernel.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <machine/cpufunc.h>
#include <machine/i82489var.h>

#include <crew.h>
#include <probe.h>
#include <program.h>

#define SLOTS 25 /* of a CPU that is not the first, for devices */

static kcpuset_t *to, *from;

static int
send_to(struct intrhand *ih, u_int cpu)
{
	kcpuset_zero(to);
	kcpuset_set(to, cpu);
	return interrupt_distribute(ih, to, from);
}

/* ---- moves under fire ------------------------------------------------------- */

/*
 * The device has number `asked' to tell, and tells the next when the handler has
 * seen that one: so it is noticed if any is lost, and there is hardly ever none
 * on its way.
 */
static struct fire {
	int pin;
	u_int asked, calls;
	volatile u_int seen, stop, lost;
	volatile u_int inside, twice; /* handlers at once */
	u_int cpu;                    /* where the last one ran */
} fires[2];

static int
fire_handler(void *arg)
{
	struct fire *f = arg;

	if (atomic_inc_uint_nv(&f->inside) != 1)
		f->twice++;
	if (f->pin >= PROBE_LEVEL0)
		probe_deassert(f->pin);
	f->cpu = crew_cpu();
	f->calls++;
	delay(1);
	atomic_dec_uint(&f->inside);
	f->seen = f->asked;
	return 1;
}

static void
fire(void *arg)
{
	struct fire *f = arg;
	int end;

	while (!f->stop && f->lost == 0) {
		f->asked++;
		probe_assert(f->pin);
		end = hardclock_ticks + 5;
		do {
			x86_pause();
			yield(); /* to a cross call, say */
			if (hardclock_ticks - end > 0)
				f->lost = f->asked;
		} while (f->seen != f->asked && f->lost == 0);
	}
}

/* A move has been made: does it come there, and is it said where it was? */
static void
check_move(struct fire *f, int error, u_int was, u_int cpu)
{
	const u_int next = f->seen + 2; /* asked after the move */

	program_check(error == 0, "pin %d, CPU %u to %u: error %d", f->pin, was,
	    cpu, error);
	program_check(kcpuset_isset(from, was) && kcpuset_countset(from) == 1,
	    "pin %d: it is not said that it was on CPU %u", f->pin, was);
	program_check(cpu_index(probe_cpu(f->pin)) == cpu,
	    "pin %d: its route leads to CPU %u, not %u", f->pin,
	    cpu_index(probe_cpu(f->pin)), cpu);
	if (f->lost == 0 && crew_spin(&f->seen, next, 5))
		program_check(f->cpu == cpu, "pin %d: on CPU %u, not %u",
		    f->pin, f->cpu, cpu);
}

static void
test_moves(int pin, struct fire *f)
{
	const int moves = (int)program_arg("moves", 200);
	uint64_t seed = (uint64_t)program_arg("seed", 1);
	struct intrhand *ih;
	struct crew *l;
	u_int was, cpu;
	int i, error;

	*f = (struct fire){ .pin = pin };
	ih = probe_establish(pin, IPL_VM, fire_handler, f, true);
	l = crew_start(1 % (u_int)ncpu, PRI_NONE, fire, f);
	(void)crew_spin(&f->seen, 3, 5);
	for (i = 0; i < moves && f->lost == 0; i++) {
		was = cpu_index(probe_cpu(pin));
		cpu = (u_int)(program_random(&seed) % (u_int)ncpu);
		error = send_to(ih, cpu);
		if (i % 4 != 0) /* some follow at once */
			check_move(f, error, was, cpu);
		(void)crew_spin(&f->seen,
		    f->seen + (u_int)(program_random(&seed) % 8), 5);
	}
	f->stop = 1;
	crew_join(l);
	intr_disestablish(ih);
	program_check(f->lost == 0, "pin %d: number %u is lost, in %d moves",
	    pin, f->lost, i);
	program_check(f->calls == f->asked || pin >= PROBE_LEVEL0,
	    "pin %d: %u interrupts, %u calls", pin, f->asked, f->calls);
	program_check(f->twice == 0, "pin %d: %u handlers on two CPUs at once",
	    pin, f->twice);
	printf("pin %d: %d moves, %u interrupts\n", pin, i, f->asked);
}

/* ---- who shares a pin, and who has no room ------------------------------------ */

static volatile u_int calls[SLOTS + 2];

static int
count(void *arg)
{
	(*(volatile u_int *)arg)++;
	return 1;
}

static struct intrhand *
counter(int pin, u_int i, int level)
{
	calls[i] = 0;
	return probe_establish(pin, level, count, __UNVOLATILE(&calls[i]),
	    true);
}

static void
test_shared(void)
{
	struct intrhand *a = counter(0, 0, IPL_VM),
			*b = counter(0, 1, IPL_HIGH);
	const u_int there = cpu_intr_count(cpu_lookup(1));

	program_check(send_to(a, 1) == 0, "a shared pin does not move");
	program_check(b->ih_cpu == cpu_lookup(1), "its other handler stays");
	program_check(cpu_intr_count(cpu_lookup(1)) == there + 2,
	    "%u handlers on CPU 1", cpu_intr_count(cpu_lookup(1)) - there);
	probe_assert(0);
	program_check(crew_spin(&calls[0], 1, 3), "the lower one is silent");
	program_check(calls[1] != 0, "the upper one is silent");
	intr_disestablish(b);
	probe_assert(0);
	program_check(crew_spin(&calls[0], 2, 3), "one is gone, both are");
	intr_disestablish(a);
	program_check(cpu_intr_count(cpu_lookup(1)) == there,
	    "handlers are left behind");
}

static void
test_room(void)
{
	struct intrhand *ih[SLOTS + 1];
	int i, error;

	for (i = 0; i <= SLOTS; i++)
		ih[i] = counter(i, (u_int)i, IPL_VM);
	for (i = 1; i <= SLOTS; i++) {
		error = send_to(ih[i], 1);
		program_check(error == 0, "pin %d: error %d", i, error);
	}
	error = send_to(ih[0], 1);
	program_check(error == EBUSY, "one more than CPU 1 has room for: %d",
	    error);
	kcpuset_zero(to);
	error = interrupt_distribute(ih[0], to, NULL);
	program_check(error == EINVAL, "to no CPU at all: %d", error);
	for (i = 0; i <= SLOTS; i++) {
		probe_assert(i);
		program_check(crew_spin(&calls[i], 1, 3), "pin %d is silent",
		    i);
	}
	for (i = 0; i <= SLOTS; i++)
		intr_disestablish(ih[i]);
}

/* ---- a CPU that shall have none -------------------------------------------------- */

static void
setintr(u_int cpu, bool intr)
{
	mutex_enter(&cpu_lock);
	(void)cpu_setintr(cpu_lookup(cpu), intr);
	mutex_exit(&cpu_lock);
}

static void
test_nointr(void)
{
	const u_int before = cpu_intr_count(cpu_lookup(0));
	struct intrhand *ih[4];
	u_int i;

	for (i = 0; i < 3; i++)
		ih[i] = counter((int)i, i, IPL_VM);
	program_check(probe_cpu(0) == cpu_lookup(0), "pin 0 is not on CPU 0");
	setintr(0, false);
	ih[3] = counter(3, 3, IPL_VM);
	for (i = 0; i < 4; i++) {
		program_check(probe_cpu((int)i) != cpu_lookup(0),
		    "pin %u is on CPU 0", i);
		probe_assert((int)i);
		program_check(crew_spin(&calls[i], 1, 3), "pin %u is silent",
		    i);
	}
	program_check(cpu_intr_count(cpu_lookup(0)) == before,
	    "CPU 0 has %u handlers", cpu_intr_count(cpu_lookup(0)));
	program_check(send_to(ih[0], 0) == EINVAL, "CPU 0 takes one");
	setintr(0, true);
	program_check(send_to(ih[0], 0) == 0, "CPU 0 takes none any more");
	for (i = 0; i < 4; i++)
		intr_disestablish(ih[i]);
}

/* ---- a message that comes when its handler has just gone ------------------------- */

/*
 * A controller that does not mask, as MSI without mask bits; and it sends a
 * message of its own when told that the source is no more, between the removal
 * of the handler and that of the vector.
 */
static struct cpu_info *late_ci;
static int late_vec;

static void
late_send(void)
{
	kpreempt_disable();
	(void)x86_ipi(late_vec, (int)late_ci->ci_cpuid, LAPIC_DLMODE_FIXED);
	kpreempt_enable();
	delay(4);
}

static void
late_mask(struct pic *pic, int pin)
{
}

static void
late_addroute(struct pic *pic, struct cpu_info *ci, int pin, int vec, int type)
{
	late_ci = ci;
	late_vec = vec;
}

static void
late_delroute(struct pic *pic, struct cpu_info *ci, int pin, int vec, int type)
{
	late_send();
}

static struct pic late_pic = {
	.pic_name = "late",
	.pic_type = PIC_MSI,
	.pic_hwmask = late_mask,
	.pic_hwunmask = late_mask,
	.pic_addroute = late_addroute,
	.pic_delroute = late_delroute,
	.pic_level_stubs = ioapic_level_stubs,
	.pic_edge_stubs = ioapic_edge_stubs,
};

static struct intrhand *
late_establish(u_int i)
{
	calls[i] = 0;
	return intr_establish(-1, &late_pic, (int)i, IST_EDGE, IPL_VM, count,
	    __UNVOLATILE(&calls[i]), true);
}

static void
test_late(void)
{
	struct intrhand *ih;

	for (u_int i = 0; i < 3; i++) {
		ih = late_establish(0);
		late_send();
		program_check(calls[0] == 1, "%u calls", calls[0]);
		intr_disestablish(ih);
		program_check(calls[0] == 1, "a call of who has gone");

		/* Who has the slot now is not told of it. */
		ih = late_establish(1);
		delay(4);
		program_check(calls[1] == 0, "a call for another");
		intr_disestablish(ih);
	}
}

static void
intr_move_main(void)
{
	kcpuset_create(&to, true);
	kcpuset_create(&from, true);
	if (crew_part("late"))
		test_late();
	if (ncpu > 1 && crew_part("moves")) {
		test_moves(0, &fires[0]);
		test_moves(PROBE_LEVEL0, &fires[1]);
	}
	if (ncpu > 1 && crew_part("shared"))
		test_shared();
	if (ncpu > 1 && crew_part("room"))
		test_room();
	if (ncpu > 1 && crew_part("nointr"))
		test_nointr();
	kcpuset_destroy(from);
	kcpuset_destroy(to);
}

static int
intr_move_prog(void)
{
	return crew_main(intr_move_main);
}

PROGRAM(intr_move, "interrupts move between CPUs; handlers that have gone",
    intr_move_prog);
