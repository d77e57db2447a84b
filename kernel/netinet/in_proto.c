/*
 * in_proto.c: the Internet as a family of protocols: IPv4, without sockets.
 *
 * Contexts.  Data; domaininit() reads them at boot.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/mbuf.h>
#include <sys/domain.h>
#include <sys/protosw.h>
#include <sys/socket.h>

#include <net/if.h>

#include <netinet/in.h>
#include <netinet/in_var.h>
#include <netinet/if_inarp.h>
#include <netinet/ip_var.h>

DOMAIN_DEFINE(inetdomain);

static const struct protosw inetsw[] = {
	{
	    .pr_domain = &inetdomain,
	    .pr_init = ip_init,
	},
};

static const struct sockaddr_in in_any = {
	.sin_len = sizeof(struct sockaddr_in),
	.sin_family = AF_INET,
};

struct domain inetdomain = {
	.dom_family = PF_INET,
	.dom_name = "internet",
	.dom_protosw = inetsw,
	.dom_protoswNPROTOSW = &inetsw[__arraycount(inetsw)],
	.dom_rtoffset = 32,
	.dom_maxrtkey = sizeof(struct sockaddr_in),
	.dom_sa_cmpofs = offsetof(struct sockaddr_in, sin_addr),
	.dom_sa_cmplen = sizeof(struct in_addr),
	.dom_sa_any = (const struct sockaddr *)&in_any,
	.dom_ifqueues = { NULL, NULL },
};
