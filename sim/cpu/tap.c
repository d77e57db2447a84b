/*
 * tap.c: functions of annotated code's call-outs are changed (tap.h).
 *
 * Before the run, or from a call-out or a device's event.
 */
#include <string.h>

#include "cpu/tap.h"

struct tap
tap_get(const struct smp *smp)
{
	const struct cpu_hot *h = &smp->cpu[0]->hot;

	return (struct tap){ .read = h->fn_read,
		.rmiss = h->fn_rmiss,
		.write = h->fn_write,
		.wmiss = h->fn_wmiss,
		.lock = h->fn_lock,
		.rep = h->fn_rep,
		.poll = h->fn_poll,
		.branch = h->fn_branch,
		.ijmp = h->fn_ijmp,
		.fetch = h->fn_fetch,
		.priv = h->fn_priv,
		.fence = h->fn_fence,
		.seam = h->fn_seam,
		.split = h->split };
}

void
tap_set(struct smp *smp, const struct tap *t)
{
	for (unsigned i = 0; i < smp->ncpu; i++) {
		struct cpu_hot *h = &smp->cpu[i]->hot;

		h->fn_read = t->read;
		h->fn_rmiss = t->rmiss;
		h->fn_write = t->write;
		h->fn_wmiss = t->wmiss;
		h->fn_lock = t->lock;
		h->fn_rep = t->rep;
		h->fn_poll = t->poll;
		h->fn_branch = t->branch;
		h->fn_ijmp = t->ijmp;
		h->fn_fetch = t->fetch;
		h->fn_priv = t->priv;
		h->fn_fence = t->fence;
		h->fn_seam = t->seam;
		h->split = t->split;
	}
}

void
tap_shut(struct smp *smp, uint64_t ea)
{
	for (unsigned i = 0; i < smp->ncpu; i++) {
		struct l1d_set *set = l1d_set_of(&smp->cpu[i]->hot.l1d,
		    (uint32_t)(ea >> 6));

		set->rd = set->wr = L1D_NO_LINE;
	}
}

void
tap_shut_all(struct smp *smp)
{
	for (uint32_t line = 0; line < L1D_SETS; line++)
		tap_shut(smp, (uint64_t)line << 6);
}
