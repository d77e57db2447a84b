/*
 * Random use of sim/sc/sc.h against a queue of a few lines that does what
 * sc.h says: always the pending event with the smallest (instant, number of
 * its notification).
 *
 * One driver makes the same decisions on both: inside callbacks and between
 * runs it notifies, moves, cancels, stops and looks ahead, with many equal
 * instants.  Whatever it can observe goes into a log; the logs must be equal,
 * and so must the hashes of two runs.
 */
#include <check.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/tick.h"
#include "sc/sc.h"

#define NEV    64
#define NSTEPS 100000

/* The queue under test, sc.h or the reference. */
struct queue {
	void (*at)(int id, uint64_t at_tick);
	void (*after)(int id, uint64_t delay_tick);
	void (*cancel)(int id);
	uint64_t (*due)(int id);
	uint64_t (*now)(void);
	uint64_t (*next)(void);
	void (*stop)(void);
	int (*run)(uint64_t until_tick); /* 1: stopped */
};

struct step {
	uint64_t now, next, due;
	int id; /* of the callback; -1 and -2 are ends of runs */
};

static const struct queue *q;
static struct step *log_, logs[2][NSTEPS];
static int nsteps;
static uint64_t rng;

static unsigned
draw(unsigned below)
{
	rng ^= rng << 13;
	rng ^= rng >> 7;
	rng ^= rng << 17;
	return (unsigned)(rng >> 33) % below;
}

static void
log_step(int id)
{
	if (nsteps == NSTEPS)
		return;
	log_[nsteps].id = id;
	log_[nsteps].now = q->now();
	log_[nsteps].next = q->next();
	log_[nsteps].due = q->due((int)draw(NEV));
	nsteps++;
}

/* Often now, often soon, sometimes far off. */
static uint64_t
draw_delay(void)
{
	switch (draw(8)) {
	case 0:
	case 1:
		return 0;
	case 2:
	case 3:
		return draw(4);
	case 4:
		return draw(1000000);
	default:
		return draw(300);
	}
}

static void
meddle(unsigned times)
{
	while (times-- > 0) {
		const int id = (int)draw(NEV);

		switch (draw(8)) {
		case 0:
			q->cancel(id);
			break;
		case 1:
		case 2:
			q->at(id, q->now() + draw_delay());
			break;
		case 3:
		case 4:
		case 5:
			q->after(id, draw_delay());
			break;
		default:
			break;
		}
	}
}

/* Every event calls this. */
static void
happened(int id)
{
	log_step(id);
	meddle(draw(4));
	if (draw(40) == 0)
		q->stop();
}

static void
drive(const struct queue *which, struct step *log, uint64_t seed)
{
	q = which;
	log_ = log;
	nsteps = 0;
	rng = seed * 0x9e3779b97f4a7c15u + 1;
	while (nsteps < NSTEPS) {
		const uint64_t until = draw(10) == 0 ? q->now() + draw(100000)
						     : q->now() + draw(60);

		log_step(q->run(until) ? -1 : -2);
		meddle(draw(3));
		if (q->next() == TICK_NEVER)
			meddle(20);
	}
}

/* The reference. */

static struct {
	uint64_t due, number;
} ref[NEV];
static uint64_t ref_now_tick, ref_number;
static int ref_stopped;

static void
ref_at(int id, uint64_t at_tick)
{
	ref[id].due = at_tick;
	ref[id].number = ++ref_number;
}

static void
ref_after(int id, uint64_t delay_tick)
{
	ref_at(id, ref_now_tick + delay_tick);
}

static void
ref_cancel(int id)
{
	ref[id].due = TICK_NEVER;
}

static uint64_t
ref_due(int id)
{
	return ref[id].due;
}

static uint64_t
ref_now(void)
{
	return ref_now_tick;
}

static int
ref_first(void)
{
	int best = 0;

	for (int i = 1; i < NEV; i++)
		if (ref[i].due < ref[best].due ||
		    (ref[i].due == ref[best].due &&
			ref[i].number < ref[best].number))
			best = i;
	return best;
}

static uint64_t
ref_next(void)
{
	return ref[ref_first()].due;
}

static void
ref_stop(void)
{
	ref_stopped = 1;
}

static int
ref_run(uint64_t until_tick)
{
	int id;

	ref_stopped = 0;
	while (id = ref_first(), ref[id].due < until_tick) {
		ref_now_tick = ref[id].due;
		ref[id].due = TICK_NEVER;
		happened(id);
		if (ref_stopped)
			return 1;
	}
	ref_now_tick = until_tick;
	return 0;
}

static const struct queue reference = { ref_at, ref_after, ref_cancel, ref_due,
	ref_now, ref_next, ref_stop, ref_run };

/* sc.h. */

static struct sc_ev *ev[NEV];

static void
must(enum sc_result r)
{
	ck_assert_msg(r == SC_OK, "%d: %s", r, sc_errmsg());
}

static void
sys_cb(void *arg)
{
	happened((int)((struct sc_ev **)arg - ev));
}

static void
sys_at(int id, uint64_t at_tick)
{
	must(sc_ev_at(ev[id], at_tick));
}

static void
sys_after(int id, uint64_t delay_tick)
{
	must(sc_ev_after(ev[id], delay_tick));
}

static void
sys_cancel(int id)
{
	must(sc_ev_cancel(ev[id]));
}

static uint64_t
sys_due(int id)
{
	return sc_ev_due_tick(ev[id]);
}

static void
sys_stop(void)
{
	must(sc_stop(1));
}

static int
sys_run(uint64_t until_tick)
{
	const enum sc_result r = sc_run(until_tick);

	if (r == SC_STOPPED)
		return 1;
	must(r);
	return 0;
}

static const struct queue under_test = { sys_at, sys_after, sys_cancel, sys_due,
	sc_now_tick, sc_next_tick, sys_stop, sys_run };

static void
prepare(void)
{
	for (int i = 0; i < NEV; i++)
		ref_cancel(i);
	must(sc_init());
	for (int i = 0; i < NEV; i++)
		must(sc_ev_create(sys_cb, &ev[i], &ev[i]));
}

START_TEST(equals_reference)
{
	int same_tick = 0, stops = 0;

	prepare();
	drive(&reference, logs[0], (uint64_t)_i);
	drive(&under_test, logs[1], (uint64_t)_i);
	for (int i = 0; i < NSTEPS; i++) {
		const struct step *a = &logs[0][i], *b = &logs[1][i];

		ck_assert_msg(a->id == b->id && a->now == b->now &&
			a->next == b->next && a->due == b->due,
		    "step %d: %d at %ju then %ju, not %d at %ju then %ju", i,
		    b->id, (uintmax_t)b->now, (uintmax_t)b->next, a->id,
		    (uintmax_t)a->now, (uintmax_t)a->next);
		same_tick += i > 0 && a->id >= 0 && a->now == a[-1].now;
		stops += a->id == -1;
	}
	/* The driver is worth something only if it makes these happen. */
	ck_assert_int_gt(same_tick, NSTEPS / 10);
	ck_assert_int_gt(stops, NSTEPS / 200);
}
END_TEST

static uint64_t
hash(const struct step *s)
{
	uint64_t h = 14695981039346656037u;

	for (int i = 0; i < NSTEPS; i++) {
		const uint64_t v[] = { s[i].now, s[i].next, s[i].due,
			(uint64_t)s[i].id };

		for (unsigned k = 0; k < 4; k++)
			h = (h ^ v[k]) * 1099511628211u;
	}
	return h;
}

/* The hash of a simulation in a process of its own. */
static uint64_t
hash_of_run(uint64_t seed)
{
	uint64_t h = 0;
	int fd[2], status;
	pid_t pid;

	ck_assert_int_eq(pipe(fd), 0);
	pid = fork();
	if (pid == 0) {
		prepare();
		drive(&under_test, logs[1], seed);
		h = hash(logs[1]);
		_exit(write(fd[1], &h, sizeof(h)) != sizeof(h));
	}
	ck_assert_int_eq(read(fd[0], &h, sizeof(h)), sizeof(h));
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	return h;
}

START_TEST(deterministic)
{
	const uint64_t h = hash_of_run(1);

	ck_assert_uint_eq(h, hash_of_run(1));
	ck_assert_uint_ne(h, hash_of_run(2));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("sim/sc random");
	TCase *t = tcase_create("random");
	SRunner *r;
	int failed;

	tcase_set_timeout(t, 60);
	tcase_add_loop_test(t, equals_reference, 0, 4);
	tcase_add_test(t, deterministic);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
