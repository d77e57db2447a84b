/*
 * traffic.c: makes frames (traffic.h).
 *
 * A source's frames are made in the handler of its receive queue, one for each
 * call of traffic_receive: which flow and which size are drawn from the source's
 * own random numbers, so what a source sends depends on nothing but the seed.
 *
 * Window.  The handler may find it shut; then it says so in so_idle and returns,
 * and nobody interrupts for that queue until a frame is collected:
 *
 *	receive handler			who collects
 *
 *	window shut
 *					so_done = n
 *	so_idle = 1			(membar)
 *	(membar)			so_idle was 1? now 0, and interrupt
 *	still shut? return
 *
 * Whichever store comes second, its side sees the other's.
 * Pace.  With a gap, frame n exists from so_start + n * gap on.  The pacer, an
 * interrupt of the probe's timer, set anew each time, interrupts for queues that have frames;
 * those that have waited for longer than a ring's length are overrun.
 */
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/cpu.h>
#include <sys/errno.h>
#include <sys/intr.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/proc.h>
#include <sys/socket.h>
#include <sys/systm.h>
#include <machine/cpu_counter.h>

#include <net/if.h>
#include <net/if_ether.h>
#include <net/if_vlanvar.h>

#include <probe.h>
#include <program.h>
#include <track.h>
#include <traffic_int.h>

#define RXRING       255
#define PACER_MIN_NS 2000
#define SEND_TICKS   5
#define STUCK_TICKS  5

struct traffic_conf traffic_conf;
struct flow *traffic_flows;
u_int traffic_nflows;
struct source traffic_sources[TST_UNITS][TST_QUEUES];

volatile uint8_t traffic_era; /* odd: who is bridged to whom changes */

static volatile u_int paused;
static bool running;
static struct intrhand *pacer_ih;
static uint64_t gap_cyc;

#define FOREACH_SOURCE(s)                                              \
	for (s = &traffic_sources[0][0];                               \
	     s < &traffic_sources[0][0] + TST_UNITS * TST_QUEUES; s++) \
		if (s->so_nflows != 0)

/* ---- a frame ------------------------------------------------------------------ */

/* Everything but ti_check itself, and both addresses. */
uint32_t
traffic_check(const struct traffic_info *ti, const uint8_t *macs)
{
	const uint32_t *const w = (const uint32_t *)(const void *)ti;
	uint32_t h = TRAFFIC_MAGIC;

	for (u_int i = 0; i < offsetof(struct traffic_info, ti_check) / 4;
	     i++) {
		h = (h ^ w[i]) * 0x9e3779b1u;
		h ^= h >> 15;
	}
	for (u_int i = 0; i < 2 * ETHER_ADDR_LEN; i++)
		h = (h ^ macs[i]) * 0x01000193u;
	return h;
}

/* The i-th 8 bytes behind the info. */
uint64_t
traffic_word(const struct traffic_info *ti, u_int i)
{
	return ((uint64_t)ti->ti_check << 32 | ti->ti_seq) +
	    i * 0x9e3779b97f4a7c15ULL;
}

static u_int
put_header(uint8_t *p, const struct traffic_flow *fl)
{
	const uint16_t type = htons(fl->fl_type != 0 ? fl->fl_type
						     : TRAFFIC_TYPE);
	const uint16_t tag[2] = { htons(ETHERTYPE_VLAN), htons(fl->fl_vlan) };
	u_int len = 2 * ETHER_ADDR_LEN;

	memcpy(p, fl->fl_dst, ETHER_ADDR_LEN);
	memcpy(p + ETHER_ADDR_LEN, fl->fl_src, ETHER_ADDR_LEN);
	if (fl->fl_vlan != 0) {
		memcpy(p + len, tag, sizeof(tag));
		len += (u_int)sizeof(tag);
	}
	memcpy(p + len, &type, sizeof(type));
	return len + (u_int)sizeof(type);
}

/* mark: of its source. */
static void
put_frame(struct mbuf *m, uint32_t mark, struct flow *f, u_int bytes)
{
	uint8_t *const p = mtod(m, uint8_t *);
	struct traffic_info ti = { .ti_magic = TRAFFIC_MAGIC };
	const u_int hdrlen = put_header(p, &f->fl);
	u_int at = traffic_filler(hdrlen);

	ti.ti_flow = (uint16_t)(f - traffic_flows);
	ti.ti_cpu = (uint8_t)cpu_index(curcpu());
	ti.ti_era = traffic_era;
	ti.ti_seq = f->fl_seq++;
	ti.ti_mark = mark;
	ti.ti_bytes = bytes;
	ti.ti_tsc = cpu_counter();
	ti.ti_check = traffic_check(&ti, p);
	memcpy(p + hdrlen, &ti, sizeof(ti));
	for (u_int i = 0; traffic_conf.tr_full && at + 8 <= bytes; i++) {
		const uint64_t w = traffic_word(&ti, i);

		memcpy(p + at, &w, sizeof(w));
		at += 8;
	}
}

static struct mbuf *
get_mbuf(u_int bytes)
{
	struct mbuf *m;

	MGETHDR(m, M_DONTWAIT, MT_DATA);
	if (m != NULL && traffic_conf.tr_may_lose != NULL)
		(void)track_get(m);
	else if (m != NULL)
		MCLGET(m, M_DONTWAIT);
	if (m == NULL || (m->m_flags & M_EXT) == 0) {
		m_freem(m);
		return NULL;
	}
	m->m_data += 2; /* so that what is behind the header is aligned */
	m->m_len = m->m_pkthdr.len = (int)bytes;
	return m;
}

/* ---- a source ----------------------------------------------------------------- */

static bool
source_open(const struct source *so)
{
	return paused == 0 && so->so_sent < so->so_frames &&
	    (traffic_conf.tr_round == 0 || so->so_sent < so->so_limit) &&
	    so->so_sent - so->so_done < traffic_conf.tr_window;
}

/* Frames that have come in by now, of a paced source. */
static uint64_t
source_arrived(const struct source *so)
{
	const uint64_t n = (cpu_counter() - so->so_start) / gap_cyc;
	const uint32_t burst = MAX(traffic_conf.tr_burst, 1);

	return (n / burst + 1) * burst;
}

static bool
source_ready(struct source *so)
{
	if (!source_open(so)) {
		so->so_idle = 1;
		membar_sync();
		if (!source_open(so))
			return false;
		so->so_idle = 0;
	}
	return gap_cyc == 0 || source_arrived(so) > so->so_sent;
}

void
source_done(struct source *so, uint32_t mark)
{
	uint32_t done = so->so_done;

	while ((int32_t)(mark + 1 - done) > 0) {
		const uint32_t was = atomic_cas_32(&so->so_done, done,
		    mark + 1);

		if (was == done)
			break;
		done = was;
	}
	membar_sync();
	if (so->so_idle != 0 && atomic_swap_32(&so->so_idle, 0) != 0)
		tst_kick(so->so_unit, so->so_queue);
}

static u_int
draw_bytes(struct source *so, const struct traffic_flow *fl)
{
	static const uint16_t sizes[] = { 60, 74, 124, 188, 252, 380, 508, 764,
		1020, 1276, 1404, 1514 };
	const uint64_t r = program_random(&so->so_state);
	u_int bytes = fl->fl_min;

	if (fl->fl_min < fl->fl_max) {
		bytes = (r & 1) != 0 ? sizes[(r >> 1) % __arraycount(sizes)]
				     : fl->fl_min +
			(u_int)((r >> 1) % (fl->fl_max - fl->fl_min + 1u));
		bytes = MIN(MAX(bytes, fl->fl_min), fl->fl_max);
	}
	return bytes + (fl->fl_vlan != 0 ? ETHER_VLAN_ENCAP_LEN : 0);
}

/* What came in while the ring was full is gone, with its number. */
static void
overrun(struct source *so)
{
	while (gap_cyc != 0 && !traffic_conf.tr_patient &&
	    so->so_sent < so->so_frames &&
	    source_arrived(so) > so->so_sent + RXRING) {
		so->so_overrun++;
		so->so_sent++;
	}
}

static struct mbuf *
source_receive(struct source *so)
{
	struct flow *f;
	struct mbuf *m;
	u_int bytes, which;

	which = (u_int)(program_random(&so->so_state) % so->so_nflows);
	f = &traffic_flows[so->so_only >= 0 ? (u_int)so->so_only
					    : so->so_flow[which]];
	bytes = draw_bytes(so, &f->fl);
	m = get_mbuf(bytes);
	if (m == NULL) {
		so->so_nombuf++;
		so->so_sent++;
		source_done(so, so->so_sent - 1);
		return NULL;
	}
	put_frame(m, so->so_sent, f, bytes);
	so->so_sent++;
	return m;
}

/* The cables' other end is through: a place that run --each can name. */
void __noinline
traffic_back(void)
{
	__asm volatile("" ::: "memory");
}

static struct mbuf *
traffic_receive(u_int unit, u_int queue)
{
	struct source *const so = &traffic_sources[unit][queue];
	const uint64_t begin = cpu_counter();
	struct mbuf *m = NULL;

	if (so->so_nflows != 0 && running) {
		overrun(so);
		if (source_ready(so)) {
			if (so->so_first == 0)
				so->so_first = begin;
			m = source_receive(so);
		}
		so->so_cyc += cpu_counter() - begin;
	}
	traffic_back();
	return m;
}

static bool
traffic_waiting(u_int unit, u_int queue)
{
	struct source *const so = &traffic_sources[unit][queue];
	const bool any = so->so_nflows != 0 && running && source_ready(so);

	traffic_back();
	return any;
}

const struct tst_wire traffic_wire = { traffic_receive, traffic_waiting,
	collect_sent };

/* ---- flows -------------------------------------------------------------------- */

void
traffic_init(const struct traffic_conf *conf)
{
	traffic_conf = *conf;
	traffic_nflows = paused = traffic_era = 0;
	running = false;
	gap_cyc = (uint64_t)conf->tr_gap_ns *
	    (cpu_frequency(curcpu()) / 1000000) / 1000;
	traffic_flows = kmem_zalloc(TRAFFIC_FLOWS * sizeof(struct flow),
	    KM_SLEEP);
	memset(traffic_sources, 0, sizeof(traffic_sources));
	for (u_int u = 0; u < TST_UNITS; u++)
		for (u_int q = 0; q < TST_QUEUES; q++) {
			struct source *const so = &traffic_sources[u][q];

			so->so_unit = u;
			so->so_queue = q;
			so->so_only = -1;
			so->so_frames = conf->tr_by_hand ? 0 : conf->tr_frames;
			so->so_state = conf->tr_seed * 0x9e3779b97f4a7c15ULL +
			    u * TST_QUEUES + q + 1;
		}
	collect_init();
}

u_int
traffic_add(const struct traffic_flow *fl)
{
	const u_int n = traffic_nflows++;
	struct source *so;

	KASSERT(n < TRAFFIC_FLOWS && !running);
	traffic_flows[n].fl = *fl;
	if (fl->fl_queue == TRAFFIC_BOX)
		return n;
	so = &traffic_sources[fl->fl_unit][fl->fl_queue];
	so->so_flow[so->so_nflows++] = (uint16_t)n;
	return n;
}

void
traffic_station(uint8_t *mac, u_int unit, u_int number)
{
	mac[0] = 0x02; /* locally administered */
	mac[1] = 0x00;
	mac[2] = (uint8_t)unit;
	mac[3] = 0x00;
	mac[4] = (uint8_t)(number >> 8);
	mac[5] = (uint8_t)number;
}

struct traffic_flow
traffic_unicast(u_int from, u_int queue, u_int to, u_int station)
{
	struct traffic_flow fl = { .fl_unit = (uint8_t)from,
		.fl_queue = (uint8_t)queue,
		.fl_min = TRAFFIC_MIN,
		.fl_max = TRAFFIC_MIN,
		.fl_ends = TRAFFIC_END(to) };

	traffic_station(fl.fl_src, from, station);
	traffic_station(fl.fl_dst, to, station);
	return fl;
}

/* ---- beginning and end ----------------------------------------------------------- */

static void
pacer_arm(void)
{
	const uint32_t ns = traffic_conf.tr_gap_ns *
	    MAX(traffic_conf.tr_burst, 1);

	probe_timer(TST_PACER_PIN, MAX(ns, PACER_MIN_NS));
}

static int
pacer_intr(void *arg)
{
	struct source *so;

	if (!running) {
		probe_timer(TST_PACER_PIN, 0);
		return 1;
	}
	FOREACH_SOURCE(so)
	if (source_open(so) && source_arrived(so) > so->so_sent)
		tst_kick(so->so_unit, so->so_queue);
	pacer_arm();
	return 1;
}

static void
pacer_start(void)
{
	if (gap_cyc == 0)
		return;
	pacer_ih = probe_establish(TST_PACER_PIN, IPL_NET, pacer_intr, NULL,
	    tst_mpsafe);
	if (pacer_ih == NULL)
		panic("traffic: no interrupt for the pacer");
	pacer_arm();
}

static void
pacer_stop(void)
{
	if (pacer_ih == NULL)
		return;
	intr_disestablish(pacer_ih);
	pacer_ih = NULL;
}

static void
kick_all(void)
{
	struct source *so;

	FOREACH_SOURCE(so)
	tst_kick(so->so_unit, so->so_queue);
}

void
traffic_start(void)
{
	struct source *so;

	collect_start();
	FOREACH_SOURCE(so)
	{
		so->so_start = cpu_counter();
		so->so_limit = traffic_conf.tr_round;
	}
	membar_sync();
	running = true;
	pacer_start();
	kick_all();
}

void
traffic_pause(bool pause)
{
	paused = pause;
	membar_sync();
	if (!pause)
		kick_all();
}

void
traffic_change(bool begins)
{
	traffic_era++;
	KASSERT((traffic_era & 1) == begins);
	membar_sync();
}

/* When nothing of it has moved for some ticks, what is under way is lost. */
static void
source_unstick(struct source *so)
{
	const uint32_t sent = so->so_sent, done = so->so_done;

	if (done != so->so_before || sent == done)
		so->so_stuck = 0;
	else if (++so->so_stuck == STUCK_TICKS)
		source_done(so, sent - 1);
	so->so_before = done;
	so->so_limit = sent + traffic_conf.tr_round;
	membar_sync();
	tst_kick(so->so_unit, so->so_queue);
}

static bool
all_ended(void)
{
	struct source *so;

	FOREACH_SOURCE(so)
	if (so->so_sent < so->so_frames || so->so_done != so->so_sent)
		return false;
	return true;
}

bool
traffic_wait(int ticks, bool (*stop)(void))
{
	const int end = hardclock_ticks + ticks;
	struct source *so;

	while (!all_ended()) {
		if (hardclock_ticks - end > 0)
			return false;
		if (stop != NULL && (*stop)())
			break;
		(void)kpause("traffic", false, 1, NULL);
		FOREACH_SOURCE(so)
		source_unstick(so);
	}
	/* A copy of a frame may end after the frame has. */
	(void)kpause("traffic", false, 2, NULL);
	return true;
}

u_int
traffic_send(u_int flow, u_int frames)
{
	const struct traffic_flow *const fl = &traffic_flows[flow].fl;
	struct source *const so = &traffic_sources[fl->fl_unit][fl->fl_queue];
	const uint32_t before = so->so_sent;

	KASSERT(traffic_conf.tr_by_hand &&
	    before + frames <= traffic_conf.tr_frames);
	so->so_only = (int)flow;
	so->so_frames = before + frames;
	membar_sync();
	for (int i = 0; i < SEND_TICKS && so->so_sent < so->so_frames; i++) {
		tst_kick(so->so_unit, so->so_queue);
		(void)kpause("traffic", false, 1, NULL);
	}
	so->so_frames = so->so_sent;
	(void)kpause("traffic", false, 2, NULL);
	if (so->so_sent != before)
		source_done(so, so->so_sent - 1);
	return so->so_sent - before;
}

bool
traffic_hears(u_int flow, u_int end)
{
	const u_int before = traffic_count(flow).tc_got[end];

	return traffic_send(flow, 1) == 1 &&
	    traffic_count(flow).tc_got[end] == before + 1;
}

int
traffic_output(u_int flow)
{
	struct flow *const f = &traffic_flows[flow];
	struct ifnet *const ifp = tst_ifnet(f->fl.fl_unit);
	struct sockaddr sa = { .sa_family = pseudo_AF_HDRCMPLT,
		.sa_len = sizeof(sa) };
	struct mbuf *const m = get_mbuf(f->fl.fl_min);
	int error, s;

	if (m == NULL)
		return ENOBUFS;
	put_frame(m, 0, f, f->fl.fl_min);
	memcpy(sa.sa_data, mtod(m, void *), ETHER_HDR_LEN);
	m_adj(m, ETHER_HDR_LEN);
	KERNEL_LOCK(1, NULL);
	s = splnet();
	error = (*ifp->if_output)(ifp, m, &sa, NULL);
	splx(s);
	KERNEL_UNLOCK_ONE(NULL);
	(void)kpause("traffic", false, 2, NULL);
	return error;
}

struct traffic_count
traffic_count(u_int flow)
{
	struct traffic_count tc = { .tc_sent = traffic_flows[flow].fl_seq };

	for (u_int end = 0; end < TRAFFIC_ENDS; end++)
		tc.tc_got[end] = traffic_flows[flow].fl_got[end];
	return tc;
}

void
traffic_sum(struct traffic_sum *ts)
{
	struct source *so;

	memset(ts, 0, sizeof(*ts));
	collect_sum(ts);
	FOREACH_SOURCE(so)
	{
		ts->ts_sent += so->so_sent - so->so_nombuf - so->so_overrun;
		ts->ts_nombuf += so->so_nombuf;
		ts->ts_overrun += so->so_overrun;
		ts->ts_own_cyc += so->so_cyc;
		if (ts->ts_first == 0 || so->so_first < ts->ts_first)
			ts->ts_first = so->so_first;
	}
}

void
traffic_fini(void)
{
	running = false;
	membar_sync();
	pacer_stop();
	collect_fini();
	traffic_nflows = 0;
	kmem_free(traffic_flows, TRAFFIC_FLOWS * sizeof(struct flow));
	traffic_flows = NULL;
}
