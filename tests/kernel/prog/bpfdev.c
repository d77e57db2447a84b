/*
 * bpfdev.c: /dev/bpf, as a process uses it (bpfdev.h).
 */
#include <sys/param.h>
#include <sys/conf.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/ioctl.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/uio.h>

#include <net/bpf.h>
#include <net/if.h>

#include <bpfdev.h>
#include <program.h>

extern const struct cdevsw bpf_cdevsw;

u_int
bpfdev_open(void)
{
	const int error = (*bpf_cdevsw.d_open)(0, FREAD, 0, curlwp);

	program_check(error == EMOVEFD, "open: %d", error);
	return (u_int)curlwp->l_dupfd;
}

int
bpfdev_ioctl(u_int fd, u_long cmd, void *data)
{
	file_t *const fp = fd_getfile(fd);
	int error;

	if (fp == NULL)
		return EBADF;
	error = (*fp->f_ops->fo_ioctl)(fp, cmd, data);
	fd_putfile(fd);
	return error;
}

int
bpfdev_setif(u_int fd, const char *ifname)
{
	struct ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	strlcpy(ifr.ifr_name, ifname, sizeof(ifr.ifr_name));
	return bpfdev_ioctl(fd, BIOCSETIF, &ifr);
}

int
bpfdev_read(u_int fd, void *buf, size_t n)
{
	struct iovec iov = { buf, n };
	struct uio uio = { .uio_iov = &iov,
		.uio_iovcnt = 1,
		.uio_resid = n,
		.uio_rw = UIO_READ };
	file_t *const fp = fd_getfile(fd);
	off_t off = 0;
	int error;

	UIO_SETUP_SYSSPACE(&uio);
	error = (*fp->f_ops->fo_read)(fp, &off, &uio, curlwp->l_cred, 0);
	fd_putfile(fd);
	return error != 0 ? -error : (int)(n - uio.uio_resid);
}
