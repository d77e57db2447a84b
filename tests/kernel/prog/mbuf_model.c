/*
 * mbuf_model.c: packets against a model that is an array of bytes.
 *
 * Each CPU has some packets, of random pieces, and does random things to them.
 * Beside each packet is what it must contain.  Packets share data, and after
 * each step all of a CPU's are compared: what was written where it was shared
 * shows in the other one.  Packets and references go from CPU to CPU.
 */
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/cpu.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/malloc.h>
#include <sys/mbuf.h>
#include <sys/pcq.h>
#include <sys/proc.h>
#include <sys/systm.h>

#include <crew.h>
#include <mbuf_model.h>
#include <mbufs.h>
#include <program.h>

#define PACKETS 6
#define MAXLEN  5000

struct packet {
	struct mbuf *p_m;
	u_int p_len;
	uint8_t p_is[MAXLEN + 512];
};

struct bench {
	uint64_t b_seed;
	uint32_t b_serial; /* for bytes */
	struct packet b_p[PACKETS];
	uint8_t b_tmp[MAXLEN + 512];
};

static struct bench *bench[MAXCPUS];
static pcq_t *to[MAXCPUS]; /* packets to be freed there */
static volatile u_int working;
static u_int steps;

static u_int
rnd(struct bench *b, u_int n)
{
	return n == 0 ? 0 : (u_int)(program_random(&b->b_seed) % n);
}

static void
bytes(struct bench *b, uint8_t *p, u_int n)
{
	while (n-- > 0)
		*p++ = (uint8_t)(b->b_serial++ * 167 >> 4);
}

/* An mbuf of some kind with room for data, or of none. */
static struct mbuf *
piece(struct bench *b, bool first, u_int *room)
{
	struct mbuf *const m = first ? m_gethdr(M_WAIT, MT_DATA)
				     : m_get(M_WAIT, MT_DATA);

	switch (rnd(b, 4)) {
	case 0:
		MCLGET(m, M_WAIT);
		break;
	case 1:
		MEXTMALLOC(m, 600, M_WAITOK);
		break;
	default:
		break;
	}
	m->m_data += rnd(b, 100);
	*room = rnd(b, (u_int)M_TRAILINGSPACE(m) + 1);
	return m;
}

static void
packet_make(struct bench *b, struct packet *p)
{
	const u_int want = rnd(b, 3) == 0 ? rnd(b, MAXLEN) : rnd(b, 400);
	struct mbuf **mp = &p->p_m;
	u_int room;

	p->p_len = 0;
	bytes(b, p->p_is, want);
	do {
		*mp = piece(b, p->p_len == 0 && mp == &p->p_m, &room);
		room = MIN(room, want - p->p_len);
		memcpy((*mp)->m_data, p->p_is + p->p_len, room);
		(*mp)->m_len = (int)room;
		p->p_len += room;
		mp = &(*mp)->m_next;
	} while (p->p_len < want);
	p->p_m->m_pkthdr.len = (int)want;
}

static void
packet_compare(struct packet *p, u_int step, u_int what)
{
	const struct mbuf *m;
	u_int at = 0, n;

	if (p->p_m == NULL)
		return;
	program_check((p->p_m->m_flags & M_PKTHDR) != 0, "no header");
	program_check(p->p_m->m_pkthdr.len == (int)p->p_len,
	    "step %u, %u: pkthdr.len %d, not %u", step, what,
	    p->p_m->m_pkthdr.len, p->p_len);
	for (m = p->p_m; m != NULL; m = m->m_next) {
		n = (u_int)m->m_len;
		program_check(at + n <= p->p_len &&
			memcmp(m->m_data, p->p_is + at, n) == 0,
		    "step %u, %u: other bytes from %u on", step, what, at);
		program_check(m->m_data >= M_BUFADDR(m) &&
			m->m_data + n <= M_BUFADDR(m) + M_BUFSIZE(m),
		    "step %u, %u: data out of the room", step, what);
		program_check(m == p->p_m || (m->m_flags & M_PKTHDR) == 0,
		    "step %u, %u: two headers", step, what);
		at += n;
	}
	program_check(at == p->p_len, "step %u, %u: %u bytes of %u", step, what,
	    at, p->p_len);
}

static void
model_cut(struct packet *p, u_int front, u_int back)
{
	p->p_len -= back;
	memmove(p->p_is, p->p_is + front, p->p_len - front);
	p->p_len -= front;
}

/* Something done to p; what is needed of another packet: q. */
static void
op_prepend(struct bench *b, struct packet *p)
{
	const u_int n = 1 + rnd(b, 60);

	if (p->p_len + n > MAXLEN)
		return;
	M_PREPEND(p->p_m, (int)n, M_WAIT);
	memmove(p->p_is + n, p->p_is, p->p_len);
	bytes(b, p->p_is, n);
	memcpy(p->p_m->m_data, p->p_is, n);
	p->p_len += n;
}

static void
op_adj(struct bench *b, struct packet *p)
{
	const u_int n = rnd(b, p->p_len + 1);

	if (rnd(b, 2) == 0) {
		m_adj(p->p_m, (int)n);
		model_cut(p, n, 0);
	} else {
		m_adj(p->p_m, -(int)n);
		model_cut(p, 0, n);
	}
}

static void
op_pullup(struct bench *b, struct packet *p)
{
	const u_int n = rnd(b, MIN(p->p_len, MHLEN - 16) + 1);

	if (rnd(b, 2) == 0)
		p->p_m = m_pullup(p->p_m, (int)n);
	else
		p->p_m = m_copyup(p->p_m, (int)n, 16);
	program_check(p->p_m != NULL && p->p_m->m_len >= (int)n,
	    "%u bytes not in one piece", n);
}

static void
op_pulldown(struct bench *b, struct packet *p)
{
	const u_int n = rnd(b, MIN(p->p_len, MCLBYTES) + 1);
	const u_int off = rnd(b, p->p_len - n + 1);
	const bool at = rnd(b, 2) == 0;
	struct mbuf *m;
	int moff = 0;

	if (n == 0)
		return;
	m = m_pulldown(p->p_m, (int)off, (int)n, at ? &moff : NULL);
	program_check(m != NULL && m->m_len - moff >= (int)n &&
		memcmp(m->m_data + moff, p->p_is + off, n) == 0,
	    "m_pulldown(%u, %u)", off, n);
}

static void
op_copy(struct bench *b, struct packet *p, struct packet *q)
{
	m_freem(q->p_m);
	q->p_len = p->p_len;
	memcpy(q->p_is, p->p_is, p->p_len);
	switch (rnd(b, 4)) {
	case 0:
		q->p_m = m_copypacket(p->p_m, M_WAIT);
		break;
	case 1:
		q->p_m = m_dup(p->p_m, 0, M_COPYALL, M_WAIT);
		break;
	case 2:
		q->p_m = m_copym(p->p_m, 0, M_COPYALL, M_WAIT);
		break;
	default:
		q->p_m = NULL;
		if (p->p_len < 2)
			return;
		q->p_len = 1 + rnd(b, p->p_len - 1);
		q->p_m = m_copym(p->p_m, 0, (int)q->p_len, M_WAIT);
		break;
	}
}

/* p up to a byte, q the rest; and sometimes together again. */
static void
op_split(struct bench *b, struct packet *p, struct packet *q)
{
	const u_int at = rnd(b, p->p_len + 1);

	m_freem(q->p_m);
	q->p_m = m_split(p->p_m, (int)at, M_WAIT);
	program_check(q->p_m != NULL, "m_split(%u of %u)", at, p->p_len);
	q->p_len = p->p_len - at;
	memcpy(q->p_is, p->p_is + at, q->p_len);
	p->p_len = at;
	if (rnd(b, 2) == 0)
		return;
	packet_compare(p, 0, 100);
	packet_compare(q, 0, 101);
	m_tag_delete_chain(q->p_m, NULL);
	q->p_m->m_flags &= ~M_PKTHDR;
	m_cat(p->p_m, q->p_m);
	p->p_len += q->p_len;
	p->p_m->m_pkthdr.len = (int)p->p_len;
	q->p_m = NULL;
}

/* A copy of q behind p, whose last mbuf others may share. */
static void
op_cat(struct bench *b, struct packet *p, struct packet *q)
{
	struct mbuf *n;

	if (q->p_m == NULL || p->p_len + q->p_len > MAXLEN)
		return;
	n = m_dup(q->p_m, 0, M_COPYALL, M_WAIT);
	n->m_flags &= ~M_PKTHDR;
	m_cat(p->p_m, n);
	memcpy(p->p_is + p->p_len, q->p_is, q->p_len);
	p->p_len += q->p_len;
	p->p_m->m_pkthdr.len = (int)p->p_len;
}

/* Bytes within, or beyond the end; never into what others share. */
static void
op_write(struct bench *b, struct packet *p)
{
	u_int n = 1 + rnd(b, 300), off = rnd(b, p->p_len + 300);

	bytes(b, b->b_tmp, n);
	if (rnd(b, 2) == 0 && p->p_len > 0) {
		off = rnd(b, p->p_len);
		n = MIN(n, p->p_len - off);
		p->p_m = m_copyback_cow(p->p_m, (int)off, (int)n, b->b_tmp,
		    M_WAIT);
		program_check(p->p_m != NULL, "m_copyback_cow");
	} else {
		if (off + n > MAXLEN)
			return;
		program_check(m_makewritable(&p->p_m, 0, M_COPYALL, M_WAIT) ==
			0,
		    "m_makewritable");
		m_copyback(p->p_m, (int)off, (int)n, b->b_tmp);
	}
	if (off > p->p_len)
		memset(p->p_is + p->p_len, 0, off - p->p_len);
	memcpy(p->p_is + off, b->b_tmp, n);
	p->p_len = MAX(p->p_len, off + n);
}

static void
op_read(struct bench *b, struct packet *p)
{
	const u_int n = rnd(b, p->p_len + 1), off = rnd(b, p->p_len - n + 1);

	m_copydata(p->p_m, (int)off, (int)n, b->b_tmp);
	program_check(memcmp(b->b_tmp, p->p_is + off, n) == 0,
	    "m_copydata(%u, %u)", off, n);
}

static void
step(struct bench *b, u_int what, struct packet *p, struct packet *q)
{
	const u_int next = (crew_cpu() + 1) % (u_int)ncpu;

	if (p->p_m == NULL || what == 0) {
		m_freem(p->p_m);
		packet_make(b, p);
		return;
	}
	switch (what) {
	case 1:
		op_prepend(b, p);
		break;
	case 2:
		op_adj(b, p);
		break;
	case 3:
		op_pullup(b, p);
		break;
	case 4:
		op_pulldown(b, p);
		break;
	case 5:
	case 6:
		op_copy(b, p, q);
		break;
	case 7:
		op_split(b, p, q);
		break;
	case 8:
		op_write(b, p);
		break;
	case 9:
		op_read(b, p);
		break;
	case 10:
		p->p_m = m_defrag(p->p_m, M_WAIT);
		break;
	case 11:
		op_cat(b, p, q);
		break;
	default: /* the next CPU frees it */
		if (!pcq_put(to[next], p->p_m))
			break;
		p->p_m = NULL;
		break;
	}
}

static void
bench_work(void *arg)
{
	const u_int me = crew_cpu();
	struct bench *const b = bench[me];
	struct mbuf *m;
	u_int i, j, what, p, q;

	for (i = 0; i < steps; i++) {
		what = rnd(b, 13);
		p = rnd(b, PACKETS);
		q = (p + 1 + rnd(b, PACKETS - 1)) % PACKETS;
		step(b, what, &b->b_p[p], &b->b_p[q]);
		for (j = 0; j < PACKETS; j++)
			packet_compare(&b->b_p[j], i, what);
		while ((m = pcq_get(to[me])) != NULL)
			m_freem(m);
	}
	for (j = 0; j < PACKETS; j++)
		m_freem(b->b_p[j].p_m);
	atomic_dec_uint(&working);
	while (working != 0 || pcq_peek(to[me]) != NULL)
		if ((m = pcq_get(to[me])) != NULL)
			m_freem(m);
		else
			yield();
}

void
mbuf_models(void)
{
	u_int i;

	steps = (u_int)program_arg("steps", 150);
	for (i = 0; i < (u_int)ncpu; i++) {
		bench[i] = kmem_zalloc(sizeof(struct bench), KM_SLEEP);
		bench[i]->b_seed = (uint64_t)program_arg("seed", 1) * 1000 + i;
		to[i] = pcq_create(16, KM_SLEEP);
	}
	working = (u_int)ncpu;
	crew_all(bench_work, NULL);
	for (i = 0; i < (u_int)ncpu; i++) {
		kmem_free(bench[i], sizeof(struct bench));
		pcq_destroy(to[i]);
	}
}
