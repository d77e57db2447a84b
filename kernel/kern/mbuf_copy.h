/*
 * mbuf_copy.h: copies of packets, and copies into packets and out of them; a
 * part of uipc_mbuf.c.
 *
 * m_copym and m_copypacket copy a packet without its data, where those are
 * elsewhere: the copy refers to them.  Neither packet may then change them.
 * m_dup copies the data too; m_makewritable makes those of a packet its own
 * that are not.
 */
#ifndef _KERN_MBUF_COPY_H_
#define _KERN_MBUF_COPY_H_

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/mbuf.h>

/*
 * The mbuf of a chain that has byte *offp; *offp is then where in it.  NULL: the
 * chain ends before.
 */
static struct mbuf *
m_seek(struct mbuf *m, int *offp)
{
	KASSERT(*offp >= 0);

	while (m != NULL && *offp >= m->m_len) {
		*offp -= m->m_len;
		m = m->m_next;
	}
	return m;
}

/*
 * Some of m's bytes from off, len at the most, as data of n, which has none.
 * How many they were; -1: no memory.
 */
static int
m_copy_piece(struct mbuf *n, struct mbuf *m, int off, int len, int wait,
    bool deep)
{
	len = MIN(len, m->m_len - off);
	if ((m->m_flags & M_EXT) != 0 && !deep) {
		n->m_data = m->m_data + off;
		MCLADDREFERENCE(m, n);
		n->m_len = len;
		return len;
	}
	if (len > M_TRAILINGSPACE(n)) {
		MCLGET(n, wait);
		if ((n->m_flags & M_EXT) == 0)
			return -1;
		len = MIN(len, M_TRAILINGSPACE(n));
	}
	memcpy(mtod(n, void *), m->m_data + off, (size_t)len);
	n->m_len = len;
	return len;
}

static struct mbuf *
m_copym0(struct mbuf *m0, int off, int len, int wait, bool deep)
{
	struct mbuf *m = m0, *n, *top = NULL, **np = &top;
	const bool copyhdr = off == 0 && (m0->m_flags & M_PKTHDR) != 0;
	int did;

	KASSERT(off >= 0 && len >= 0);
	if (off > 0)
		m = m_seek(m0, &off);
	while (len > 0 && (m != NULL || len != M_COPYALL)) {
		if (m == NULL)
			panic("m_copym: %d bytes short", len);
		n = m_get(wait, m->m_type);
		if (n == NULL)
			goto nospace;
		*np = n;
		np = &n->m_next;
		if (n == top && copyhdr) {
			M_COPY_PKTHDR(n, m0);
			if (len != M_COPYALL)
				n->m_pkthdr.len = len;
		}
		did = m_copy_piece(n, m, off, len, wait, deep);
		if (did < 0)
			goto nospace;
		if (len != M_COPYALL)
			len -= did;
		off += did;
		if (off == m->m_len) {
			off = 0;
			m = m->m_next;
		}
	}
	return top;

nospace:
	m_freem(top);
	return NULL;
}

/*
 * m_copym: a packet of len bytes (M_COPYALL: of all) from byte off of m.  Data
 * elsewhere are shared.  NULL: no memory, or no bytes; m is as it was.
 */
struct mbuf *
m_copym(struct mbuf *m, int off, int len, int wait)
{
	return m_copym0(m, off, len, wait, false);
}

/*
 * m_dup: the same, nothing shared.
 */
struct mbuf *
m_dup(struct mbuf *m, int off, int len, int wait)
{
	return m_copym0(m, off, len, wait, true);
}

/*
 * m_copypacket: m_copym of a whole packet, mbuf by mbuf.
 */
struct mbuf *
m_copypacket(struct mbuf *m, int how)
{
	struct mbuf *n, *top = NULL, **np = &top;

	KASSERT((m->m_flags & M_PKTHDR) != 0);

	for (; m != NULL; m = m->m_next) {
		n = m_get(how, m->m_type);
		if (n == NULL) {
			m_freem(top);
			return NULL;
		}
		*np = n;
		np = &n->m_next;
		if (n == top)
			M_COPY_PKTHDR(n, m);
		n->m_len = m->m_len;
		if ((m->m_flags & M_EXT) != 0) {
			n->m_data = m->m_data;
			MCLADDREFERENCE(m, n);
			continue;
		}
		/* With the same room in front, as far as it goes. */
		n->m_data = M_BUFADDR(n) + (m->m_data - M_BUFADDR(m));
		memcpy(mtod(n, void *), mtod(m, void *), (size_t)m->m_len);
	}
	return top;
}

/*
 * m_copydata: len bytes from byte off of m, to cp.  They are there.
 */
void
m_copydata(struct mbuf *m, int off, int len, void *vp)
{
	char *cp = vp;
	int n;

	KASSERT(len >= 0);
	m = m_seek(m, &off);
	for (; len > 0; m = m->m_next, off = 0) {
		if (m == NULL)
			panic("m_copydata: %d bytes short", len);
		n = MIN(len, m->m_len - off);
		memcpy(cp, m->m_data + off, (size_t)n);
		cp += n;
		len -= n;
	}
}

/*
 * m_copyback: len bytes of cp into m, from byte off.  The packet becomes longer
 * if it must, with zeros in front of byte off; if there is no memory for that,
 * it stays shorter.  The data are m's own.
 */
static void
m_copyback_grow(struct mbuf *m, int off, int len, const char *cp)
{
	struct mbuf *n;
	int did;

	/* m is the last one; off bytes of nothing, then cp. */
	for (;;) {
		did = MIN(off, M_TRAILINGSPACE(m));
		memset(m->m_data + m->m_len, 0, (size_t)did);
		m->m_len += did;
		off -= did;
		did = off > 0 ? 0 : MIN(len, M_TRAILINGSPACE(m));
		memcpy(m->m_data + m->m_len, cp, (size_t)did);
		m->m_len += did;
		cp += did;
		len -= did;
		if (off == 0 && len == 0)
			return;
		n = m_get(M_DONTWAIT, m->m_type);
		if (n == NULL)
			return;
		if (off + len > MLEN)
			MCLGET(n, M_DONTWAIT);
		m->m_next = n;
		m = n;
	}
}

void
m_copyback(struct mbuf *m0, int off, int len, const void *vp)
{
	struct mbuf *m, *last = NULL;
	const char *cp = vp;
	int n, total = 0;

	KASSERT(off >= 0 && len >= 0);
	if (m0 == NULL)
		return;
	for (m = m0; m != NULL; last = m, m = m->m_next) {
		n = 0;
		if (off < m->m_len) {
			n = MIN(len, m->m_len - off);
			memcpy(m->m_data + off, cp, (size_t)n);
			cp += n;
			len -= n;
			off += n;
		}
		if (len == 0)
			break;
		off -= m->m_len;
	}
	if (len > 0)
		m_copyback_grow(last, off, len, cp);
	if ((m0->m_flags & M_PKTHDR) == 0)
		return;
	for (m = m0; m != NULL; m = m->m_next)
		total += m->m_len;
	m0->m_pkthdr.len = MAX(m0->m_pkthdr.len, total);
}

/*
 * In place of *mp, which others use, a copy of its data that is ours.  False: no
 * memory; all as it was.
 */
static bool
m_own_data(struct mbuf **mp, int how)
{
	struct mbuf *const m = *mp, *const rest = m->m_next;
	struct mbuf *n, *last;

	m->m_next = NULL;
	n = m_copym0(m, 0, m->m_len, how, true);
	m->m_next = rest;
	if (n == NULL)
		return false;
	if ((m->m_flags & M_PKTHDR) != 0) {
		n->m_pkthdr.len = m->m_pkthdr.len;
		n->m_nextpkt = m->m_nextpkt;
	}
	for (last = n; last->m_next != NULL; last = last->m_next)
		continue;
	last->m_next = rest;
	*mp = n;
	(void)m_free(m);
	return true;
}

/*
 * m_makewritable: the bytes from off on, len of them (M_COPYALL: to the end),
 * are nobody else's afterwards, and the same.  ENOBUFS: some may be others'
 * still.  *mp may have changed in either case.
 */
int
m_makewritable(struct mbuf **mp, int off, int len, int how)
{
	int have;

	KASSERT(off >= 0 && len >= 0);
	for (; *mp != NULL && len > 0; mp = &(*mp)->m_next) {
		have = (*mp)->m_len;
		if (off >= have) {
			off -= have;
			continue;
		}
		if (M_READONLY(*mp) && !m_own_data(mp, how))
			return ENOBUFS;
		/* A copy may have more mbufs than there was before. */
		have = (*mp)->m_len;
		if (off >= have) {
			off -= have;
			continue;
		}
		if (len != M_COPYALL)
			len -= MIN(len, have - off);
		off = 0;
	}
	return 0;
}

/*
 * m_copyback_cow: m_copyback of bytes that the packet has, whoever shares them.
 * The packet, which may begin with another mbuf; NULL: no memory, and no packet
 * any more.
 */
struct mbuf *
m_copyback_cow(struct mbuf *m0, int off, int len, const void *cp, int how)
{
	KASSERT(m0 != NULL);
	if (m_makewritable(&m0, off, len, how) != 0) {
		m_freem(m0);
		return NULL;
	}
	m_copyback(m0, off, len, cp);
	return m0;
}

#endif /* _KERN_MBUF_COPY_H_ */
