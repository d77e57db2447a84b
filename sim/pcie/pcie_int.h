/*
 * pcie_int.h: what the files of sim/pcie share; nobody else includes it.
 *
 *	root.c		what CPUs reach: ports, ECAM, windows; firmware
 *	config.c	configuration space: bytes, masks, what a write does
 *	caps.c		what configuration space holds at reset
 *	bar.c		which function an address belongs to
 *	msix.c msi.c intx.c	interrupts
 *	tlp.c		what requests are cut into, and how long they are
 *	requester.c	what functions ask for, on its way to the link
 *	link.c		order, credits, link time
 *	land.c		what happens at the root, and to the answers
 *
 * Contexts are those of pcie.h.
 */
#ifndef PCIE_PCIE_INT_H
#define PCIE_PCIE_INT_H

#include <sys/queue.h>

#include "core/tick.h"
#include "pcie/pcie.h"
#include "sc/sc.h"

/* Configuration space: registers, and the places of capabilities. */
enum {
	CFG_ID = 0x00,
	CFG_COMMAND = 0x04,
	CFG_STATUS = 0x06,
	CFG_REVISION = 0x08,
	CFG_CACHE_LINE = 0x0c,
	CFG_HEADER = 0x0e,
	CFG_BAR0 = 0x10,
	CFG_SUBSYSTEM = 0x2c,
	CFG_CAPS = 0x34,
	CFG_INT_LINE = 0x3c,
	CFG_INT_PIN = 0x3d,
	CFG_PM = 0x40,
	CFG_MSI = 0x50,
	CFG_MSIX = 0x70,
	CFG_EXP = 0xa0,
	CFG_AER = 0x100,
	CFG_SERIAL = 0x140
};
enum { CMD_IO = 1, CMD_MEM = 2, CMD_MASTER = 4, CMD_INTX_OFF = 0x400 };
enum { STS_INTX = 8, STS_CAPS = 0x10, STS_MASTER_ABORT = 0x2000 };
/* In the capabilities, from their beginnings. */
enum { PM_CONTROL = 4, PM_D3 = 3, PM_NO_RESET = 8 };
enum { MSI_CONTROL = 2, MSI_ADDR = 4, MSI_DATA = 12, MSI_MASK = 16 };
enum { MSI_PENDING = 20, MSI_ON = 1, MSI_64 = 0x80, MSI_MASKS = 0x100 };
enum { MSIX_CONTROL = 2, MSIX_TABLE = 4, MSIX_PBA = 8 };
enum { MSIX_ON = 0x8000, MSIX_MASKED = 0x4000, MSIX_ENTRY_BYTES = 16 };
enum { EXP_FLAGS = 2, EXP_CAP = 4, EXP_CONTROL = 8, EXP_STATUS = 10 };
enum { EXP_LINKCAP = 12, EXP_LINKCTL = 16, EXP_LINKSTA = 18 };
enum { EXP_CAP2 = 0x24, EXP_CONTROL2 = 0x28 };
enum { EXP_FLR = 0x8000, EXP_PENDING = 0x20, EXP_MPS_MAX_CODE = 2 };

#define MPS_MAX (128u << EXP_MPS_MAX_CODE)

/* A request or message on its way.  All are the link's, which reuses them. */
enum tlp_kind { TLP_WRITE, TLP_READ, TLP_ANSWER, TLP_INTX };

struct tlp {
	STAILQ_ENTRY(tlp) link;
	struct pcie_fn *fn;
	enum tlp_kind kind;
	uint64_t seq; /* order in which requests were made */
	uint64_t pa;
	uint32_t n;
	bool dma;           /* part of a request that somebody waits for ... */
	bool last;          /* ... the last one */
	bool ok;            /* then: all of the request was memory */
	bool dead;          /* its function was reset: does nothing */
	bool waited;        /* for credits or a tag: counted */
	bool credit;        /* a read's: out, as is its tag */
	uint32_t epoch;     /* the function's when it asked */
	unsigned arg;       /* an answer's CPU; an INTx message's level */
	uint64_t tick;      /* when the next thing happens to it */
	uint64_t back_tick; /* when its credits are back */
	void *buf;          /* a read's */
	void (*done)(void *, bool);
	void *done_arg;
	uint8_t data[MPS_MAX]; /* a write's */
};
STAILQ_HEAD(tlp_list, tlp);

#define SLAB_TLPS 64

struct slab {
	SLIST_ENTRY(slab) link;
	struct tlp tlp[SLAB_TLPS];
};

/* The link of a device number. */
struct link {
	struct pcie *pcie;
	struct pcie_counts counts;
	SLIST_HEAD(, slab) slabs;
	struct tlp_list unused;
	uint64_t seq;
	uint64_t up_mtick, down_mtick; /* 1/1000 tick: free from then on */
	/* At the functions: posted requests and answers.  Reads are in struct
	 * pcie_fn, here is how many. */
	struct tlp_list posted;
	unsigned nasked;
	/* Under way to the root, in order of arrival. */
	struct tlp_list flight;
	/* Writes at the root that are not yet visible, or whose credit is not
	 * yet back. */
	struct tlp_list landed, returning;
	uint64_t visible_tick; /* of the writes so far */
	/* Reads at the root and their completions. */
	struct tlp_list reads;
	struct tlp *uncredited; /* the first of them whose credit is out */
	uint64_t answer_tick;   /* when the last of them is answered */
	uint32_t ph, pd, nph;   /* credits that are left */
	struct sc_ev *pump_ev, *arrive_ev, *landed_ev, *reads_ev;
};

struct pcie_fn {
	struct pcie *pcie;
	struct link *link;
	uint16_t bdf;
	/* Requests. */
	struct tlp_list asked;    /* reads that have not left */
	uint32_t reads;           /* that have left and are not answered */
	uint32_t pending;         /* requests that are not done */
	uint32_t epoch;           /* resets so far */
	bool write_bad, read_bad; /* a part of the request has failed */
	struct pcie_fn_desc d;
	struct pcie_fn_ops ops;
	void (*may_master)(void *); /* told when it may again */
	void *may_master_arg;
	/* Configuration space: now, at reset; bits that a write changes, and
	 * that writing 1 clears. */
	uint8_t cfg[PCIE_CFG_BYTES], init[PCIE_CFG_BYTES];
	uint8_t mask[PCIE_CFG_BYTES], w1c[PCIE_CFG_BYTES];
	/* MSI-X: 4 words a vector, a bit a vector. */
	uint32_t *table;
	uint64_t *pba;
	/* INTx: what the device wants, and what the root was told. */
	bool intx, intx_told;
};

struct window {
	uint64_t base, bytes;
	struct pcie_fn *fn;
	unsigned bar;
	bool io;
};

struct pcie {
	struct io *io;
	struct pcie_params par;
	struct pcie_fn *fn[PCIE_MAX_FN]; /* by bus, device, function */
	unsigned nfn;
	struct link *link[PCIE_MAX_FN];
	unsigned nlink;
	struct window window[PCIE_MAX_FN * PCIE_NBAR];
	unsigned nwindow;
	uint32_t address; /* 0xcf8 */
	/* Functions that hold each pin of the root up. */
	unsigned held[PCIE_PINS];
	void (*sink)(void *, unsigned, bool);
	void *sink_arg;
};

/* Aborts with the event kernel's message. */
void pcie_must(enum sc_result);

static inline uint64_t
now_clk(void)
{
	return tick_to_clk(sc_now_tick());
}

/* config.c; little-endian whatever the host. */
uint32_t cfg_get(const uint8_t *bytes, unsigned off, unsigned size);
void cfg_set(uint8_t *bytes, unsigned off, unsigned size, uint32_t v);
uint32_t cfg_read(const struct pcie_fn *, unsigned off, unsigned size);
void cfg_write(struct pcie_fn *, unsigned off, unsigned size, uint32_t v);
bool cfg_may_master(const struct pcie_fn *);
bool cfg_in_d0(const struct pcie_fn *);
unsigned cfg_exp_size(const struct pcie_fn *, unsigned shift); /* 128.. */

/* caps.c: fills cfg, init, mask and w1c from the description. */
void caps_build(struct pcie_fn *);

/* bar.c */
void bar_windows(struct pcie *); /* after a change of BARs or commands */
const struct window *bar_find(const struct pcie *, bool io, uint64_t address,
    unsigned size);
uint64_t bar_address(const struct pcie_fn *, unsigned bar);

/* msix.c, msi.c, intx.c */
bool msix_holds(const struct pcie_fn *, unsigned bar, uint64_t off);
uint64_t msix_read(const struct pcie_fn *, uint64_t off, unsigned size);
void msix_write(struct pcie_fn *, uint64_t off, unsigned size, uint64_t v);
void msix_reset(struct pcie_fn *);
void msix_changed(struct pcie_fn *); /* what may be sent now, is */
void msi_changed(struct pcie_fn *);
void intx_changed(struct pcie_fn *);
void intx_arrive(struct pcie_fn *, bool level);

/* tlp.c */
uint32_t tlp_piece(uint64_t pa, uint32_t n, uint32_t max_bytes);
uint32_t tlp_payload_bytes(uint64_t pa, uint32_t n);
uint32_t tlp_bytes(enum tlp_kind, uint64_t pa, uint32_t n);
uint32_t tlp_completions(uint64_t pa, uint32_t n, uint32_t rcb_bytes);
uint32_t tlp_completion_bytes(uint64_t pa, uint32_t n, uint32_t rcb_bytes);
uint32_t tlp_data_credits(const struct tlp *);

/* requester.c */
void requester_message(struct pcie_fn *, uint64_t address, uint32_t data);
void requester_intx(struct pcie_fn *, bool level);
/* A CPU's read of n bytes was answered; in the callback of the read. */
void requester_answer(struct pcie_fn *, uint32_t n);
void requester_reset(struct pcie_fn *);

/* land.c: callbacks of a link's events */
void pcie_link_arrive(void *);
void pcie_link_landed(void *);
void pcie_link_reads(void *);

/* link.c */
struct link *pcie_link_create(struct pcie *);
void pcie_link_destroy(struct link *);
struct tlp *pcie_link_tlp(struct pcie_fn *, enum tlp_kind, uint64_t pa,
    uint32_t n);
void pcie_link_post(struct link *, struct tlp *); /* its turn will come */
void pcie_link_pump(struct link *);               /* now it may have come */
void pcie_link_kill(struct link *, struct pcie_fn *);
void pcie_link_put_back(struct link *, struct tlp *);
void pcie_link_reclaim(struct link *); /* credits that are due */
void pcie_link_notify(struct sc_ev *, const struct tlp_list *);
/* Bytes take the link; the upward one tells when, in 1/1000 tick. */
uint64_t pcie_link_up(struct link *, uint32_t bytes);
void pcie_link_down(struct link *, uint64_t from_tick, uint32_t bytes);
uint64_t pcie_link_tick_up(uint64_t mtick);
/*
 * A CPU's request has arrived: its bytes take the link.  Its acknowledgement
 * does the other way, after the answer, which it is not to hold up.
 */
void pcie_link_charge_down(struct link *, uint32_t bytes);
void pcie_link_ack(struct link *);

#endif
