/*
 * explain_print.c: what explain.c knows, as text.
 *
 * A CPU that nearly only slept has no column, and is in no sum of the first table.
 */
#include <stdlib.h>

#include "explain_int.h"

#define SHOWN 45  /* functions, lines, locks; JSON has all */
#define LEAST 0.5 /* cycles of a frame */

/* ---- CPUs ------------------------------------------------------------------------ */

static bool
is_busy(const struct explain *e, unsigned cpu)
{
	const uint64_t all = explain_total(&e->cpu[cpu]);

	return all - e->cpu[cpu].clk[CYCLES_IDLE] > all / 200;
}

/* A figure of each busy CPU; their sum first, with its share of `whole' (0: none). */
static void
print_row(const struct explain *e, FILE *fp, const char *name,
    double (*of)(const struct explain *, unsigned cpu, unsigned k), unsigned k,
    double whole)
{
	double sum = 0;

	for (unsigned i = 0; i < e->ncpu; i++)
		sum += is_busy(e, i) ? of(e, i, k) : 0;
	if (sum == 0)
		return;
	fprintf(fp, "%-16s %9.2f ", name, sum);
	if (whole != 0)
		fprintf(fp, "%6.2f", 100 * sum / whole);
	else
		fprintf(fp, "%6s", "");
	for (unsigned i = 0; i < e->ncpu; i++)
		if (is_busy(e, i))
			fprintf(fp, " %8.2f", of(e, i, k));
	fputc('\n', fp);
}

static double
kind(const struct explain *e, unsigned cpu, unsigned k)
{
	return explain_cyc(e, e->cpu[cpu].clk[k]);
}

static double
all_kinds(const struct explain *e, unsigned cpu, unsigned k)
{
	(void)k;
	return explain_cyc(e, explain_total(&e->cpu[cpu]));
}

static double
context(const struct explain *e, unsigned cpu, unsigned k)
{
	return explain_cyc(e, e->context[cpu][k]);
}

static double
of_module(const struct explain *e, unsigned cpu, unsigned k)
{
	return explain_cyc(e, e->owner_clk[cpu][k]);
}

static double
number(const struct explain *e, unsigned cpu, unsigned k)
{
	return explain_each(e, e->cpu[cpu].n[k]);
}

static void
print_cpus(const struct explain *e, FILE *fp)
{
	double whole = 0;

	fprintf(fp, "%-16s %9s %6s", "cycles", "sum", "%");
	for (unsigned i = 0; i < e->ncpu; i++)
		if (is_busy(e, i)) {
			whole += all_kinds(e, i, 0);
			fprintf(fp, "     CPU%u", i);
		}
	fputc('\n', fp);
	for (unsigned k = 0; k < CYCLES_NCAT; k++)
		print_row(e, fp, cycles_name((enum cycles_cat)k), kind, k,
		    whole);
	print_row(e, fp, "sum", all_kinds, 0, whole);
	fputs("of these in\n", fp);
	for (unsigned k = 0; k < EXPLAIN_NCONTEXT; k++)
		print_row(e, fp, explain_context_name[k], context, k, whole);
	fputs("of these for lines that others had, in\n", fp);
	for (unsigned k = 0; k < e->nmodule; k++) {
		char name[] = { 'm', 'o', 'd', 'u', 'l', 'e', ' ',
			(char)('0' + k), '\0' };

		print_row(e, fp, name, of_module, k, whole);
	}
	fputs("times\n", fp);
	for (unsigned k = 0; k < EXPLAIN_NCOUNT; k++)
		print_row(e, fp, explain_count_name[k], number, k, 0);
}

/* ---- hops ---------------------------------------------------------------------------- */

static void
print_hops(const struct explain *e, FILE *fp)
{
	static const struct {
		const char *name;
		enum explain_count count;
		int width, digits;
	} shown[] = { { "instr", EXPLAIN_INSNS, 7, 1 },
		{ "reads", EXPLAIN_READS, 7, 2 },
		{ "writes", EXPLAIN_WRITES, 7, 2 },
		{ "locked", EXPLAIN_LOCKS, 6, 2 },
		{ "misses", EXPLAIN_MISSES, 6, 2 },
		{ "MMIO r", EXPLAIN_MMIO_READS, 6, 2 },
		{ "w", EXPLAIN_MMIO_WRITES, 5, 2 } };
	const size_t first = e->all.n[EXPLAIN_INSNS] == 0; /* not counted */

	fprintf(fp, "\n%-14s %8s", "hop", "cycles");
	for (size_t i = first; i < sizeof(shown) / sizeof(shown[0]); i++)
		fprintf(fp, " %*s", shown[i].width, shown[i].name);
	fputc('\n', fp);
	for (unsigned at = 0; at < EXPLAIN_NAT; at++) {
		const struct explain_sum s = explain_sum_at(e,
		    (enum explain_at)at);

		fprintf(fp, "%-14s %8.1f", explain_at_name[at].name,
		    explain_cyc(e, explain_total(&s) - s.clk[CYCLES_IDLE]));
		for (size_t i = first; i < sizeof(shown) / sizeof(shown[0]);
		     i++)
			fprintf(fp, " %*.*f", shown[i].width, shown[i].digits,
			    explain_each(e, s.n[shown[i].count]));
		fprintf(fp, "  %s\n", explain_at_name[at].text);
	}
}

/* ---- functions --------------------------------------------------------------------- */

/* Kinds together, for columns. */
static const struct {
	const char *name;
	enum cycles_cat first, last;
} groups[] = { { "issue", CYCLES_ISSUE, CYCLES_ISSUE },
	{ "branch", CYCLES_MISPREDICT, CYCLES_BRANCH_WAIT },
	{ "fetch", CYCLES_FETCH_L2, CYCLES_FETCH_MEMORY },
	{ "tlb", CYCLES_TLB, CYCLES_TLB }, { "l2", CYCLES_L2, CYCLES_L2 },
	{ "dram", CYCLES_DRAM, CYCLES_DRAM },
	{ "coher", CYCLES_DRAM_CLEAN, CYCLES_HELD },
	{ "wait", CYCLES_DEPEND, CYCLES_FENCE },
	{ "device", CYCLES_MMIO_READ, CYCLES_APIC },
	{ "other", CYCLES_STRING, CYCLES_WAKE } };
#define NGROUP (sizeof(groups) / sizeof(groups[0]))

static void
print_function(const struct explain *e, const struct explain_function *f,
    FILE *fp)
{
	const struct explain_sum s = explain_sum_of(f);

	fprintf(fp, "%-26s %7.1f", f->name,
	    explain_cyc(e, explain_total(&s) - s.clk[CYCLES_IDLE]));
	for (size_t g = 0; g < NGROUP; g++) {
		uint64_t clk = 0;

		for (unsigned k = groups[g].first; k <= groups[g].last; k++)
			clk += s.clk[k];
		fprintf(fp, " %6.1f", explain_cyc(e, clk));
	}
	if (e->all.n[EXPLAIN_INSNS] != 0)
		fprintf(fp, " %6.1f", explain_each(e, s.n[EXPLAIN_INSNS]));
	fprintf(fp, " %6.2f %5.2f\n",
	    explain_each(e,
		s.n[EXPLAIN_READS] + s.n[EXPLAIN_WRITES] - s.n[EXPLAIN_LOCKS]),
	    explain_each(e, s.n[EXPLAIN_LOCKS]));
}

static void
print_functions(const struct explain *e, FILE *fp)
{
	size_t *o = explain_order(e);

	fprintf(fp, "\n%-26s %7s", "function", "cycles");
	for (size_t g = 0; g < NGROUP; g++)
		fprintf(fp, " %6s", groups[g].name);
	if (e->all.n[EXPLAIN_INSNS] != 0)
		fprintf(fp, " %6s", "instr");
	fprintf(fp, " %6s %5s\n", "access", "lock");
	for (size_t i = 0; i < e->nfunction && i < SHOWN; i++)
		print_function(e, &e->function[o[i]], fp);
	free(o);
}

/* ---- lines and locks ---------------------------------------------------------------- */

static void
print_lines(const struct explain *e, FILE *fp)
{
	fprintf(fp, "\n%8s %8s  %-14s %-22s field\n", "cycles", "times",
	    "line from", "by function");
	for (size_t i = 0; i < e->nfield && i < SHOWN &&
	     explain_cyc(e, e->field[i].clk) >= LEAST;
	     i++)
		fprintf(fp, "%8.1f %8.3f  %-14s %-22s %s\n",
		    explain_cyc(e, e->field[i].clk),
		    explain_each(e, e->field[i].n),
		    explain_from_name[e->field[i].from],
		    e->function[e->field[i].function].name, e->field[i].name);
}

static void
print_locks(const struct explain *e, FILE *fp)
{
	fprintf(fp, "\n%8s  waiting for lock\n", "cycles");
	for (size_t i = 0; i < e->nlock && i < SHOWN &&
	     explain_cyc(e, e->lock[i].clk) >= LEAST;
	     i++)
		fprintf(fp, "%8.1f  %s\n", explain_cyc(e, e->lock[i].clk),
		    e->lock[i].name);
}

void
explain_print(const struct explain *e, FILE *fp)
{
	fprintf(fp, "%llu frames in %.3f ms; of one frame:\n",
	    (unsigned long long)e->frames,
	    (double)(e->end_clk - e->begin_clk) / CLK_PER_NS / 1e6);
	print_cpus(e, fp);
	print_hops(e, fp);
	print_functions(e, fp);
	print_lines(e, fp);
	print_locks(e, fp);
	explain_l2_print(e, fp);
}
