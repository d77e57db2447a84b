/*
 * pp.h: pktpath, a workload shaped like a kernel's packet path.
 *
 * Two ports, each with a receive and a transmit ring.  A packet's way:
 *
 *	pp_gen.c    the wire: frames appear in the receive ring
 *	pp_ring.c   rx_drain: descriptor -> buffer -> input queue
 *	pp_ether.c  source learned, destination looked up, input taps
 *	pp_ip.c     header checks, checksums, routing decision, TTL
 *	pp_flow.c   state of the connection, rules for a new one, timeouts
 *	pp_route.c  longest prefix, neighbour, accounting by source
 *	pp_ether.c  interface queue (under its lock), output taps
 *	pp_ring.c   tx_start, tx_reclaim
 *	pp_buf.c    buffers return to the CPU's magazine
 *
 * It computes nothing useful; it exists to load the timing machinery the way
 * a kernel would: short blocks, pointer chains, list insertions, locked
 * operations, a working set far beyond the first-level cache.  All of it is
 * deterministic: the same number of packets gives the same checksum.
 *
 * On one CPU, or on several that each have all of this for themselves and
 * meet in a table of common lines as often as told (pp_main.c).  The locks are
 * real but never contended.
 */
#ifndef PP_H
#define PP_H

#include <stddef.h>
#include <stdint.h>

#define NPORT    2
#define RINGSZ   256 /* descriptors in a ring */
#define BATCH    16
#define NSTREAM  512  /* conversations on each port */
#define NFLOW    2048 /* flow entries */
#define NBUCKET  1024 /* of the flow table */
#define NMACHASH 256
#define NSTATION 512
#define NSOURCE  512 /* nodes of the accounting tree */
#define NWHEEL   128
#define NRULE    40
#define NBUF     (NPORT * 2 * RINGSZ + 256)
#define MAGSZ    30

#define barrier() __asm__ volatile("" ::: "memory")
#define NOINLINE  __attribute__((noinline))

struct port;

/* A spin lock. */
struct lk {
	volatile uint32_t l_owner; /* 0 free, else 1 + CPU */
	uint32_t l_spins;
};

/* A packet buffer: two lines of header, then the storage. */
struct buf {
	struct buf *b_next;
	uint8_t *b_data;
	uint32_t b_len; /* bytes from b_data */
	uint16_t b_flags;
	uint16_t b_vlan;
	struct port *b_rcv;
	struct flow *b_flow;
	uint32_t b_hash;
	uint32_t b_prio;
	uint64_t b_stamp;
	uint64_t b_tag;
	uint32_t b_csum; /* second line from here */
	uint16_t b_l3off, b_l4off;
	uint32_t b_zone;
	uint32_t b_refs;
	uint64_t b_opaque[6];
	uint8_t b_store[384];
};
#define BF_VLAN    1
#define BF_CSUM_OK 2
#define BF_ROUTED  4

struct bufq {
	struct buf *q_head, **q_tail;
	uint32_t q_len;
};

/* Buffers are cached in magazines; the depot exchanges whole magazines. */
struct mag {
	struct mag *m_link;
	uint32_t m_n;
	struct buf *m_slot[MAGSZ];
};
struct depot {
	struct lk d_lock;
	struct mag *d_full, *d_empty;
	uint64_t d_swaps;
};

struct rxd {
	uint64_t rd_addr;
	uint16_t rd_len, rd_vlan;
	uint32_t rd_status; /* RXD_* */
};
#define RXD_DONE 1
#define RXD_CSUM 2
struct txd {
	uint64_t td_addr;
	uint32_t td_cmd;             /* length and TXD_CMD_* */
	volatile uint32_t td_status; /* 1: sent */
};
#define TXD_CMD_EOP  0x01000000u
#define TXD_CMD_RS   0x08000000u
#define TXD_CMD_CSUM 0x00100000u

struct ring {
	struct rxd r_rx[RINGSZ];
	struct txd r_tx[RINGSZ];
	struct buf *r_rxbuf[RINGSZ], *r_txbuf[RINGSZ];
	uint32_t r_rxput, r_rxget; /* software: filled, drained */
	uint32_t r_txput, r_txget;
	uint32_t r_devrx, r_devtx; /* device: where it is */
};

/* A function that looks at each packet of a port (a packet filter). */
struct tap {
	struct tap *t_next;
	int (*t_fn)(struct tap *, struct port *, struct buf *);
	const struct finsn *t_prog;
	uint64_t t_seen, t_match;
};

struct port {
	struct ring *p_ring;
	uint8_t p_mac[6];
	uint16_t p_mtu;
	uint32_t p_index;
	uint32_t p_addr; /* IPv4, host order */
	struct tap *p_intap, *p_outtap;
	uint64_t p_ipkts, p_ibytes, p_idrops;
	uint64_t p_opkts, p_obytes;
	struct lk p_lock; /* p_sendq and the next three */
	struct bufq p_sendq;
	uint32_t p_sendmax;
	uint64_t p_sent, p_senddrops;
	struct tmpl *p_tmpl; /* of the wire's frames */
	uint64_t p_random;   /* state of what comes next */
};

/* Element of the timer wheel: a list with a head in each slot. */
struct tmo {
	struct tmo *t_next, *t_prev;
	uint32_t t_when;
};

struct side { /* one direction of a TCP flow */
	uint32_t s_next, s_edge;
	uint16_t s_win;
	uint8_t s_state, s_shift;
};

struct fkey {
	uint32_t k_src, k_dst; /* as in the packet */
	uint32_t k_ports;
	uint32_t k_zone; /* protocol and in/out */
};

struct flow {
	struct flow *f_link; /* in its bucket */
	uint32_t f_hash;
	struct fkey f_key;
	uint32_t f_refs;
	struct flow *f_pair; /* entry of the other side */
	struct rule *f_rule;
	uint64_t f_pkts, f_bytes;
	struct side f_side[2];
	uint32_t f_born, f_flags;
	struct tmo f_tmo;
};

struct bucket {
	struct lk bk_lock;
	struct flow *bk_first;
};

struct rule {
	struct rule *r_next;
	uint32_t r_src, r_srcmask, r_dst, r_dstmask;
	uint16_t r_lo, r_hi; /* destination port range; 0,0 any */
	uint8_t r_proto, r_block, r_final;
	uint64_t r_evals, r_hits;
};

/* Path-compressed binary trie of prefixes. */
struct rnode {
	struct rnode *n_child[2];
	uint32_t n_bit; /* 0..31: tested bit; 32: a leaf */
	uint32_t n_key, n_mask;
	struct neigh *n_gate; /* leaf: next hop */
	uint64_t n_use;
};
struct neigh {
	uint8_t g_mac[6];
	uint16_t g_mtu;
	struct port *g_port;
	volatile uint64_t g_refs; /* by locked add */
	uint32_t g_expire;
	uint64_t g_hits;
};

/* A station the bridge has learned. */
struct station {
	struct station *st_link;
	uint8_t st_mac[6];
	uint16_t st_flags;
	struct port *st_port;
	uint32_t st_seen;
	uint64_t st_pkts;
};

struct source { /* accounting by source address */
	struct source *s_kid[2];
	uint32_t s_key, s_last;
	uint64_t s_pkts, s_bytes;
};

enum {
	CT_IN,
	CT_LEARN,
	CT_MOVED,
	CT_BRIDGED,
	CT_FLOOD,
	CT_ROUTED,
	CT_LOCAL,
	CT_SHORT,
	CT_BADVERS,
	CT_BADSUM,
	CT_TTL,
	CT_NOROUTE,
	CT_BLOCK,
	CT_FLOWHIT,
	CT_FLOWNEW,
	CT_FLOWOLD,
	CT_FLOWFULL,
	CT_NOBUF,
	CT_NOQUEUE,
	CT_N
};

/* All that belongs to the one CPU. */
struct cpu {
	uint32_t c_id, c_now; /* c_now: polls so far */
	struct bufq c_inq;
	struct mag *c_cur, *c_prev;
	uint64_t c_count[CT_N];
	struct port c_port[NPORT];
	struct station **c_machash;
	struct station *c_stfree;
	struct bucket *c_bucket;
	struct flow *c_flfree;
	struct rnode *c_routes;
	struct source *c_sources;
	struct rule *c_rules;
	struct depot c_depot;
	uint32_t c_key[4]; /* of the flow hash */
	struct tmo c_wheel[NWHEEL];
	struct neigh *c_gate;      /* for what no route fits */
	uint64_t c_had;            /* packets so far */
	uint64_t c_random, c_seen; /* of the common lines */
};

/* The filter machine: one instruction. */
struct finsn {
	uint16_t f_op;
	uint8_t f_yes, f_no; /* jumps: instructions to skip */
	uint32_t f_k;
};

static inline uint32_t
cas32(volatile uint32_t *p, uint32_t old, uint32_t new)
{
	uint32_t was;

	__asm__ volatile("lock cmpxchgl %2, %1"
			 : "=a"(was), "+m"(*p)
			 : "r"(new), "0"(old)
			 : "memory", "cc");
	return was;
}

static inline uint64_t
xadd64(volatile uint64_t *p, uint64_t v)
{
	__asm__ volatile("lock; xaddq %0, %1"
			 : "+r"(v), "+m"(*p)
			 :
			 : "memory", "cc");
	return v;
}

static inline uint16_t
get16(const void *p)
{
	return __builtin_bswap16(*(const uint16_t *)p);
}

static inline uint32_t
get32(const void *p)
{
	return __builtin_bswap32(*(const uint32_t *)p);
}

static inline void
put16(void *p, uint16_t v)
{
	*(uint16_t *)p = __builtin_bswap16(v);
}

static inline void
count(struct cpu *c, int which)
{
	c->c_count[which]++;
}

/* pp_lib.c */
void lk_enter(struct lk *, uint32_t);
void lk_leave(struct lk *);
void bufq_init(struct bufq *);
void bufq_put(struct bufq *, struct buf *);
struct buf *bufq_get(struct bufq *);
uint64_t fold(uint64_t, uint64_t);
uint64_t rnd(uint64_t *);
void *carve(size_t, size_t); /* zeroed memory, aligned; boot only */
void carve_init(uint64_t, uint64_t);
extern uint64_t carve_count, carve_words; /* calls, words cleared */

/* pp_buf.c */
void buf_setup(struct cpu *);
struct buf *buf_get(struct cpu *);
void buf_free(struct cpu *, struct buf *);

/* pp_ring.c */
int rx_drain(struct cpu *, struct port *);
void rx_refill(struct cpu *, struct port *);
void tx_start(struct cpu *, struct port *);
void tx_reclaim(struct cpu *, struct port *);

/* pp_ether.c */
void ether_setup(struct cpu *);
void ether_input(struct cpu *, struct buf *);
void port_send(struct cpu *, struct port *, struct buf *);
int tap_run(struct tap *, struct port *, struct buf *);

/* pp_filter.c */
uint32_t filter_run(const struct finsn *, const uint8_t *, uint32_t);
extern const struct finsn filter_web[], filter_frag[];

/* pp_ip.c */
void ip_input(struct cpu *, struct buf *);

/* pp_flow.c */
void flow_setup(struct cpu *);
int flow_check(struct cpu *, struct buf *, uint32_t);
void flow_tick(struct cpu *);

/* pp_route.c */
void route_setup(struct cpu *);
struct neigh *route_find(struct cpu *, uint32_t);
void source_account(struct cpu *, uint32_t, uint32_t);

/* pp_gen.c */
void gen_setup(struct cpu *);
void gen_rx(struct port *, int);
void gen_tx(struct port *);

/* pp_sum.c */
uint64_t sum_all(struct cpu *);

#endif
