/*
 * How long a byte takes, sim/lpc/kcs.h, seen by how long IBF stays: bounds, mean and
 * tail of the distribution, and that the seed alone makes it.
 */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/lpc/kcs_rig.h"

#define N 20000

static size_t
silent(void *arg, const uint8_t *req, size_t n, uint8_t *rsp)
{
	(void)arg;
	(void)req;
	(void)n;
	(void)rsp;
	return 0;
}

/*
 * The times of N bytes of control, to the tick: who writes nothing else and reads
 * nothing sees the events' own instants.
 */
static void
measure(uint64_t *took)
{
	struct kcs *k;

	rig_start(1);
	k = kcs_create(io, PORT, &times, silent, NULL);
	for (int i = 0; i < N; i++) {
		uint64_t from;

		(void)port_access(true, 1, KCS_WRITE_START);
		/* It arrived in the tick before the last. */
		from = sc_now_tick() - 1;
		took[i] = sc_next_tick() - from;
		ok(sc_run(sc_next_tick() + 1));
		ck_assert_uint_eq(status() & KCS_IBF, 0);
	}
	kcs_destroy(k);
	rig_end();
}

/* Each in a process of its own: one simulation each (sc.h). */
static void
measured(uint64_t *took, uint64_t seed)
{
	int fd[2];
	pid_t pid;

	ck_assert_int_eq(pipe(fd), 0);
	pid = fork();
	if (pid == 0) {
		FILE *f = fdopen(fd[1], "w");

		times.seed = seed;
		measure(took);
		fwrite(took, sizeof(*took), N, f);
		fclose(f);
		_exit(0);
	}
	close(fd[1]);
	for (size_t at = 0; at < N * sizeof(*took);) {
		const ssize_t n = read(fd[0], (char *)took + at,
		    N * sizeof(*took) - at);

		ck_assert_int_gt(n, 0);
		at += (size_t)n;
	}
	close(fd[0]);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
}

/*
 * Of an exponential tail of mean 3200, cut at 14000: it is longer than x in
 * exp(-x/3200) of cases, counted in steps of 200: (16/17)^(x/200).  So 0.2973
 * of 20000 are longer than 4000 (standard deviation 0.0033), the cut takes
 * 0.01435 (0.0009), and the mean is the sum of the steps' chances,
 * 3200 * (1 - 0.01435) = 3154 (deviation of one 3000, of the mean 21).
 */
START_TEST(distribution)
{
	static uint64_t took[N];
	uint64_t sum = 0;
	int least = 0, longer = 0, most = 0;

	measured(took, 1);
	for (int i = 0; i < N; i++) {
		ck_assert_uint_ge(took[i], 6000);
		ck_assert_uint_le(took[i], 20000);
		sum += took[i];
		least += took[i] == 6000;
		longer += took[i] >= 6000 + 4000;
		most += took[i] == 20000;
	}
	ck_assert_uint_ge(sum / N, 6000 + 3154 - 84);
	ck_assert_uint_le(sum / N, 6000 + 3154 + 84);
	ck_assert_int_ge(longer, (int)(N * (0.2975 - 4 * 0.0033)));
	ck_assert_int_le(longer, (int)(N * (0.2975 + 4 * 0.0033)));
	ck_assert_int_ge(most, (int)(N * (0.01435 - 4 * 0.0009)));
	ck_assert_int_le(most, (int)(N * (0.01435 + 4 * 0.0009)));
	/* One of 17 has no tail. */
	ck_assert_int_ge(least, N / 17 - 4 * 34);
	ck_assert_int_le(least, N / 17 + 4 * 34);
}
END_TEST

START_TEST(seeds)
{
	static uint64_t a[N], b[N];
	int same = 0;

	measured(a, 7);
	measured(b, 7);
	ck_assert_mem_eq(a, b, sizeof(a));
	measured(b, 8);
	for (int i = 0; i < N; i++)
		same += a[i] == b[i];
	/* Alike by chance: the sum of squares of all chances, 1 in 33. */
	ck_assert_int_lt(same, N / 20);
}
END_TEST

/* No tail: always the same.  A cut below the least: that. */
START_TEST(constant)
{
	static uint64_t took[N];

	times.tail_tick = 0;
	times.max_tick = _i == 0 ? 20000 : 500;
	measured(took, 1);
	for (int i = 0; i < N; i++)
		ck_assert_uint_eq(took[i], _i == 0 ? 6000 : 500);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("kcs_time");
	TCase *c = tcase_create("kcs_time");

	times = (struct kcs_times){
		.byte_tick = 6000, .tail_tick = 3200, .max_tick = 20000
	};
	tcase_add_test(c, distribution);
	tcase_add_test(c, seeds);
	tcase_add_loop_test(c, constant, 0, 2);
	suite_add_tcase(s, c);
	return run_tests(s);
}
