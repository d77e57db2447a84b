/*
 * if_bridgevar.h: bridge(4): what userland asks of a bridge, and what a bridge is
 * made of.
 *
 * The first half is the language of brconfig(8): an ioctl SIOCSDRVSPEC or
 * SIOCGDRVSPEC on the bridge, whose struct ifdrv has a BRDG* number and one of
 * the structures here.  The second half is for the kernel; net/if_bridge.c has
 * the theory of it, net/bridgestp.c that of the spanning tree.
 *
 * Field order is NetBSD's, and so is what shares a cache line.  Each structure is
 * the same in all kernels; the asserts at the end say where the lines are.
 */
#ifndef _NET_IF_BRIDGEVAR_H_
#define _NET_IF_BRIDGEVAR_H_

#include <sys/callout.h>
#include <sys/condvar.h>
#include <sys/mutex.h>
#include <sys/pserialize.h>
#include <sys/queue.h>
#include <sys/workqueue.h>

#include <net/if.h>
#include <net/if_ether.h>
#include <net/pktqueue.h>

/* ifd_cmd, and what ifd_data points to.  S: SIOCSDRVSPEC, for the superuser. */
#define BRDGADD     0  /* S ifbreq: a member joins */
#define BRDGDEL     1  /* S ifbreq: and leaves */
#define BRDGGIFFLGS 2  /* ifbreq: flags and all else of a member */
#define BRDGSIFFLGS 3  /* S ifbreq: its flags */
#define BRDGSCACHE  4  /* S ifbrparam: most addresses the table may have */
#define BRDGGCACHE  5  /* ifbrparam */
#define BRDGGIFS    6  /* ifbifconf: all members */
#define BRDGRTS     7  /* ifbaconf: all addresses */
#define BRDGSADDR   8  /* S ifbareq: an address of one's own */
#define BRDGSTO     9  /* S ifbrparam: seconds an address lives */
#define BRDGGTO     10 /* ifbrparam */
#define BRDGDADDR   11 /* S ifbareq: delete an address */
#define BRDGFLUSH   12 /* S ifbreq: delete all, or all learned ones */
#define BRDGGPRI    13 /* ifbrparam: STP, priority of the bridge */
#define BRDGSPRI    14 /* S ifbrparam */
#define BRDGGHT     15 /* ifbrparam: hello time, s */
#define BRDGSHT     16 /* S ifbrparam */
#define BRDGGFD     17 /* ifbrparam: forward delay, s */
#define BRDGSFD     18 /* S ifbrparam */
#define BRDGGMA     19 /* ifbrparam: maximum age, s */
#define BRDGSMA     20 /* S ifbrparam */
#define BRDGSIFPRIO 21 /* S ifbreq: STP, priority of a member */
#define BRDGSIFCOST 22 /* S ifbreq: .. cost of the path through it */
#define BRDGGFILT   23 /* ifbrparam: packet filters; options BRIDGE_IPF */
#define BRDGSFILT   24 /* S ifbrparam */

/* A member. */
struct ifbreq {
	char ifbr_ifsname[IFNAMSIZ];
	uint32_t ifbr_ifsflags; /* IFBIF_*; of BRDGFLUSH, IFBF_FLUSH* */
	uint8_t ifbr_state;     /* BSTP_IFSTATE_* */
	uint8_t ifbr_priority;
	uint8_t ifbr_path_cost;
	uint8_t ifbr_portno;
};

#define IFBIF_LEARNING 0x01 /* remembers who sends there */
#define IFBIF_DISCOVER 0x02 /* gets what is for nobody known */
#define IFBIF_STP      0x04 /* is a port of the spanning tree */

#define IFBIFBITS "\020\1LEARNING\2DISCOVER\3STP"

#define IFBF_FLUSHDYN 0x00 /* learned addresses */
#define IFBF_FLUSHALL 0x01 /* static ones too */

#define IFBF_FILT_USEIPF 0x00000001 /* IP frames go through the packet filter */
#define IFBF_FILT_MASK   0x00000001

/* States of a port, 802.1D 4.4. */
#define BSTP_IFSTATE_DISABLED   0
#define BSTP_IFSTATE_LISTENING  1
#define BSTP_IFSTATE_LEARNING   2
#define BSTP_IFSTATE_FORWARDING 3
#define BSTP_IFSTATE_BLOCKING   4

/*
 * All members, if ifbic_len bytes are room enough for them; ifbic_len then says how
 * many bytes they take, in any case.
 */
struct ifbifconf {
	uint32_t ifbic_len;
	union {
		void *ifbicu_buf;
		struct ifbreq *ifbicu_req;
	} ifbic_ifbicu;
#define ifbic_buf ifbic_ifbicu.ifbicu_buf
#define ifbic_req ifbic_ifbicu.ifbicu_req
};

/* An address, and the member behind which it lives. */
struct ifbareq {
	char ifba_ifsname[IFNAMSIZ];
	long ifba_expire;   /* seconds left; 0: for good */
	uint8_t ifba_flags; /* IFBAF_* */
	uint8_t ifba_dst[ETHER_ADDR_LEN];
};

#define IFBAF_TYPEMASK 0x03
#define IFBAF_DYNAMIC  0x00 /* learned */
#define IFBAF_STATIC   0x01 /* somebody said so */

#define IFBAFBITS "\020\1STATIC"

/* As many addresses as fit into ifbac_len bytes; it then says how many did. */
struct ifbaconf {
	uint32_t ifbac_len;
	union {
		void *ifbacu_buf;
		struct ifbareq *ifbacu_req;
	} ifbac_ifbacu;
#define ifbac_buf ifbac_ifbacu.ifbacu_buf
#define ifbac_req ifbac_ifbacu.ifbacu_req
};

/* A number of the bridge's. */
struct ifbrparam {
	union {
		uint32_t ifbrpu_int32;
		uint16_t ifbrpu_int16;
		uint8_t ifbrpu_int8;
	} ifbrp_ifbrpu;
};
#define ifbrp_csize     ifbrp_ifbrpu.ifbrpu_int32 /* addresses */
#define ifbrp_ctime     ifbrp_ifbrpu.ifbrpu_int32 /* s */
#define ifbrp_prio      ifbrp_ifbrpu.ifbrpu_int16
#define ifbrp_hellotime ifbrp_ifbrpu.ifbrpu_int8 /* s */
#define ifbrp_fwddelay  ifbrp_ifbrpu.ifbrpu_int8 /* s */
#define ifbrp_maxage    ifbrp_ifbrpu.ifbrpu_int8 /* s */
#define ifbrp_filter    ifbrp_ifbrpu.ifbrpu_int32

#ifdef _KERNEL

#ifdef NET_MPSAFE
#define BRIDGE_MPSAFE 1
#endif

/* Of the spanning tree; times in 1/256 s, as on the wire. */
struct bridge_timer {
	uint16_t active;
	uint16_t value;
};

struct bstp_config_unit {
	uint64_t cu_rootid;
	uint64_t cu_bridge_id;
	uint32_t cu_root_path_cost;
	uint16_t cu_message_age;
	uint16_t cu_max_age;
	uint16_t cu_hello_time;
	uint16_t cu_forward_delay;
	uint16_t cu_port_id;
	uint8_t cu_message_type;
	uint8_t cu_topology_change_acknowledgment;
	uint8_t cu_topology_change;
};

struct bstp_tcn_unit {
	uint8_t tu_message_type;
};

/*
 * A member of a bridge.  Fields are
 *	b	changed under BRIDGE_LOCK and BRIDGE_INTR_LOCK; walked under either,
 *		or in a read section
 *	n	set before anybody sees the member, constant from then on
 *	s	STP's: under BRIDGE_INTR_LOCK; bif_state is read without
 *	l	BRIDGE_LOCK; read without, a word at a time
 *	a	atomic operations
 */
struct bridge_iflist {
	LIST_ENTRY(bridge_iflist) bif_next;          /* b */
	uint64_t bif_designated_root;                /* s */
	uint64_t bif_designated_bridge;              /* s */
	uint32_t bif_path_cost;                      /* s */
	uint32_t bif_designated_cost;                /* s */
	struct bridge_timer bif_hold_timer;          /* s */
	struct bridge_timer bif_message_age_timer;   /* s */
	struct bridge_timer bif_forward_delay_timer; /* s */
	uint16_t bif_port_id;                        /* s */
	uint16_t bif_designated_port;                /* s */
	struct bstp_config_unit bif_config_bpdu;     /* s: the next to send */
	uint8_t bif_state;                           /* s: BSTP_IFSTATE_* */
	uint8_t bif_topology_change_acknowledge;     /* s */
	uint8_t bif_config_pending;                  /* s */
	uint8_t bif_change_detection_enabled;        /* s */
	uint8_t bif_priority;                        /* s */
	struct ifnet *bif_ifp;                       /* n */
	uint32_t bif_flags;                          /* l: IFBIF_* */
	uint32_t bif_refs; /* a: users of the member */
	bool bif_waiting;  /* b: somebody deletes it */
};

/*
 * An address of the table.  Fields are
 *	r	under the table's locks (net/if_bridge.c); brt_hash is walked in
 *		read sections too
 *	n	set before anybody sees the entry, constant from then on
 *	d	stored without a lock, whenever the address is heard from
 */
struct bridge_rtnode {
	LIST_ENTRY(bridge_rtnode) brt_hash; /* r: others of that hash */
	LIST_ENTRY(bridge_rtnode) brt_list; /* r: all others */
	struct ifnet *brt_ifp;              /* d: where it lives */
	time_t brt_expire;                  /* d: time_uptime; 0: never */
	uint8_t brt_flags;                  /* n: IFBAF_* */
	uint8_t brt_addr[ETHER_ADDR_LEN];   /* n */
};

/*
 * A bridge.  Fields are
 *	c	set when it is created, constant from then on
 *	g	of the list of bridges: bridge_list_lock
 *	b	changed under BRIDGE_LOCK and BRIDGE_INTR_LOCK; walked under either,
 *		or in a read section
 *	s	STP's: under BRIDGE_INTR_LOCK
 *	r	under the table's locks
 *	l	BRIDGE_LOCK; read without
 * In GENERIC the locks of the member list are not there, and KERNEL_LOCK and
 * splnet are what holds it together.
 */
struct bridge_softc {
	struct ifnet sc_if;                  /* c; inside as net/if.h says */
	LIST_ENTRY(bridge_softc) sc_list;    /* g */
	uint64_t sc_designated_root;         /* s */
	uint64_t sc_bridge_id;               /* s */
	struct bridge_iflist *sc_root_port;  /* s */
	uint32_t sc_root_path_cost;          /* s */
	uint16_t sc_max_age;                 /* s */
	uint16_t sc_hello_time;              /* s */
	uint16_t sc_forward_delay;           /* s */
	uint16_t sc_bridge_max_age;          /* s */
	uint16_t sc_bridge_hello_time;       /* s */
	uint16_t sc_bridge_forward_delay;    /* s */
	uint16_t sc_topology_change_time;    /* s */
	uint16_t sc_hold_time;               /* s */
	uint16_t sc_bridge_priority;         /* s */
	uint8_t sc_topology_change_detected; /* s */
	uint8_t sc_topology_change;          /* s */
	struct bridge_timer sc_hello_timer;  /* s */
	struct bridge_timer sc_topology_change_timer; /* s */
	struct bridge_timer sc_tcn_timer;             /* s */
	uint32_t sc_brtmax;                           /* l: most addresses */
	uint32_t sc_brtcnt;                           /* r: addresses */
	uint32_t sc_brttimeout;               /* l: s an address lives */
	callout_t sc_brcallout;               /* ageing */
	callout_t sc_bstpcallout;             /* STP's ticks */
	LIST_HEAD(, bridge_iflist) sc_iflist; /* b: members */
	kmutex_t *sc_iflist_intr_lock;        /* c: spin, IPL_NET */
	kcondvar_t sc_iflist_cv;              /* last user of a member leaves */
	pserialize_t sc_iflist_psz;           /* c */
	kmutex_t *sc_iflist_lock;             /* c: adaptive */
	LIST_HEAD(, bridge_rtnode) * sc_rthash; /* c: lists of each hash: r */
	LIST_HEAD(, bridge_rtnode) sc_rtlist;   /* r: all addresses */
	kmutex_t *sc_rtlist_intr_lock;          /* c: spin, IPL_NET */
	kmutex_t *sc_rtlist_lock;               /* c: net/if_bridge.c */
	pserialize_t sc_rtlist_psz;             /* c */
	struct workqueue *sc_rtage_wq;          /* c: ageing's thread */
	uint32_t sc_rthash_key;                 /* c */
	uint32_t sc_filter_flags;               /* l: IFBF_FILT_* */
	pktqueue_t *sc_fwd_pktq;                /* c: to be forwarded */

	/* Ours: a bridge's own, since two bridges may age at the same time. */
	struct work sc_rtage_wk;
	volatile u_int sc_rtage_busy; /* atomic: enqueued, or under way */
	bool sc_dying;                /* g: takes no more members */
};

extern const uint8_t bstp_etheraddr[];

void bridge_ifdetach(struct ifnet *);
int bridge_output(struct ifnet *, struct mbuf *, const struct sockaddr *,
    struct rtentry *);
void bridge_enqueue(struct bridge_softc *, struct ifnet *, struct mbuf *, int);

void bstp_initialization(struct bridge_softc *);
void bstp_stop(struct bridge_softc *);
void bstp_input(struct bridge_softc *, struct bridge_iflist *, struct mbuf *);

/*
 * The member list's locks; a kernel without has NULL there.  BRIDGE_LOCK,
 * adaptive, is for who changes it and may sleep; BRIDGE_INTR_LOCK, spin, keeps
 * interrupts out.  Both are wanted to change it, in this order.
 */
#define BRIDGE_LOCK(_sc)                                    \
	do {                                                \
		if ((_sc)->sc_iflist_lock != NULL)          \
			mutex_enter((_sc)->sc_iflist_lock); \
	} while (0)
#define BRIDGE_UNLOCK(_sc)                                 \
	do {                                               \
		if ((_sc)->sc_iflist_lock != NULL)         \
			mutex_exit((_sc)->sc_iflist_lock); \
	} while (0)
#define BRIDGE_LOCKED(_sc) \
	((_sc)->sc_iflist_lock == NULL || mutex_owned((_sc)->sc_iflist_lock))

#define BRIDGE_INTR_LOCK(_sc)                                    \
	do {                                                     \
		if ((_sc)->sc_iflist_intr_lock != NULL)          \
			mutex_enter((_sc)->sc_iflist_intr_lock); \
	} while (0)
#define BRIDGE_INTR_UNLOCK(_sc)                                 \
	do {                                                    \
		if ((_sc)->sc_iflist_intr_lock != NULL)         \
			mutex_exit((_sc)->sc_iflist_intr_lock); \
	} while (0)
#define BRIDGE_INTR_LOCKED(_sc)                \
	((_sc)->sc_iflist_intr_lock == NULL || \
	    mutex_owned((_sc)->sc_iflist_intr_lock))

/*
 * A read section of the member list.  pserialize(9) does not let a hard interrupt
 * in, so there it is splhigh: a CPU whose handler has not returned passes no
 * checkpoint, and that is all a writer waits for.
 */
#ifdef BRIDGE_MPSAFE
#define BRIDGE_PSZ_RENTER(__s)                         \
	do {                                           \
		if (!cpu_intr_p())                     \
			__s = pserialize_read_enter(); \
		else                                   \
			__s = splhigh();               \
	} while (0)
#define BRIDGE_PSZ_REXIT(__s)                      \
	do {                                       \
		if (!cpu_intr_p())                 \
			pserialize_read_exit(__s); \
		else                               \
			splx(__s);                 \
	} while (0)
#define BRIDGE_PSZ_PERFORM(_sc)                                   \
	do {                                                      \
		if ((_sc)->sc_iflist_psz != NULL)                 \
			pserialize_perform((_sc)->sc_iflist_psz); \
	} while (0)
#else
#define BRIDGE_PSZ_RENTER(__s) \
	do {                   \
		__s = 0;       \
	} while (0)
#define BRIDGE_PSZ_REXIT(__s) \
	do {                  \
		(void)__s;    \
	} while (0)
#define BRIDGE_PSZ_PERFORM(_sc) \
	do {                    \
	} while (0)
#endif /* BRIDGE_MPSAFE */

/*
 * Who shares what.  A member's list entry, which all walk and nobody writes, is on
 * its first line; its references, which all write, on the second one, beside the
 * interface that all read.  An address is one line: what says whether it is the
 * right one, and what each frame from it writes.  Of a bridge, what each frame
 * reads (lists, locks, queue: the last three lines) is apart from what each frame
 * counts; but whether it runs, if_flags, is on the line of if_ipackets.
 */
__CTASSERT(sizeof(struct bridge_timer) == 4);
__CTASSERT(sizeof(struct bstp_config_unit) == 40);
__CTASSERT(offsetof(struct bridge_iflist, bif_state) == 96);
__CTASSERT(offsetof(struct bridge_iflist, bif_ifp) == 104);
__CTASSERT(offsetof(struct bridge_iflist, bif_refs) == 116);
__CTASSERT(offsetof(struct bridge_iflist, bif_waiting) == 120);
__CTASSERT(sizeof(struct bridge_iflist) == 128);
__CTASSERT(offsetof(struct bridge_rtnode, brt_ifp) == 32);
__CTASSERT(offsetof(struct bridge_rtnode, brt_addr) == 49);
__CTASSERT(sizeof(struct bridge_rtnode) == 56);
__CTASSERT(offsetof(struct bridge_softc, sc_list) == sizeof(struct ifnet));
__CTASSERT(offsetof(struct bridge_softc, sc_brtcnt) == 952);
__CTASSERT(offsetof(struct bridge_softc, sc_iflist) == 1120);
__CTASSERT(offsetof(struct bridge_softc, sc_rthash) == 1176);
__CTASSERT(offsetof(struct bridge_softc, sc_rtlist_lock) == 1200);
__CTASSERT(offsetof(struct bridge_softc, sc_fwd_pktq) == 1232);
__CTASSERT(sizeof(struct ifbreq) == 24);
__CTASSERT(sizeof(struct ifbareq) == 32);
__CTASSERT(sizeof(struct ifbrparam) == 4);

#endif /* _KERNEL */

#endif /* !_NET_IF_BRIDGEVAR_H_ */
