/*
 * bswap.h: an integer with its bytes in the opposite order.
 */
#ifndef _SYS_BSWAP_H_
#define _SYS_BSWAP_H_

#include <sys/stdint.h>

#define bswap16(x) __builtin_bswap16(x)
#define bswap32(x) __builtin_bswap32(x)
#define bswap64(x) __builtin_bswap64(x)

#endif /* _SYS_BSWAP_H_ */
