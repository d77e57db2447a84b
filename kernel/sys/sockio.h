/*
 * sockio.h: ioctls of sockets and, through any socket, of interfaces.
 *
 * Their numbers carry the size of the structure, so each of those must be laid
 * out as programs know it: <net/if.h>, <net/if_media.h>, <net/if_ether.h>.
 */
#ifndef _SYS_SOCKIO_H_
#define _SYS_SOCKIO_H_

#include <sys/ioccom.h>

/* clang-format off */

/* Of the socket. */
#define SIOCSHIWAT	_IOW('s', 0, int)
#define SIOCGHIWAT	_IOR('s', 1, int)
#define SIOCSLOWAT	_IOW('s', 2, int)
#define SIOCGLOWAT	_IOR('s', 3, int)
#define SIOCATMARK	_IOR('s', 7, int)
#define SIOCSPGRP	_IOW('s', 8, int)
#define SIOCGPGRP	_IOR('s', 9, int)

#define SIOCADDRT	_IOW('r', 10, struct ortentry)
#define SIOCDELRT	_IOW('r', 11, struct ortentry)

/* Of an interface: addresses and flags. */
#define SIOCSIFADDR	_IOW('i', 12, struct ifreq)
#define SIOCGIFADDR	_IOWR('i', 33, struct ifreq)
#define SIOCSIFDSTADDR	_IOW('i', 14, struct ifreq)
#define SIOCGIFDSTADDR	_IOWR('i', 34, struct ifreq)
#define SIOCSIFFLAGS	_IOW('i', 16, struct ifreq)
#define SIOCGIFFLAGS	_IOWR('i', 17, struct ifreq)
#define SIOCGIFBRDADDR	_IOWR('i', 35, struct ifreq)
#define SIOCSIFBRDADDR	_IOW('i', 19, struct ifreq)
#define SIOCGIFCONF	_IOWR('i', 38, struct ifconf)
#define SIOCGIFNETMASK	_IOWR('i', 37, struct ifreq)
#define SIOCSIFNETMASK	_IOW('i', 22, struct ifreq)
#define SIOCGIFMETRIC	_IOWR('i', 23, struct ifreq)
#define SIOCSIFMETRIC	_IOW('i', 24, struct ifreq)
#define SIOCDIFADDR	_IOW('i', 25, struct ifreq)
#define SIOCAIFADDR	_IOW('i', 26, struct ifaliasreq)
#define SIOCGIFALIAS	_IOWR('i', 27, struct ifaliasreq)
#define SIOCGIFAFLAG_IN	_IOWR('i', 39, struct ifreq)

#define SIOCALIFADDR	_IOW('i', 28, struct if_laddrreq)
#define SIOCGLIFADDR	_IOWR('i', 29, struct if_laddrreq)
#define SIOCDLIFADDR	_IOW('i', 30, struct if_laddrreq)

#define SIOCSIFADDRPREF	_IOW('i', 31, struct if_addrprefreq)
#define SIOCGIFADDRPREF	_IOWR('i', 32, struct if_addrprefreq)

#define SIOCADDMULTI	_IOW('i', 49, struct ifreq)
#define SIOCDELMULTI	_IOW('i', 50, struct ifreq)

#define SIOCGETVIFCNT	_IOWR('u', 51, struct sioc_vif_req)
#define SIOCGETSGCNT	_IOWR('u', 52, struct sioc_sg_req)

#define SIOCSIFMEDIA	_IOWR('i', 53, struct ifreq)
#define SIOCGIFMEDIA	_IOWR('i', 54, struct ifmediareq)

#define SIOCSIFGENERIC	_IOW('i', 57, struct ifreq)
#define SIOCGIFGENERIC	_IOWR('i', 58, struct ifreq)

#define SIOCSIFPHYADDR	_IOW('i', 70, struct ifaliasreq)
#define SIOCGIFPSRCADDR	_IOWR('i', 71, struct ifreq)
#define SIOCGIFPDSTADDR	_IOWR('i', 72, struct ifreq)
#define SIOCDIFPHYADDR	_IOW('i', 73, struct ifreq)
#define SIOCSLIFPHYADDR	_IOW('i', 74, struct if_laddrreq)
#define SIOCGLIFPHYADDR	_IOWR('i', 75, struct if_laddrreq)

#define SIOCSIFCAP	_IOW('i', 117, struct ifcapreq)
#define SIOCGIFCAP	_IOWR('i', 118, struct ifcapreq)
#define SIOCGIFDLT	_IOWR('i', 119, struct ifreq)

#define SIOCIFGCLONERS	_IOWR('i', 120, struct if_clonereq)
#define SIOCIFDESTROY	_IOW('i', 121, struct ifreq)
#define SIOCIFCREATE	_IOW('i', 122, struct ifreq)

/* The driver's own, by struct ifdrv: bridge(4) is told all by these. */
#define SIOCSDRVSPEC	_IOW('i', 123, struct ifdrv)
#define SIOCGDRVSPEC	_IOWR('i', 123, struct ifdrv)

#define SIOCGIFASYNCMAP	_IOWR('i', 124, struct ifreq)
#define SIOCSIFASYNCMAP	_IOW('i', 125, struct ifreq)
#define SIOCGIFMTU	_IOWR('i', 126, struct ifreq)
#define SIOCSIFMTU	_IOW('i', 127, struct ifreq)

#define SIOCGIFDATA	_IOWR('i', 133, struct ifdatareq)
#define SIOCZIFDATA	_IOWR('i', 134, struct ifdatareq)

#define SIOCGLINKSTR	_IOWR('i', 135, struct ifdrv)
#define SIOCSLINKSTR	_IOW('i', 136, struct ifdrv)

#define SIOCGETHERCAP	_IOWR('i', 138, struct eccapreq)
#define SIOCGIFINDEX	_IOWR('i', 139, struct ifreq)

#define SIOCSVH		_IOWR('i', 245, struct ifreq)
#define SIOCGVH		_IOWR('i', 246, struct ifreq)
#define SIOCSETPFSYNC	_IOW('i', 247, struct ifreq)
#define SIOCGETPFSYNC	_IOWR('i', 248, struct ifreq)

/* Between the network code and a driver only: an address has been set. */
#ifdef _KERNEL
#define SIOCINITIFADDR	_IOW('i', 132, struct ifaddr)
#endif

/* Of a string in a struct ifdrv. */
#define IFLINKSTR_QUERYLEN	0x01
#define IFLINKSTR_UNSET		0x02

/* clang-format on */

#endif /* _SYS_SOCKIO_H_ */
