/*
 * if_dl.h: link addresses, in the form of a socket address.
 *
 * sdl_data has the interface's name (sdl_nlen bytes, no NUL), then the address
 * (sdl_alen bytes), then a selector.  It is often longer than it says here;
 * sdl_len tells.
 */
#ifndef _NET_IF_DL_H_
#define _NET_IF_DL_H_

#include <sys/types.h>
#include <sys/socket.h>

struct dl_addr {
	uint8_t dl_type;  /* IFT_*; 0: any */
	uint8_t dl_nlen;  /* of the name */
	uint8_t dl_alen;  /* of the address */
	uint8_t dl_slen;  /* of the selector */
	char dl_data[24]; /* shorter or longer */
};

struct sockaddr_dl {
	uint8_t sdl_len;        /* of all of it */
	sa_family_t sdl_family; /* AF_LINK */
	uint16_t sdl_index;     /* of the interface; 0: none */
	struct dl_addr sdl_addr;
#define sdl_type sdl_addr.dl_type
#define sdl_nlen sdl_addr.dl_nlen
#define sdl_alen sdl_addr.dl_alen
#define sdl_slen sdl_addr.dl_slen
#define sdl_data sdl_addr.dl_data
};

#define satosdl(sa)  ((struct sockaddr_dl *)(sa))
#define satocsdl(sa) ((const struct sockaddr_dl *)(sa))

#ifdef _KERNEL
/* net/link_proto.c: bytes that an address of that name and length takes. */
uint8_t sockaddr_dl_measure(uint8_t, uint8_t);
struct sockaddr *sockaddr_dl_alloc(uint16_t, uint8_t, const void *, uint8_t,
    const void *, uint8_t, int);
/* NULL: there is not that much room (socklen). */
struct sockaddr_dl *sockaddr_dl_init(struct sockaddr_dl *, socklen_t, uint16_t,
    uint8_t, const void *, uint8_t, const void *, uint8_t);
struct sockaddr_dl *sockaddr_dl_setaddr(struct sockaddr_dl *, socklen_t,
    const void *, uint8_t);
#endif

/* The address; where it may not be written to. */
#define LLADDR(s)  ((void *)((char *)(s)->sdl_data + (s)->sdl_nlen))
#define CLLADDR(s) ((const void *)((const char *)(s)->sdl_data + (s)->sdl_nlen))

#endif /* _NET_IF_DL_H_ */
