/*
 * irqs.h: tables of interrupts, as a kernel reports them (port/user/intrctl.c) and as
 * they are in a run's folder.
 */
#ifndef APP_IRQS_H
#define APP_IRQS_H

#include <jansson.h>

#include "core/err.h"
#include "thunk/run.h"
#include "user/intrtable.h"

struct irqs {
	struct intrtable *table; /* in the order in which they were reported */
	uint64_t
	    *number; /* 0: since frames may come in, at the end of `serve' */
	size_t n;
};

/* All tables of a run; the caller's to free. */
void irqs_read(struct irqs *, const struct run_report *);
void irqs_free(struct irqs *);
/* The one of the end; NULL: the program was another than `serve'. */
const struct intrtable *irqs_end(const struct irqs *);

/* [{ id, name, cpu, interrupts, counts: [by CPU] }]; and back, of stats.json of a folder. */
json_t *irqs_json(const struct intrtable *);
enum exit_code irqs_load(struct irqs *, const char *folder, struct err *);

#endif
