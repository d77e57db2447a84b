/*
 * in.c: which interface has which IPv4 address.
 *
 * An interface has one address at the most: enough for a host that answers.
 *
 * Contexts.  Threads, under KERNEL_LOCK; the list changes at splnet and under
 * softnet_lock, which ipintr and arpintr hold.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/mbuf.h>
#include <sys/errno.h>
#include <sys/intr.h>
#include <sys/ioctl.h>
#include <sys/malloc.h>
#include <sys/socket.h>
#include <sys/socketvar.h>

#include <net/if.h>
#include <net/route.h>

#include <netinet/in.h>
#include <netinet/in_var.h>

struct in_ifaddrhead in_ifaddrhead = TAILQ_HEAD_INITIALIZER(in_ifaddrhead);

static void
in_purgeaddr(struct ifaddr *ifa)
{
	struct in_ifaddr *ia = ifatoia(ifa);

	mutex_enter(softnet_lock);
	TAILQ_REMOVE(&in_ifaddrhead, ia, ia_list);
	ifa_remove(ifa->ifa_ifp, ifa);
	mutex_exit(softnet_lock);
	IFAFREE(ifa);
}

/*
 * in_purgeif: the interface is going.
 */
void
in_purgeif(struct ifnet *ifp)
{
	if_purgeaddrs(ifp, AF_INET, in_purgeaddr);
}

/*
 * in_broadcast: is it one of the interface's broadcast addresses?
 */
int
in_broadcast(struct in_addr in, struct ifnet *ifp)
{
	struct ifaddr *ifa;

	if (in.s_addr == INADDR_BROADCAST)
		return 1;
	IFADDR_FOREACH(ifa, ifp)
	{
		if (ifa->ifa_addr->sa_family == AF_INET &&
		    in_hosteq(in, ifatoia(ifa)->ia_broadaddr.sin_addr))
			return 1;
	}
	return 0;
}

/* Give the interface that address.  0, EEXIST, or what the driver says. */
static int
in_addaddr(struct ifnet *ifp, const struct in_aliasreq *ifra)
{
	struct in_ifaddr *ia;
	uint32_t mask = ifra->ifra_mask.sin_addr.s_addr;
	int error;

	if (ifra->ifra_addr.sin_family != AF_INET)
		return EAFNOSUPPORT;
	IFP_TO_IA(ifp, ia);
	if (ia != NULL)
		return EEXIST;
	if (mask == 0)
		mask = IN_CLASSC_NET;

	ia = malloc(sizeof(*ia), M_IFADDR, M_WAITOK | M_ZERO);
	ia->ia_addr = ifra->ifra_addr;
	ia->ia_sockmask = ifra->ifra_mask;
	ia->ia_sockmask.sin_addr.s_addr = mask;
	ia->ia_subnetmask = ntohl(mask);
	ia->ia_subnet = ntohl(ia->ia_addr.sin_addr.s_addr) & ia->ia_subnetmask;
	ia->ia_broadaddr = ia->ia_addr;
	ia->ia_broadaddr.sin_addr.s_addr |= ~mask;
	ia->ia_ifa.ifa_addr = sintosa(&ia->ia_addr);
	ia->ia_ifa.ifa_broadaddr = sintosa(&ia->ia_broadaddr);
	ia->ia_ifa.ifa_netmask = sintosa(&ia->ia_sockmask);
	IFAREF(&ia->ia_ifa);

	mutex_enter(softnet_lock);
	TAILQ_INSERT_TAIL(&in_ifaddrhead, ia, ia_list);
	ifa_insert(ifp, &ia->ia_ifa);
	mutex_exit(softnet_lock);

	error = if_addr_init(ifp, &ia->ia_ifa, true);
	if (error != 0)
		in_purgeaddr(&ia->ia_ifa);
	return error;
}

/*
 * in_control: ioctls about addresses.  ENOTTY: it is none of these.
 */
int
in_control(struct socket *so, u_long cmd, void *data, struct ifnet *ifp)
{
	struct in_aliasreq *ifra = data;
	struct ifreq *ifr = data;
	struct in_ifaddr *ia;

	switch (cmd) {
	case SIOCAIFADDR:
		return in_addaddr(ifp, ifra);
	case SIOCDIFADDR:
		IFP_TO_IA(ifp, ia);
		if (ia == NULL)
			return EADDRNOTAVAIL;
		in_purgeaddr(&ia->ia_ifa);
		return 0;
	case SIOCGIFADDR:
		IFP_TO_IA(ifp, ia);
		if (ia == NULL)
			return EADDRNOTAVAIL;
		memcpy(&ifr->ifr_addr, &ia->ia_addr, sizeof(ia->ia_addr));
		return 0;
	default:
		return ENOTTY;
	}
}
