/*
 * test_rx_wait.c: frames of the I354 that wait for a descriptor, from outside: what
 * lets them go on.
 */
#include "sim/nic_i354/rx_rig.h"

/* DROP_EN, set when a frame waits already: that one, too, is dropped. */
START_TEST(drop_enabled_late)
{
	two_queues(0);
	for (unsigned i = 0; i < 8; i++)
		send(0, to_queue(1));
	for (unsigned i = 0; i < 5; i++)
		send(0, to_queue(0));
	run_ns(50000);
	ck_assert_uint_eq(i354_counts(nic, 0)->rx_frames[0], 0);
	w(0, I354_SRRCTL(1), ADVANCED | SRRCTL_DROP_EN);
	run_ns(50000);
	ck_assert_uint_eq(i354_counts(nic, 0)->dropped[DROP_RX_NO_DESC], 5);
	ck_assert_uint_eq(r(0, I354_RQDPC(1)), 5);
	ck_assert_uint_eq(i354_counts(nic, 0)->rx_frames[0], 5);
	rig_end();
}
END_TEST

/*
 * The receiver is switched off while a frame waits in the packet buffer, and on
 * again: the frame gets its descriptor, and so do those behind it.
 */
START_TEST(off_and_on)
{
	rig_start();
	links_up();
	rx_on(0, 0, 8, LEGACY, 0);
	send(0, make(0, 60));
	run_ns(900); /* the last bit is there */
	clear(0, I354_RCTL, RCTL_EN);
	run_ns(5000);
	ck_assert_int_eq(ndelivered, 0);
	set(0, I354_RCTL, RCTL_EN);
	run_ns(5000);
	ck_assert_int_eq(ndelivered, 1);
	send_wait(0, make(0, 60));
	ck_assert_int_eq(ndelivered, 2);
	rig_end();
}
END_TEST

/*
 * Bus mastering is off and on again, by the command register or by D3: what has to
 * fetch descriptors meanwhile waits, and then goes on by itself.
 */
START_TEST(master_again)
{
	const unsigned off = _i == 0 ? 0x04 : 0x44;
	const uint32_t go = _i == 0 ? 7 : 0;

	rig_start();
	links_up();
	rx_on(0, 0, 8, LEGACY, 0);
	tx_on(0, 0, 16, 0);
	mem32(TXRING(0, 0))[0] = (uint32_t)TXBUF(0, 0);
	mem32(TXRING(0, 0))[2] = TXD_EOP | TXD_IFCS | 60;
	w(0, I354_TDT(0), 1);
	pcie_config_write(root, 0, DEV, 0, off, 2, 3);
	send_wait(0, make(0, 60));
	ck_assert_int_eq(ndelivered + ngot, 0);
	pcie_config_write(root, 0, DEV, 0, off, 2, go);
	run_ns(20000);
	ck_assert_int_eq(ndelivered, 1);
	ck_assert_int_eq(ngot, 1);
	rig_end();
}
END_TEST

static void
add(TCase *t)
{
	tcase_add_test(t, drop_enabled_late);
	tcase_add_test(t, off_and_on);
	tcase_add_loop_test(t, master_again, 0, 2);
}

int
main(void)
{
	return run_suite("sim/nic_i354 rx wait", add);
}
