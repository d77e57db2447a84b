/*
 * if_altq.h: an interface's send queue, as ALTQ would have it.
 *
 * The queue is that of struct ifqueue (net/if.h) with room for a queueing
 * discipline behind it.  No discipline exists here, so all that is ever used is
 * the first part; the rest is there because it decides where the fields behind
 * it in struct ifnet are.
 */
#ifndef _ALTQ_IF_ALTQ_H_
#define _ALTQ_IF_ALTQ_H_

#include <sys/types.h>
#include <sys/mutex.h>

struct altq_pktattr;
struct ifnet;
struct mbuf;
struct tb_regulator;
struct top_cdnr;

/*
 * Fields are
 *	q	under ifq_lock, or KERNEL_LOCK at splnet where that is NULL
 *	i	set before the interface is attached
 *	-	of a discipline: unused
 */
struct ifaltq {
	/* The same as struct ifqueue. */
	struct mbuf *ifq_head; /* q */
	struct mbuf *ifq_tail; /* q */
	int ifq_len;           /* q: packets */
	int ifq_maxlen;        /* i: as many as fit */
	int ifq_drops;         /* q: that did not fit */
	kmutex_t *ifq_lock;    /* i: spin, IPL_NET; or NULL */

	int altq_type;  /* ALTQT_NONE */
	int altq_flags; /* i: ALTQF_* */
	void *altq_disc;
	struct ifnet *altq_ifp; /* i: whose queue it is */

	int (*altq_enqueue)(struct ifaltq *, struct mbuf *,
	    struct altq_pktattr *);
	struct mbuf *(*altq_dequeue)(struct ifaltq *, int);
	int (*altq_request)(struct ifaltq *, int, void *);

	void *altq_clfier; /* - */
	void *(*altq_classify)(void *, struct mbuf *, int);

	struct tb_regulator *altq_tbr; /* - */
	struct top_cdnr *altq_cdnr;    /* - */
};

#ifdef _KERNEL

/* What a classifier has found out about a packet. */
struct altq_pktattr {
	void *pattr_class;
	int pattr_af;
	void *pattr_hdr;
};

/* altq_flags */
#define ALTQF_READY      0x01 /* the driver uses the macros of net/if.h */
#define ALTQF_ENABLED    0x02 /* a discipline is in use */
#define ALTQF_CLASSIFY   0x04 /* .. and wants packets classified */
#define ALTQF_CNDTNING   0x08
#define ALTQF_DRIVER1    0x40
#define ALTQF_CANTCHANGE (ALTQF_READY)

#define ALTQT_NONE 0

#define ALTQ_IS_READY(ifq)       ((ifq)->altq_flags & ALTQF_READY)
#define ALTQ_IS_ENABLED(ifq)     ((ifq)->altq_flags & ALTQF_ENABLED)
#define ALTQ_NEEDS_CLASSIFY(ifq) ((ifq)->altq_flags & ALTQF_CLASSIFY)
#define ALTQ_IS_CNDTNING(ifq)    ((ifq)->altq_flags & ALTQF_CNDTNING)
#define ALTQ_SET_READY(ifq)      ((ifq)->altq_flags |= ALTQF_READY)
#define ALTQ_CLEAR_READY(ifq)    ((ifq)->altq_flags &= ~ALTQF_READY)
#define ALTQ_IS_ATTACHED(ifq)    ((ifq)->altq_disc != NULL)

#endif /* _KERNEL */

#endif /* _ALTQ_IF_ALTQ_H_ */
