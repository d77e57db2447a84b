/*
 * bpf_tap.h: packets into the buffers of those who listen; a part of bpf.c.
 */
#ifndef _NET_BPF_TAP_H_
#define _NET_BPF_TAP_H_

#include <sys/param.h>
#include <sys/mbuf.h>
#include <sys/systm.h>
#include <sys/timevar.h>

#include <net/bpfdesc.h>

/*
 * Bytes of a packet's header in a buffer, so that what is behind the link header
 * is aligned.
 */
static u_int
bpf_hdrlen(u_int linkhdrlen)
{
	return (u_int)(BPF_WORDALIGN(linkhdrlen + SIZEOF_BPF_HDR) - linkhdrlen);
}

/* The store buffer is to be read; there is a free one, or a reader waits. */
static void
bpf_rotate(struct bpf_d *d)
{
	KASSERT(mutex_owned(&d->bd_lock));
	KASSERT(d->bd_hbuf == NULL && d->bd_fbuf != NULL);
	d->bd_hbuf = d->bd_sbuf;
	d->bd_hlen = d->bd_slen;
	d->bd_sbuf = d->bd_fbuf;
	d->bd_slen = 0;
	d->bd_fbuf = NULL;
}

/* What a tap was given: bytes or an mbuf; something in front of those, or not. */
struct bpf_packet {
	const void *bp_head;
	u_int bp_headlen;
	struct mbuf *bp_m; /* NULL: bp_data */
	const u_char *bp_data;
	u_int bp_len; /* of all */
};

static void
bpf_packet_copy(const struct bpf_packet *p, char *dst, u_int n)
{
	const u_int h = MIN(n, p->bp_headlen);

	memcpy(dst, p->bp_head, h);
	if (n == h)
		return;
	if (p->bp_m != NULL)
		m_copydata(p->bp_m, 0, (int)(n - h), dst + h);
	else
		memcpy(dst + h, p->bp_data, n - h);
}

/* The packet, snaplen bytes of it at the most, into d's buffer. */
static void
bpf_catch(struct bpf_d *d, const struct bpf_packet *p, u_int snaplen,
    u_int hdrlen, const struct timeval *tv)
{
	struct bpf_hdr *hp;
	u_int caplen, at;
	bool wake = d->bd_immediate;

	KASSERT(mutex_owned(&d->bd_lock));
	d->bd_ccount++;
	caplen = MIN(snaplen, p->bp_len);
	caplen = MIN(caplen, (u_int)d->bd_bufsize - hdrlen);
	at = (u_int)BPF_WORDALIGN((u_int)d->bd_slen);
	if (at + hdrlen + caplen > (u_int)d->bd_bufsize) {
		if (d->bd_fbuf == NULL) {
			d->bd_dcount++;
			return;
		}
		bpf_rotate(d);
		wake = true;
		at = 0;
	}
	hp = (struct bpf_hdr *)(void *)(d->bd_sbuf + at);
	hp->bh_tstamp.tv_sec = tv->tv_sec;
	hp->bh_tstamp.tv_usec = tv->tv_usec;
	hp->bh_datalen = p->bp_len;
	hp->bh_hdrlen = (uint16_t)hdrlen;
	hp->bh_caplen = caplen;
	bpf_packet_copy(p, (char *)hp + hdrlen, caplen);
	d->bd_slen = (int)(at + hdrlen + caplen);
	if (wake)
		cv_broadcast(&d->bd_cv);
}

/* How much of the packet d wants. */
static u_int
bpf_wants(const struct bpf_d *d, const struct bpf_packet *p)
{
	u_char head[64];
	u_int n;

	if (d->bd_filter == NULL)
		return (u_int)-1;
	if (p->bp_m == NULL && p->bp_headlen == 0)
		return bpf_filter(d->bd_filter, p->bp_data, p->bp_len,
		    p->bp_len);
	if (p->bp_headlen == 0)
		return bpf_filter(d->bd_filter, (const u_char *)p->bp_m,
		    p->bp_len, 0);
	/* In two pieces: the filter sees the beginning. */
	n = MIN(p->bp_len, sizeof(head));
	bpf_packet_copy(p, (char *)head, n);
	return bpf_filter(d->bd_filter, head, p->bp_len, n);
}

static void
bpf_deliver(struct bpf_if *bp, const struct bpf_packet *p, bool sent)
{
	struct timeval tv;
	struct bpf_d *d;
	bool timed = false;
	u_int snaplen;

	mutex_spin_enter(&bp->bif_lock);
	LIST_FOREACH (d, &bp->bif_dlist, bd_next) {
		mutex_spin_enter(&d->bd_lock);
		if (!sent || d->bd_seesent) {
			d->bd_rcount++;
			snaplen = bpf_wants(d, p);
			if (snaplen != 0) {
				if (!timed)
					microtime(&tv);
				timed = true;
				bpf_catch(d, p, snaplen, bp->bif_hdrlen, &tv);
			}
		}
		mutex_spin_exit(&d->bd_lock);
	}
	mutex_spin_exit(&bp->bif_lock);
}

static void
bpf_tap_do(struct bpf_if *bp, u_char *pkt, u_int len)
{
	const struct bpf_packet p = { .bp_data = pkt, .bp_len = len };

	bpf_deliver(bp, &p, false);
}

/* A packet that no interface has received is one that is sent. */
static void
bpf_mtap_do(struct bpf_if *bp, struct mbuf *m)
{
	const struct bpf_packet p = { .bp_m = m, .bp_len = m_length(m) };

	bpf_deliver(bp, &p, m->m_pkthdr.rcvif == NULL);
}

static void
bpf_mtap2_do(struct bpf_if *bp, void *data, u_int dlen, struct mbuf *m)
{
	const struct bpf_packet p = { .bp_head = data,
		.bp_headlen = dlen,
		.bp_m = m,
		.bp_len = dlen + m_length(m) };

	bpf_deliver(bp, &p, m->m_pkthdr.rcvif == NULL);
}

static void
bpf_mtap_af_do(struct bpf_if *bp, uint32_t af, struct mbuf *m)
{
	bpf_mtap2_do(bp, &af, sizeof(af), m);
}

/* SLIP has a header in front when a packet comes in, and when it goes. */
#define SLIP_HDRLEN 16

static void
bpf_mtap_sl_in_do(struct bpf_if *bp, u_char *chdr, struct mbuf **m)
{
	if (bp != NULL)
		bpf_mtap2_do(bp, chdr, SLIP_HDRLEN, *m);
}

static void
bpf_mtap_sl_out_do(struct bpf_if *bp, u_char *chdr, struct mbuf *m)
{
	if (bp != NULL)
		bpf_mtap2_do(bp, chdr, SLIP_HDRLEN, m);
}

#endif /* _NET_BPF_TAP_H_ */
