/*
 * protosw.h: a protocol, as the code above and below it sees it: a table of
 * functions, one row for each protocol of a domain (<sys/domain.h>).
 */
#ifndef _SYS_PROTOSW_H_
#define _SYS_PROTOSW_H_

#include <sys/types.h>

struct mbuf;
struct ifnet;
struct sockaddr;
struct socket;
struct sockopt;
struct stat;
struct domain;
struct proc;
struct lwp;
struct pr_usrreqs;

struct protosw {
	short pr_type;            /* SOCK_* */
	struct domain *pr_domain; /* its family's */
	short pr_protocol;        /* IPPROTO_*, or 0 */
	short pr_flags;           /* PR_* */

	void (*pr_input)(struct mbuf *, ...); /* from below */
	int (*pr_output)(struct mbuf *, ...); /* from above */
	void *(*pr_ctlinput)(int, const struct sockaddr *, void *); /* PRC_* */
	int (*pr_ctloutput)(int, struct socket *, struct sockopt *);

	const struct pr_usrreqs *pr_usrreqs; /* what sockets ask for */

	void (*pr_init)(void);
	void (*pr_fasttimo)(void); /* each PR_FASTHZ'th of a second */
	void (*pr_slowtimo)(void);
	void (*pr_drain)(void); /* memory is short */
};

#define PR_SLOWHZ 2
#define PR_FASTHZ 5

/* pr_flags */
#define PR_ATOMIC       0x01 /* a message is sent as one */
#define PR_ADDR         0x02 /* with an address */
#define PR_CONNREQUIRED 0x04
#define PR_WANTRCVD     0x08 /* wants PRU_RCVD */
#define PR_RIGHTS       0x10 /* may pass descriptors */
#define PR_LISTEN       0x20
#define PR_LASTHDR      0x40 /* goes on to the next header itself */
#define PR_ABRTACPTDIS  0x80
#define PR_PURGEIF      0x100 /* wants to know of interfaces that go */

/* What sockets ask for, by number as it was of old. */
#define PRU_ATTACH     0
#define PRU_DETACH     1
#define PRU_BIND       2
#define PRU_LISTEN     3
#define PRU_CONNECT    4
#define PRU_ACCEPT     5
#define PRU_DISCONNECT 6
#define PRU_SHUTDOWN   7
#define PRU_RCVD       8
#define PRU_SEND       9
#define PRU_ABORT      10
#define PRU_CONTROL    11
#define PRU_SENSE      12
#define PRU_RCVOOB     13
#define PRU_SENDOOB    14
#define PRU_SOCKADDR   15
#define PRU_PEERADDR   16
#define PRU_CONNECT2   17
#define PRU_FASTTIMO   18
#define PRU_SLOWTIMO   19
#define PRU_PROTORCV   20
#define PRU_PROTOSEND  21
#define PRU_PURGEIF    22
#define PRU_NREQ       23

/* News from below, for pr_ctlinput. */
#define PRC_IFDOWN           0
#define PRC_ROUTEDEAD        1
#define PRC_QUENCH2          3
#define PRC_QUENCH           4
#define PRC_MSGSIZE          5
#define PRC_HOSTDEAD         6
#define PRC_HOSTUNREACH      7
#define PRC_UNREACH_NET      8
#define PRC_UNREACH_HOST     9
#define PRC_UNREACH_PROTOCOL 10
#define PRC_UNREACH_PORT     11
#define PRC_UNREACH_SRCFAIL  13
#define PRC_REDIRECT_NET     14
#define PRC_REDIRECT_HOST    15
#define PRC_REDIRECT_TOSNET  16
#define PRC_REDIRECT_TOSHOST 17
#define PRC_TIMXCEED_INTRANS 18
#define PRC_TIMXCEED_REASS   19
#define PRC_PARAMPROB        20
#define PRC_NCMDS            21
#define PRC_IS_REDIRECT(cmd) \
	((cmd) >= PRC_REDIRECT_NET && (cmd) <= PRC_REDIRECT_TOSHOST)

/* pr_ctloutput: get or set an option. */
#define PRCO_GETOPT 0
#define PRCO_SETOPT 1
#define PRCO_NCMDS  2

#ifdef _KERNEL

struct pr_usrreqs {
	int (*pr_attach)(struct socket *, int);
	void (*pr_detach)(struct socket *);
	int (*pr_accept)(struct socket *, struct mbuf *);
	int (*pr_connect)(struct socket *, struct mbuf *, struct lwp *);
	int (*pr_connect2)(struct socket *, struct socket *);
	int (*pr_bind)(struct socket *, struct mbuf *, struct lwp *);
	int (*pr_listen)(struct socket *, struct lwp *);
	int (*pr_disconnect)(struct socket *);
	int (*pr_shutdown)(struct socket *);
	int (*pr_abort)(struct socket *);
	int (*pr_ioctl)(struct socket *, u_long, void *, struct ifnet *);
	int (*pr_stat)(struct socket *, struct stat *);
	int (*pr_peeraddr)(struct socket *, struct mbuf *);
	int (*pr_sockaddr)(struct socket *, struct mbuf *);
	int (*pr_rcvd)(struct socket *, int, struct lwp *);
	int (*pr_recvoob)(struct socket *, struct mbuf *, int);
	int (*pr_send)(struct socket *, struct mbuf *, struct mbuf *,
	    struct mbuf *, struct lwp *);
	int (*pr_sendoob)(struct socket *, struct mbuf *, struct mbuf *);
	int (*pr_purgeif)(struct socket *, struct ifnet *);
};

/* The time, as a count of slow and fast timeouts, kern/uipc_domain.c. */
extern u_int pfslowtimo_now;
extern u_int pffasttimo_now;

const struct protosw *pffindproto(int, int, int);
const struct protosw *pffindtype(int, int);
struct domain *pffinddomain(int);
void pfctlinput(int, const struct sockaddr *);

#endif /* _KERNEL */

#endif /* _SYS_PROTOSW_H_ */
