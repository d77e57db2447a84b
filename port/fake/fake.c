/*
 * fake.c: making the fake machine, and its coroutines.
 *
 *	fake_run	-> co_go -> CPU a: ... step -> poll -> fake_turn_over
 *						-> co_go -> CPU b: ...
 *			<- fake_leave <- whoever ends the run, or sleeps last
 *
 * Turns go from CPU to CPU without the caller of fake_run().  Everything here
 * runs on a host stack, a CPU's or the caller's.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "cpu/co.h"
#include "cpu/gsbase.h"
#include "fake_int.h"
#include "thunk/gdbjit.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif

#define HOST_PAGE 4096u

static void account(struct fake_cpu *);

/* ---- switching ------------------------------------------------------------ */

/* Go to that CPU's stack; NULL: to the caller's. */
static void
switch_stacks(void **save_sp, const struct fake_cpu *to, void *load_sp)
{
	co_go(save_sp, load_sp, to != NULL ? to->host_stack + HOST_PAGE : NULL,
	    FAKE_STACK_BYTES - HOST_PAGE);
}

static void
switch_to(void **save_sp, struct fake_cpu *to)
{
	to->f->running = to;
	gsbase_set(to);
	switch_stacks(save_sp, to, to->host_sp);
}

void
fake_leave(struct fake_cpu *cpu, enum fake_why why)
{
	struct fake *f = cpu->f;

	f->why = why;
	f->ended |= why == FAKE_ENDED;
#ifdef __SANITIZE_ADDRESS__
	if (why == FAKE_ENDED) /* its frames will not clean up */
		ASAN_UNPOISON_MEMORY_REGION(cpu->host_stack + HOST_PAGE,
		    FAKE_STACK_BYTES - HOST_PAGE);
#endif
	switch_stacks(&cpu->host_sp, NULL, f->host_sp);
}

void
fake_exit(struct fake *f, int code)
{
	f->report.verdict = (enum exit_code)code;
	if (f->running->granted != 0)
		account(f->running);
	fake_leave(f->running, FAKE_ENDED);
	abort();
}

void
fake_fail(struct fake_cpu *cpu, int code, uint64_t rip, const char *fmt, ...)
{
	struct fake *f = cpu->f;
	char *text = f->report.message, place[96];
	const size_t size = sizeof(f->report.message);
	int n;
	va_list ap;

	n = snprintf(text, size, "cpu %u%s%s: ", cpu->id,
	    rip != 0 ? " at " : "",
	    rip != 0 ? fake_place(f, rip, place, sizeof(place)) : "");
	va_start(ap, fmt);
	vsnprintf(text + n, size - (size_t)n, fmt, ap);
	va_end(ap);
	f->running = cpu;
	fake_exit(f, code);
}

const char *
fake_place(const struct fake *f, uint64_t va, char *buf, size_t n)
{
	const uint8_t *code = (const uint8_t *)(uintptr_t)va;
	const char *name;
	uint64_t offset;
	int32_t far;

	/* A call-out's cold path: on with the jump back. */
	if (image_is_code(&f->image, va) && code[0] == 0xe9) {
		memcpy(&far, code + 1, sizeof(far));
		va += 5 + (uint64_t)(int64_t)far;
	} else if (image_is_code(&f->image, va) && code[0] == 0xeb)
		va += 2 + (uint64_t)(int64_t)(int8_t)code[1];
	name = image_symbol(&f->image, va, &offset);
	snprintf(buf, n, "%s+0x%" PRIx64, name, offset);
	return buf;
}

/* ---- turns ------------------------------------------------------------------- */

/* What the turn that ends has been, for the trace. */
static void
account(struct fake_cpu *cpu)
{
	struct fake *f = cpu->f;
	uint64_t steps = (uint64_t)(cpu->granted - cpu->hot.left);
	char place[96];

	f->report.steps += steps;
	f->now += steps * f->tick_clk;
	f->report.turns++;
	hash_u64(&f->trace, (uint64_t)cpu->id << 32 | (uint32_t)steps);
	hash_u64(&f->trace, cpu->rip);
	if (f->config->schedule != NULL)
		fprintf(f->config->schedule,
		    "%10" PRIu64 " ns  cpu %u  %5" PRIu64 " steps to %s%s\n",
		    f->now / CLK_PER_NS, cpu->id, steps,
		    fake_place(f, cpu->rip, place, sizeof(place)),
		    cpu->state == FAKE_SLEEPS    ? ", sleeps"
			: cpu->state == FAKE_OFF ? ", off"
			: cpu->yields            ? ", yields"
						 : "");
	cpu->granted = cpu->hot.left = 0;
}

/* Where each CPU is, behind what the message says already. */
static void
add_places(struct fake *f)
{
	char *text = f->report.message, place[96];
	const size_t size = sizeof(f->report.message);
	size_t n = strlen(text);

	for (unsigned i = 0; i < f->ncpu && n < size; i++) {
		const struct fake_cpu *c = f->cpu[i];

		if (c->state != FAKE_OFF)
			n += (size_t)snprintf(text + n, size - n,
			    " cpu %u %s%s%s;", c->id,
			    c->state == FAKE_SLEEPS ? "sleeps at " : "",
			    fake_place(f, c->rip, place, sizeof(place)),
			    c->flags & RFLAGS_IF ? "" : " (interrupts off)");
	}
}

/* Everybody sleeps, and nothing is going to happen. */
static _Noreturn void
deadlock(struct fake *f)
{
	snprintf(f->report.message, sizeof(f->report.message),
	    "every CPU is halted and nothing is under way that could wake one:");
	add_places(f);
	fake_exit(f, EX_FINDING);
}

static void
check_limits(struct fake *f)
{
	const struct fake_config *c = f->config;

	if ((c->limit_steps != 0 && f->report.steps >= c->limit_steps) ||
	    (c->limit_ns != 0 && f->now / CLK_PER_NS >= c->limit_ns)) {
		snprintf(f->report.message, sizeof(f->report.message),
		    "limit reached after %" PRIu64 " steps, %" PRIu64
		    " ns; raise it to go on:",
		    f->report.steps, f->now / CLK_PER_NS);
		add_places(f);
		fake_exit(f, EX_NOVERDICT);
	}
	if (f->report.steps >= f->pause_at) {
		f->pause_at = UINT64_MAX;
		fake_leave(f->running, FAKE_PAUSED);
	}
}

void
fake_turn_over(struct fake_cpu *cpu)
{
	struct fake *f = cpu->f;
	struct fake_cpu *next;

	account(cpu);
	check_limits(f);
	while ((next = fake_next(f)) == NULL) {
		if (!f->config->by_hand)
			deadlock(f);
		fake_leave(cpu, FAKE_ASLEEP);
	}
	cpu->yields = false;
	if (next != cpu)
		switch_to(&cpu->host_sp, next);
}

void
fake_kick(struct fake_cpu *cpu)
{
	cpu->granted -= cpu->hot.left;
	cpu->hot.left = 0;
}

/* A step found none left, or PAUSE took more than there are. */
static void
poll(struct fake_cpu *cpu, struct hk_regs *regs, uint64_t how)
{
	while (cpu->hot.left <= -(HK_YIELD / 2)) {
		cpu->hot.left += HK_YIELD;
		cpu->yields = true;
	}
	cpu->rip = regs->rip;
	fake_turn_over(cpu);
	if (how == HK_STEP_OPEN)
		fake_take_interrupt(cpu, regs);
}

/* The CPU's first function came back; CPU 0's ends the run. */
static void
returned(void *arg)
{
	struct fake_cpu *cpu = arg;

	if (cpu->id == 0)
		fake_exit(cpu->f, EX_GOOD);
	cpu->state = FAKE_OFF;
	fake_turn_over(cpu);
	abort();
}

void
fake_start(struct fake *f, unsigned n, uint64_t fn, uint64_t arg, uint64_t ksp)
{
	struct fake_cpu *cpu = f->cpu[n];
	const struct co_start start = { fn, arg, ksp, returned };

	assert(cpu->state == FAKE_OFF);
	cpu->host_sp = co_prepare(cpu->hot.hsp, &start);
	cpu->state = FAKE_RUNS;
	cpu->rip = fn;
}

enum fake_why
fake_run(struct fake *f, uint64_t steps)
{
	struct fake_cpu *first = f->running;

	if (f->ended)
		return FAKE_ENDED;
	f->pause_at = steps == 0 ? UINT64_MAX : f->report.steps + steps;
	if (!f->booted) {
		fake_start(f, 0, (uintptr_t)f->image.desc.si_up.boot,
		    (uintptr_t)f->boot, SEAM_STACK_TOP);
		f->booted = true;
		f->running = f->cpu[0];
		first = fake_next(f);
	}
	switch_to(&f->host_sp, first);
	return f->why;
}

const struct fake_report *
fake_report(struct fake *f)
{
	f->report.clock_ns = f->now / CLK_PER_NS;
	f->report.trace = hash_value(&f->trace);
	return &f->report;
}

/* ---- the clock ------------------------------------------------------------------- */

uint64_t
fake_clock(const struct fake *f)
{
	return f->now / CLK_PER_NS;
}

uint64_t
fake_clock_next(const struct fake *f)
{
	uint64_t t = LAPIC_NEVER;

	for (unsigned i = 0; i < f->ncpu; i++)
		if (lapic_next(&f->cpu[i]->lapic) < t)
			t = lapic_next(&f->cpu[i]->lapic);
	return t == LAPIC_NEVER ? FAKE_NEVER
				: (t + CLK_PER_NS - 1) / CLK_PER_NS;
}

void
fake_clock_set(struct fake *f, uint64_t ns)
{
	if (ns * CLK_PER_NS > f->now)
		f->now = ns * CLK_PER_NS;
}

void
fake_clock_advance(struct fake *f, uint64_t ns)
{
	f->now += ns * CLK_PER_NS;
}

/* ---- making it ---------------------------------------------------------------------- */

static struct fake_cpu *
make_cpu(struct fake *f, unsigned id)
{
	struct fake_cpu *cpu = calloc(1, sizeof(*cpu));
	uint8_t *stack = mmap(NULL, FAKE_STACK_BYTES, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (cpu == NULL || stack == MAP_FAILED ||
	    mprotect(stack, HOST_PAGE, PROT_NONE) != 0) {
		perror("rangeley: a CPU of the fake machine");
		abort();
	}
	cpu->f = f;
	cpu->id = id;
	cpu->flags = 0;
	cpu->host_stack = stack;
	cpu->hot.self = cpu;
	cpu->hot.hsp = (uintptr_t)stack + FAKE_STACK_BYTES;
	cpu->hot.fn_device = fake_device;
	cpu->hot.fn_stored = fake_stored;
	cpu->hot.fn_poll = poll;
	cpu->hot.fn_priv = fake_priv;
	cpu->hot.fn_seam = fake_down;
	fake_lapic_init(cpu);
	return cpu;
}

static enum exit_code
map_all(struct fake *f, struct err *err)
{
	const struct fake_config *c = f->config;
	enum exit_code code = image_load(&f->image, c->image, SEAM_IMG_FAKE,
	    SEAM_IMG_ANNOTATED, err);
	int e;

	if (code != EX_GOOD)
		return code;
	if ((e = map_at(SEAM_IO_VA, SEAM_IO_BYTES)) != 0)
		return err_set(err, EX_BUG,
		    "cannot reserve the addresses of device memory, 0x%x: %s",
		    SEAM_IO_VA, strerror(e));
	f->boot = ram_map(f->ram_bytes, f->ncpu, CYC_PER_S, c->args, err);
	if (f->boot == NULL)
		return err->code;
	/* Pages that nobody touched need not be put back (snap.c). */
	(void)madvise((void *)(uintptr_t)SEAM_RAM_VA, f->ram_bytes,
	    MADV_NOHUGEPAGE);
	return EX_GOOD;
}

enum exit_code
fake_create(struct fake **fp, const struct fake_config *config, struct err *err)
{
	static struct fake f;
	enum exit_code code;

	assert(f.config == NULL);
	f.config = config;
	f.ram_bytes = config->ram_bytes ? config->ram_bytes : RAM_DEFAULT_BYTES;
	f.ncpu = config->ncpu ? config->ncpu : FAKE_CPUS;
	f.tick_clk = config->by_hand
	    ? 0
	    : (config->tick_ns ? config->tick_ns : FAKE_TICK_NS) * CLK_PER_NS;
	f.trace = (struct hash)HASH_INIT;
	code = map_all(&f, err);
	if (code != EX_GOOD)
		return code;
	(void)gsbase_init(sizeof(struct fake_hot));
	for (unsigned i = 0; i < f.ncpu; i++)
		f.cpu[i] = make_cpu(&f, i);
	fake_probe_reset(&f);
	fake_seed(&f, 0);
	if (config->debugger)
		gdbjit_register(&f.image);
	fake_fault_catch(&f);
	*fp = &f;
	return EX_GOOD;
}
