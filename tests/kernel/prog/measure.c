/*
 * measure.c: all CPUs do a known number of things to a struct, which is what
 * `rangeley run --profile' must report of it (tests/app/profile_test.sh).
 *
 * A round: t_lock once around t_count, t_obj twice, t_atomic once, the CPU's own
 * counter once, and in each fourth round KERNEL_LOCK, twice but nested.
 *
 * bug=1: the CPUs' counters are not a line apart.  bug=2: t_lock is left out.
 */
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/cpu.h>
#include <sys/kmem.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/systm.h>

#include <crew.h>
#include <program.h>

#define ROUNDS 200 /* of each CPU */

struct tally {
	kmutex_t t_lock;                                   /* t: */
	uint64_t t_count;                                  /* t: rounds */
	uint64_t t_rounds;                                 /* s: how many */
	kmutex_t *t_obj;                                   /* s: */
	volatile u_int t_atomic __aligned(COHERENCY_UNIT); /* a: */
	volatile uint64_t t_packed[MAXCPUS] __aligned(COHERENCY_UNIT);
	struct {
		volatile uint64_t n; /* its CPU's */
	} __aligned(COHERENCY_UNIT) t_own[8];
};

static void
rounds(void *arg)
{
	struct tally *const t = arg;
	const u_int me = crew_cpu();

	for (uint64_t i = 0; i < t->t_rounds; i++) {
		if (crew_bug != 2)
			mutex_enter(&t->t_lock);
		t->t_count++;
		if (crew_bug != 2)
			mutex_exit(&t->t_lock);
		for (int k = 0; k < 2; k++) {
			mutex_enter(t->t_obj);
			mutex_exit(t->t_obj);
		}
		atomic_inc_uint(&t->t_atomic);
		if (crew_bug == 1)
			t->t_packed[me]++;
		else
			t->t_own[me].n++;
		if (i % 4 == 0) {
			KERNEL_LOCK(1, NULL);
			KERNEL_LOCK(1, NULL);
			KERNEL_UNLOCK_ONE(NULL);
			KERNEL_UNLOCK_ONE(NULL);
		}
	}
}

static void
measure_all(void)
{
	const size_t size = sizeof(struct tally) + COHERENCY_UNIT;
	void *mem = kmem_zalloc(size, KM_SLEEP);
	struct tally *t = (void *)roundup2((uintptr_t)mem, COHERENCY_UNIT);

	program_object(t, sizeof(*t), "tally", "it");
	mutex_init(&t->t_lock, MUTEX_DEFAULT, IPL_NONE);
	t->t_obj = mutex_obj_alloc(MUTEX_DEFAULT, IPL_VM);
	t->t_rounds = ROUNDS;
	program_measure_begin("rounds");
	crew_all(rounds, t);
	program_measure_end("rounds", ROUNDS * (uint64_t)ncpu);
	program_check(crew_bug == 2 || t->t_count == ROUNDS * (uint64_t)ncpu,
	    "%lu rounds", t->t_count);
	program_check(t->t_atomic == ROUNDS * (u_int)ncpu, "%u atomic",
	    t->t_atomic);
	mutex_obj_free(t->t_obj);
	mutex_destroy(&t->t_lock);
	kmem_free(mem, size);
}

static int
measure_main(void)
{
	return crew_main(measure_all);
}

PROGRAM(measure, "known numbers of locks and writes, for run --profile",
    measure_main);
