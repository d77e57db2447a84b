/*
 * traffic_int.h: what makes frames (traffic.c) and what collects them
 * (collect.c) share.
 */
#ifndef TRAFFIC_INT_H
#define TRAFFIC_INT_H

#include <sys/param.h>

#include <traffic.h>

#define TRAFFIC_MAGIC 0x74737466u
#define TRAFFIC_TYPE  0x88b5 /* Ethernet type for experiments */
#define TRAFFIC_CPUS  8
#define TRAFFIC_ANY   TRAFFIC_ENDS /* any end */
#define TRAFFIC_SEENS (TRAFFIC_ENDS + 1)

/* In each frame, behind the type. */
struct traffic_info {
	uint32_t ti_magic;
	uint16_t ti_flow;
	uint8_t ti_cpu;    /* on which it entered */
	uint8_t ti_era;    /* .. and when: traffic_change() */
	uint32_t ti_seq;   /* of its flow */
	uint32_t ti_mark;  /* of its source */
	uint64_t ti_tsc;   /* when it entered */
	uint32_t ti_bytes; /* of the frame */
	uint32_t ti_check;
};
__CTASSERT(sizeof(struct traffic_info) == 32);

/*
 * Fields are
 *	i	constant once traffic has started
 *	s	of the source's receive handler alone
 *	a	atomic, by all who collect
 *	o	of the handler whose order it is, see traffic.h
 */
struct flow {
	struct traffic_flow fl;                    /* i */
	uint32_t fl_seq;                           /* s: next */
	volatile uint32_t *fl_seen[TRAFFIC_SEENS]; /* i; a: bits, by number */
	volatile uint32_t
	    *fl_out[TST_UNITS]; /* i; a: the same, by the bridge */
	uint32_t fl_last[TRAFFIC_ENDS][TRAFFIC_CPUS]; /* o: number + 1 */
	uint8_t fl_era[TRAFFIC_ENDS][TRAFFIC_CPUS];   /* o: of that frame */
	volatile u_int fl_got[TRAFFIC_ENDS];          /* a */
} __aligned(COHERENCY_UNIT);

struct source {
	uint16_t so_flow[TRAFFIC_FLOWS];        /* i: numbers of its flows */
	u_int so_nflows;                        /* i */
	u_int so_unit, so_queue;                /* i */
	uint32_t so_frames;                     /* i: to be sent, in all */
	uint64_t so_state;                      /* s: of program_random */
	volatile uint32_t so_sent;              /* s */
	uint64_t so_nombuf, so_overrun, so_cyc; /* s */
	uint64_t so_first;                      /* s: TSC of its first frame */
	uint64_t so_start;                      /* i: TSC when it may begin */
	volatile uint32_t
	    so_limit;       /* traffic_wait: frames until its next turn */
	uint32_t so_before; /* traffic_wait: so_done a tick ago */
	u_int so_stuck;     /* .. ticks without a change */
	int so_only;        /* i: one flow alone; -1: all */

	volatile uint32_t so_done __aligned(COHERENCY_UNIT); /* a: ended */
	volatile uint32_t so_idle; /* a: its handler waits for the window */
} __aligned(COHERENCY_UNIT);

extern struct traffic_conf traffic_conf;
extern volatile uint8_t traffic_era;
extern struct flow *traffic_flows; /* TRAFFIC_FLOWS of them */
extern u_int traffic_nflows;
extern struct source traffic_sources[TST_UNITS][TST_QUEUES];

uint32_t traffic_check(const struct traffic_info *, const uint8_t *macs);
uint64_t traffic_word(const struct traffic_info *, u_int i);

/* Where the rest of a frame begins: 8 bytes at a time, the end left out. */
static inline u_int
traffic_filler(u_int hdrlen)
{
	return hdrlen + (u_int)sizeof(struct traffic_info);
}

/* All frames of a source up to this one have ended. */
void source_done(struct source *, uint32_t mark);

/* Its end of the cables has done its part of a call. */
void traffic_back(void);

/* collect.c */
extern bool traffic_hooked; /* a bridge is: fl_out is wanted */
void collect_init(void);
void collect_start(void); /* bits for all frames of each flow */
void collect_fini(void);
void collect_sent(u_int unit, struct mbuf *);
void collect_sum(struct traffic_sum *);

#endif /* TRAFFIC_INT_H */
