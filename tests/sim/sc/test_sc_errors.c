/*
 * The event kernel, sim/sc/sc.h: creation, what is refused, what SystemC's
 * own reports become, and that it keeps quiet.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include "core/tick.h"
#include "sc/sc_fault.h"
#include "sim/sc/letters.h"

static void
creator(void *arg)
{
	const int i = letter(arg);

	if (i + 1 < N) {
		make(i + 1, creator);
		ok(sc_ev_after(ev[i + 1], (uint64_t)i % 2));
	}
}

/* Events can be made while the simulation runs. */
START_TEST(create_in_callback)
{
	ok(sc_init());
	make(0, creator);
	ok(sc_ev_at(ev[0], 1));
	ok(sc_run(TICK_NEVER));
	ck_assert_str_eq(trail, "abcdefghij");
	ck_assert_uint_eq(sc_now_tick(), 1 + 4);
}
END_TEST

/* A process has one simulation. */
START_TEST(second_refused)
{
	ok(sc_init());
	ck_assert_int_eq(sc_init(), SC_EONCE);
	ck_assert_ptr_nonnull(strstr(sc_errmsg(), "fork"));
	ok(sc_fini());
	ck_assert_int_eq(sc_init(), SC_EONCE);
}
END_TEST

START_TEST(no_simulation)
{
	ck_assert_int_eq(sc_run(10), SC_ESTATE);
	ck_assert_int_eq(sc_fini(), SC_ESTATE);
	ck_assert_int_eq(sc_stop(1), SC_ESTATE);
	ck_assert_int_eq(sc_ev_create(plain, NULL, &ev[0]), SC_ESTATE);
	ok(sc_init());
	ok(sc_fini());
	ck_assert_int_eq(sc_run(10), SC_ESTATE);
	ck_assert_int_eq(sc_ev_create(plain, NULL, &ev[0]), SC_ESTATE);
}
END_TEST

START_TEST(past_refused)
{
	setup();
	ok(sc_run(100));
	ck_assert_int_eq(sc_ev_at(ev[0], 99), SC_EPAST);
	ck_assert_ptr_nonnull(strstr(sc_errmsg(), "99"));
	ck_assert_int_eq(sc_run(99), SC_EPAST);
	ck_assert_int_eq(sc_run(TICK_MAX + 1), SC_ERANGE);
	ck_assert_uint_eq(sc_next_tick(), TICK_NEVER);
	ck_assert_uint_eq(sc_now_tick(), 100);
}
END_TEST

static enum sc_result misuse_result;

static void
misuse_run(void *arg)
{
	(void)letter(arg);
	misuse_result = sc_run(1000);
}

static void
misuse_fini(void *arg)
{
	(void)letter(arg);
	misuse_result = sc_fini();
}

static void
misuse_past(void *arg)
{
	(void)letter(arg);
	misuse_result = sc_ev_at(ev[1], sc_now_tick() - 1);
}

static const struct {
	sc_cb_fn *cb;
	enum sc_result want;
} misuses[] = {
	{ misuse_run, SC_ESTATE },
	{ misuse_fini, SC_ESTATE },
	{ misuse_past, SC_EPAST },
};

/* A callback's failure stops the run, so that nobody can overlook it. */
START_TEST(misuse_in_callback)
{
	setup_a(misuses[_i].cb);
	ok(sc_ev_at(ev[0], 10));
	ok(sc_ev_at(ev[2], 10));
	ck_assert_int_eq(sc_run(20), misuses[_i].want);
	ck_assert_int_eq(misuse_result, misuses[_i].want);
	ck_assert_str_eq(trail, "a");
	ok(sc_run(20));
	ck_assert_str_eq(trail, "ac");
}
END_TEST

static void
faulty(void *arg)
{
	(void)letter(arg);
	misuse_result = sc_fault(SC_FAULT_ERROR);
}

/* A report of SystemC becomes a result, in a callback as outside. */
START_TEST(fault_translated)
{
	setup_a(faulty);
	ok(sc_ev_at(ev[0], 10));
	ok(sc_ev_at(ev[1], 10));
	ck_assert_int_eq(sc_run(20), SC_EKERNEL);
	ck_assert_int_eq(misuse_result, SC_EKERNEL);
	ck_assert_ptr_nonnull(strstr(sc_errmsg(), "an error"));
	ck_assert_str_eq(trail, "a");
	ck_assert_int_eq(sc_run(20), SC_ESTATE);
}
END_TEST

START_TEST(fault_outside)
{
	ok(sc_init());
	ck_assert_int_eq(sc_fault(SC_FAULT_FATAL), SC_EKERNEL);
	ck_assert_ptr_nonnull(strstr(sc_errmsg(), "a fatal error"));
}
END_TEST

/* SystemC itself fails: sc_run() says so, and can say no more after that. */
START_TEST(fault_of_kernel)
{
	setup();
	ok(sc_ev_at(ev[0], 10));
	ok(sc_fault(SC_FAULT_KERNEL));
	ck_assert_int_eq(sc_run(20), SC_EKERNEL);
	ck_assert_ptr_nonnull(strstr(sc_errmsg(), "in a process"));
	ck_assert_int_eq(sc_run(20), SC_ESTATE);
	ok(sc_fini());
}
END_TEST

/* What else SystemC runs comes at its instant, between two callbacks. */
START_TEST(fault_between)
{
	setup();
	ok(sc_ev_at(ev[0], SC_FAULT_TICK - 1));
	ok(sc_ev_at(ev[1], SC_FAULT_TICK + 1));
	ok(sc_fault(SC_FAULT_LATER));
	ck_assert_int_eq(sc_run(20), SC_EKERNEL);
	ck_assert_str_eq(trail, "a");
	ck_assert_uint_eq(sc_next_tick(), SC_FAULT_TICK + 1);
}
END_TEST

static void
again(void *arg)
{
	ok(sc_ev_after(*(struct sc_ev **)arg, 100));
}

/* Runs that are shorter than the quantum leave SystemC's clock behind by one at most. */
START_TEST(fault_in_step)
{
	setup_a(again);
	ok(sc_ev_at(ev[0], 0));
	for (uint64_t t = 1; t < 10 * SC_QUANTUM_TICK; t += 1000) {
		ok(sc_run(t));
		ck_assert_uint_le(sc_fault_clock_tick(), t);
		ck_assert_uint_le(t - sc_fault_clock_tick(), SC_QUANTUM_TICK);
	}
	ok(sc_run(10 * SC_QUANTUM_TICK));
	ok(sc_fault(SC_FAULT_LATER)); /* by its clock */
	ck_assert_int_eq(sc_run(12 * SC_QUANTUM_TICK), SC_EKERNEL);
}
END_TEST

static ucontext_t kernel_side, coroutine_side;

static void
coroutine(void)
{
	ok(sc_ev_after(ev[1], 3));
	misuse_result = sc_fault(SC_FAULT_ERROR);
	ck_assert_int_eq(swapcontext(&coroutine_side, &kernel_side), 0);
}

static void
enters_coroutine(void *arg)
{
	(void)letter(arg);
	ck_assert_int_eq(swapcontext(&kernel_side, &coroutine_side), 0);
}

/* A callback on a stack of its own may call everything, and may fail there. */
START_TEST(other_stack)
{
	static char stack[64 * 1024];

	setup_a(enters_coroutine);
	ck_assert_int_eq(getcontext(&coroutine_side), 0);
	coroutine_side.uc_stack.ss_sp = stack;
	coroutine_side.uc_stack.ss_size = sizeof(stack);
	makecontext(&coroutine_side, coroutine, 0);
	ok(sc_ev_at(ev[0], 10));
	ck_assert_int_eq(sc_run(20), SC_EKERNEL);
	ck_assert_int_eq(misuse_result, SC_EKERNEL);
	ck_assert_uint_eq(sc_ev_due_tick(ev[1]), 13);
}
END_TEST

/* Bytes that a child writes to one of its descriptors. */
static size_t
bytes_on(int fd, void (*body)(void))
{
	FILE *f = tmpfile();
	int status;
	pid_t pid;

	ck_assert_ptr_nonnull(f);
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		dup2(fileno(f), fd);
		body();
		fflush(NULL);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	ck_assert_int_eq(fseek(f, 0, SEEK_END), 0);
	return (size_t)ftell(f);
}

static void
quiet_life(void)
{
	setup();
	ok(sc_ev_at(ev[0], 5));
	ok(sc_run(TICK_NEVER));
	(void)sc_fault(SC_FAULT_ERROR);
	ok(sc_fini());
}

static void
warned_life(void)
{
	ok(sc_init());
	ok(sc_fault(SC_FAULT_WARNING));
}

/* stdout is data: SystemC's banner and reports stay away from it. */
START_TEST(silent)
{
	ck_assert_uint_eq(bytes_on(STDOUT_FILENO, quiet_life), 0);
	ck_assert_uint_eq(bytes_on(STDERR_FILENO, quiet_life), 0);
	ck_assert_uint_eq(bytes_on(STDOUT_FILENO, warned_life), 0);
	ck_assert_uint_gt(bytes_on(STDERR_FILENO, warned_life), 0);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("sim/sc errors");
	TCase *t = tcase(s, "errors");

	tcase_add_test(t, create_in_callback);
	tcase_add_test(t, second_refused);
	tcase_add_test(t, no_simulation);
	tcase_add_test(t, past_refused);
	tcase_add_loop_test(t, misuse_in_callback, 0, 3);
	tcase_add_test(t, fault_translated);
	tcase_add_test(t, fault_outside);
	tcase_add_test(t, fault_of_kernel);
	tcase_add_test(t, fault_between);
	tcase_add_test(t, fault_in_step);
	tcase_add_test(t, other_stack);
	tcase_add_test(t, silent);
	return run_suite(s);
}
