/*
 * fault.c: faults of image code end the run of the fake machine.
 *
 * While rip is in the image no C of ours is half done, so the handler, on a
 * stack of its own, may end the run as seam_exit() does.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <ucontext.h>
#include <unistd.h>

#include "cpu/gsbase.h"
#include "fake_int.h"

static struct fake *machine;
static char stack[64 << 10];

static const char *
what(int sig, uint64_t address)
{
	uint64_t end = SEAM_STACK_TOP - SEAM_STACK_BYTES;

	if (sig == SIGILL || sig == SIGTRAP)
		return "stopped itself (ud2 or int3)";
	if (sig == SIGFPE)
		return "divided by zero, or the quotient does not fit";
	if (ram_is_guard(address))
		return "touched a guard page: a kernel stack overflowed";
	if (address < end && address >= end - SEAM_GUARD_BYTES)
		return "overflowed the boot stack";
	return "touched memory it does not have";
}

static void
handler(int sig, siginfo_t *si, void *context)
{
	const ucontext_t *uc = context;
	uint64_t rip = (uint64_t)uc->uc_mcontext.gregs[REG_RIP];
	uint64_t address = (uint64_t)(uintptr_t)si->si_addr;
	struct fake_cpu *cpu = machine->running;

	if (sig == SIGSEGV && gsbase_lost(address))
		return;
	/* An interrupt's frame is pushed from C. */
	if (cpu != NULL && ram_is_guard(address) &&
	    !image_is_code(&machine->image, rip))
		fake_fail(cpu, EX_FINDING, cpu->rip,
		    "%s (address 0x%" PRIx64 ")", what(sig, address), address);
	if (cpu == NULL || !image_is_code(&machine->image, rip)) {
		fprintf(stderr,
		    "rangeley: internal error: signal %d at rip 0x%" PRIx64
		    ", address 0x%" PRIx64 "\n",
		    sig, rip, address);
		_exit(EX_BUG);
	}
	cpu->hot.left = uc->uc_mcontext.gregs[REG_R14];
	cpu->rip = rip;
	fake_fail(cpu, EX_FINDING, rip, "%s (address 0x%" PRIx64 ")",
	    what(sig, address), address);
}

void
fake_fault_catch(struct fake *f)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE,
		SIGTRAP };
	stack_t ss = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction sa = { .sa_sigaction = handler,
		.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER };

	machine = f;
	if (sigaltstack(&ss, NULL) != 0)
		abort();
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &sa, NULL);
}
