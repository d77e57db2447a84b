/*
 * absent.c: what of the controller software wants and the model lacks (absent.h).
 *
 * Called from callbacks of the event kernel, and after the run.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "absent.h"
#include "core/exit.h"
#include "core/tick.h"
#include "cpu/cpu.h"

static void
tell(const struct absent *a, const struct absent_row *r, unsigned cpu,
    uint64_t at_tick)
{
	const bool known = strcmp(r->name, "?") != 0;
	const uint64_t ns = tick_to_ns_down(at_tick);
	char what[64];

	if (r->bits != 0)
		snprintf(what, sizeof(what),
		    "with bits 0x%08" PRIx32 ", which do nothing", r->bits);
	else
		snprintf(what, sizeof(what), "which is %s",
		    known ? "absent from the model" : "unknown");
	fprintf(stderr,
	    "rangeley: wm%u: %s register %s%s0x%05" PRIx32
	    "%s, %s, by CPU %u at %" PRIu64 ".%03" PRIu64 " us; %s\n",
	    r->port, r->write ? "write of" : "read of", known ? r->name : "",
	    known ? " (" : "", r->off, known ? ")" : "", what, cpu, ns / 1000,
	    ns % 1000,
	    a->strict          ? "the run ends, as --strict says"
		: r->bits != 0 ? "it keeps them"
			       : "it reads 0 and keeps nothing");
}

void
absent_touch(struct absent *a, const struct absent_row *touched, unsigned cpu,
    uint64_t at_tick)
{
	struct absent_row *r = a->row;

	while (r < a->row + a->nrow &&
	    (r->port != touched->port || r->write != touched->write ||
		r->off != touched->off || r->bits != touched->bits))
		r++;
	if (r == a->row + ABSENT_MAX) {
		a->more++;
		return;
	}
	if (r == a->row + a->nrow) {
		a->nrow++;
		*r = *touched;
		r->n = 0;
		if (!a->strict || a->nrow == 1)
			tell(a, r, cpu, at_tick);
		if (a->strict)
			cpu_request_stop(EX_FINDING);
	}
	r->n++;
}

json_t *
absent_json(const struct absent *a)
{
	json_t *all = json_array();

	for (const struct absent_row *r = a->row; r < a->row + a->nrow; r++)
		json_array_append_new(all,
		    json_pack("{s:i s:s s:i s:s s:I s:I}", "port", (int)r->port,
			"register", r->name, "offset", (int)r->off, "access",
			r->write ? "write" : "read", "bits",
			(json_int_t)r->bits, "n", (json_int_t)r->n));
	return all;
}
