/*
 * run.c: put the machine together, load an image, boot it, collect what it
 * reported.
 *
 *	run_image
 *	  image_load, ram_map	memory at the image's fixed addresses
 *	  gdbjit_register	a debugger learns the symbols
 *	  l2_create, cpu_create	the machine, from the machine file
 *	  cpu_enter		boot() of the image, on CPU 0
 *	    down_call		its seam_call()s (down.c)
 *
 * Runs once in a process: mappings and the debugger's entry stay.
 */
#include <stdlib.h>
#include <string.h>

#include "core/hash.h"
#include "core/tick.h"
#include "down.h"
#include "fault.h"
#include "gdbjit.h"

/* Everything of the file that reaches memory; debug information does not. */
static uint64_t
image_hash(const struct image *im)
{
	struct hash h = HASH_INIT;

	for (unsigned i = 0; i < im->nseg; i++) {
		const struct image_seg *s = &im->seg[i];
		hash_u64(&h, s->va);
		hash_u64(&h, s->va_end);
		hash_bytes(&h, im->file + s->off, s->filesz);
	}
	hash_bytes(&h, im->bp, im->bp_bytes);
	return hash_value(&h);
}

static struct cpu *
make_cpu(struct run *run, const struct cpu_params *p, struct l2 *l2)
{
	const struct run_config *c = run->config;
	struct cpu *cpu = cpu_create(0, p, l2);

	cpu_use_avx2(cpu, !c->portable);
	cpu_set_branches(cpu, run->image.bp, run->image.bp_bytes);
	if (c->limit_cyc != 0)
		cpu_set_max_clock(cpu, c->limit_cyc * HK_CLOCK_PER_CYC);
	cpu->hot.fn_seam = down_call;
	cpu->owner = run;
	return cpu;
}

static void
boot(struct run *run, const struct cpu_params *p, const struct seam_boot *sb)
{
	struct run_report *rep = run->report;
	struct l2 *l2 = l2_create(run->config->machine->l2_size_bytes,
	    cpu_host_has_avx2() && !run->config->portable);
	struct cpu *cpu = make_cpu(run, p, l2);

	fault_catch(&run->image, cpu);
	rep->verdict = (enum exit_code)cpu_enter(cpu,
	    (void (*)(const void *))run->image.desc.si_up.boot, sb,
	    (void *)(uintptr_t)SEAM_STACK_TOP);
	fault_release();
	rep->clock = cpu->hot.clock;
	rep->trace = hash_value(&cpu->trace);
	rep->cpu = cpu->stats;
	rep->l2 = l2->stats;
	cpu_destroy(cpu);
	l2_destroy(l2);
}

enum exit_code
run_image(const struct run_config *config, struct run_report *rep,
    struct err *err)
{
	static struct run run;
	const struct seam_boot *sb;
	struct cpu_params p;
	enum exit_code code;

	memset(rep, 0, sizeof(*rep));
	run.config = config;
	run.report = rep;
	run.ram_bytes = config->ram_bytes;
	if (run.ram_bytes == 0)
		run.ram_bytes = RAM_DEFAULT_BYTES;
	code = cpu_params_init(&p, config->machine, err);
	if (code != EX_GOOD)
		return code;
	code = image_load(&run.image, config->image, SEAM_IMG_ANNOTATED, 0,
	    err);
	if (code != EX_GOOD)
		return code;
	sb = ram_map(run.ram_bytes, 1, CYC_PER_S, config->args, err);
	if (sb == NULL)
		return err->code;
	if (getenv("RANGELEY_NO_GDB") == NULL)
		gdbjit_register(&run.image);
	rep->image_hash = image_hash(&run.image);
	boot(&run, &p, sb);
	return EX_GOOD;
}

void
run_report_free(struct run_report *rep)
{
	free(rep->result);
	rep->result = NULL;
	rep->nresult = 0;
}
