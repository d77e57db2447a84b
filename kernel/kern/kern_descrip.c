/*
 * kern_descrip.c: descriptors, as far as programs of the kernel open something.
 *
 * There is one table for all of them.  A descriptor is a reference to its file,
 * and who works with the file has another one (fd_getfile, fd_putfile); the last
 * reference closes.
 *
 * A device that makes something new of each open (bpf) allocates a file, fills it
 * by fd_clone, and returns EMOVEFD; the new descriptor is in l_dupfd then.
 *
 * Contexts: threads, sleeping.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/errno.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/once.h>
#include <sys/systm.h>

#define NFILES 64

/* fd_lock: the table, and f_count of all. */
static kmutex_t fd_lock;
static file_t *fd_files[NFILES];

static int
fd_init(void)
{
	mutex_init(&fd_lock, MUTEX_DEFAULT, IPL_NONE);
	return 0;
}

static void
fd_enter(void)
{
	static ONCE_DECL(control);

	RUN_ONCE(&control, fd_init);
	mutex_enter(&fd_lock);
}

/*
 * fd_allocfile: a descriptor and its file, with nothing in it yet.  EMFILE.
 */
int
fd_allocfile(file_t **fpp, int *fdp)
{
	file_t *const fp = kmem_zalloc(sizeof(*fp), KM_SLEEP);
	int fd;

	mutex_init(&fp->f_lock, MUTEX_DEFAULT, IPL_NONE);
	fp->f_cred = curlwp->l_cred;
	fp->f_count = 1;
	fd_enter();
	for (fd = 0; fd < NFILES && fd_files[fd] != NULL; fd++)
		continue;
	if (fd < NFILES)
		fd_files[fd] = fp;
	mutex_exit(&fd_lock);
	if (fd == NFILES) {
		mutex_destroy(&fp->f_lock);
		kmem_free(fp, sizeof(*fp));
		return EMFILE;
	}
	*fpp = fp;
	*fdp = fd;
	return 0;
}

/*
 * fd_clone: what the file is.  EMOVEFD, always, for the opener to return.
 */
int
fd_clone(file_t *fp, unsigned fd, int flag, const struct fileops *fops,
    void *data)
{
	fp->f_flag = flag;
	fp->f_type = DTYPE_MISC;
	fp->f_data = data;
	fp->f_ops = fops;
	curlwp->l_dupfd = (int)fd;
	return EMOVEFD;
}

/*
 * fd_getfile: a reference to the descriptor's file; NULL: it is not open.
 */
file_t *
fd_getfile(unsigned fd)
{
	file_t *fp = NULL;

	fd_enter();
	if (fd < NFILES && fd_files[fd] != NULL &&
	    fd_files[fd]->f_ops != NULL) {
		fp = fd_files[fd];
		fp->f_count++;
	}
	mutex_exit(&fd_lock);
	return fp;
}

/* One reference less; the file to be closed, if it was the last. */
static int
fd_drop(file_t *fp)
{
	bool last;
	int error = 0;

	fd_enter();
	KASSERT(fp->f_count > 0);
	last = --fp->f_count == 0;
	mutex_exit(&fd_lock);
	if (!last)
		return 0;
	if (fp->f_ops != NULL)
		error = (*fp->f_ops->fo_close)(fp);
	mutex_destroy(&fp->f_lock);
	kmem_free(fp, sizeof(*fp));
	return error;
}

/*
 * fd_putfile: that reference back.  The descriptor is open still.
 */
void
fd_putfile(unsigned fd)
{
	KASSERT(fd < NFILES && fd_files[fd] != NULL);
	(void)fd_drop(fd_files[fd]);
}

/*
 * fd_close: the descriptor is free; nobody has a reference by fd_getfile.
 */
int
fd_close(unsigned fd)
{
	file_t *fp = NULL;

	fd_enter();
	if (fd < NFILES) {
		fp = fd_files[fd];
		fd_files[fd] = NULL;
	}
	mutex_exit(&fd_lock);
	return fp != NULL ? fd_drop(fp) : EBADF;
}
