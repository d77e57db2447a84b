/*
 * ifnet.c: interfaces and Ethernet (net/if.c, net/if_ethersubr.c) without a bridge:
 * the program ifnet has an interface of its own, whose driver keeps what is sent
 * and is given what is received.
 *
 * Expected bytes are written out here from the protocols' definitions (RFC 826,
 * 791, 792; IEEE 802.3, 802.1Q), not made by the functions that are tested.
 */
#include <sys/param.h>
#include <sys/percpu.h>
#include <sys/cpu.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/kernel.h>
#include <sys/ioctl.h>
#include <sys/intr.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/proc.h>
#include <sys/socket.h>

#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_ether.h>
#include <net/if_media.h>
#include <net/if_types.h>

#include <netinet/in.h>
#include <netinet/in_var.h>
#include <netinet/ip_private.h>
#include <netinet/ip_var.h>

#include <program.h>

#include "crew.h"

#define NSENT 300

/* The interface.  One LWP and softints use it, under KERNEL_LOCK or at splnet. */
struct tif {
	struct ethercom t_ec; /* first */
	bool t_hold;          /* if_start takes nothing */
	int t_refuse;         /* what if_ioctl answers, not 0 */
	u_int t_inits, t_stops, t_watchdogs;
	volatile u_int t_inside; /* LWPs in the slow ioctl */
	volatile u_int t_nsent;
	struct mbuf *t_sent[NSENT];
	u_int t_transmits;
};

static const uint8_t ours[ETHER_ADDR_LEN] = { 0x02, 0, 0, 0, 0, 1 };
static const uint8_t theirs[ETHER_ADDR_LEN] = { 0x02, 0, 0, 0, 0, 2 };
static const uint8_t group[ETHER_ADDR_LEN] = { 0x01, 0x00, 0x5e, 0, 0, 0xfb };
static const uint8_t ip_ours[4] = { 10, 0, 0, 1 };
static const uint8_t ip_theirs[4] = { 10, 0, 0, 2 };

static void
tif_keep(struct tif *t, struct mbuf *m)
{
	if (t->t_nsent == NSENT)
		m_freem(m);
	else
		t->t_sent[t->t_nsent++] = m;
}

static void
tif_start(struct ifnet *ifp)
{
	struct tif *t = ifp->if_softc;
	struct mbuf *m;

	if (t->t_hold)
		return;
	for (;;) {
		IFQ_DEQUEUE(&ifp->if_snd, m);
		if (m == NULL)
			break;
		tif_keep(t, m);
	}
}

static int
tif_transmit(struct ifnet *ifp, struct mbuf *m)
{
	struct tif *t = ifp->if_softc;

	t->t_transmits++;
	tif_keep(t, m);
	return 0;
}

static int
tif_init(struct ifnet *ifp)
{
	struct tif *t = ifp->if_softc;

	t->t_inits++;
	ifp->if_flags |= IFF_RUNNING;
	return 0;
}

static void
tif_stop(struct ifnet *ifp, int disable)
{
	struct tif *t = ifp->if_softc;

	t->t_stops++;
	ifp->if_flags &= ~IFF_RUNNING;
}

static void
tif_watchdog(struct ifnet *ifp)
{
	struct tif *t = ifp->if_softc;

	t->t_watchdogs++;
}

/* SIOCSDRVSPEC takes its time, and others may run meanwhile. */
static int
tif_ioctl(struct ifnet *ifp, u_long cmd, void *data)
{
	struct tif *t = ifp->if_softc;
	int error, s;

	if (cmd == SIOCSDRVSPEC) {
		t->t_inside++;
		kpause("tif", false, 5, NULL);
		t->t_inside--;
		return (int)((struct ifdrv *)data)->ifd_cmd;
	}
	if (t->t_refuse != 0)
		return t->t_refuse;
	s = splnet();
	error = ether_ioctl(ifp, cmd, data);
	splx(s);
	return error == ENETRESET ? 0 : error;
}

static struct tif *
tif_attach(int unit)
{
	struct tif *t = kmem_zalloc(sizeof(*t), KM_SLEEP);
	struct ifnet *ifp = &t->t_ec.ec_if;

	if_initname(ifp, "tif", unit);
	ifp->if_softc = t;
	ifp->if_flags = (short)(IFF_BROADCAST | IFF_SIMPLEX | IFF_MULTICAST);
	ifp->if_start = tif_start;
	ifp->if_ioctl = tif_ioctl;
	ifp->if_init = tif_init;
	ifp->if_stop = tif_stop;
	ifp->if_watchdog = tif_watchdog;
	KERNEL_LOCK(1, NULL);
	if_attach(ifp);
	ether_ifattach(ifp, ours);
	KERNEL_UNLOCK_ONE(NULL);
	return t;
}

static void
tif_forget(struct tif *t)
{
	while (t->t_nsent != 0)
		m_freem(t->t_sent[--t->t_nsent]);
}

static void
tif_detach(struct tif *t)
{
	KERNEL_LOCK(1, NULL);
	ether_ifdetach(&t->t_ec.ec_if);
	if_detach(&t->t_ec.ec_if);
	KERNEL_UNLOCK_ONE(NULL);
	tif_forget(t);
	kmem_free(t, sizeof(*t));
}

/* An ioctl as a program would do it. */
static int
ask(u_long cmd, void *data)
{
	int error;

	KERNEL_LOCK(1, NULL);
	error = ifioctl(NULL, cmd, data, curlwp);
	KERNEL_UNLOCK_ONE(NULL);
	return error;
}

static int
ask_int(u_long cmd, const char *name, int value)
{
	struct ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	strlcpy(ifr.ifr_name, name, sizeof(ifr.ifr_name));
	if (cmd == SIOCSIFFLAGS)
		ifr.ifr_flags = (short)value;
	else
		ifr.ifr_mtu = value;
	return ask(cmd, &ifr);
}

/* A frame of payload bytes; what is longer than an mbuf has is in a cluster. */
static struct mbuf *
frame(struct tif *t, const uint8_t *dst, const uint8_t *src, uint16_t type,
    const void *payload, size_t len)
{
	struct mbuf *m = m_gethdr(M_WAIT, MT_DATA);
	struct ether_header *eh;

	if (len + ETHER_HDR_LEN > MHLEN)
		MCLGET(m, M_WAIT);
	m->m_len = m->m_pkthdr.len = (int)(ETHER_HDR_LEN + len);
	m->m_pkthdr.rcvif = &t->t_ec.ec_if;
	eh = mtod(m, struct ether_header *);
	memcpy(eh->ether_dhost, dst, ETHER_ADDR_LEN);
	memcpy(eh->ether_shost, src, ETHER_ADDR_LEN);
	eh->ether_type = htons(type);
	memset(eh + 1, 0, len);
	if (payload != NULL)
		memcpy(eh + 1, payload, len);
	return m;
}

/* The frame comes in, as from an interrupt. */
static void
receive(struct tif *t, struct mbuf *m)
{
	int s = splnet();

	(*t->t_ec.ec_if.if_input)(&t->t_ec.ec_if, m);
	splx(s);
}

static uint64_t ip_count[IP_NSTATS];

static void
ip_count_one(void *p, void *arg, struct cpu_info *ci)
{
	int i;

	for (i = 0; i < IP_NSTATS; i++)
		ip_count[i] += ((const uint64_t *)p)[i];
}

/* How often IPv4 has counted that, once it has come to rest. */
static uint64_t
ip_counted(u_int stat)
{
	kpause("ipcount", false, 2, NULL);
	memset(ip_count, 0, sizeof(ip_count));
	percpu_foreach(ipstat_percpu, ip_count_one, NULL);
	return ip_count[stat];
}

/* ---- names, flags, ioctls */
static void
names(struct tif *t)
{
	struct ifnet *ifp = &t->t_ec.ec_if;
	char number[8];

	KERNEL_LOCK(1, NULL);
	snprintf(number, sizeof(number), "%d", ifp->if_index);
	program_check(ifunit("tif0") == ifp, "ifunit finds tif0");
	program_check(ifunit(number) == ifp, "ifunit finds number %s", number);
	program_check(ifunit("tif") == NULL && ifunit("tif00") == NULL,
	    "ifunit finds no part of a name");
	program_check(if_byindex(ifp->if_index) == ifp, "if_byindex");
	program_check(if_byindex(63) == NULL && if_byindex(64) == NULL,
	    "if_byindex of numbers that nobody has");
	KERNEL_UNLOCK_ONE(NULL);
	program_check(memcmp(CLLADDR(ifp->if_sadl), ours, 6) == 0 &&
		ifp->if_sadl->sdl_alen == 6 && ifp->if_addrlen == 6,
	    "the link address is the one given");
	program_check(ifp->if_hwdl == NULL, "a local address is none burnt in");
	program_check(ifp->if_snd.ifq_maxlen == IFQ_MAXLEN,
	    "a send queue of IFQ_MAXLEN");
#ifdef NET_MPSAFE
	program_check(ifp->if_snd.ifq_lock != NULL, "if_snd has a lock");
#else
	program_check(ifp->if_snd.ifq_lock == NULL, "if_snd has no lock");
#endif
}

static void
flags(struct tif *t)
{
	struct ifnet *ifp = &t->t_ec.ec_if;

	program_check(ask_int(SIOCSIFFLAGS, "tif0", IFF_UP) == 0 &&
		t->t_inits == 1,
	    "up starts the driver, once: %u", t->t_inits);
	program_check((ifp->if_flags & (IFF_UP | IFF_RUNNING | IFF_SIMPLEX)) ==
		(IFF_UP | IFF_RUNNING | IFF_SIMPLEX),
	    "flags that cannot be changed are as before: 0x%x",
	    (u_short)ifp->if_flags);
	program_check(ask_int(SIOCSIFFLAGS, "tif0", 0) == 0 &&
		t->t_stops == 1 &&
		(ifp->if_flags & (IFF_UP | IFF_RUNNING)) == 0,
	    "down stops it, once: %u", t->t_stops);
	ask_int(SIOCSIFFLAGS, "tif0", IFF_UP);

	program_check(ask_int(SIOCSIFMTU, "tif0", 1500) == 0, "MTU as it is");
	program_check(ask_int(SIOCSIFMTU, "tif0", 1501) == EINVAL &&
		ask_int(SIOCSIFMTU, "tif0", 45) == EINVAL,
	    "MTU out of range");
	t->t_inits = 0;
	program_check(ask_int(SIOCSIFMTU, "tif0", 1000) == 0 &&
		ifp->if_mtu == 1000 && t->t_inits == 1,
	    "an MTU starts the driver again");
	ask_int(SIOCSIFMTU, "tif0", 1500);

	program_check(ask_int(SIOCSIFFLAGS, "nobody0", 1) == ENXIO, "ENXIO");
	program_check(ask_int(SIOCGIFADDR, "tif0", 0) == EADDRNOTAVAIL,
	    "what the driver does not know is the protocol's");
	program_check(ask_int(SIOCIFCREATE, "tif1", 0) == EINVAL,
	    "nobody clones tif");
}

static void
promisc(struct tif *t)
{
	struct ifnet *ifp = &t->t_ec.ec_if;
	int e1, e2;

	KERNEL_LOCK(1, NULL);
	ifpromisc(ifp, 1);
	ifpromisc(ifp, 1);
	ifpromisc(ifp, 0);
	program_check((ifp->if_flags & IFF_PROMISC) != 0 && ifp->if_pcount == 1,
	    "promiscuous while one of two wants it");
	ifpromisc(ifp, 0);
	program_check((ifp->if_flags & IFF_PROMISC) == 0 && ifp->if_pcount == 0,
	    "not, when nobody does");
	t->t_refuse = EIO;
	e1 = ifpromisc(ifp, 1);
	program_check(e1 == EIO && ifp->if_pcount == 0 &&
		(ifp->if_flags & IFF_PROMISC) == 0,
	    "a driver that does not want: all as before");
	t->t_refuse = 0;
	e1 = ifpromisc(ifp, 1);
	e2 = ask_int(SIOCSIFFLAGS, "tif0", IFF_UP);
	program_check(e1 == 0 && e2 == 0 && (ifp->if_flags & IFF_PROMISC) != 0,
	    "SIOCSIFFLAGS does not end it");
	ifpromisc(ifp, 0);
	KERNEL_UNLOCK_ONE(NULL);
}

/* ---- sending */
static void
queue(struct tif *t)
{
	struct ifnet *ifp = &t->t_ec.ec_if;
	const uint64_t obytes = ifp->if_obytes;
	int i, error = 0;

	t->t_hold = true;
	for (i = 0; i < IFQ_MAXLEN && error == 0; i++)
		error = ifq_enqueue(ifp,
		    frame(t, theirs, ours, 0x88b5, NULL, 50));
	program_check(error == 0 && ifp->if_snd.ifq_len == IFQ_MAXLEN,
	    "256 packets fit: %d", ifp->if_snd.ifq_len);
	program_check(ifq_enqueue(ifp,
			  frame(t, theirs, ours, 0x88b5, NULL, 50)) ==
		    ENOBUFS &&
		ifp->if_snd.ifq_drops == 1,
	    "one more does not, and is counted");
	program_check(ifp->if_obytes - obytes == IFQ_MAXLEN * 64,
	    "if_obytes counts those that fit");

	t->t_hold = false;
	ifp->if_flags |= IFF_OACTIVE;
	ifp->if_snd.ifq_maxlen++;
	ifq_enqueue(ifp, frame(t, group, ours, 0x88b5, NULL, 50));
	program_check(t->t_nsent == 0, "nothing starts while IFF_OACTIVE");
	ifp->if_flags &= ~IFF_OACTIVE;
	ifp->if_snd.ifq_maxlen++;
	ifq_enqueue(ifp, frame(t, theirs, ours, 0x88b5, NULL, 50));
	program_check(t->t_nsent == IFQ_MAXLEN + 2 &&
		IFQ_IS_EMPTY(&ifp->if_snd),
	    "then all go: %u", t->t_nsent);
	ifp->if_snd.ifq_maxlen = IFQ_MAXLEN;
	tif_forget(t);

	ifp->if_transmit = tif_transmit;
	ifq_enqueue(ifp, frame(t, theirs, ours, 0x88b5, NULL, 50));
	program_check(t->t_transmits == 1 && t->t_nsent == 1,
	    "if_transmit is given the packet itself");
	ifp->if_transmit = NULL;
	tif_forget(t);
}

/* The header that a packet to sa gets; NULL: it was not sent. */
static const struct ether_header *
header(struct tif *t, const struct sockaddr *sa, int mflags, int *error)
{
	struct mbuf *m = m_gethdr(M_WAIT, MT_DATA);

	m->m_len = m->m_pkthdr.len = 60;
	m->m_flags |= mflags;
	memset(mtod(m, void *), 0, 60);
	tif_forget(t);
	KERNEL_LOCK(1, NULL);
	*error = (*t->t_ec.ec_if.if_output)(&t->t_ec.ec_if, m, sa, NULL);
	KERNEL_UNLOCK_ONE(NULL);
	return t->t_nsent == 1 ? mtod(t->t_sent[0], struct ether_header *)
			       : NULL;
}

static void
output(struct tif *t)
{
	const struct ether_header *eh;
	struct ether_header given;
	struct sockaddr sa;
	struct sockaddr_in sin;
	int error;

	memset(&sa, 0, sizeof(sa));
	memcpy(given.ether_dhost, theirs, 6);
	memcpy(given.ether_shost, group, 6);
	given.ether_type = htons(0x88b5);
	memcpy(sa.sa_data, &given, sizeof(given));

	sa.sa_family = AF_UNSPEC;
	eh = header(t, &sa, 0, &error);
	program_check(eh != NULL && memcmp(eh->ether_dhost, theirs, 6) == 0 &&
		memcmp(eh->ether_shost, ours, 6) == 0 &&
		eh->ether_type == htons(0x88b5),
	    "AF_UNSPEC: destination and type are given");
	sa.sa_family = pseudo_AF_HDRCMPLT;
	eh = header(t, &sa, 0, &error);
	program_check(eh != NULL && memcmp(eh->ether_shost, group, 6) == 0,
	    "AF_HDRCMPLT: the source is, too");
	given.ether_type = 0;
	memcpy(sa.sa_data, &given, sizeof(given));
	eh = header(t, &sa, 0, &error);
	program_check(eh != NULL && eh->ether_type == htons(60),
	    "no type: the length");

	memset(&sin, 0, sizeof(sin));
	sin.sin_len = sizeof(sin);
	sin.sin_family = AF_INET;
	sin.sin_addr.s_addr = htonl(0xe00000fb);
	eh = header(t, (struct sockaddr *)&sin, M_MCAST, &error);
	program_check(eh != NULL && memcmp(eh->ether_dhost, group, 6) == 0 &&
		eh->ether_type == htons(0x0800),
	    "224.0.0.251 is 01:00:5e:00:00:fb");
	sa.sa_family = AF_SNA;
	eh = header(t, &sa, 0, &error);
	program_check(eh == NULL && error == EAFNOSUPPORT, "EAFNOSUPPORT");
	t->t_ec.ec_if.if_flags &= ~IFF_RUNNING;
	eh = header(t, (struct sockaddr *)&sin, M_MCAST, &error);
	program_check(eh == NULL && error == ENETDOWN, "ENETDOWN");
	t->t_ec.ec_if.if_flags |= IFF_RUNNING;
	tif_forget(t);
}

#include "ifnet_input.h"

/* ---- the parts */
static void
ifnet_all(void)
{
	struct tif *t = tif_attach(0);

	if (crew_part("names"))
		names(t);
	if (crew_part("flags"))
		flags(t);
	ask_int(SIOCSIFFLAGS, "tif0", IFF_UP);
	if (crew_part("promisc"))
		promisc(t);
	if (crew_part("queue"))
		queue(t);
	if (crew_part("output"))
		output(t);
	if (crew_part("input"))
		input(t);
	if (crew_part("tags"))
		tags(t);
	if (crew_part("noproto"))
		noproto(t);
	if (crew_part("answers"))
		answers(t);
	if (crew_part("multicast"))
		multicast(t);
	if (crew_part("watchdog"))
		watchdog(t);
	tif_detach(t);
	if (crew_part("texts"))
		texts();
	if (crew_part("checksums"))
		checksums();
	if (crew_part("detach"))
		detach();
	KERNEL_LOCK(1, NULL);
	program_check(ifunit("tif0") == NULL, "tif0 is gone");
	KERNEL_UNLOCK_ONE(NULL);
}

static int
ifnet_main(void)
{
	return crew_main(ifnet_all);
}

PROGRAM(ifnet, "interfaces and Ethernet: ioctls, queues, headers, answers",
    ifnet_main);
