/*
 * rep.c: string instructions.
 *
 * The hook gets the registers, so it knows the whole range at once: movs,
 * stos and lods before they run; scas and cmps with a repeat prefix after,
 * since only then is the count known (the registers before them are in
 * HK_STR_*).  It walks the range in the direction of DF in steps that end
 * where a line of either side ends:
 *
 *	source	    |----####|########|###-----|	# in the range
 *	destination |######..|########|####----|
 *	steps	     1111 22 33333 ...
 *
 * and each step reads its source line and writes its destination line as an
 * ordinary access would.
 *
 * Time.  The block cost contains the issue of the instruction.  With a prefix, movs and stos move rep.movs and rep.stos bytes per cycle, the
 * others take rep.scan for an element and use it before they go on; this is added step by step, so that
 * the misses of a long copy are spread as they are in the machine.  A miss
 * stalls once the core has run full behind it: two instructions (a load and
 * a store of 16 bytes) out of the reorder buffer, so the reorder buffer / 2 * 16 bytes later.
 * Without a prefix the instruction is one plain access of its site.
 *
 * Called from a thunk on the host stack.
 */
#include "core/exit.h"
#include "cpu/cpu.h"
#include "cpu/rep.h"
#include "cpu/annotate/annotate.h"

#define REP_CHUNK_BYTES 16 /* moved by one load or store inside the core */

struct side {
	uint64_t start; /* address of the first element */
	bool write;
};

struct walk {
	struct cpu *cpu;
	const struct hk_strsite *str;
	unsigned nside;
	struct side side[2];
	uint64_t bytes; /* on each side */
	bool down;
	uint64_t clk, per_bytes; /* clk clock units for per_bytes bytes */
	struct hk_site site;     /* of each step */
};

/* Bytes from `done' on, in walking direction, to the end of a's line. */
static uint64_t
room(const struct walk *w, const struct side *a, uint64_t done)
{
	if (w->down)
		return ((a->start + w->str->size - done - 1) & 63) + 1;
	return 64 - ((a->start + done) & 63);
}

/* Lowest address of the n bytes that follow the first `done'. */
static uint64_t
address(const struct walk *w, const struct side *a, uint64_t done, uint64_t n)
{
	if (w->down)
		return a->start + w->str->size - done - n;
	return a->start + done;
}

static void
step(struct walk *w, uint64_t done, uint64_t n)
{
	struct cpu *cpu = w->cpu;

	for (unsigned i = 0; i < w->nside; i++) {
		const struct side *a = &w->side[i];

		(a->write ? hk_write : hk_read)(cpu, address(w, a, done, n),
		    &w->site, (unsigned)n);
	}
}

/* Time that the first n bytes take. */
static uint64_t
busy(const struct walk *w, uint64_t n)
{
	return n * w->clk / w->per_bytes;
}

static void
walk(struct walk *w)
{
	uint64_t done, n, clk;

	for (done = 0; done < w->bytes; done += n) {
		n = w->bytes - done;
		for (unsigned i = 0; i < w->nside; i++)
			if (room(w, &w->side[i], done) < n)
				n = room(w, &w->side[i], done);
		step(w, done, n);
		clk = busy(w, done + n) - busy(w, done);
		w->cpu->hot.clock += clk;
		w->cpu->stats.stall[CPU_REP] += clk;
	}
}

static void
set_sides(struct walk *w, uint64_t si, uint64_t di)
{
	const struct side all[] = { { si, false }, { di, true },
		{ di, false } };

	switch (w->str->op) {
	case 'm':
		w->side[w->nside++] = all[0];
		w->side[w->nside++] = all[1];
		break;
	case 's':
		w->side[w->nside++] = all[1];
		break;
	case 'l':
		w->side[w->nside++] = all[0];
		break;
	case 'a':
		w->side[w->nside++] = all[2];
		break;
	default: /* 'c' */
		w->side[w->nside++] = all[0];
		w->side[w->nside++] = all[2];
		break;
	}
}

/* What a repeat prefix adds: time, and the window behind a miss. */
static void
set_speed(struct walk *w)
{
	const struct cpu_params *p = &w->cpu->p;
	uint64_t slack;

	w->clk = 10 * HK_CLOCK_PER_CYC;
	w->per_bytes = w->str->op == 'm' ? p->rep_movs_bytes_10cyc
					 : p->rep_stos_bytes_10cyc;
	if (w->str->op != 'm' && w->str->op != 's') {
		w->clk = p->rep_scan_clk;
		w->per_bytes = w->str->size;
		slack = p->rep_scan_clk;
	} else
		slack = busy(w, HK_ROB / 2 * REP_CHUNK_BYTES);
	w->site.slack = slack < UINT16_MAX ? (uint16_t)slack : UINT16_MAX;
}

/* The host will fault on such a range; say so before walking it. */
static void
check_range(const struct walk *w, const struct hk_regs *regs)
{
	const uint64_t end = UINT64_C(1) << 32;

	for (unsigned i = 0; i < w->nside; i++) {
		uint64_t start = w->side[i].start;

		if (start < end && w->bytes <= end &&
		    (w->down ? w->bytes <= start + w->str->size
			     : start + w->bytes <= end))
			continue;
		cpu_fail(w->cpu, EX_FINDING, regs->rip,
		    "string instruction leaves memory: %llu bytes %s 0x%llx; "
		    "look at its count and address",
		    (unsigned long long)w->bytes, w->down ? "down from" : "at",
		    (unsigned long long)start);
	}
}

/* Sides and length. */
static struct walk
walk_of(const struct cpu *cpu, const struct hk_regs *regs,
    const struct hk_strsite *str)
{
	struct walk w = { .str = str,
		.site = str->s,
		.down = regs->rflags & RFLAGS_DF,
		.clk = 0,
		.per_bytes = 1 };
	uint64_t count = 1;

	if (str->pfx != 0)
		count = str->done ? cpu->hot.str_cx - regs->gpr[R_CX]
				  : regs->gpr[R_CX];
	if (str->done)
		set_sides(&w, cpu->hot.str_si, cpu->hot.str_di);
	else
		set_sides(&w, regs->gpr[R_SI], regs->gpr[R_DI]);
	w.bytes = count > UINT32_MAX ? UINT64_MAX : count * str->size;
	return w;
}

unsigned
rep_ranges(const struct cpu *cpu, const struct hk_regs *regs,
    const struct hk_strsite *str, struct rep_range range[2])
{
	struct walk w = walk_of(cpu, regs, str);

	for (unsigned i = 0; i < w.nside; i++)
		range[i] = (struct rep_range){ address(&w, &w.side[i], 0,
						   w.bytes),
			w.bytes, w.side[i].write };
	return w.nside;
}

void
hk_rep(struct cpu *cpu, struct hk_regs *regs, const struct hk_strsite *str)
{
	struct walk w = walk_of(cpu, regs, str);

	w.cpu = cpu;
	w.site.flags = 0;
	if (str->pfx != 0)
		set_speed(&w);
	cpu->stats.reps++;
	cpu_trace(cpu, CPU_EV_REP, w.side[0].start);
	if (w.bytes != 0) {
		check_range(&w, regs);
		walk(&w);
	}
}
