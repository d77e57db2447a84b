/*
 * in.h: addresses and protocols of the Internet.
 */
#ifndef _NETINET_IN_H_
#define _NETINET_IN_H_

#include <sys/cdefs.h>
#include <sys/types.h>
#include <sys/endian.h>
#include <sys/socket.h>

typedef uint32_t in_addr_t;
typedef uint16_t in_port_t;

#define IPPROTO_IP      0
#define IPPROTO_HOPOPTS 0
#define IPPROTO_ICMP    1
#define IPPROTO_IGMP    2
#define IPPROTO_IPV4    4
#define IPPROTO_TCP     6
#define IPPROTO_UDP     17
#define IPPROTO_IPV6    41
#define IPPROTO_ICMPV6  58
#define IPPROTO_CARP    112
#define IPPROTO_RAW     255
#define IPPROTO_MAX     256

/* In network order. */
struct in_addr {
	in_addr_t s_addr;
} __packed;

struct sockaddr_in {
	uint8_t sin_len;
	sa_family_t sin_family;
	in_port_t sin_port;
	struct in_addr sin_addr;
	int8_t sin_zero[8];
};

#define __IPADDR(x) ((uint32_t)htonl((uint32_t)(x)))

#define IN_CLASSA(i) (((uint32_t)(i)&__IPADDR(0x80000000)) == 0)
#define IN_CLASSB(i) \
	(((uint32_t)(i)&__IPADDR(0xc0000000)) == __IPADDR(0x80000000))
#define IN_CLASSC(i) \
	(((uint32_t)(i)&__IPADDR(0xe0000000)) == __IPADDR(0xc0000000))
#define IN_CLASSD(i) \
	(((uint32_t)(i)&__IPADDR(0xf0000000)) == __IPADDR(0xe0000000))
#define IN_MULTICAST(i) IN_CLASSD(i)
#define IN_CLASSA_NET   __IPADDR(0xff000000)
#define IN_CLASSB_NET   __IPADDR(0xffff0000)
#define IN_CLASSC_NET   __IPADDR(0xffffff00)

#define INADDR_ANY            __IPADDR(0x00000000)
#define INADDR_LOOPBACK       __IPADDR(0x7f000001)
#define INADDR_BROADCAST      __IPADDR(0xffffffff)
#define INADDR_NONE           __IPADDR(0xffffffff)
#define INADDR_ALLHOSTS_GROUP __IPADDR(0xe0000001)

#define INET_ADDRSTRLEN 16

#define satosin(sa)   ((struct sockaddr_in *)(sa))
#define satocsin(sa)  ((const struct sockaddr_in *)(sa))
#define sintosa(sin)  ((struct sockaddr *)(sin))
#define sintocsa(sin) ((const struct sockaddr *)(sin))

#define in_nullhost(x)  ((x).s_addr == INADDR_ANY)
#define in_hosteq(s, t) ((s).s_addr == (t).s_addr)

#ifdef _KERNEL

struct mbuf;
struct ifnet;

/* Ones' complement checksum of the first len bytes, to be stored as it is. */
int in_cksum(struct mbuf *, int);
/* .. of what is at an offset, with a pseudo-header of a protocol. */
int in4_cksum(struct mbuf *, uint8_t, int, int);
int cpu_in_cksum(struct mbuf *, int, int, uint32_t);
int in_broadcast(struct in_addr, struct ifnet *);
void in_delayed_cksum(struct mbuf *);

static __inline u_int16_t __unused
in_cksum_phdr(u_int32_t src, u_int32_t dst, u_int32_t lenproto)
{
	u_int32_t sum;

	sum = lenproto + (u_int16_t)(src >> 16) + (u_int16_t)src +
	    (u_int16_t)(dst >> 16) + (u_int16_t)dst;
	sum = (u_int16_t)(sum >> 16) + (u_int16_t)sum;
	if (sum > 0xffff)
		sum -= 0xffff;
	return (u_int16_t)sum;
}

#endif /* _KERNEL */

#include <netinet6/in6.h>

#endif /* _NETINET_IN_H_ */
