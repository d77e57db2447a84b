/*
 * cpu.c: making and stopping a simulated CPU, and its poll points.
 *
 * Poll points compare the clock with a limit and call hk_poll() when it is
 * reached: at the end of the scheduler's window (smp.h), when the local APIC
 * has something, or at once when somebody outside wants the run to end.
 */
#include <assert.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "core/exit.h"
#include "cpu/path.h"
#include "cpu/smp.h"

/* Where host stacks go if nothing is in the way; the place has no effect. */
#define STACK_VA UINT64_C(0x200000000000)

#define CPU_MAPPING (sizeof(struct cpu) + CPU_MAX * CPU_COLOUR)

static struct cpu *volatile cpus[CPU_MAX];
static volatile sig_atomic_t stop_code;
static const char *(*symbol)(uint64_t va, uint64_t *offset_bytes);

bool
cpu_host_has_avx2(void)
{
	return __builtin_cpu_supports("avx2") != 0;
}

void
cpu_use_avx2(struct cpu *cpu, bool want)
{
	cpu->hot.split = want && cpu_host_has_avx2() ? 64 : 0;
}

static void
make_host_stack(struct cpu *cpu)
{
	void *hint = (void *)(STACK_VA + cpu->id * 2 * CPU_STACK_BYTES);
	void *p = mmap(hint, CPU_STACK_BYTES, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED || mprotect(p, CPU_PAGE, PROT_NONE) != 0) {
		perror("rangeley: host stack of a simulated CPU");
		abort();
	}
	cpu->host_stack = p;
	cpu->hot.hsp = (uint64_t)(uintptr_t)p + CPU_STACK_BYTES -
	    cpu->id * CPU_COLOUR;
}

static void
empty_caches(struct cpu *cpu)
{
	l1d_clear(&cpu->hot.l1d);
	tlb_clear(&cpu->tlb);
	memset(cpu->hot.l1i, 0, sizeof(cpu->hot.l1i));
	for (unsigned s = 0; s < CPU_L1I_SETS; s++)
		for (unsigned w = 0; w < CPU_L1I_WAYS; w++)
			cpu->l1i[s][w] = WAYS_NONE;
}

static void
set_entry_points(struct cpu *cpu)
{
	cpu_use_avx2(cpu, true);
	cpu->hot.fn_read = hk_read;
	cpu->hot.fn_write = hk_write;
	cpu->hot.fn_rmiss = hk_read_miss;
	cpu->hot.fn_wmiss = hk_write_miss;
	cpu->hot.fn_rheld = hk_read_held;
	cpu->hot.fn_wheld = hk_write_held;
	cpu->hot.fn_lock = hk_lock;
	cpu->hot.fn_fetch = hk_fetch;
	cpu->hot.fn_rep = hk_rep;
	cpu->hot.fn_poll = hk_poll;
	cpu->hot.fn_branch = hk_branch;
	cpu->hot.fn_ijmp = hk_ijmp;
	cpu->hot.fn_priv = hk_priv;
	cpu->hot.fn_fence = hk_fence;
}

struct cpu *
cpu_create(unsigned id, const struct cpu_params *p)
{
	/* Zero; what is used of it is here and there: large pages. */
	uint8_t *mem = mmap(NULL, CPU_MAPPING, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	struct cpu *cpu;

	assert(id < CPU_MAX && cpus[id] == NULL);
	if (mem == MAP_FAILED) {
		perror("rangeley: a simulated CPU");
		abort();
	}
	(void)madvise(mem, CPU_MAPPING, MADV_HUGEPAGE);
	cpu = (struct cpu *)(void *)(mem + id * CPU_COLOUR);
	cpu->id = id;
	cpu->p = *p;
	cpu->trace = (struct hash)HASH_INIT;
	cpu->hot.self = cpu;
	cpu->hot.limit = UINT64_MAX;
	cpu->wake_at = UINT64_MAX;
	miss_init(&cpu->miss, p->nfill, p->nstore, p->l1d_hit_clk);
	empty_caches(cpu);
	make_host_stack(cpu);
	set_entry_points(cpu);
	cpus[id] = cpu;
	return cpu;
}

void
cpu_destroy(struct cpu *cpu)
{
	if (cpu == NULL)
		return;
	cpus[cpu->id] = NULL;
	(void)munmap(cpu->host_stack, CPU_STACK_BYTES);
	(void)munmap((uint8_t *)cpu - cpu->id * CPU_COLOUR, CPU_MAPPING);
}

void
cpu_set_branches(struct cpu *cpu, const void *bp, size_t n)
{
	assert(n <= sizeof(cpu->hot.bp));
	memcpy(cpu->hot.bp, bp, n);
	for (size_t i = 0; i < n / sizeof(cpu->hot.bp[0]); i++) {
		memset(&cpu->branch[i], 0, sizeof(cpu->branch[i]));
		/* A history of taken outcomes alone. */
		cpu->branch[i].taken[CPU_HISTORY / 64 - 1] = UINT64_C(1) << 63;
	}
}

/* ---- limits ------------------------------------------------------- */

/* The order matters: a signal after the store finds the new limit. */
static void
set_limit(struct cpu *cpu, uint64_t clock)
{
	*(volatile uint64_t *)&cpu->hot.limit = clock;
	if (stop_code != 0)
		*(volatile uint64_t *)&cpu->hot.limit = 0;
}

/* When the local APIC has something that may be taken, as far as is known. */
static inline int64_t
due(const struct cpu *cpu)
{
	uint64_t at = INT64_MAX;

	if ((cpu->sys_flags & RFLAGS_IF) != 0)
		at = tick_earlier(at, lapic_due(&cpu->lapic));
	return (int64_t)at;
}

/*
 * Limits are real times, the clock runs ahead of that by the stalls it has
 * been charged with for misses that are under way.
 */
static inline void
renew_limit(struct cpu *cpu, int64_t ahead)
{
	const int64_t next = due(cpu);

	path_limit(cpu, ahead);
	path_next(cpu, next, ahead);
	set_limit(cpu,
	    tick_earlier(cpu->smp->window_end, (uint64_t)next) +
		(uint64_t)ahead);
}

void
cpu_renew_limit(struct cpu *cpu)
{
	renew_limit(cpu, cpu->miss.charged - cpu->miss.stalled);
}

void
cpu_interrupts_changed(struct cpu *cpu)
{
	path_next(cpu, due(cpu), cpu->miss.charged - cpu->miss.stalled);
	set_limit(cpu, 0);
}

void
cpu_request_stop(int code)
{
	stop_code = code;
	for (unsigned i = 0; i < CPU_MAX; i++)
		if (cpus[i] != NULL && code != 0)
			*(volatile uint64_t *)&cpus[i]->hot.limit = 0;
}

int
cpu_stop_requested(void)
{
	return stop_code;
}

/* Most find nothing, and leave the miss model to the event that comes next. */
void
hk_poll(struct cpu *cpu, struct hk_regs *regs, bool watched)
{
	uint64_t now;

	(void)watched; /* who watches has been told */
	uc_flush(cpu);
	cpu->stats.polls++;
	if (stop_code != 0)
		cpu_fail(cpu, stop_code, regs->rip, "stopped by request");
	now = (uint64_t)miss_look(&cpu->miss, (int64_t)cpu->hot.clock);
	if (now >= cpu->smp->window_end) {
		cpu->pos = now;
		cpu->polling = true;
		smp_yield(cpu);
		cpu->polling = false;
	}
	cpu_trace(cpu, CPU_EV_POLL, 0);
	if (lapic_is_idle(&cpu->lapic, now))
		path_start(cpu, (int64_t)now);
	else {
		path_event(cpu, (int64_t)cpu->hot.clock);
		cpu_take_interrupt(cpu, regs);
		now = cpu_now(cpu);
	}
	renew_limit(cpu, (int64_t)(cpu->hot.clock - now));
}

/* ---- ends --------------------------------------------------------- */

void
cpu_exit(struct cpu *cpu, int code)
{
	smp_leave(cpu, code);
}

void
cpu_symbols(const char *(*of)(uint64_t va, uint64_t *offset_bytes))
{
	symbol = of;
}

void
cpu_fail(struct cpu *cpu, int code, uint64_t rip, const char *fmt, ...)
{
	uint64_t offset_bytes;
	const char *name;
	va_list ap;

	fprintf(stderr, "rangeley: cpu %u", cpu->id);
	if (rip != 0)
		fprintf(stderr, " at 0x%08llx", (unsigned long long)rip);
	if (rip != 0 && symbol != NULL) {
		name = symbol(rip, &offset_bytes);
		fprintf(stderr, " (%s+0x%llx)", name,
		    (unsigned long long)offset_bytes);
	}
	fputs(": ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	cpu_exit(cpu, code);
}
