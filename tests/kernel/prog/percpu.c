/*
 * percpu.c: what percpu(9) promises.
 */
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/kernel.h>
#include <sys/percpu.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <machine/cpufunc.h>

#include <crew.h>
#include <program.h>

#define NMORE 24  /* objects that make the arenas grow */
#define MORE  700 /* bytes; an arena grows by 2048 */

struct copy {
	uint64_t c_lwp, c_soft; /* counted by an LWP and by a softint */
	u_int c_cpu;
};

static percpu_t *pc;
static volatile bool stop;
static volatile u_int begun;
static void *sih;

/* What each counted by itself. */
static uint64_t did_lwp[MAXCPUS], did_soft[MAXCPUS];
static void *first_place[MAXCPUS];
static volatile u_int moved;

static void
count_soft(void *arg)
{
	struct copy *const c = percpu_getref(pc);

	c->c_soft++;
	percpu_putref(pc);
	did_soft[crew_cpu()]++;
}

/* Load, wait, store: an arena copied by anybody else in between loses one. */
static void
count_lwp(void *arg)
{
	const u_int me = crew_cpu();
	struct copy *c;
	uint64_t n;

	c = percpu_getref(pc);
	first_place[me] = c;
	c->c_cpu = me;
	percpu_putref(pc);
	atomic_inc_uint(&begun);

	while (!stop) {
		c = percpu_getref(pc);
		n = c->c_lwp;
		crew_delay(2);
		c->c_lwp = n + 1;
		softint_schedule(sih);
		if (c != first_place[me])
			moved = 1;
		percpu_putref(pc);
		did_lwp[me]++;
		yield(); /* xcall/N is to have a chance */
	}
}

static void
check_copy(void *copy, void *arg, struct cpu_info *ci)
{
	const struct copy *const c = copy;
	const u_int cpu = cpu_index(ci);

	(*(u_int *)arg)++;
	program_check(c->c_cpu == cpu, "CPU %u: has CPU %u's copy", cpu,
	    c->c_cpu);
	program_check(c->c_lwp == did_lwp[cpu], "CPU %u: LWP: %lu, not %lu",
	    cpu, c->c_lwp, did_lwp[cpu]);
	program_check(c->c_soft == did_soft[cpu],
	    "CPU %u: softint: %lu, not %lu", cpu, c->c_soft, did_soft[cpu]);
}

static void
check_zero(void *copy, void *arg, struct cpu_info *ci)
{
	const uint8_t *const p = copy;
	u_int i;

	for (i = 0; i < MORE; i++) {
		if (p[i] != 0)
			break;
	}
	program_check(i == MORE, "CPU %u: byte %u is %#x, not 0", cpu_index(ci),
	    i, p[i]);
}

static void
fill(void *copy, void *arg, struct cpu_info *ci)
{
	memset(copy, 0xa5, MORE);
}

static void
percpu_all(void)
{
	percpu_t *more[NMORE];
	struct crew *l[MAXCPUS];
	u_int n = 0;
	int i;

	pc = percpu_alloc(sizeof(struct copy));
	sih = softint_establish(SOFTINT_CLOCK | SOFTINT_MPSAFE, count_soft,
	    NULL);
	for (i = 0; i < ncpu; i++)
		l[i] = crew_start((u_int)i, PRI_NONE, count_lwp, NULL);
	program_check(crew_await(&begun, (u_int)ncpu, 50), "not begun");

	for (i = 0; i < NMORE; i++) {
		more[i] = percpu_alloc(MORE);
		program_check(more[i] != NULL, "no object %d", i);
		percpu_foreach(more[i], check_zero, NULL);
		percpu_foreach(more[i], fill, NULL);
	}

	stop = true;
	for (i = 0; i < ncpu; i++)
		crew_join(l[i]);
	program_check(moved, "the arenas did not grow");
	percpu_foreach(pc, check_copy, &n);
	program_check(n == (u_int)ncpu, "foreach: %u CPUs", n);

	/* What has been used is zero again for the next. */
	percpu_free(more[3], MORE);
	more[3] = percpu_alloc(MORE);
	percpu_foreach(more[3], check_zero, NULL);

	for (i = 0; i < NMORE; i++)
		percpu_free(more[i], MORE);
	softint_disestablish(sih);
	percpu_free(pc, sizeof(struct copy));
}

static int
percpu_main(void)
{
	return crew_main(percpu_all);
}

PROGRAM(percpu, "percpu: copies of each CPU, arenas that grow under use",
    percpu_main);
