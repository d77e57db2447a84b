/*
 * test_hash.c: hashes and random numbers are the same on every host.
 *
 * The expected hashes were computed by a second implementation (Python, on
 * integers without a size); the random numbers by that and, for the state
 * 1 2 3 4, by the generator's authors.
 */
#include <check.h>
#include <stdbool.h>

#include "core/exit.h"
#include "core/hash.h"
#include "core/rng.h"

START_TEST(hash_vectors)
{
	struct hash h = HASH_INIT;
	char buf[HASH_TEXT];

	ck_assert_str_eq(hash_format(hash_value(&h), buf), "9f982cdf6bb886c6");
	hash_u64(&h, 1);
	ck_assert_str_eq(hash_format(hash_value(&h), buf), "d1847029ec0eae11");
	h = (struct hash)HASH_INIT;
	hash_str(&h, "Rangeley");
	ck_assert_str_eq(hash_format(hash_value(&h), buf), "d052f47d4975be79");
	h = (struct hash)HASH_INIT;
	hash_bytes(&h, "Atom C2758\xff", 11);
	hash_u64(&h, UINT64_MAX);
	ck_assert_str_eq(hash_format(hash_value(&h), buf), "a55373bef7ecd80a");
}
END_TEST

typedef uint64_t stream_hash(const uint64_t *v, unsigned n);

static uint64_t
own(const uint64_t *v, unsigned n)
{
	struct hash h = HASH_INIT;

	for (unsigned i = 0; i < n; i++)
		hash_u64(&h, v[i]);
	return hash_value(&h);
}

/* The twin: a sum sees no order. */
static uint64_t
sum(const uint64_t *v, unsigned n)
{
	uint64_t s = 0;

	for (unsigned i = 0; i < n; i++)
		s += v[i];
	return s;
}

/* Is a trace told from it with one bit, two neighbours or its end changed? */
static bool
tells(stream_hash *fn)
{
	uint64_t v[8] = { 1, 2, 3, 4, 5, 6, 7, 0 }, h = fn(v, 8);
	bool all = fn(v, 7) != h;

	for (unsigned i = 0; i < 7; i++) {
		uint64_t a = v[i], b = v[i + 1];

		v[i] = b;
		v[i + 1] = a;
		all = all && fn(v, 8) != h;
		v[i] = a;
		v[i + 1] = b;
		for (unsigned bit = 0; bit < 64; bit++) {
			v[i] ^= UINT64_C(1) << bit;
			all = all && fn(v, 8) != h;
			v[i] = a;
		}
	}
	return all;
}

START_TEST(hash_sees_order_and_bits)
{
	ck_assert(tells(own));
	ck_assert(!tells(sum));
}
END_TEST

START_TEST(strings_do_not_run_together)
{
	struct hash a = HASH_INIT, b = HASH_INIT;

	hash_str(&a, "ab");
	hash_str(&a, "c");
	hash_str(&b, "a");
	hash_str(&b, "bc");
	ck_assert_uint_ne(hash_value(&a), hash_value(&b));
}
END_TEST

START_TEST(rng_vectors)
{
	static const uint64_t author[] = { 41943041, 58720359,
		UINT64_C(3588806011781223), UINT64_C(3591011842654386),
		UINT64_C(9228616714210784205), UINT64_C(9973669472204895162) };
	static const uint64_t stream7[] = { UINT64_C(0x0d9893fc677d6169),
		UINT64_C(0x8c202a1a1dd3b94d), UINT64_C(0xb20f071eca7887c8) };
	struct rng r = { { 1, 2, 3, 4 } };

	for (unsigned i = 0; i < 6; i++)
		ck_assert_uint_eq(rng_u64(&r), author[i]);
	rng_seed(&r, 0, 0);
	ck_assert_uint_eq(r.s[0], UINT64_C(0xe220a8397b1dcdaf));
	ck_assert_uint_eq(r.s[3], UINT64_C(0xf88bb8a8724c81ec));
	rng_seed(&r, 42, 7);
	for (unsigned i = 0; i < 3; i++)
		ck_assert_uint_eq(rng_u64(&r), stream7[i]);
}
END_TEST

START_TEST(streams_differ)
{
	struct rng a, b;

	for (uint64_t st = 0; st < 100; st++) {
		rng_seed(&a, 1, st);
		rng_seed(&b, 1, st + 1);
		ck_assert_uint_ne(rng_u64(&a), rng_u64(&b));
	}
}
END_TEST

/*
 * n = 3 * 2^62: whoever takes the remainder of a 64-bit number gives the
 * lowest quarter of results twice as often as the others.  Of 40000 draws
 * 13333 fall below 2^62 when unbiased, with a deviation of 94; 20000
 * otherwise.
 */
static unsigned
low_third(uint64_t (*below)(struct rng *, uint64_t))
{
	const uint64_t third = UINT64_C(1) << 62;
	struct rng r;
	unsigned low = 0;

	rng_seed(&r, 5, 0);
	for (unsigned i = 0; i < 40000; i++) {
		uint64_t v = below(&r, 3 * third);

		ck_assert_uint_lt(v, 3 * third);
		low += v < third;
	}
	return low;
}

static uint64_t
remainder_below(struct rng *r, uint64_t n)
{
	return rng_u64(r) % n;
}

START_TEST(below_is_unbiased)
{
	struct rng r;
	unsigned n = low_third(rng_below);

	ck_assert_uint_gt(n, 13333 - 500);
	ck_assert_uint_lt(n, 13333 + 500);
	ck_assert_uint_gt(low_third(remainder_below), 13333 + 500);
	rng_seed(&r, 5, 0);
	ck_assert_uint_eq(rng_below(&r, 1), 0);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("core/hash");
	TCase *tc = tcase_create("hash");
	SRunner *sr = srunner_create(s);
	int failed;

	suite_add_tcase(s, tc);
	tcase_add_test(tc, hash_vectors);
	tcase_add_test(tc, hash_sees_order_and_bits);
	tcase_add_test(tc, strings_do_not_run_together);
	tcase_add_test(tc, rng_vectors);
	tcase_add_test(tc, streams_differ);
	tcase_add_test(tc, below_is_unbiased);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EX_GOOD : EX_FINDING;
}
