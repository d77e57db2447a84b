/*
 * Random use of sim/mem/io.h against the rules of io.h worked out anew for
 * each access from all that came before it, in a time that grows with the
 * square.  Wrong would be a time, a value, an order or a byte of memory.
 */
#include "core/rng.h"
#include "sim/mem/io_rig.h"

#define NMODULE 4
#define NCORE   8
#define NACCESS 3000
#define NDMA    1500
#define DEV     0xd0000000u
#define STRIDE  256 /* each module has its own part of the device */

static struct rng rng;

static uint64_t
draw(uint64_t below)
{
	return rng_below(&rng, below);
}

/*
 * Ports.  A module writes and reads its own part of the device; a read gives
 * the number of its writes that have arrived.
 */

enum what { WRITE, READ };

struct access {
	enum what what;
	unsigned module, cpu, size;
	uint64_t off, value, t;
	uint64_t start, arrival; /* as the rules have them */
};

static struct access issued[NACCESS];
static struct access seen[NMODULE][NACCESS];
static int nissued, nseen[NMODULE], writes[NMODULE];
static uint64_t core_clk[NCORE];
static bool core_waits[NCORE];

static uint64_t
dev_access(enum what what, uint64_t off, unsigned size, uint64_t value)
{
	const unsigned m = (unsigned)(off / STRIDE);

	writes[m] += what == WRITE;
	seen[m][nseen[m]++] = (struct access){ .what = what,
		.off = off,
		.size = size,
		.value = value,
		.arrival = now_clk() };
	return 0x7766554433220000u + (uint64_t)writes[m];
}

static uint64_t
dev_read(void *arg, uint64_t off, unsigned size)
{
	(void)arg;
	return dev_access(READ, off, size, 0);
}

static void
dev_write(void *arg, uint64_t off, unsigned size, uint64_t value)
{
	(void)arg;
	(void)dev_access(WRITE, off, size, value);
}

static uint64_t
cut(uint64_t value, unsigned size)
{
	uint64_t v = 0;

	memcpy(&v, &value, size);
	return v;
}

/* Every rule again, from the first access on. */
static void
work_out(struct access *a)
{
	a->start = a->t;
	for (const struct access *b = issued; b < a; b++)
		if (b->module == a->module && b->what == WRITE &&
		    b->start + par.gap_clk > a->start)
			a->start = b->start + par.gap_clk;
	a->arrival = a->start + par.flight_clk;
	a->arrival += a->arrival % 2;
	for (const struct access *b = issued; b < a; b++)
		if (b->module == a->module && b->arrival > a->arrival)
			a->arrival = b->arrival;
}

static void
access_at_random(unsigned cpu)
{
	struct access *a = &issued[nissued];
	const struct io_dev *d;

	if (core_clk[cpu] < now_clk())
		core_clk[cpu] = now_clk();
	core_clk[cpu] += draw(4) == 0 ? draw(2000) : draw(100);
	a->cpu = cpu;
	a->module = cpu / 2;
	a->size = 1u << draw(4);
	a->off = a->module * STRIDE + draw(STRIDE - 7);
	a->what = draw(4) == 0 ? READ : WRITE;
	a->t = core_clk[cpu];
	a->value = rng_u64(&rng);
	work_out(a);
	nissued++;
	d = io_find(io, false, DEV + a->off, a->size);
	if (a->what == READ) {
		core_waits[cpu] = true;
		io_read(io, a->module, cpu, d, DEV + a->off, a->size, a->t);
		return;
	}
	ck_assert_uint_eq(io_write(io, a->module, 0, d, DEV + a->off, a->size,
			      a->value, a->t),
	    a->start + par.write_clk);
	ck_assert_uint_eq(io_port_free(io, a->module), a->start + par.gap_clk);
}

/* Cores with a new answer go on where it says. */
static void
hear(int *heard)
{
	for (; *heard < nanswer; ++*heard) {
		const struct answer *r = &answers[*heard];

		ck_assert(core_waits[r->cpu]);
		core_waits[r->cpu] = false;
		core_clk[r->cpu] = r->at;
	}
}

/* Answers of one CPU are in the order of its reads. */
static void
compare_answer(const struct access *a, int *from, int nwrite)
{
	const struct answer *r;

	while (*from < nanswer && answers[*from].cpu != a->cpu)
		++*from;
	ck_assert_int_lt(*from, nanswer);
	r = &answers[(*from)++];
	ck_assert_uint_eq(r->called_at, a->arrival);
	ck_assert_uint_eq(r->at, a->arrival + par.read_clk - par.flight_clk);
	ck_assert_uint_ge(r->at, a->t + par.read_clk);
	ck_assert_uint_eq(r->value,
	    cut(0x7766554433220000u + (uint64_t)nwrite, a->size));
}

/* How often what makes the rules matter has happened. */
static struct {
	int queued, pushed, half, deep;
} met;

static void
compare(void)
{
	int next[NMODULE] = { 0 }, nwrite[NMODULE] = { 0 }, from[NCORE] = { 0 };

	for (const struct access *a = issued; a < issued + nissued; a++) {
		const struct access *b = &seen[a->module][next[a->module]++];

		ck_assert_int_eq(a->what, b->what);
		ck_assert_uint_eq(a->off, b->off);
		ck_assert_uint_eq(a->size, b->size);
		ck_assert_uint_eq(a->arrival, b->arrival);
		if (a->what == WRITE)
			ck_assert_uint_eq(cut(a->value, a->size), b->value);
		nwrite[a->module] += a->what == WRITE;
		if (a->what == READ)
			compare_answer(a, &from[a->cpu], nwrite[a->module]);
		met.queued += a->start > a->t;
		met.half += (a->start + par.flight_clk) % 2 != 0;
		met.pushed += a->arrival > a->start + par.flight_clk + 1;
	}
	for (unsigned m = 0; m < NMODULE; m++)
		ck_assert_int_eq(next[m], nseen[m]);
}

START_TEST(ports)
{
	const struct io_dev d = { .name = "dev",
		.base = DEV,
		.bytes = (uint64_t)NMODULE * STRIDE,
		.read = dev_read,
		.write = dev_write };
	int heard = 0;

	rng_seed(&rng, 1, (uint64_t)_i);
	par.flight_clk = 400 + (uint32_t)_i;
	rig_start(NMODULE);
	io_add(io, &d);
	while (nissued < NACCESS) {
		const unsigned cpu = (unsigned)draw(NCORE);
		int arrived = 0;

		if (!core_waits[cpu])
			access_at_random(cpu);
		if (draw(60) != 0)
			continue;
		ok(sc_run(sc_now_tick() + draw(600)));
		hear(&heard);
		for (unsigned m = 0; m < NMODULE; m++)
			arrived += nseen[m];
		met.deep += nissued - arrived > 40;
	}
	ok(sc_run(TICK_NEVER));
	compare();
	ck_assert_int_gt(met.queued, NACCESS / 10);
	ck_assert_int_gt(met.pushed, NACCESS / 100);
	ck_assert_int_gt(met.half, NACCESS / 10);
	ck_assert_int_gt(met.deep, 10);
}
END_TEST

/*
 * DMA.
 */

static uint8_t copy[RAM_BYTES], buf[512], back[512];
static uint64_t port_clk, done_clk; /* the DMA port's; of all DMA */
static int nline_ref, nmessage_ref, refused;

static uint64_t
any_time(uint64_t pa)
{
	return pa / 64 * 37 % 11 * 90;
}

/* Byte by byte; a new line begins where the number of the line changes. */
static uint64_t
ref_dma(uint64_t pa, uint8_t *bytes, uint64_t n, bool write, uint64_t at)
{
	uint64_t begin = 0, end = at;

	if (pa < RAM_BASE || pa + n > RAM_BASE + RAM_BYTES)
		return n == 0 ? at : 0;
	for (uint64_t i = 0; i < n; i++) {
		if (i == 0 || (pa + i) / 64 != (pa + i - 1) / 64) {
			begin = port_clk > at ? port_clk : at;
			port_clk = begin + par.dma_line_clk;
			ck_assert_uint_eq(lines[nline_ref].pa / 64,
			    (pa + i) / 64);
			ck_assert_uint_eq(lines[nline_ref].at, begin);
			ck_assert_int_eq(lines[nline_ref].write, write);
			nline_ref++;
			if (begin + any_time(pa + i) > end)
				end = begin + any_time(pa + i);
		}
		if (write)
			copy[pa + i - RAM_BASE] = bytes[i];
		else
			bytes[i] = copy[pa + i - RAM_BASE];
	}
	if (n > 0 && end > done_clk)
		done_clk = end;
	return end;
}

static void
transfer(uint64_t pa, uint32_t n, bool write, uint64_t at)
{
	uint8_t want[sizeof(back)];
	uint64_t end;

	for (uint32_t i = 0; i < n; i++)
		buf[i] = (uint8_t)rng_u64(&rng);
	memset(back, 0, sizeof(back));
	memset(want, 0, sizeof(want));
	if (write)
		end = io_dma_write(io, pa, buf, n, at);
	else
		end = io_dma_read(io, pa, back, n, at);
	ck_assert_uint_eq(end, ref_dma(pa, write ? buf : want, n, write, at));
	ck_assert_mem_eq(back, want, sizeof(back));
	refused += end == 0;
}

static void
send(uint32_t address, uint64_t at)
{
	uint32_t data = (uint32_t)rng_u64(&rng);
	uint8_t bytes[4];

	io_message(io, address, data, at);
	if (address < 0xfee00000 || address >= 0xfef00000) {
		for (unsigned i = 0; i < 4; i++)
			bytes[i] = (uint8_t)(data >> 8 * i);
		(void)ref_dma(address, bytes, 4, true, at);
		return;
	}
	ck_assert_uint_eq(messages[nmessage_ref].address, address);
	ck_assert_uint_eq(messages[nmessage_ref].data, data);
	ck_assert_uint_eq(messages[nmessage_ref].at,
	    at + par.msi_clk > done_clk ? at + par.msi_clk : done_clk);
	nmessage_ref++;
}

static void
dma_cb(void *arg)
{
	const uint64_t pa = RAM_BASE - 400 + draw(RAM_BYTES + 400);
	const uint64_t at = now_clk() + draw(300);
	const uint32_t near = draw(2) ? 0xfee00000 : 0xfef00000;

	(void)arg;
	switch (draw(6)) {
	case 0:
		send(near - 8 + 4 * (uint32_t)draw(4), at);
		break;
	case 1:
		send((uint32_t)pa, at);
		break;
	case 2:
		transfer(pa, (uint32_t)draw(8), draw(2), at);
		break;
	default:
		transfer(pa, (uint32_t)draw(sizeof(buf) + 1), draw(2), at);
		break;
	}
}

START_TEST(dma)
{
	rng_seed(&rng, 2, (uint64_t)_i);
	rig_start(1);
	line_clk = any_time;
	for (int i = 0; i < NDMA; i++) {
		in_callback(dma_cb);
		ok(sc_run(sc_now_tick() + draw(150)));
		ck_assert_int_eq(nline, nline_ref);
		ck_assert_int_eq(nmessage, nmessage_ref);
	}
	ck_assert_mem_eq(ram, copy, sizeof(ram));
	ck_assert_int_gt(refused, NDMA / 100);
	ck_assert_int_gt(nmessage, NDMA / 50);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("sim/mem io random");
	TCase *t = tcase_create("random");

	tcase_set_timeout(t, 120);
	tcase_add_loop_test(t, ports, 0, 6);
	tcase_add_loop_test(t, dma, 0, 6);
	suite_add_tcase(s, t);
	return run_tests(s);
}
