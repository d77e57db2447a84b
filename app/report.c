/*
 * report.c: what a run left behind, for people and for programs.
 *
 * Both forms come from the table below.  Nothing here depends on the host:
 * two equal runs give the same bytes.
 */
#include <inttypes.h>

#include "app.h"
#include "core/hash.h"
#include "core/json_out.h"
#include "thunk/run.h"

struct counter {
	const char *name, *what;
	size_t offset; /* in struct run_report */
	bool clock;    /* 1/10 cycles, printed in cycles; else a count */
};

#define AT(field)    offsetof(struct run_report, field)
#define STALL(cause) AT(cpu.stall) + sizeof(uint64_t) * (cause)

/* clang-format off */
static const struct counter counters[] = {
	{ "l1d_miss", "lines that data accesses missed", AT(cpu.l1d_miss), 0 },
	{ "l1d_dirty_out", "dirty lines the L1Ds evicted", AT(coh.l1d_dirty_out), 0 },
	{ "l1i_miss", "lines that fetches missed", AT(cpu.l1i_miss), 0 },
	{ "l2_hit", "L1 misses that hit the L2", AT(coh.l2_hit), 0 },
	{ "l2_miss", "L1 misses that went to memory", AT(coh.memory), 0 },
	{ "l2_dirty_out", "dirty lines written to memory", AT(coh.l2_dirty_out), 0 },
	{ "from_sibling", "lines handed over within a module", AT(coh.from_sibling), 0 },
	{ "from_other", "dirty lines handed over between modules", AT(coh.from_other), 0 },
	{ "upgrades", "writes to shared lines", AT(coh.upgrades), 0 },
	{ "prefetched", "lines the prefetchers asked for", AT(coh.prefetched), 0 },
	{ "utlb_miss", "micro-TLB misses", AT(cpu.utlb_miss), 0 },
	{ "dtlb_miss", "page table walks", AT(cpu.dtlb_miss), 0 },
	{ "ordered", "accesses that waited for their turn", AT(cpu.ordered), 0 },
	{ "ordered_lines", "times a line became ordered", AT(coh.ordered_lines), 0 },
	{ "corrections", "first touches that came too early", AT(coh.corrections), 0 },
	{ "correction_max", "the largest of these", AT(coh.correction_max_clk), 1 },
	{ "switches", "changes of turn between CPUs", AT(smp.switches), 0 },
	{ "messages", "interrupt messages", AT(smp.messages), 0 },
	{ "interrupts", "interrupts taken", AT(cpu.interrupts), 0 },
	{ "interrupt_wait_max", "longest wait of one that could be taken", AT(cpu.interrupt_wait_max_clk), 1 },
	{ "interrupt_path_max", "the same, of execution without stalls", AT(cpu.interrupt_path_max_clk), 1 },
	{ "longest_path", "the image's longest between two polls, as it was built", AT(longest_path_clk), 1 },
	{ "wakes", "returns from HLT and MWAIT", AT(cpu.wakes), 0 },
	{ "uc_reads", "loads from devices and the local APIC", AT(cpu.uc_reads), 0 },
	{ "uc_writes", "stores to devices and the local APIC", AT(cpu.uc_writes), 0 },
	{ "split", "accesses to two lines", AT(cpu.split), 0 },
	{ "mispredicts", "conditional branches mispredicted", AT(cpu.mispredicts), 0 },
	{ "ijmp_mispredicts", "indirect branches mispredicted", AT(cpu.ijmp_mispredicts), 0 },
	{ "locks", "locked operations", AT(cpu.locks), 0 },
	{ "fences", "fences", AT(cpu.fences), 0 },
	{ "reps", "repeated string operations", AT(cpu.reps), 0 },
	{ "privs", "privileged instructions", AT(cpu.privs), 0 },
	{ "stall_load", "waiting for loads", STALL(CPU_LOAD), 1 },
	{ "stall_store", "waiting for the store buffer", STALL(CPU_STORE), 1 },
	{ "stall_lock", "waiting for locked operations", STALL(CPU_LOCK), 1 },
	{ "stall_fence", "waiting for fences", STALL(CPU_FENCE), 1 },
	{ "stall_branch", "after mispredicted branches", STALL(CPU_BRANCH), 1 },
	{ "stall_fetch", "waiting for instructions", STALL(CPU_FETCH), 1 },
	{ "stall_rep", "in string operations", STALL(CPU_REP), 1 },
	{ "stall_priv", "in privileged instructions", STALL(CPU_PRIV), 1 },
	{ "stall_uc", "waiting for devices and the local APIC", STALL(CPU_UC), 1 },
	{ "stall_interrupt", "entering interrupts, leaving C1", STALL(CPU_INTERRUPT), 1 },
	{ "idle", "in HLT and MWAIT", STALL(CPU_IDLE), 1 },
	{ "cycles", "on the latest clock", AT(clock), 1 },
};
/* clang-format on */
#define NCOUNTERS (sizeof(counters) / sizeof(counters[0]))

static uint64_t
value(const struct run_report *rep, const struct counter *c)
{
	return *(const uint64_t *)((const char *)rep + c->offset);
}

/* An image from elsewhere. */
static bool
is_unknown(const struct counter *c, uint64_t v)
{
	return c->offset == AT(longest_path_clk) && v == 0;
}

static double
each_cyc(const struct run_result *r)
{
	return r->n == 0 ? 0 : (double)r->total_cyc / (double)r->n;
}

void
report_print(const struct report_head *head, const struct run_report *rep)
{
	char hex[HASH_TEXT];

	for (size_t i = 0; i < rep->nresult; i++) {
		const struct run_result *r = &rep->result[i];
		printf("%-20s %12.2f cyc   %" PRIu64 " times\n", r->name,
		    each_cyc(r), r->n);
	}
	for (size_t i = 0; i < NCOUNTERS; i++) {
		const struct counter *c = &counters[i];
		uint64_t v = value(rep, c);
		if (is_unknown(c, v))
			continue;
		if (c->clock)
			printf("%-20s %10" PRIu64 ".%" PRIu64 " cyc   %s\n",
			    c->name, v / CLK_PER_CYC, v % CLK_PER_CYC, c->what);
		else
			printf("%-20s %12" PRIu64 "       %s\n", c->name, v,
			    c->what);
	}
	printf("machine              %s\n",
	    hash_format(machine_hash(head->machine), hex));
	printf("image                %s\n", hash_format(rep->image_hash, hex));
	printf("trace                %s\n", hash_format(rep->trace, hex));
	printf("verdict              %d\n", (int)rep->verdict);
}

static json_t *
results_json(const struct run_report *rep)
{
	json_t *all = json_array();

	for (size_t i = 0; i < rep->nresult; i++) {
		const struct run_result *r = &rep->result[i];
		json_array_append_new(all,
		    json_pack("{s:s s:I s:I s:o}", "name", r->name, "n",
			(json_int_t)r->n, "total_cyc", (json_int_t)r->total_cyc,
			"each_cyc", json_fixed(each_cyc(r), 4)));
	}
	return all;
}

json_t *
report_json(const struct report_head *head, const struct run_report *rep)
{
	json_t *stats = json_object();

	for (size_t i = 0; i < NCOUNTERS; i++) {
		const struct counter *c = &counters[i];
		uint64_t v = value(rep, c);
		if (is_unknown(c, v))
			continue;
		json_object_set_new(stats, c->name,
		    c->clock ? json_fixed((double)v / CLK_PER_CYC, 1)
			     : json_integer((json_int_t)v));
	}
	if (rep->insns != 0)
		json_object_set_new(stats, "instructions",
		    json_integer((json_int_t)rep->insns));
	return json_pack("{s:s s:o s:o s:o s:i s:b s:s* s:o s:o}", "image",
	    head->image, "image_hash", json_hex64(rep->image_hash), "machine",
	    json_hex64(machine_hash(head->machine)), "trace",
	    json_hex64(rep->trace), "verdict", (int)rep->verdict, "complete",
	    (int)(rep->verdict != EX_SIGINT && rep->verdict != EX_NOVERDICT),
	    "console", head->console, "stats", stats, "results",
	    results_json(rep));
}
