/*
 * if_loop.c: lo0, by which this machine talks to itself.
 *
 * What is sent on it, and copies of its own broadcasts (ether_output), are put
 * straight into the queue of the protocol, as if they had been received.
 *
 * Contexts.  looutput: KERNEL_LOCK held.  loopattach: main().
 */
#include <sys/cdefs.h>

#include "opt_inet.h"

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/mbuf.h>
#include <sys/socket.h>
#include <sys/errno.h>
#include <sys/ioctl.h>
#include <sys/intr.h>

#include <net/if.h>
#include <net/if_types.h>
#include <net/route.h>
#include <net/bpf.h>
#include <net/pktqueue.h>

#include <netinet/in.h>
#include <netinet/in_var.h>
#include <netinet/ip_var.h>
#ifdef INET6
#include <netinet6/ip6_var.h>
#endif

#define LOMTU 33192

struct ifnet *lo0ifp;

int
looutput(struct ifnet *ifp, struct mbuf *m, const struct sockaddr *dst,
    struct rtentry *rt)
{
	pktqueue_t *pktq = NULL;
	const int len = m->m_pkthdr.len;
	int s, error = 0;

	KASSERT(KERNEL_LOCKED_P());

	m->m_pkthdr.rcvif = ifp;
	ifp->if_opackets++;
	ifp->if_obytes += (uint64_t)len;
	switch (dst->sa_family) {
#ifdef INET
	case AF_INET:
		pktq = ip_pktq;
		break;
#endif
#ifdef INET6
	case AF_INET6:
		pktq = ip6_pktq;
		break;
#endif
	default:
		m_freem(m);
		return EAFNOSUPPORT;
	}

	s = splnet();
	if (pktq_enqueue(pktq, m, 0)) {
		ifp->if_ipackets++;
		ifp->if_ibytes += (uint64_t)len;
	} else {
		m_freem(m);
		error = ENOBUFS;
	}
	splx(s);
	return error;
}

static int
loioctl(struct ifnet *ifp, u_long cmd, void *data)
{
	int error;

	switch (cmd) {
	case SIOCINITIFADDR:
		ifp->if_flags |= IFF_UP | IFF_RUNNING;
		return 0;
	case SIOCSIFMTU:
		error = ifioctl_common(ifp, cmd, data);
		return error == ENETRESET ? 0 : error;
	case SIOCADDMULTI:
	case SIOCDELMULTI:
		return 0; /* it hears all */
	default:
		return ifioctl_common(ifp, cmd, data);
	}
}

/*
 * loopattach: lo0.
 */
void
loopattach(int n)
{
	struct ifnet *ifp = if_alloc(IFT_LOOP);

	if_initname(ifp, "lo", 0);
	ifp->if_mtu = LOMTU;
	ifp->if_flags = (short)(IFF_LOOPBACK | IFF_MULTICAST);
	ifp->if_ioctl = loioctl;
	ifp->if_output = looutput;
	ifp->if_dlt = DLT_NULL;
	if_attach(ifp);
	if_alloc_sadl(ifp);
	bpf_attach(ifp, DLT_NULL, sizeof(u_int));
	lo0ifp = ifp;
}
