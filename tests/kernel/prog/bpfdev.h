/*
 * bpfdev.h: /dev/bpf, as a process uses it.  Threads that may sleep.
 */
#ifndef PROG_BPFDEV_H
#define PROG_BPFDEV_H

#include <sys/types.h>

/* A descriptor of the LWP, for fd_close(). */
u_int bpfdev_open(void);

/* 0 or an errno. */
int bpfdev_ioctl(u_int fd, u_long cmd, void *data);
int bpfdev_setif(u_int fd, const char *ifname);

/* At most n bytes, which must be the buffer's size; how many, or -errno. */
int bpfdev_read(u_int fd, void *buf, size_t n);

#endif /* PROG_BPFDEV_H */
