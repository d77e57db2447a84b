/*
 * bpfdesc.h: who captures, and what can be captured, for net/bpf.c.
 */
#ifndef _NET_BPFDESC_H_
#define _NET_BPFDESC_H_

#include <sys/condvar.h>
#include <sys/mutex.h>
#include <sys/queue.h>

#include <net/bpf.h>

/*
 * One open bpf.  Three buffers of one size: the one that packets go into, one
 * that is full and waits to be read or is being read, one that is free; the last
 * two are one at a time.
 *
 * Letters: d bd_lock; m bpf_mtx; b bif_lock of its interface, and bpf_mtx to
 * change; r bd_reading, one reader at a time.
 */
struct bpf_d {
	LIST_ENTRY(bpf_d) bd_next; /* b: of the interface */

	char *bd_sbuf;  /* d: store: packets go here */
	char *bd_hbuf;  /* d: hold: full, or NULL */
	char *bd_fbuf;  /* d: free, or NULL */
	int bd_slen;    /* d: bytes in it */
	int bd_hlen;    /* d */
	int bd_bufsize; /* m: of each, once there are buffers */

	struct bpf_if *bd_bif;      /* m, d: NULL: none, or it has gone */
	u_long bd_rtout;            /* d: ticks a read waits; 0: for ever */
	struct bpf_insn *bd_filter; /* b; NULL: all bytes of all packets */
	u_int bd_filterlen;         /* m: instructions */

	u_long bd_rcount; /* d: packets seen */
	u_long bd_dcount; /* d: of those wanted, no room */
	u_long bd_ccount; /* d: wanted */

	u_char bd_promisc;   /* m: it asked for promiscuous mode */
	u_char bd_immediate; /* d: a read does not wait for a full buffer */
	u_char bd_hdrcmplt;  /* m */
	int bd_seesent;      /* d: also what this machine sends */
	bool bd_gone;        /* d: its interface has gone */

	kmutex_t bd_lock;    /* spin, IPL_NET */
	kmutex_t bd_reading; /* adaptive */
	kcondvar_t bd_cv;    /* d: something to read */
};

/*
 * An interface, and one kind of link header.  bif_driverp is where its driver
 * looks whether anybody listens.
 */
struct bpf_if {
	LIST_ENTRY(bpf_if) bif_next;  /* m */
	LIST_HEAD(, bpf_d) bif_dlist; /* b: who listens */
	struct bpf_if **bif_driverp;  /* i; what it points to: b */
	u_int bif_dlt;                /* m */
	u_int bif_hdrlen;             /* m: of a packet's header, padded */
	struct ifnet *bif_ifp;        /* i */
	kmutex_t bif_lock;            /* spin, IPL_NET */
};

#endif /* _NET_BPFDESC_H_ */
