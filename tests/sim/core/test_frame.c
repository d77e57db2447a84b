/*
 * test_frame.c: the pool of frames and its ledger; the lists of hops and drops.
 */
#include <check.h>
#include <signal.h>
#include <string.h>

#include "core/exit.h"
#include "core/frame.h"
#include "core/rng.h"

START_TEST(a_frame_is_clean)
{
	struct frame *f = frame_get(FRAME_FROM_SOURCE);

	f->len_bytes = 99;
	f->stamp_tick[HOP_WIRE_TX] = 5;
	frame_put(f, FRAME_TO_SINK);
	/* Last in, first out: it is the same one, cleared. */
	ck_assert_ptr_eq(frame_get(FRAME_FROM_MAC), f);
	ck_assert_uint_eq(f->len_bytes, 0);
	for (unsigned h = 0; h < HOP_COUNT; h++)
		ck_assert_uint_eq(f->stamp_tick[h], 0);
	frame_put(f, FRAME_TO_MAC);
	frames_fini();
}
END_TEST

static unsigned dropped;

static void
on_drop(void *arg, const struct frame *f, enum drop place)
{
	ck_assert_ptr_eq(arg, &dropped);
	ck_assert(f->used);
	ck_assert_uint_eq(f->id, 77);
	ck_assert_int_eq(place, DROP_RX_FIFO);
	dropped++;
}

START_TEST(drops_are_told)
{
	struct frame *f = frame_get(FRAME_FROM_SOURCE);

	f->id = 77;
	frame_on_drop(on_drop, &dropped);
	frame_drop(f, DROP_RX_FIFO);
	ck_assert_uint_eq(dropped, 1);
	ck_assert_uint_eq(frame_ledger()->dropped[DROP_RX_FIFO], 1);
	frame_on_drop(NULL, NULL);
	frame_drop(frame_get(FRAME_FROM_SOURCE), DROP_RX_FIFO);
	ck_assert_uint_eq(dropped, 1);
	frames_fini();
}
END_TEST

/* Each step keeps the sum; the counts are this program's own. */
START_TEST(ledger_random)
{
	static struct frame *held[1000];
	unsigned n = 0;
	uint64_t made = 0, ended = 0;
	struct frame_ledger bad;
	struct rng r;

	rng_seed(&r, 1, 0);
	for (unsigned i = 0; i < 100000; i++) {
		const uint64_t way = rng_below(&r, 4);

		if (n < 1000 && (n == 0 || way < 2)) {
			held[n++] = frame_get((enum frame_from)rng_below(&r,
			    FRAME_KINDS));
			made++;
		} else {
			const uint64_t k = rng_below(&r, n);

			if (way == 2)
				frame_put(held[k],
				    (enum frame_to)rng_below(&r, FRAME_KINDS));
			else
				frame_drop(held[k],
				    (enum drop)rng_below(&r, DROP_COUNT));
			held[k] = held[--n];
			ended++;
		}
		ck_assert(frame_conserved(frame_ledger()));
		ck_assert_uint_eq(frame_ledger()->in_use, made - ended);
	}
	bad = *frame_ledger();
	bad.to[FRAME_TO_SINK]++;
	ck_assert(!frame_conserved(&bad));
	frames_fini();
	ck_assert_uint_eq(frame_ledger()->in_use, 0);
}
END_TEST

/* Aborts: a frame ends once. */
START_TEST(ends_twice)
{
	struct frame *f = frame_get(FRAME_FROM_SOURCE);

	(void)frame_get(FRAME_FROM_SOURCE); /* another one is still in use */
	frame_put(f, FRAME_TO_SINK);
	frame_put(f, FRAME_TO_SINK);
}
END_TEST

START_TEST(json)
{
	json_t *j;

	frame_drop(frame_get(FRAME_FROM_SOURCE), DROP_RX_VLAN);
	frame_put(frame_get(FRAME_FROM_SOURCE), FRAME_TO_MEMORY);
	frame_put(frame_get(FRAME_FROM_MEMORY), FRAME_TO_SINK);
	(void)frame_get(FRAME_FROM_SOURCE);
	j = frame_ledger_json(frame_ledger());
	ck_assert_int_eq(json_integer_value(json_object_get(j, "in")), 3);
	ck_assert_int_eq(json_integer_value(json_object_get(j, "out")), 1);
	ck_assert_int_eq(json_integer_value(json_object_get(j, "in_flight")),
	    1);
	ck_assert_int_eq(json_integer_value(json_object_get(j, "to_memory")),
	    1);
	j = json_object_get(j, "dropped");
	ck_assert_uint_eq(json_object_size(j), DROP_COUNT);
	ck_assert_int_eq(json_integer_value(json_object_get(j, "rx_vlan")), 1);
	ck_assert_int_eq(json_integer_value(json_object_get(j, "rx_fifo")), 0);
}
END_TEST

/* The order is the one of the design (section 3). */
START_TEST(hops_in_order)
{
	static const char *const names = "WIRE_RX MAC_RX RSS RX_RING RX_DMA "
					 "MEM_WRITE RX_WB RX_CAUSE MSIX LAPIC "
					 "CPU_INTR WM_INTR WM_RXEOF BRIDGE_IN "
					 "SOFTINT BRIDGE_FWD WM_START "
					 "TX_DOORBELL TX_DMA MAC_TX WIRE_TX";
	char all[400] = "";

	for (unsigned h = 0; h < HOP_COUNT; h++) {
		strcat(strcat(all, h > 0 ? " " : ""), hop_name((enum hop)h));
		ck_assert_int_eq(hop_side((enum hop)h) == HOP_SIDE_SW,
		    h >= HOP_WM_INTR && h <= HOP_WM_START);
		ck_assert_uint_gt(strlen(hop_text((enum hop)h)), 10);
	}
	ck_assert_str_eq(all, names);
}
END_TEST

START_TEST(drops_differ)
{
	for (unsigned i = 0; i < DROP_COUNT; i++) {
		ck_assert_uint_gt(strlen(drop_text((enum drop)i)), 10);
		for (unsigned k = 0; k < i; k++)
			ck_assert_str_ne(drop_name((enum drop)i),
			    drop_name((enum drop)k));
	}
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("core/frame");
	TCase *tc = tcase_create("frame");
	SRunner *sr = srunner_create(s);
	int failed;

	suite_add_tcase(s, tc);
	tcase_add_test(tc, a_frame_is_clean);
	tcase_add_test(tc, drops_are_told);
	tcase_add_test(tc, ledger_random);
	tcase_add_test_raise_signal(tc, ends_twice, SIGABRT);
	tcase_add_test(tc, json);
	tcase_add_test(tc, hops_in_order);
	tcase_add_test(tc, drops_differ);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EX_GOOD : EX_FINDING;
}
