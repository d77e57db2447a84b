/*
 * cpustates.h: what CPUs spend their time on: threads, hard interrupts, softints, or
 * nothing; looked at every CPUSTATES_NS from outside, which costs them nothing.
 */
#ifndef APP_CPUSTATES_H
#define APP_CPUSTATES_H

#include <jansson.h>

#include "thunk/run.h"
#include "types.h"

#define CPUSTATES_NS 10000

enum cpustate { CPUSTATE_USER, CPUSTATE_INTR, CPUSTATE_SOFTINT, CPUSTATE_IDLE };
#define CPUSTATE_COUNT 4

struct cpustates;

/* Of a kernel with these types, which stay the caller's. */
struct cpustates *cpustates_create(const struct types *);
void cpustates_destroy(struct cpustates *);

/*
 * During the run: look at this machine from a tick on, until `done' says so, which
 * is asked at each look.
 */
void cpustates_start(struct cpustates *, const struct smp *, uint64_t at_tick,
    bool (*done)(void *), void *arg);
/* Before that: also() is called at each look, too, the last one with done. */
void cpustates_also(struct cpustates *, void (*also)(void *, bool done),
    void *arg);

/* From the first look to the last. */
double cpustates_seconds(const struct cpustates *);
/* The interrupts that a CPU took in this time. */
uint64_t cpustates_interrupts(const struct cpustates *, unsigned cpu);

/* The share of a state, 0 to 1; 0 when nobody looked. */
double cpustates_share(const struct cpustates *, unsigned cpu, enum cpustate);

#endif
