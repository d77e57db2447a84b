/*
 * collect.c: looks at what comes out (traffic.h).
 *
 * collect_sent has the frames that a unit has sent; a hook on the unit's packet
 * filters those that ether_input is about to give to a protocol, which are for
 * the box itself.
 *
 * Hard interrupts and softints, on any CPU.  fl_seen's bits are set one by one
 * with CAS: who sets a bit is the first.
 */
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/cpu.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <machine/cpu_counter.h>

#include <net/if.h>
#include <net/if_ether.h>
#include <net/if_vlanvar.h>
#include <net/pfil.h>

#include <program.h>
#include <track.h>
#include <traffic_int.h>

/* Copies that the bridge has given to units. */
static volatile uint64_t given[TST_UNITS];

/* What a CPU has collected.  Its own; interrupts of one level do not nest. */
static struct collected {
	uint64_t co_got, co_once, co_latency, co_cyc, co_last;
} collected[TRAFFIC_CPUS] __aligned(COHERENCY_UNIT);

static volatile u_int errors;
bool traffic_hooked;

static const char *const end_names[TRAFFIC_ENDS] = { "tst0", "tst1", "tst2",
	"tst3", "local tst0", "local tst1", "local tst2", "local tst3" };

/* ---- a frame ------------------------------------------------------------------- */

static void __printflike(1, 2) wrong(const char *fmt, ...)
{
	char text[120];
	va_list ap;

	atomic_inc_uint(&errors);
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	program_check(false, "%s", text);
}

/* Copies it out, wherever its parts are.  False: it is none of ours. */
static bool
get_info(struct mbuf *m, u_int *hdrlen, uint8_t *hdr, struct traffic_info *ti)
{
	const u_int tagged = ETHER_HDR_LEN + ETHER_VLAN_ENCAP_LEN;
	uint16_t type;

	if ((u_int)m->m_pkthdr.len < tagged + sizeof(*ti))
		return false;
	m_copydata(m, 0, (int)tagged, hdr);
	memcpy(&type, hdr + 2 * ETHER_ADDR_LEN, sizeof(type));
	*hdrlen = type == htons(ETHERTYPE_VLAN) ? tagged : ETHER_HDR_LEN;
	m_copydata(m, (int)*hdrlen, (int)sizeof(*ti), ti);
	return ti->ti_magic == TRAFFIC_MAGIC && ti->ti_flow < traffic_nflows;
}

static bool
same_filler(struct mbuf *m, const struct traffic_info *ti, u_int hdrlen)
{
	u_int at = traffic_filler(hdrlen);
	uint64_t w;

	for (u_int i = 0; at + 8 <= ti->ti_bytes; i++, at += 8) {
		m_copydata(m, (int)at, 8, &w);
		if (w != traffic_word(ti, i))
			return false;
	}
	return true;
}

/* Has it been sent so? */
static bool
genuine(struct mbuf *m, u_int hdrlen, const uint8_t *hdr,
    const struct traffic_info *ti)
{
	const struct flow *const f = &traffic_flows[ti->ti_flow];

	return ti->ti_check == traffic_check(ti, hdr) &&
	    (u_int)m->m_pkthdr.len == ti->ti_bytes &&
	    m_length(m) == ti->ti_bytes &&
	    memcmp(hdr, f->fl.fl_dst, ETHER_ADDR_LEN) == 0 &&
	    memcmp(hdr + ETHER_ADDR_LEN, f->fl.fl_src, ETHER_ADDR_LEN) == 0 &&
	    (hdrlen != ETHER_HDR_LEN) == (f->fl.fl_vlan != 0) &&
	    ti->ti_seq < traffic_conf.tr_frames &&
	    (!traffic_conf.tr_full || same_filler(m, ti, hdrlen));
}

/* Sets the bit; true: it was clear. */
static bool
first_time(volatile uint32_t *bits, uint32_t n)
{
	volatile uint32_t *const word = &bits[n / 32];
	const uint32_t bit = 1u << (n % 32);
	uint32_t old;

	do {
		old = *word;
		if ((old & bit) != 0)
			return false;
	} while (atomic_cas_32(word, old, old | bit) != old);
	return true;
}

/* Order: by the CPU it entered on, or of all where there is one queue. */
static void
check_order(struct flow *f, const struct traffic_info *ti, u_int end)
{
	const u_int lane = tst_mpsafe ? ti->ti_cpu % TRAFFIC_CPUS : 0;
	uint32_t *const last = &f->fl_last[end][lane];
	uint8_t *const era = &f->fl_era[end][lane];

	if (end >= TST_UNITS && (*era != ti->ti_era || (*era & 1) != 0)) {
		*last = ti->ti_seq + 1;
		*era = ti->ti_era;
	} else if (ti->ti_seq < *last)
		wrong("flow %u: frame %u after %u at %s", ti->ti_flow,
		    ti->ti_seq, *last - 1, end_names[end]);
	else
		*last = ti->ti_seq + 1;
}

static void
account(struct flow *f, const struct traffic_info *ti, u_int end)
{
	struct collected *const co = &collected[cpu_index(curcpu())];
	const uint64_t now = cpu_counter();

	if (first_time(f->fl_seen[TRAFFIC_ANY], ti->ti_seq))
		co->co_once++;
	co->co_got++;
	co->co_latency += now - ti->ti_tsc;
	co->co_last = now;
	atomic_inc_uint(&f->fl_got[end]);
	if (f->fl.fl_queue != TRAFFIC_BOX)
		source_done(&traffic_sources[f->fl.fl_unit][f->fl.fl_queue],
		    ti->ti_mark);
}

/* False: not ours. */
static bool
collect(struct mbuf *m, u_int end)
{
	uint8_t hdr[ETHER_HDR_LEN + ETHER_VLAN_ENCAP_LEN];
	struct traffic_info ti;
	struct flow *f;
	u_int hdrlen;

	if (!get_info(m, &hdrlen, hdr, &ti))
		return false;
	f = &traffic_flows[ti.ti_flow];
	if (!genuine(m, hdrlen, hdr, &ti))
		wrong("flow %u: forged frame %u at %s, %d bytes", ti.ti_flow,
		    ti.ti_seq, end_names[end], m->m_pkthdr.len);
	else if ((f->fl.fl_ends & TRAFFIC_END(end)) == 0)
		wrong("flow %u: frame %u is astray at %s", ti.ti_flow,
		    ti.ti_seq, end_names[end]);
	else if (!first_time(f->fl_seen[end], ti.ti_seq))
		wrong("flow %u: frame %u twice at %s", ti.ti_flow, ti.ti_seq,
		    end_names[end]);
	else {
		check_order(f, &ti, end);
		account(f, &ti, end);
		track_passes(m, TRACK_ENDED);
	}
	return true;
}

/* ---- ends ------------------------------------------------------------------------ */

void
collect_sent(u_int unit, struct mbuf *m)
{
	struct collected *const co = &collected[cpu_index(curcpu())];
	const uint64_t begin = cpu_counter();

	(void)collect(m, unit); /* or one of the box's own */
	m_freem(m);
	co->co_cyc += cpu_counter() - begin;
	traffic_back();
}

/* pfil: arg, a unit, has a frame for the box itself.  Ours go no further. */
static int
collect_local(void *arg, struct mbuf **mp, struct ifnet *ifp, int dir)
{
	bool ours;
	int s;

	if (dir != PFIL_IN || *mp == NULL)
		return 0;
	s = splnet();
	ours = collect(*mp, TRAFFIC_LOCAL((u_int)(uintptr_t)arg));
	splx(s);
	if (!ours)
		return 0;
	m_freem(*mp);
	*mp = NULL;
	return 1;
}

void
traffic_hook(u_int unit)
{
	if (pfil_add_hook(collect_local, (void *)(uintptr_t)unit, PFIL_IN,
		tst_ifnet(unit)->if_pfil) != 0)
		panic("traffic: no hook on tst%u", unit);
}

void
traffic_unhook(u_int unit)
{
	(void)pfil_remove_hook(collect_local, (void *)(uintptr_t)unit, PFIL_IN,
	    tst_ifnet(unit)->if_pfil);
}

/* pfil: a bridge has a frame, and is about to give it to ifp. */
static int
collect_bridge(void *arg, struct mbuf **mp, struct ifnet *ifp, int dir)
{
	uint8_t hdr[ETHER_HDR_LEN + ETHER_VLAN_ENCAP_LEN];
	struct traffic_info ti;
	u_int hdrlen;

	track_passes(*mp, dir == PFIL_OUT ? TRACK_OUT : TRACK_BRIDGE);
	if (dir != PFIL_OUT || !get_info(*mp, &hdrlen, hdr, &ti) ||
	    ti.ti_seq >= traffic_conf.tr_frames)
		return 0;
	for (u_int u = 0; u < TST_UNITS; u++) {
		if (tst_ifnet(u) != ifp)
			continue;
		atomic_inc_64(&given[u]);
		if (!first_time(traffic_flows[ti.ti_flow].fl_out[u], ti.ti_seq))
			wrong("flow %u: frame %u is sent to %s twice",
			    ti.ti_flow, ti.ti_seq, end_names[u]);
	}
	return 0;
}

uint64_t
traffic_given(u_int unit)
{
	return given[unit];
}

void
traffic_hook_bridge(struct ifnet *ifp)
{
	if (pfil_add_hook(collect_bridge, NULL, PFIL_IN | PFIL_OUT,
		ifp->if_pfil) != 0)
		panic("traffic: no hook on %s", ifp->if_xname);
	traffic_hooked = true;
}

void
traffic_unhook_bridge(struct ifnet *ifp)
{
	(void)pfil_remove_hook(collect_bridge, NULL, PFIL_IN | PFIL_OUT,
	    ifp->if_pfil);
	traffic_hooked = false;
}

/* ---- sums ----------------------------------------------------------------------- */

void
collect_init(void)
{
	memset(collected, 0, sizeof(collected));
	memset(__UNVOLATILE(given), 0, sizeof(given));
	errors = 0;
	if (traffic_conf.tr_may_lose != NULL)
		track_init();
}

static size_t
seen_bytes(void)
{
	return howmany(traffic_conf.tr_frames, 32) * sizeof(uint32_t);
}

void
collect_start(void)
{
	for (u_int n = 0; n < traffic_nflows; n++)
		for (u_int end = 0; end < TRAFFIC_SEENS; end++)
			if (end == TRAFFIC_ANY ||
			    (traffic_flows[n].fl.fl_ends & TRAFFIC_END(end)) !=
				0)
				traffic_flows[n].fl_seen[end] =
				    kmem_zalloc(seen_bytes(), KM_SLEEP);
	for (u_int n = 0; traffic_hooked && n < traffic_nflows; n++)
		for (u_int u = 0; u < TST_UNITS; u++)
			traffic_flows[n].fl_out[u] = kmem_zalloc(seen_bytes(),
			    KM_SLEEP);
}

static void
free_bits(volatile uint32_t *bits)
{
	if (bits != NULL)
		kmem_free(__UNVOLATILE(bits), seen_bytes());
}

void
collect_fini(void)
{
	for (u_int n = 0; n < traffic_nflows; n++) {
		for (u_int end = 0; end < TRAFFIC_SEENS; end++)
			free_bits(traffic_flows[n].fl_seen[end]);
		for (u_int u = 0; u < TST_UNITS; u++)
			free_bits(traffic_flows[n].fl_out[u]);
	}
	if (traffic_conf.tr_may_lose != NULL)
		track_fini();
}

void
traffic_progress(uint64_t *entered, uint64_t *ended)
{
	*entered = *ended = 0;
	for (u_int u = 0; u < TST_UNITS; u++)
		for (u_int q = 0; q < TST_QUEUES; q++) {
			*ended += traffic_sources[u][q].so_done;
			*entered += traffic_sources[u][q].so_sent;
		}
}

void
collect_sum(struct traffic_sum *ts)
{
	for (u_int i = 0; i < TRAFFIC_CPUS; i++) {
		const struct collected *const co = &collected[i];

		ts->ts_got += co->co_got;
		ts->ts_once += co->co_once;
		ts->ts_latency += co->co_latency;
		ts->ts_own_cyc += co->co_cyc;
		ts->ts_last = MAX(ts->ts_last, co->co_last);
	}
	ts->ts_errors = errors;
}

static u_int
ones(uint32_t word)
{
	u_int n = 0;

	for (; word != 0; word &= word - 1)
		n++;
	return n;
}

/* Of 32 frames of a flow; made: those that there are. */
static void
lost_of(const struct flow *f, u_int i, uint32_t made, struct traffic_lost *tl)
{
	uint32_t known = f->fl_seen[TRAFFIC_ANY][i];

	for (u_int u = 0; u < TST_UNITS; u++) {
		const uint32_t out = f->fl_out[u][i];
		const uint32_t seen = f->fl_seen[u] != NULL ? f->fl_seen[u][i]
							    : 0;

		tl->tl_out += ones(out & ~seen);
		known |= out;
	}
	tl->tl_nowhere += ones(made & ~known);
}

void
traffic_lost(struct traffic_lost *tl)
{
	memset(tl, 0, sizeof(*tl));
	KASSERT(traffic_hooked);
	for (u_int n = 0; n < traffic_nflows; n++) {
		const struct flow *const f = &traffic_flows[n];

		for (u_int i = 0; i * 32 < f->fl_seq; i++)
			lost_of(f, i,
			    f->fl_seq - i * 32 < 32 ? (1u << f->fl_seq % 32) - 1
						    : ~0u,
			    tl);
	}
}

void
traffic_ends(struct traffic_ends *te)
{
	te->te_driver = track_freed(TRACK_ENTERED);
	te->te_queued = track_freed(TRACK_QUEUED);
	te->te_host = track_freed(TRACK_HOST);
	te->te_bridge = track_freed(TRACK_BRIDGE);
	te->te_unexcused = track_unexcused();
}

static uint64_t
fold(uint64_t h, uint64_t v)
{
	h = (h ^ v) * 0x100000001b3ULL;
	return h ^ h >> 29;
}

void
traffic_digest(uint64_t *digest)
{
	uint64_t h = 0xcbf29ce484222325ULL;

	for (u_int n = 0; n < traffic_nflows; n++) {
		const struct flow *const f = &traffic_flows[n];

		h = fold(h, f->fl_seq);
		for (u_int end = 0; end < TRAFFIC_ENDS; end++) {
			h = fold(h, f->fl_got[end]);
			for (u_int i = 0; f->fl_seen[end] != NULL &&
			     i < howmany(f->fl_seq, 32);
			     i++)
				h = fold(h, f->fl_seen[end][i]);
		}
	}
	*digest = h;
}
