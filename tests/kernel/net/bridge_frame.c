/*
 * bridge_frame.c: what a bridge does to a frame besides moving it.
 *
 * bridge_frame	forwarded: bytes as they were, no checksum wishes of the receiver's,
 *		marked as bridged; a filter may take it away, or another into its
 *		place
 *		for the host: as if it had come in at the member whose address it
 *		has, and not as if overheard; to all: by where it came in; what one
 *		of us has sent is dropped
 *		from the host: its checksum wishes are kept
 */
#include <sys/param.h>
#include <sys/errno.h>
#include <sys/intr.h>
#include <sys/kernel.h>
#include <sys/proc.h>
#include <sys/socket.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_bridgevar.h>
#include <net/pfil.h>

#include <crew.h>
#include <lab.h>
#include <mbufs.h>
#include <port.h>
#include <program.h>

#define BYTES   400
#define ODDBALL 0x88b5

static uint8_t alice[ETHER_ADDR_LEN], bob[ETHER_ADDR_LEN];
static u_int seen, local;

static void
good(int error, const char *what)
{
	program_check(error == 0, "%s: error %d", what, error);
}

static struct mbuf *
frame(const uint8_t *dst, const uint8_t *src)
{
	struct mbuf *const m = m_gethdr(M_WAIT, MT_DATA);
	struct ether_header *eh;
	uint8_t *p;
	u_int i;

	MCLGET(m, M_WAIT);
	m->m_pkthdr.len = m->m_len = BYTES;
	p = mtod(m, uint8_t *);
	for (i = 0; i < BYTES; i++)
		p[i] = (uint8_t)(i * 7);
	eh = mtod(m, struct ether_header *);
	memcpy(eh->ether_dhost, dst, ETHER_ADDR_LEN);
	memcpy(eh->ether_shost, src, ETHER_ADDR_LEN);
	eh->ether_type = htons(ODDBALL);
	return m;
}

static void
check_bytes(struct mbuf *m)
{
	uint8_t bytes[BYTES];
	u_int i;

	program_check(m->m_pkthdr.len == BYTES, "%d bytes", m->m_pkthdr.len);
	m_copydata(m, 0, BYTES, bytes);
	for (i = ETHER_HDR_LEN; i < BYTES; i++)
		if (bytes[i] != (uint8_t)(i * 7))
			break;
	program_check(i == BYTES, "byte %u has changed", i);
}

/* ---- forwarded ---------------------------------------------------------- */

static int want_csum;

static void
frame_sent(u_int unit, struct mbuf *m)
{
	seen |= 1u << unit;
	check_bytes(m);
	program_check(m->m_pkthdr.csum_flags == want_csum,
	    "out of prt%u with checksum flags %#x", unit,
	    m->m_pkthdr.csum_flags);
	program_check((m->m_flags & M_PROTO1) != 0, "not marked as bridged");
	m_freem(m);
}

static void
forward(u_int unit, struct mbuf *m, u_int want, const char *what)
{
	seen = 0;
	m->m_pkthdr.csum_flags = M_CSUM_IPv4 | M_CSUM_TCPv4 | M_CSUM_IPv4_BAD;
	(void)port_input_mbuf(unit, m);
	program_check(seen == want, "%s: out of %#x, not %#x", what, seen,
	    want);
}

/* ---- filters ------------------------------------------------------------ */

static int filter_dir;
static u_int filtered;

/* Takes what comes the one way; lets the other pass. */
static int
filter_drop(void *arg, struct mbuf **mp, struct ifnet *ifp, int dir)
{
	if (dir != filter_dir)
		return 0;
	filtered++;
	m_freem(*mp);
	*mp = NULL;
	return EPERM;
}

/* .. and puts a copy into its place. */
static int
filter_copy(void *arg, struct mbuf **mp, struct ifnet *ifp, int dir)
{
	struct mbuf *const m = m_dup(*mp, 0, M_COPYALL, M_DONTWAIT);

	filtered++;
	if (m == NULL)
		return 0;
	m_freem(*mp);
	*mp = m;
	return 0;
}

static void
frame_filters(void)
{
	pfil_head_t *const head = ifunit("bridge0")->if_pfil;
	static const int dirs[] = { PFIL_IN, PFIL_OUT };
	u_int i;

	for (i = 0; i < 2; i++) {
		filter_dir = dirs[i];
		filtered = 0;
		good(pfil_add_hook(filter_drop, NULL, PFIL_ALL, head), "hook");
		forward(0, frame(bob, alice), 0, "a filter takes it");
		program_check(filtered == 1, "%u frames filtered", filtered);
		good(pfil_remove_hook(filter_drop, NULL, PFIL_ALL, head),
		    "unhook");
	}
	filtered = 0;
	good(pfil_add_hook(filter_copy, NULL, PFIL_ALL, head), "hook");
	forward(0, frame(bob, alice), 2, "a filter changes it");
	program_check(filtered == 2, "%u frames filtered", filtered);
	good(pfil_remove_hook(filter_copy, NULL, PFIL_ALL, head), "unhook");
	forward(0, frame(bob, alice), 2, "no filter");
}

/* ---- for the host ------------------------------------------------------- */

/* A hook of a port: what ether_input is about to give to a protocol. */
static int
frame_local(void *arg, struct mbuf **mp, struct ifnet *ifp, int dir)
{
	const u_int unit = (u_int)(uintptr_t)arg;

	if (dir != PFIL_IN)
		return 0;
	local |= 1u << unit;
	program_check((*mp)->m_pkthdr.rcvif == port_ifnet(unit),
	    "prt%u gets what another has received", unit);
	program_check(((*mp)->m_flags & M_PROMISC) == 0,
	    "prt%u gets it as overheard", unit);
	m_freem(*mp);
	*mp = NULL;
	return EPERM;
}

static void
to_host(u_int unit, struct mbuf *m, u_int want, u_int want_out,
    const char *what)
{
	local = seen = 0;
	m->m_flags |= M_PROMISC; /* as a driver may */
	(void)port_input_mbuf(unit, m);
	program_check(local == want, "%s: to the host through %#x, not %#x",
	    what, local, want);
	program_check(seen == want_out, "%s: out of %#x, not %#x", what, seen,
	    want_out);
}

static void
frame_host(void)
{
	static const uint8_t all[ETHER_ADDR_LEN] = { 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff };
	u_int i;

	for (i = 0; i < 3; i++)
		good(pfil_add_hook(frame_local, (void *)(uintptr_t)i, PFIL_IN,
			 port_ifnet(i)->if_pfil),
		    "hook");
	for (i = 0; i < 3; i++)
		to_host(0, frame(port_mac(i), alice), 1u << i, 0,
		    "a member's address");
	to_host(0, frame(all, alice), 1, 6, "to all");
	to_host(0, frame(bob, port_mac(2)), 0, 0, "one's own comes back");
	for (i = 0; i < 3; i++)
		good(pfil_remove_hook(frame_local, (void *)(uintptr_t)i,
			 PFIL_IN, port_ifnet(i)->if_pfil),
		    "unhook");
}

/* ---- from the host ------------------------------------------------------ */

static void
from_host(u_int unit, struct mbuf *m, u_int want, const char *what)
{
	seen = 0;
	want_csum = m->m_pkthdr.csum_flags = M_CSUM_UDPv4;
	KERNEL_LOCK(1, NULL);
	(void)bridge_output(port_ifnet(unit), m, NULL, NULL);
	KERNEL_UNLOCK_ONE(NULL);
	want_csum = 0;
	program_check(seen == want, "%s: out of %#x, not %#x", what, seen,
	    want);
}

static void
frame_main(void)
{
	const struct mbufs before = mbufs_now();
	static const uint8_t none[ETHER_ADDR_LEN];
	const struct bridge_softc *sc;

	port_station(alice, 1);
	port_station(bob, 2);
	port_open(3, frame_sent);
	port_bridge("bridge0", 0, 3);
	sc = ifunit("bridge0")->if_softc;

	forward(0, frame(bob, alice), 6, "unknown");
	forward(1, frame(alice, bob), 1, "known");
	forward(0, frame(bob, alice), 2, "known, too");
	forward(1, frame(bob, alice), 0, "where it came from");
	program_check(sc->sc_brtcnt == 2, "%u addresses", sc->sc_brtcnt);
	forward(0, frame(bob, none), 2, "from nobody");
	program_check(sc->sc_brtcnt == 2, "nobody is in the table");
	forward(0, frame(bob, alice), 2, "alice is back");
	frame_filters();
	frame_host();
	from_host(0, frame(bob, port_mac(0)), 2, "to one who is known");
	from_host(0, frame(none, port_mac(0)), 7, "to one who is not");
	good(lab_up("bridge0", false), "down");
	from_host(0, frame(bob, port_mac(0)), 1, "without a bridge");

	port_bridge_gone("bridge0");
	port_close();
	mbufs_check(&before, "in the end");
}

static int
bridge_frame(void)
{
	return crew_main(frame_main);
}

PROGRAM(bridge_frame, "bridge: what it does to a frame", bridge_frame);
