/*
 * bpf_ioctl.h: what a program may ask of its descriptor; a part of bpf.c.
 *
 * Each call has bd_reading: a read is over or has not begun.  bpf_mtx besides,
 * where an interface is involved.
 */
#ifndef _NET_BPF_IOCTL_H_
#define _NET_BPF_IOCTL_H_

#include <sys/param.h>
#include <sys/ioctl.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/systm.h>

#include <net/bpfdesc.h>

/* BIOCSETF: another filter, or none; what was captured by the old one goes. */
static int
bpf_setf(struct bpf_d *d, const struct bpf_program *fp)
{
	const size_t bytes = fp->bf_len * sizeof(struct bpf_insn);
	struct bpf_insn *old, *new = NULL;
	u_int oldlen;
	struct bpf_if *bp;

	if (fp->bf_len > BPF_MAXINSNS)
		return EINVAL;
	if (fp->bf_len != 0) {
		new = kmem_alloc(bytes, KM_SLEEP);
		if (copyin(fp->bf_insns, new, bytes) != 0 ||
		    !bpf_validate(new, (int)fp->bf_len)) {
			kmem_free(new, bytes);
			return EINVAL;
		}
	}

	mutex_enter(&bpf_mtx);
	bp = d->bd_bif;
	if (bp != NULL)
		mutex_spin_enter(&bp->bif_lock);
	old = d->bd_filter;
	oldlen = d->bd_filterlen;
	d->bd_filter = new;
	d->bd_filterlen = fp->bf_len;
	if (bp != NULL)
		mutex_spin_exit(&bp->bif_lock);
	mutex_exit(&bpf_mtx);

	if (old != NULL)
		kmem_free(old, oldlen * sizeof(struct bpf_insn));
	bpf_reset(d);
	return 0;
}

/* BIOCSETIF: another interface, by name. */
static int
bpf_setif(struct bpf_d *d, const struct ifreq *ifr)
{
	struct bpf_if *bp;
	int error = ENXIO;

	mutex_enter(&bpf_mtx);
	LIST_FOREACH (bp, &bpf_iflist, bif_next) {
		if (bp->bif_driverp != &bp->bif_ifp->if_bpf ||
		    strncmp(bp->bif_ifp->if_xname, ifr->ifr_name, IFNAMSIZ) !=
			0)
			continue;
		if (d->bd_sbuf == NULL) {
			d->bd_fbuf = kmem_alloc((size_t)d->bd_bufsize,
			    KM_SLEEP);
			d->bd_sbuf = kmem_alloc((size_t)d->bd_bufsize,
			    KM_SLEEP);
		}
		if (bp != d->bd_bif) {
			bpf_detachd(d);
			bpf_attachd(d, bp);
		}
		bpf_reset(d);
		error = 0;
		break;
	}
	mutex_exit(&bpf_mtx);
	return error;
}

/* BIOCSBLEN: before the first interface; *len is what it has become. */
static int
bpf_setblen(struct bpf_d *d, u_int *len)
{
	if (d->bd_sbuf != NULL)
		return EINVAL;
	*len = MAX(MIN(*len, bpf_maxbufsize), BPF_MINBUFSIZE);
	*len = MAX(*len, bpf_hdrlen(16) + 16);
	d->bd_bufsize = (int)*len;
	return 0;
}

static int
bpf_setpromisc(struct bpf_d *d)
{
	int error = 0;

	if (d->bd_promisc)
		return 0;
	KERNEL_LOCK(1, NULL);
	error = ifpromisc(d->bd_bif->bif_ifp, 1);
	KERNEL_UNLOCK_ONE(NULL);
	if (error == 0)
		d->bd_promisc = 1;
	return error;
}

static void
bpf_getstats(struct bpf_d *d, struct bpf_stat *bs)
{
	memset(bs, 0, sizeof(*bs));
	mutex_spin_enter(&d->bd_lock);
	bs->bs_recv = d->bd_rcount;
	bs->bs_drop = d->bd_dcount;
	bs->bs_capt = d->bd_ccount;
	mutex_spin_exit(&d->bd_lock);
}

/* 0: for ever; less than a tick is one. */
static int
bpf_setrtimeout(struct bpf_d *d, const struct timeval *tv)
{
	u_long ticks;

	if (tv->tv_sec < 0 || tv->tv_sec > INT_MAX / hz - 1 ||
	    tv->tv_usec < 0 || tv->tv_usec >= 1000000)
		return EINVAL;
	ticks = (u_long)tv->tv_sec * (u_long)hz +
	    (u_long)tv->tv_usec / (1000000 / (u_long)hz);
	if (ticks == 0 && tv->tv_usec != 0)
		ticks = 1;
	mutex_spin_enter(&d->bd_lock);
	d->bd_rtout = ticks;
	mutex_spin_exit(&d->bd_lock);
	return 0;
}

static int
bpf_readable(struct bpf_d *d)
{
	int n;

	mutex_spin_enter(&d->bd_lock);
	n = d->bd_hbuf != NULL ? d->bd_hlen : d->bd_immediate ? d->bd_slen : 0;
	mutex_spin_exit(&d->bd_lock);
	return n;
}

/* Those that want an interface.  bpf_mtx. */
static int
bpf_ioctl_if(struct bpf_d *d, u_long cmd, void *data)
{
	if (d->bd_bif == NULL)
		return EINVAL;
	switch (cmd) {
	case BIOCPROMISC:
		return bpf_setpromisc(d);
	case BIOCGDLT:
		*(u_int *)data = d->bd_bif->bif_dlt;
		return 0;
	case BIOCSDLT:
		return *(u_int *)data == d->bd_bif->bif_dlt ? 0 : EINVAL;
	default: /* BIOCGETIF */
		strlcpy(((struct ifreq *)data)->ifr_name,
		    d->bd_bif->bif_ifp->if_xname, IFNAMSIZ);
		return 0;
	}
}

static int
bpf_ioctl_one(struct bpf_d *d, u_long cmd, void *data)
{
	struct bpf_version *bv;
	struct timeval *tv;

	switch (cmd) {
	case FIONREAD:
		*(int *)data = bpf_readable(d);
		return 0;
	case BIOCGBLEN:
		*(u_int *)data = (u_int)d->bd_bufsize;
		return 0;
	case BIOCSBLEN:
		return bpf_setblen(d, data);
	case BIOCSETF:
		return bpf_setf(d, data);
	case BIOCFLUSH:
		bpf_reset(d);
		return 0;
	case BIOCSETIF:
		return bpf_setif(d, data);
	case BIOCSRTIMEOUT:
		return bpf_setrtimeout(d, data);
	case BIOCGRTIMEOUT:
		tv = data;
		tv->tv_sec = (time_t)(d->bd_rtout / (u_long)hz);
		tv->tv_usec = (suseconds_t)(d->bd_rtout % (u_long)hz *
		    (1000000 / (u_long)hz));
		return 0;
	case BIOCGSTATS:
		bpf_getstats(d, data);
		return 0;
	case BIOCIMMEDIATE:
		d->bd_immediate = *(u_int *)data != 0;
		return 0;
	case BIOCVERSION:
		bv = data;
		bv->bv_major = BPF_MAJOR_VERSION;
		bv->bv_minor = BPF_MINOR_VERSION;
		return 0;
	case BIOCGHDRCMPLT:
		*(u_int *)data = d->bd_hdrcmplt;
		return 0;
	case BIOCSHDRCMPLT:
		d->bd_hdrcmplt = *(u_int *)data != 0;
		return 0;
	case BIOCGSEESENT:
		*(u_int *)data = (u_int)d->bd_seesent;
		return 0;
	case BIOCSSEESENT:
		d->bd_seesent = *(u_int *)data != 0;
		return 0;
	default:
		return EINVAL;
	}
}

static int
bpf_ioctl(struct file *fp, u_long cmd, void *data)
{
	struct bpf_d *const d = fp->f_data;
	int error;

	switch (cmd) {
	case FIONBIO:
		mutex_enter(&fp->f_lock);
		fp->f_flag = *(int *)data != 0 ? fp->f_flag | FNONBLOCK
					       : fp->f_flag & ~FNONBLOCK;
		mutex_exit(&fp->f_lock);
		return 0;
	case BIOCPROMISC:
	case BIOCGDLT:
	case BIOCSDLT:
	case BIOCGETIF:
		mutex_enter(&bpf_mtx);
		error = bpf_ioctl_if(d, cmd, data);
		mutex_exit(&bpf_mtx);
		return error;
	case BIOCGSTATS:
	case FIONREAD:
		return bpf_ioctl_one(d, cmd, data);
	default:
		mutex_enter(&d->bd_reading);
		error = bpf_ioctl_one(d, cmd, data);
		mutex_exit(&d->bd_reading);
		return error;
	}
}

#endif /* _NET_BPF_IOCTL_H_ */
