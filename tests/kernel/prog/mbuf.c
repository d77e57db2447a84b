/*
 * mbuf.c: mbufs one by one, their limits, and the last of several references.
 * Packets are in mbuf_model.c.  After each part each mbuf and cluster is back.
 */
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/cpu.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/malloc.h>
#include <sys/mbuf.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <uvm/uvm_extern.h>

#include <crew.h>
#include <mbuf_model.h>
#include <mbufs.h>
#include <program.h>

/* ---- one by one -------------------------------------------------------------- */

static volatile u_int ext_freed;

static void
ext_free(struct mbuf *m, void *buf, size_t size, void *arg)
{
	program_check(arg == &ext_freed && size == 1000,
	    "ext_free's arguments");
	atomic_inc_uint(&ext_freed);
	kmem_free(buf, size);
	pool_cache_put(mb_cache, m);
}

static void
shapes(void)
{
	struct mbuf *m;
	u_int i;

	m = m_get(M_WAIT, MT_DATA);
	program_check(m->m_data == m->m_dat && m->m_len == 0 &&
		m->m_flags == 0 && m->m_next == NULL && m->m_nextpkt == NULL,
	    "m_get");
	program_check(m->m_paddr == vtophys((vaddr_t)m), "m_paddr %#lx",
	    m->m_paddr);
	program_check(M_TRAILINGSPACE(m) == 456 && M_LEADINGSPACE(m) == 0,
	    "room of an mbuf: %d", M_TRAILINGSPACE(m));
	m_freem(m);

	m = m_getclr(M_WAIT, MT_DATA);
	for (i = 0; i < MLEN && m->m_dat[i] == 0; i++)
		continue;
	program_check(i == MLEN, "m_getclr: byte %u", i);
	m_freem(m);

	MGETHDR(m, M_WAIT, MT_DATA);
	program_check(M_TRAILINGSPACE(m) == 424, "room behind a header: %d",
	    M_TRAILINGSPACE(m));
	program_check(m->m_flags == M_PKTHDR && m->m_pkthdr.rcvif == NULL &&
		m->m_pkthdr.len == 0 && m->m_pkthdr.csum_flags == 0,
	    "m_gethdr");
	MCLGET(m, M_WAIT);
	program_check(m->m_flags ==
		(M_PKTHDR | M_EXT | M_EXT_CLUSTER | M_EXT_RW),
	    "MCLGET: flags %#x", m->m_flags);
	program_check(M_TRAILINGSPACE(m) == 2048 && m->m_ext.ext_refcnt == 1,
	    "MCLGET: room %d", M_TRAILINGSPACE(m));
	program_check(m->m_ext.ext_paddr == vtophys((vaddr_t)m->m_ext.ext_buf),
	    "ext_paddr %#lx", m->m_ext.ext_paddr);
	program_check(((uintptr_t)m->m_ext.ext_buf & (MCLBYTES - 1)) == 0,
	    "a cluster in two pages");
	m_freem(m);
}

/* Who counts goes first, last, and both orders of the copies. */
static void
references(void)
{
	struct mbuf *m[3];
	u_int order, i;

	for (order = 0; order < 6; order++) {
		static const u_char perm[6][3] = { { 0, 1, 2 }, { 0, 2, 1 },
			{ 1, 0, 2 }, { 2, 0, 1 }, { 1, 2, 0 }, { 2, 1, 0 } };
		const u_int was = ext_freed;

		m[0] = m_gethdr(M_WAIT, MT_DATA);
		MEXTADD(m[0], kmem_alloc(1000, KM_SLEEP), 1000, 0, ext_free,
		    __UNVOLATILE(&ext_freed));
		m[0]->m_len = m[0]->m_pkthdr.len = 700;
		program_check(M_READONLY(m[0]) != 0, "MEXTADD is writable");
		m[1] = m_copym(m[0], 0, M_COPYALL, M_WAIT);
		m[2] = m_copym(m[1], 100, 50, M_WAIT);
		program_check(m[2]->m_ext_ref == m[0] && m[2]->m_len == 50 &&
			m[2]->m_data == m[0]->m_data + 100,
		    "a copy of a copy");
		program_check(m[0]->m_ext.ext_refcnt == 3, "refcnt %u",
		    m[0]->m_ext.ext_refcnt);
		for (i = 0; i < 3; i++) {
			program_check(ext_freed == was, "freed too early: %u",
			    i);
			m_freem(m[perm[order][i]]);
		}
		program_check(ext_freed == was + 1, "order %u: freed %u times",
		    order, ext_freed - was);
	}
}

/* Behind data that another has more of there is no room, though there seems to be. */
static void
shared_room(void)
{
	struct mbuf *m = m_gethdr(M_WAIT, MT_DATA), *n, *x;

	MCLGET(m, M_WAIT);
	memset(m->m_data, 1, 100);
	m->m_len = m->m_pkthdr.len = 100;
	n = m_copym(m, 0, 50, M_WAIT);
	x = m_get(M_WAIT, MT_DATA);
	memset(x->m_data, 2, 20);
	x->m_len = 20;
	m_cat(n, x);
	program_check(m->m_data[50] == 1 && m->m_data[69] == 1,
	    "m_cat wrote to what another has");
	program_check(n->m_len == 50 && n->m_next == x, "m_cat: %d bytes",
	    n->m_len);
	m_freem(m);

	/* Alone, it has room. */
	x = m_get(M_WAIT, MT_DATA);
	x->m_len = 20;
	program_check(!M_READONLY(n), "alone, and read-only");
	m_freem(n->m_next);
	n->m_next = NULL;
	m_cat(n, x);
	program_check(n->m_len == 70 && n->m_next == NULL, "m_cat: %d bytes",
	    n->m_len);
	m_freem(n);
}

static void
tag_add(struct mbuf *m, int id, u_int value)
{
	struct m_tag *const t = m_tag_get(id, sizeof(u_int), M_WAITOK);

	*(u_int *)(t + 1) = value;
	m_tag_prepend(m, t);
}

/* The values of a packet's tags, as a decimal number. */
static u_int
tag_values(struct mbuf *m)
{
	struct m_tag *t;
	u_int v = 0;

	for (t = m_tag_first(m); t != NULL; t = m_tag_next(m, t))
		v = v * 10 + *(u_int *)(t + 1);
	return v;
}

static void
tags(void)
{
	struct mbuf *m = m_gethdr(M_WAIT, MT_DATA), *n;
	struct m_tag *t;

	tag_add(m, PACKET_TAG_VLAN, 1);
	tag_add(m, PACKET_TAG_INET6, 2);
	tag_add(m, PACKET_TAG_VLAN, 3);
	program_check(tag_values(m) == 321, "tags %u", tag_values(m));
	t = m_tag_find(m, PACKET_TAG_VLAN, NULL);
	program_check(*(u_int *)(t + 1) == 3, "the first VLAN tag");
	t = m_tag_find(m, PACKET_TAG_VLAN, t);
	program_check(*(u_int *)(t + 1) == 1, "the second VLAN tag");
	program_check(m_tag_find(m, PACKET_TAG_VLAN, t) == NULL, "a third one");

	m->m_len = m->m_pkthdr.len = 100;
	n = m_dup(m, 0, M_COPYALL, M_WAIT);
	program_check(tag_values(n) == 321, "copied tags: %u", tag_values(n));
	m_tag_delete(n, m_tag_find(n, PACKET_TAG_INET6, NULL));
	program_check(tag_values(n) == 31 && tag_values(m) == 321,
	    "deleted: %u %u", tag_values(n), tag_values(m));
	m_freem(n);

	M_PREPEND(m, MHLEN, M_WAIT); /* a new mbuf; the tags go with it */
	program_check(m->m_next != NULL && tag_values(m) == 321,
	    "prepended: %u", tag_values(m));
	m = m_pullup(m, MHLEN);
	program_check(tag_values(m) == 321, "pulled up: %u", tag_values(m));
	n = m_defrag(m, M_WAIT);
	program_check(n->m_next == NULL && tag_values(n) == 321,
	    "defragmented: %u", tag_values(n));
	m_tag_delete_chain(n, NULL);
	program_check(tag_values(n) == 0, "all deleted: %u", tag_values(n));
	m_freem(n);
}

#define FEW 50 /* clusters */

/* At the limit there is none, for those who wait neither; and it says so. */
static void
limits(void)
{
	struct mbuf *m[FEW + 1];
	const u_long drains = mbstat.m_drain;
	u_int i, n, out = mcl_cache->pc_pool.pr_nout;

	program_check(mcl_cache->pc_pool.pr_hardlimit == (u_int)nmbclusters &&
		nmbclusters ==
		    (int)MAX(1024, physmem * (PAGE_SIZE / MCLBYTES) / 16),
	    "nmbclusters %d, limit %u", nmbclusters,
	    mcl_cache->pc_pool.pr_hardlimit);
	program_check(mcl_cache->pc_pool.pr_nitems + out >= (u_int)mcllowat,
	    "%u clusters ready", mcl_cache->pc_pool.pr_nitems);

	pool_cache_invalidate(mcl_cache);
	out = mcl_cache->pc_pool.pr_nout;
	pool_cache_sethardlimit(mcl_cache, (int)out + FEW, NULL, 0);
	for (n = 0; n <= FEW; n++) {
		m[n] = m_gethdr(M_WAIT, MT_DATA);
		MCLGET(m[n], n % 2 == 0 ? M_DONTWAIT : M_WAIT);
		if ((m[n]->m_flags & M_EXT) == 0)
			break;
	}
	program_check(n == FEW, "%u clusters of %u", n, FEW);
	program_check(mbstat.m_drain > drains, "m_reclaim was not asked");
	for (i = 0; i <= n && i <= FEW; i++)
		m_freem(m[i]);
	pool_cache_sethardlimit(mcl_cache, nmbclusters, NULL, 0);
}

static int
sum_up(void *arg, void *data, u_int len)
{
	u_int *const sum = arg;
	const u_char *const p = data;
	u_int i;

	for (i = 0; i < len; i++)
		*sum += p[i];
	return *sum > 2000000 ? EFBIG : 0;
}

/* What devget makes of a device's memory; and three that only look. */
static void
looks(void)
{
	u_char *const buf = kmem_alloc(9000, KM_SLEEP);
	struct mbuf *m, *p;
	u_int i, sum = 0, want = 0;
	int off, rc;

	for (i = 0; i < 9000; i++) {
		buf[i] = (u_char)(i * 7 + (i >> 8));
		if (i >= 60 && i < 60 + 8000)
			want += buf[i];
	}
	m = m_devget((char *)buf, 9000, 0, NULL, NULL);
	program_check(m->m_pkthdr.len == 9000 && m_length(m) == 9000,
	    "m_devget: %d bytes", m->m_pkthdr.len);
	rc = m_apply(m, 60, 8000, sum_up, &sum);
	program_check(rc == 0 && sum == want, "m_apply: %u, not %u", sum, want);
	sum = 1999999;
	rc = m_apply(m, 0, 9000, sum_up, &sum);
	program_check(rc == EFBIG, "m_apply goes on after %d", rc);

	p = m_getptr(m, 5000, &off);
	program_check(p != NULL && mtod(p, u_char *)[off] == buf[5000],
	    "m_getptr");
	p = m_getptr(m, 9000, &off);
	program_check(p != NULL && p->m_next == NULL && off == p->m_len,
	    "m_getptr: the end");
	program_check(m_getptr(m, 9001, &off) == NULL, "m_getptr: beyond");
	m_freem(m);
	kmem_free(buf, 9000);
}

/* ---- the last reference ------------------------------------------------------ */

#define ROUNDS 60

static struct mbuf *volatile share[MAXCPUS];
static volatile u_int round_no, arrived;

/* All CPUs drop their reference at once, ROUNDS times. */
static void
drop(void *arg)
{
	const u_int me = crew_cpu(), all = (u_int)ncpu;
	u_int r, i;

	for (r = 1; r <= ROUNDS; r++) {
		if (me == r % all) {
			struct mbuf *const m = m_gethdr(M_WAIT, MT_DATA);

			if (r % 2 == 0)
				MCLGET(m, M_WAIT);
			else
				MEXTADD(m, kmem_alloc(1000, KM_SLEEP), 1000, 0,
				    ext_free, __UNVOLATILE(&ext_freed));
			m->m_len = m->m_pkthdr.len = 1000;
			share[(me + r) % all] = m;
			for (i = 1; i < all; i++)
				share[(me + r + i) % all] = m_copypacket(m,
				    M_WAIT);
			membar_producer();
			round_no = r;
		}
		program_check(crew_spin(&round_no, r, 50), "round %u", r);
		m_freem(share[me]);
		atomic_inc_uint(&arrived);
		program_check(crew_spin(&arrived, r * all, 50), "round %u: %u",
		    r, arrived);
	}
}

static void
droppers(void)
{
	const u_int was = ext_freed;

	round_no = arrived = 0;
	crew_all(drop, NULL);
	program_check(ext_freed - was == ROUNDS / 2, "%u freed, not %u",
	    ext_freed - was, ROUNDS / 2);
}

/* ---- all of them ------------------------------------------------------------- */

static void
mbuf_all(void)
{
	static const struct {
		const char *name;
		void (*fn)(void);
	} parts[] = { { "shapes", shapes }, { "references", references },
		{ "shared_room", shared_room }, { "tags", tags },
		{ "limits", limits }, { "looks", looks },
		{ "models", mbuf_models }, { "droppers", droppers } };
	struct mbufs before;
	u_int i;

	for (i = 0; i < __arraycount(parts); i++) {
		if (!crew_part(parts[i].name))
			continue;
		before = mbufs_now();
		(*parts[i].fn)();
		mbufs_check(&before, parts[i].name);
	}
}

static int
mbuf_main(void)
{
	return crew_main(mbuf_all);
}
PROGRAM(mbuf, "mbufs: packets as arrays of bytes, all accounted for",
    mbuf_main);
