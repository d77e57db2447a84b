/*
 * progress.h: how far a long command is, on stderr.
 *
 * On a terminal one line that is rewritten a few times a second, with the
 * time left; otherwise a line every few seconds.  A command that is over
 * sooner prints nothing.  The only user of the host's clock besides the speed
 * benchmarks; nothing simulated depends on it.
 */
#ifndef CORE_PROGRESS_H
#define CORE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct progress {
	FILE *out;                /* null: quiet */
	const char *what;         /* not copied */
	uint64_t total;           /* steps; 0 unknown */
	uint64_t (*now_ms)(void); /* replaced by tests */
	uint64_t start_ms, next_ms;
	bool tty, shown;
};

void progress_start(struct progress *, FILE *, const char *what, uint64_t total,
    bool quiet);

/* done steps of total are behind us; call it as often as you like. */
void progress_step(struct progress *, uint64_t done);

/* Leaves the terminal at the start of a line. */
void progress_end(struct progress *);

#endif
