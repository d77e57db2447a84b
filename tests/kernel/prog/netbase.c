/*
 * netbase.c: what the network stands on: copies from and to programs, uiomove,
 * credentials, socket addresses, sources of randomness, descriptors.
 */
#include <sys/param.h>
#include <sys/cpu.h>
#include <sys/domain.h>
#include <sys/errno.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/intr.h>
#include <sys/ioctl.h>
#include <sys/kauth.h>
#include <sys/kernel.h>
#include <sys/malloc.h>
#include <sys/mbuf.h>
#include <sys/proc.h>
#include <sys/protosw.h>
#include <sys/rnd.h>
#include <sys/socket.h>
#include <sys/socketvar.h>
#include <sys/systm.h>
#include <sys/uio.h>

#include <crew.h>
#include <program.h>

static void
copies(void)
{
	char a[16] = "fifteen letters", b[16], c[16];
	struct iovec iov[3] = { { b, 4 }, { b + 4, 0 }, { b + 4, 7 } };
	struct uio uio = { .uio_iov = iov,
		.uio_iovcnt = 3,
		.uio_resid = 11,
		.uio_rw = UIO_READ };
	size_t done;

	program_check(copyin(NULL, b, 1) == EFAULT, "copyin of NULL");
	program_check(copyout(a, (void *)100, 1) == EFAULT,
	    "copyout to page 0");
	program_check(copyin(NULL, b, 0) == 0, "copyin of no byte");
	program_check(copyin(a, b, 16) == 0 && strcmp(a, b) == 0, "copyin");
	program_check(copyinstr(a, c, 16, &done) == 0 && done == 16 &&
		strcmp(a, c) == 0,
	    "copyinstr: %zu", done);
	program_check(copyinstr(a, c, 15, &done) == ENAMETOOLONG && done == 15,
	    "copyinstr, too long: %zu", done);

	memset(b, 0, sizeof(b));
	UIO_SETUP_SYSSPACE(&uio);
	program_check(uiomove(a, 6, &uio) == 0 && uio.uio_resid == 5 &&
		uio.uio_offset == 6,
	    "uiomove: %zu left", uio.uio_resid);
	program_check(uiomove(a + 6, 10, &uio) == 0 && uio.uio_resid == 0,
	    "uiomove: %zu left at last", uio.uio_resid);
	program_check(memcmp(b, "fifteen let", 11) == 0 && b[11] == 0,
	    "uiomove: %s", b);
	iov[0].iov_base = b;
	iov[0].iov_len = 11;
	uio.uio_iov = iov;
	uio.uio_iovcnt = 1;
	uio.uio_resid = 11;
	uio.uio_rw = UIO_WRITE;
	memset(c, 0, sizeof(c));
	program_check(uiomove(c, 16, &uio) == 0 && memcmp(b, c, 11) == 0,
	    "uiomove, writing");
}

static kauth_listener_t who, no;

static int
getpriv_allowed(kauth_cred_t cred, kauth_action_t action, void *cookie,
    void *arg0, void *arg1, void *arg2, void *arg3)
{
	program_check(cookie == &who && kauth_cred_geteuid(cred) == 1000,
	    "a listener's arguments");
	if (action != KAUTH_NETWORK_INTERFACE_BRIDGE)
		return KAUTH_RESULT_DEFER;
	return arg0 == KAUTH_ARG(KAUTH_REQ_NETWORK_INTERFACE_BRIDGE_GETPRIV)
	    ? KAUTH_RESULT_ALLOW
	    : KAUTH_RESULT_DEFER;
}

static void
credentials(void)
{
	kauth_cred_t cred = kauth_cred_alloc();

#define MAY(req)                                                      \
	kauth_authorize_network(cred, KAUTH_NETWORK_INTERFACE_BRIDGE, \
	    KAUTH_REQ_NETWORK_INTERFACE_BRIDGE_##req, NULL, NULL, NULL)
	program_check(MAY(SETPRIV) == 0 && MAY(GETPRIV) == 0, "root may");
	kauth_cred_seteuid(cred, 1000);
	program_check(MAY(SETPRIV) == EPERM && MAY(GETPRIV) == EPERM,
	    "another may");
	who = kauth_listen_scope(KAUTH_SCOPE_NETWORK, getpriv_allowed, &who);
	no = kauth_listen_scope(KAUTH_SCOPE_GENERIC, getpriv_allowed, NULL);
	program_check(MAY(SETPRIV) == EPERM && MAY(GETPRIV) == 0,
	    "what a listener allows");
	kauth_unlisten_scope(who);
	kauth_unlisten_scope(no);
	program_check(MAY(GETPRIV) == EPERM, "the listener has gone");
#undef MAY
	program_check(kauth_authorize_network(curlwp->l_cred,
			  KAUTH_NETWORK_INTERFACE,
			  KAUTH_REQ_NETWORK_INTERFACE_SETPRIV, NULL, NULL,
			  NULL) == 0,
	    "a kernel thread may not");
	kauth_cred_hold(cred);
	program_check(kauth_cred_getrefcnt(cred) == 2, "references");
	kauth_cred_free(cred);
	kauth_cred_free(cred);
}

static void
addresses(void)
{
	struct sockaddr *a = sockaddr_alloc(AF_LINK, 20, M_WAITOK), *b;
	struct sockaddr_storage ss;

	a->sa_data[5] = 3;
	b = sockaddr_dup(a, M_WAITOK);
	program_check(b->sa_len == 20 && b->sa_family == AF_LINK,
	    "sockaddr_dup");
	program_check(sockaddr_cmp(a, b) == 0, "two that are the same");
	((char *)b)[19] = 1;
	program_check(sockaddr_cmp(a, b) < 0 && sockaddr_cmp(b, a) > 0,
	    "the last byte");
	((char *)b)[19] = 0;
	b->sa_len = 19;
	program_check(sockaddr_cmp(a, b) > 0, "a shorter one");
	b->sa_family = AF_INET;
	program_check(sockaddr_cmp(a, b) > 0, "another family");
	sockaddr_copy(sstosa(&ss), sizeof(ss), a);
	program_check(sockaddr_cmp(sstosa(&ss), a) == 0, "sockaddr_copy");
	program_check(pffinddomain(AF_MAX) == NULL && pffinddomain(-1) == NULL,
	    "families that cannot be");
	program_check(max_linkhdr == 16 && max_hdr >= max_linkhdr &&
		max_datalen == MHLEN - max_hdr,
	    "max_linkhdr %d, max_hdr %d", max_linkhdr, max_hdr);
	program_check(softnet_lock != NULL, "softnet_lock");
	sockaddr_free(a);
	sockaddr_free(b);
}

/* Two samples fill a slow source's buffer; a softint mixes them in. */
static void
randomness(void)
{
	krndsource_t rs;
	uint32_t word = 0x5eed;
	int i;

	rnd_attach_source(&rs, "netbase", RND_TYPE_UNKNOWN, RND_FLAG_DEFAULT);
	for (i = 0; i < 200; i++) {
		const int s = splvm();

		rnd_add_uint32(&rs, (uint32_t)(i * i * i));
		splx(s);
	}
	rnd_add_data(&rs, &word, sizeof(word), 100);
	rnd_add_data(&rs, &word, sizeof(word), 100);
	program_check(rs.value_delta.insamples == 200, "%lu samples",
	    rs.value_delta.insamples);
	program_check(crew_await((volatile u_int *)&rs.total, 200, 50),
	    "%u bits", rs.total);
	program_check(crew_await((volatile u_int *)&rnd_initial_entropy, 1, 50),
	    "not enough yet");
	i = (int)rs.value_delta.insamples;
	rs.flags |= RND_FLAG_NO_COLLECT;
	rnd_add_uint32(&rs, 1);
	program_check((int)rs.value_delta.insamples == i, "off is not off");
	rnd_detach_source(&rs);
}

static int closed;

static int
file_close(struct file *fp)
{
	closed++;
	return 0;
}
static const struct fileops ops = { .fo_close = file_close };

static void
descriptors(void)
{
	file_t *fp, *fp2;
	int fd, fd2;

	closed = 0;
	program_check(fd_allocfile(&fp, &fd) == 0, "fd_allocfile");
	program_check(fd_getfile((u_int)fd) == NULL, "one with nothing in it");
	program_check(fd_clone(fp, (u_int)fd, FREAD, &ops, NULL) == EMOVEFD &&
		curlwp->l_dupfd == fd,
	    "fd_clone");
	program_check(fd_allocfile(&fp2, &fd2) == 0 && fd2 != fd, "another");
	program_check(fd_getfile((u_int)fd) == fp, "fd_getfile");
	fd_putfile((u_int)fd);
	program_check(closed == 0, "closed too early");
	program_check(fd_close((u_int)fd) == 0 && closed == 1, "fd_close");
	program_check(fd_close((u_int)fd) == EBADF, "closed twice");
	program_check(fd_close((u_int)fd2) == 0 && closed == 1, "the other");
	program_check(fd_getfile(1000) == NULL, "no such descriptor");
}

static void
ioctls(void)
{
	/* By hand: way, size, group, number. */
	program_check(FIONBIO == (0x80000000UL | 4 << 16 | 'f' << 8 | 126),
	    "FIONBIO %#lx", FIONBIO);
	program_check(IOCPARM_LEN(FIONREAD) == 4 && IOCGROUP(FIONREAD) == 'f' &&
		(FIONREAD & IOC_DIRMASK) == IOC_OUT,
	    "FIONREAD");
}

static void
netbase_all(void)
{
	copies();
	credentials();
	addresses();
	randomness();
	descriptors();
	ioctls();
}

static int
netbase_main(void)
{
	return crew_main(netbase_all);
}
PROGRAM(netbase, "copyin, uiomove, kauth, sockaddr, rnd, descriptors",
    netbase_main);
