/*
 * socket.h: sockets as programs know them: families, addresses, options,
 * messages.
 *
 * A socket address has its length and family in front; the rest is the
 * family's.  The kernel's functions for any of them are at the end;
 * kern/uipc_domain.c asks the family.
 */
#ifndef _SYS_SOCKET_H_
#define _SYS_SOCKET_H_

#include <sys/cdefs.h>
#include <sys/types.h>
#include <sys/uio.h>

typedef uint8_t __sa_family_t;
typedef unsigned int __socklen_t;
typedef __sa_family_t sa_family_t;
typedef __socklen_t socklen_t;

#define SOCK_STREAM    1
#define SOCK_DGRAM     2
#define SOCK_RAW       3
#define SOCK_RDM       4
#define SOCK_SEQPACKET 5

#define SOCK_CLOEXEC    0x10000000
#define SOCK_NONBLOCK   0x20000000
#define SOCK_NOSIGPIPE  0x40000000
#define SOCK_FLAGS_MASK 0xf0000000

/* Options, of SOL_SOCKET. */
#define SO_DEBUG        0x0001
#define SO_ACCEPTCONN   0x0002
#define SO_REUSEADDR    0x0004
#define SO_KEEPALIVE    0x0008
#define SO_DONTROUTE    0x0010
#define SO_BROADCAST    0x0020
#define SO_USELOOPBACK  0x0040
#define SO_LINGER       0x0080
#define SO_OOBINLINE    0x0100
#define SO_REUSEPORT    0x0200
#define SO_NOSIGPIPE    0x0800
#define SO_ACCEPTFILTER 0x1000
#define SO_TIMESTAMP    0x2000
#define SO_DEFOPTS                                                     \
	(SO_DEBUG | SO_REUSEADDR | SO_KEEPALIVE | SO_DONTROUTE |       \
	    SO_BROADCAST | SO_USELOOPBACK | SO_LINGER | SO_OOBINLINE | \
	    SO_REUSEPORT | SO_NOSIGPIPE | SO_TIMESTAMP)
#define SO_SNDBUF     0x1001
#define SO_RCVBUF     0x1002
#define SO_SNDLOWAT   0x1003
#define SO_RCVLOWAT   0x1004
#define SO_ERROR      0x1007
#define SO_TYPE       0x1008
#define SO_OVERFLOWED 0x1009
#define SO_NOHEADER   0x100a
#define SO_SNDTIMEO   0x100b
#define SO_RCVTIMEO   0x100c

#define SOL_SOCKET 0xffff

struct linger {
	int l_onoff;
	int l_linger; /* seconds */
};

struct accept_filter_arg {
	char af_name[16];
	char af_arg[256 - 16];
};

#define AF_UNSPEC          0
#define AF_LOCAL           1
#define AF_UNIX            AF_LOCAL
#define AF_INET            2
#define AF_IMPLINK         3
#define AF_PUP             4
#define AF_CHAOS           5
#define AF_NS              6
#define AF_ISO             7
#define AF_OSI             AF_ISO
#define AF_ECMA            8
#define AF_DATAKIT         9
#define AF_CCITT           10
#define AF_SNA             11
#define AF_DECnet          12
#define AF_DLI             13
#define AF_LAT             14
#define AF_HYLINK          15
#define AF_APPLETALK       16
#define AF_OROUTE          17
#define AF_LINK            18
#define pseudo_AF_XTP      19
#define AF_COIP            20
#define AF_CNT             21
#define pseudo_AF_RTIP     22
#define AF_IPX             23
#define AF_INET6           24
#define pseudo_AF_PIP      25
#define AF_ISDN            26
#define AF_E164            AF_ISDN
#define AF_NATM            27
#define AF_ARP             28
#define pseudo_AF_KEY      29
#define pseudo_AF_HDRCMPLT 30
#define AF_BLUETOOTH       31
#define AF_IEEE80211       32
#define AF_MPLS            33
#define AF_ROUTE           34
#define AF_MAX             35

#define PF_UNSPEC    AF_UNSPEC
#define PF_LOCAL     AF_LOCAL
#define PF_UNIX      PF_LOCAL
#define PF_INET      AF_INET
#define PF_NS        AF_NS
#define PF_APPLETALK AF_APPLETALK
#define PF_OROUTE    AF_OROUTE
#define PF_LINK      AF_LINK
#define PF_XTP       pseudo_AF_XTP
#define PF_IPX       AF_IPX
#define PF_INET6     AF_INET6
#define PF_NATM      AF_NATM
#define PF_ARP       AF_ARP
#define PF_KEY       pseudo_AF_KEY
#define PF_MPLS      AF_MPLS
#define PF_ROUTE     AF_ROUTE
#define PF_MAX       AF_MAX

struct sockaddr {
	uint8_t sa_len; /* of all of it, in bytes */
	__sa_family_t sa_family;
	char sa_data[14];
};

#define _SS_MAXSIZE   128
#define _SS_ALIGNSIZE (sizeof(int64_t))
#define _SS_PAD1SIZE  (_SS_ALIGNSIZE - 2)
#define _SS_PAD2SIZE  (_SS_MAXSIZE - 2 - _SS_PAD1SIZE - _SS_ALIGNSIZE)

/* Room for an address of any family. */
struct sockaddr_storage {
	uint8_t ss_len;
	__sa_family_t ss_family;
	char __ss_pad1[_SS_PAD1SIZE];
	int64_t __ss_align;
	char __ss_pad2[_SS_PAD2SIZE];
};

#define sstosa(ss)  ((struct sockaddr *)(ss))
#define sstocsa(ss) ((const struct sockaddr *)(ss))

/* Second level of sysctl's net.route. */
#define NET_RT_DUMP     1
#define NET_RT_FLAGS    2
#define NET_RT_OOIFLIST 3
#define NET_RT_OIFLIST  4
#define NET_RT_IFLIST   5
#define NET_RT_MAXID    6

#define SOMAXCONN 128

struct msghdr {
	void *msg_name;
	socklen_t msg_namelen;
	struct iovec *msg_iov;
	int msg_iovlen;
	void *msg_control;
	socklen_t msg_controllen;
	int msg_flags;
};

#define MSG_OOB          0x0001
#define MSG_PEEK         0x0002
#define MSG_DONTROUTE    0x0004
#define MSG_EOR          0x0008
#define MSG_TRUNC        0x0010
#define MSG_CTRUNC       0x0020
#define MSG_WAITALL      0x0040
#define MSG_DONTWAIT     0x0080
#define MSG_BCAST        0x0100
#define MSG_MCAST        0x0200
#define MSG_NOSIGNAL     0x0400
#define MSG_CMSG_CLOEXEC 0x0800
#define MSG_NBIO         0x1000
#define MSG_WAITFORONE   0x2000

#ifdef _KERNEL
#define MSG_USERFLAGS   0x0ffffff
#define MSG_NAMEMBUF    0x1000000
#define MSG_CONTROLMBUF 0x2000000
#define MSG_IOVUSRSPACE 0x4000000
#define MSG_LENUSRSPACE 0x8000000
#endif

struct cmsghdr {
	socklen_t cmsg_len; /* with this header */
	int cmsg_level;
	int cmsg_type;
};

#define __CMSG_ALIGN(n) (((n) + __ALIGNBYTES) & ~__ALIGNBYTES)
#define CMSG_DATA(cmsg) \
	((u_char *)(void *)(cmsg) + __CMSG_ALIGN(sizeof(struct cmsghdr)))
#define CMSG_SPACE(l) (__CMSG_ALIGN(sizeof(struct cmsghdr)) + __CMSG_ALIGN(l))
#define CMSG_LEN(l)   (__CMSG_ALIGN(sizeof(struct cmsghdr)) + (l))
#ifndef __ALIGNBYTES
#define __ALIGNBYTES (sizeof(long) - 1)
#endif

#define SCM_RIGHTS    0x01
#define SCM_TIMESTAMP 0x08
#define SCM_CREDS     0x10

#define SHUT_RD   0
#define SHUT_WR   1
#define SHUT_RDWR 2

#ifdef _KERNEL

static inline socklen_t
sockaddr_getlen(const struct sockaddr *sa)
{
	return sa->sa_len;
}

/* Order of two addresses of any family; 0: the same. */
int sockaddr_cmp(const struct sockaddr *, const struct sockaddr *);
struct sockaddr *sockaddr_copy(struct sockaddr *, socklen_t,
    const struct sockaddr *);
struct sockaddr *sockaddr_externalize(struct sockaddr *, socklen_t,
    const struct sockaddr *);
struct sockaddr *sockaddr_alloc(sa_family_t, socklen_t, int);
struct sockaddr *sockaddr_dup(const struct sockaddr *, int);
void sockaddr_free(struct sockaddr *);

/* The address in an address, and any address of its family. */
const void *sockaddr_const_addr(const struct sockaddr *, socklen_t *);
void *sockaddr_addr(struct sockaddr *, socklen_t *);
const struct sockaddr *sockaddr_any(const struct sockaddr *);
const struct sockaddr *sockaddr_any_by_family(sa_family_t);
const void *sockaddr_anyaddr(const struct sockaddr *, socklen_t *);

#endif /* _KERNEL */

#endif /* _SYS_SOCKET_H_ */
