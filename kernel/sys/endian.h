/*
 * endian.h: bytes of integers in memory.  amd64 is little-endian; the network
 * is big-endian.
 */
#ifndef _SYS_ENDIAN_H_
#define _SYS_ENDIAN_H_

#define _LITTLE_ENDIAN 1234
#define _BIG_ENDIAN    4321
#define _PDP_ENDIAN    3412

#define LITTLE_ENDIAN _LITTLE_ENDIAN
#define BIG_ENDIAN    _BIG_ENDIAN
#define PDP_ENDIAN    _PDP_ENDIAN
#define _BYTE_ORDER   _LITTLE_ENDIAN
#define BYTE_ORDER    _BYTE_ORDER

#define _QUAD_HIGHWORD 1
#define _QUAD_LOWWORD  0

#ifndef __ASSEMBLER__
#include <sys/cdefs.h>
#include <sys/stdint.h>
#include <sys/bswap.h>

/* host to network, network to host */
#define htonl(x) bswap32((uint32_t)(x))
#define htons(x) bswap16((uint16_t)(x))
#define ntohl(x) bswap32((uint32_t)(x))
#define ntohs(x) bswap16((uint16_t)(x))
#define NTOHL(x) (x) = ntohl(x)
#define NTOHS(x) (x) = ntohs(x)
#define HTONL(x) (x) = htonl(x)
#define HTONS(x) (x) = htons(x)

#define htobe16(x) bswap16((uint16_t)(x))
#define htobe32(x) bswap32((uint32_t)(x))
#define htobe64(x) bswap64((uint64_t)(x))
#define be16toh(x) htobe16(x)
#define be32toh(x) htobe32(x)
#define be64toh(x) htobe64(x)
#define htole16(x) ((uint16_t)(x))
#define htole32(x) ((uint32_t)(x))
#define htole64(x) ((uint64_t)(x))
#define le16toh(x) htole16(x)
#define le32toh(x) htole32(x)
#define le64toh(x) htole64(x)
#define HTOBE16(x) (x) = htobe16(x)
#define HTOBE32(x) (x) = htobe32(x)
#define HTOBE64(x) (x) = htobe64(x)
#define HTOLE16(x) (void)(x)
#define HTOLE32(x) (void)(x)
#define HTOLE64(x) (void)(x)
#define BE16TOH(x) HTOBE16(x)
#define BE32TOH(x) HTOBE32(x)
#define BE64TOH(x) HTOBE64(x)
#define LE16TOH(x) (void)(x)
#define LE32TOH(x) (void)(x)
#define LE64TOH(x) (void)(x)

/*
 * From and to any address, aligned or not.  The compiler makes one access of
 * each (and a bswap).
 */
#define __GEN_ENDIAN_ENC(bits, endian)                             \
	static __inline void __unused endian##bits##enc(void *dst, \
	    uint##bits##_t u)                                      \
	{                                                          \
		u = hto##endian##bits(u);                          \
		__builtin_memcpy(dst, &u, sizeof(u));              \
	}
#define __GEN_ENDIAN_DEC(bits, endian)                \
	static __inline uint##bits##_t __unused       \
	    endian##bits##dec(const void *buf)        \
	{                                             \
		uint##bits##_t u;                     \
		__builtin_memcpy(&u, buf, sizeof(u)); \
		return endian##bits##toh(u);          \
	}
/* clang-format off */
__GEN_ENDIAN_ENC(16, be)
__GEN_ENDIAN_ENC(32, be)
__GEN_ENDIAN_ENC(64, be)
__GEN_ENDIAN_ENC(16, le)
__GEN_ENDIAN_ENC(32, le)
__GEN_ENDIAN_ENC(64, le)
__GEN_ENDIAN_DEC(16, be)
__GEN_ENDIAN_DEC(32, be)
__GEN_ENDIAN_DEC(64, be)
__GEN_ENDIAN_DEC(16, le)
__GEN_ENDIAN_DEC(32, le)
__GEN_ENDIAN_DEC(64, le)
/* clang-format on */
#undef __GEN_ENDIAN_ENC
#undef __GEN_ENDIAN_DEC
#endif

#endif /* _SYS_ENDIAN_H_ */
