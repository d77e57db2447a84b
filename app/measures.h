/*
 * measures.h: what a run's measurements (program_measure_begin()) say, and with
 * --profile which locks were taken and which written lines several CPUs touched.
 */
#ifndef APP_MEASURES_H
#define APP_MEASURES_H

#include "app.h"
#include "thunk/run.h"

struct profiler;

/*
 * Makes config one of a run with a profile, of which *rep is to be the report;
 * config->image must be set.  each: a list as --each has it, or NULL.  Fails as
 * types_open() and follow_parse(), which has been printed.
 */
enum exit_code profiler_create(struct profiler **, struct run_config *config,
    const struct run_report *rep, const char *each);
void profiler_destroy(struct profiler *);

/* After the run.  profiler NULL: without a profile. */
void measures_print(const struct profiler *, const struct run_report *);
json_t *measures_json(const struct profiler *, const struct run_report *);

#endif
