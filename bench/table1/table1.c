/*
 * table1.c: runs the program of one case, named by the boot properties
 * cell=mutex_spin.reentrant and role=use; list=1 lists all; with strict=1 an
 * observation is a finding.
 *
 * Results are `works' (so many schedules without an observation) or `observed'
 * (once); a panic is the third outcome.  `rangeley check table1' makes the table
 * of them (app/table1.c).
 */
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/cpu.h>
#include <sys/kthread.h>
#include <sys/lock.h>
#include <sys/proc.h>
#include <sys/reboot.h>
#include <sys/systm.h>

#include <program.h>
#include <table1.h>

static const struct t1_case *const all[] = { t1_kernel_lock, t1_spl, t1_spin,
	t1_adaptive, t1_rwlock, t1_pserialize };

#define MEET_TURNS 2000

unsigned t1_rounds;
static bool strict;

static volatile u_int observed;
static char observation[128];

void
t1_observe(const char *fmt, ...)
{
	va_list ap;

	if (atomic_swap_uint(&observed, 1) != 0)
		return;
	va_start(ap, fmt);
	vsnprintf(observation, sizeof(observation), fmt, ap);
	va_end(ap);
}

bool
t1_observed(void)
{
	return observed != 0;
}

/* ---- duets -------------------------------------------------------------- */

static struct player {
	t1_act *act;
	lwp_t *lwp;
	uint64_t seed;
	volatile u_int round; /* of t1_rounds */
} __aligned(COHERENCY_UNIT) player[2];

static volatile u_int arrived __aligned(COHERENCY_UNIT);
static volatile u_int running __aligned(COHERENCY_UNIT);
static u_int nplayers;
static uint64_t common_seed;

/*
 * A barrier that both pass as often: the first comer waits until the count
 * is even again.  One who sleeps wakes at a tick, when the other is done: so
 * only if that one's act takes ticks, or no two acts would overlap any more.
 */
bool t1_long_acts;

void
t1_meet(void)
{
	u_int n = atomic_inc_uint_nv(&arrived), turns = 0;

	if (nplayers < 2 || (n & 1) == 0)
		return;
	while (arrived == n && !t1_observed())
		if (!t1_long_acts || turns++ < MEET_TURNS)
			SPINLOCK_BACKOFF_HOOK; /* lets others on, on the fake machine */
		else
			(void)kpause("t1meet", false, 1, NULL);
}

static uint64_t *
seed_of_caller(void)
{
	for (unsigned i = 0; i < __arraycount(player); i++)
		if (player[i].lwp == curlwp)
			return &player[i].seed;
	return &common_seed;
}

void
t1_delay(unsigned max)
{
	for (uint64_t n = program_random(seed_of_caller()) % (max + 1); n > 0;
	     n--)
		SPINLOCK_BACKOFF_HOOK;
}

static void
play(void *arg)
{
	struct player *p = arg;

	while (p->lwp == NULL) /* until kthread_create has returned */
		SPINLOCK_SPIN_HOOK;
	for (u_int i = 0; i < t1_rounds && !t1_observed(); i++) {
		t1_meet();
		t1_delay(64);
		p->act(i);
		p->round = i + 1;
	}
	atomic_dec_uint(&running);
	kthread_exit(0);
}

static void
start(struct player *p, t1_act *act, unsigned cpu)
{
	lwp_t *l;

	p->act = act;
	p->lwp = NULL;
	p->round = 0;
	p->seed = 0x9e3779b97f4a7c15ULL * (cpu + 1) +
	    (uint64_t)program_arg("seed", 1);
	if (kthread_create(PRI_NONE, KTHREAD_MPSAFE, cpu_lookup(cpu), play, p,
		&l, "player/%u", cpu) != 0)
		panic("table1: no LWP");
	p->lwp = l;
}

/* Both rounds' sum still grows, or somebody is stuck. */
static void
watch(void)
{
	u_int seen = 0, still = 0;

	while (running > 0 && still < T1_PATIENCE) {
		u_int now = player[0].round + player[1].round;

		(void)kpause("t1watch", false, 1, NULL);
		still = now == seen ? still + 1 : 0;
		seen = now;
	}
	if (running > 0 && !t1_observed())
		t1_observe("no progress for %d ticks in round %u", T1_PATIENCE,
		    player[0].round);
}

void
t1_duet(t1_act *a, t1_act *b)
{
	KASSERT(ncpu >= 3);
	arrived = 0;
	nplayers = a != NULL && b != NULL ? 2 : 1;
	running = nplayers;
	common_seed = 88172645463325252ULL;
	player[0].round = player[1].round = 0;
	if (a != NULL)
		start(&player[0], a, 0);
	if (b != NULL)
		start(&player[1], b, 1);
	watch();
}

/* ---- the program --------------------------------------------------------- */

static const struct t1_case *
find(const char *cell, const char *role)
{
	for (unsigned i = 0; i < __arraycount(all); i++)
		for (const struct t1_case *t = all[i]; t->t_cell != NULL; t++)
			if (strcmp(t->t_cell, cell) == 0 &&
			    strcmp(t->t_role, role) == 0)
				return t;
	return NULL;
}

static void
list(void)
{
	for (unsigned i = 0; i < __arraycount(all); i++)
		for (const struct t1_case *t = all[i]; t->t_cell != NULL; t++)
			printf("case %s %s %s\n", t->t_cell, t->t_role,
			    t->t_refusal != NULL ? t->t_refusal : "");
}

/* By the player who played fewer. */
static u_int
rounds_played(void)
{
	return nplayers < 2 ? player[0].round
			    : MIN(player[0].round, player[1].round);
}

/*
 * The case, on a CPU that no player can stop: init may be on one of theirs, and
 * timeouts of a CPU that spins do not come.
 */
static void
direct(void *arg)
{
	const struct t1_case *t = arg;

	t->t_fn();
	if (t1_observed()) {
		printf("table1: observed: %s\n", observation);
		program_result("observed", 1, 0);
		if (strict)
			kthread_exit(0);
		cpu_reboot(RB_POWERDOWN | RB_NOSYNC, NULL);
	}
	program_result("works", rounds_played(), 0);
	kthread_exit(0);
}

/* Panics are refusals, observations are printed: both are good ends. */
static int
table1(void)
{
	const char *cell = program_arg_string("cell", "");
	const char *role = program_arg_string("role", "");
	const struct t1_case *t = find(cell, role);
	lwp_t *l;

	t1_rounds = (unsigned)program_arg("rounds", 1000);
	strict = program_arg("strict", 0) != 0;
	if (program_arg("list", 0) != 0) {
		list();
		return 0;
	}
	if (t == NULL) {
		printf("table1: no case cell=%s role=%s; list=1 lists them\n",
		    cell, role);
		return 2;
	}
	if (t->t_refusal != NULL)
		printf("table1: refusal: %s\n", t->t_refusal);
	if (kthread_create(PRI_NONE, KTHREAD_MPSAFE | KTHREAD_MUSTJOIN,
		cpu_lookup(2), direct, __UNCONST(t), &l, "director") != 0)
		panic("table1: no LWP");
	(void)kthread_join(l);
	return t1_observed();
}

PROGRAM(table1, "a cell of the paper's Table 1", table1);
