/*
 * gsbase.h: the host's %gs base, by which image code knows its CPU.
 *
 * It changes with every change of turns, so it must not take a system call.
 * Three cases:
 *
 *	the kernel offers WRGSBASE	that is all
 *	it does not, but the host	guests of some hypervisors.  Whenever
 *	executes it all the same	that kernel lets somebody else run, our
 *					base is lost and becomes what the kernel
 *					knows; that is a page nobody may touch,
 *					and the fault puts the base right
 *	neither				a system call, some hundred times slower.
 *					Also for a debugger's sake, which would
 *					stop at every such fault
 *
 * One machine in a process; not reentrant.
 */
#ifndef CPU_GSBASE_H
#define CPU_GSBASE_H

#include <sys/syscall.h>

#include <asm/prctl.h>
#include <stdbool.h>
#include <stdint.h>

enum gsbase_way { GSBASE_OFFERED, GSBASE_GUARDED, GSBASE_SYSCALL };

/* Private: what is done, and what was set last. */
extern struct gsbase {
	void *base;
	enum gsbase_way way;
} gsbase;

/*
 * Find out which case this is, for structures of so many bytes, or force one
 * (for tests).  Before that, system calls are made.  The guarded way catches
 * SIGSEGV on the alternate stack, which it sets if there is none; who catches
 * SIGSEGV afterwards calls gsbase_lost() first.  Returns the way taken.
 * Aborts when the host refuses memory.
 */
enum gsbase_way gsbase_init(uint64_t bytes);
enum gsbase_way gsbase_init_as(enum gsbase_way, uint64_t bytes);

/* The kernel would not: a message and abort(). */
_Noreturn void gsbase_refused(void);

static inline void
gsbase_write(const void *p)
{
	__asm__ volatile("wrgsbase %0" : : "r"(p) : "memory");
}

/* Not a call: who changes turns need not keep registers for it. */
static inline void
gsbase_tell_kernel(const void *p)
{
	long r;

	__asm__ volatile("syscall"
			 : "=a"(r)
			 : "a"(SYS_arch_prctl), "D"(ARCH_SET_GS), "S"(p)
			 : "rcx", "r11", "memory");
	if (r != 0)
		gsbase_refused();
}

/* The base from now on; nothing is done when it is that already. */
static inline void
gsbase_set(void *p)
{
	if (p == gsbase.base)
		return;
	gsbase.base = p;
	if (__builtin_expect(gsbase.way == GSBASE_SYSCALL, 0))
		gsbase_tell_kernel(p);
	else
		gsbase_write(p);
}

/*
 * In a handler of SIGSEGV: did the fault at this address only say that the base
 * was lost?  Then it is right again, and the handler returns.
 */
bool gsbase_lost(uint64_t address);

#endif
