/*
 * if_arp.c: who has an IPv4 address, on Ethernet (RFC 826).
 *
 * Who asks for an address of ours is told, and what he says of himself is learnt.
 * The table is small and round: the oldest entry makes room.  What is sent to an
 * address that is not in it is dropped, and its owner asked; the sender, or his
 * next packet, will try again.
 *
 *	ether_input, any interrupt	arpintrq, at splnet and, NET_MPSAFE, with its
 *					lock: CPUs that have no KERNEL_LOCK put in
 *	arpintr, softint		softnet_lock and KERNEL_LOCK
 *
 * Contexts.  arpintr: softint.  arpresolve, arp_ifinit: KERNEL_LOCK.  The table is
 * changed and read under KERNEL_LOCK.
 */
#include <sys/cdefs.h>

#include "opt_inet.h"

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/mbuf.h>
#include <sys/intr.h>
#include <sys/socket.h>
#include <sys/socketvar.h>

#include <net/ethertypes.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <net/if_dl.h>
#include <net/if_ether.h>
#include <net/route.h>

#include <netinet/in.h>
#include <netinet/in_var.h>
#include <netinet/if_inarp.h>

#define ARP_NENTRIES 64

/* KERNEL_LOCK.  ae_ifp is compared, and never followed. */
struct arp_entry {
	const struct ifnet *ae_ifp;
	struct in_addr ae_addr;
	uint8_t ae_lladdr[ETHER_ADDR_LEN];
};

struct ifqueue arpintrq = { .ifq_maxlen = 50 };

static struct arp_entry arp_table[ARP_NENTRIES];
static u_int arp_next; /* the oldest */

/* Bytes of a packet between Ethernet and IPv4. */
#define ARP_BYTES                                     \
	(sizeof(struct arphdr) + 2 * ETHER_ADDR_LEN + \
	    2 * sizeof(struct in_addr))

static struct arp_entry *
arp_lookup(const struct ifnet *ifp, struct in_addr addr)
{
	u_int i;

	KASSERT(KERNEL_LOCKED_P());
	for (i = 0; i < ARP_NENTRIES; i++) {
		if (arp_table[i].ae_ifp == ifp &&
		    in_hosteq(arp_table[i].ae_addr, addr))
			return &arp_table[i];
	}
	return NULL;
}

static void
arp_learn(const struct ifnet *ifp, struct in_addr addr, const uint8_t *lladdr)
{
	struct arp_entry *ae = arp_lookup(ifp, addr);

	if (ae == NULL) {
		ae = &arp_table[arp_next];
		arp_next = (arp_next + 1) % ARP_NENTRIES;
		ae->ae_ifp = ifp;
		ae->ae_addr = addr;
	}
	memcpy(ae->ae_lladdr, lladdr, ETHER_ADDR_LEN);
}

/* Ask who has tip; sip says who wants to know. */
static void
arp_request(struct ifnet *ifp, const struct in_addr *sip,
    const struct in_addr *tip)
{
	struct sockaddr sa;
	struct arphdr *ah;
	struct mbuf *m;

	m = m_gethdr(M_DONTWAIT, MT_DATA);
	if (m == NULL)
		return;
	m->m_len = m->m_pkthdr.len = (int)ARP_BYTES;
	MH_ALIGN(m, ARP_BYTES);
	m->m_flags |= M_BCAST;
	ah = mtod(m, struct arphdr *);
	memset(ah, 0, ARP_BYTES);
	ah->ar_hrd = htons(ARPHRD_ETHER);
	ah->ar_pro = htons(ETHERTYPE_IP);
	ah->ar_hln = ETHER_ADDR_LEN;
	ah->ar_pln = sizeof(struct in_addr);
	ah->ar_op = htons(ARPOP_REQUEST);
	memcpy(ar_sha(ah), CLLADDR(ifp->if_sadl), ETHER_ADDR_LEN);
	memcpy(ar_spa(ah), sip, sizeof(*sip));
	memcpy(ar_tpa(ah), tip, sizeof(*tip));

	memset(&sa, 0, sizeof(sa));
	sa.sa_family = AF_ARP;
	sa.sa_len = 2;
	(*ifp->if_output)(ifp, m, &sa, NULL);
}

/*
 * arp_ifinit: the interface has a new address; tell everybody.
 */
void
arp_ifinit(struct ifnet *ifp, struct ifaddr *ifa)
{
	const struct in_addr *ip = &IA_SIN(ifa)->sin_addr;

	if (ip->s_addr != INADDR_ANY) {
		KERNEL_LOCK(1, NULL);
		arp_request(ifp, ip, ip);
		KERNEL_UNLOCK_ONE(NULL);
	}
}

/*
 * arpwhohas: ask.
 */
void
arpwhohas(struct ifnet *ifp, struct in_addr *tip)
{
	struct in_ifaddr *ia;

	IFP_TO_IA(ifp, ia);
	if (ia != NULL)
		arp_request(ifp, &ia->ia_addr.sin_addr, tip);
}

int
arpresolve(struct ifnet *ifp, struct rtentry *rt, struct mbuf *m,
    const struct sockaddr *dst, u_char *desten)
{
	struct in_addr addr = satocsin(dst)->sin_addr;
	const struct arp_entry *ae = arp_lookup(ifp, addr);

	if (ae != NULL) {
		memcpy(desten, ae->ae_lladdr, ETHER_ADDR_LEN);
		return 1;
	}
	arpwhohas(ifp, &addr);
	m_freem(m);
	return 0;
}

/* The address of ours that is asked for, NULL: none. */
static struct in_ifaddr *
arp_ours(const struct ifnet *rcvif, struct in_addr addr)
{
	struct in_ifaddr *ia;

	TAILQ_FOREACH (ia, &in_ifaddrhead, ia_list) {
		if (in_hosteq(ia->ia_addr.sin_addr, addr) &&
		    (ia->ia_ifp == rcvif ||
			(ia->ia_ifp->if_bridge != NULL &&
			    ia->ia_ifp->if_bridge == rcvif->if_bridge)))
			return ia;
	}
	return NULL;
}

/* Turn a question round. */
static void
arp_reply(struct mbuf *m, struct arphdr *ah, struct in_ifaddr *ia)
{
	struct ifnet *ifp = ia->ia_ifp;
	struct sockaddr sa;

	memcpy(ar_tha(ah), ar_sha(ah), ah->ar_hln);
	memcpy(ar_sha(ah), CLLADDR(ifp->if_sadl), ah->ar_hln);
	memcpy(ar_tpa(ah), ar_spa(ah), ah->ar_pln);
	memcpy(ar_spa(ah), &ia->ia_addr.sin_addr, ah->ar_pln);
	ah->ar_op = htons(ARPOP_REPLY);
	m->m_flags &= ~(M_BCAST | M_MCAST);
	m->m_len = m->m_pkthdr.len = (int)ARP_BYTES;

	memset(&sa, 0, sizeof(sa));
	sa.sa_family = AF_ARP;
	sa.sa_len = 2;
	(*ifp->if_output)(ifp, m, &sa, NULL);
}

static void
in_arpinput(struct mbuf *m)
{
	struct ifnet *rcvif = m->m_pkthdr.rcvif;
	struct arphdr *ah = mtod(m, struct arphdr *);
	struct in_addr spa, tpa;
	struct in_ifaddr *ia;

	memcpy(&spa, ar_spa(ah), sizeof(spa));
	memcpy(&tpa, ar_tpa(ah), sizeof(tpa));
	ia = arp_ours(rcvif, tpa);
	if (ia != NULL && spa.s_addr != INADDR_ANY &&
	    !in_hosteq(spa, ia->ia_addr.sin_addr))
		arp_learn(ia->ia_ifp, spa, ar_sha(ah));
	if (ia == NULL || ntohs(ah->ar_op) != ARPOP_REQUEST) {
		m_freem(m);
		return;
	}
	arp_reply(m, ah, ia);
}

/*
 * arpintr: what is in arpintrq.
 */
void
arpintr(void)
{
	struct arphdr *ah;
	struct mbuf *m;
	int s;

	mutex_enter(softnet_lock);
	KERNEL_LOCK(1, NULL);
	for (;;) {
		s = splnet();
		IFQ_DEQUEUE(&arpintrq, m);
		splx(s);
		if (m == NULL)
			break;
		if (m->m_len < (int)ARP_BYTES &&
		    (m = m_pullup(m, (int)ARP_BYTES)) == NULL)
			continue;
		ah = mtod(m, struct arphdr *);
		if (ntohs(ah->ar_hrd) == ARPHRD_ETHER &&
		    ntohs(ah->ar_pro) == ETHERTYPE_IP &&
		    ah->ar_hln == ETHER_ADDR_LEN &&
		    ah->ar_pln == sizeof(struct in_addr))
			in_arpinput(m);
		else
			m_freem(m);
	}
	KERNEL_UNLOCK_ONE(NULL);
	mutex_exit(softnet_lock);
}

/*
 * revarpinput: RARP, which nobody here speaks.
 */
void
revarpinput(struct mbuf *m)
{
	m_freem(m);
}
