/*
 * down.c: the fake machine's side of seam_call().
 *
 * Pointers come from the image and are checked before they are followed.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "fake_int.h"

#define PAGE 4096u

static const char *
image_bytes(struct fake_cpu *cpu, const char *call, uint64_t va, uint64_t n)
{
	const struct fake *f = cpu->f;

	if (!image_range_ok(&f->image, f->ram_bytes, va, n))
		fake_fail(cpu, EX_FINDING, 0,
		    "%s of %" PRIu64 " bytes at 0x%" PRIx64
		    ", outside the image and its RAM; correct the image",
		    call, n, va);
	return (const char *)(uintptr_t)va;
}

static void
add_result(struct fake_cpu *cpu, uint64_t name_va, uint64_t n, uint64_t total)
{
	struct fake_report *rep = &cpu->f->report;
	struct fake_result *r;

	r = realloc(rep->result, (rep->nresult + 1) * sizeof(*r));
	if (r == NULL)
		fake_fail(cpu, EX_BUG, 0, "out of memory for results");
	rep->result = r;
	r += rep->nresult++;
	memset(r, 0, sizeof(*r));
	for (size_t i = 0; i < sizeof(r->name) - 1; i++) {
		r->name[i] = *image_bytes(cpu, "seam_result", name_va + i, 1);
		if (r->name[i] == '\0')
			break;
	}
	r->n = n;
	r->total_cyc = total;
}

static uint64_t
start_cpu(struct fake_cpu *cpu, uint64_t n, uint64_t fn, uint64_t arg,
    uint64_t ksp)
{
	struct fake *f = cpu->f;

	if (n >= f->ncpu || f->cpu[n]->state != FAKE_OFF)
		return UINT64_MAX;
	if (!image_is_code(&f->image, fn))
		fake_fail(cpu, EX_FINDING, 0,
		    "seam_cpu_start: 0x%" PRIx64 " is no function of the image",
		    fn);
	(void)image_bytes(cpu, "seam_cpu_start: stack", ksp - 256, 256);
	fake_start(f, (unsigned)n, fn, arg, ksp);
	fake_kick(cpu);
	return 0;
}

/*
 * A page that becomes a guard is empty when it is one no more, so that no
 * schedule finds what another left there.
 */
void
fake_guard(uint64_t va, bool on)
{
	if (on)
		(void)madvise((void *)(uintptr_t)va, PAGE, MADV_DONTNEED);
	(void)ram_guard(va, on);
}

static void
guard(struct fake_cpu *cpu, uint64_t va, bool on)
{
	struct fake *f = cpu->f;

	if (ram_is_guard(va) == on)
		return;
	(void)image_bytes(cpu, "seam_guard", va, PAGE);
	if (ram_guard(va, on) != 0)
		fake_fail(cpu, EX_FINDING, 0,
		    "seam_guard: 0x%" PRIx64
		    " is no page of RAM; correct the image",
		    va);
	fake_guard(va, on);
	if (f->nguard == FAKE_GUARDS)
		fake_fail(cpu, EX_BUG, 0,
		    "more than %u guard pages come and go in one schedule",
		    FAKE_GUARDS);
	f->guard[f->nguard++] = va;
}

/* The name goes to [buf, buf + n). */
static uint64_t
symbol(struct fake_cpu *cpu, uint64_t va, uint64_t buf, uint64_t n)
{
	const struct fake *f = cpu->f;
	uint64_t offset = 0;
	const char *name = image_is_code(&f->image, va)
	    ? image_symbol(&f->image, va, &offset)
	    : "?";

	(void)image_bytes(cpu, "seam_symbol", buf, n);
	if (n != 0)
		snprintf((char *)(uintptr_t)buf, n, "%s", name);
	return offset;
}

uint64_t
fake_down(struct fake_cpu *cpu, uint64_t nr, uint64_t a0, uint64_t a1,
    uint64_t a2, uint64_t a3)
{
	FILE *console = cpu->f->config->console;

	switch (nr) {
	case SEAM_CONS_WRITE:
		(void)image_bytes(cpu, "seam_cons_write", a0, a1);
		if (console != NULL)
			fwrite((const char *)(uintptr_t)a0, 1, a1, console);
		return 0;
	case SEAM_EXIT:
		fake_exit(cpu->f, (int)(a0 & 0xff));
	case SEAM_RESULT:
		add_result(cpu, a0, a1, a2);
		return 0;
	case SEAM_CPU_START:
		return start_cpu(cpu, a0, a1, a2, a3);
	case SEAM_SMALL_PAGES:
	case SEAM_OBJECT:
	case SEAM_MEASURE:
	case SEAM_OPEN:
		return 0;
	case SEAM_GUARD:
		guard(cpu, a0, a1 != 0);
		return 0;
	case SEAM_SYMBOL:
		return symbol(cpu, a0, a1, a2);
	case SEAM_OVER:
		return 1; /* nothing comes from outside */
	case SEAM_READY:
		fake_leave(cpu, FAKE_READY);
		return 0;
	default:
		fake_fail(cpu, EX_INPUT, 0,
		    "seam call %" PRIu64 " does not exist in version %u", nr,
		    SEAM_VERSION);
	}
}
