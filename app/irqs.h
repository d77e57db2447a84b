/*
 * irqs.h: tables of interrupts, as a kernel reports them (port/user/intrctl.c) and as
 * they are in a run's folder.
 */
#ifndef APP_IRQS_H
#define APP_IRQS_H

#include <jansson.h>

#include "board.h"
#include "core/err.h"
#include "thunk/run.h"
#include "user/intrtable.h"

struct irqs {
	struct intrtable *table; /* in the order in which they were reported */
	uint64_t
	    *number; /* 0: since frames may come in, at the end of `serve' */
	size_t n;
};

/* All tables of a run, added to what is there; the caller's to free, zero before. */
void irqs_read(struct irqs *, const struct run_report *);
void irqs_free(struct irqs *);
/*
 * Of a run that was cut, while there are devices: what they say of their vectors of MSI-X
 * since the machine began, as the one of the end.
 */
void irqs_of_devices(struct irqs *, const struct board *);
/* The one of the end; NULL: the program was another than `serve'. */
const struct intrtable *irqs_end(const struct irqs *);

/* [{ id, name, cpu, interrupts, counts: [by CPU] }]; and back, of stats.json of a folder. */
json_t *irqs_json(const struct intrtable *);
enum exit_code irqs_load(struct irqs *, const char *folder, struct err *);

#endif
