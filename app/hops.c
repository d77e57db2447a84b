/*
 * hops.c: the stamps of frames, summed up and one by one (hops.h).
 *
 * A frame adds some twenty times, which are kept until the end.  They lie in blocks
 * of the size of a large page of the host, a column for each hop, so that memory
 * costs one page fault in 25000 frames.  Times are of 32 bits, 357 ms; the few
 * that are longer are kept apart.
 */
#include <sys/mman.h>

#include <inttypes.h>
#include <stdlib.h>

#include "core/tick.h"
#include "hops.h"

#define BLOCK_BYTES (UINT64_C(2) << 20)
#define BLOCK_ROWS  ((BLOCK_BYTES - 64) / (HOP_COUNT * sizeof(uint32_t)))
#define NONE        UINT32_MAX /* not passed, or longer */

struct hops_block {
	struct hops_block *before;
	size_t n;
	uint32_t tick[HOP_COUNT][BLOCK_ROWS];
};
_Static_assert(sizeof(struct hops_block) <= BLOCK_BYTES, "one large page");

static struct hops_block *
new_block(struct hops_block *before)
{
	struct hops_block *b = aligned_alloc(BLOCK_BYTES, BLOCK_BYTES);

	if (b == NULL)
		abort();
	(void)madvise(b, BLOCK_BYTES, MADV_HUGEPAGE);
	b->before = before;
	b->n = 0;
	return b;
}

void
hops_add(struct hops *h, const struct frame *f)
{
	struct hops_block *b = h->block;
	uint64_t latest = 0;
	uint32_t *to;

	if (b == NULL || b->n == BLOCK_ROWS)
		h->block = b = new_block(b);
	to = &b->tick[0][b->n];
	for (unsigned i = 0; i < HOP_COUNT; i++, to += BLOCK_ROWS) {
		const uint64_t at = f->stamp_tick[i];
		const uint64_t took = at > latest ? at - latest : 0;
		const bool counts = at != 0 && latest != 0;

		*to = counts && took < NONE ? (uint32_t)took : NONE;
		if (counts && took >= NONE)
			latency_add(&h->longer[i], took);
		if (at > latest && !hop_beside(i))
			latest = at;
	}
	b->n++;
	h->summed = false;
}

void
hops_free(struct hops *h)
{
	struct hops_block *before;

	for (; h->block != NULL; h->block = before) {
		before = h->block->before;
		free(h->block);
	}
	for (unsigned i = 0; i < HOP_COUNT; i++)
		latency_free(&h->longer[i]);
}

/* All times of hop i. */
static void
collect(const struct hops *h, unsigned i, struct latency *to)
{
	for (const struct hops_block *b = h->block; b != NULL; b = b->before)
		for (size_t k = 0; k < b->n; k++)
			if (b->tick[i][k] != NONE)
				latency_add(to, b->tick[i][k]);
	for (size_t k = 0; k < h->longer[i].n; k++)
		latency_add(to, h->longer[i].tick[k]);
}

struct latency_sum
hops_sum(struct hops *h, enum hop hop)
{
	struct latency all = { 0 };

	for (unsigned i = 0; !h->summed && i < HOP_COUNT; i++) {
		all.n = 0;
		collect(h, i, &all);
		h->sum[i] = latency_sum(&all);
	}
	h->summed = true;
	latency_free(&all);
	return h->sum[hop];
}

void
hops_print(struct hops *h, FILE *fp)
{
	fprintf(fp,
	    "%-12s %10s %10s %10s %10s  ns since the latest hop before\n",
	    "hop", "min", "p50", "p99", "max");
	for (unsigned i = 0; i < HOP_COUNT; i++) {
		const struct latency_sum s = hops_sum(h, i);

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
		const struct latency_sum s = hops_sum(h, i);

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
