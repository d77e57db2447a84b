/*
 * test_regs.c: the rest of the I354's registers, from outside: the table,
 * reset, NVM, PHY and link, semaphores.
 */
#include "sim/nic_i354/nic_rig.h"

/* Registers that hold what is written, in the bits that exist; after reset. */
START_TEST(table)
{
	struct i354_reg reg;
	unsigned full = 0, partial = 0, absent = 0;

	rig_start();
	for (unsigned i = 0; i354_reg_row(i, &reg); i++) {
		struct i354_reg other;

		full += reg.cover == I354_FULL;
		partial += reg.cover == I354_PARTIAL;
		absent += reg.cover == I354_ABSENT;
		ck_assert_uint_eq(reg.off % 4, 0);
		ck_assert_uint_le(reg.off + (reg.n - 1) * reg.stride,
		    I354_CSR_BYTES - 4);
		for (unsigned k = 0; k < i; k++) { /* no offset twice */
			ck_assert(i354_reg_row(k, &other));
			for (unsigned a = 0; a < reg.n; a++)
				ck_assert(other.off >
					reg.off + a * reg.stride ||
				    (reg.off + a * reg.stride - other.off) %
					    other.stride !=
					0 ||
				    (reg.off + a * reg.stride - other.off) /
					    other.stride >=
					other.n);
		}
	}
	ck_assert_uint_gt(full, 100);
	ck_assert_uint_gt(partial, 30);
	ck_assert_uint_ge(absent, 1);
	rig_end();
}
END_TEST

/* Sizes of packet buffers are there to be read, after each reset. */
START_TEST(buffers)
{
	np.rxpb_bytes = 40 << 10;
	np.txpb_bytes = 24 << 10;
	rig_start();
	ck_assert_uint_eq(r(0, I354_PBA), 40);
	ck_assert_uint_eq(r(3, I354_TXPBS), 24);
	w(0, I354_PBA, 7);
	set(0, I354_CTRL, CTRL_RST);
	run_ns(1000000);
	ck_assert_uint_eq(r(0, I354_PBA), 40);
	ck_assert_uint_eq(r(0, I354_TXPBS), 24);
	rig_end();
}
END_TEST

static struct {
	char name[32];
	uint32_t off;
	bool write;
} missed[8];
static int nmissed;

static void
absent(void *arg, unsigned port, const char *name, uint32_t off, bool write)
{
	(void)arg;
	ck_assert_uint_eq(port, 3);
	snprintf(missed[nmissed].name, 32, "%s", name);
	missed[nmissed].off = off;
	missed[nmissed++].write = write;
}

/* Absent ones read 0, keep nothing, and are told of. */
START_TEST(absent_ones)
{
	const struct i354_watch watch = { .absent = absent };

	rig_start();
	i354_watch(nic, &watch);
	w(3, I354_MSIXBM(2), 5);
	ck_assert_uint_eq(r(3, I354_MSIXBM(2)), 0);
	ck_assert_uint_eq(r(3, 0x1fff0), 0);
	ck_assert_int_eq(nmissed, 3);
	ck_assert_str_eq(missed[0].name, "MSIXBM");
	ck_assert_uint_eq(missed[0].off, 0x1608);
	ck_assert(missed[0].write && !missed[1].write);
	ck_assert_str_eq(missed[2].name, "?");
	rig_end();
}
END_TEST

static struct {
	char name[32];
	uint32_t off, bits;
} lacked[8];
static int nlacked;

static void
lacking(void *arg, unsigned port, const char *name, uint32_t off, uint32_t bits)
{
	(void)arg;
	ck_assert_uint_eq(port, 3);
	ck_assert_int_lt(nlacked, 8);
	snprintf(lacked[nlacked].name, 32, "%s", name);
	lacked[nlacked].off = off;
	lacked[nlacked++].bits = bits;
}

/* Write, and be told of these bits of that register; 0: of nothing. */
static void
lacks(uint32_t off, uint32_t v, uint32_t bits, const char *name, uint32_t where)
{
	nlacked = 0;
	w(3, off, v);
	ck_assert_int_eq(nlacked, bits != 0);
	if (bits == 0)
		return;
	ck_assert_str_eq(lacked[0].name, name);
	ck_assert_uint_eq(lacked[0].off, where);
	ck_assert_uint_eq(lacked[0].bits, bits);
}

/*
 * Bits of partial registers: told of when written, but as after a reset or as
 * they are; those that are modelled, and full registers, never.
 */
START_TEST(partial_ones)
{
	const struct i354_watch watch = { .lacking = lacking };
	struct i354_reg reg;

	rig_start();
	i354_watch(nic, &watch);
	lacks(I354_RCTL, RCTL_EN | RCTL_BAM | RCTL_SECRC, 0, NULL, 0);
	lacks(I354_RCTL, RCTL_EN | 0x204, 0x204, "RCTL", I354_RCTL);
	lacks(I354_RCTL, RCTL_BAM | 0x204, 0, NULL, 0); /* as it is */
	lacks(I354_RCTL, 0x200, 0, NULL, 0);
	lacks(I354_LEDCTL, 0x07061303, 1, "LEDCTL", I354_LEDCTL);
	lacks(I354_LEDCTL, 0x07061302, 0, NULL, 0); /* as after a reset */
	lacks(I354_TXQ_LOW + 0x128, 16 | 5u << XDCTL_WTHRESH_SHIFT,
	    5u << XDCTL_WTHRESH_SHIFT, "TXDCTL", I354_TXDCTL(1));
	lacks(I354_SRRCTL(2), ADVANCED, 0, NULL, 0);
	lacks(I354_SRRCTL(2), 5u << SRRCTL_TYPE_SHIFT, 4u << SRRCTL_TYPE_SHIFT,
	    "SRRCTL", I354_SRRCTL(2));
	lacks(I354_MDICNFG, r(3, I354_MDICNFG), 0, NULL, 0);
	lacks(I354_VET, 0x8100, 0, NULL, 0);
	lacks(I354_MTA(5), UINT32_MAX, 0, NULL, 0);
	for (unsigned i = 0; i354_reg_row(i, &reg); i++)
		ck_assert_uint_eq(reg.live == UINT32_MAX,
		    reg.cover == I354_FULL || strcmp(reg.name, "VET") == 0 ||
			strcmp(reg.name, "STATUS") == 0);
	rig_end();
}
END_TEST

/* Widths, the older offsets of queues and of interrupts, BAR 2. */
START_TEST(ways_in)
{
	uint64_t io_bar;

	rig_start();
	w(0, 0x2800, 0x12345680);
	ck_assert_uint_eq(r(0, 0xc000), 0x12345680);
	w(0, 0xc0c8, 0x800);
	ck_assert_uint_eq(r(0, 0x2b08), 0x800);
	w(0, 0x3a00, 0xabc00);
	ck_assert_uint_eq(r(0, 0xe080), 0xabc00);
	ck_assert_uint_eq(r(0, 0xe180), 0); /* queue 6 has none */
	w(0, 0x1508, 4);
	ck_assert_uint_eq(r(0, 0xd0), 4);
	cpu_write(bar[0] + I354_RAL(3), 8, 0x8000665544332211);
	ck_assert_uint_eq(cpu_read(bar[0] + I354_RAL(3), 8),
	    0x8000665544332211);
	ck_assert_uint_eq(cpu_read(bar[0] + I354_RAL(3) + 2, 2), 0x4433);
	ck_assert_uint_eq(cpu_read(bar[0] + I354_RAL(3) + 1, 1), 0x22);
	cpu_write(bar[0] + I354_RAL(3), 2, 0xffff); /* too narrow */
	ck_assert_uint_eq(r(0, I354_RAL(3)), 0x44332211);
	io_bar = pcie_config_read(root, 0, DEV, 0, 0x18, 4) & ~3u;
	for (unsigned i = 0; i < 2; i++) {
		const struct io_dev *d = io_find(io, true, io_bar + 4 * i, 4);

		answered = false;
		if (i == 0)
			io_out(io, 0, 0, d, io_bar, 4, I354_RAL(3),
			    tick_to_clk(sc_now_tick()));
		else
			io_read(io, 0, 0, d, io_bar + 4, 4,
			    tick_to_clk(sc_now_tick()));
		while (!answered)
			run_ns(200);
	}
	ck_assert_uint_eq(answer_value, 0x44332211);
	rig_end();
}
END_TEST

/*
 * CTRL.RST: registers as at first, but EITR and packet buffer sizes; frames
 * inside end; the address comes back; AUTO_RD when the NVM is loaded.
 */
START_TEST(reset)
{
	rig_start();
	links_up();
	(void)r(0, I354_ICR);
	rx_on(0, 0, 64, LEGACY, 16 | 4u << XDCTL_WTHRESH_SHIFT);
	w(0, I354_EITR(3), 400);
	w(0, I354_EITR(0), 4000);
	w(0, I354_RXPBS, 2);
	w(0, I354_MTA(7), 5);
	for (unsigned i = 0; i < 3; i++) /* held back: 4 make a write-back */
		send(0, make(0, 1000));
	run_ns(30000);
	ck_assert_uint_eq(frame_ledger()->in_use, 3);
	send(0, make(0, 100));
	run_ns(1900); /* in the packet buffer */
	w(0, I354_RAL(0), 1);
	send(0, make(0, 100));
	send(0, make(0, 100));
	w(0, I354_CTRL, CTRL_RST);
	conserved();
	ck_assert_uint_eq(r(0, I354_EECD) & EECD_AUTO_RD, 0);
	ck_assert_uint_eq(r(0, I354_RCTL), 0);
	ck_assert_uint_eq(r(0, I354_MTA(7)), 0);
	ck_assert_uint_eq(r(0, I354_EITR(3)), 400);
	ck_assert_uint_eq(r(0, I354_RXPBS), 2);
	ck_assert_uint_eq(r(0, I354_RAL(0)), 0x12902500);
	ck_assert_uint_eq(r(0, I354_RXDCTL(0)), XDCTL_ENABLE | 1u << 16);
	ck_assert_uint_eq(r(0, I354_RXDCTL(1)), 1u << 16);
	ck_assert_uint_eq(r(0, I354_CTRL),
	    CTRL_FD | CTRL_LRST | CTRL_SPEED_1000);
	ck_assert_uint_eq(r(0, I354_STATUS) & STATUS_LU, 0);
	run_ns(100000);
	ck_assert_uint_eq(r(0, I354_EECD) & EECD_AUTO_RD, EECD_AUTO_RD);
	ck_assert_uint_eq(frame_ledger()->in_use, 0);
	ck_assert_uint_ge(i354_counts(nic, 0)->dropped[DROP_RX_RESET], 3);
	ck_assert_uint_eq(i354_counts(nic, 0)->rx_frames[0], 0);
	/* And it works again; the PHY has kept its link. */
	set(0, I354_CTRL, CTRL_SLU);
	ck_assert_uint_eq(r(0, I354_STATUS) & STATUS_LU, STATUS_LU);
	rx_on(0, 0, 64, LEGACY, 16);
	send_wait(0, make(0, 100));
	ck_assert_uint_eq(r(0, I354_RDH(0)), 1);
	rig_end();
}
END_TEST

/* DEV_RST: all ports, and they say so. */
START_TEST(device_reset)
{
	rig_start();
	for (unsigned p = 0; p < 4; p++)
		w(p, I354_MTA(1), p + 1);
	w(2, I354_CTRL, CTRL_DEV_RST);
	for (unsigned p = 0; p < 4; p++) {
		ck_assert_uint_eq(r(p, I354_MTA(1)), 0);
		ck_assert_uint_eq(r(p, I354_STATUS) & STATUS_DEV_RST,
		    STATUS_DEV_RST);
		ck_assert_uint_eq(r(p, I354_ICR) & ICR_DRSTA, ICR_DRSTA);
		ck_assert_uint_eq(r(p, I354_STATUS) >> 2 & 3, p); /* LAN id */
	}
	w(1, I354_STATUS, STATUS_DEV_RST);
	ck_assert_uint_eq(r(1, I354_STATUS) & STATUS_DEV_RST, 0);
	ck_assert_uint_eq(r(2, I354_STATUS) & STATUS_DEV_RST, STATUS_DEV_RST);
	rig_end();
}
END_TEST

/* Resets at any time, with traffic both ways: every frame has its place. */
START_TEST(reset_any_time)
{
	struct rng rng;

	rig_start();
	links_up();
	rng_seed(&rng, 9, 0);
	for (unsigned i = 0; i < 300; i++) {
		rx_on(0, 0, 64, LEGACY, 16);
		tx_on(0, 0, 64, 0);
		for (unsigned k = 0; k < 20; k++) {
			uint32_t *d = mem32(TXRING(0, 0) + 16 * k);

			d[0] = (uint32_t)TXBUF(0, 0);
			d[1] = 0;
			d[2] = TXD_DATA | TXD_DEXT | TXD_IFCS | TXD_EOP |
			    TXD_RS | (60 + 70 * k);
			d[3] = 0;
			send(0, make(0, 60 + 70 * k));
		}
		w(0, I354_TDT(0), 20);
		run_ns(rng_below(&rng, 20000));
		conserved();
		w(0, I354_CTRL, CTRL_RST);
		conserved();
		run_ns(rng_below(&rng, 3000));
		conserved();
		set(0, I354_CTRL, CTRL_SLU);
		if (i % 50 == 0) { /* a function level reset */
			pcie_config_write(root, 0, DEV, 0, 0xa8, 2, 0x8000);
			run_ns(1000);
			conserved();
			pcie_config_write(root, 0, DEV, 0, 4, 2, 7);
			pcie_config_write(root, 0, DEV, 0, 0x10, 4,
			    (uint32_t)bar[0]);
			set(0, I354_CTRL, CTRL_SLU);
		}
	}
	run_ns(40000000); /* what is on the wire */
	ck_assert_uint_eq(frame_ledger()->in_use, 0);
	ck_assert_uint_gt(i354_counts(nic, 0)->dropped[DROP_RX_RESET], 20);
	ck_assert_uint_gt(i354_counts(nic, 0)->dropped[DROP_TX_RESET], 20);
	rig_end();
}
END_TEST

static uint32_t
nvm(unsigned p, unsigned word)
{
	uint32_t v;

	w(p, I354_EERD, word << EERD_ADDR_SHIFT | EERD_START);
	ck_assert_uint_eq(r(p, I354_EERD) & EERD_DONE, 0);
	run_ns(5000);
	v = r(p, I354_EERD);
	ck_assert_uint_eq(v & EERD_DONE, EERD_DONE);
	ck_assert_uint_eq((v & 0xffff) >> 2, word);
	return v >> EERD_DATA_SHIFT;
}

/* Each port's image: its address, and words that add up to baba. */
START_TEST(nvm_images)
{
	static const unsigned at[4] = { 0, 0x80, 0xc0, 0x100 };
	const unsigned p = (unsigned)_i;
	uint16_t sum = 0;

	rig_start();
	for (unsigned i = 0; i < 0x40; i++)
		sum = (uint16_t)(sum + nvm(p, at[p] + i));
	ck_assert_uint_eq(sum, 0xbaba);
	ck_assert_uint_eq(nvm(p, at[p]), 0x2500);
	ck_assert_uint_eq(nvm(p, at[p] + 2), 0x5034 + 0x100 * p);
	ck_assert_uint_eq(nvm(p, at[p] + 0x0d), 0x1f41);
	set(p, I354_EECD, EECD_REQ);
	ck_assert_uint_eq(r(p, I354_EECD) & EECD_GNT, EECD_GNT);
	clear(p, I354_EECD, EECD_REQ);
	ck_assert_uint_eq(r(p, I354_EECD) & EECD_GNT, 0);
	ck_assert_uint_eq(r(p, I354_EECD) & EECD_PRES, EECD_PRES);
	rig_end();
}
END_TEST

static uint32_t
mdic(unsigned p, uint32_t command)
{
	uint32_t v;

	w(p, I354_MDIC, command);
	ck_assert_uint_eq(r(p, I354_MDIC) & MDIC_READY, 0);
	run_ns(26000);
	v = r(p, I354_MDIC);
	ck_assert_uint_eq(v & (MDIC_READY | MDIC_ERROR), MDIC_READY);
	return v;
}

static uint32_t
phy(unsigned p, unsigned reg)
{
	const uint32_t v = mdic(p, MDIC_OP_READ | reg << MDIC_REG_SHIFT);

	ck_assert_uint_eq(v >> MDIC_REG_SHIFT & 31, reg);
	return v & 0xffff;
}

static void
phy_put(unsigned p, unsigned reg, uint32_t v)
{
	(void)mdic(p, MDIC_OP_WRITE | reg << MDIC_REG_SHIFT | v);
}

/* Identity, and a link that comes after an_tick and is lost for once. */
START_TEST(phy_link)
{
	rig_start();
	set(1, I354_CTRL, CTRL_SLU);
	ck_assert_uint_eq(phy(1, 2), 0x0141);
	ck_assert_uint_eq(phy(1, 3), 0x0ea0);
	ck_assert_uint_eq(phy(1, 1) & 0x24, 0);
	cable_set_up(cable[1], true);
	run_ns(tick_to_ns_up(np.an_tick) - 1000);
	ck_assert_uint_eq(r(1, I354_STATUS) & STATUS_LU, 0);
	run_ns(1000);
	ck_assert_uint_eq(r(1, I354_STATUS) & STATUS_LU, STATUS_LU);
	ck_assert_uint_eq(r(1, I354_ICR) & ICR_LSC, ICR_LSC);
	ck_assert_uint_eq(phy(1, 1) & 0x24, 0x20); /* latched */
	ck_assert_uint_eq(phy(1, 1) & 0x24, 0x24);
	ck_assert_uint_eq(phy(1, 17) & 0xec00, 0xac00); /* 1000, full, link */
	ck_assert_uint_eq(phy(1, 10) & 0x3c00, 0x3c00);
	ck_assert_uint_eq(phy(1, 5) & 0x0400, 0x0400);
	ck_assert_uint_eq(r(1, I354_PCS_LSTAT) & 0x1d, 0x1d);
	cable_set_up(cable[1], false);
	cable_set_up(cable[1], true);
	run_ns(tick_to_ns_up(np.an_tick) + 1000);
	ck_assert_uint_eq(phy(1, 1) & 4, 0);
	ck_assert_uint_eq(phy(1, 1) & 4, 4);
	/* Power down, and negotiation again. */
	phy_put(1, 0, 0x1940);
	run_ns(tick_to_ns_up(np.an_tick) + 1000);
	ck_assert_uint_eq(r(1, I354_STATUS) & STATUS_LU, 0);
	phy_put(1, 0, 0x1340);
	run_ns(tick_to_ns_up(np.an_tick) + 1000);
	ck_assert_uint_eq(r(1, I354_STATUS) & STATUS_LU, STATUS_LU);
	ck_assert_uint_eq(phy(1, 0), 0x1140);
	/* SLU off is no link for the MAC. */
	clear(1, I354_CTRL, CTRL_SLU);
	ck_assert_uint_eq(r(1, I354_STATUS) & STATUS_LU, 0);
	ck_assert_uint_eq(phy(1, 17) & 0x0400, 0x0400);
	/* CTRL.PHY_RST resets it. */
	set(1, I354_CTRL, CTRL_SLU);
	set(1, I354_CTRL, CTRL_PHY_RST);
	ck_assert_uint_eq(r(1, I354_STATUS) & (STATUS_LU | STATUS_PHYRA),
	    STATUS_PHYRA);
	w(1, I354_STATUS, 0);
	clear(1, I354_CTRL, CTRL_PHY_RST);
	run_ns(tick_to_ns_up(np.an_tick) + 1000);
	ck_assert_uint_eq(r(1, I354_STATUS) & (STATUS_LU | STATUS_PHYRA),
	    STATUS_LU);
	rig_end();
}
END_TEST

/* Other pages keep to themselves; what is read only stays. */
START_TEST(phy_pages)
{
	rig_start();
	phy_put(0, 22, 6);
	ck_assert_uint_eq(phy(0, 22), 6);
	phy_put(0, 4, 0x1234);
	phy_put(0, 22, 0);
	ck_assert_uint_eq(phy(0, 4), 0x0de1);
	phy_put(0, 4, 0x01e1);
	ck_assert_uint_eq(phy(0, 4), 0x01e1);
	phy_put(0, 2, 0xffff);
	ck_assert_uint_eq(phy(0, 2), 0x0141);
	rig_end();
}
END_TEST

/* The read takes SMBI; the two others are plain, and all four ports' one. */
START_TEST(semaphores)
{
	rig_start();
	ck_assert_uint_eq(r(0, I354_SWSM), 0);
	ck_assert_uint_eq(r(3, I354_SWSM) & SWSM_SMBI, SWSM_SMBI);
	w(0, I354_SWSM, SWSM_SMBI | SWSM_SWESMBI);
	ck_assert_uint_eq(r(0, I354_SWSM) & SWSM_SWESMBI, SWSM_SWESMBI);
	w(2, I354_SW_FW_SYNC, 0x0002);
	ck_assert_uint_eq(r(0, I354_SW_FW_SYNC), 0x0002);
	w(0, I354_CTRL, CTRL_RST); /* is no concern of the semaphores */
	ck_assert_uint_eq(r(1, I354_SW_FW_SYNC), 0x0002);
	w(1, I354_SWSM, 0);
	ck_assert_uint_eq(r(2, I354_SWSM), 0);
	rig_end();
}
END_TEST

/*
 * A reset at each moment of a frame's way: what PCIe was given before ends after
 * it, and is counted in no register that begins anew.
 */
START_TEST(late_counts)
{
	np.cause_tick = 1; /* before the bytes are there */
	rig_start();
	links_up();
	for (unsigned ns = 0; ns < 5000; ns += 100) {
		w(0, I354_CTRL, CTRL_SLU);
		rx_on(0, 0, 64, LEGACY, 0);
		send(0, make(0, 60));
		run_ns(ns);
		w(0, I354_CTRL, CTRL_RST);
		run_ns(150000);
		ck_assert_uint_eq(frame_ledger()->in_use, 0);
		ck_assert_uint_eq(r(0, 0x4104 /* RPTHC */), 0);
		ck_assert_uint_eq(r(0, I354_PQGPRC(0)), 0);
	}
	/* The first ones did not get in, the last ones did. */
	ck_assert_uint_gt(frame_ledger()->dropped[DROP_RX_OFF], 0);
	ck_assert_uint_gt(frame_ledger()->dropped[DROP_RX_RESET], 0);
	ck_assert_uint_gt(frame_ledger()->to[FRAME_TO_MEMORY], 10);
	rig_end();
}
END_TEST

/* What of BAR 3 is neither table nor pending bits is nothing. */
START_TEST(beside_the_table)
{
	rig_start();
	ck_assert_uint_ne(r(0, I354_TIPG), 0);
	ck_assert_uint_eq(cpu_read(msixbar[0] + I354_TIPG, 4), 0);
	cpu_write(msixbar[0] + I354_TIPG, 4, 5);
	ck_assert_uint_eq(r(0, I354_TIPG), 0x00601008);
	rig_end();
}
END_TEST

static void
add(TCase *t)
{
	tcase_add_test(t, table);
	tcase_add_test(t, buffers);
	tcase_add_test(t, absent_ones);
	tcase_add_test(t, partial_ones);
	tcase_add_test(t, ways_in);
	tcase_add_test(t, reset);
	tcase_add_test(t, device_reset);
	tcase_add_test(t, reset_any_time);
	tcase_add_loop_test(t, nvm_images, 0, 4);
	tcase_add_test(t, phy_link);
	tcase_add_test(t, phy_pages);
	tcase_add_test(t, semaphores);
	tcase_add_test(t, late_counts);
	tcase_add_test(t, beside_the_table);
}

int
main(void)
{
	return run_suite("sim/nic_i354 regs", add);
}
