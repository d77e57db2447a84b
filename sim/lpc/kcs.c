/*
 * kcs.c: the registers and the firmware's side of the protocol (kcs.h).
 *
 * Two events: the firmware takes what was written; the firmware has the answer
 * to a request.  A write after the request, which can only be an error or
 * software that gives up, takes the answer back.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/rng.h"
#include "core/tick.h"
#include "lpc/kcs.h"
#include "sc/sc.h"

#define QUANTA 16 /* of the tail's mean */

/* What the firmware waits for; the state that software sees is coarser. */
enum phase {
	NOTHING,     /* IDLE or ERROR */
	BYTES,       /* of a request */
	LAST_BYTE,   /* WRITE_END has been */
	ANSWERING,   /* nothing: it is at work itself */
	NEXT,        /* READ, for the next byte of the answer */
	ERROR_ASKED, /* the byte after GET_STATUS */
	ERROR_SAID   /* READ, after the code */
};

struct kcs {
	struct kcs_times t;
	kcs_answer_fn *answer;
	void *arg;
	struct rng rng;
	struct sc_ev *take_ev, *answer_ev;
	uint8_t status, in, out;
	uint8_t error;
	enum phase phase;
	uint8_t req[KCS_MSG_BYTES], rsp[KCS_MSG_BYTES];
	size_t nreq, nrsp, next;
};

static void
must(enum sc_result r)
{
	if (r == SC_OK)
		return;
	fprintf(stderr, "rangeley: kcs: %s\n", sc_errmsg());
	abort();
}

static uint64_t
byte_tick(struct kcs *k)
{
	uint64_t tick = k->t.byte_tick;

	/* A failure in QUANTA + 1 tries; QUANTA go well, on average. */
	while (tick < k->t.max_tick && rng_below(&k->rng, QUANTA + 1) != 0)
		tick += (k->t.tail_tick + QUANTA - 1) / QUANTA;
	return tick < k->t.max_tick ? tick : k->t.max_tick;
}

/* ---- the firmware --------------------------------------------------------------- */

static void
give(struct kcs *k, uint8_t state, enum phase phase, uint8_t byte)
{
	k->status = (k->status & ~KCS_STATE) | state | KCS_OBF;
	k->phase = phase;
	k->out = byte;
}

static void
fail(struct kcs *k, uint8_t error)
{
	k->error = error;
	give(k, KCS_ERROR, NOTHING, 0);
}

static void
control(struct kcs *k, uint8_t code)
{
	if (code == KCS_WRITE_START) {
		k->nreq = 0;
		k->error = KCS_NO_ERROR;
		give(k, KCS_WRITE, BYTES, 0);
	} else if (code == KCS_WRITE_END && k->phase == BYTES)
		give(k, KCS_WRITE, LAST_BYTE, 0);
	else if (code == KCS_GET_STATUS) {
		if ((k->status & KCS_STATE) != KCS_ERROR)
			k->error = k->phase == NOTHING ? KCS_NO_ERROR
						       : KCS_ABORTED;
		give(k, KCS_ERROR, ERROR_ASKED, 0);
	} else
		fail(k, KCS_ILLEGAL);
}

static void
request(struct kcs *k, uint8_t byte)
{
	if (k->nreq == sizeof(k->req)) {
		fail(k, KCS_LENGTH);
		return;
	}
	k->req[k->nreq++] = byte;
	if (k->phase == BYTES) {
		give(k, KCS_WRITE, BYTES, 0);
		return;
	}
	k->status = (k->status & ~(KCS_STATE | KCS_OBF)) | KCS_READ;
	k->phase = ANSWERING;
	must(sc_ev_after(k->answer_ev, byte_tick(k)));
}

static void
answer(void *arg)
{
	struct kcs *k = arg;

	k->nrsp = k->answer(k->arg, k->req, k->nreq, k->rsp);
	assert(k->nrsp <= sizeof(k->rsp));
	if (k->nrsp == 0) {
		fail(k, KCS_LENGTH);
		return;
	}
	k->next = 1;
	give(k, KCS_READ, NEXT, k->rsp[0]);
}

static void
data(struct kcs *k, uint8_t byte)
{
	if (k->phase == BYTES || k->phase == LAST_BYTE)
		request(k, byte);
	else if (k->phase == ERROR_ASKED && byte == 0)
		give(k, KCS_READ, ERROR_SAID, k->error);
	else if (byte != KCS_READ_NEXT)
		fail(k, KCS_ILLEGAL);
	else if (k->phase == NEXT && k->next < k->nrsp)
		give(k, KCS_READ, NEXT, k->rsp[k->next++]);
	else if (k->phase == NEXT || k->phase == ERROR_SAID)
		give(k, KCS_IDLE, NOTHING, 0);
	else
		fail(k, KCS_ILLEGAL);
}

static void
take(void *arg)
{
	struct kcs *k = arg;

	must(sc_ev_cancel(k->answer_ev));
	k->status &= ~KCS_IBF;
	if ((k->status & KCS_CD) != 0)
		control(k, k->in);
	else
		data(k, k->in);
}

/* ---- the ports ------------------------------------------------------------------ */

static uint64_t
port_read(void *arg, uint64_t off, unsigned size)
{
	struct kcs *k = arg;

	(void)size;
	if (off == 1)
		return k->status;
	k->status &= ~KCS_OBF;
	return k->out;
}

static void
port_write(void *arg, uint64_t off, unsigned size, uint64_t value)
{
	struct kcs *k = arg;

	(void)size;
	k->in = (uint8_t)value;
	k->status = (k->status & ~KCS_CD) | KCS_IBF | (off == 1 ? KCS_CD : 0);
	if (sc_ev_due_tick(k->take_ev) == TICK_NEVER)
		must(sc_ev_after(k->take_ev, byte_tick(k)));
}

struct kcs *
kcs_create(struct io *io, uint16_t base, const struct kcs_times *t,
    kcs_answer_fn *fn, void *arg)
{
	struct kcs *k = calloc(1, sizeof(*k));
	const struct io_dev dev = { .name = "kcs",
		.base = base,
		.bytes = KCS_PORTS,
		.ports = true,
		.arg = k,
		.read = port_read,
		.write = port_write };

	if (k == NULL)
		abort();
	k->t = *t;
	k->answer = fn;
	k->arg = arg;
	rng_seed(&k->rng, t->seed, base);
	must(sc_ev_create(take, k, &k->take_ev));
	must(sc_ev_create(answer, k, &k->answer_ev));
	io_add(io, &dev);
	return k;
}

void
kcs_destroy(struct kcs *k)
{
	if (k == NULL)
		return;
	must(sc_ev_cancel(k->take_ev));
	must(sc_ev_cancel(k->answer_ev));
	free(k);
}
