/*
 * share.c: lines that several CPUs use.
 *
 * CPUs 2k and 2k+1 are a module, unless the machine was told otherwise.  In
 * the names, `paired' benchmarks use neighbouring CPUs, `spread' ones CPUs of
 * different modules.
 */
#include <micro.h>

/* The CPUs of a benchmark; the first is CPU 0, which runs it. */
struct team {
	uint32_t n;
	uint8_t cpu[8];
};
static const struct team pair = { 2, { 0, 1 } }, apart = { 2, { 0, 2 } };
static const struct team four = { 4, { 0, 1, 2, 3 } };
static const struct team four_apart = { 4, { 0, 2, 4, 6 } };
static const struct team all = { 8, { 0, 1, 2, 3, 4, 5, 6, 7 } };

struct member {
	uint32_t index, n, turn;
	uint64_t rounds;
	void (*body)(struct member *);
	uint64_t start, took;
} __attribute__((aligned(64)));
static struct barrier gate;
static volatile uint64_t lineup __attribute__((aligned(64)));

static void
member_main(void *arg)
{
	struct member *m = arg;

	barrier_wait(&gate, m->n, &m->turn);
	m->start = tsc(); /* body() may begin later */
	m->body(m);
	m->took = tsc() - m->start;
}

/* All members run body() at the same time; the longest time. */
static uint64_t
run_team(const struct team *team, uint64_t rounds,
    void (*body)(struct member *))
{
	static struct member m[8];
	uint64_t longest = 0;

	gate.come = 0;
	lineup = 0;
	for (uint32_t i = team->n; i-- > 0;) {
		m[i] = (struct member){ i, team->n, 0, rounds, body, 0, 0 };
		if (i != 0)
			cpu_run(team->cpu[i], member_main, &m[i]);
	}
	member_main(&m[0]);
	for (uint32_t i = 0; i < team->n; i++) {
		if (i != 0)
			cpu_wait(team->cpu[i]);
		if (m[i].took > longest)
			longest = m[i].took;
	}
	return longest;
}

/*
 * Members line up outside of what is measured: each goes on `late' cycles after
 * a time that member 0 names, and is measured from then.
 */
static void
line_up(struct member *m, uint64_t late)
{
	uint64_t wait;

	if (m->index == 0)
		lineup = tsc() + 50000;
	while (lineup == 0)
		__asm__ volatile("pause");
	m->start = lineup + late;
	while (tsc() + 200 < m->start)
		continue;
	wait = m->start - tsc();
	if (wait - 1 >= 200)
		micro_fail(1,
		    "micro: a CPU came too late to line up (share.c)\n");
	__asm__ volatile("1:\tdecq %0\n\tjnz 1b" : "+r"(wait));
}

/* ---- one line, handed over ---------------------------------------------- */

static volatile uint64_t ball __attribute__((aligned(64)));

/* Old value of the line, which becomes `to' if it was `from'. */
static inline uint64_t
cas(volatile uint64_t *p, uint64_t from, uint64_t to)
{
	__asm__ volatile("lock cmpxchg %2, %1"
			 : "+a"(from), "+m"(*p)
			 : "r"(to)
			 : "memory");
	return from;
}

/* Two members make 0 of 1 and 1 of 0 in turn; a round is two hand-overs. */
static void
ping_pong(struct member *m)
{
	uint64_t mine = m->index, other = 1 - mine;

	for (uint64_t i = 0; i < m->rounds; i++)
		while (cas(&ball, mine, other) != mine)
			continue;
}

/*
 * A third one only looks.  Its reads fall into step with the hand-overs, how
 * depends on when it began: the figure is a mean over PHASES beginnings.
 */
#define PHASES 48
static volatile uint32_t stop_looking __attribute__((aligned(64)));
static uint64_t phase;

static void
ping_pong_watched(struct member *m)
{
	line_up(m, m->index < 2 ? 0 : phase);
	if (m->index < 2) {
		ping_pong(m);
		stop_looking = 1;
	} else {
		while (stop_looking == 0)
			(void)ball;
	}
}

static uint64_t
handover_same(uint64_t n)
{
	ball = 0;
	return run_team(&pair, n, ping_pong);
}

static uint64_t
handover_other(uint64_t n)
{
	ball = 0;
	return run_team(&apart, n, ping_pong);
}

static uint64_t
handover_watched(uint64_t n)
{
	static const struct team three = { 3, { 0, 2, 4 } };

	uint64_t total = 0;

	for (phase = 0; phase < PHASES * 20; phase += 20) {
		ball = 0;
		stop_looking = 0;
		total += run_team(&three, n / PHASES, ping_pong_watched);
	}
	return total;
}

/* ---- counters ----------------------------------------------------------------- */

static struct {
	volatile uint64_t v __attribute__((aligned(64)));
	volatile uint64_t w;
	volatile uint64_t far __attribute__((aligned(64)));
} counter;

static void
count(struct member *m)
{
	const uint64_t mine = m->rounds / m->n;

	for (uint64_t i = 0; i < mine; i++)
		__asm__ volatile("lock incq %0" : "+m"(counter.v));
}

static uint64_t
count_with(const struct team *team, uint64_t n, void (*body)(struct member *))
{
	uint64_t t;

	counter.v = 0;
	t = run_team(team, n, body);
	if (counter.v != n / team->n * team->n)
		micro_fail(1, "micro: an increment was lost (share.c)\n");
	return t;
}

/*
 * The line goes to whoever asked first, who asks again when it has counted:
 * the members take turns in the order in which they came.  Where that decides
 * how often a sibling is next, the figure is a mean over ORDERS orders: all 24
 * of four members twice, or each 841st of the 40320 of eight.
 *
 * The members line up STEP cycles apart.  Somebody of another module has the
 * line then, so that all have asked before the first one gets it.
 */
#define ORDERS 48
#define STEP   20

static uint32_t rank[8];

/* Order number x of n members. */
static void
set_ranks(uint32_t x, uint32_t n)
{
	for (uint32_t i = 0; i < n; x /= ++i) {
		uint32_t k = x % (i + 1);
		rank[i] = rank[k];
		rank[k] = i;
	}
}

static void
count_in_order(struct member *m)
{
	if (rank[m->index ^ 2] == 0) /* the line is far from the first */
		__asm__ volatile("lock addq $0, %0" : "+m"(counter.v));
	line_up(m, STEP * rank[m->index]);
	count(m);
}

static uint64_t
count_orders(const struct team *team, uint64_t n)
{
	uint64_t total = 0;

	for (uint32_t i = 0; i < ORDERS; i++) {
		set_ranks(841 * i, team->n);
		total += count_with(team, n / ORDERS, count_in_order);
	}
	return total;
}

static uint64_t
counter_2_paired(uint64_t n)
{
	return count_with(&pair, n, count);
}

static uint64_t
counter_2_spread(uint64_t n)
{
	return count_with(&apart, n, count);
}

static uint64_t
counter_4_paired(uint64_t n)
{
	return count_orders(&four, n);
}

static uint64_t
counter_4_spread(uint64_t n)
{
	return count_with(&four_apart, n, count);
}

static uint64_t
counter_8(uint64_t n)
{
	return count_orders(&all, n);
}

/* Two counters, each written by one CPU: in one line, or in two. */
static void
count_own(struct member *m)
{
	volatile uint64_t *mine = m->index == 0 ? &counter.v : &counter.w;

	for (uint64_t i = 0; i < m->rounds; i++)
		__asm__ volatile("incq %0" : "+m"(*mine));
}

static void
count_far(struct member *m)
{
	volatile uint64_t *mine = m->index == 0 ? &counter.v : &counter.far;

	for (uint64_t i = 0; i < m->rounds; i++)
		__asm__ volatile("incq %0" : "+m"(*mine));
}

static uint64_t
false_sharing(uint64_t n)
{
	return run_team(&apart, n, count_own);
}

static uint64_t
no_sharing(uint64_t n)
{
	return run_team(&apart, n, count_far);
}

/* ---- readers ------------------------------------------------------------------------ */

static void
read_only(struct member *m)
{
	for (uint64_t i = 0; i < m->rounds; i++)
		(void)counter.v;
}

static uint64_t
shared_read(uint64_t n)
{
	return run_team(&all, n, read_only);
}

/* A chase over lines that another module has clean: 2048 of them. */
#define CLEAN_BYTES (UINT64_C(128) << 10)

static void
read_ring(void *arg)
{
	(void)chase(arg, CLEAN_BYTES / LINE_BYTES / 32);
}

static uint64_t
clean_elsewhere(uint64_t n)
{
	uint64_t total = 0;

	for (uint64_t i = 0; i < n; i += CLEAN_BYTES / LINE_BYTES / 32) {
		struct line *l = chase_build((unsigned)(i / 64 % 4),
		    CLEAN_BYTES, 4096);
		/* Two megabytes on push it out of the caches. */
		(void)chase(chase_build(SMALL_PAGES, 2 << 20, 4096), 1024);
		cpu_run(2, read_ring, l);
		cpu_wait(2);
		total += chase(l, CLEAN_BYTES / LINE_BYTES / 32);
	}
	return total;
}

/* ---- upgrades --------------------------------------------------------------------------- */

#define UPGRADES 64

static struct line shared_line[UPGRADES] __attribute__((aligned(64)));

static void
read_lines(void *arg)
{
	(void)arg;
	for (int i = 0; i < UPGRADES; i++)
		(void)*(volatile uint64_t *)&shared_line[i].payload;
}

/* Locked writes to lines that this CPU and another have: S to M. */
static uint64_t
upgrade_with(unsigned cpu, uint64_t n)
{
	uint64_t total = 0, t;

	for (; n > 0; n--) {
		read_lines(NULL);
		cpu_run(cpu, read_lines, NULL);
		cpu_wait(cpu);
		read_lines(NULL);
		t = tsc();
		for (int i = 0; i < UPGRADES; i++)
			__asm__ volatile("lock incq %0"
					 : "+m"(shared_line[i].payload));
		total += tsc() - t;
	}
	return total;
}

static uint64_t
upgrade_same(uint64_t n)
{
	return upgrade_with(1, n);
}

static uint64_t
upgrade_other(uint64_t n)
{
	return upgrade_with(2, n);
}

/* ---- memory's own limit ------------------------------------------------------------------- */

/*
 * Eight CPUs, eight independent misses each: the channels are full.  They begin
 * 150 cycles apart: how they come out of a barrier would decide by up to 0.6 %
 * which of them ends last.
 */
static void
stream_lines(struct member *m)
{
	const volatile struct line *l = (const volatile struct line
		*)(micro_ram + m->index * (REGION_BYTES / 2));

	line_up(m, 150 * m->index);
	for (uint64_t i = 0; i < m->rounds; i++, l += 64)
		(void)(l[0].payload + l[8].payload + l[16].payload +
		    l[24].payload + l[32].payload + l[40].payload +
		    l[48].payload + l[56].payload);
}

static uint64_t
bandwidth(uint64_t n)
{
	return run_team(&all, n, stream_lines);
}

const struct bench share_group[] = {
	{ "handover-same-module", handover_same, 10000, 2, false, 1 },
	{ "handover-other-module", handover_other, 10000, 2, false, 2 },
	{ "handover-watched", handover_watched, PHASES * 256, 2, false, 4 },
	{ "clean-elsewhere", clean_elsewhere, 320, 32, false, 2 },
	{ "counter-2-paired", counter_2_paired, 40000, 1, true, 1 },
	{ "counter-2-spread", counter_2_spread, 40000, 1, true, 2 },
	{ "counter-4-paired", counter_4_paired, ORDERS * 256, 1, true, 3 },
	{ "counter-4-spread", counter_4_spread, 40000, 1, true, 6 },
	{ "counter-8", counter_8, ORDERS * 256, 1, true, 7 },
	{ "false-sharing", false_sharing, 40000, 1, true, 2 },
	{ "no-sharing", no_sharing, 10000, 1, true, 2 },
	{ "shared-read-8", shared_read, 10000, 1, true, 7 },
	{ "upgrade-same-module", upgrade_same, 160, UPGRADES, true, 1 },
	{ "upgrade-other-module", upgrade_other, 160, UPGRADES, true, 2 },
	{ "memory-8", bandwidth, 1600, 64, true, 7 },
	{ 0 },
};
