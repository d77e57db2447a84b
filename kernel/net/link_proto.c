/*
 * link_proto.c: link addresses (struct sockaddr_dl, net/if_dl.h).
 *
 * Contexts.  Any; sockaddr_dl_alloc as malloc(9).
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/socket.h>
#include <sys/systm.h>
#include <sys/malloc.h>

#include <net/if.h>
#include <net/if_dl.h>

/*
 * sockaddr_dl_measure: bytes of an address with a name and an address of these
 * lengths.  Never less than the structure, so that it can be assigned.
 */
uint8_t
sockaddr_dl_measure(uint8_t namelen, uint8_t addrlen)
{
	const size_t n = offsetof(struct sockaddr_dl, sdl_data) + namelen +
	    addrlen;

	return (uint8_t)roundup2(MAX(n, sizeof(struct sockaddr_dl)),
	    sizeof(long));
}

/*
 * sockaddr_dl_init: fill one in, in socklen bytes; NULL: they are too few.  No
 * address: it is 0.
 */
struct sockaddr_dl *
sockaddr_dl_init(struct sockaddr_dl *sdl, socklen_t socklen, uint16_t ifindex,
    uint8_t type, const void *name, uint8_t namelen, const void *addr,
    uint8_t addrlen)
{
	const uint8_t len = sockaddr_dl_measure(namelen, addrlen);

	memset(sdl, 0, socklen);
	if (socklen < len)
		return NULL;
	sdl->sdl_len = len;
	sdl->sdl_family = AF_LINK;
	sdl->sdl_index = ifindex;
	sdl->sdl_type = type;
	memcpy(sdl->sdl_data, name, namelen);
	sdl->sdl_nlen = namelen;
	if (addr != NULL)
		memcpy(&sdl->sdl_data[namelen], addr, addrlen);
	sdl->sdl_alen = addrlen;
	return sdl;
}

/*
 * sockaddr_dl_setaddr: another address behind the name.
 */
struct sockaddr_dl *
sockaddr_dl_setaddr(struct sockaddr_dl *sdl, socklen_t socklen,
    const void *addr, uint8_t addrlen)
{
	const uint8_t len = sockaddr_dl_measure(sdl->sdl_nlen, addrlen);

	if (len > socklen)
		return NULL;
	memcpy(&sdl->sdl_data[sdl->sdl_nlen], addr, addrlen);
	sdl->sdl_alen = addrlen;
	sdl->sdl_len = len;
	return sdl;
}

struct sockaddr *
sockaddr_dl_alloc(uint16_t ifindex, uint8_t type, const void *name,
    uint8_t namelen, const void *addr, uint8_t addrlen, int flags)
{
	const uint8_t len = sockaddr_dl_measure(namelen, addrlen);
	struct sockaddr_dl *sdl = malloc(len, M_SONAME, flags);

	if (sdl == NULL)
		return NULL;
	return (struct sockaddr *)sockaddr_dl_init(sdl, len, ifindex, type,
	    name, namelen, addr, addrlen);
}
