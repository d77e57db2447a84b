/*
 * intrtable.h: which interrupts there are, how often each CPU has taken them, and how
 * intrctl(8) prints that.
 *
 *	interrupt id CPU0  CPU1  device name(s)
 *	msix0 vec 0   120     0* wm0TX0
 *
 * Identifiers are left-justified to the widest, counts right-justified in a column for
 * each CPU; `*' follows the count of the CPU that the interrupt is assigned to.  The
 * compact form has instead the sum, in 20 columns, and the CPU.
 *
 * Both worlds include this: the kernel, whose command prints it (intrctl.c), and
 * app/, which prints what it hears from the kernel or finds in a run's folder.  Any
 * context; nothing is allocated.
 */
#ifndef PORT_USER_INTRTABLE_H
#define PORT_USER_INTRTABLE_H

#ifdef _KERNEL
#include <sys/param.h>
#include <sys/systm.h>
#else
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#endif

#define INTRTABLE_CPUS  8 /* at the most */
#define INTRTABLE_ID    40
#define INTRTABLE_NAMES 64
#define INTRTABLE_LINE  (INTRTABLE_ID + 24 * INTRTABLE_CPUS + INTRTABLE_NAMES)

struct intrtable_row {
	char id[INTRTABLE_ID];       /* "msix0 vec 4" */
	char names[INTRTABLE_NAMES]; /* "wm0RX0"; "wm0, wm2" share it */
	int cpu;                     /* where it is assigned to; -1: nowhere */
	uint64_t count[INTRTABLE_CPUS];
};

struct intrtable {
	unsigned ncpu, nrow;
	struct intrtable_row *row;
	int id_width, width[INTRTABLE_CPUS]; /* intrtable_measure() */
};

static inline int
intrtable_digits(uint64_t v)
{
	int n = 1;

	while (v >= 10) {
		v /= 10;
		n++;
	}
	return n;
}

/* How wide its columns are.  After each change, before lines are made. */
static inline void
intrtable_measure(struct intrtable *t)
{
	int n;

	t->id_width = (int)sizeof("interrupt id") - 1;
	for (unsigned c = 0; c < t->ncpu; c++)
		t->width[c] = 3 + intrtable_digits(c); /* "CPU10" */
	for (unsigned i = 0; i < t->nrow; i++) {
		n = (int)strlen(t->row[i].id);
		if (n > t->id_width)
			t->id_width = n;
		for (unsigned c = 0; c < t->ncpu; c++) {
			n = intrtable_digits(t->row[i].count[c]);
			if (n > t->width[c])
				t->width[c] = n;
		}
	}
}

static inline uint64_t
intrtable_sum(const struct intrtable *t, const struct intrtable_row *r)
{
	uint64_t sum = 0;

	for (unsigned c = 0; c < t->ncpu; c++)
		sum += r->count[c];
	return sum;
}

/* The first line, without its end; as long as the table is wide. */
static inline void
intrtable_head(const struct intrtable *t, bool compact,
    char line[INTRTABLE_LINE])
{
	const size_t size = INTRTABLE_LINE;
	int n = snprintf(line, size, "%-*s ", t->id_width, "interrupt id");

	if (compact)
		n += snprintf(line + n, size - (size_t)n, "%20s %5s ", "total",
		    "aff");
	for (unsigned c = 0; c < t->ncpu && !compact; c++)
		n += snprintf(line + n, size - (size_t)n, "%*s%u  ",
		    t->width[c] - intrtable_digits(c), "CPU", c);
	snprintf(line + n, size - (size_t)n, "device name(s)");
}

/* A row's. */
static inline void
intrtable_line(const struct intrtable *t, const struct intrtable_row *r,
    bool compact, char line[INTRTABLE_LINE])
{
	const size_t size = INTRTABLE_LINE;
	int n = snprintf(line, size, "%-*s ", t->id_width, r->id);
	char cpu[12] = "none";

	if (r->cpu >= 0)
		snprintf(cpu, sizeof(cpu), "%d", r->cpu);
	if (compact)
		n += snprintf(line + n, size - (size_t)n, "%20ju %5s ",
		    (uintmax_t)intrtable_sum(t, r), cpu);
	for (unsigned c = 0; c < t->ncpu && !compact; c++)
		n += snprintf(line + n, size - (size_t)n, "%*ju%c ",
		    t->width[c], (uintmax_t)r->count[c],
		    r->cpu == (int)c ? '*' : ' ');
	snprintf(line + n, size - (size_t)n, "%s", r->names);
}

#endif /* PORT_USER_INTRTABLE_H */
