/*
 * uipc_domain.c: families of protocols, and addresses of any family.
 *
 * Families are in a list that is made at boot (domain_attach, and those of the
 * link set "domains") and constant from then on, so nothing is locked.  An
 * address that has a family is compared and taken apart as the family says;
 * others are compared byte by byte.
 *
 * Contexts: domain_attach, domaininit: at boot.  sockaddr_alloc, _dup, _free:
 * at or below IPL_VM, M_WAITOK: threads.  Others: any.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/domain.h>
#include <sys/kernel.h>
#include <sys/malloc.h>
#include <sys/mbuf.h>
#include <sys/protosw.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

MALLOC_DEFINE(M_SOCKADDR, "sockaddr", "socket endpoints");

struct domainhead domains = STAILQ_HEAD_INITIALIZER(domains);
static struct domain *domain_array[AF_MAX];

u_int pfslowtimo_now;
u_int pffasttimo_now;

/*
 * domain_attach: a family, once.
 */
void
domain_attach(struct domain *dp)
{
	const struct protosw *pr;

	KASSERT(dp->dom_family < AF_MAX);
	STAILQ_INSERT_TAIL(&domains, dp, dom_link);
	domain_array[dp->dom_family] = dp;

	if (dp->dom_init != NULL)
		(*dp->dom_init)();
	for (pr = dp->dom_protosw; pr < dp->dom_protoswNPROTOSW; pr++)
		if (pr->pr_init != NULL)
			(*pr->pr_init)();
	if (max_linkhdr < 16) /* what DIX Ethernet has, aligned */
		max_linkhdr = 16;
	max_hdr = max_linkhdr + max_protohdr;
	max_datalen = MHLEN - max_hdr;
}

__link_set_decl(domains, struct domain);

/*
 * domaininit: the network's limits, and with `attach' the families of the link
 * set.
 */
void
domaininit(bool attach)
{
	struct domain *const *dpp;

	if (max_linkhdr < 16)
		max_linkhdr = 16;
	max_hdr = max_linkhdr + max_protohdr;
	max_datalen = MHLEN - max_hdr;
	if (!attach)
		return;
	__link_set_foreach(dpp, domains) domain_attach(*dpp);
}

struct domain *
pffinddomain(int family)
{
	return family >= 0 && family < AF_MAX ? domain_array[family] : NULL;
}

const struct protosw *
pffindtype(int family, int type)
{
	struct domain *const dp = pffinddomain(family);
	const struct protosw *pr;

	if (dp == NULL)
		return NULL;
	for (pr = dp->dom_protosw; pr < dp->dom_protoswNPROTOSW; pr++)
		if (pr->pr_type != 0 && pr->pr_type == type)
			return pr;
	return NULL;
}

const struct protosw *
pffindproto(int family, int protocol, int type)
{
	struct domain *const dp = pffinddomain(family);
	const struct protosw *pr, *raw = NULL;

	if (family == 0 || dp == NULL)
		return NULL;
	for (pr = dp->dom_protosw; pr < dp->dom_protoswNPROTOSW; pr++) {
		if (pr->pr_protocol == protocol && pr->pr_type == type)
			return pr;
		if (type == SOCK_RAW && pr->pr_type == SOCK_RAW &&
		    pr->pr_protocol == 0 && raw == NULL)
			raw = pr;
	}
	return raw;
}

/*
 * pfctlinput: news of an address, to all protocols.
 */
void
pfctlinput(int cmd, const struct sockaddr *sa)
{
	const struct protosw *pr;
	struct domain *dp;

	DOMAIN_FOREACH(dp)
	for (pr = dp->dom_protosw; pr < dp->dom_protoswNPROTOSW; pr++)
		if (pr->pr_ctlinput != NULL)
			(*pr->pr_ctlinput)(cmd, sa, NULL);
}

/* ---- addresses ------------------------------------------------------------- */

/*
 * sockaddr_alloc: socklen bytes for an address of family af, all 0 but for those
 * two.  NULL: M_NOWAIT and no memory.
 */
struct sockaddr *
sockaddr_alloc(sa_family_t af, socklen_t socklen, int flags)
{
	const socklen_t reallen = MAX(socklen,
	    offsetof(struct sockaddr, sa_data));
	struct sockaddr *sa;

	KASSERT(socklen <= UINT8_MAX);
	sa = malloc(reallen, M_SOCKADDR, flags | M_ZERO);
	if (sa == NULL)
		return NULL;
	sa->sa_family = af;
	sa->sa_len = (uint8_t)reallen;
	return sa;
}

void
sockaddr_free(struct sockaddr *sa)
{
	free(sa, M_SOCKADDR);
}

/*
 * sockaddr_copy: src to dst, which has room for socklen bytes; dst.
 */
struct sockaddr *
sockaddr_copy(struct sockaddr *dst, socklen_t socklen,
    const struct sockaddr *src)
{
	if (__predict_false(socklen < src->sa_len))
		panic("%s: source too long, %d < %d bytes", __func__,
		    (int)socklen, src->sa_len);
	return memcpy(dst, src, src->sa_len);
}

/*
 * sockaddr_externalize: the same for one that a program gave no length.
 */
struct sockaddr *
sockaddr_externalize(struct sockaddr *dst, socklen_t socklen,
    const struct sockaddr *src)
{
	return sockaddr_copy(dst, socklen, src);
}

struct sockaddr *
sockaddr_dup(const struct sockaddr *src, int flags)
{
	struct sockaddr *const dst = sockaddr_alloc(src->sa_family, src->sa_len,
	    flags);

	return dst != NULL ? sockaddr_copy(dst, dst->sa_len, src) : NULL;
}

/*
 * sockaddr_cmp: < 0, 0, > 0.  By family; then by what the family says it is
 * known by; or by all bytes, and then by length.
 */
int
sockaddr_cmp(const struct sockaddr *sa1, const struct sockaddr *sa2)
{
	const struct domain *dom;
	size_t len, ofs = offsetof(struct sockaddr, sa_data);
	int rc;

	if (sa1->sa_family != sa2->sa_family)
		return sa1->sa_family - sa2->sa_family;

	dom = pffinddomain(sa1->sa_family);
	if (dom != NULL && dom->dom_sa_cmplen != 0)
		return memcmp((const char *)sa1 + dom->dom_sa_cmpofs,
		    (const char *)sa2 + dom->dom_sa_cmpofs, dom->dom_sa_cmplen);

	len = MIN(sa1->sa_len, sa2->sa_len);
	if (len > ofs) {
		rc = memcmp((const char *)sa1 + ofs, (const char *)sa2 + ofs,
		    len - ofs);
		if (rc != 0)
			return rc;
	}
	return sa1->sa_len - sa2->sa_len;
}

/*
 * sockaddr_const_addr: where in it the address is; *slenp: how long.  NULL: its
 * family does not say.
 */
const void *
sockaddr_const_addr(const struct sockaddr *sa, socklen_t *slenp)
{
	const struct domain *const dom = pffinddomain(sa->sa_family);

	if (dom == NULL || dom->dom_sockaddr_const_addr == NULL)
		return NULL;
	return (*dom->dom_sockaddr_const_addr)(sa, slenp);
}

void *
sockaddr_addr(struct sockaddr *sa, socklen_t *slenp)
{
	return __UNCONST(sockaddr_const_addr(sa, slenp));
}

const struct sockaddr *
sockaddr_any_by_family(sa_family_t family)
{
	const struct domain *const dom = pffinddomain(family);

	return dom != NULL ? dom->dom_sa_any : NULL;
}

const struct sockaddr *
sockaddr_any(const struct sockaddr *sa)
{
	return sockaddr_any_by_family(sa->sa_family);
}

const void *
sockaddr_anyaddr(const struct sockaddr *sa, socklen_t *slenp)
{
	const struct sockaddr *const any = sockaddr_any(sa);

	return any != NULL ? sockaddr_const_addr(any, slenp) : NULL;
}
