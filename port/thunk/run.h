/*
 * run.h: one run of one image on the machine.
 */
#ifndef THUNK_RUN_H
#define THUNK_RUN_H

#include <stdbool.h>
#include <stdio.h>

#include "core/err.h"
#include "core/machine.h"
#include "cpu/cpu.h"
#include "image.h"
#include "cpu/profile.h"
#include "cpu/smp.h"
#include "cpu/watch.h"

/* Functions of the image whose entries are watched (cpu/watch.h). */
struct run_watch {
	const uint64_t *function; /* addresses; `which' is the place here */
	const bool *must; /* of each: without an entry it is an error, not left
			     out */
	size_t n;
	watch_fn fn;
	void *arg;
};

struct run_report;

/*
 * Devices besides the probe, and the world outside that they are connected to.
 * Each may be NULL.  create() may fail; destroy() is called once after it.
 */
struct run_devices {
	void *arg;
	enum exit_code (*create)(void *arg, struct smp *, struct err *);
	/* The image is ready: frames may come in from this tick on. */
	void (*ready)(void *arg, uint64_t at_tick);
	/* Nothing will come any more, and nothing is under way. */
	bool (*over)(void *arg);
	/* The run has ended. */
	void (*destroy)(void *arg);
};

struct run_config {
	const struct machine *machine;
	const char *image;   /* path of an annotated ELF file */
	const char *args;    /* "name=value name=value" for the image, or "" */
	uint64_t ram_bytes;  /* 0: RAM_DEFAULT_BYTES */
	uint64_t limit_cyc;  /* EX_NOVERDICT when a clock gets there; 0 none */
	FILE *console;       /* what the image prints; NULL drops it */
	bool portable;       /* no AVX2, whatever the host has */
	unsigned ncpu;       /* 0: all 8 */
	bool exact;          /* no CPU ahead of another (cpu/smp.h) */
	const char *modules; /* a digit for each CPU; NULL: 00112233 */
	bool profile;        /* measurements say who writes which line */
	profile_context_fn context; /* of it; or NULL */
	void *context_arg;
	const struct run_watch *watch;     /* or NULL */
	const struct run_devices *devices; /* or NULL */
	/*
	 * The last measurement of the report has ended; from a call-out, while
	 * the machine's memory is as it was then.  NULL: nobody wants to know.
	 */
	void (*measured)(void *arg, const struct run_report *);
	void *measured_arg;
};

struct run_result { /* one seam_result() */
	char name[64];
	uint64_t n;
	uint64_t total_cyc;
};

struct run_object { /* one seam_object() */
	uint64_t va, bytes;
	char type[64], name[64];
};

/* From seam_measure(name, 0) to seam_measure(name, n), all CPUs. */
struct run_measure {
	char name[64];
	uint64_t n;
	uint64_t clk;         /* that passed, 1/10 cycles */
	uint64_t busy_clk;    /* of each CPU, without HLT and MWAIT; the sum */
	struct cpu_stats cpu; /* maxima are those since the start */
	struct coh_stats coh;
	/* With run_config.profile. */
	struct profile_sum sum;
	size_t ntouched;             /* lines */
	struct profile_line *shared; /* that several CPUs write */
	size_t nshared;
};

struct run_report {
	enum exit_code verdict;    /* what the image gave to seam_exit() */
	struct run_result *result; /* in order of arrival */
	size_t nresult;
	struct run_object *object; /* those that are, by address */
	size_t nobject;
	struct run_measure *measure; /* in order */
	size_t nmeasure;             /* that have begun */
	bool measuring;              /* the last one has not ended */
	uint64_t clock; /* of the latest CPU at the end, 1/10 cycles */
	uint64_t trace; /* hash over clock and kind of every call-out */
	uint64_t
	    longest_path_clk; /* of the image, between polls; 0: not said */
	uint64_t image_hash;  /* of the ELF file's mapped bytes */
	uint64_t insns;       /* of an image that counts them; else 0 */
	unsigned ncpu;
	struct cpu_stats cpu; /* all CPUs together; maxima are maxima */
	struct coh_stats coh;
	struct smp_stats smp;
	struct {
		struct cpu_stats stats;
		uint64_t clock;
	} each[CPU_MAX]; /* of a CPU */
};

/*
 * Load the image, boot it on CPU 0, wait until it ends.  At most once in a
 * process.  EX_GOOD when the image ran, whatever its verdict; else *err says
 * why not.  Free the report with run_report_free() in either case.
 */
enum exit_code run_image(const struct run_config *, struct run_report *,
    struct err *);
void run_report_free(struct run_report *);

/* sum += one; what is a maximum is one of both. */
void run_add_stats(struct cpu_stats *sum, const struct cpu_stats *one);

#endif
