/*
 * file.h: what is open: functions, and data that they know.
 */
#ifndef _SYS_FILE_H_
#define _SYS_FILE_H_

#include <sys/fcntl.h>
#include <sys/kauth.h>
#include <sys/mutex.h>
#include <sys/types.h>

struct file;
struct knote;
struct stat;
struct uio;

#ifdef _KERNEL

struct fileops {
	int (*fo_read)(struct file *, off_t *, struct uio *, kauth_cred_t, int);
	int (*fo_write)(struct file *, off_t *, struct uio *, kauth_cred_t,
	    int);
	int (*fo_ioctl)(struct file *, u_long, void *);
	int (*fo_fcntl)(struct file *, u_int, void *);
	int (*fo_poll)(struct file *, int);
	int (*fo_stat)(struct file *, struct stat *);
	int (*fo_close)(struct file *);
	int (*fo_kqfilter)(struct file *, struct knote *);
	void (*fo_restart)(struct file *);
};

/* Letters: f f_lock; i set when it is opened. */
typedef struct file {
	off_t f_offset;
	kauth_cred_t f_cred;         /* i: of who opened it */
	const struct fileops *f_ops; /* i */
	void *f_data;                /* i: of f_ops' */
	int f_flag;                  /* f: FREAD, ... */
	int f_type;                  /* i: DTYPE_* */
	u_int f_count;               /* f: references */
	kmutex_t f_lock;
} file_t;

#define DTYPE_VNODE  1
#define DTYPE_SOCKET 2
#define DTYPE_PIPE   3
#define DTYPE_KQUEUE 4
#define DTYPE_MISC   5

#define FOF_UPDATE_OFFSET 0x0001

#endif /* _KERNEL */

#endif /* _SYS_FILE_H_ */
