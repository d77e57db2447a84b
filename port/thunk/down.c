/*
 * down.c: the machine's side of seam_call(): one function for each number of
 * enum seam_nr, in a table.
 *
 * Called by the image's thunk, on the CPU's host stack, with the CPU's clock
 * in cpu->hot.clock.  Pointers come from the image and are checked before
 * they are followed; a bad one ends the run, since the image is at fault.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/hash.h"
#include "down.h"

struct down_args {
	uint64_t a[4];
};

/* Bytes of the image, [va, va + n); ends the run if it has no such. */
static const char *
image_bytes(struct cpu *cpu, const char *call, uint64_t va, uint64_t n)
{
	const struct run *run = cpu->owner;

	if (!image_range_ok(&run->image, run->ram_bytes, va, n))
		cpu_fail(cpu, EX_FINDING, 0,
		    "%s: %s of %" PRIu64 " bytes at 0x%" PRIx64
		    ", outside the image and its RAM; correct the image",
		    run->image.path, call, n, va);
	return (const char *)(uintptr_t)va;
}

static uint64_t
cons_write(struct cpu *cpu, const struct down_args *d)
{
	const struct run *run = cpu->owner;
	const char *s = image_bytes(cpu, "seam_cons_write", d->a[0], d->a[1]);

	if (run->config->console != NULL)
		fwrite(s, 1, d->a[1], run->config->console);
	return 0;
}

static uint64_t
power_off(struct cpu *cpu, const struct down_args *d)
{
	cpu_exit(cpu, (int)(d->a[0] & 0xff));
}

/* A string of the image, cut to size - 1 bytes. */
static void
copy_string(struct cpu *cpu, const char *call, uint64_t va, char *buf,
    size_t size)
{
	memset(buf, 0, size);
	for (size_t i = 0; i < size - 1; i++) {
		buf[i] = *image_bytes(cpu, call, va + i, 1);
		if (buf[i] == '\0')
			break;
	}
}

static uint64_t
add_result(struct cpu *cpu, const struct down_args *d)
{
	struct run *run = cpu->owner;
	struct run_report *rep = run->report;
	struct run_result *r;

	r = realloc(rep->result, (rep->nresult + 1) * sizeof(*r));
	if (r == NULL)
		cpu_fail(cpu, EX_BUG, 0, "out of memory for results");
	rep->result = r;
	r += rep->nresult++;
	copy_string(cpu, "seam_result", d->a[0], r->name, sizeof(r->name));
	r->n = d->a[1];
	r->total_cyc = d->a[2];
	return 0;
}

static uint64_t
cpu_start(struct cpu *cpu, const struct down_args *d)
{
	const struct run *run = cpu->owner;
	uint64_t n = d->a[0];
	union {
		uint64_t va;
		void (*fn)(const void *);
	} entry = { d->a[1] };

	if (n >= run->smp->ncpu || run->smp->cpu[n]->run != CPU_OFF)
		return UINT64_MAX;
	if (!image_is_code(&run->image, entry.va))
		cpu_fail(cpu, EX_FINDING, 0,
		    "seam_cpu_start: 0x%" PRIx64 " is no function of the image",
		    entry.va);
	(void)image_bytes(cpu, "seam_cpu_start: stack", d->a[3] - 256, 256);
	smp_start(run->smp, (unsigned)n, entry.fn,
	    (const void *)(uintptr_t)d->a[2], (void *)(uintptr_t)d->a[3],
	    cpu_now(cpu) + cpu->p.ipi_clk);
	return 0;
}

static uint64_t
small_pages(struct cpu *cpu, const struct down_args *d)
{
	const struct run *run = cpu->owner;
	uint64_t va = d->a[0], n = d->a[1];

	(void)image_bytes(cpu, "seam_small_pages", va, n);
	for (uint64_t p = va >> 21; n != 0 && p <= (va + n - 1) >> 21; p++)
		run->smp->large[p] = 0;
	return 0;
}

/* Guards are told apart from other faults: fault.c. */
static uint64_t
guard(struct cpu *cpu, const struct down_args *d)
{
	(void)image_bytes(cpu, "seam_guard", d->a[0], 4096);
	if (ram_guard(d->a[0], d->a[1] != 0) != 0)
		cpu_fail(cpu, EX_FINDING, 0,
		    "seam_guard: 0x%" PRIx64 " is no page of RAM; correct the "
		    "image",
		    d->a[0]);
	return 0;
}

static uint64_t
symbol(struct cpu *cpu, const struct down_args *d)
{
	const struct run *run = cpu->owner;
	uint64_t offset_bytes = 0;
	const char *name = image_is_code(&run->image, d->a[0])
	    ? image_symbol(&run->image, d->a[0], &offset_bytes)
	    : "?";

	(void)image_bytes(cpu, "seam_symbol", d->a[1], d->a[2]);
	if (d->a[2] != 0)
		snprintf((char *)(uintptr_t)d->a[1], d->a[2], "%s", name);
	return offset_bytes;
}

static uint64_t
object(struct cpu *cpu, const struct down_args *d)
{
	struct run_object o = { .va = d->a[0], .bytes = d->a[1] };

	(void)image_bytes(cpu, "seam_object", o.va, o.bytes);
	copy_string(cpu, "seam_object: type", d->a[2], o.type, sizeof(o.type));
	copy_string(cpu, "seam_object: name", d->a[3], o.name, sizeof(o.name));
	measure_object(cpu, &o);
	return 0;
}

static uint64_t
begin_or_end(struct cpu *cpu, const struct down_args *d)
{
	char name[sizeof(((struct run_measure *)0)->name)];

	copy_string(cpu, "seam_measure", d->a[0], name, sizeof(name));
	measure(cpu, name, d->a[1]);
	return 0;
}

/* Of interest to the fake machine only. */
static uint64_t
ready(struct cpu *cpu, const struct down_args *d)
{
	(void)cpu;
	(void)d;
	return 0;
}

/* What begins outside reaches CPUs a lookahead later at the earliest. */
static uint64_t
open_world(struct cpu *cpu, const struct down_args *d)
{
	const struct run *run = cpu->owner;
	const struct run_devices *dev = run->config->devices;
	const uint64_t at = cpu_now(cpu);

	(void)d;
	if (dev == NULL || dev->ready == NULL)
		return 0;
	smp_meet(run->smp, at);
	dev->ready(dev->arg, clk_to_tick_up(at + run->smp->lookahead_clk));
	return 0;
}

static uint64_t
over(struct cpu *cpu, const struct down_args *d)
{
	const struct run *run = cpu->owner;
	const struct run_devices *dev = run->config->devices;

	(void)d;
	return dev == NULL || dev->over == NULL || dev->over(dev->arg);
}

typedef uint64_t (*down_fn)(struct cpu *, const struct down_args *);
static const down_fn down_table[SEAM_NCALLS] = {
	[SEAM_CONS_WRITE] = cons_write,
	[SEAM_EXIT] = power_off,
	[SEAM_RESULT] = add_result,
	[SEAM_CPU_START] = cpu_start,
	[SEAM_SMALL_PAGES] = small_pages,
	[SEAM_GUARD] = guard,
	[SEAM_SYMBOL] = symbol,
	[SEAM_READY] = ready,
	[SEAM_OBJECT] = object,
	[SEAM_MEASURE] = begin_or_end,
	[SEAM_OPEN] = open_world,
	[SEAM_OVER] = over,
};

uint64_t
down_call(struct cpu *cpu, uint64_t nr, uint64_t a0, uint64_t a1, uint64_t a2,
    uint64_t a3)
{
	const struct run *run = cpu->owner;
	const struct down_args d = { { a0, a1, a2, a3 } };

	if (nr >= SEAM_NCALLS || down_table[nr] == NULL)
		cpu_fail(cpu, EX_INPUT, 0,
		    "%s: seam call %" PRIu64 " does not exist in version %u; "
		    "build image and simulator from the same source tree",
		    run->image.path, nr, SEAM_VERSION);
	uc_flush(cpu);
	cpu_trace(cpu, CPU_EV_SEAM, nr);
	return down_table[nr](cpu, &d);
}
