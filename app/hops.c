/*
 * hops.c: the stamps of frames, summed up and one by one (hops.h).
 */
#include <inttypes.h>

#include "core/tick.h"
#include "hops.h"

void
hops_add(struct hops *h, const struct frame *f)
{
	uint64_t latest = 0;

	for (unsigned i = 0; i < HOP_COUNT; i++) {
		const uint64_t at = f->stamp_tick[i];

		if (at == 0)
			continue;
		if (latest != 0)
			latency_add(&h->at[i], at > latest ? at - latest : 0);
		if (at > latest && !hop_beside(i))
			latest = at;
	}
}

void
hops_free(struct hops *h)
{
	for (unsigned i = 0; i < HOP_COUNT; i++)
		latency_free(&h->at[i]);
}

void
hops_print(struct hops *h, FILE *fp)
{
	fprintf(fp,
	    "%-12s %10s %10s %10s %10s  ns since the latest hop before\n",
	    "hop", "min", "p50", "p99", "max");
	for (unsigned i = 0; i < HOP_COUNT; i++) {
		const struct latency_sum s = latency_sum(&h->at[i]);

		if (s.n != 0)
			fprintf(fp, "%-12s %10.1f %10.1f %10.1f %10.1f  %s\n",
			    hop_name(i), s.min_ns, s.p50_ns, s.p99_ns, s.max_ns,
			    hop_text(i));
	}
}

json_t *
hops_json(struct hops *h)
{
	json_t *all = json_array(), *one;

	for (unsigned i = 0; i < HOP_COUNT; i++) {
		const struct latency_sum s = latency_sum(&h->at[i]);

		if (s.n == 0)
			continue;
		one = latency_json(&s);
		json_object_set_new(one, "hop", json_string(hop_name(i)));
		json_array_append_new(all, one);
	}
	return all;
}

void
hops_log(const struct frame *f, FILE *fp)
{
	fprintf(fp,
	    "{\"source\": %" PRIu32 ", \"id\": %" PRIu64 ", \"len\": %" PRIu32,
	    f->source, f->id, f->len_bytes);
	for (unsigned i = 0; i < HOP_COUNT; i++)
		if (f->stamp_tick[i] != 0)
			fprintf(fp, ", \"%s\": %" PRIu64 ".%04u", hop_name(i),
			    f->stamp_tick[i] / TICK_PER_NS,
			    (unsigned)(f->stamp_tick[i] % TICK_PER_NS * 10000 /
				TICK_PER_NS));
	fputs("}\n", fp);
}
