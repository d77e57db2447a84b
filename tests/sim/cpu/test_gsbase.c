/*
 * test_gsbase.c: the host's %gs base stays what it was set to (cpu/gsbase.h),
 * in each of the ways that this host can do, while the kernel lets others run.
 */
#include <sys/wait.h>

#include <check.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "cpu/gsbase.h"

enum { N = 8, BYTES = 4096, TURNS = 20000 };

static struct state {
	uint64_t number;
	char rest[BYTES - sizeof(uint64_t)];
} states[N];

static enum gsbase_way best;

static uint64_t
number(void)
{
	uint64_t n;

	__asm__ volatile("movq\t%%gs:0, %0" : "=r"(n));
	return n;
}

static bool
possible(enum gsbase_way way)
{
	return way >= best;
}

/* A process on the same processor of the host, which yields all the time. */
static pid_t
rival(void)
{
	cpu_set_t one;
	pid_t pid;

	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	ck_assert_int_eq(sched_setaffinity(0, sizeof(one), &one), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	while (pid == 0)
		sched_yield();
	return pid;
}

START_TEST(test_stays)
{
	pid_t pid;

	if (!possible((enum gsbase_way)_i))
		return;
	for (unsigned i = 0; i < N; i++)
		states[i].number = i;
	ck_assert_int_eq(gsbase_init_as((enum gsbase_way)_i, BYTES), _i);
	pid = rival();
	for (unsigned n = 0; n < TURNS; n++) {
		gsbase_set(&states[n % N]);
		if (n % 3 == 0)
			sched_yield();
		ck_assert_uint_eq(number(), n % N);
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}
END_TEST

/* What the kernel does, done by hand: also where it never does. */
START_TEST(test_lost)
{
	uint64_t guard;

	if (!possible(GSBASE_GUARDED))
		return;
	states[3].number = 3;
	gsbase_init_as(GSBASE_GUARDED, BYTES);
	__asm__ volatile("rdgsbase %0" : "=r"(guard));
	gsbase_set(&states[3]);
	for (unsigned n = 0; n < 1000; n++) {
		__asm__ volatile("wrgsbase %0" : : "r"(guard));
		ck_assert_uint_eq(number(), 3);
	}
	ck_assert(gsbase_lost(guard + BYTES - 1));
	ck_assert(!gsbase_lost(guard + BYTES));
	ck_assert(!gsbase_lost(guard - 1));
}
END_TEST

/* Another fault is not taken for a loss. */
START_TEST(test_fault)
{
	if (!possible(GSBASE_GUARDED))
		raise(SIGSEGV);
	gsbase_init_as(GSBASE_GUARDED, BYTES);
	gsbase_set(&states[0]);
	__asm__ volatile("movq	$0, 64" : : : "memory");
}
END_TEST

/* What is found works. */
START_TEST(test_found)
{
	ck_assert_int_eq(gsbase_init(BYTES), best);
	states[5].number = 5;
	gsbase_set(&states[5]);
	ck_assert_uint_eq(number(), 5);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("cpu/gsbase");
	TCase *tc = tcase_create("ways");
	SRunner *sr = srunner_create(s);
	int failed;

	signal(SIGSEGV, SIG_DFL); /* a sanitizer has a handler */
	best = gsbase_init(BYTES);
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, test_stays, GSBASE_OFFERED, GSBASE_SYSCALL + 1);
	tcase_add_test(tc, test_lost);
	tcase_add_test_raise_signal(tc, test_fault, SIGSEGV);
	tcase_add_test(tc, test_found);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
