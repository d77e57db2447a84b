/*
 * kern_subr.c: move data between the kernel and what a uio(9) is about.
 *
 * Contexts: threads; a copy from or to a process may sleep.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/uio.h>

/*
 * uio_setup_sysspace: the pieces are the kernel's.
 */
void
uio_setup_sysspace(struct uio *uio)
{
	uio->uio_vmspace = vmspace_kernel();
}

static int
uio_copy(void *buf, void *piece, size_t n, const struct uio *uio)
{
	const bool sys = uio->uio_vmspace == vmspace_kernel();

	if (uio->uio_rw == UIO_READ)
		return sys ? kcopy(buf, piece, n) : copyout(buf, piece, n);
	return sys ? kcopy(piece, buf, n) : copyin(piece, buf, n);
}

/*
 * uiomove: n bytes between buf and uio's pieces, or as many as those have left.
 * 0, or an errno value, and then the uio is where it came to.
 */
int
uiomove(void *buf, size_t n, struct uio *uio)
{
	struct iovec *iov;
	char *cp = buf;
	size_t cnt;
	int error;

	while (n > 0 && uio->uio_resid > 0) {
		iov = uio->uio_iov;
		cnt = MIN(iov->iov_len, n);
		if (cnt == 0) {
			KASSERT(uio->uio_iovcnt > 1);
			uio->uio_iov++;
			uio->uio_iovcnt--;
			continue;
		}
		error = uio_copy(cp, iov->iov_base, cnt, uio);
		if (error != 0)
			return error;
		iov->iov_base = (char *)iov->iov_base + cnt;
		iov->iov_len -= cnt;
		uio->uio_resid -= cnt;
		uio->uio_offset += (off_t)cnt;
		cp += cnt;
		n -= cnt;
	}
	return 0;
}
