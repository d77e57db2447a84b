/*
 * run.c: put the machine together, load an image, boot it, collect what it
 * reported.
 *
 *	run_image
 *	  image_load, ram_map	memory at the image's fixed addresses
 *	  gdbjit_register	a debugger learns the symbols
 *	  smp_create		the machine, from the machine file
 *	  smp_run		boot() of the image, on CPU 0
 *	    down_call		its seam_call()s (down.c)
 *
 * Runs once in a process: mappings and the debugger's entry stay.
 */
#include <stdlib.h>
#include <string.h>

#include "core/hash.h"
#include "core/tick.h"
#include "cpu/smp.h"
#include "down.h"
#include "fault.h"
#include "gdbjit.h"
#include "probe/probe.h"

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

/* What the build has found for the image (mk/longest-path.sh); 0: nothing. */
static uint64_t
longest_path(const char *image)
{
	unsigned long cyc = 0, tenth = 0;
	char *path;
	FILE *f;

	if (asprintf(&path, "%s.path", image) < 0)
		abort();
	f = fopen(path, "r");
	free(path);
	if (f == NULL)
		return 0;
	if (fscanf(f, "longest path between polls: %lu.%1lu", &cyc, &tenth) !=
	    2)
		cyc = tenth = 0;
	fclose(f);
	return cyc * CLK_PER_CYC + tenth * CLK_PER_CYC / 10;
}

/* Everything counts; what is a maximum is one of all CPUs. */
void
run_add_stats(struct cpu_stats *sum, const struct cpu_stats *one)
{
	uint64_t *s = (uint64_t *)sum, max = sum->interrupt_wait_max_clk,
		 path = sum->interrupt_path_max_clk;
	const uint64_t *o = (const uint64_t *)one;

	for (size_t i = 0; i < sizeof(*sum) / sizeof(*s); i++)
		s[i] += o[i];
	sum->interrupt_wait_max_clk = one->interrupt_wait_max_clk > max
	    ? one->interrupt_wait_max_clk
	    : max;
	sum->interrupt_path_max_clk = one->interrupt_path_max_clk > path
	    ? one->interrupt_path_max_clk
	    : path;
}

static void
fill_report(struct run_report *rep, const struct smp *smp)
{
	struct hash trace = HASH_INIT;

	rep->ncpu = smp->ncpu;
	for (unsigned i = 0; i < smp->ncpu; i++) {
		const struct cpu *cpu = smp->cpu[i];

		run_add_stats(&rep->cpu, &cpu->stats);
		rep->insns += cpu->hot.insns;
		rep->each[i].stats = cpu->stats;
		rep->each[i].clock = cpu->hot.clock;
		hash_u64(&trace, hash_value(&cpu->trace));
		if (cpu->hot.clock > rep->clock)
			rep->clock = cpu->hot.clock;
	}
	rep->trace = hash_value(&trace);
	rep->coh = smp->coh->stats;
	rep->smp = smp->stats;
}

static void
prepare_cpus(struct run *run)
{
	for (unsigned i = 0; i < run->smp->ncpu; i++) {
		struct cpu *cpu = run->smp->cpu[i];

		cpu_set_branches(cpu, run->image.bp, run->image.bp_bytes);
		cpu->hot.fn_seam = down_call;
		cpu->owner = run;
	}
}

/* Poll points of the functions that are watched. */
static enum exit_code
watch(struct run *run, struct watch **out, struct err *err)
{
	const struct run_watch *rw = run->config->watch;
	struct watch *w;

	*out = NULL;
	if (rw == NULL)
		return EX_GOOD;
	*out = w = watch_create(rw->fn, rw->arg);
	if (image_code_writable(&run->image, true, err) != EX_GOOD)
		return err->code;
	for (size_t i = 0; i < rw->n; i++) {
		uint64_t site = image_poll_always(&run->image, rw->function[i]);

		if (site != 0)
			watch_add(w, site, (unsigned)i);
		else if (rw->must[i])
			return err_at(err, EX_INPUT, run->image.path, 0,
			    "0x%llx is no entry of a function with hooks; name "
			    "functions of the image's own sources",
			    (unsigned long long)rw->function[i]);
	}
	for (unsigned i = 0; i < run->smp->ncpu; i++)
		watch_cpu(run->smp->cpu[i], w);
	return image_code_writable(&run->image, false, err);
}

static enum exit_code
boot(struct run *run, const struct seam_boot *sb, struct err *err)
{
	const struct run_devices *dev = run->config->devices;
	struct smp *smp = run->smp;
	enum exit_code code = EX_GOOD;
	struct probe *probe;

	if (run->config->limit_cyc != 0)
		smp->limit = run->config->limit_cyc * HK_CLOCK_PER_CYC;
	prepare_cpus(run);
	probe = probe_create(smp->io, SEAM_PROBE_PA, SEAM_PROBE_PORT);
	if (dev != NULL && dev->create != NULL)
		code = dev->create(dev->arg, smp, err);
	if (code != EX_GOOD)
		return code;
	fault_catch(&run->image, smp);
	smp_start(smp, 0, (void (*)(const void *))run->image.desc.si_up.boot,
	    sb, (void *)(uintptr_t)SEAM_STACK_TOP, 0);
	run->report->verdict = (enum exit_code)smp_run(smp);
	fault_release();
	fill_report(run->report, smp);
	if (dev != NULL && dev->destroy != NULL)
		dev->destroy(dev->arg);
	probe_destroy(probe);
	return EX_GOOD;
}

/* With less, a kernel waits for memory that nobody gives back: it hangs. */
static enum exit_code
check_ram(const struct run *run, struct err *err)
{
	const bool ports = run->config->devices != NULL;
	const unsigned need_mib = ports ? 16 : 4;

	if (strcmp(run->image.name, "kernel") != 0 ||
	    run->ram_bytes >= (uint64_t)need_mib << 20)
		return EX_GOOD;
	return err_set(err, EX_INPUT,
	    "RAM of %llu KiB: a kernel%s needs %u MiB at least; say --ram "
	    "%s, or the scenario's ram",
	    (unsigned long long)run->ram_bytes >> 10,
	    ports ? " with network ports" : "", need_mib,
	    ports ? "16MiB, 144MiB to bring up four ports" : "4MiB");
}

static enum exit_code
make_machine(struct run *run, struct err *err)
{
	const struct run_config *c = run->config;
	struct smp_config sc = { .machine = c->machine,
		.ncpu = c->ncpu != 0 ? c->ncpu : CPU_MAX,
		.avx2 = !c->portable,
		.exact = c->exact,
		.modules = c->modules,
		.ram_va = SEAM_RAM_VA,
		.ram_bytes = run->ram_bytes,
		.io_va = SEAM_IO_VA,
		.io_pa = SEAM_IO_PA,
		.io_bytes = SEAM_IO_BYTES };
	int e = map_at(SEAM_IO_VA, SEAM_IO_BYTES);

	if (e != 0)
		return err_set(err, EX_BUG,
		    "cannot reserve the addresses of device memory, 0x%x: %s",
		    SEAM_IO_VA, strerror(e));
	return smp_create(&run->smp, &sc, err);
}

enum exit_code
run_image(const struct run_config *config, struct run_report *rep,
    struct err *err)
{
	static struct run run;
	struct seam_boot *sb;
	struct watch *watched;
	enum exit_code code;

	memset(rep, 0, sizeof(*rep));
	run.config = config;
	run.report = rep;
	run.ram_bytes = config->ram_bytes;
	if (run.ram_bytes == 0)
		run.ram_bytes = RAM_DEFAULT_BYTES;
	code = image_load(&run.image, config->image, SEAM_IMG_ANNOTATED, 0,
	    err);
	if (code != EX_GOOD)
		return code;
	code = check_ram(&run, err);
	if (code != EX_GOOD)
		return code;
	code = image_set_l1d_hit(&run.image, config->machine->l1d_hit_clk, err);
	if (code != EX_GOOD)
		return code;
	code = make_machine(&run, err);
	if (code != EX_GOOD)
		return code;
	sb = ram_map(run.ram_bytes, run.smp->ncpu, CYC_PER_S, config->args,
	    err);
	if (sb == NULL)
		return err->code;
	sb->sb_pci = config->devices != NULL;
	if (getenv("RANGELEY_NO_GDB") == NULL)
		gdbjit_register(&run.image);
	rep->image_hash = image_hash(&run.image);
	rep->longest_path_clk = longest_path(config->image);
	code = watch(&run, &watched, err);
	if (code != EX_GOOD)
		return code;
	if (config->profile)
		run.profile = profile_create(run.smp, config->context,
		    config->context_arg);
	code = boot(&run, sb, err);
	profile_destroy(run.profile);
	watch_destroy(watched);
	smp_destroy(run.smp);
	return code;
}

void
run_report_free(struct run_report *rep)
{
	for (size_t i = 0; i < rep->nmeasure; i++)
		free(rep->measure[i].shared);
	free(rep->measure);
	free(rep->object);
	free(rep->result);
	rep->measure = NULL;
	rep->object = NULL;
	rep->result = NULL;
	rep->nmeasure = rep->nobject = rep->nresult = 0;
}
