/*
 * progress.c: lines on stderr while a command runs (progress.h).
 */
#include <inttypes.h>
#include <time.h>
#include <unistd.h>

#include "core/progress.h"

#define TTY_MS  200
#define LINE_MS 5000

static uint64_t
host_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static uint64_t
period(const struct progress *p)
{
	return p->tty ? TTY_MS : LINE_MS;
}

void
progress_start(struct progress *p, FILE *out, const char *what, uint64_t total,
    bool quiet)
{
	*p = (struct progress){ .out = quiet ? NULL : out,
		.what = what,
		.total = total,
		.now_ms = host_ms,
		.tty = !quiet && isatty(fileno(out)) };
	p->start_ms = host_ms();
	p->next_ms = p->start_ms + period(p);
}

static void
show(struct progress *p, uint64_t now, uint64_t done)
{
	uint64_t ms = now - p->start_ms, left;

	fprintf(p->out, "%s%s: %" PRIu64, p->tty ? "\r" : "", p->what, done);
	if (p->total != 0 && done != 0) {
		left = done >= p->total
		    ? 0
		    : (uint64_t)((double)ms * (double)(p->total - done) /
			      (double)done / 1000 +
			  0.5);
		fprintf(p->out, " of %" PRIu64 ", %" PRIu64 " s left", p->total,
		    left);
	} else {
		fprintf(p->out, ", %" PRIu64 " s", ms / 1000);
	}
	fputs(p->tty ? "\033[K" : "\n", p->out);
	fflush(p->out);
	p->shown = true;
}

void
progress_step(struct progress *p, uint64_t done)
{
	uint64_t now;

	if (p->out == NULL)
		return;
	now = p->now_ms();
	if (now < p->next_ms)
		return;
	show(p, now, done);
	p->next_ms = now + period(p);
}

/* The figures that follow on stdout take the place of the line. */
void
progress_end(struct progress *p)
{
	if (p->out != NULL && p->tty && p->shown)
		fputs("\r\033[K", p->out);
	p->out = NULL;
}
