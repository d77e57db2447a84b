/*
 * subr_percpu.c: an object that every CPU has a copy of.
 *
 * Each CPU has an arena of its own, all of one size.  An object is an offset,
 * and its copies are at that offset in each arena.  Offsets are handed out by
 * a vmem(9) arena, which turns to percpu_backend_alloc for more.
 *
 *	percpu_offset_arena	| A |  B  |free|
 *				0   8     24			offsets
 *	CPU 0's pcc_data	| A | B   |    |
 *	CPU 1's pcc_data	| A | B   |    |
 *
 * Growth.  Every CPU gets a new, larger arena, one after the other.  To copy
 * the old one, it must not change meanwhile; it is only changed by its own CPU.
 * So that CPU copies it and puts the new one in place, asked by a low-priority
 * cross call, at splhigh against its interrupt handlers.
 *
 *	CPU 1, an LWP			CPU 1, xcall/1
 *
 *	p = percpu_getref(A): no
 *	preemption: we stay, and
 *	xcall/1 cannot run
 *	(*p)++
 *	percpu_putref(A)
 *					splhigh; copies; swaps; splx
 *	percpu_getref(A): A's new
 *	copy, same value
 *
 * All copies thus move.  A pointer is good between getref and putref, and what
 * is in a copy cannot be pointed to from elsewhere (no queue heads).  To look
 * at the copies of others, one holds percpu_swap_lock as a reader, which keeps
 * the arenas in place, though not the values in them still.
 *
 * A percpu_t pointer is an offset in disguise; whoever follows it traps.
 *
 * Contexts.  percpu_getref, percpu_putref: any.  percpu_alloc, percpu_free,
 * percpu_foreach, percpu_traverse_*: thread, sleeping.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/cpu.h>
#include <sys/kmem.h>
#include <sys/kernel.h>
#include <sys/mutex.h>
#include <sys/percpu.h>
#include <sys/rwlock.h>
#include <sys/vmem.h>
#include <sys/xcall.h>

#define PERCPU_QUANTUM_SIZE (ALIGNBYTES + 1)
#define PERCPU_QCACHE_MAX   0
#define PERCPU_IMPORT_SIZE  2048 /* grow by multiples of this */

#ifdef DIAGNOSTIC
#define MAGIC              0x50435055 /* "PCPU" */
#define percpu_encrypt(pc) ((pc) ^ MAGIC)
#define percpu_decrypt(pc) ((pc) ^ MAGIC)
#else
#define percpu_encrypt(pc) (pc)
#define percpu_decrypt(pc) (pc)
#endif

/*
 * cpu_percpu of a CPU changes under percpu_swap_lock, written, and at splhigh
 * on that CPU.  Its own CPU may thus read it at splhigh or with preemption
 * disabled, others as readers of the lock.
 */
static krwlock_t percpu_swap_lock __cacheline_aligned;
static kmutex_t percpu_allocation_lock __cacheline_aligned;
static vmem_t *percpu_offset_arena __read_mostly; /* constant */
static size_t percpu_nextoff; /* percpu_allocation_lock: end of all offsets */

static percpu_cpu_t *
cpu_percpu(struct cpu_info *ci)
{
	return &ci->ci_data.cpu_percpu;
}

static size_t
percpu_offset(percpu_t *pc)
{
	const uintptr_t off = percpu_decrypt((uintptr_t)pc);

	KASSERT(off < percpu_nextoff);
	return off;
}

/*
 * percpu_cpu_swap: put the arena newpcc in place of this CPU's, if it is
 * larger.  Either way newpcc is then the one to be freed.
 */
static void
percpu_cpu_swap(void *p1, void *p2)
{
	struct cpu_info *const ci = p1;
	percpu_cpu_t *const newpcc = p2;
	percpu_cpu_t *const pcc = cpu_percpu(ci);

	KASSERT(ci == curcpu() || !mp_online);

	rw_enter(&percpu_swap_lock, RW_WRITER);
	/* Somebody else may have been here with a still larger one. */
	if (newpcc->pcc_size > pcc->pcc_size) {
		percpu_cpu_t tmp;
		int s;

		s = splhigh();
		if (pcc->pcc_size > 0)
			memcpy(newpcc->pcc_data, pcc->pcc_data, pcc->pcc_size);
		tmp = *pcc;
		*pcc = *newpcc;
		*newpcc = tmp;
		splx(s);
	}
	rw_exit(&percpu_swap_lock);
}

/*
 * percpu_cpu_enlarge: make all arenas at least `size' bytes large.
 */
static void
percpu_cpu_enlarge(size_t size)
{
	CPU_INFO_ITERATOR cii;
	struct cpu_info *ci;

	for (CPU_INFO_FOREACH(cii, ci)) {
		percpu_cpu_t pcc;

		pcc.pcc_data = kmem_alloc(size, KM_SLEEP);
		pcc.pcc_size = size;
		if (!mp_online)
			percpu_cpu_swap(ci, &pcc);
		else
			xc_wait(xc_unicast(0, percpu_cpu_swap, ci, &pcc, ci));
		KASSERT(pcc.pcc_size <= size);
		if (pcc.pcc_data != NULL)
			kmem_free(pcc.pcc_data, pcc.pcc_size);
	}
}

/*
 * percpu_backend_alloc: vmem wants more offsets.
 */
static int
percpu_backend_alloc(vmem_t *dummy, vmem_size_t size, vmem_size_t *resultsize,
    vm_flag_t vmflags, vmem_addr_t *addrp)
{
	size_t offset, end;

	ASSERT_SLEEPABLE();
	KASSERT(dummy == NULL);

	if ((vmflags & VM_NOSLEEP) != 0)
		return ENOMEM;

	size = roundup(size, PERCPU_IMPORT_SIZE);
	mutex_enter(&percpu_allocation_lock);
	offset = percpu_nextoff;
	percpu_nextoff = end = offset + size;
	mutex_exit(&percpu_allocation_lock);

	percpu_cpu_enlarge(end);

	*resultsize = size;
	*addrp = offset;
	return 0;
}

static void
percpu_zero_cb(void *copy, void *size, struct cpu_info *ci)
{
	memset(copy, 0, (size_t)(uintptr_t)size);
}

/*
 * percpu_init: once, before any CPU but the first is attached.
 */
void
percpu_init(void)
{
	ASSERT_SLEEPABLE();

	rw_init(&percpu_swap_lock);
	mutex_init(&percpu_allocation_lock, MUTEX_DEFAULT, IPL_NONE);
	percpu_nextoff = PERCPU_QUANTUM_SIZE; /* 0 is no object */

	percpu_offset_arena = vmem_xcreate("percpu", 0, 0, PERCPU_QUANTUM_SIZE,
	    percpu_backend_alloc, NULL, NULL, PERCPU_QCACHE_MAX, VM_SLEEP,
	    IPL_NONE);
}

/*
 * percpu_init_cpu: give a CPU that is being attached its arena.
 */
void
percpu_init_cpu(struct cpu_info *ci)
{
	percpu_cpu_t *const pcc = cpu_percpu(ci);
	const size_t size = percpu_nextoff; /* nobody allocates meanwhile */

	ASSERT_SLEEPABLE();

	pcc->pcc_size = size;
	if (size > 0)
		pcc->pcc_data = kmem_zalloc(size, KM_SLEEP);
}

/*
 * percpu_alloc: an object of `size' bytes, zeros on every CPU.  NULL: there
 * are no more offsets.
 */
percpu_t *
percpu_alloc(size_t size)
{
	vmem_addr_t offset;
	percpu_t *pc;

	ASSERT_SLEEPABLE();

	if (vmem_alloc(percpu_offset_arena, size, VM_SLEEP | VM_BESTFIT,
		&offset) != 0)
		return NULL;
	pc = (percpu_t *)percpu_encrypt((uintptr_t)offset);
	percpu_foreach(pc, percpu_zero_cb, (void *)(uintptr_t)size);
	return pc;
}

/*
 * percpu_free: give it back; size as it was allocated with.
 */
void
percpu_free(percpu_t *pc, size_t size)
{
	ASSERT_SLEEPABLE();
	vmem_free(percpu_offset_arena, (vmem_addr_t)percpu_offset(pc), size);
}

/*
 * percpu_getref: this CPU's copy.  Preemption is off until percpu_putref, and
 * the caller does not sleep.
 */
void *
percpu_getref(percpu_t *pc)
{
	kpreempt_disable();
	return (char *)cpu_percpu(curcpu())->pcc_data + percpu_offset(pc);
}

/*
 * percpu_putref: done with it.
 */
void
percpu_putref(percpu_t *pc)
{
	kpreempt_enable();
}

/*
 * percpu_traverse_enter: other CPUs' copies stay where they are until
 * percpu_traverse_exit.  Their CPUs go on using them.
 */
void
percpu_traverse_enter(void)
{
	ASSERT_SLEEPABLE();
	rw_enter(&percpu_swap_lock, RW_READER);
}

void
percpu_traverse_exit(void)
{
	rw_exit(&percpu_swap_lock);
}

/*
 * percpu_getptr_remote: a CPU's copy, between these two.
 */
void *
percpu_getptr_remote(percpu_t *pc, struct cpu_info *ci)
{
	return (char *)cpu_percpu(ci)->pcc_data + percpu_offset(pc);
}

/*
 * percpu_foreach: call cb(copy, arg, ci) for each CPU, here.
 */
void
percpu_foreach(percpu_t *pc, percpu_callback_t cb, void *arg)
{
	CPU_INFO_ITERATOR cii;
	struct cpu_info *ci;

	percpu_traverse_enter();
	for (CPU_INFO_FOREACH(cii, ci))
		(*cb)(percpu_getptr_remote(pc, ci), arg, ci);
	percpu_traverse_exit();
}
