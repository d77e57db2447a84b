/*
 * Random use of sim/pcie: 10^5 accesses of CPUs to configuration space, BARs
 * and MSI-X table, and DMA and interrupts of two endpoints, many of them wrong.
 * A second, simple model keeps what configuration space, the table, the
 * pending bits and memory must hold and how many messages must have been sent;
 * it knows order, but no time.
 *
 *	test_random [steps [seed]]	100000 and 1
 */
#include <stdio.h>
#include <stdlib.h>

#include "core/rng.h"
#include "sim/pcie/dma_rig.h"
#include "sim/pcie/masks.h"

#define NFN    2
#define WINDOW 0xfee00000u

static unsigned steps = 100000;
static uint64_t seed = 1;
static struct rng rng;

/* What must be. */
static struct model {
	uint8_t cfg[PCIE_CFG_BYTES], reset[PCIE_CFG_BYTES];
	uint32_t table[EP_NMSIX][4];
	bool pending[EP_NMSIX];
	uint32_t msi_pending;
	unsigned accepted;
} model[NFN];
static uint8_t memory[RAM_BYTES];
static uint64_t interrupts;
static bool resets; /* since the last look: memory is not known */
static unsigned ended, good, looks;

static uint64_t
draw(uint64_t below)
{
	return rng_below(&rng, below);
}

static uint32_t
word(const uint8_t *b, unsigned off, unsigned size)
{
	uint32_t v = 0;

	memcpy(&v, b + off, size);
	return v;
}

/*
 * The model.
 */

static bool
master(const struct model *m)
{
	return (m->cfg[COMMAND] & MASTER) != 0 && (m->cfg[PM] & 3) == 0;
}

/* Bytes go to memory, or not; four at the right place are an interrupt. */
static void
model_write(uint64_t pa, const uint8_t *from, uint32_t n)
{
	if (pa >= WINDOW && pa < WINDOW + 0x100000)
		interrupts += n == 4 && pa % 4 == 0;
	for (uint32_t i = 0; i < n; i++)
		if (pa + i >= RAM_BASE && pa + i < RAM_BASE + RAM_BYTES)
			memory[pa + i - RAM_BASE] = from[i];
}

static void
model_send(uint64_t pa, uint32_t data)
{
	model_write(pa, (const uint8_t *)&data, 4);
}

static bool
model_msix_on(const struct model *m)
{
	return (m->cfg[MSIX + 3] & 0x80) != 0;
}

/* Whatever may be sent, is. */
static void
model_flush(struct model *m)
{
	const bool free = master(m) && (m->cfg[MSIX + 3] & 0x40) == 0;
	const uint32_t mask = word(m->cfg, MSI + 16, 4);
	unsigned n = 1u << (m->cfg[MSI + 2] >> 4 & 7);

	for (unsigned v = 0; v < EP_NMSIX; v++) {
		const uint32_t *e = m->table[v];

		if (!model_msix_on(m))
			m->pending[v] = false;
		if (!m->pending[v] || !free || (e[3] & 1) != 0)
			continue;
		m->pending[v] = false;
		model_send((uint64_t)e[1] << 32 | e[0], e[2]);
	}
	if ((m->cfg[MSI + 2] & 1) == 0)
		m->msi_pending = 0;
	n = n > 4 ? 4 : n;
	for (unsigned v = 0; v < 4; v++) {
		if ((m->msi_pending & ~mask & 1u << v) == 0 || !master(m))
			continue;
		m->msi_pending &= ~(1u << v);
		model_send(word(m->cfg, MSI + 4, 4) |
			(uint64_t)word(m->cfg, MSI + 8, 4) << 32,
		    (word(m->cfg, MSI + 12, 2) & ~(n - 1)) | v);
	}
}

static void
model_table_reset(struct model *m)
{
	for (unsigned v = 0; v < EP_NMSIX; v++) {
		m->pending[v] = false;
		m->table[v][0] = m->table[v][1] = m->table[v][2] = 0;
		m->table[v][3] = 1;
	}
}

static void
model_reset(struct model *m)
{
	const uint8_t mps = m->cfg[DEVCTL] & 0xe0;

	memcpy(m->cfg, m->reset, sizeof(m->cfg));
	m->cfg[DEVCTL] = (uint8_t)((m->cfg[DEVCTL] & 0x1f) | mps);
	m->msi_pending = 0;
	model_table_reset(m);
	resets = true;
}

static void
model_cfg_write(struct model *m, unsigned off, unsigned size, uint32_t v)
{
	const uint8_t power = m->cfg[PM] & 3;

	for (unsigned i = off; i < off + size; i++, v >>= 8) {
		const uint8_t mask = (uint8_t)(mask_of(i & ~3u) >> i % 4 * 8);

		m->cfg[i] = (uint8_t)((m->cfg[i] & ~mask) | (v & mask));
		if (i == PM && ((v & 3) == 1 || (v & 3) == 2))
			m->cfg[i] = (uint8_t)((m->cfg[i] & ~3) | power);
		if (i == DEVCTL + 1 && (v & 0x80) != 0)
			model_reset(m);
	}
	model_flush(m);
}

/*
 * Steps.
 */

/* What hardware sets by itself is left out. */
static uint32_t
steady(unsigned off, uint32_t v)
{
	switch (off & ~3u) {
	case COMMAND:
		return v & ~0x20080000u;
	case DEVCTL:
		return v & ~0x00200000u;
	}
	return v;
}

static void
same_word(unsigned fn, unsigned off)
{
	const uint32_t v = pcie_config_read(root, 0, EP_DEV, fn, off, 4);
	const uint32_t want = off == MSI + 20 ? model[fn].msi_pending
					      : word(model[fn].cfg, off, 4);

	ck_assert_msg(steady(off, v) == steady(off, want),
	    "function %u, 0x%x: 0x%x, not 0x%x", fn, off, v, want);
}

/* Registers that matter are drawn more often than others. */
static unsigned
draw_register(void)
{
	static const uint16_t often[] = { COMMAND, STATUS, BAR0, 0x20, PM,
		MSI + 2, MSI + 4, MSI + 8, MSI + 16, MSIX + 2, MSIX + 2, DEVCTL,
		0x3c };
	unsigned off;

	if (draw(2) != 0)
		return often[draw(sizeof(often) / sizeof(often[0]))];
	do
		off = (unsigned)draw(PCIE_CFG_BYTES);
	while ((off & ~3u) == DEVCTL);
	return off;
}

static uint32_t
draw_value(unsigned off)
{
	switch (off) {
	case COMMAND: /* mostly on */
		return draw(4) == 0 ? (uint32_t)rng_u64(&rng) : 7;
	case PM:
		return draw(4) == 0 ? (uint32_t)draw(4) : 0;
	case 0x20:
		return draw(4) == 0 ? (uint32_t)rng_u64(&rng) : EP_BAR4;
	case MSI + 4:
		return (uint32_t)(draw(2) != 0 ? WINDOW : RAM_BASE) +
		    (uint32_t)draw(0x4000);
	case MSI + 8:
		return 0;
	case MSIX + 2:
		return draw(4) == 0 ? (uint32_t)draw(4) << 14 : 0x8000;
	case MSI + 16:
		return (uint32_t)(draw(16) & draw(16));
	case DEVCTL:
	case DEVCTL + 1: /* resets are rare */
		return (uint32_t)rng_u64(&rng) &
		    (draw(50) == 0 ? ~0u : ~0x8080u);
	}
	return (uint32_t)rng_u64(&rng);
}

static void
step_config(void)
{
	const unsigned fn = (unsigned)draw(3), dev = EP_DEV + (draw(9) == 0);
	const unsigned off = draw_register();
	const uint32_t v = draw_value(off);
	unsigned size = 1u << draw(3);
	const bool ecam = off >= 256 || draw(2) == 0;
	const uint64_t base = PCIE_ECAM_BASE + (dev << 15 | fn << 12);

	if (off % 4 + size > 4)
		size = 1;
	if (draw(3) == 0) {
		if (ecam)
			(void)cpu_read(false, base + off, size);
		else
			(void)port_cfg(0, dev, fn, off, size);
	} else {
		if (ecam)
			cpu_write(false, base + off, size, v);
		else
			port_cfg_put(0, dev, fn, off, size, v);
		if (dev == EP_DEV && fn < NFN)
			model_cfg_write(&model[fn], off, size, v);
	}
	if (dev == EP_DEV && fn < NFN)
		same_word(fn, off & ~3u);
}

/* Where the table of a function is now, if it can be reached. */
static bool
table_at(unsigned fn, uint64_t *base)
{
	const struct model *m = &model[fn];

	*base = word(m->cfg, 0x20, 4);
	return (m->cfg[COMMAND] & MEM_ON) != 0 && (m->cfg[PM] & 3) == 0 &&
	    *base >= PCIE_MEM_BASE && *base <= PCIE_MEM_END - 0x4000;
}

static void
model_table_write(struct model *m, unsigned off, unsigned size, uint64_t v)
{
	if (size < 4 || off % size != 0)
		return;
	for (unsigned i = 0; i < size / 4; i++, v >>= 32) {
		const unsigned w = off / 4 + i;

		m->table[w / 4][w % 4] = (uint32_t)v &
		    (w % 4 == 0          ? ~3u
			    : w % 4 == 3 ? 1u
					 : ~0u);
	}
	model_flush(m);
}

static uint64_t
draw_table_value(unsigned off)
{
	if (off % 16 == 0)
		return (draw(3) != 0 ? WINDOW : RAM_BASE) + draw(0x4000);
	if (off % 16 == 4)
		return draw(8) == 0;
	if (off % 16 == 12)
		return draw(4) == 0;
	return rng_u64(&rng);
}

/* Function 0's BAR4 alone, and only while no other BAR can lie over it. */
static void
step_table(void)
{
	struct model *m = &model[0];
	const unsigned size = 1u << draw(4);
	unsigned off = (unsigned)draw(EP_NMSIX * 16);
	uint64_t base, v, want = 0;

	for (unsigned bar = 0; bar < 3; bar++) {
		pcie_config_write(root, 0, EP_DEV, 0, BAR0 + 4 * bar, 4, 0);
		model_cfg_write(m, BAR0 + 4 * bar, 4, 0);
	}
	if (!table_at(0, &base))
		return;
	if (draw(4) != 0)
		off &= ~(size - 1);
	if (draw(2) == 0) {
		v = draw_table_value(off);
		cpu_write(false, base + off, size, v);
		model_table_write(m, off, size, v);
		return;
	}
	v = cpu_read(false, base + off, size);
	if (size >= 4 && off % size == 0)
		memcpy(&want, (const uint8_t *)m->table + off, size);
	ck_assert_uint_eq(v, want);
}

static void
step_pba(void)
{
	uint64_t base, want = 0;

	if (!table_at(0, &base))
		return;
	for (unsigned v = 0; v < EP_NMSIX; v++)
		want |= (uint64_t)model[0].pending[v] << v;
	cpu_write(false, base + EP_PBA, 8, rng_u64(&rng));
	for (unsigned bar = 0; bar < 3; bar++)
		if (word(model[0].cfg, BAR0 + 4 * bar, 4) >= PCIE_MEM_BASE)
			return;
	ck_assert_uint_eq(cpu_read(false, base + EP_PBA, 8), want);
}

/* Anywhere in the window. */
static void
step_window(void)
{
	const unsigned size = 1u << draw(4);
	const uint64_t pa = PCIE_MEM_BASE +
	    (draw(2) == 0 ? draw(PCIE_MEM_END - PCIE_MEM_BASE - 8)
			  : draw(0x20000));

	/* Writes might go to tables, which the model of these steps has not. */
	(void)cpu_read(false, pa, size);
	(void)cpu_read(true, PCIE_PORT_BASE + draw(0x1000), 1u << draw(3));
	cpu_write(true, PCIE_PORT_BASE + draw(0x1000), 1u << draw(3),
	    rng_u64(&rng));
}

static void
step_interrupt(void)
{
	const unsigned fn = (unsigned)draw(NFN);
	struct model *m = &model[fn];
	unsigned v = (unsigned)draw(EP_NMSIX),
		 n = 1u << (m->cfg[MSI + 2] >> 4 & 7);

	switch (draw(3)) {
	case 0:
		(void)pcie_msix(ep[fn], v);
		m->pending[v] |= model_msix_on(m);
		break;
	case 1:
		(void)pcie_msi(ep[fn], v);
		if ((m->cfg[MSI + 2] & 1) != 0)
			m->msi_pending |= 1u << v % (n > 4 ? 4 : n);
		break;
	case 2:
		pcie_intx(ep[fn], draw(2) != 0);
		break;
	}
	model_flush(m);
}

static void
ends(void *arg, bool well)
{
	(void)arg;
	ended++;
	good += well;
}

static uint64_t
draw_address(void)
{
	switch (draw(8)) {
	case 0:
		return WINDOW + draw(0x100000);
	case 1:
		return rng_u64(&rng) & ~UINT64_C(0xffffff);
	case 2:
		return RAM_BASE + RAM_BYTES - draw(300);
	}
	return RAM_BASE + draw(RAM_BYTES);
}

/* A write's TLPs decide what an interrupt is: those of 1 to 128 bytes are one. */
static void
step_dma(void)
{
	const unsigned fn = (unsigned)draw(NFN);
	const uint64_t pa = draw_address();
	const bool window = pa >= WINDOW && pa < WINDOW + 0x100000;
	const uint32_t n = 1 + (uint32_t)draw(window ? 8 : 700);
	static uint8_t from[700], to[64][700];
	bool accepted;

	if (window && (pa + n - 1) / 4096 != pa / 4096)
		return;
	if (draw(2) == 0) {
		for (uint32_t i = 0; i < n; i++)
			from[i] = (uint8_t)draw(256);
		accepted = pcie_dma_write(ep[fn], pa, from, n, ends, NULL);
		if (accepted)
			model_write(pa, from, n);
	} else
		accepted = pcie_dma_read(ep[fn], pa, n, to[draw(64)], ends,
		    NULL);
	ck_assert_int_eq(accepted, master(&model[fn]));
	model[fn].accepted += accepted;
}

/* Let all come to rest, and look. */
static void
look(void)
{
	struct pcie_counts c;
	unsigned accepted = 0;

	ok(sc_run(sc_now_tick() + 1000000));
	for (unsigned fn = 0; fn < NFN; fn++) {
		ck_assert_uint_eq(pcie_pending(ep[fn]), 0);
		accepted += model[fn].accepted;
		for (unsigned off = 0; off < PCIE_CFG_BYTES; off += 4)
			same_word(fn, off);
		for (unsigned v = 0; v < EP_NMSIX; v++)
			ck_assert_int_eq(pcie_msix_pending(ep[fn], v),
			    model[fn].pending[v]);
	}
	ck_assert_uint_eq(ended, accepted);
	pcie_counts(ep[0], &c);
	looks += !resets;
	if (!resets) {
		ck_assert_uint_eq(c.interrupts, interrupts);
		ck_assert_mem_eq(ram, memory, RAM_BYTES);
	}
	interrupts = c.interrupts;
	memcpy(memory, ram, RAM_BYTES);
	resets = false;
	nanswer = nline = nmessage = nep = 0;
}

static void
snapshot(unsigned fn, uint8_t *to)
{
	for (unsigned off = 0; off < PCIE_CFG_BYTES; off++)
		to[off] = (uint8_t)pcie_config_read(root, 0, EP_DEV, fn, off,
		    1);
}

static void
begin(void)
{
	more = NFN - 1;
	pp.credit_ph = 4;
	pp.credit_nph = 2;
	pp.reads_max = 2;
	pcie_bare();
	for (unsigned fn = 0; fn < NFN; fn++)
		snapshot(fn, model[fn].reset);
	pcie_firmware(root);
	for (unsigned fn = 0; fn < NFN; fn++) {
		snapshot(fn, model[fn].cfg);
		model_table_reset(&model[fn]);
	}
	rng_seed(&rng, seed, 0);
}

START_TEST(random_steps)
{
	begin();
	for (unsigned i = 0; i < steps; i++) {
		switch (draw(8)) {
		case 0:
		case 1:
		case 2:
			step_config();
			break;
		case 3:
			step_table();
			break;
		case 4:
			step_pba();
			break;
		case 5:
			step_window();
			break;
		case 6:
			step_interrupt();
			break;
		case 7:
			step_dma();
			break;
		}
		if (i % 200 == 199)
			look();
	}
	look();
	/* It did happen. */
	ck_assert_uint_gt(interrupts, steps / 200);
	ck_assert_uint_gt(looks, steps / 400); /* half of them */
	ck_assert_uint_gt(good, steps / 100);
	ck_assert_uint_lt(good, ended);
	ck_assert_int_gt(nreset, 0);
	pcie_end();
}
END_TEST

int
main(int argc, char **argv)
{
	Suite *s = suite_create("sim/pcie random");
	TCase *t = tcase_create("random");

	if (argc > 1)
		steps = (unsigned)strtoul(argv[1], NULL, 0);
	if (argc > 2)
		seed = strtoull(argv[2], NULL, 0);
	tcase_set_timeout(t, 600);
	tcase_add_test(t, random_steps);
	suite_add_tcase(s, t);
	return run_tests(s);
}
