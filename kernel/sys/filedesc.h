/*
 * filedesc.h: descriptors, numbers of what is open.  kern/kern_descrip.c.
 */
#ifndef _SYS_FILEDESC_H_
#define _SYS_FILEDESC_H_

#include <sys/file.h>

#ifdef _KERNEL
int fd_allocfile(file_t **, int *);
int fd_clone(file_t *, unsigned, int, const struct fileops *, void *);
file_t *fd_getfile(unsigned);
void fd_putfile(unsigned);
int fd_close(unsigned);
#endif

#endif /* _SYS_FILEDESC_H_ */
