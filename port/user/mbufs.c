/*
 * mbufs.c: every mbuf accounted for.
 */
#include <sys/param.h>
#include <sys/cpu.h>
#include <sys/percpu.h>
#include <sys/systm.h>

#include <mbufs.h>
#include <program.h>

extern percpu_t *mbstat_percpu;

static int
groups_avail(const pcg_t *g)
{
	int n = 0;

	for (; g != NULL; g = g->pcg_next)
		n += (int)g->pcg_avail;
	return n;
}

int
pool_cache_out(pool_cache_t pc)
{
	const pool_cache_cpu_t *cc;
	int n, i;

	mutex_enter(&pc->pc_lock);
	n = (int)pc->pc_pool.pr_nout - groups_avail(pc->pc_fullgroups) -
	    groups_avail(pc->pc_partgroups) - groups_avail(pc->pc_emptygroups);
	for (i = 0; i < MAXCPUS; i++) {
		cc = pc->pc_cpus[i];
		if (cc != NULL)
			n -= (int)(cc->cc_current->pcg_avail +
			    cc->cc_previous->pcg_avail);
	}
	mutex_exit(&pc->pc_lock);
	return n;
}

static void
types_add(void *mem, void *arg, struct cpu_info *ci)
{
	const struct mbstat_cpu *const c = mem;
	int *const sum = arg;
	u_int i;

	for (i = 0; i < __arraycount(c->m_mtypes); i++)
		*sum += (int)c->m_mtypes[i];
}

struct mbufs
mbufs_now(void)
{
	struct mbufs now = { 0, 0, 0 };

	now.mb_out = pool_cache_out(mb_cache);
	now.mcl_out = pool_cache_out(mcl_cache);
	percpu_foreach(mbstat_percpu, types_add, &now.mb_counted);
	return now;
}

void
mbufs_check(const struct mbufs *before, const char *what)
{
	const struct mbufs now = mbufs_now();

	program_check(now.mb_out == before->mb_out, "%s: %d mbufs more are out",
	    what, now.mb_out - before->mb_out);
	program_check(now.mcl_out == before->mcl_out,
	    "%s: %d clusters more are out", what,
	    now.mcl_out - before->mcl_out);
	program_check(now.mb_counted == before->mb_counted,
	    "%s: %d mbufs more are counted", what,
	    now.mb_counted - before->mb_counted);
}
