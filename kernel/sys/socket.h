/*
 * socket.h: address families and socket addresses.
 */
#ifndef _SYS_SOCKET_H_
#define _SYS_SOCKET_H_

#include <sys/cdefs.h>
#include <sys/types.h>

typedef uint8_t __sa_family_t;
typedef unsigned int __socklen_t;
typedef __sa_family_t sa_family_t;
typedef __socklen_t socklen_t;

#define SOCK_STREAM    1
#define SOCK_DGRAM     2
#define SOCK_RAW       3
#define SOCK_RDM       4
#define SOCK_SEQPACKET 5

#define SOL_SOCKET 0xffff

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

#endif /* _SYS_SOCKET_H_ */
