/*
 * co.c: coroutines of simulated CPUs: how one begins, and what AddressSanitizer
 * must know of them.
 */
#include <string.h>

#include "cpu/co.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>

static const void *main_bottom;
static size_t main_size;
#endif

/* enter.S: it calls co_begun() first, on its host stack. */
void co_begin(void);
void co_begun(void);

void *
co_prepare(uint64_t hsp, const struct co_start *start)
{
	uint64_t *sp = (uint64_t *)(uintptr_t)hsp;

	*--sp = 0; /* alignment */
	*--sp = (uintptr_t)co_begin;
	*--sp = start->arg;                 /* rbp */
	*--sp = start->fn;                  /* rbx */
	*--sp = start->ksp & ~UINT64_C(15); /* r12 */
	*--sp = 0;                          /* r13 */
	*--sp = 0;                          /* r14 */
	*--sp = (uintptr_t)start->returned; /* r15 */
	return sp;
}

#ifdef __SANITIZE_ADDRESS__
void
co_go(void **save_sp, void *load_sp, const void *stack, size_t bytes)
{
	void *frames = NULL;

	if (stack != NULL)
		__sanitizer_start_switch_fiber(&frames, stack, bytes);
	else
		__sanitizer_start_switch_fiber(&frames, main_bottom, main_size);
	co_switch(save_sp, load_sp);
	__sanitizer_finish_switch_fiber(frames, NULL, NULL);
}
#endif

void
co_begun(void)
{
#ifdef __SANITIZE_ADDRESS__
	const void *bottom;
	size_t size;

	__sanitizer_finish_switch_fiber(NULL, &bottom, &size);
	if (main_bottom == NULL) { /* the first one comes from there */
		main_bottom = bottom;
		main_size = size;
	}
#endif
}
