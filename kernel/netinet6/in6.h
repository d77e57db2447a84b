/*
 * in6.h: addresses of IPv6.  <netinet/in.h> includes it.
 */
#ifndef _NETINET6_IN6_H_
#define _NETINET6_IN6_H_

#include <sys/cdefs.h>
#include <sys/types.h>
#include <sys/socket.h>

struct in6_addr {
	union {
		uint8_t __u6_addr8[16];
		uint16_t __u6_addr16[8];
		uint32_t __u6_addr32[4];
	} __u6_addr;
};
#define s6_addr   __u6_addr.__u6_addr8
#define s6_addr8  __u6_addr.__u6_addr8
#define s6_addr16 __u6_addr.__u6_addr16
#define s6_addr32 __u6_addr.__u6_addr32

struct sockaddr_in6 {
	uint8_t sin6_len;
	sa_family_t sin6_family;
	in_port_t sin6_port;
	uint32_t sin6_flowinfo;
	struct in6_addr sin6_addr;
	uint32_t sin6_scope_id;
};

#define IN6_ARE_ADDR_EQUAL(a, b) \
	(memcmp((a)->s6_addr, (b)->s6_addr, sizeof(struct in6_addr)) == 0)
#define IN6_IS_ADDR_UNSPECIFIED(a)                           \
	((a)->s6_addr32[0] == 0 && (a)->s6_addr32[1] == 0 && \
	    (a)->s6_addr32[2] == 0 && (a)->s6_addr32[3] == 0)
#define IN6_IS_ADDR_LINKLOCAL(a) \
	((a)->s6_addr[0] == 0xfe && ((a)->s6_addr[1] & 0xc0) == 0x80)
#define IN6_IS_ADDR_MULTICAST(a) ((a)->s6_addr[0] == 0xff)

#define INET6_ADDRSTRLEN 46

#define satosin6(sa)    ((struct sockaddr_in6 *)(sa))
#define satocsin6(sa)   ((const struct sockaddr_in6 *)(sa))
#define sin6tosa(sin6)  ((struct sockaddr *)(sin6))
#define sin6tocsa(sin6) ((const struct sockaddr *)(sin6))

#ifdef _KERNEL
struct mbuf;

/* Checksum of a protocol's bytes at an offset, with IPv6's pseudo-header. */
int in6_cksum(struct mbuf *, u_int8_t, u_int32_t, u_int32_t);

static __inline u_int16_t __unused
in6_cksum_phdr(const struct in6_addr *src, const struct in6_addr *dst,
    u_int32_t len, u_int32_t nxt)
{
	u_int32_t sum = 0;
	int i;

	for (i = 0; i < 8; i++)
		sum += (u_int32_t)src->s6_addr16[i] + dst->s6_addr16[i];
	sum += (u_int16_t)(len >> 16) + (u_int16_t)len;
	sum += (u_int16_t)(nxt >> 16) + (u_int16_t)nxt;
	sum = (u_int16_t)(sum >> 16) + (u_int16_t)sum;
	if (sum > 0xffff)
		sum -= 0xffff;
	return (u_int16_t)sum;
}

extern int in6_present; /* is IPv6 in this kernel? */
#endif                  /* _KERNEL */

#endif /* _NETINET6_IN6_H_ */
