/*
 * fault.c: faults of image code.
 *
 * The host's hardware finds what the image does wrong; the signal tells us
 * where.  While rip is in the image no C code of ours is half done, so the
 * handler, on a stack of its own, may print and end the run as
 * seam_exit() does.  The clock is then in r14.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

#include "core/exit.h"
#include "cpu/gsbase.h"
#include "fault.h"

static const int signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP };
#define NSIGNALS (sizeof(signals) / sizeof(signals[0]))

static const struct image *image;
static const struct smp *smp;
static struct sigaction saved[NSIGNALS];
static stack_t saved_stack;
static char stack[64 << 10];

static const char *
what(int sig, uint64_t address)
{
	uint64_t stack_end = SEAM_STACK_TOP - SEAM_STACK_BYTES;

	if (sig == SIGILL || sig == SIGTRAP)
		return "stopped itself (ud2 or int3)";
	if (sig == SIGFPE)
		return "divided by zero, or the quotient does not fit";
	if (address < stack_end && address >= stack_end - SEAM_GUARD_BYTES)
		return "overflowed the boot stack";
	if (ram_is_guard(address))
		return "overflowed a kernel stack";
	return "touched memory it does not have";
}

static void
handler(int sig, siginfo_t *si, void *context)
{
	const ucontext_t *uc = context;
	uint64_t rip = (uint64_t)uc->uc_mcontext.gregs[REG_RIP];
	uint64_t address = (uint64_t)(uintptr_t)si->si_addr, offset_bytes = 0;
	struct cpu *cpu = smp->running;
	const char *name;

	if (sig == SIGSEGV && gsbase_lost(address))
		return;
	if (cpu != NULL && ram_is_guard(address) && !image_is_code(image, rip))
		rip = 0; /* an interrupt's frame did not fit */
	else if (cpu == NULL || !image_is_code(image, rip)) {
		fprintf(stderr,
		    "rangeley: internal error: signal %d at rip 0x%" PRIx64
		    ", address 0x%" PRIx64 "\n",
		    sig, rip, address);
		_exit(EX_BUG);
	}
	name = rip != 0 ? image_symbol(image, rip, &offset_bytes)
			: "an interrupt";
	fprintf(stderr,
	    "rangeley: %s: cpu %u: %s+0x%" PRIx64 " %s (rip 0x%" PRIx64
	    ", address 0x%" PRIx64 "); look at it with gdb --args\n",
	    image->path, cpu->id, name, offset_bytes, what(sig, address), rip,
	    address);
	if (rip != 0)
		cpu->hot.clock = (uint64_t)uc->uc_mcontext.gregs[REG_R14];
	cpu_exit(cpu, EX_FINDING);
}

static const char *
symbol(uint64_t va, uint64_t *offset_bytes)
{
	return image_symbol(image, va, offset_bytes);
}

void
fault_catch(const struct image *im, const struct smp *s)
{
	stack_t ss = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction sa = { .sa_sigaction = handler,
		.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER };

	image = im;
	smp = s;
	cpu_symbols(symbol);
	if (sigaltstack(&ss, &saved_stack) != 0)
		abort();
	for (size_t i = 0; i < NSIGNALS; i++)
		sigaction(signals[i], &sa, &saved[i]);
}

void
fault_release(void)
{
	cpu_symbols(NULL);
	for (size_t i = 0; i < NSIGNALS; i++)
		sigaction(signals[i], &saved[i], NULL);
	sigaltstack(&saved_stack, NULL);
}
