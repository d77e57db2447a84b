/*
 * subr_ipi.c: interrupts from CPU to CPU.
 *
 * cpu_ipi, the machine's, does no more than interrupt a CPU; its handler calls
 * ipi_cpu_handler.  What is wanted there is in memory: a bit of ci_ipipend for
 * each registered function.
 *
 *	CPU 0: ipi_trigger		CPU 1
 *
 *	bit set, atomically
 *	cpu_ipi
 *					interrupt
 *					swaps ci_ipipend with 0
 *	bit set again, cpu_ipi
 *					calls the function
 *					interrupt, once more
 *
 * The word is taken before any function is called; so a trigger is merged with
 * another only if neither has been served, and is never lost.
 *
 * Messages.  Bit 0 is for functions that are not registered, with a mailbox
 * for each CPU: one line of pointers to messages.  The sender puts its message
 * into a free slot of each CPU concerned, sets their bit 0, and spins until
 * _pending has fallen to 0.  So the message may be on its stack.  Is a box
 * full, the sender spins, too, until the CPU has emptied it.
 *
 *	CPU 0: ipi_unicast		CPU 1
 *
 *	_pending = 1
 *	slot: NULL -> msg, by cas
 *	trigger
 *					msg = slot; slot = NULL
 *					func(arg)
 *					_pending -= 1, atomically
 *	ipi_wait: 0; msg is free	(no longer touches msg)
 *
 * Contexts.  A function is called in a hard interrupt at IPL_HIGH: it takes
 * spin mutexes of that level only.  ipi_trigger and the senders: any, with
 * preemption disabled; but to wait for a CPU that may at that moment wait for
 * ours, at an IPL which holds IPIs back, is a deadlock.  ipi_register,
 * ipi_unregister: thread, sleeping.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/types.h>
#include <sys/atomic.h>
#include <sys/bitops.h>
#include <sys/evcnt.h>
#include <sys/cpu.h>
#include <sys/ipi.h>
#include <sys/kcpuset.h>
#include <sys/kmem.h>
#include <sys/lock.h>
#include <sys/mutex.h>

/*
 * A registered function.  l: changed under ipi_mngmt_lock, read by interrupt
 * handlers without; func is set last, and cleared when no bit can be set.
 */
typedef struct {
	ipi_func_t func; /* l: NULL: free */
	void *arg;       /* l */
} ipi_intr_t;

#define IPI_SYNCH_ID 0 /* messages */
#define IPI_MSG_MAX  8

/*
 * A CPU's mailbox.  a: a slot is filled, if it is NULL, by an atomic
 * operation of the sender; it is emptied by its CPU, with a plain store.
 */
typedef struct {
	ipi_msg_t *volatile msg[IPI_MSG_MAX]; /* a */
} ipi_mbox_t;

static kmutex_t ipi_mngmt_lock;
static ipi_intr_t ipi_intrs[IPI_MAXREG] __cacheline_aligned;
static ipi_mbox_t *ipi_mboxes __read_mostly; /* by cpu_index; constant */
static struct evcnt ipi_mboxfull_ev __cacheline_aligned;

static void ipi_msg_cpu_handler(void *);

/*
 * ipi_sysinit: when all CPUs are attached, before any is started.
 */
void
ipi_sysinit(void)
{
	const size_t len = ncpu * sizeof(ipi_mbox_t);

	CTASSERT(sizeof(ipi_mbox_t) == COHERENCY_UNIT);

	mutex_init(&ipi_mngmt_lock, MUTEX_DEFAULT, IPL_NONE);
	memset(ipi_intrs, 0, sizeof(ipi_intrs));
	ipi_mboxes = kmem_zalloc(len, KM_SLEEP);
	ipi_intrs[IPI_SYNCH_ID].func = ipi_msg_cpu_handler;

	evcnt_attach_dynamic(&ipi_mboxfull_ev, EVCNT_TYPE_MISC, NULL, "ipi",
	    "full");
}

/*
 * ipi_register: have func(arg) called where the returned id is triggered; 0:
 * there are IPI_MAXREG already.
 */
u_int
ipi_register(ipi_func_t func, void *arg)
{
	u_int i;

	mutex_enter(&ipi_mngmt_lock);
	for (i = 0; i < IPI_MAXREG; i++) {
		if (ipi_intrs[i].func == NULL) {
			ipi_intrs[i].arg = arg;
			membar_producer();
			ipi_intrs[i].func = func;
			mutex_exit(&ipi_mngmt_lock);
			KASSERT(i != IPI_SYNCH_ID);
			return i;
		}
	}
	mutex_exit(&ipi_mngmt_lock);

	printf("WARNING: ipi_register: table full, increase IPI_MAXREG\n");
	return 0;
}

/*
 * ipi_unregister: when this returns the function runs nowhere, and will not.
 * The caller sees to it that nobody triggers it any more.
 *
 * A trigger may still be on its way.  But a CPU serves messages after all that
 * was pending with them, so one that has answered ours has served it.  The
 * slot is free only afterwards.
 */
void
ipi_unregister(u_int ipi_id)
{
	ipi_msg_t msg = { .func = (ipi_func_t)(void (*)(void))nullop };

	KASSERT(ipi_id != IPI_SYNCH_ID);
	KASSERT(ipi_id < IPI_MAXREG);

	mutex_enter(&ipi_mngmt_lock);
	KASSERT(ipi_intrs[ipi_id].func != NULL);
	kpreempt_disable();
	ipi_broadcast(&msg);
	ipi_wait(&msg);
	kpreempt_enable();
	ipi_intrs[ipi_id].func = NULL;
	mutex_exit(&ipi_mngmt_lock);
}

/*
 * ipi_trigger: have the function called on that CPU, which is not ours.
 */
void
ipi_trigger(u_int ipi_id, struct cpu_info *ci)
{
	KASSERT(kpreempt_disabled());
	KASSERT(curcpu() != ci);
	KASSERT(ipi_id < IPI_MAXREG);

	/* The interrupt is to find the bit. */
	atomic_or_32(&ci->ci_ipipend[ipi_id >> IPI_BITW_SHIFT],
	    1U << (ipi_id & IPI_BITW_MASK));
	membar_producer();
	cpu_ipi(ci);
}

/*
 * put_msg: into a slot of the mailbox, waiting for one.
 */
static inline void
put_msg(ipi_mbox_t *mbox, ipi_msg_t *msg)
{
	int count = SPINLOCK_BACKOFF_MIN;
	u_int i;

	for (;;) {
		for (i = 0; i < IPI_MSG_MAX; i++) {
			if (mbox->msg[i] == NULL &&
			    atomic_cas_ptr(&mbox->msg[i], NULL, msg) == NULL)
				return;
		}
		ipi_mboxfull_ev.ev_count++; /* more or less */
		SPINLOCK_BACKOFF(count);
	}
}

/*
 * ipi_cpu_handler: this CPU has been interrupted.  Messages come last, which
 * ipi_unregister relies on.
 */
void
ipi_cpu_handler(void)
{
	struct cpu_info *const ci = curcpu();
	u_int i;

	for (i = 0; i < IPI_BITWORDS; i++) {
		uint32_t pending;
		int bit;

		if (ci->ci_ipipend[i] == 0)
			continue;
		pending = atomic_swap_32(&ci->ci_ipipend[i], 0);
		membar_producer();
		while ((bit = fls32(pending)) != 0) {
			const u_int ipi_id = (i << IPI_BITW_SHIFT) +
			    (u_int)bit - 1;
			const ipi_intr_t *const ipi = &ipi_intrs[ipi_id];

			pending &= ~(1U << (bit - 1));
			KASSERT(ipi->func != NULL);
			ipi->func(ipi->arg);
		}
	}
}

/*
 * ipi_msg_cpu_handler: there are messages for this CPU.
 */
static void
ipi_msg_cpu_handler(void *arg)
{
	ipi_mbox_t *const mbox = &ipi_mboxes[cpu_index(curcpu())];
	ipi_msg_t *msg;
	u_int i;

	for (i = 0; i < IPI_MSG_MAX; i++) {
		if ((msg = mbox->msg[i]) == NULL)
			continue;
		mbox->msg[i] = NULL;

		KASSERT(msg->func != NULL);
		msg->func(msg->arg);

		/* With this the sender may be gone, and msg with it. */
		atomic_dec_uint(&msg->_pending);
	}
}

/* Send it to one CPU, which has been counted in _pending. */
static void
ipi_send(ipi_msg_t *msg, struct cpu_info *ci)
{
	put_msg(&ipi_mboxes[cpu_index(ci)], msg);
	ipi_trigger(IPI_SYNCH_ID, ci);
}

/*
 * ipi_unicast: have msg->func called on that CPU, which is not ours.
 */
void
ipi_unicast(ipi_msg_t *msg, struct cpu_info *ci)
{
	KASSERT(msg->func != NULL);
	KASSERT(kpreempt_disabled());
	KASSERT(curcpu() != ci);

	msg->_pending = 1;
	membar_producer();
	ipi_send(msg, ci);
}

/*
 * ipi_multicast: have it called on those CPUs, ours perhaps among them.
 */
void
ipi_multicast(ipi_msg_t *msg, const kcpuset_t *target)
{
	const struct cpu_info *const self = curcpu();
	CPU_INFO_ITERATOR cii;
	struct cpu_info *ci;
	u_int local;

	KASSERT(msg->func != NULL);
	KASSERT(kpreempt_disabled());

	local = kcpuset_isset(target, cpu_index(self)) ? 1 : 0;
	msg->_pending = (u_int)kcpuset_countset(target) - local;
	membar_producer();

	for (CPU_INFO_FOREACH(cii, ci)) {
		if (ci != self && kcpuset_isset(target, cpu_index(ci)))
			ipi_send(msg, ci);
	}
	if (local)
		msg->func(msg->arg);
}

/*
 * ipi_broadcast: have it called on all CPUs, ours included.
 */
void
ipi_broadcast(ipi_msg_t *msg)
{
	const struct cpu_info *const self = curcpu();
	CPU_INFO_ITERATOR cii;
	struct cpu_info *ci;

	KASSERT(msg->func != NULL);
	KASSERT(kpreempt_disabled());

	msg->_pending = (u_int)ncpu - 1;
	membar_producer();

	for (CPU_INFO_FOREACH(cii, ci)) {
		if (ci != self)
			ipi_send(msg, ci);
	}
	msg->func(msg->arg);
}

/*
 * ipi_wait: spin until all CPUs have called it.
 */
void
ipi_wait(ipi_msg_t *msg)
{
	int count = SPINLOCK_BACKOFF_MIN;

	while (msg->_pending != 0) {
		KASSERT(msg->_pending < (u_int)ncpu);
		SPINLOCK_BACKOFF(count);
	}
	membar_consumer(); /* what the functions have stored */
}
