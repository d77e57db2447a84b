/*
 * requester.c: what functions ask for, cut into packets and given to the link.
 *
 * In callbacks of the event kernel; requester_message and requester_intx also
 * before the run, when firmware writes to configuration space.
 */
#include <assert.h>
#include <string.h>

#include "pcie/pcie_int.h"

/* Shifts of the fields in Device Control. */
enum { SHIFT_MPS = 5, SHIFT_MRRS = 12 };

/* Memory to read or write, and whose end is told to done(arg). */
struct request {
	enum tlp_kind kind;
	uint64_t pa;
	uint32_t n;
	uint8_t *to;         /* of a read */
	const uint8_t *from; /* of a write */
	void (*done)(void *arg, bool ok);
	void *arg;
};

/* Its n bytes from i on. */
static struct tlp *
part(struct pcie_fn *f, const struct request *r, uint32_t i, uint32_t n)
{
	struct tlp *t = pcie_link_tlp(f, r->kind, r->pa + i, n);

	t->dma = true;
	t->last = i + n == r->n;
	if (t->last) {
		t->done = r->done;
		t->done_arg = r->arg;
	}
	if (r->kind == TLP_READ)
		t->buf = r->to + i;
	else
		memcpy(t->data, r->from + i, n);
	return t;
}

/* In packets of `most' bytes. */
static bool
request(struct pcie_fn *f, const struct request *r, uint32_t most)
{
	if (!cfg_may_master(f))
		return false;
	f->pending++;
	for (uint32_t i = 0, piece; i < r->n; i += piece) {
		piece = tlp_piece(r->pa + i, r->n - i, most);
		pcie_link_post(f->link, part(f, r, i, piece));
	}
	pcie_link_pump(f->link);
	return true;
}

bool
pcie_dma_read(struct pcie_fn *f, uint64_t pa, uint32_t n, void *buf,
    void (*done)(void *arg, bool ok), void *arg)
{
	const struct request r = { .kind = TLP_READ,
		.pa = pa,
		.n = n,
		.to = buf,
		.done = done,
		.arg = arg };

	assert(n > 0 && buf != NULL && done != NULL);
	return request(f, &r, cfg_exp_size(f, SHIFT_MRRS));
}

bool
pcie_dma_write(struct pcie_fn *f, uint64_t pa, const void *from, uint32_t n,
    void (*done)(void *arg, bool ok), void *arg)
{
	const struct request r = { .kind = TLP_WRITE,
		.pa = pa,
		.n = n,
		.from = from,
		.done = done,
		.arg = arg };

	assert(n > 0 && from != NULL);
	return request(f, &r, cfg_exp_size(f, SHIFT_MPS));
}

uint32_t
pcie_pending(const struct pcie_fn *f)
{
	return f->pending;
}

/* A write that nobody waits for. */
void
requester_message(struct pcie_fn *f, uint64_t address, uint32_t data)
{
	struct tlp *t = pcie_link_tlp(f, TLP_WRITE, address, sizeof(data));

	for (unsigned i = 0; i < sizeof(data); i++)
		t->data[i] = (uint8_t)(data >> 8 * i);
	pcie_link_post(f->link, t);
	pcie_link_pump(f->link);
}

void
requester_intx(struct pcie_fn *f, bool level)
{
	struct tlp *t = pcie_link_tlp(f, TLP_INTX, 0, 0);

	t->arg = level;
	pcie_link_post(f->link, t);
	pcie_link_pump(f->link);
}

void
requester_answer(struct pcie_fn *f, uint32_t n)
{
	struct tlp *t = pcie_link_tlp(f, TLP_ANSWER, 0, n);

	t->arg = io_hold(f->pcie->io);
	pcie_link_post(f->link, t);
	pcie_link_pump(f->link);
}

void
requester_reset(struct pcie_fn *f)
{
	pcie_link_kill(f->link, f);
	pcie_link_pump(f->link);
}
