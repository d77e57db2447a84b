/*
 * rtsock.c: news for routing sockets, of which there are none: nobody listens.
 *
 * Contexts.  Any.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/mbuf.h>

#include <net/if.h>
#include <net/route.h>

void
rt_ifmsg(struct ifnet *ifp)
{
}

void
rt_ifannouncemsg(struct ifnet *ifp, int what)
{
}

void
rt_newaddrmsg(int cmd, struct ifaddr *ifa, int error, struct rtentry *rt)
{
}
