/*
 * uipc_mbuf2.c: m_pulldown, and tags of packets.
 *
 * A tag is a note that stays with a packet: which VLAN it came from, what has
 * been done to it.  Tags are malloc(9)'s, in a list in the packet's header; they
 * go with the packet, and are copied with it.
 * An mbuf without M_PKTHDR has none.
 *
 * Contexts: as uipc_mbuf.c; the packet is the caller's.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/malloc.h>
#include <sys/mbuf.h>
#include <sys/queue.h>

MALLOC_DEFINE(M_PACKET_TAGS, "packet tags", "Packet-attached information");

/* An mbuf with the bytes of n from off on, as another reference or a copy. */
static struct mbuf *
pulldown_tail(struct mbuf *n, int off)
{
	struct mbuf *const t = m_get(M_DONTWAIT, n->m_type);

	if (t == NULL)
		return NULL;
	t->m_len = n->m_len - off;
	if ((n->m_flags & M_EXT) != 0) {
		t->m_data = n->m_data + off;
		MCLADDREFERENCE(n, t);
	} else
		memcpy(mtod(t, void *), n->m_data + off, (size_t)t->m_len);
	return t;
}

/*
 * The bytes off to off + len of chain n, which it has, in an mbuf of their own
 * behind n.  NULL: no memory; the chain is as long as it was.
 */
static struct mbuf *
pulldown_gather(struct mbuf *n, int off, int len)
{
	struct mbuf *o, *t = NULL, *rest;
	int n_own = n->m_len - off;

	o = m_get(M_DONTWAIT, n->m_type);
	if (o == NULL)
		return NULL;
	if (len > MLEN)
		MCLGET(o, M_DONTWAIT);
	if (n_own > len)
		t = pulldown_tail(n, off + len);
	if (len > M_TRAILINGSPACE(o) || (n_own > len && t == NULL)) {
		(void)m_free(o);
		return NULL;
	}
	m_copydata(n, off, len, mtod(o, void *));
	o->m_len = len;

	n->m_len = off;
	rest = n->m_next;
	for (len -= MIN(len, n_own); len > 0; len -= n_own) {
		n_own = MIN(len, rest->m_len);
		if (n_own == rest->m_len)
			rest = m_free(rest);
		else {
			rest->m_data += n_own;
			rest->m_len -= n_own;
		}
	}
	if (t != NULL)
		t->m_next = rest;
	o->m_next = t != NULL ? t : rest;
	n->m_next = o;
	return o;
}

/*
 * m_pulldown: bytes off to off + len of the packet in one piece.  The mbuf that
 * has them, and *offp is where in it; without an offp they are at its beginning.
 * What is before stays where it is.  NULL: more than a cluster has, the packet
 * is shorter, or no memory; it is freed.
 */
struct mbuf *
m_pulldown(struct mbuf *m, int off, int len, int *offp)
{
	struct mbuf *n, *o;
	int have;

	KASSERT(m != NULL && off >= 0 && len >= 0);
	for (n = m; off >= n->m_len && n->m_next != NULL; n = n->m_next)
		off -= n->m_len;

	have = -off;
	for (o = n; o != NULL; o = o->m_next)
		have += o->m_len;
	if (len > MCLBYTES || have < len)
		goto bad;
	if (n->m_len - off < len || (off != 0 && offp == NULL)) {
		n = pulldown_gather(n, off, len);
		if (n == NULL)
			goto bad;
		off = 0;
	}
	if (offp != NULL)
		*offp = off;
	return n;

bad:
	m_freem(m);
	return NULL;
}

/*
 * m_tag_get: a tag with room for len bytes of data behind it.  NULL: no memory.
 */
struct m_tag *
m_tag_get(int type, int len, int wait)
{
	struct m_tag *t;

	if (len < 0 || len > UINT16_MAX)
		return NULL;
	t = malloc((size_t)len + sizeof(struct m_tag), M_PACKET_TAGS, wait);
	if (t == NULL)
		return NULL;
	t->m_tag_id = (uint16_t)type;
	t->m_tag_len = (uint16_t)len;
	return t;
}

/*
 * m_tag_free: one that is no packet's.
 */
void
m_tag_free(struct m_tag *t)
{
	free(t, M_PACKET_TAGS);
}

void
m_tag_prepend(struct mbuf *m, struct m_tag *t)
{
	KASSERT((m->m_flags & M_PKTHDR) != 0);
	SLIST_INSERT_HEAD(&m->m_pkthdr.tags, t, m_tag_link);
}

void
m_tag_unlink(struct mbuf *m, struct m_tag *t)
{
	SLIST_REMOVE(&m->m_pkthdr.tags, t, m_tag, m_tag_link);
}

void
m_tag_delete(struct mbuf *m, struct m_tag *t)
{
	m_tag_unlink(m, t);
	m_tag_free(t);
}

/*
 * m_tag_delete_chain: t and those behind it; NULL: all.
 */
void
m_tag_delete_chain(struct mbuf *m, struct m_tag *t)
{
	struct m_tag *next;

	for (t = t != NULL ? t : m_tag_first(m); t != NULL; t = next) {
		next = m_tag_next(m, t);
		m_tag_delete(m, t);
	}
}

/*
 * m_tag_delete_nonpersistent: those that an interface does not let through,
 * which are all that there are here.
 */
void
m_tag_delete_nonpersistent(struct mbuf *m)
{
	m_tag_delete_chain(m, NULL);
}

/*
 * m_tag_find: the first of that type; t: of those behind t.
 */
struct m_tag *
m_tag_find(struct mbuf *m, int type, struct m_tag *t)
{
	for (t = t != NULL ? m_tag_next(m, t) : m_tag_first(m); t != NULL;
	     t = m_tag_next(m, t))
		if (t->m_tag_id == type)
			return t;
	return NULL;
}

struct m_tag *
m_tag_copy(struct m_tag *t)
{
	struct m_tag *const p = m_tag_get(t->m_tag_id, t->m_tag_len, M_NOWAIT);

	if (p != NULL)
		memcpy(p + 1, t + 1, t->m_tag_len);
	return p;
}

/*
 * m_tag_copy_chain: in place of what `to' has, copies of from's, in the same
 * order.  1; 0: no memory, and `to' has none.
 */
int
m_tag_copy_chain(struct mbuf *to, struct mbuf *from)
{
	struct m_tag *p, *t, *last = NULL;

	m_tag_delete_chain(to, NULL);
	for (p = m_tag_first(from); p != NULL; p = m_tag_next(from, p)) {
		t = m_tag_copy(p);
		if (t == NULL) {
			m_tag_delete_chain(to, NULL);
			return 0;
		}
		if (last == NULL)
			m_tag_prepend(to, t);
		else
			SLIST_INSERT_AFTER(last, t, m_tag_link);
		last = t;
	}
	return 1;
}

void
m_tag_init(struct mbuf *m)
{
	SLIST_INIT(&m->m_pkthdr.tags);
}

struct m_tag *
m_tag_first(struct mbuf *m)
{
	return SLIST_FIRST(&m->m_pkthdr.tags);
}

struct m_tag *
m_tag_next(struct mbuf *m, struct m_tag *t)
{
	return SLIST_NEXT(t, m_tag_link);
}
