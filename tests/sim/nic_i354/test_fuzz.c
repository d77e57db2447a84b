/*
 * test_fuzz.c: a driver that has lost its mind (fuzz_gen.h), while frames come in.
 *
 * It writes registers, configuration space, MSI-X tables, the I/O APIC, descriptors
 * and ring indices at random, half of them where it matters, resets ports in the
 * middle of DMA, pulls cables.  All along:
 *
 *	no assertion, no access out of bounds (with SAN=, make's option)
 *	time goes on, with a bounded number of instants, and CPUs' reads are answered
 *	each frame is at a named place, and there are not more than fit
 *	DMA goes where a ring, a descriptor or a message says (legal())
 *
 * Then what a driver does first, resets, must bring a port back to what it was
 * at first, register by register, and frames flow; the event queue drains, and
 * nothing is left inside.  The same seed has the same trace.
 *
 *	test_fuzz [writes [seed [seeds]]]	10000, 1 and 6
 */
#include <sys/mman.h>

#include <stdio.h>

#include "sim/nic_i354/fuzz_steps.h"

#define NPHY 32

/* Which interrupts a function has. */
static const struct {
	uint32_t nmsix, nmsi;
} ways[] = { { I354_NVEC, 1 }, { 0, 0 }, { I354_NVEC, 1 }, { 3, 32 },
	{ 0, 4 } };
#define NWAY (sizeof(ways) / sizeof(ways[0]))

static unsigned writes = 10000, seeds = 6;
static uint64_t seed0 = 1;
static uint64_t *traces; /* a seed's, shared by processes */
static unsigned gsi_up;  /* a bit for each line */

/* What software can read of all ports. */
struct state {
	uint32_t reg[4][I354_CSR_BYTES / 4];
	uint32_t msix[4][4 * I354_NVEC + 2];
	uint16_t phy[4][NPHY];
	uint8_t cfg[4][PCIE_CFG_BYTES];
};

/*
 * What a driver finds, and what it does first.
 */

static uint16_t
phy_reg(unsigned p, unsigned reg)
{
	w(p, I354_MDIC, MDIC_OP_READ | reg << MDIC_REG_SHIFT);
	pass(tick_to_ns_up(np.mdic_tick) + 1000);
	return (uint16_t)r(p, I354_MDIC);
}

static void
look(struct state *s)
{
	struct i354_reg g;

	for (unsigned p = 0; p < 4; p++) {
		for (unsigned i = 0; i354_reg_row(i, &g); i++)
			for (unsigned k = 0; k < g.n; k++)
				s->reg[p][(g.off + k * g.stride) / 4] = r(p,
				    g.off + k * g.stride);
		for (unsigned i = 0; i < 4 * I354_NVEC; i++)
			s->msix[p][i] = (uint32_t)cpu_read(msixbar[p] + 4 * i,
			    4);
		for (unsigned i = 0; i < 2; i++)
			s->msix[p][4 * I354_NVEC + i] = (uint32_t)
			    cpu_read(msixbar[p] + I354_MSIX_PBA + 4 * i, 4);
		for (unsigned i = 0; i < NPHY; i++)
			s->phy[p][i] = phy_reg(p, i);
		for (unsigned i = 0; i < PCIE_CFG_BYTES; i++)
			s->cfg[p][i] = (uint8_t)pcie_config_read(root, 0, DEV,
			    p, i, 1);
	}
}

/*
 * Resets, in the middle of things, and what they leave to software; half of the
 * ports are reset as functions before, which alone resets configuration space.
 */
static void
reset_all(void)
{
	for (unsigned p = 0; p < 4; p++) {
		step_repair(p);
		write_at(cfg_at(p, 0x72), 2, 0);
		if (p % 2 == 0)
			write_at(cfg_at(p, 0xa8), 2, 0x8000);
	}
	pass(20000 + draw(2) * 100000);
	pcie_firmware(root);
	for (unsigned p = 0; p < 4; p++) {
		pcie_config_write(root, 0, DEV, p, 4, 2, 7);
		w(p, I354_CTRL, CTRL_SLU | CTRL_FD);
		w(p, I354_CTRL, CTRL_SLU | CTRL_FD | CTRL_PHY_RST);
		/* Transactions that the reset is to end. */
		w(p, I354_MDIC, MDIC_OP_READ | 2 << MDIC_REG_SHIFT);
		w(p, I354_EERD, EERD_START);
		w(p, I354_CTRL, CTRL_RST);
		cable_set_up(cable[p], true);
	}
	pass(tick_to_ns_up(np.load_tick) + tick_to_ns_up(np.an_tick) + 200000);
}

static void
start_over(void)
{
	reset_all();
	for (unsigned p = 0; p < 4; p++) {
		w(p, I354_STATUS, UINT32_MAX);
		w(p, I354_RXPBS, 0);
		w(p, I354_TXPBS, np.txpb_bytes / 1024);
		w(p, I354_SWSM, 0);
		w(p, I354_SW_FW_SYNC, 0);
		for (unsigned v = 0; v < 25; v++)
			w(p, I354_EITR(v), 0);
		for (unsigned i = 0; p % 2 != 0 && i < 4 * I354_NVEC; i++)
			cpu_write(msixbar[p] + 4 * i, 4, i % 4 == 3);
		(void)r(p, I354_ICR);
		(void)r(p, I354_EICR);
	}
	ck_assert_uint_eq(gsi_up, 0);
}

/* PHY registers as at first: those that keep an old loss of link, twice. */
static void
first_look(struct state *s)
{
	for (unsigned p = 0; p < 4; p++)
		cable_set_up(cable[p], true);
	pass(tick_to_ns_up(np.an_tick) + 1000000);
	look(s);
}

static void
same(const struct state *a, const struct state *b)
{
	for (unsigned p = 0; p < 4; p++) {
		for (unsigned i = 0; i < I354_CSR_BYTES / 4; i++)
			ck_assert_msg(a->reg[p][i] == b->reg[p][i],
			    "port %u, register 0x%x: 0x%x at first, 0x%x now",
			    p, 4 * i, a->reg[p][i], b->reg[p][i]);
		for (unsigned i = 0; p % 2 == 0 && i < PCIE_CFG_BYTES; i++)
			ck_assert_msg(a->cfg[p][i] == b->cfg[p][i],
			    "port %u, configuration 0x%x: 0x%x, now 0x%x", p, i,
			    a->cfg[p][i], b->cfg[p][i]);
		for (unsigned i = 0; i < NPHY; i++)
			ck_assert_msg(i == 1 || a->phy[p][i] == b->phy[p][i],
			    "port %u, PHY %u: 0x%x, now 0x%x", p, i,
			    a->phy[p][i], b->phy[p][i]);
	}
	ck_assert_mem_eq(a->msix, b->msix, sizeof(a->msix));
}

/* By MSI-X, MSI or the pin, whichever is the first that there is. */
static void
interrupts_on(unsigned p)
{
	if (np.nmsix == I354_NVEC) {
		msix_on(p);
		ivar(p, 3, 3, 7);
		w(p, I354_EIMS, 1u << 3 | 1u << 7);
		w(p, I354_EIAC, 1u << 3 | 1u << 7);
		return;
	}
	pcie_config_write(root, 0, DEV, p, 0x54, 4, 0xfee00000);
	pcie_config_write(root, 0, DEV, p, 0x58, 4, 0);
	pcie_config_write(root, 0, DEV, p, 0x60, 4, 0); /* masks */
	pcie_config_write(root, 0, DEV, p, 0x5c, 2, 0x40);
	pcie_config_write(root, 0, DEV, p, 0x52, 2, 1);
	w(p, I354_IMS, ICR_RXT0 | ICR_TXDW);
}

/* There was one, for what has just happened; cause is ICR's bit. */
static void
interrupted(unsigned p, unsigned vector, uint32_t cause)
{
	if (np.nmsix == I354_NVEC)
		ck_assert_int_eq(told(p, vector), 1);
	else if (np.nmsi != 0)
		ck_assert_int_eq(nmessage, 1);
	else
		ck_assert_uint_eq(gsi_up, 1u << (pp.gsi_first + p));
	if (np.nmsix != I354_NVEC)
		ck_assert_uint_eq(r(p, I354_ICR) & (ICR_RXT0 | ICR_TXDW),
		    cause);
	pass(1000);
	ck_assert_uint_eq(gsi_up, 0);
	nmessage = 0;
}

/* As a driver has it after a fresh start: 20 frames each way, with interrupts. */
static void
frames_flow(void)
{
	links_up();
	for (unsigned p = 0; p < 4; p++) {
		(void)r(p, I354_ICR);
		memset(mem(RING(p, 3)), 0, 0x40000);
		interrupts_on(p);
		w(p, I354_MRQC, 3u << MRQC_DEF_SHIFT);
		rx_on(p, 3, 64, ADVANCED, 0);
		tx_start(p, 3, 64, 0);
		tail[p][3] = 0;
		nmessage = ngot = ndelivered = 0;
		for (unsigned i = 0; i < 20; i++) {
			send_wait(p, make(p, 60 + 50 * i));
			ck_assert_int_eq(ndelivered, (int)i + 1);
			for (unsigned b = 14; b < 60 + 50 * i; b++)
				ck_assert_uint_eq(mem(BUF(p, 3, i))[b],
				    (uint8_t)(b * 7 + next_id - 1));
			interrupted(p, 3, ICR_RXT0);
			(void)put(p, 3, fill(p, 3, 64 * i, 64, i),
			    DATA | LAST | 64, pay(64));
			ring(p, 3);
			pass(10000);
			ck_assert_int_eq(ngot, (int)i + 1);
			ck_assert_uint_eq(got[i].port, p);
			ck_assert_uint_eq(got[i].len_bytes, 64);
			ck_assert_mem_eq(got[i].data, mem(TXBUF(p, 3) + 64 * i),
			    64);
			interrupted(p, 7, ICR_TXDW);
		}
	}
	nline = nmessage = ngot = ndelivered = 0;
}

/* Resets alone: all comes to rest, and nothing is inside. */
static void
drain(void)
{
	unsigned n = 0;

	for (unsigned p = 0; p < 4; p++) {
		cable_set_up(cable[p], false);
		w(p, I354_CTRL, CTRL_RST);
	}
	for (; sc_next_tick() != TICK_NEVER; n++) {
		ck_assert_uint_lt(n, 100000);
		ok(sc_run(sc_next_tick() + 1));
	}
	conserved();
	ck_assert_uint_eq(frame_ledger()->in_use, 0);
	for (unsigned p = 0; p < 4; p++)
		ck_assert_uint_eq(pcie_pending(i354_fn(nic, p)), 0);
	ck_assert_uint_eq(gsi_up, 0);
}

static void
gsi(void *arg, unsigned n, bool up)
{
	ck_assert_int_ne((gsi_up >> n & 1) != 0, up);
	gsi_up ^= 1u << n;
	ioapic_sink(arg, n, up);
}

/* Sizes and times within what the machine file calls possible, and beyond. */
static void
begin(uint64_t seed)
{
	rng_seed(&rng, seed, 354);
	loose = seed % 4 == 3;
	np.an_tick = ns_to_tick(20000);
	np.desc_chip = 16 + (uint32_t)draw(49);
	np.desc_fetch = 1 + (uint32_t)draw(np.desc_chip);
	np.tx_reads = 1 + (uint32_t)draw(16);
	np.rx_dma_frames = 1 + (uint32_t)draw(32);
	if (rare(2)) {
		pp.credit_ph = 1 + (uint32_t)draw(16);
		pp.credit_nph = 1 + (uint32_t)draw(8);
		pp.reads_max = 1 + (uint32_t)draw(8);
	}
	np.nmsix = ways[seed % NWAY].nmsix;
	np.nmsi = ways[seed % NWAY].nmsi;
	rig_start();
	ioapic = ioapic_create(io, 3000);
	pcie_intx_sink(root, gsi, ioapic);
}

START_TEST(storm)
{
	const unsigned k = _i == 0 ? 0 : (unsigned)_i - 1; /* the first twice */
	static struct state before, after;

	begin(seed0 + k);
	first_look(&before);
	while (done < writes) {
		step();
		observe();
	}
	start_over();
	observe();
	look(&after);
	same(&before, &after);
	frames_flow();
	drain();
	if (_i == 1)
		ck_assert_uint_eq(traces[0], hash_value(&trace));
	traces[k] = hash_value(&trace);
	printf("seed %ju: %u writes, %u instants, %ju ns, at most %ju frames "
	       "inside a port, trace %016jx\n",
	    (uintmax_t)(seed0 + k), done, instants,
	    (uintmax_t)tick_to_ns_down(sc_now_tick()), (uintmax_t)inside_most,
	    (uintmax_t)hash_value(&trace));
	ioapic_destroy(ioapic);
	rig_end();
}
END_TEST

static void
add(TCase *t)
{
	tcase_set_timeout(t, 600);
	tcase_add_loop_test(t, storm, 0, (int)seeds + 1);
}

int
main(int argc, char **argv)
{
	if (argc > 1)
		writes = (unsigned)strtoul(argv[1], NULL, 0);
	if (argc > 2)
		seed0 = strtoull(argv[2], NULL, 0);
	if (argc > 3)
		seeds = (unsigned)strtoul(argv[3], NULL, 0);
	traces = mmap(NULL, seeds * sizeof(*traces), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (traces == MAP_FAILED)
		return EX_FINDING;
	return run_suite("sim/nic_i354 fuzz", add);
}
