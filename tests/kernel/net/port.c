/*
 * port.c: Ethernet interfaces without hardware (port.h).
 */
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/intr.h>
#include <sys/kmem.h>
#include <sys/proc.h>
#include <sys/socket.h>
#include <sys/sockio.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_bridgevar.h>
#include <net/if_dl.h>

#include <lab.h>
#include <port.h>
#include <program.h>

#define FRAME_BYTES 60
#define TABLE_MAX   4096

/* Constant once it is attached, but for the count. */
struct port {
	struct ethercom p_ec; /* its ec_if comes first */
	u_int p_unit;
	uint8_t p_mac[ETHER_ADDR_LEN];
};

static struct port *ports[PORTS];
static volatile u_int counts[PORTS];
static void (*sent_hook)(u_int, struct mbuf *);

#ifdef NET_MPSAFE
const bool port_mpsafe = true;
#else
const bool port_mpsafe = false;
#endif

/* ---- the driver --------------------------------------------------------- */

static void
port_out(struct port *p, struct mbuf *m)
{
	atomic_inc_uint(&counts[p->p_unit]);
	p->p_ec.ec_if.if_opackets++;
	if (sent_hook != NULL)
		(*sent_hook)(p->p_unit, m);
	else
		m_freem(m);
}

#ifdef NET_MPSAFE
static int
port_transmit(struct ifnet *ifp, struct mbuf *m)
{
	port_out(ifp->if_softc, m);
	return 0;
}
#endif

static void
port_start(struct ifnet *ifp)
{
	struct mbuf *m;

	for (;;) {
		IFQ_DEQUEUE(&ifp->if_snd, m);
		if (m == NULL)
			return;
		port_out(ifp->if_softc, m);
	}
}

static int
port_init(struct ifnet *ifp)
{
	ifp->if_flags |= IFF_RUNNING;
	return 0;
}

static void
port_stop(struct ifnet *ifp, int disable)
{
	ifp->if_flags &= ~IFF_RUNNING;
}

static int
port_ioctl(struct ifnet *ifp, u_long cmd, void *data)
{
	const int s = splnet();
	int error;

	error = ether_ioctl(ifp, cmd, data);
	splx(s);
	return error == ENETRESET ? 0 : error;
}

void
port_attach(u_int unit)
{
	struct port *const p = kmem_zalloc(sizeof(*p), KM_SLEEP);
	struct ifnet *const ifp = &p->p_ec.ec_if;

	KASSERT(unit < PORTS && ports[unit] == NULL);
	p->p_unit = unit;
	p->p_mac[0] = 0x02;
	p->p_mac[1] = 0xaa;
	p->p_mac[5] = (uint8_t)unit;
	strlcpy(ifp->if_xname, port_name(unit), IFNAMSIZ);
	ifp->if_softc = p;
	ifp->if_flags = IFF_BROADCAST | IFF_SIMPLEX | IFF_MULTICAST;
	ifp->if_start = port_start;
#ifdef NET_MPSAFE
	ifp->if_transmit = port_transmit;
#endif
	ifp->if_ioctl = port_ioctl;
	ifp->if_init = port_init;
	ifp->if_stop = port_stop;
	IFQ_SET_MAXLEN(&ifp->if_snd, IFQ_MAXLEN);
	IFQ_SET_READY(&ifp->if_snd);
	ports[unit] = p;

	KERNEL_LOCK(1, NULL);
	if_attach(ifp);
	ether_ifattach(ifp, p->p_mac);
	KERNEL_UNLOCK_ONE(NULL);
	if (lab_up(port_name(unit), true) != 0)
		panic("port: %s does not come up", port_name(unit));
}

void
port_detach(u_int unit)
{
	struct port *const p = ports[unit];

	KERNEL_LOCK(1, NULL);
	ether_ifdetach(&p->p_ec.ec_if);
	if_detach(&p->p_ec.ec_if);
	KERNEL_UNLOCK_ONE(NULL);
	ports[unit] = NULL;
	memset(p, 0xdb, sizeof(*p));
	kmem_free(p, sizeof(*p));
}

void
port_open(u_int n, void (*sent)(u_int, struct mbuf *))
{
	u_int i;

	sent_hook = sent;
	for (i = 0; i < n; i++)
		port_attach(i);
}

void
port_close(void)
{
	u_int i;

	for (i = 0; i < PORTS; i++) {
		if (ports[i] != NULL)
			port_detach(i);
		counts[i] = 0;
	}
}

const char *
port_name(u_int unit)
{
	static const char *const names[PORTS] = { "prt0", "prt1", "prt2",
		"prt3", "prt4", "prt5", "prt6", "prt7" };

	return names[unit];
}

struct ifnet *
port_ifnet(u_int unit)
{
	return &ports[unit]->p_ec.ec_if;
}

const uint8_t *
port_mac(u_int unit)
{
	return ports[unit]->p_mac;
}

void
port_link(u_int unit, int state)
{
	const int s = splnet();

	KERNEL_LOCK(1, NULL);
	if_link_state_change(port_ifnet(unit), state);
	KERNEL_UNLOCK_ONE(NULL);
	splx(s);
}

u_int
port_sent(u_int unit)
{
	return counts[unit];
}

/* ---- frames in ---------------------------------------------------------- */

void
port_station(uint8_t *mac, u_int n)
{
	mac[0] = 0x02;
	mac[1] = 0x55;
	mac[2] = (uint8_t)(n >> 24);
	mac[3] = (uint8_t)(n >> 16);
	mac[4] = (uint8_t)(n >> 8);
	mac[5] = (uint8_t)n;
}

bool
port_input_mbuf(u_int unit, struct mbuf *m)
{
	struct ifnet *const ifp = port_ifnet(unit);
	int s;

	m->m_pkthdr.rcvif = ifp;
	if (!port_mpsafe)
		KERNEL_LOCK(1, NULL);
	s = splnet(); /* as an interrupt would */
	(*ifp->if_input)(ifp, m);
	splx(s);
	if (!port_mpsafe)
		KERNEL_UNLOCK_ONE(NULL);
	return true;
}

bool
port_input(u_int unit, const uint8_t *dst, const uint8_t *src)
{
	struct ether_header *eh;
	struct mbuf *m;

	m = m_gethdr(M_DONTWAIT, MT_DATA);
	if (m == NULL)
		return false;
	m->m_pkthdr.len = m->m_len = FRAME_BYTES;
	eh = mtod(m, struct ether_header *);
	memset(eh, 0, FRAME_BYTES);
	memcpy(eh->ether_dhost, dst, ETHER_ADDR_LEN);
	memcpy(eh->ether_shost, src, ETHER_ADDR_LEN);
	eh->ether_type = htons(0x88b5); /* for local experiments */
	return port_input_mbuf(unit, m);
}

/* ---- ioctls ------------------------------------------------------------- */

static void
must(int error, const char *what, const char *name)
{
	if (error != 0)
		panic("port: %s %s: error %d", what, name, error);
}

void
port_bridge(const char *bridge, u_int first, u_int n)
{
	u_int i;

	must(lab_create(bridge), "create", bridge);
	for (i = first; i < first + n; i++)
		must(lab_member(bridge, BRDGADD, port_name(i)), "add",
		    port_name(i));
	must(lab_up(bridge, true), "up", bridge);
}

void
port_bridge_gone(const char *bridge)
{
	must(lab_destroy(bridge), "destroy", bridge);
}

struct ifbareq *
port_table(const char *bridge, u_int *n)
{
	struct ifbareq *const list = kmem_zalloc(TABLE_MAX * sizeof(*list),
	    KM_SLEEP);
	struct ifbaconf bac = { .ifbac_len = TABLE_MAX * sizeof(*list) };
	u_int i, k;

	bac.ifbac_req = list;
	must(lab_bridge(bridge, BRDGRTS, &bac, sizeof(bac)), "list", bridge);
	*n = bac.ifbac_len / sizeof(*list);
	for (i = 0; i < *n; i++) {
		for (k = 0; k < i; k++) {
			program_check(memcmp(list[i].ifba_dst, list[k].ifba_dst,
					  ETHER_ADDR_LEN) != 0,
			    "%s: entries %u and %u have the same address",
			    bridge, k, i);
		}
	}
	return list;
}

void
port_table_free(struct ifbareq *list, u_int n)
{
	kmem_free(list, TABLE_MAX * sizeof(*list));
}

u_int
port_table_size(const char *bridge)
{
	struct ifbareq *list;
	u_int n;

	list = port_table(bridge, &n);
	port_table_free(list, n);
	return n;
}

bool
port_knows(const char *bridge, const uint8_t *mac, char *ifname)
{
	struct ifbareq *list;
	bool found = false;
	u_int n, i;

	list = port_table(bridge, &n);
	for (i = 0; i < n && !found; i++) {
		found = memcmp(list[i].ifba_dst, mac, ETHER_ADDR_LEN) == 0;
		if (found && ifname != NULL)
			strlcpy(ifname, list[i].ifba_ifsname, IFNAMSIZ);
	}
	port_table_free(list, n);
	return found;
}

int
port_saddr(const char *bridge, const uint8_t *mac, u_int unit, uint8_t flags)
{
	struct ifbareq req = { .ifba_flags = flags };

	strlcpy(req.ifba_ifsname, port_name(unit), sizeof(req.ifba_ifsname));
	memcpy(req.ifba_dst, mac, ETHER_ADDR_LEN);
	return lab_bridge(bridge, BRDGSADDR, &req, sizeof(req));
}

int
port_param(const char *bridge, u_long cmd, uint32_t value)
{
	struct ifbrparam param;

	memset(&param, 0, sizeof(param));
	switch (cmd) {
	case BRDGSHT:
	case BRDGSFD:
	case BRDGSMA:
		param.ifbrp_hellotime = (uint8_t)value;
		break;
	case BRDGSPRI:
		param.ifbrp_prio = (uint16_t)value;
		break;
	default:
		param.ifbrp_csize = value;
		break;
	}
	return lab_bridge(bridge, cmd, &param, sizeof(param));
}

int
port_flush(const char *bridge, uint32_t flags)
{
	struct ifbreq req = { .ifbr_ifsflags = flags };

	return lab_bridge(bridge, BRDGFLUSH, &req, sizeof(req));
}
