/*
 * co.h: coroutines of simulated CPUs: a host stack each, on which the model's code
 * runs while image code waits on stacks of its own.
 */
#ifndef CPU_CO_H
#define CPU_CO_H

#include <stddef.h>
#include <stdint.h>

/* enter.S; co_go() calls it. */
void co_switch(void **save_sp, void *load_sp);

/*
 * What a new coroutine does: image code fn(arg) on the stack whose top is ksp,
 * and when that has returned, returned(cpu) on the host stack, which does not
 * return.
 */
struct co_start {
	uint64_t fn, arg, ksp;
	void (*returned)(void *cpu);
};

/* Lays out a host stack whose top is hsp: going there begins `start'. */
void *co_prepare(uint64_t hsp, const struct co_start *start);

/*
 * Leave this stack, whose pointer is stored at *save_sp, for load_sp, which was
 * stored so or prepared.  `stack' is the lowest byte of the one we go to; NULL
 * for the host program's own.  %gs is the caller's business.
 */
#ifdef __SANITIZE_ADDRESS__
void co_go(void **save_sp, void *load_sp, const void *stack, size_t bytes);
#else
static inline void
co_go(void **save_sp, void *load_sp, const void *stack, size_t bytes)
{
	(void)stack;
	(void)bytes;
	co_switch(save_sp, load_sp);
}
#endif

#endif
