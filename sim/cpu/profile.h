/*
 * profile.h: who reads and writes what, byte by byte, while it is on.
 *
 * While a profile is on, every access of every CPU comes to C: the filters of
 * the L1Ds are kept empty, which changes the host's time and nothing else.  While
 * it is off, nothing is different from a machine without one: it works by putting
 * functions of its own in the place of those that annotated code calls.
 *
 * Lines are counted a second way if somebody says what CPUs work on, by
 * profile_work(): for how many objects each was written.  A line counts once for an
 * object, however often and on however many CPUs it was written for that one.
 *
 * Not seen: the stack (images that are timed have no hooks there), instruction
 * fetch, devices.
 */
#ifndef CPU_PROFILE_H
#define CPU_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cpu;
struct smp;

#define PROFILE_LINE_BYTES 64
#define PROFILE_SITES      4

/* An instruction that wrote; `pc' is where its hook goes back to. */
struct profile_site {
	uint64_t pc, n;
};

struct profile_line {
	uint32_t line;   /* address / 64 */
	uint8_t readers; /* masks of CPUs */
	uint8_t writers;
	uint8_t last;     /* that wrote, + 1; 0 nobody */
	uint64_t ordered; /* accesses that waited for their turn */
	uint64_t writes;  /* accesses that wrote */
	uint64_t handed;  /* of these: another CPU wrote before */
	uint64_t objects; /* that it was written for; profile_work() */
	uint32_t nread[PROFILE_LINE_BYTES]; /* accesses that begin there */
	uint32_t nwrite[PROFILE_LINE_BYTES];
	uint8_t reader[PROFILE_LINE_BYTES]; /* CPUs that touched this byte */
	uint8_t writer[PROFILE_LINE_BYTES];
	struct profile_site site[PROFILE_SITES]; /* those that wrote most */
};

/* All of a window together. */
struct profile_sum {
	uint64_t reads, writes, locks; /* accesses; locks write, too */
	uint64_t ordered;
};

struct profile;

/*
 * Which of the things that share a CPU it is at, for profile_work(): any number, as
 * long as what interrupts has another than what it interrupts.
 */
typedef uint64_t (*profile_context_fn)(void *arg, const struct cpu *);

/*
 * context may be NULL: each CPU does one thing.  Aborts when memory is short.  One
 * machine, one profile.
 */
struct profile *profile_create(struct smp *, profile_context_fn context,
    void *arg);
void profile_destroy(struct profile *);

/*
 * What a CPU does from now on in its present context, in a profile that is on; else
 * nothing happens.  It
 * works for the object whose number is given (its address, say); for one that is
 * new although the number is not; for one whose number is another's from now on; for one that it does not know yet: what it writes
 * is put down to the next object that it names, or, if it takes up another thing
 * first, to one of its own; for none, until it goes on with what it did.
 */
enum profile_work {
	PROFILE_OBJECT,
	PROFILE_NEW,
	PROFILE_LAST,
	PROFILE_UNKNOWN,
	PROFILE_PAUSE,
	PROFILE_GO_ON
};
void profile_work(unsigned cpu, enum profile_work, uint64_t object);

/* From a call-out: it begins, empty; it ends, and what was seen stays. */
void profile_begin(struct profile *);
void profile_end(struct profile *);

/* Of the last window: lines in the order of their first access. */
const struct profile_line *profile_lines(const struct profile *, size_t *n);
struct profile_sum profile_total(const struct profile *);

/* Written, and touched by more than one CPU. */
static inline bool
profile_is_shared(const struct profile_line *l)
{
	const uint8_t cpus = l->readers | l->writers;

	return l->writers != 0 && (cpus & (cpus - 1)) != 0;
}

#endif
