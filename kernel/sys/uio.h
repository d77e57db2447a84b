/*
 * uio.h: what a read or write is of: pieces of memory, in whose address space
 * they are, and how much is left to move.
 *
 * uiomove(9) moves the pieces on as it copies.
 */
#ifndef _SYS_UIO_H_
#define _SYS_UIO_H_

#include <sys/types.h>

struct iovec {
	void *iov_base;
	size_t iov_len;
};

/* As seen by who reads: UIO_READ copies from the kernel. */
enum uio_rw { UIO_READ, UIO_WRITE };
enum uio_seg { UIO_USERSPACE, UIO_SYSSPACE };

#ifdef _KERNEL

struct vmspace;

struct uio {
	struct iovec *uio_iov; /* the piece in hand, and those behind it */
	int uio_iovcnt;
	off_t uio_offset; /* in the file */
	size_t uio_resid; /* bytes left */
	enum uio_rw uio_rw;
	struct vmspace *uio_vmspace; /* of the pieces */
};
#define UIO_SETUP_SYSSPACE(uio) uio_setup_sysspace(uio)

#define UIO_MAXIOV   1024
#define UIO_SMALLIOV 8

void uio_setup_sysspace(struct uio *);

#endif /* _KERNEL */

#endif /* _SYS_UIO_H_ */
