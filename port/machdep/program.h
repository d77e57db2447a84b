/*
 * program.h: what runs on a kernel once it is up.
 *
 * There is no userland: a test or a benchmark is a program, linked into the
 * image and named by the boot property `run' (run=mutex,softint).  Programs
 * run one after the other in the LWP "init" (init.c), whose context is an
 * ordinary MPSAFE kthread at IPL_NONE on any CPU.
 */
#ifndef PORT_PROGRAM_H
#define PORT_PROGRAM_H

#include <sys/cdefs.h>
#include <sys/types.h>

struct program {
	const char *p_name;  /* one word */
	const char *p_what;  /* one line: what it shows */
	int (*p_main)(void); /* 0 good, 1 finding, 2 bad arguments */
};

/* Registers a program; one of a name in an image. */
#define PROGRAM(name, what, fn)                                               \
	static const struct program program_##name = { #name, (what), (fn) }; \
	static const struct program *const program_link_##name                \
	    __section("link_set_programs") __used = &program_##name

/*
 * The boot property `name', or dflt if it was not given.  A value that is no
 * number ends the run with a message (exit code 2).  Any context.
 */
int64_t program_arg(const char *name, int64_t dflt);
const char *program_arg_string(const char *name, const char *dflt);

/*
 * A check of a test.  Counts; one that does not hold prints "name: F: what"
 * and makes the run end with exit code 1.  Any context below IPL_HIGH.
 */
void program_check(bool holds, const char *fmt, ...) __printflike(2, 3);

/* Numbers from a seed of its own, so that programs do not share one. */
uint64_t program_random(uint64_t *state);

/* A figure for --json: total cycles for n repetitions (port/seam.h). */
void program_result(const char *name, uint64_t n, uint64_t total_cyc);

/*
 * Between these two the machine counts what all CPUs do, and `rangeley run'
 * reports it for each of the n (frames, calls): cycles; with --profile, locks
 * taken, ordered accesses and lines that several CPUs write.  One measurement at
 * a time; names are one word.
 */
void program_measure_begin(const char *name);
void program_measure_end(const char *name, uint64_t n);

/*
 * A name for memory from an allocator, in such reports: size bytes at addr are a
 * `struct type', and are to be called type(name), for example
 * ifnet(tst0).if_opackets.  It may be part of a larger one that has a name.  Any
 * context.
 */
void program_object(const void *addr, size_t size, const char *type,
    const char *name);

#endif /* PORT_PROGRAM_H */
