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

/* A part of a request whose end is told to done(arg). */
static struct tlp *
part(struct pcie_fn *f, enum tlp_kind kind, uint64_t pa, uint32_t n, bool last,
    void (*done)(void *, bool), void *arg)
{
	struct tlp *t = pcie_link_tlp(f, kind, pa, n);

	t->dma = true;
	t->last = last;
	if (last) {
		t->done = done;
		t->done_arg = arg;
	}
	return t;
}

bool
pcie_dma_read(struct pcie_fn *f, uint64_t pa, uint32_t n, void *buf,
    void (*done)(void *arg, bool ok), void *arg)
{
	const uint32_t most = cfg_exp_size(f, SHIFT_MRRS);

	assert(n > 0 && buf != NULL && done != NULL);
	if (!cfg_may_master(f))
		return false;
	f->pending++;
	for (uint32_t i = 0, piece; i < n; i += piece) {
		struct tlp *t;

		piece = tlp_piece(pa + i, n - i, most);
		t = part(f, TLP_READ, pa + i, piece, i + piece == n, done, arg);
		t->buf = (uint8_t *)buf + i;
		pcie_link_post(f->link, t);
	}
	pcie_link_pump(f->link);
	return true;
}

bool
pcie_dma_write(struct pcie_fn *f, uint64_t pa, const void *from, uint32_t n,
    void (*done)(void *arg, bool ok), void *arg)
{
	const uint32_t most = cfg_exp_size(f, SHIFT_MPS);

	assert(n > 0 && from != NULL);
	if (!cfg_may_master(f))
		return false;
	f->pending++;
	for (uint32_t i = 0, piece; i < n; i += piece) {
		struct tlp *t;

		piece = tlp_piece(pa + i, n - i, most);
		t = part(f, TLP_WRITE, pa + i, piece, i + piece == n, done,
		    arg);
		memcpy(t->data, (const uint8_t *)from + i, piece);
		pcie_link_post(f->link, t);
	}
	pcie_link_pump(f->link);
	return true;
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
