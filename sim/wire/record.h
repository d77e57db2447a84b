/*
 * record.h: what arrives at an end of a cable, as a capture with nanoseconds.
 *
 * A frame's stamp is base_ns (Unix time of tick 0) and the instant at which
 * the last bit of its FCS arrived, rounded down.  The file has frames without
 * FCS, in the order of arrival.  "-" is the standard output.  Pause frames that
 * a MAC made are counted and end as MAC control does, unseen by who captures.
 *
 * record_create and record_close outside of sc_run().  Errors of writing are
 * told by record_close, since what is buffered may fail late.
 */
#ifndef WIRE_RECORD_H
#define WIRE_RECORD_H

#include <stdint.h>

#include "core/err.h"
#include "core/frame.h"

struct record;

/* path NULL: frames are counted and end, no file.  EX_INPUT: no such place. */
enum exit_code record_create(struct record **out, const char *path,
    uint64_t base_ns, struct err *);
/* Another base from now on. */
void record_base(struct record *, uint64_t base_ns);
/* For cable_connect(). */
struct wire_port record_port(struct record *);
/* Called for each frame, with all its stamps, before it ends; may be NULL. */
void record_watch(struct record *,
    void (*seen)(void *arg, const struct frame *), void *arg);

struct record_counts {
	uint64_t frames, bytes; /* without FCS */
	uint64_t first_tick, last_tick;
	uint64_t pauses; /* not among frames */
};
const struct record_counts *record_counts(const struct record *);

/* Frees it.  EX_INPUT when not all could be written. */
enum exit_code record_close(struct record *, struct err *);

#endif
