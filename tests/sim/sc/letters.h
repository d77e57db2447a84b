/*
 * letters.h: events that leave a trail of letters, for tests of sim/sc/sc.h.
 *
 * The event in ev[0] writes an a, the next a b; trail is what has run.
 */
#ifndef TESTS_LETTERS_H
#define TESTS_LETTERS_H

#include <check.h>

#include "sc/sc.h"

#define N 10

/* What has run: each callback appends its letter. */
static char trail[256];
static size_t trail_len;
static struct sc_ev *ev[N];

static inline void
ok(enum sc_result r)
{
	ck_assert_msg(r == SC_OK, "result %d: %s", r, sc_errmsg());
}

/* arg: the place of the event in ev[].  The callback of most events. */
static inline int
letter(void *arg)
{
	const int i = (int)((struct sc_ev **)arg - ev);

	ck_assert_uint_lt(trail_len, sizeof(trail) - 1);
	trail[trail_len++] = (char)('a' + i);
	return i;
}

static inline void
plain(void *arg)
{
	(void)letter(arg);
}

static inline void
make(int i, sc_cb_fn *cb)
{
	ok(sc_ev_create(cb, &ev[i], &ev[i]));
}

static inline void
setup(void)
{
	ok(sc_init());
	for (int i = 0; i < N; i++)
		make(i, plain);
}

/* ev[0] (a) becomes an event of its own kind. */
static inline void
setup_a(sc_cb_fn *cb)
{
	setup();
	make(0, cb);
}

/* A suite's case, and a program's whole main(). */
static inline TCase *
tcase(Suite *s, const char *name)
{
	TCase *t = tcase_create(name);

	tcase_set_timeout(t, 60); /* the host may be busy */
	suite_add_tcase(s, t);
	return t;
}

static inline int
run_suite(Suite *s)
{
	SRunner *r = srunner_create(s);
	int failed;

	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}

#endif
