/*
 * ip_input.c: IPv4 packets that are for this machine.
 *
 * Enough of a host to be seen: each packet is checked and counted, and an ICMP
 * echo is answered.  There are no sockets, so all else is for nobody
 * (IP_STAT_NOPROTO).  Nothing is forwarded: this machine is a bridge.
 *
 * Contexts.  ipintr: softint, of the CPU whose queue it is.  It holds softnet_lock,
 * for the addresses, and takes KERNEL_LOCK for what it sends.  ip_statinc: any.
 */
#include <sys/cdefs.h>

#include "opt_inet.h"

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/mbuf.h>
#include <sys/intr.h>
#include <sys/percpu.h>
#include <sys/socket.h>
#include <sys/socketvar.h>
#include <sys/sysctl.h>

#include <net/if.h>
#include <net/pktqueue.h>

#include <netinet/in.h>
#include <netinet/in_systm.h>
#include <netinet/in_var.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <netinet/ip_private.h>
#include <netinet/ip_var.h>

pktqueue_t *ip_pktq;
percpu_t *ipstat_percpu;

void
ip_statinc(u_int stat)
{
	uint64_t *count = percpu_getref(ipstat_percpu);

	count[stat]++;
	percpu_putref(ipstat_percpu);
}

/* The address of ours that a packet is for, by whichever interface it came. */
static struct in_ifaddr *
ip_ours(const struct ip *ip)
{
	struct in_ifaddr *ia;

	KASSERT(mutex_owned(softnet_lock));
	TAILQ_FOREACH (ia, &in_ifaddrhead, ia_list) {
		if (in_hosteq(ia->ia_addr.sin_addr, ip->ip_dst))
			return ia;
	}
	return NULL;
}

/* Answer an echo; hlen bytes of IP header are in front of it. */
static void
icmp_echo(struct mbuf *m, int hlen, struct in_ifaddr *ia)
{
	struct ip *ip = mtod(m, struct ip *);
	struct icmp *icp = (struct icmp *)(mtod(m, char *) + hlen);
	struct sockaddr_in dst;
	const int len = ntohs(ip->ip_len) - hlen;

	icp->icmp_type = ICMP_ECHOREPLY;
	icp->icmp_cksum = 0;
	icp->icmp_cksum = (uint16_t)cpu_in_cksum(m, len, hlen, 0);
	ip->ip_dst = ip->ip_src;
	ip->ip_src = ia->ia_addr.sin_addr;
	ip->ip_ttl = IPDEFTTL;
	ip->ip_sum = 0;
	ip->ip_sum = (uint16_t)in_cksum(m, hlen);
	m->m_flags &= ~(M_BCAST | M_MCAST);
	m->m_pkthdr.csum_flags = 0;

	memset(&dst, 0, sizeof(dst));
	dst.sin_len = sizeof(dst);
	dst.sin_family = AF_INET;
	dst.sin_addr = ip->ip_dst;
	ip_statinc(IP_STAT_LOCALOUT);
	KERNEL_LOCK(1, NULL);
	(void)(*ia->ia_ifp->if_output)(ia->ia_ifp, m, sintosa(&dst), NULL);
	KERNEL_UNLOCK_ONE(NULL);
}

/* Is it an ICMP echo that is what it says?  Pulls up as far as it looks. */
static bool
icmp_is_echo(struct mbuf **mp, int hlen)
{
	const struct icmp *icp;
	struct mbuf *m = *mp;
	int len;

	if (mtod(m, struct ip *)->ip_p != IPPROTO_ICMP)
		return false;
	len = ntohs(mtod(m, struct ip *)->ip_len) - hlen;
	if (len < ICMP_MINLEN)
		return false;
	if (m->m_len < hlen + ICMP_MINLEN &&
	    (m = *mp = m_pullup(m, hlen + ICMP_MINLEN)) == NULL)
		return false;
	icp = (const struct icmp *)(mtod(m, char *) + hlen);
	return icp->icmp_type == ICMP_ECHO &&
	    cpu_in_cksum(m, len, hlen, 0) == 0;
}

/*
 * ip_check: is it a packet?  NULL: no, and it is gone.  Else it is pulled up to
 * the length of its header, which is *hlenp, and has no padding behind it.
 */
static struct mbuf *
ip_check(struct mbuf *m, int *hlenp)
{
	struct ip *ip;
	int hlen, len, why;

	ip_statinc(IP_STAT_TOTAL);
	if (m->m_len < (int)sizeof(*ip) &&
	    (m = m_pullup(m, (int)sizeof(*ip))) == NULL) {
		ip_statinc(IP_STAT_TOOSMALL);
		return NULL;
	}
	ip = mtod(m, struct ip *);
	hlen = (int)ip->ip_hl << 2;
	why = IP_STAT_BADVERS;
	if (ip->ip_v != IPVERSION)
		goto bad;
	why = IP_STAT_BADHLEN;
	if (hlen < (int)sizeof(*ip))
		goto bad;
	if (hlen > m->m_len) {
		if ((m = m_pullup(m, hlen)) == NULL) {
			ip_statinc(IP_STAT_BADHLEN);
			return NULL;
		}
		ip = mtod(m, struct ip *);
	}
	why = IP_STAT_BADSUM;
	if (in_cksum(m, hlen) != 0)
		goto bad;
	len = ntohs(ip->ip_len);
	why = IP_STAT_BADLEN;
	if (len < hlen)
		goto bad;
	why = IP_STAT_TOOSHORT;
	if (m->m_pkthdr.len < len)
		goto bad;
	if (m->m_pkthdr.len > len)
		m_adj(m, len - m->m_pkthdr.len);
	*hlenp = hlen;
	return m;
bad:
	ip_statinc((u_int)why);
	m_freem(m);
	return NULL;
}

static void
ip_input(struct mbuf *m)
{
	struct in_ifaddr *ia;
	int hlen;

	m = ip_check(m, &hlen);
	if (m == NULL)
		return;
	ia = ip_ours(mtod(m, struct ip *));
	if (ia == NULL) {
		ip_statinc(IP_STAT_CANTFORWARD);
		m_freem(m);
		return;
	}
	ip_statinc(IP_STAT_DELIVERED);
	if (icmp_is_echo(&m, hlen)) {
		icmp_echo(m, hlen, ia);
		return;
	}
	ip_statinc(IP_STAT_NOPROTO);
	m_freem(m);
}

/* What is in this CPU's queue. */
static void
ipintr(void *arg)
{
	struct mbuf *m;

	mutex_enter(softnet_lock);
	while ((m = pktq_dequeue(ip_pktq)) != NULL)
		ip_input(m);
	mutex_exit(softnet_lock);
}

/*
 * ip_init: once, at boot.
 */
void
ip_init(void)
{
	ipstat_percpu = percpu_alloc(sizeof(uint64_t) * IP_NSTATS);
	ip_pktq = pktq_create(IFQ_MAXLEN, ipintr, NULL);
	KASSERT(ip_pktq != NULL);
}
