/*
 * domain.h: a family of protocols, and what it knows of its addresses.
 */
#ifndef _SYS_DOMAIN_H_
#define _SYS_DOMAIN_H_

#include <sys/socket.h>
#include <sys/mbuf.h>

struct lwp;
struct mbuf;
struct ifnet;
struct ifqueue;
struct route;

LIST_HEAD(dom_rtlist, route);

struct domain {
	int dom_family; /* AF_* */
	const char *dom_name;
	void (*dom_init)(void);
	int (*dom_externalize)(struct mbuf *, struct lwp *, int);
	void (*dom_dispose)(struct mbuf *);
	const struct protosw *dom_protosw, *dom_protoswNPROTOSW;
	int (*dom_rtattach)(void **, int); /* makes its routing table */
	int dom_rtoffset;                  /* of the address, in bits */
	int dom_maxrtkey;                  /* bytes of a key at the most */

	/* What a family keeps of an interface; in its if_afdata. */
	void *(*dom_ifattach)(struct ifnet *);
	void (*dom_ifdetach)(struct ifnet *, void *);

	/* Where an address has its address. */
	const void *(*dom_sockaddr_const_addr)(const struct sockaddr *,
	    socklen_t *);
	u_int dom_sa_cmpofs; /* sockaddr_cmp() looks from here */
	u_int dom_sa_cmplen; /* so many bytes */
	const struct sockaddr *dom_sa_any;

	struct ifqueue *dom_ifqueues[2]; /* flushed with an interface */
	STAILQ_ENTRY(domain) dom_link;
	struct mowner dom_mowner;
	struct dom_rtlist dom_rtcache;
};

STAILQ_HEAD(domainhead, domain);

#ifdef _KERNEL

#define DOMAIN_FOREACH(dom) STAILQ_FOREACH (dom, &domains, dom_link)
extern struct domainhead domains;

void domain_attach(struct domain *);
void domaininit(bool);

/* DOMAIN_DEFINE(d): a domain that domaininit() attaches. */
#define DOMAIN_DEFINE(name)        \
	extern struct domain name; \
	__link_set_add_data(domains, name)

#endif /* _KERNEL */

#endif /* _SYS_DOMAIN_H_ */
