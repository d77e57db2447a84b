/*
 * wm_softc.h: the part of if_wm.c that says what a wm is made of.  Included there
 * alone.
 *
 * Rings.  Both are in memory that the chip reads and writes; the chip owns what is
 * between head and tail.  Of a receive ring one descriptor is never the chip's, as
 * tail is what was filled last.  To each receive descriptor belongs an mbuf that waits to
 * be filled; to each frame being sent a job (struct wm_txsoft): mbuf, map, and its
 * first and last descriptor.
 *
 * Letters beside fields:
 *
 *	i	set by wm_attach, constant from then on
 *	r	locked by rxq_lock
 *	t	locked by txq_lock
 *	c	locked by sc_core_lock
 *	q	locked by the queue's own ifq_lock
 *	n	under KERNEL_LOCK, at splnet
 *	s	statistics, written without a lock
 *
 * With NET_MPSAFE the locks are spin mutexes at IPL_NET, in the order sc_core_lock,
 * rxq_lock or txq_lock, ifq_lock; without it they are NULL, and KERNEL_LOCK and
 * splnet do.
 *
 * Boot properties, the first value being what it is without:
 *
 *	wm_intr		msix, msi, intx: the best that is tried
 *	wm_queues	0: of each kind one for each CPU, or that many; as far as
 *			there are vectors
 *	wm_vectors	split, paired: a vector for each queue, or for each pair
 *	wm_rxlimit, wm_txlimit	1: frames of one interrupt; 0: all there are
 *	wm_reraise	1: what such a limit leaves is raised again by hand; 0: it
 *			waits for the next cause
 *	wm_eitr		0: us between two interrupts of a vector, up to 1000
 *	wm_txselect	irq: the queue whose vector is on the CPU that sends; cpu:
 *			by the CPU's number, 0 1 2 3 0 1 2 3 for 8 CPUs and 4 queues
 *	wm_rxdescs, wm_txdescs, wm_txjobs	256, 4096, 64: of a ring
 */

#ifdef NET_MPSAFE
#define WM_MPSAFE 1
#endif

/* Sizes of rings are powers of two; the first of each is what NetBSD has. */
#define WM_NRXDESC_DFLT    256
#define WM_NRXDESC_MIN     8
#define WM_NRXDESC_MAX     4096
#define WM_NTXDESC_DFLT    4096
#define WM_NTXDESC_MIN     64
#define WM_NTXDESC_MAX     4096
#define WM_TXQUEUELEN_MAX  64 /* jobs */
#define WM_TXQUEUELEN_MIN  8
#define WM_NTXSEGS         256
#define WM_IFQUEUELEN      256
#define WM_MAX_NQUEUES     8
#define WM_NRXDESC(rxq)    ((rxq)->rxq_ndesc)
#define WM_NTXDESC(txq)    ((txq)->txq_ndesc)
#define WM_TXQUEUELEN(txq) ((txq)->txq_num)
#define WM_TXQUEUE_GC(txq) (WM_TXQUEUELEN(txq) / 8)
#define WM_NEXTTX(txq, x)  (((x) + 1) & (WM_NTXDESC(txq) - 1))
#define WM_NEXTTXS(txq, x) (((x) + 1) & (WM_TXQUEUELEN(txq) - 1))
#define WM_NEXTRX(rxq, x)  (((x) + 1) & (WM_NRXDESC(rxq) - 1))
#define WM_CDTXOFF(x)      (sizeof(wiseman_txdesc_t) * (size_t)(x))
#define WM_CDRXOFF(x)      (sizeof(wiseman_rxdesc_t) * (size_t)(x))

struct wm_softc;

/* Memory for a ring. */
struct wm_ring {
	bus_dma_segment_t wr_seg;
	int wr_rseg;
	size_t wr_size;
	void *wr_kva;
	bus_dmamap_t wr_dmamap;
#define wr_addr wr_dmamap->dm_segs[0].ds_addr
};

struct wm_txsoft {
	struct mbuf *txs_mbuf;
	bus_dmamap_t txs_dmamap;
	int txs_firstdesc;
	int txs_lastdesc;
	int txs_ndesc;
};

struct wm_rxsoft {
	struct mbuf *rxs_mbuf;
	bus_dmamap_t rxs_dmamap;
};

struct wm_txqueue {
	kmutex_t *txq_lock;          /* i */
	struct wm_softc *txq_sc;     /* i */
	int txq_id;                  /* i */
	int txq_vec;                 /* i: MSI-X vector */
	int txq_ndesc, txq_num;      /* i: descriptors and jobs */
	bus_size_t txq_tdt_reg;      /* i */
	wiseman_txdesc_t *txq_descs; /* i: the ring, t: what it holds */
	int txq_free;                /* t: descriptors */
	int txq_next;                /* t: the next one */
	int txq_sfree;               /* t: jobs */
	int txq_snext;               /* t */
	int txq_sdirty;              /* t: the oldest */
	bool txq_stopping;           /* t */
	void *txq_ih;                /* i */
	struct ifqueue txq_snd;      /* q: waits for the ring */
	struct wm_ring txq_ring;     /* i */
	struct evcnt txq_ev_txdw;    /* t: interrupts */
	struct evcnt
	    txq_ev_txdrop; /* t: frames: no room in the ring, or stopped */
	struct evcnt txq_ev_snddrop; /* s: frames: txq_snd was full */
	char txq_evname[3][16];      /* i */
	struct wm_txsoft txq_soft[WM_TXQUEUELEN_MAX]; /* t */
} __aligned(COHERENCY_UNIT);

struct wm_rxqueue {
	kmutex_t *rxq_lock;          /* i */
	struct wm_softc *rxq_sc;     /* i */
	int rxq_id;                  /* i */
	int rxq_vec;                 /* i: MSI-X vector */
	int rxq_ndesc;               /* i: descriptors */
	bus_size_t rxq_rdt_reg;      /* i */
	wiseman_rxdesc_t *rxq_descs; /* i: the ring, r: what it holds */
	int rxq_ptr;                 /* r: the next to be looked at */
	bool rxq_stopping;           /* r */
	bool rxq_discard;            /* r: the rest of this frame, too */
	int rxq_len;                 /* r: of the frame, so far */
	struct mbuf *rxq_head;       /* r: of the frame */
	struct mbuf **rxq_tailp;     /* r */
	void *rxq_ih;                /* i */
	struct wm_ring rxq_ring;     /* i */
	struct evcnt rxq_ev_rxintr;  /* r: interrupts */
	struct evcnt rxq_ev_rxdrop;  /* r: frames: no mbuf, or in error */
	char rxq_evname[2][16];      /* i */
	struct wm_rxsoft
	    *rxq_soft; /* i: rxq_ndesc of them, r: what they hold */
} __aligned(COHERENCY_UNIT);

struct wm_softc {
	device_t sc_dev;                /* i */
	bus_space_tag_t sc_st;          /* i */
	bus_space_handle_t sc_sh;       /* i */
	bus_size_t sc_ss;               /* i */
	bus_dma_tag_t sc_dmat;          /* i */
	struct ethercom sc_ethercom;    /* n */
	struct mii_data sc_mii;         /* c */
	pci_chipset_tag_t sc_pc;        /* i */
	pcitag_t sc_pcitag;             /* i */
	wm_chip_type sc_type;           /* i */
	u_int sc_funcid;                /* i: which port */
	kmutex_t *sc_core_lock;         /* i */
	struct wm_txqueue *sc_txq;      /* i: sc_ntxqueues of them */
	struct wm_rxqueue *sc_rxq;      /* i: sc_nrxqueues */
	int sc_ntxqueues, sc_nrxqueues; /* i */
	pci_intr_handle_t *sc_intrs;    /* i */
	int sc_nintrs;                  /* i */
	pci_intr_type_t sc_intr_type;   /* i */
	int sc_nrxdesc, sc_ntxdesc;     /* i: of each ring */
	int sc_txnum;                   /* i: jobs of each transmit queue */
	int sc_wantqueues;              /* i: of each kind; 0: by CPUs */
	bool sc_paired;                 /* i: queues of a number, one vector */
	uint32_t sc_icr;                /* i: causes of INTx and MSI */
	void *sc_ih;                    /* i: link, and all else */
	int sc_linkvec;                 /* i */
	bool sc_stopping;               /* c */
	callout_t sc_tick_ch;           /* c */
	uint32_t sc_ctrl;               /* c: copies of registers */
	uint32_t sc_rctl;               /* c */
	u_int sc_rxlimit, sc_txlimit;   /* i: of an interrupt; 0: none */
	bool sc_reraise;                /* i: what a limit leaves, by hand */
	u_int sc_eitr_us;               /* i */
	bool sc_txbyirq;                /* i: how a queue is chosen */
	uint8_t *sc_txmap;              /* c, read without: by CPU */
	struct sysctllog *sc_sysctllog; /* i */
	struct evcnt sc_ev_linkintr;    /* c */
	krndsource_t rnd_source;        /* n */
};

#define CSR_READ(sc, reg) bus_space_read_4((sc)->sc_st, (sc)->sc_sh, (reg))
#define CSR_WRITE(sc, reg, val) \
	bus_space_write_4((sc)->sc_st, (sc)->sc_sh, (reg), (val))
#define CSR_WRITE_FLUSH(sc) (void)CSR_READ((sc), WMREG_STATUS)

static inline void
wm_lock(kmutex_t *lock)
{
	if (lock != NULL)
		mutex_enter(lock);
}

static inline void
wm_unlock(kmutex_t *lock)
{
	if (lock != NULL)
		mutex_exit(lock);
}

static inline bool
wm_locked(kmutex_t *lock)
{
	return lock == NULL || mutex_owned(lock);
}
