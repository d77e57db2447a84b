/*
 * i354_impl.h: what the files of sim/nic_i354 share (i354.h).
 *
 * A port's registers are words of reg[], by canonical offset; what a register
 * does besides is in the table of regs.c.  Frames are on exactly one list of
 * the port, or, while PCIe moves their bytes, known to a callback; struct own
 * lies in the frame.
 *
 * Everything that waits for another's callback when a reset comes carries the
 * generation of then: the callback finds that it is another, and ends what is
 * left of the frame.
 */
#ifndef NIC_I354_I354_IMPL_H
#define NIC_I354_I354_IMPL_H

#include <assert.h>
#include <string.h>

#include "core/frame.h"
#include "core/tick.h"
#include "nic_i354/i354.h"
#include "nic_i354/i354_reg.h"
#include "sc/sc.h"

#define CHIP_MAX  64 /* descriptors of a queue on the chip */
#define READS_MAX 16
#define NVEC_ALL  25 /* bits of EICR that are vectors */
#define DESC      16 /* bytes of a descriptor */
#define NCONTEXT  2
#define BELLS     4096

struct port;

/* A descriptor, as in memory: four dwords, low first. */
struct desc {
	uint32_t w[4];
};

/* Which hash a packet can have, and where its parts are (parse.c). */
struct packet {
	uint16_t type;   /* RXP_* */
	uint16_t l3, l4; /* offsets; 0: none */
	uint16_t end;    /* of the IP packet; what follows is padding */
	uint16_t vlan;   /* tag, when tagged */
	uint8_t proto;   /* of layer 4 */
	bool tagged, fragment, ip4, ip6, ip6_ext;
	bool l4_whole; /* TCP or UDP, no fragment, ports in the frame */
};

/* A frame's receive and transmit state; frame->own. */
struct own {
	struct port *port;
	uint32_t gen;
	uint32_t fifo_bytes; /* what it takes of the packet buffer */
	uint8_t queue;
	uint8_t rss_type;
	bool classified;
	bool inexact; /* passed by a hash table */
	bool blocked; /* has been counted as such */
	bool in_memory, caused, dead;
	bool eop, message, bad;
	uint8_t refs; /* write or reads of PCIe that know it */
	uint32_t hash;
	uint64_t pa;
	/* Transmit: the first descriptor's dwords, its context. */
	uint32_t cmd, olinfo, context[4];
};

/* Descriptors of a ring that are, or come, on the chip. */
struct chip {
	/* These come first: they are asked for each queue in turn. */
	unsigned first, n;
	uint32_t next;     /* index in memory's ring: to fetch */
	uint32_t fetching; /* how many are under way; 0: none */
	uint32_t gen, fetch_gen;
	struct desc desc[CHIP_MAX]; /* a ring of its own */
	struct desc buf[CHIP_MAX];  /* what is under way */
};

struct rxq {
	struct port *port;
	unsigned q;
	struct chip chip;
	/* Used descriptors that are not written back, from RDH on. */
	struct desc held[CHIP_MAX];
	unsigned nheld;
	struct frame_list held_frames;
	struct sc_ev *flush_ev; /* the throttle's timer, for held ones */
};

/* A transmit descriptor that is used, but not retired. */
struct used {
	struct desc desc;
	bool done;
};

struct txq {
	struct port *port;
	unsigned q;
	struct chip chip;
	struct used used[CHIP_MAX];
	unsigned ufirst, nused;
	uint32_t context[NCONTEXT][4];
	struct frame *cur; /* whose descriptors are being taken */
	uint32_t len;      /* of cur, so far */
	/* When the tail passed an index of the ring (modulo BELLS). */
	uint64_t bell_tick[BELLS];
};

/* A read of data under way; which used[] it is for. */
struct tx_read {
	struct txq *q;
	struct frame *f;
	unsigned slot;
	struct tx_read *next;
};

/* A vector's EITR: runs until then; the event is for a cause that waits. */
struct throttle {
	struct port *port;
	unsigned v;
	uint64_t until_tick;
	struct sc_ev *ev;
};

struct port {
	struct i354 *nic;
	unsigned n;
	struct pcie_fn *fn;
	struct wire_out out;
	bool cable;
	uint32_t gen; /* of resets */
	uint8_t mac[6];

	/* Receive. */
	struct frame_list fifo;
	uint32_t fifo_bytes;
	unsigned fifo_n, dma_n, held_n, cause_n, limbo_n;
	bool cause_sent[I354_NQ];
	/* rx_pump, tx_pump are at work: no second one from within. */
	bool pumping, tx_pumping;
	struct sc_ev *rx_ev;
	struct frame_list cause_list; /* by at_tick */
	struct sc_ev *cause_ev;
	struct rxq rxq[I354_NQ];
	struct txq txq[I354_NQ];

	/* Transmit. */
	struct frame_list tx_list;  /* in the order of their first descriptor */
	struct frame_list ctl_list; /* pause frames to send */
	unsigned tx_n, tx_reading, ctl_n;
	uint32_t txpb_used;
	struct sc_ev *tx_ev, *bell_ev;
	unsigned turn;    /* the queue whose turn it is */
	unsigned tx_may;  /* bit q: queue q may have a descriptor */
	struct txq *open; /* whose packet is not complete */
	struct tx_read read[READS_MAX], *idle_read;
	uint64_t paused_until_tick;
	bool xoff_sent;
	uint64_t xoff_tick;
	uint32_t tx_cause; /* queues that wait for their cause */
	uint64_t tx_cause_tick[I354_NQ];
	struct sc_ev *tx_cause_ev;

	/* Interrupts. */
	struct throttle eitr[NVEC_ALL];
	bool asserted;

	/* PHY and NVM. */
	bool phy_link, phy_done;
	uint16_t phy[32];
	uint16_t mdic_data;
	uint32_t io_addr; /* of BAR 2 */
	struct sc_ev *an_ev, *mdic_ev, *eerd_ev, *load_ev;

	struct i354_counts counts;
	uint32_t reg[I354_CSR_BYTES / 4];
};

struct i354 {
	struct pcie *pcie;
	struct i354_params par;
	struct i354_watch watch;
	uint32_t swsm_owner;
	uint16_t nvm[0x200];
	struct port port[I354_NPORT];
};

/* A register's word. */
#define REG(p, off) ((p)->reg[(off) / 4])

static inline struct own *
own_of(const struct frame *f)
{
	_Static_assert(sizeof(struct own) <= sizeof(f->own), "own");
	return (struct own *)(void *)(uintptr_t)f->own;
}

/* The event kernel failed: the run ends by itself (sc.h), so does this. */
void i354_must(enum sc_result);
void i354_event(sc_cb_fn *, void *arg, struct sc_ev **);
static inline void
at(struct sc_ev *ev, uint64_t tick)
{
	i354_must(sc_ev_at(ev, tick));
}

/* regs.c */
uint64_t regs_read(void *port, unsigned bar, uint64_t off, unsigned size);
void regs_write(void *port, unsigned bar, uint64_t off, unsigned size,
    uint64_t value);
/* All words to what they are after a reset; those kept, only when `cold'. */
void regs_reset(struct port *, bool cold);
void regs_init(void);

/* reset.c */
void reset_port(struct port *, bool cold);
void reset_ctrl(struct port *, unsigned i, uint32_t v);
uint32_t reset_status(struct port *, unsigned i);
void reset_status_write(struct port *, unsigned i, uint32_t v);
void reset_ctrl_ext(struct port *, unsigned i, uint32_t v);

/* nvm.c */
void nvm_fill(struct i354 *);
void nvm_init(struct port *);
void nvm_load(struct port *);
void nvm_eerd(struct port *, unsigned i, uint32_t v);
void nvm_eecd(struct port *, unsigned i, uint32_t v);
uint32_t nvm_swsm(struct port *, unsigned i);
void nvm_swsm_write(struct port *, unsigned i, uint32_t v);
uint32_t nvm_sync(struct port *, unsigned i);
void nvm_sync_write(struct port *, unsigned i, uint32_t v);

/* phy.c */
void phy_init(struct port *);
void phy_reset(struct port *);
void phy_cable(struct port *, bool up);
void phy_mdic(struct port *, unsigned i, uint32_t v);
/* CTRL.SLU has changed. */
void phy_look(struct port *);
bool phy_up(const struct port *);
uint32_t phy_pcs_lstat(struct port *, unsigned i);

/* cause.c */
void cause_init(struct port *);
void cause_reset(struct port *);
/* Set bits of ICR. */
void cause_other(struct port *, uint32_t bits);
/* A queue wants its interrupt; true when a message went at once. */
bool cause_rx(struct port *, unsigned q);
void cause_tx(struct port *, unsigned q);
/* When held descriptors of a queue must go, at the latest. */
uint64_t cause_flush_tick(const struct port *, unsigned q);
uint32_t cause_icr_read(struct port *, unsigned i);
void cause_icr_write(struct port *, unsigned i, uint32_t v);
void cause_ics(struct port *, unsigned i, uint32_t v);
void cause_ims(struct port *, unsigned i, uint32_t v);
void cause_imc(struct port *, unsigned i, uint32_t v);
uint32_t cause_ims_read(struct port *, unsigned i);
void cause_gpie(struct port *, unsigned i, uint32_t v);
void cause_eics(struct port *, unsigned i, uint32_t v);
void cause_eims(struct port *, unsigned i, uint32_t v);
void cause_eimc(struct port *, unsigned i, uint32_t v);
uint32_t cause_eims_read(struct port *, unsigned i);
void cause_eiac(struct port *, unsigned i, uint32_t v);
uint32_t cause_eicr_read(struct port *, unsigned i);
void cause_eicr_write(struct port *, unsigned i, uint32_t v);
void cause_eitr(struct port *, unsigned i, uint32_t v);
void cause_itr(struct port *, unsigned i, uint32_t v);
void cause_ivar(struct port *, unsigned i, uint32_t v);
void cause_ivar_misc(struct port *, unsigned i, uint32_t v);
/* The vector of a queue's or the other causes' IVAR entry, or -1. */
int cause_rx_vector(const struct port *, unsigned q);
int cause_tx_vector(const struct port *, unsigned q);
int cause_other_vector(const struct port *);

/* rx_mac.c */
void rx_mac_frame(void *port, struct frame *);
void rx_mac_link(void *port, bool up);
/* Bytes have left the packet buffer. */
void rx_mac_room(struct port *);

/* parse.c; tag_type is VET's. */
void parse(const struct frame *, uint16_t tag_type, struct packet *);
/* One's complement sum of n bytes, not complemented, on top of sum. */
uint32_t parse_sum(const uint8_t *, uint32_t n, uint32_t sum);
uint16_t parse_fold(uint32_t sum);
/* Status (RXS_) and error (RXE_) bits of the frame's checksums. */
uint32_t parse_checks(const struct frame *, const struct packet *,
    uint32_t rxcsum, uint32_t *errors);

/* print.c: of RSS, for print_json.c: is it on; the i-th of MRQC's types, below 9. */
bool i354_rss_on(const struct port *);
const char *i354_hash_type(unsigned i);

/* rss.c: hash, type and queue of a frame. */
void rss_classify(struct port *, struct frame *, struct packet *);

/* rx_ring.c */
enum take { TAKE_OK, TAKE_WAIT, TAKE_NONE, TAKE_OFF };
void ring_init(struct rxq *);
void ring_reset(struct rxq *);
/* Are k descriptors on the chip?  If not, what to do about it. */
enum take ring_want(struct rxq *, unsigned k);
/* The next one, off the chip. */
struct desc ring_pop(struct rxq *);
uint32_t ring_free(const struct rxq *);
void ring_rdt(struct port *, unsigned q, uint32_t v);
void ring_rdh(struct port *, unsigned q, uint32_t v);
void ring_rxdctl(struct port *, unsigned q, uint32_t v);
uint32_t ring_size(const struct port *, uint32_t len_reg);

/* What both kinds of ring do. */
void chip_reset(struct chip *, uint32_t next);
/* Start a fetch from a ring of `size', tail `tail', if one is due. */
bool chip_fetch(struct port *, struct chip *, uint64_t base, uint32_t size,
    uint32_t tail, uint32_t xdctl, unsigned busy, bool wanted,
    void (*done)(void *, bool), void *arg);
/* The fetch is done; false: it was of another generation, or failed. */
bool chip_fetched(struct chip *, bool ok);
struct desc chip_pop(struct chip *);

/* rx_dma.c */
void rx_dma_init(struct port *);
void rx_dma_reset(struct port *);
/* Move frames from the packet buffer on, as far as they can go. */
void rx_pump(void *port);
void rx_dma_flush(void *rxq);
void rx_drop(struct port *, struct frame *, enum drop);

/* tx_ring.c */
void txr_init(struct port *);
void txr_reset(struct port *);
void txr_tdt(struct port *, unsigned q, uint32_t v);
void txr_tdh(struct port *, unsigned q, uint32_t v);
void txr_txdctl(struct port *, unsigned q, uint32_t v);
/* Note a descriptor as used; its slot. */
unsigned txr_use(struct txq *, const struct desc *, bool done);
/* Retire what is done, in order; write back. */
void txr_retire(struct txq *);
/* Fetch if need be; true when there is a descriptor on the chip. */
bool txr_ready(struct txq *);

/* tx_dma.c */
void tx_dma_init(struct port *);
void tx_dma_reset(struct port *);
void tx_pump(void *port);
void tx_drop(struct port *, struct frame *, enum drop);

/* tx_mac.c */
void tx_mac_reset(struct port *);
/* All bytes are there: offloads. */
void tx_offload(struct txq *, struct frame *);
/* Send what may be sent. */
void tx_mac_go(void *port);
void tx_mac_pause(struct port *, uint16_t quanta);
/* A pause frame has come. */
void tx_mac_paused(struct port *, uint16_t quanta);

/* stats.c: statistics registers, by offset; all stick at their maximum. */
void stat_add(struct port *, uint32_t off, uint32_t n);
void stat_add64(struct port *, uint32_t off, uint64_t n);
void stats_rx(struct port *, const struct frame *, bool good);
void stats_tx(struct port *, const struct frame *);
uint32_t stat_read(struct port *, unsigned i);
#define NSTAT_FIRST 0x4000
/* Offsets that the other files use. */
enum {
	STAT_MPC = 0x4010,
	STAT_XONRXC = 0x4048,
	STAT_XONTXC = 0x404c,
	STAT_XOFFRXC = 0x4050,
	STAT_XOFFTXC = 0x4054,
	STAT_FCRUC = 0x4058,
	STAT_PRC64 = 0x405c,
	STAT_GPRC = 0x4074,
	STAT_BPRC = 0x4078,
	STAT_MPRC = 0x407c,
	STAT_GPTC = 0x4080,
	STAT_GORCL = 0x4088,
	STAT_GOTCL = 0x4090,
	STAT_RNBC = 0x40a0,
	STAT_RUC = 0x40a4,
	STAT_ROC = 0x40ac,
	STAT_TORL = 0x40c0,
	STAT_TOTL = 0x40c8,
	STAT_TPR = 0x40d0,
	STAT_TPT = 0x40d4,
	STAT_PTC64 = 0x40d8,
	STAT_MPTC = 0x40f0,
	STAT_BPTC = 0x40f4,
	STAT_IAC = 0x4100,
	STAT_RPTHC = 0x4104,
	STAT_HGPTC = 0x4118
};

#endif
