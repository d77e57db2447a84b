/*
 * conf.h: devices that are files; of their functions, the one that opens.
 */
#ifndef _SYS_CONF_H_
#define _SYS_CONF_H_

#include <sys/types.h>

struct lwp;
struct uio;

#define D_OTHER      0x0000
#define D_TAPE       0x0001
#define D_DISK       0x0002
#define D_TTY        0x0003
#define D_TYPEMASK   0x00ff
#define D_MPSAFE     0x0100 /* wants no KERNEL_LOCK */
#define D_NEGOFFSAFE 0x0200

#ifdef _KERNEL
struct cdevsw {
	int (*d_open)(dev_t, int, int, struct lwp *);
	int (*d_close)(dev_t, int, int, struct lwp *);
	int (*d_read)(dev_t, struct uio *, int);
	int (*d_write)(dev_t, struct uio *, int);
	int (*d_ioctl)(dev_t, u_long, void *, int, struct lwp *);
	int d_flag;
};
#endif

#endif /* _SYS_CONF_H_ */
