/*
 * pp_buf.c: packet buffers.
 *
 * The CPU holds two magazines, one in use and the one used before; it goes to
 * the depot, under a lock, only when both are empty (or both full), and then
 * exchanges a whole magazine.  Two magazines, so that a load which hovers
 * around a magazine's end does not go to the depot each time.
 */
#include <pp.h>

static NOINLINE struct mag *
depot_swap(struct cpu *c, struct mag *give, struct mag **from, struct mag **to)
{
	struct depot *d = &c->c_depot;
	struct mag *m;

	lk_enter(&d->d_lock, c->c_id);
	if ((m = *from) != NULL) {
		*from = m->m_link;
		give->m_link = *to;
		*to = give;
		d->d_swaps++;
	}
	lk_leave(&d->d_lock);
	return m;
}

static inline void
mag_flip(struct cpu *c)
{
	struct mag *m = c->c_cur;

	c->c_cur = c->c_prev;
	c->c_prev = m;
}

/* A clean buffer, or NULL when there is none. */
NOINLINE struct buf *
buf_get(struct cpu *c)
{
	struct mag *m = c->c_cur;
	struct buf *b;

	if (m->m_n == 0) {
		if (c->c_prev->m_n != 0)
			mag_flip(c);
		else if ((m = depot_swap(c, c->c_cur, &c->c_depot.d_full,
			      &c->c_depot.d_empty)) == NULL)
			return NULL;
		else
			c->c_cur = m;
		m = c->c_cur;
	}
	b = m->m_slot[--m->m_n];
	b->b_next = NULL;
	b->b_data = b->b_store + 64;
	b->b_len = 0;
	b->b_flags = 0;
	b->b_vlan = 0;
	b->b_rcv = NULL;
	b->b_flow = NULL;
	b->b_hash = 0;
	b->b_prio = 0;
	b->b_stamp = 0;
	b->b_tag = 0;
	b->b_csum = 0;
	b->b_l3off = b->b_l4off = 0;
	b->b_zone = 0;
	b->b_refs = 1;
	return b;
}

NOINLINE void
buf_free(struct cpu *c, struct buf *b)
{
	struct mag *m = c->c_cur;

	if (--b->b_refs != 0)
		return;
	if (b->b_flow != NULL) {
		b->b_flow->f_refs--;
		b->b_flow = NULL;
	}
	if (m->m_n == MAGSZ) {
		if (c->c_prev->m_n != MAGSZ)
			mag_flip(c);
		else if ((m = depot_swap(c, c->c_cur, &c->c_depot.d_empty,
			      &c->c_depot.d_full)) == NULL)
			__builtin_trap();
		else
			c->c_cur = m;
		m = c->c_cur;
	}
	m->m_slot[m->m_n++] = b;
}

/*
 * There are as many magazines as hold all buffers, and four more, so an empty
 * one is always to be had.
 */
void
buf_setup(struct cpu *c)
{
	struct buf *b = carve(NBUF, sizeof(*b));
	size_t i, left = NBUF, nmag = NBUF / MAGSZ + 5;
	struct mag *m = carve(nmag, sizeof(*m));

	for (i = 0; i < nmag; i++, m++) {
		while (left > 0 && m->m_n < MAGSZ)
			m->m_slot[m->m_n++] = &b[--left];
		if (i >= nmag - 2)
			continue;
		if (m->m_n != 0) {
			m->m_link = c->c_depot.d_full;
			c->c_depot.d_full = m;
		} else {
			m->m_link = c->c_depot.d_empty;
			c->c_depot.d_empty = m;
		}
	}
	c->c_cur = m - 1;
	c->c_prev = m - 2;
}
