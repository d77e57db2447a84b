/*
 * explain.h: what the cycles of a run's CPUs went to, by kind, function, lock and line.
 *
 * An observer of any run with a machine: it is created before, begins and ends at
 * a device's event; then figures have names.  The machine does the same with and
 * without (cpu/cycles.h).
 */
#ifndef APP_EXPLAIN_H
#define APP_EXPLAIN_H

#include <jansson.h>

#include "cpu/cycles.h"
#include "names.h"
#include "origin.h"
#include "thunk/run.h"
#include "types.h"

struct explain;

/* Of a kernel with these types, which stay the caller's. */
struct explain *explain_create(const struct types *);
void explain_destroy(struct explain *);

/* Before it, for run_config.watch: functions of hops, and those of another watch or NULL.
 * Once. */
const struct run_watch *explain_watch(struct explain *,
    const struct run_watch *);

/*
 * During the run: look at this machine, from now on; no longer.  Later calls do nothing.
 * From a device's event that is there anyway: one more would change how far CPUs run
 * ahead, and so the run.  *frames counts those that came out: figures are per frame
 * that did in this time.
 */
void explain_begin(struct explain *, struct smp *, const uint64_t *frames);
void explain_end(struct explain *);

/* Which frame is, or was last, in the buffer at pa: its origin, or NULL. */
struct explain_buffers {
	const struct origin *(*at)(void *arg, uint64_t pa);
	void *arg;
};

/*
 * After the run, which had so much RAM.  EX_INPUT, which has been printed: it was
 * over before the first look, or no frame came out.
 */
enum exit_code explain_names(struct explain *, const struct run_report *,
    uint64_t ram_bytes, const struct explain_buffers *);
void explain_print(const struct explain *, FILE *);
json_t *explain_json(const struct explain *);

#endif
