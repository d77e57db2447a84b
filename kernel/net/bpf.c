/*
 * bpf.c: captures of packets, bpf(4): from a driver's tap to a program's read.
 *
 * A program opens bpf and gets a descriptor of its own (struct bpf_d), says which
 * interface (BIOCSETIF) and maybe which packets (BIOCSETF, bpf_filter.c), and
 * reads.  A driver attaches its interface (struct bpf_if) and calls bpf_mtap for
 * each packet; if_bpf is NULL while nobody listens, so that costs one load and a
 * test.
 *
 * Buffers.  A packet is copied once, with a header that has the time and both
 * lengths, into the store buffer; when that is full it becomes the hold buffer,
 * which a read takes, and the free one takes its place.  While a program is slow
 * and there is no free one, packets are counted (bs_drop) and forgotten; those
 * that were stored before are not.
 *
 *	tap, interrupt			read, thread
 *
 *	sbuf is full: hbuf = sbuf,
 *	sbuf = fbuf, fbuf = NULL
 *	wakes the reader
 *					copies hbuf out, without a lock: a
 *					tap touches neither hbuf nor a fbuf
 *					of NULL
 *	sbuf is full, no fbuf: drop
 *					fbuf = hbuf, hbuf = NULL
 *
 * Locks.  A tap runs in interrupts and softints, on several CPUs at once, so it
 * takes spin mutexes at IPL_NET, in this order:
 *
 *	bpf_mtx		adaptive; which descriptors and interfaces there are
 *	bif_lock	spin: who listens to an interface.  A tap holds it while
 *			it goes through them, so none of them goes away then
 *	bd_lock		spin: a descriptor's buffers and counts
 *
 * A tap that has read if_bpf just before the last listener went finds an empty
 * list.  The struct bpf_if itself goes with bpf_detach, when the driver is done.
 *
 *	CPU 0, tap			CPU 1, close
 *	bp = ifp->if_bpf
 *					bif_lock: out of the list,
 *					if_bpf = NULL
 *	bif_lock: list is empty
 *
 * Not here: sending (write), select, kqueue, signals (FIOASYNC), compiled
 * filters.
 *
 * Contexts.  Taps: any at or below IPL_NET.  Others: threads, sleeping.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/atomic.h>
#include <sys/condvar.h>
#include <sys/conf.h>
#include <sys/errno.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/filio.h>
#include <sys/ioctl.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/systm.h>
#include <sys/timevar.h>
#include <sys/uio.h>

#include <net/bpf.h>
#include <net/bpfdesc.h>
#include <net/if.h>

#define BPF_BUFSIZE 32768

static kmutex_t bpf_mtx;
static LIST_HEAD(, bpf_if) bpf_iflist; /* bpf_mtx */
static const u_int bpf_bufsize = BPF_BUFSIZE;
static const u_int bpf_maxbufsize = BPF_DFLTBUFSIZE;

#include "bpf_tap.h"

/* ---- who listens ------------------------------------------------------------- */

/* d listens to bp.  bpf_mtx. */
static void
bpf_attachd(struct bpf_d *d, struct bpf_if *bp)
{
	KASSERT(mutex_owned(&bpf_mtx));
	mutex_spin_enter(&bp->bif_lock);
	mutex_spin_enter(&d->bd_lock);
	d->bd_bif = bp;
	d->bd_gone = false;
	mutex_spin_exit(&d->bd_lock);
	LIST_INSERT_HEAD(&bp->bif_dlist, d, bd_next);
	*bp->bif_driverp = bp;
	mutex_spin_exit(&bp->bif_lock);
}

/* d listens no more; no tap is in its buffers afterwards.  bpf_mtx. */
static void
bpf_detachd(struct bpf_d *d)
{
	struct bpf_if *const bp = d->bd_bif;

	KASSERT(mutex_owned(&bpf_mtx));
	if (bp == NULL)
		return;
	if (d->bd_promisc) {
		d->bd_promisc = 0;
		KERNEL_LOCK(1, NULL);
		(void)ifpromisc(bp->bif_ifp, 0);
		KERNEL_UNLOCK_ONE(NULL);
	}
	mutex_spin_enter(&bp->bif_lock);
	LIST_REMOVE(d, bd_next);
	if (LIST_EMPTY(&bp->bif_dlist))
		*bp->bif_driverp = NULL;
	mutex_spin_enter(&d->bd_lock);
	d->bd_bif = NULL;
	mutex_spin_exit(&d->bd_lock);
	mutex_spin_exit(&bp->bif_lock);
}

/* bpf_attach(9): packets of ifp, with link headers of hdrlen bytes. */
static void
bpfattach_do(struct ifnet *ifp, u_int dlt, u_int hdrlen,
    struct bpf_if **driverp)
{
	struct bpf_if *const bp = kmem_zalloc(sizeof(*bp), KM_SLEEP);

	LIST_INIT(&bp->bif_dlist);
	mutex_init(&bp->bif_lock, MUTEX_DEFAULT, IPL_NET);
	bp->bif_driverp = driverp;
	bp->bif_ifp = ifp;
	bp->bif_dlt = dlt;
	bp->bif_hdrlen = bpf_hdrlen(hdrlen);
	*driverp = NULL;
	mutex_enter(&bpf_mtx);
	LIST_INSERT_HEAD(&bpf_iflist, bp, bif_next);
	mutex_exit(&bpf_mtx);
}

/* bpf_detach(9): the interface goes; no tap of it runs, nor will one. */
static void
bpfdetach_do(struct ifnet *ifp)
{
	struct bpf_if *bp, *next;
	struct bpf_d *d;

	mutex_enter(&bpf_mtx);
	LIST_FOREACH_SAFE (bp, &bpf_iflist, bif_next, next) {
		if (bp->bif_ifp != ifp)
			continue;
		while ((d = LIST_FIRST(&bp->bif_dlist)) != NULL) {
			d->bd_promisc = 0; /* nobody is asked any more */
			bpf_detachd(d);
			mutex_spin_enter(&d->bd_lock);
			d->bd_gone = true;
			cv_broadcast(&d->bd_cv);
			mutex_spin_exit(&d->bd_lock);
		}
		LIST_REMOVE(bp, bif_next);
		mutex_destroy(&bp->bif_lock);
		kmem_free(bp, sizeof(*bp));
	}
	mutex_exit(&bpf_mtx);
}

static void
bpf_change_type_do(struct ifnet *ifp, u_int dlt, u_int hdrlen)
{
	struct bpf_if *bp;

	mutex_enter(&bpf_mtx);
	LIST_FOREACH (bp, &bpf_iflist, bif_next) {
		if (bp->bif_driverp != &ifp->if_bpf)
			continue;
		mutex_spin_enter(&bp->bif_lock);
		bp->bif_dlt = dlt;
		bp->bif_hdrlen = bpf_hdrlen(hdrlen);
		mutex_spin_exit(&bp->bif_lock);
	}
	mutex_exit(&bpf_mtx);
}

/* ---- files ------------------------------------------------------------------- */

static int bpf_read(struct file *, off_t *, struct uio *, kauth_cred_t, int);
static int bpf_write(struct file *, off_t *, struct uio *, kauth_cred_t, int);
static int bpf_ioctl(struct file *, u_long, void *);
static int bpf_close(struct file *);
static int bpfopen(dev_t, int, int, struct lwp *);

static const struct fileops bpf_fileops = {
	.fo_read = bpf_read,
	.fo_write = bpf_write,
	.fo_ioctl = bpf_ioctl,
	.fo_close = bpf_close,
};

const struct cdevsw bpf_cdevsw = {
	.d_open = bpfopen,
	.d_flag = D_OTHER | D_MPSAFE,
};

static int
bpfopen(dev_t dev, int flag, int mode, struct lwp *l)
{
	struct bpf_d *d;
	file_t *fp;
	int error, fd;

	error = fd_allocfile(&fp, &fd);
	if (error != 0)
		return error;
	d = kmem_zalloc(sizeof(*d), KM_SLEEP);
	d->bd_bufsize = (int)bpf_bufsize;
	d->bd_seesent = 1;
	mutex_init(&d->bd_lock, MUTEX_DEFAULT, IPL_NET);
	mutex_init(&d->bd_reading, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&d->bd_cv, "bpf");
	return fd_clone(fp, (unsigned)fd, flag, &bpf_fileops, d);
}

static void
bpf_free_buffers(struct bpf_d *d)
{
	const size_t size = (size_t)d->bd_bufsize;

	if (d->bd_sbuf == NULL)
		return;
	kmem_free(d->bd_sbuf, size);
	if (d->bd_hbuf != NULL)
		kmem_free(d->bd_hbuf, size);
	if (d->bd_fbuf != NULL)
		kmem_free(d->bd_fbuf, size);
	d->bd_sbuf = NULL;
}

static int
bpf_close(struct file *fp)
{
	struct bpf_d *const d = fp->f_data;

	mutex_enter(&bpf_mtx);
	bpf_detachd(d);
	mutex_exit(&bpf_mtx);

	bpf_free_buffers(d);
	if (d->bd_filter != NULL)
		kmem_free(d->bd_filter,
		    d->bd_filterlen * sizeof(struct bpf_insn));
	cv_destroy(&d->bd_cv);
	mutex_destroy(&d->bd_reading);
	mutex_destroy(&d->bd_lock);
	kmem_free(d, sizeof(*d));
	return 0;
}

/* Until there is a buffer to read.  bd_lock. */
static int
bpf_wait(struct bpf_d *d, bool nbio)
{
	int error;

	while (d->bd_hbuf == NULL) {
		if (d->bd_immediate && d->bd_slen != 0) {
			bpf_rotate(d);
			break;
		}
		if (d->bd_bif == NULL)
			return d->bd_gone ? ENXIO : EINVAL;
		if (nbio) {
			if (d->bd_slen == 0)
				return EWOULDBLOCK;
			bpf_rotate(d);
			break;
		}
		error = cv_timedwait_sig(&d->bd_cv, &d->bd_lock,
		    (int)d->bd_rtout);
		if (error == EWOULDBLOCK) {
			/* What there is; maybe nothing. */
			if (d->bd_hbuf == NULL && d->bd_slen != 0)
				bpf_rotate(d);
			return 0;
		}
		if (error != 0)
			return error;
	}
	return 0;
}

/*
 * A read is of one buffer; less would cut packets.
 */
static int
bpf_read(struct file *fp, off_t *offp, struct uio *uio, kauth_cred_t cred,
    int flags)
{
	struct bpf_d *const d = fp->f_data;
	int error;

	if (uio->uio_resid != (size_t)d->bd_bufsize || d->bd_sbuf == NULL)
		return EINVAL;

	mutex_enter(&d->bd_reading);
	mutex_spin_enter(&d->bd_lock);
	error = bpf_wait(d, (fp->f_flag & FNONBLOCK) != 0);
	mutex_spin_exit(&d->bd_lock);

	if (error == 0 && d->bd_hbuf != NULL) {
		error = uiomove(d->bd_hbuf, (size_t)d->bd_hlen, uio);
		mutex_spin_enter(&d->bd_lock);
		d->bd_fbuf = d->bd_hbuf;
		d->bd_hbuf = NULL;
		d->bd_hlen = 0;
		mutex_spin_exit(&d->bd_lock);
	}
	mutex_exit(&d->bd_reading);
	return error;
}

static int
bpf_write(struct file *fp, off_t *offp, struct uio *uio, kauth_cred_t cred,
    int flags)
{
	return EOPNOTSUPP;
}

/* Buffers empty, counts 0.  Nobody reads: bd_reading. */
static void
bpf_reset(struct bpf_d *d)
{
	KASSERT(mutex_owned(&d->bd_reading));
	mutex_spin_enter(&d->bd_lock);
	if (d->bd_hbuf != NULL) {
		d->bd_fbuf = d->bd_hbuf;
		d->bd_hbuf = NULL;
	}
	d->bd_slen = d->bd_hlen = 0;
	d->bd_rcount = d->bd_dcount = d->bd_ccount = 0;
	mutex_spin_exit(&d->bd_lock);
}

#include "bpf_ioctl.h"

/* ---- attach ------------------------------------------------------------------ */

static struct bpf_ops bpf_ops_kernel = {
	.bpf_attach = bpfattach_do,
	.bpf_detach = bpfdetach_do,
	.bpf_change_type = bpf_change_type_do,
	.bpf_tap = bpf_tap_do,
	.bpf_mtap = bpf_mtap_do,
	.bpf_mtap2 = bpf_mtap2_do,
	.bpf_mtap_af = bpf_mtap_af_do,
	.bpf_mtap_sl_in = bpf_mtap_sl_in_do,
	.bpf_mtap_sl_out = bpf_mtap_sl_out_do,
};

/*
 * bpfilterattach: the pseudo-device; takes over from bpf_stub.c.
 */
void
bpfilterattach(int n)
{
	mutex_init(&bpf_mtx, MUTEX_DEFAULT, IPL_NONE);
	LIST_INIT(&bpf_iflist);
	bpf_ops_handover_enter(&bpf_ops_kernel);
	atomic_swap_ptr(&bpf_ops, &bpf_ops_kernel);
	bpf_ops_handover_exit();
}
