/*
 * if.c: interfaces: which there are, their addresses, their flags, and what
 * ioctls do with them.
 *
 * Coming and going.  if_attach gives an interface a number, puts it into
 * ifnet_list and puts functions that do nothing where the driver has none, so that
 * nobody has to look for NULL.  if_detach does the same to all of them first; then
 * no new call gets to the driver, while one may be under way:
 *
 *	CPU 0, ioctl			CPU 1, if_detach
 *
 *	ifunit() finds ifp
 *	il_nenter++ (of CPU 0)
 *	takes il_lock
 *					puts the functions that do nothing
 *	if_ioctl(): one or the other	takes il_lock: waits
 *	il_nexit++, il_emptied
 *	gives il_lock
 *					waits on il_emptied until as many have
 *					left as came
 *					frees
 *
 * The count of who came is per CPU, so that coming costs nobody a shared line;
 * the sum is looked at only by who detaches, when nobody can find ifp any more.
 *
 * Sending.  if_snd's lock exists only with NET_MPSAFE: drivers then take packets
 * out of it without KERNEL_LOCK.  An interface with if_transmit has queues of its
 * own, and ifq_enqueue hands packets to that.
 *
 * Contexts.  ifq_enqueue: any up to splnet.  if_link_state_change: splnet.
 * if_byindex, ifunit: KERNEL_LOCK.  All others: threads, with KERNEL_LOCK in
 * GENERIC; lists change at splnet, since interrupts and softints read them.
 */
#include <sys/cdefs.h>

#include "opt_inet.h"

#include <sys/param.h>
#include <sys/mbuf.h>
#include <sys/systm.h>
#include <sys/callout.h>
#include <sys/proc.h>
#include <sys/socket.h>
#include <sys/socketvar.h>
#include <sys/protosw.h>
#include <sys/domain.h>
#include <sys/kernel.h>
#include <sys/ioctl.h>
#include <sys/intr.h>
#include <sys/sysctl.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/malloc.h>
#include <sys/percpu.h>
#include <sys/xcall.h>

#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_ether.h>
#include <net/if_types.h>
#include <net/route.h>
#include <net/netisr.h>
#include <net/pfil.h>

#include <netinet/in.h>
#include <netinet/in_var.h>
#include <netinet/ip_var.h>
#ifdef INET6
#include <netinet6/in6_var.h>
#include <netinet6/ip6_var.h>
#endif

#include "ether.h"

struct ifnet_head ifnet_list = TAILQ_HEAD_INITIALIZER(ifnet_list);
int ifqmaxlen = IFQ_MAXLEN;

/* By number, from 1; under KERNEL_LOCK, freed never. */
#define IF_INDEXLIM 64
static struct ifnet *ifindex2ifnet[IF_INDEXLIM];
static u_short if_index;      /* highest in use */
static uint64_t if_index_gen; /* interfaces there have been */

/* ---- what drivers do not have */
int
if_nulloutput(struct ifnet *ifp, struct mbuf *m, const struct sockaddr *dst,
    struct rtentry *rt)
{
	m_freem(m);
	return ENXIO;
}

void
if_nullinput(struct ifnet *ifp, struct mbuf *m)
{
	m_freem(m);
}

void
if_nullstart(struct ifnet *ifp)
{
}

int
if_nullioctl(struct ifnet *ifp, u_long cmd, void *data)
{
	return ENXIO;
}

int
if_nullinit(struct ifnet *ifp)
{
	return ENXIO;
}

void
if_nullstop(struct ifnet *ifp, int disable)
{
}

void
if_nullslowtimo(struct ifnet *ifp)
{
}

void
if_nulldrain(struct ifnet *ifp)
{
}

/* ---- who is inside an ioctl */
static struct ifnet_lock *
ifnet_lock_alloc(void)
{
	struct ifnet_lock *il = kmem_zalloc(sizeof(*il), KM_SLEEP);

	il->il_nenter = percpu_alloc(sizeof(uint64_t));
	mutex_init(&il->il_lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&il->il_emptied, "ifioctl");
	return il;
}

static void
ifnet_lock_enter(struct ifnet_lock *il)
{
	uint64_t *n = percpu_getref(il->il_nenter);

	(*n)++;
	percpu_putref(il->il_nenter);
	mutex_enter(&il->il_lock);
}

static void
ifnet_lock_exit(struct ifnet_lock *il)
{
	KASSERT(mutex_owned(&il->il_lock));
	il->il_nexit++;
	cv_signal(&il->il_emptied);
	mutex_exit(&il->il_lock);
}

static void
ifnet_lock_sum(void *p, void *arg, struct cpu_info *ci)
{
	*(uint64_t *)arg += *(const uint64_t *)p;
}

/* Nobody can come any more: wait for those who did. */
static void
ifnet_lock_drain(struct ifnet_lock *il)
{
	uint64_t n;

	mutex_enter(&il->il_lock);
	for (;;) {
		n = 0;
		percpu_foreach(il->il_nenter, ifnet_lock_sum, &n);
		if (n == il->il_nexit)
			break;
		cv_wait(&il->il_emptied, &il->il_lock);
	}
	mutex_exit(&il->il_lock);

	cv_destroy(&il->il_emptied);
	mutex_destroy(&il->il_lock);
	percpu_free(il->il_nenter, sizeof(uint64_t));
	kmem_free(il, sizeof(*il));
}

/* ---- names and numbers */
char *
if_name(struct ifnet *ifp)
{
	return ifp->if_xname;
}

/*
 * if_initname: the interface's name: wm0.  Before if_attach.
 */
void
if_initname(struct ifnet *ifp, const char *name, int unit)
{
	(void)snprintf(ifp->if_xname, sizeof(ifp->if_xname), "%s%d", name,
	    unit);
}

/*
 * ifunit: the interface of that name, or of that number if it is all digits;
 * NULL if there is none.
 */
struct ifnet *
ifunit(const char *name)
{
	const char *p = name;
	struct ifnet *ifp;
	u_int unit = 0;

	while (p - name < IFNAMSIZ && *p >= '0' && *p <= '9')
		unit = unit * 10 + (u_int)(*p++ - '0');
	if (p != name && p - name < IFNAMSIZ && *p == '\0')
		return if_byindex(unit);

	IFNET_FOREACH(ifp)
	{
		if (strncmp(ifp->if_xname, name, IFNAMSIZ) == 0)
			return ifp;
	}
	return NULL;
}

struct ifnet *
if_byindex(u_int idx)
{
	return idx < IF_INDEXLIM ? ifindex2ifnet[idx] : NULL;
}

static void
if_getindex(struct ifnet *ifp)
{
	u_short i;

	for (i = 1; i < IF_INDEXLIM && ifindex2ifnet[i] != NULL; i++)
		continue;
	if (i == IF_INDEXLIM)
		panic(
		    "if_attach: %s: %u interfaces are as many as there may be",
		    ifp->if_xname, IF_INDEXLIM - 1);
	if (i > if_index)
		if_index = i;
	ifp->if_index = i;
	ifp->if_index_gen = ++if_index_gen;
	ifindex2ifnet[i] = ifp;
}

#include <net/if_addr.h>

/* ---- coming and going */
struct ifnet *
if_alloc(u_char type)
{
	struct ifnet *ifp = kmem_zalloc(sizeof(*ifp), KM_SLEEP);

	ifp->if_type = type;
	return ifp;
}

void
if_free(struct ifnet *ifp)
{
	kmem_free(ifp, sizeof(*ifp));
}

/*
 * if_slowtimo: once a second.  Counts if_timer down; at 0 it is the driver's
 * turn.
 */
void
if_slowtimo(void *arg)
{
	struct ifnet *ifp = arg;
	int s = splnet();

	if (ifp->if_timer != 0 && --ifp->if_timer == 0)
		(*ifp->if_slowtimo)(ifp);
	splx(s);
	if (ifp->if_slowtimo != if_nullslowtimo)
		callout_schedule(ifp->if_slowtimo_ch, hz / IFNET_SLOWHZ);
}

/* net.interfaces.NAME.sndq: what ifconfig and netstat want to know. */
static void
if_sysctl_setup(struct ifnet *ifp)
{
	const struct sysctlnode *node;
	struct sysctllog **log = &ifp->if_sysctl_log;
	struct ifaltq *q = &ifp->if_snd;

	sysctl_createv(log, 0, NULL, NULL, CTLFLAG_PERMANENT, CTLTYPE_NODE,
	    "net", NULL, NULL, 0, NULL, 0, CTL_NET, CTL_EOL);
	if (sysctl_createv(log, 0, NULL, &node, CTLFLAG_PERMANENT, CTLTYPE_NODE,
		"interfaces", NULL, NULL, 0, NULL, 0, CTL_NET, CTL_CREATE,
		CTL_EOL) != 0 ||
	    sysctl_createv(log, 0, &node, &node, 0, CTLTYPE_NODE, ifp->if_xname,
		NULL, NULL, 0, NULL, 0, CTL_CREATE, CTL_EOL) != 0 ||
	    sysctl_createv(log, 0, &node, &node, 0, CTLTYPE_NODE, "sndq",
		SYSCTL_DESCR("its send queue"), NULL, 0, NULL, 0, CTL_CREATE,
		CTL_EOL) != 0)
		return;
	sysctl_createv(log, 0, &node, NULL, 0, CTLTYPE_INT, "len",
	    SYSCTL_DESCR("packets in it"), NULL, 0, &q->ifq_len, 0, CTL_CREATE,
	    CTL_EOL);
	sysctl_createv(log, 0, &node, NULL, CTLFLAG_READWRITE, CTLTYPE_INT,
	    "maxlen", SYSCTL_DESCR("packets that fit"), NULL, 0, &q->ifq_maxlen,
	    0, CTL_CREATE, CTL_EOL);
	sysctl_createv(log, 0, &node, NULL, 0, CTLTYPE_INT, "drops",
	    SYSCTL_DESCR("packets that did not"), NULL, 0, &q->ifq_drops, 0,
	    CTL_CREATE, CTL_EOL);
}

/* Functions for those that the driver has not. */
static void
if_set_nulls(struct ifnet *ifp)
{
	if (ifp->if_output == NULL)
		ifp->if_output = if_nulloutput;
	if (ifp->if_input == NULL)
		ifp->if_input = if_nullinput;
	if (ifp->if_start == NULL)
		ifp->if_start = if_nullstart;
	if (ifp->if_ioctl == NULL)
		ifp->if_ioctl = ifioctl_common;
	if (ifp->if_init == NULL)
		ifp->if_init = if_nullinit;
	if (ifp->if_stop == NULL)
		ifp->if_stop = if_nullstop;
	if (ifp->if_drain == NULL)
		ifp->if_drain = if_nulldrain;
}

/* What families of protocols keep of it. */
static void
if_attachdomain1(struct ifnet *ifp)
{
	struct domain *dom;

	DOMAIN_FOREACH(dom)
	{
		if (dom->dom_ifattach != NULL)
			ifp->if_afdata[dom->dom_family] =
			    (*dom->dom_ifattach)(ifp);
	}
}

static void
if_detachdomain1(struct ifnet *ifp)
{
	struct domain *dom;

	DOMAIN_FOREACH(dom)
	{
		if (dom->dom_ifdetach != NULL)
			(*dom->dom_ifdetach)(ifp,
			    ifp->if_afdata[dom->dom_family]);
		ifp->if_afdata[dom->dom_family] = NULL;
	}
}

/*
 * if_attach: the interface is one of the system's from now on.
 */
void
if_attach(struct ifnet *ifp)
{
	int s;

	KASSERT(ifp->if_xname[0] != '\0');
	TAILQ_INIT(&ifp->if_addrlist);
	if_set_nulls(ifp);
	ifp->if_link_state = LINK_STATE_UNKNOWN;
	ifp->if_capenable = 0;
	ifp->if_csum_flags_tx = 0;
	ifp->if_csum_flags_rx = 0;
	ifp->if_ioctl_lock = ifnet_lock_alloc();

	ifp->if_snd.altq_type = ALTQT_NONE;
	ifp->if_snd.altq_disc = NULL;
	ifp->if_snd.altq_flags &= ALTQF_CANTCHANGE;
	ifp->if_snd.altq_ifp = ifp;
	if (ifp->if_snd.ifq_maxlen == 0)
		ifp->if_snd.ifq_maxlen = ifqmaxlen;
#ifdef NET_MPSAFE
	ifp->if_snd.ifq_lock = mutex_obj_alloc(MUTEX_DEFAULT, IPL_NET);
#else
	ifp->if_snd.ifq_lock = NULL;
#endif

	ifp->if_pfil = pfil_head_create(PFIL_TYPE_IFNET, ifp);
	KASSERT(ifp->if_pfil != NULL);

	s = splnet();
	if_getindex(ifp);
	TAILQ_INSERT_TAIL(&ifnet_list, ifp, if_list);
	splx(s);

	if_attachdomain1(ifp);
	if_sysctl_setup(ifp);
	rt_ifannouncemsg(ifp, IFAN_ARRIVAL);
	if (ifp->if_slowtimo != NULL) {
		ifp->if_slowtimo_ch = kmem_zalloc(sizeof(callout_t), KM_SLEEP);
		callout_init(ifp->if_slowtimo_ch, 0);
		callout_setfunc(ifp->if_slowtimo_ch, if_slowtimo, ifp);
		callout_schedule(ifp->if_slowtimo_ch, hz / IFNET_SLOWHZ);
	}
}

/*
 * if_deactivate: none of the driver's functions is called from now on.
 */
void
if_deactivate(struct ifnet *ifp)
{
	int s = splnet();

	ifp->if_output = if_nulloutput;
	ifp->if_input = if_nullinput;
	ifp->if_start = if_nullstart;
	ifp->if_transmit = NULL;
	ifp->if_ioctl = if_nullioctl;
	ifp->if_init = if_nullinit;
	ifp->if_stop = if_nullstop;
	if (ifp->if_slowtimo != NULL)
		ifp->if_slowtimo = if_nullslowtimo;
	ifp->if_drain = if_nulldrain;
	ifp->if_snd.ifq_maxlen = 0; /* nothing more goes in */
	splx(s);
}

/*
 * if_detach: the interface is none any more when this returns; its memory is the
 * caller's again.  Undoes if_attach.
 */
void
if_detach(struct ifnet *ifp)
{
	int s;

	s = splnet();
	if_deactivate(ifp);
	if ((ifp->if_flags & IFF_UP) != 0)
		if_down(ifp);
	splx(s);
	if (ifp->if_slowtimo_ch != NULL) {
		callout_halt(ifp->if_slowtimo_ch, NULL);
		callout_destroy(ifp->if_slowtimo_ch);
		kmem_free(ifp->if_slowtimo_ch, sizeof(callout_t));
		ifp->if_slowtimo_ch = NULL;
	}
#ifdef INET
	in_purgeif(ifp);
#endif
	if_detachdomain1(ifp);
	if_free_sadl(ifp);
	KASSERT(IFADDR_EMPTY(ifp));

	s = splnet();
	ifindex2ifnet[ifp->if_index] = NULL;
	TAILQ_REMOVE(&ifnet_list, ifp, if_list);
	splx(s);

	/* Who found it before that is through, or inside an ioctl. */
	xc_wait(xc_broadcast(0, (xcfunc_t)(void (*)(void))nullop, NULL, NULL));
	ifnet_lock_drain(ifp->if_ioctl_lock);
	ifp->if_ioctl_lock = NULL;

	pfil_head_destroy(ifp->if_pfil);
	sysctl_teardown(&ifp->if_sysctl_log);
	rt_ifannouncemsg(ifp, IFAN_DEPARTURE);
	IFQ_PURGE(&ifp->if_snd);
	if (ifp->if_snd.ifq_lock != NULL)
		mutex_obj_free(ifp->if_snd.ifq_lock);
}

#include <net/if_control.h>
