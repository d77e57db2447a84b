/*
 * uvm_pdaemon.c: the page daemon: finds memory when there is none left.
 *
 * There are no pages to be written anywhere.  What can be had is what pools
 * keep: empty pages, and objects in the caches of CPUs.
 *
 *	who wants pages			page daemon
 *	finds none; uvm_kick_pdaemon
 *	sleeps in vmem_alloc		pool_drain, of each pool
 *					vmem_free wakes the sleeper
 *	looks again
 *
 * Contexts: uvm_kick_pdaemon up to IPL_VM, uvm_pageout is a thread.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/condvar.h>
#include <sys/mutex.h>
#include <sys/pool.h>

#include <uvm/uvm.h>

static kmutex_t uvmpd_lock;
static kcondvar_t uvmpd_cv; /* uvmpd_wanted */
static bool uvmpd_wanted;   /* uvmpd_lock */
static bool uvmpd_running;  /* uvmpd_lock; set once */

/*
 * uvm_kick_pdaemon: have it run soon.  Before it exists: nothing.
 */
void
uvm_kick_pdaemon(void)
{
	if (!uvmpd_running)
		return;
	mutex_enter(&uvmpd_lock);
	uvmpd_wanted = true;
	cv_signal(&uvmpd_cv);
	mutex_exit(&uvmpd_lock);
}

/*
 * uvm_pageout: the daemon's LWP; never returns.
 */
void
uvm_pageout(void *arg)
{
	struct pool *first, *pp;

	mutex_init(&uvmpd_lock, MUTEX_DEFAULT, IPL_VM);
	cv_init(&uvmpd_cv, "pgdaemon");
	uvmpd_running = true;

	mutex_enter(&uvmpd_lock);
	for (;;) {
		while (!uvmpd_wanted)
			cv_wait(&uvmpd_cv, &uvmpd_lock);
		uvmpd_wanted = false;
		uvmexp.pdwoke++;
		mutex_exit(&uvmpd_lock);

		/* Once round the list: until the first comes again. */
		pool_drain(&first);
		do
			pool_drain(&pp);
		while (pp != first && pp != NULL);

		mutex_enter(&uvmpd_lock);
	}
}
