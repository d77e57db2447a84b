/*
 * snap.c: the whole state of the fake machine, kept and put back.
 *
 * So that a schedule costs no boot and no process.  All that a run changes:
 *
 *	the machine	struct fake, its CPUs
 *	coroutines	what is in use of their host stacks
 *	data, bss	as a whole
 *	RAM		the pages that are there (mincore(2)); one that is equal
 *			is left alone, one that has come since is cleared
 *
 * Between runs only: no coroutine is in the middle of anything but a change of
 * turns.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "snap.h"

#define PAGE 4096u

/* Stacks of coroutines are as the sanitizer would not have them. */
static void
copy(void *to, const void *from, size_t n)
{
	__asm__ volatile("rep movsb"
			 : "+D"(to), "+S"(from), "+c"(n)
			 :
			 : "memory");
}

static void *
copy_of(const void *p, size_t n)
{
	void *to = malloc(n + 1);

	if (to == NULL)
		abort();
	copy(to, p, n);
	return to;
}

static size_t
pages(const struct fake *f)
{
	return f->ram_bytes / PAGE;
}

static uint8_t *
page(size_t i)
{
	return (uint8_t *)(uintptr_t)(SEAM_RAM_VA + i * PAGE);
}

static void
look(const struct fake *f, uint8_t *there)
{
	if (mincore(page(0), f->ram_bytes, there) != 0)
		abort();
}

static bool
is_guard(size_t i)
{
	return ram_is_guard(SEAM_RAM_VA + i * PAGE);
}

static uint8_t *
stack_in_use(const struct fake_cpu *cpu, size_t *n)
{
	if (cpu->host_sp == NULL)
		*n = 0;
	else
		*n = cpu->hot.hsp - (uintptr_t)cpu->host_sp;
	return cpu->host_sp;
}

void
snap_take(struct snap *s, struct fake *f)
{
	size_t n, used = 0;

	f->nguard = 0;
	s->f = *f;
	s->f.report.result = copy_of(f->report.result,
	    f->report.nresult * sizeof(*f->report.result));
	for (unsigned i = 0; i < f->ncpu; i++) {
		s->cpu[i] = copy_of(f->cpu[i], sizeof(*f->cpu[i]));
		s->stack[i] = stack_in_use(f->cpu[i], &n);
		s->stack[i] = copy_of(s->stack[i], n);
	}
	for (unsigned i = 0; i < f->image.nseg; i++) {
		const struct image_seg *g = &f->image.seg[i];

		if (g->write)
			s->seg[i] = copy_of((void *)(uintptr_t)g->va,
			    g->va_end - g->va);
	}
	s->there = malloc(2 * pages(f));
	if (s->there == NULL)
		abort();
	s->now = s->there + pages(f);
	look(f, s->there);
	for (size_t i = 0; i < pages(f); i++)
		if ((s->there[i] & 1) && is_guard(i))
			s->there[i] = 0;
	for (size_t i = 0; i < pages(f); i++)
		used += s->there[i] & 1;
	s->ram = malloc(used * PAGE + 1);
	if (s->ram == NULL)
		abort();
	used = 0;
	for (size_t i = 0; i < pages(f); i++)
		if (s->there[i] & 1)
			memcpy(s->ram + used++ * PAGE, page(i), PAGE);
}

static void
restore_ram(const struct snap *s, const struct fake *f)
{
	const uint8_t *from = s->ram;

	look(f, s->now);
	for (size_t i = 0; i < pages(f); i++) {
		if ((s->now[i] & 1) == 0 && (s->there[i] & 1) == 0)
			continue;
		if ((s->there[i] & 1) == 0) {
			if (!is_guard(i))
				memset(page(i), 0, PAGE);
		} else {
			if (memcmp(page(i), from, PAGE) != 0)
				memcpy(page(i), from, PAGE);
			from += PAGE;
		}
	}
}

void
snap_restore(const struct snap *s, struct fake *f)
{
	const struct fake_config *config = f->config;
	void *host_sp = f->host_sp;
	uint8_t *stack;
	size_t n;

	while (f->nguard > 0) {
		uint64_t va = f->guard[--f->nguard];

		fake_guard(va, !ram_is_guard(va));
	}
	free(f->report.result);
	*f = s->f;
	f->config = config;
	f->host_sp = host_sp;
	f->report.result = copy_of(s->f.report.result,
	    s->f.report.nresult * sizeof(*s->f.report.result));
	for (unsigned i = 0; i < f->ncpu; i++) {
		memcpy(f->cpu[i], s->cpu[i], sizeof(*f->cpu[i]));
		stack = stack_in_use(f->cpu[i], &n);
		copy(stack, s->stack[i], n);
	}
	for (unsigned i = 0; i < f->image.nseg; i++) {
		const struct image_seg *g = &f->image.seg[i];

		if (g->write)
			memcpy((void *)(uintptr_t)g->va, s->seg[i],
			    g->va_end - g->va);
	}
	restore_ram(s, f);
}

void
snap_free(struct snap *s)
{
	free(s->f.report.result);
	for (unsigned i = 0; i < s->f.ncpu; i++) {
		free(s->cpu[i]);
		free(s->stack[i]);
	}
	for (unsigned i = 0; i < s->f.image.nseg; i++)
		free(s->seg[i]);
	free(s->there);
	free(s->ram);
	memset(s, 0, sizeof(*s));
}
