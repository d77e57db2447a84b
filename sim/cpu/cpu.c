/*
 * cpu.c: making, entering and stopping a simulated CPU.
 *
 * cpu_enter() leaves the host's world: it points %gs at the CPU, takes the
 * clock into r14 and moves to the kernel stack (enter.S).  Image code then
 * runs until its first function returns, or until a call-out, which runs on
 * the CPU's host stack, says cpu_exit():
 *
 *	host	   cpu_enter -> cpu_enter_asm            (returns the code)
 *	kernel stack		 fn(arg) -> ... -> hook       ^
 *	host stack	  thunk -> hk_priv -> cpu_exit -> cpu_leave
 *
 * Stopping from outside (signal handlers) goes through the limit, which poll
 * points compare with the clock: cpu_request_stop() sets it to 0.
 */
#include <asm/prctl.h>
#include <assert.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/exit.h"
#include "cpu/cpu.h"

#ifndef HWCAP2_FSGSBASE
#define HWCAP2_FSGSBASE (1 << 1)
#endif
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif

/* Where host stacks go if nothing is in the way; the place has no effect. */
#define STACK_VA    UINT64_C(0x200000000000)
#define STACK_BYTES (256u * 1024)

/* enter.S */
int cpu_enter_asm(struct cpu *, void (*fn)(const void *), const void *arg,
    void *ksp);
_Noreturn void cpu_leave(struct cpu *, int code);

static struct cpu *volatile cpus[CPU_MAX];
static volatile sig_atomic_t stop_code;

bool
cpu_host_has_avx2(void)
{
	return __builtin_cpu_supports("avx2") != 0;
}

void
cpu_use_avx2(struct cpu *cpu, bool want)
{
	bool avx2 = want && cpu_host_has_avx2();

	cpu->hot.avx2 = avx2;
	hook_use_avx2(cpu, avx2);
}

static void
make_host_stack(struct cpu *cpu)
{
	void *hint = (void *)(STACK_VA + cpu->id * 2 * STACK_BYTES);
	void *p = mmap(hint, STACK_BYTES, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED || mprotect(p, CPU_PAGE, PROT_NONE) != 0) {
		perror("rangeley: host stack of a simulated CPU");
		abort();
	}
	cpu->host_stack = p;
	cpu->hot.hsp = (uint64_t)(uintptr_t)p + STACK_BYTES;
}

static void
empty_caches(struct cpu *cpu)
{
	for (unsigned s = 0; s < HK_L1D_SETS; s++) {
		cpu->hot.l1d[s].rd = cpu->hot.l1d[s].wr = HK_NO_LINE;
		for (unsigned w = 0; w < 8; w++)
			cpu->hot.l1d[s].tag[w] = WAYS_NONE;
	}
	for (unsigned i = 0; i < HK_L1I_ENTRIES; i++)
		cpu->hot.l1i[i] = CPU_ICACHE_NONE;
	for (unsigned s = 0; s < CPU_L1I_SETS; s++)
		for (unsigned w = 0; w < CPU_L1I_WAYS; w++)
			cpu->l1i[s][w] = WAYS_NONE;
}

static void
set_entry_points(struct cpu *cpu)
{
	cpu_use_avx2(cpu, true);
	cpu->hot.fn_rep = hk_rep;
	cpu->hot.fn_poll = hk_poll;
	cpu->hot.fn_branch = hk_branch;
	cpu->hot.fn_ijmp = hk_ijmp;
	cpu->hot.fn_priv = hk_priv;
	cpu->hot.fn_fence = hk_fence;
}

struct cpu *
cpu_create(unsigned id, const struct cpu_params *p, struct l2 *l2)
{
	struct cpu *cpu = aligned_alloc(CPU_PAGE, sizeof(*cpu));

	assert(id < CPU_MAX && cpus[id] == NULL);
	if (cpu == NULL)
		abort();
	memset(cpu, 0, sizeof(*cpu));
	cpu->id = id;
	cpu->p = *p;
	cpu->l2 = l2;
	cpu->trace = (struct hash)HASH_INIT;
	cpu->hot.self = cpu;
	cpu->pht = malloc(p->npht);
	if (cpu->pht == NULL)
		abort();
	memset(cpu->pht, 1, p->npht); /* weakly not taken */
	miss_init(&cpu->miss, p->nfill, p->nstore, p->l1d_hit_clk);
	empty_caches(cpu);
	make_host_stack(cpu);
	set_entry_points(cpu);
	cpus[id] = cpu;
	cpu_set_max_clock(cpu, UINT64_MAX);
	return cpu;
}

void
cpu_destroy(struct cpu *cpu)
{
	if (cpu == NULL)
		return;
	cpus[cpu->id] = NULL;
	(void)munmap(cpu->host_stack, STACK_BYTES);
	free(cpu->pht);
	free(cpu);
}

void
cpu_set_branches(struct cpu *cpu, const uint8_t *bp, size_t n)
{
	assert(n <= sizeof(cpu->hot.bp));
	memcpy(cpu->hot.bp, bp, n);
	memcpy(cpu->armed, bp, n);
	for (size_t i = 0; i < n; i++)
		cpu->history[i] = cpu->armed[i] > 0 ? 0xff : 0;
}

/* ---- limits ------------------------------------------------------- */

/* The order matters: a signal after the store finds the new limit. */
static void
renew_limit(struct cpu *cpu)
{
	*(volatile uint64_t *)&cpu->hot.limit = cpu->max_clock;
	if (stop_code != 0)
		*(volatile uint64_t *)&cpu->hot.limit = 0;
}

void
cpu_set_max_clock(struct cpu *cpu, uint64_t clock)
{
	cpu->max_clock = clock;
	renew_limit(cpu);
}

void
cpu_request_stop(int code)
{
	stop_code = code;
	for (unsigned i = 0; i < CPU_MAX; i++)
		if (cpus[i] != NULL)
			*(volatile uint64_t *)&cpus[i]->hot.limit = code != 0
			    ? 0
			    : cpus[i]->max_clock;
}

void
hk_poll(struct cpu *cpu, struct hk_regs *regs)
{
	cpu->stats.polls++;
	cpu_trace(cpu, CPU_EV_POLL, regs->rip);
	if (stop_code != 0)
		cpu_fail(cpu, stop_code, regs->rip, "stopped by request");
	if (cpu->hot.clock >= cpu->max_clock)
		cpu_fail(cpu, EX_NOVERDICT, regs->rip,
		    "run limit of %llu cycles reached; raise it to go on",
		    (unsigned long long)cpu->max_clock / HK_CLOCK_PER_CYC);
	renew_limit(cpu);
}

/* ---- in and out --------------------------------------------------- */

static void
set_gs_base(struct cpu *cpu)
{
	if (getauxval(AT_HWCAP2) & HWCAP2_FSGSBASE)
		__asm__ volatile("wrgsbase %0" : : "r"(cpu) : "memory");
	else if (syscall(SYS_arch_prctl, ARCH_SET_GS, cpu) != 0) {
		perror("rangeley: arch_prctl(ARCH_SET_GS)");
		abort();
	}
}

int
cpu_enter(struct cpu *cpu, void (*fn)(const void *), const void *arg, void *ksp)
{
	int code;

	assert(cpu->hot.host_sp == 0);
	renew_limit(cpu);
	set_gs_base(cpu);
	code = cpu_enter_asm(cpu, fn, arg,
	    (void *)((uintptr_t)ksp & ~(uintptr_t)15));
	cpu->hot.host_sp = 0;
	return code;
}

void
cpu_exit(struct cpu *cpu, int code)
{
	assert(cpu->hot.host_sp != 0);
#ifdef __SANITIZE_ADDRESS__
	/* The frames left behind will not unpoison themselves. */
	ASAN_UNPOISON_MEMORY_REGION(cpu->host_stack + CPU_PAGE,
	    STACK_BYTES - CPU_PAGE);
#endif
	cpu_leave(cpu, code);
}

void
cpu_fail(struct cpu *cpu, int code, uint64_t rip, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "rangeley: cpu %u", cpu->id);
	if (rip != 0)
		fprintf(stderr, " at 0x%08llx", (unsigned long long)rip);
	fputs(": ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	cpu_exit(cpu, code);
}
