/*
 * explain.h: what the cycles of a run's CPUs went to, by kind, function, lock and line.
 *
 * An observer of any run with a machine: it is created before, started from a
 * device's event and looks until it is told that it is over; then figures have
 * names.  The machine does the same with and without (cpu/cycles.h).
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
 * During the run: look at this machine from a tick on, until `done' says so, which
 * is asked every EXPLAIN_NS.  *frames counts those that came out: figures are per
 * frame that did in this time.
 */
#define EXPLAIN_NS 10000
void explain_start(struct explain *, struct smp *, uint64_t at_tick,
    bool (*done)(void *), void *arg, const uint64_t *frames);

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
