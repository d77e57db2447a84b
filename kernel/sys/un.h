/*
 * un.h: addresses of local sockets.
 */
#ifndef _SYS_UN_H_
#define _SYS_UN_H_

#include <sys/types.h>

struct sockaddr_un {
	uint8_t sun_len;
	sa_family_t sun_family;
	char sun_path[104];
};

#ifdef _KERNEL
struct unpcb;
struct socket;
#endif

#endif /* _SYS_UN_H_ */
