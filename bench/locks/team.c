/*
 * team.c: LWPs, one on each of some CPUs, that do the same at the same time.
 *
 * Each member is a kthread bound to its CPU.  It announces itself and spins
 * until all have come, so that the first of them does not measure an empty
 * machine; nobody else has anything to do on these CPUs.
 */
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/cpu.h>
#include <sys/kthread.h>
#include <sys/lock.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <machine/cpu_counter.h>

#include <team.h>

static struct team *
team_of(struct member *m)
{
	return (struct team *)(void *)((char *)(m - m->m_index) -
	    offsetof(struct team, t_member));
}

static void
member_main(void *arg)
{
	struct member *m = arg;
	struct team *t = team_of(m);

	atomic_inc_uint(&t->t_come);
	while (t->t_come < t->t_size)
		SPINLOCK_SPIN_HOOK;
	m->m_start = cpu_counter();
	m->m_fn(m);
	m->m_end = cpu_counter();
	kthread_exit(0);
}

/* CPU of member i: 0 1 2 3 ..., or 0 2 4 6 1 3 5 7. */
static struct cpu_info *
cpu_of(const struct team *t, unsigned i)
{
	if (t->t_map == TEAM_SPREAD)
		i = i * 2 < (unsigned)ncpu ? i * 2 : i * 2 - (unsigned)ncpu + 1;
	return cpu_lookup(i);
}

void
team_run(struct team *t, unsigned size, enum team_map map, uint64_t n,
    void (*fn)(struct member *), void *arg)
{
	KASSERT(size <= TEAM_MAX && size <= (unsigned)ncpu);
	t->t_size = size;
	t->t_map = map;
	t->t_come = 0;
	for (unsigned i = 0; i < size; i++) {
		struct member *m = &t->t_member[i];

		m->m_fn = fn;
		m->m_arg = arg;
		m->m_index = i;
		m->m_n = n;
		if (kthread_create(PRI_NONE, KTHREAD_MPSAFE | KTHREAD_MUSTJOIN,
			cpu_of(t, i), member_main, m, &m->m_lwp, "team/%u",
			i) != 0)
			panic("team: no LWP %u", i);
	}
	for (unsigned i = 0; i < size; i++)
		(void)kthread_join(t->t_member[i].m_lwp);
}

uint64_t
team_elapsed_cyc(const struct team *t)
{
	uint64_t start = UINT64_MAX, end = 0;

	for (unsigned i = 0; i < t->t_size; i++) {
		start = MIN(start, t->t_member[i].m_start);
		end = MAX(end, t->t_member[i].m_end);
	}
	return end - start;
}

uint64_t
team_sum_cyc(const struct team *t)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < t->t_size; i++)
		sum += t->t_member[i].m_end - t->t_member[i].m_start;
	return sum;
}
