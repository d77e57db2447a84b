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

#include <stdbool.h>
#include <stdint.h>

enum gsbase_way { GSBASE_OFFERED, GSBASE_GUARDED, GSBASE_SYSCALL };

/*
 * Find out which case this is, for structures of so many bytes, or force one
 * (for tests).  Before that, system calls are made.  The guarded way catches
 * SIGSEGV on the alternate stack, which it sets if there is none; who catches
 * SIGSEGV afterwards calls gsbase_lost() first.  Returns the way taken.
 * Aborts when the host refuses memory.
 */
enum gsbase_way gsbase_init(uint64_t bytes);
enum gsbase_way gsbase_init_as(enum gsbase_way, uint64_t bytes);

/* The base from now on; nothing is done when it is that already. */
void gsbase_set(void *);

/*
 * In a handler of SIGSEGV: did the fault at this address only say that the base
 * was lost?  Then it is right again, and the handler returns.
 */
bool gsbase_lost(uint64_t address);

#endif
