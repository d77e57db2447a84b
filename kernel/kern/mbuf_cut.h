/*
 * mbuf_cut.h: packets cut, joined and moved about in their mbufs; a part of
 * uipc_mbuf.c.
 *
 * Code that reads a header wants it in one piece, at the front: m_pullup,
 * m_copyup, and m_pulldown in uipc_mbuf2.c.  They move bytes, and pull a few
 * more than was asked for (max_protohdr), as the next header will be wanted soon.
 */
#ifndef _KERN_MBUF_CUT_H_
#define _KERN_MBUF_CUT_H_

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/mbuf.h>

/*
 * m_prepend: m with len bytes, in an mbuf of their own, in front.  What is in
 * them, and the packet's length, is the caller's (M_PREPEND does the latter).
 */
struct mbuf *
m_prepend(struct mbuf *m, int len, int how)
{
	struct mbuf *mn;

	mn = m_get(how, m->m_type);
	if (mn == NULL) {
		m_freem(m);
		return NULL;
	}
	if ((m->m_flags & M_PKTHDR) != 0) {
		KASSERT(len <= MHLEN);
		M_MOVE_PKTHDR(mn, m);
		MH_ALIGN(mn, len);
	} else {
		KASSERT(len <= MLEN);
		M_ALIGN(mn, len);
	}
	mn->m_next = m;
	mn->m_len = len;
	return mn;
}

/*
 * m_cat: n behind m, in m's last mbuf as far as there is room.  Not the packet's
 * length.
 */
void
m_cat(struct mbuf *m, struct mbuf *n)
{
	while (m->m_next != NULL)
		m = m->m_next;
	while (n != NULL) {
		if (n->m_len > M_TRAILINGSPACE(m)) {
			m->m_next = n;
			return;
		}
		memcpy(m->m_data + m->m_len, mtod(n, void *), (size_t)n->m_len);
		m->m_len += n->m_len;
		n = m_free(n);
	}
}

/* len bytes off the end, or all there are.  mbufs stay, without data. */
static void
m_adj_tail(struct mbuf *mp, int len)
{
	struct mbuf *m;
	int left = 0;

	for (m = mp; m != NULL; m = m->m_next)
		left += m->m_len;
	left = MAX(left - len, 0);
	if ((mp->m_flags & M_PKTHDR) != 0)
		mp->m_pkthdr.len = left;
	for (m = mp; m != NULL; m = m->m_next) {
		m->m_len = MIN(m->m_len, left);
		left -= m->m_len;
	}
}

/*
 * m_adj: len bytes off the front; a negative len: off the end.
 */
void
m_adj(struct mbuf *mp, int len)
{
	struct mbuf *m;
	int n, cut = 0;

	if (mp == NULL)
		return;
	if (len < 0) {
		m_adj_tail(mp, -len);
		return;
	}
	for (m = mp; m != NULL && cut < len; m = m->m_next) {
		n = MIN(m->m_len, len - cut);
		m->m_len -= n;
		m->m_data += n;
		cut += n;
	}
	if ((mp->m_flags & M_PKTHDR) != 0)
		mp->m_pkthdr.len -= cut;
}

/*
 * Move want bytes of chain n behind m's, and some more as far as there is room
 * and `more' says.  mbufs that have none left are freed.  What is left of n; want
 * is what could not be moved.
 */
static struct mbuf *
m_fill(struct mbuf *m, struct mbuf *n, int *want, int more)
{
	int space = _M_TRAILINGSPACE(m), count;

	while (*want > 0 && n != NULL) {
		count = MIN(MIN(MAX(*want, more), space), n->m_len);
		memcpy(m->m_data + m->m_len, mtod(n, void *), (size_t)count);
		*want -= count;
		m->m_len += count;
		n->m_len -= count;
		space -= count;
		if (n->m_len == 0)
			n = m_free(n);
		else {
			n->m_data += count;
			if (space == 0)
				break;
		}
	}
	return n;
}

/*
 * m_pullup: the first len bytes, MHLEN at the most, in one piece in the first
 * mbuf.  NULL: too many, no memory, or the packet is shorter.
 */
struct mbuf *
m_pullup(struct mbuf *m, int len)
{
	if (m->m_len >= len)
		return m;
	if ((m->m_flags & M_EXT) != 0 || m->m_next == NULL ||
	    _M_LEADINGSPACE(m) + len >= M_BUFSIZE(m))
		return m_copyup(m, len, 0);

	len -= m->m_len;
	m->m_next = m_fill(m, m->m_next, &len, max_protohdr);
	if (len <= 0)
		return m;
	m_freem(m);
	return NULL;
}

/*
 * m_copyup: the same in a new mbuf, dstoff bytes from its beginning: for headers
 * that are not aligned, and for room in front.
 */
struct mbuf *
m_copyup(struct mbuf *n, int len, int dstoff)
{
	struct mbuf *m;

	if (len > MHLEN - dstoff)
		goto bad;
	m = m_get(M_DONTWAIT, n->m_type);
	if (m == NULL)
		goto bad;
	if ((n->m_flags & M_PKTHDR) != 0)
		M_MOVE_PKTHDR(m, n);
	m->m_data += dstoff;
	n = m_fill(m, n, &len, max_protohdr);
	m->m_next = n;
	if (len <= 0)
		return m;
	n = m;
bad:
	m_freem(n);
	return NULL;
}

/* For m_split: the bytes of m from len on, in an mbuf n that has room. */
static void
m_split_piece(struct mbuf *m, struct mbuf *n, int len)
{
	const int remain = m->m_len - len;

	if ((m->m_flags & M_EXT) != 0) {
		n->m_data = m->m_data + len;
		MCLADDREFERENCE(m, n);
	} else
		memcpy(mtod(n, void *), m->m_data + len, (size_t)remain);
	n->m_len = remain;
	m->m_len = len;
	n->m_next = m->m_next;
	m->m_next = NULL;
}

/*
 * The rest of a packet m0 that is split in its mbuf m before byte len.  A header
 * in front, and maybe another mbuf for the data.  NULL: no memory.
 */
static struct mbuf *
m_split_packet(struct mbuf *m, int len, int wait)
{
	const int remain = m->m_len - len;
	struct mbuf *n, *n1;

	n = m_gethdr(wait, m->m_type);
	if (n == NULL)
		return NULL;
	if ((m->m_flags & M_EXT) != 0 || remain <= MHLEN) {
		if ((m->m_flags & M_EXT) == 0)
			MH_ALIGN(n, remain);
		m_split_piece(m, n, len);
		return n;
	}
	n1 = m_get(wait, m->m_type);
	if (n1 == NULL) {
		(void)m_free(n);
		return NULL;
	}
	MH_ALIGN(n, 0);
	m_split_piece(m, n1, len);
	n->m_next = n1;
	return n;
}

/*
 * m_split: the packet from byte len0 on, as another one; m0 keeps what is before.
 * NULL: no memory, and m0 is as it was; or there is nothing from there on.
 */
struct mbuf *
m_split(struct mbuf *m0, int len0, int wait)
{
	struct mbuf *m, *n;
	int len = len0;

	KASSERT(len0 >= 0);
	for (m = m0; m != NULL && len > m->m_len; m = m->m_next)
		len -= m->m_len;
	if (m == NULL)
		return NULL;

	if ((m0->m_flags & M_PKTHDR) != 0) {
		n = m_split_packet(m, len, wait);
		if (n == NULL)
			return NULL;
		n->m_pkthdr.rcvif = m0->m_pkthdr.rcvif;
		n->m_pkthdr.len = m0->m_pkthdr.len - len0;
		m0->m_pkthdr.len = len0;
		return n;
	}
	if (len == m->m_len) {
		n = m->m_next;
		m->m_next = NULL;
		return n;
	}
	n = m_get(wait, m->m_type);
	if (n == NULL)
		return NULL;
	if ((m->m_flags & M_EXT) == 0)
		M_ALIGN(n, m->m_len - len);
	m_split_piece(m, n, len);
	return n;
}

/*
 * m_devget: a packet of totlen bytes that a device has at buf, by memcpy or
 * `copy'.  off0 is of trailers, which are none any more: 0.
 */
struct mbuf *
m_devget(char *buf, int totlen, int off0, struct ifnet *ifp,
    void (*copy)(const void *, void *, size_t))
{
	struct mbuf *m, *top = NULL, **mp = &top;
	int len;

	KASSERT(off0 == 0);
	do {
		m = top == NULL ? m_gethdr(M_DONTWAIT, MT_DATA)
				: m_get(M_DONTWAIT, MT_DATA);
		if (m == NULL)
			goto nospace;
		*mp = m;
		mp = &m->m_next;
		if (m == top) {
			m->m_pkthdr.rcvif = ifp;
			m->m_pkthdr.len = totlen;
		}
		if (totlen >= MINCLSIZE) {
			MCLGET(m, M_DONTWAIT);
			if ((m->m_flags & M_EXT) == 0)
				goto nospace;
		} else if (m == top && totlen + max_linkhdr <= MHLEN)
			m->m_data += max_linkhdr;
		len = MIN(totlen, M_TRAILINGSPACE(m));
		if (copy != NULL)
			(*copy)(buf, mtod(m, void *), (size_t)len);
		else
			memcpy(mtod(m, void *), buf, (size_t)len);
		m->m_len = len;
		buf += len;
		totlen -= len;
	} while (totlen > 0);
	return top;

nospace:
	m_freem(top);
	return NULL;
}

/*
 * m_getptr: the mbuf that has byte loc, and where.  One behind the last byte is
 * in the last mbuf.  NULL: farther.
 */
struct mbuf *
m_getptr(struct mbuf *m, int loc, int *off)
{
	struct mbuf *last = NULL;

	for (; m != NULL && loc >= m->m_len; last = m, m = m->m_next)
		loc -= m->m_len;
	if (m == NULL && (loc != 0 || last == NULL))
		return NULL;
	*off = m != NULL ? loc : last->m_len;
	return m != NULL ? m : last;
}

/*
 * m_apply: call f(arg, data, bytes) for each piece of the len bytes from off on,
 * until one returns anything but 0, which is returned.
 */
int
m_apply(struct mbuf *m, int off, int len,
    int (*f)(void *, void *, unsigned int), void *arg)
{
	int n, rval;

	KASSERT(len >= 0);
	m = m_seek(m, &off);
	for (; len > 0; m = m->m_next, off = 0) {
		KASSERT(m != NULL);
		n = MIN(m->m_len - off, len);
		if (n == 0)
			continue;
		rval = (*f)(arg, m->m_data + off, (u_int)n);
		if (rval != 0)
			return rval;
		len -= n;
	}
	return 0;
}

/*
 * m_defrag: the packet in as few mbufs as it can have.  NULL: no memory, and m is
 * as it was.
 */
struct mbuf *
m_defrag(struct mbuf *m, int how)
{
	struct mbuf *m0, *n;
	int off = 0, left = m->m_pkthdr.len;

	KASSERT((m->m_flags & M_PKTHDR) != 0);
	if (m->m_next == NULL)
		return m;
	m0 = m_gethdr(how, MT_DATA);
	if (m0 == NULL)
		return NULL;
	M_COPY_PKTHDR(m0, m);
	for (n = m0; n != NULL; n = n->m_next) {
		if (left > M_TRAILINGSPACE(n)) {
			MCLGET(n, how);
			if ((n->m_flags & M_EXT) == 0)
				break;
		}
		n->m_len = MIN(left, M_TRAILINGSPACE(n));
		m_copydata(m, off, n->m_len, mtod(n, void *));
		off += n->m_len;
		left -= n->m_len;
		if (left == 0) {
			m_freem(m);
			return m0;
		}
		n->m_next = m_get(how, MT_DATA);
	}
	m_freem(m0);
	return NULL;
}

/*
 * m_print: a packet, for a debugger: "c" in modif: the whole chain.
 */
void
m_print(const struct mbuf *m, const char *modif,
    void (*pr)(const char *, ...) __printflike(1, 2))
{
	const bool chain = strchr(modif, 'c') != NULL;

	for (; m != NULL; m = chain ? m->m_next : NULL) {
		(*pr)("MBUF %p: type %d, flags %#x, next %p, nextpkt %p\n", m,
		    m->m_type, m->m_flags, m->m_next, m->m_nextpkt);
		(*pr)("  data %p, len %d\n", m->m_data, m->m_len);
		if ((m->m_flags & M_PKTHDR) != 0)
			(*pr)("  pktlen %d, rcvif %p, csum_flags %#x\n",
			    m->m_pkthdr.len, m->m_pkthdr.rcvif,
			    (u_int)m->m_pkthdr.csum_flags);
		if ((m->m_flags & M_EXT) != 0)
			(*pr)("  ext_ref %p, refcnt %u, buf %p, size %zu\n",
			    m->m_ext_ref, m->m_ext.ext_refcnt, m->m_ext.ext_buf,
			    m->m_ext.ext_size);
	}
}

#endif /* _KERN_MBUF_CUT_H_ */
