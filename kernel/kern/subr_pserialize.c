/*
 * subr_pserialize.c: passive serialization.
 *
 * Readers announce nothing.  They store nothing, so that no cache line moves
 * on their account; they only stay on their CPU.  A writer who wants to free
 * what readers may hold waits until no reader can be left that saw it:
 *
 *	reader				writer, holding its own lock
 *
 *	s = pserialize_read_enter();	unlink A, so that nobody finds it
 *	a = what the list says; use a	pserialize_perform(psz);
 *	pserialize_read_exit(s);	free A
 *
 * How does it know?  A read section is splsoftserial: no softint is dispatched
 * on the CPU while it lasts, and the LWP is not switched away, for it does not
 * sleep, and preemption waits at that IPL as well.  So where a CPU dispatches
 * a softint or switches LWPs, no reader is on it.  These are checkpoints;
 * mi_switch and softint_dispatch call pserialize_switchpoint there.
 *
 *	CPU 0, reader			CPU 1, writer
 *
 *	read_enter: splsoftserial
 *	a = A
 *					unlinks A
 *					perform: request in queue 0,
 *					high-priority call to all CPUs
 *	IPI: softint, held back
 *	uses a
 *	read_exit: splx
 *	softint; checkpoint		(has been waiting for this one)
 *					frees A
 *
 * Requests go through three queues:
 *
 *	queue 0		some CPU has not had its first checkpoint
 *	queue 1		all have; some has not had its second
 *	queue 2		all have had both: done
 *
 * psz_pass of a request are the CPUs past the checkpoint that it waits for.
 * When they equal psz_target, the CPUs that ran when the request was made, it
 * moves on.  The last CPU to pass moves it; the writer finds psz_target empty.
 *
 * Why two?  A checkpoint says that the CPU's read sections up to here are
 * over.  It is to say besides that those from here on see the unlinked list.
 * After the first round each CPU has been through a switch, which orders
 * memory, since the unlinking: wherever a section begins now, it does not find
 * A.  One that began before all were through may have; the second round, with
 * a checkpoint after that, sees the last of those off.  As the checkpoint
 * takes psz_lock when there is a request, it orders memory itself, and one
 * round would do here; NetBSD's promise does not hang on that, and its
 * duration is part of what callers know.
 *
 * The test of psz_work_todo takes no lock, as it is done at every switch:
 *
 *	CPU 0				CPU 1, writer
 *
 *	switchpoint: work_todo is 0,
 *	return: no checkpoint
 *					lock; queue 0; work_todo = 1; unlock
 *					call to all CPUs
 *	softint: work_todo is 1
 *	checkpoint
 *
 * To miss a request costs time alone: the cross call follows the store, and
 * makes a checkpoint on every CPU which sees it.  Idle CPUs, which would not
 * switch by themselves, have theirs by the same call.
 *
 * Time.  A round is a cross call and one tick's sleep, so perform takes two
 * ticks on an idle machine (10 to 20 ms at HZ 100: the first sleep ends with
 * the tick under way), and one where softints and switches are frequent.
 *
 * Contexts.  pserialize_read_enter, _exit: thread, softint; not a hard
 * interrupt (there readers are at splhigh, which holds softints back as well).
 * The reader must not sleep.  pserialize_perform, _create, _destroy: thread;
 * perform sleeps, and its caller keeps other writers out of the same object.
 * pserialize_switchpoint: mi_switch, softint_dispatch.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/condvar.h>
#include <sys/cpu.h>
#include <sys/evcnt.h>
#include <sys/kmem.h>
#include <sys/mutex.h>
#include <sys/pserialize.h>
#include <sys/proc.h>
#include <sys/queue.h>
#include <sys/xcall.h>

/*
 * Fields are
 *	w	the writer's, who has excluded all others
 *	p	locked by psz_lock while the request is in a queue
 */
struct pserialize {
	TAILQ_ENTRY(pserialize) psz_chain; /* p: of its queue */
	lwp_t *psz_owner;                  /* w: who performs, or NULL */
	kcpuset_t *psz_target; /* p: CPUs to wait for; empty: done */
	kcpuset_t *psz_pass;   /* p: of them, past the checkpoint */
};
TAILQ_HEAD(psz_queue, pserialize);

/*
 * psz_work_todo is read at every switch of every CPU, and so has a line of its
 * own; it changes under psz_lock, as all of these do.
 */
static u_int psz_work_todo __cacheline_aligned; /* requests in queues */
static kmutex_t psz_lock __cacheline_aligned;
static struct psz_queue psz_queue0 __cacheline_aligned;
static struct psz_queue psz_queue1;
static struct psz_queue psz_queue2;
static struct evcnt psz_ev_excl __cacheline_aligned; /* requests done */

/*
 * pserialize_init: once, before there is more than one CPU.
 */
void
pserialize_init(void)
{
	psz_work_todo = 0;
	TAILQ_INIT(&psz_queue0);
	TAILQ_INIT(&psz_queue1);
	TAILQ_INIT(&psz_queue2);
	mutex_init(&psz_lock, MUTEX_DEFAULT, IPL_SCHED);
	evcnt_attach_dynamic(&psz_ev_excl, EVCNT_TYPE_MISC, NULL, "pserialize",
	    "exclusive access");
}

/*
 * pserialize_create: an object to perform on; a writer's lock goes with it.
 */
pserialize_t
pserialize_create(void)
{
	pserialize_t psz;

	psz = kmem_zalloc(sizeof(*psz), KM_SLEEP);
	kcpuset_create(&psz->psz_target, true);
	kcpuset_create(&psz->psz_pass, true);
	return psz;
}

/*
 * pserialize_destroy: nobody performs on it, or will.
 */
void
pserialize_destroy(pserialize_t psz)
{
	KASSERT(psz->psz_owner == NULL);

	kcpuset_destroy(psz->psz_target);
	kcpuset_destroy(psz->psz_pass);
	kmem_free(psz, sizeof(*psz));
}

/*
 * pserialize_perform: wait until all read sections are over which have begun
 * before this was called.
 */
void
pserialize_perform(pserialize_t psz)
{
	KASSERT(!cpu_intr_p());
	KASSERT(!cpu_softintr_p());

	/* CPUs have stopped; nobody reads, nobody would answer. */
	if (__predict_false(panicstr != NULL))
		return;

	KASSERT(psz->psz_owner == NULL);
	KASSERT(ncpu > 0);

	psz->psz_owner = curlwp;
	kcpuset_copy(psz->psz_target, kcpuset_running);
	kcpuset_zero(psz->psz_pass);

	/* The lock also orders the caller's unlinking before the request. */
	mutex_spin_enter(&psz_lock);
	TAILQ_INSERT_TAIL(&psz_queue0, psz, psz_chain);
	psz_work_todo++;
	do {
		mutex_spin_exit(&psz_lock);

		/* A checkpoint on every CPU, whatever it does or does not. */
		xc_wait(xc_broadcast(XC_HIGHPRI,
		    (xcfunc_t)(void (*)(void))nullop, NULL, NULL));
		(void)kpause("psrlz", false, 1, NULL);

		mutex_spin_enter(&psz_lock);
	} while (!kcpuset_iszero(psz->psz_target));
	psz_ev_excl.ev_count++;
	mutex_spin_exit(&psz_lock);

	psz->psz_owner = NULL;
}

/*
 * pserialize_read_enter: begin a read section; what it returns is for _exit.
 * Sections nest.
 */
int
pserialize_read_enter(void)
{
	KASSERT(!cpu_intr_p());
	return splsoftserial();
}

/*
 * pserialize_read_exit: end it.  Softints that were held back run here.
 */
void
pserialize_read_exit(int s)
{
	KASSERT(!cpu_intr_p());
	splx(s);
}

/*
 * psz_pass_queue: this CPU passes a checkpoint; requests that it was the last
 * to pass for go from one queue to the next.
 */
static void
psz_pass_queue(struct psz_queue *from, struct psz_queue *to, cpuid_t cid)
{
	struct pserialize *psz, *next;

	KASSERT(mutex_owned(&psz_lock));

	for (psz = TAILQ_FIRST(from); psz != NULL; psz = next) {
		next = TAILQ_NEXT(psz, psz_chain);
		kcpuset_set(psz->psz_pass, cid);
		if (!kcpuset_match(psz->psz_pass, psz->psz_target))
			continue;
		kcpuset_zero(psz->psz_pass);
		TAILQ_REMOVE(from, psz, psz_chain);
		TAILQ_INSERT_TAIL(to, psz, psz_chain);
	}
}

/*
 * pserialize_switchpoint: no read section is under way on this CPU.
 */
void
pserialize_switchpoint(void)
{
	struct pserialize *psz;
	cpuid_t cid;

	if (__predict_true(psz_work_todo == 0))
		return;

	mutex_spin_enter(&psz_lock);
	cid = cpu_index(curcpu());

	/* Queue 1 first: one checkpoint does not count as both. */
	psz_pass_queue(&psz_queue1, &psz_queue2, cid);
	psz_pass_queue(&psz_queue0, &psz_queue1, cid);

	while ((psz = TAILQ_FIRST(&psz_queue2)) != NULL) {
		TAILQ_REMOVE(&psz_queue2, psz, psz_chain);
		kcpuset_zero(psz->psz_target);
		psz_work_todo--;
	}
	mutex_spin_exit(&psz_lock);
}
