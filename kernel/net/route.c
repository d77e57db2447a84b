/*
 * route.c: routes, of which there are none.
 *
 * What crosses a bridge is not routed, and what this machine answers goes back to
 * a neighbour.  So a look-up finds nothing, and news of interfaces has no routing
 * socket to go to.
 *
 * Contexts.  Any.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/mbuf.h>

#include <net/if.h>
#include <net/route.h>

struct rtentry *
rtalloc1(const struct sockaddr *dst, int report)
{
	return NULL;
}

/*
 * rtfree: one user less.  Nobody can have got one here.
 */
void
rtfree(struct rtentry *rt)
{
	KASSERT(rt != NULL);
	KASSERT(rt->rt_refcnt > 0);
	rt->rt_refcnt--;
}
