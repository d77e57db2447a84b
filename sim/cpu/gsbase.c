/*
 * gsbase.c: three ways to set the host's %gs base (gsbase.h).
 */
#include <sys/auxv.h>
#include <sys/mman.h>

#include <assert.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cpu/gsbase.h"

#ifndef HWCAP2_FSGSBASE
#define HWCAP2_FSGSBASE (1 << 1)
#endif

struct gsbase gsbase = { NULL, GSBASE_SYSCALL };
static uint64_t guard, size; /* nobody may touch these addresses */

void
gsbase_refused(void)
{
	fputs("rangeley: arch_prctl(ARCH_SET_GS) failed\n", stderr);
	abort();
}

bool
gsbase_lost(uint64_t address)
{
	if (gsbase.way != GSBASE_GUARDED || address - guard >= size)
		return false;
	gsbase_write(gsbase.base);
	return true;
}

static struct sigaction before; /* who caught SIGSEGV */

static void
on_segv(int sig, siginfo_t *si, void *context)
{
	(void)context;
	if (!gsbase_lost((uintptr_t)si->si_addr))
		sigaction(sig, &before, NULL); /* it will fault again */
}

static sigjmp_buf refused;

static void
on_ill(int sig)
{
	(void)sig;
	siglongjmp(refused, 1);
}

static bool
works(void)
{
	struct sigaction sa = { .sa_handler = on_ill }, old;
	volatile bool yes = false;

	sigaction(SIGILL, &sa, &old);
	if (sigsetjmp(refused, 1) == 0) {
		gsbase_write(NULL); /* what it is anyway */
		yes = true;
	}
	sigaction(SIGILL, &old, NULL);
	return yes;
}

static void
catch_loss(uint64_t bytes)
{
	static char stack[64 << 10];
	stack_t ss = { .ss_sp = stack, .ss_size = sizeof(stack) }, old;
	struct sigaction sa = { .sa_sigaction = on_segv,
		.sa_flags = SA_SIGINFO | SA_ONSTACK };
	void *p = mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
	    0);

	if (p == MAP_FAILED || sigaltstack(NULL, &old) != 0 ||
	    ((old.ss_flags & SS_DISABLE) != 0 && sigaltstack(&ss, NULL) != 0) ||
	    sigaction(SIGSEGV, &sa, &before) != 0) {
		perror("rangeley: a guard for the %gs base");
		abort();
	}
	guard = (uintptr_t)p;
	size = bytes;
}

enum gsbase_way
gsbase_init_as(enum gsbase_way as, uint64_t bytes)
{
	gsbase = (struct gsbase){ NULL, as };
	if (as == GSBASE_GUARDED) {
		if (size == 0)
			catch_loss(bytes);
		assert(bytes <= size);
		gsbase_tell_kernel((void *)(uintptr_t)guard);
	}
	return as;
}

/* Is this process run by a debugger? */
static bool
is_traced(void)
{
	FILE *f = fopen("/proc/self/status", "r");
	unsigned pid = 0;
	char line[128];

	if (f == NULL)
		return false;
	while (pid == 0 && fgets(line, sizeof(line), f) != NULL)
		(void)sscanf(line, "TracerPid: %u", &pid);
	fclose(f);
	return pid != 0;
}

enum gsbase_way
gsbase_init(uint64_t bytes)
{
	if ((getauxval(AT_HWCAP2) & HWCAP2_FSGSBASE) != 0)
		return gsbase_init_as(GSBASE_OFFERED, bytes);
	if (is_traced() || !works())
		return gsbase_init_as(GSBASE_SYSCALL, bytes);
	return gsbase_init_as(GSBASE_GUARDED, bytes);
}
