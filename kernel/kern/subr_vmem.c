/*
 * subr_vmem.c: vmem(9), arenas: who has which of a range of numbers.
 *
 * The numbers are addresses, or offsets, or anything else that comes in
 * ranges; an arena never looks at what they stand for.  The theory is that of
 * Bonwick and Adams, "Magazines and Vmem" (2001).
 *
 * Segments, free lists and fits are in kern/vmem_seg.h; here are tags, spans,
 * sleep and the rest.
 *
 * Tags come from a reserve, vmem_btag_freelist, that all arenas share.  An
 * allocation needs two at most, the pieces that are cut off before and after,
 * and (importing) two for the new span.  They are taken together before anything is
 * changed.  If the reserve falls below VMEM_BTAG_RESERVE, the next caller takes a
 * page of kmem_meta_arena and cuts it into tags; that takes tags itself, two,
 * and is what the reserve is for (VM_POPULATING says: do not fill it now).
 * Tags go back to the reserve; pages of tags stay.
 *
 * What NetBSD's has besides: quantum caches.  Here qcache_max is not looked
 * at; who allocates pages often has a pool in front.
 *
 * Contexts.  An arena is for levels up to the IPL it was made with, spin
 * or adaptive lock accordingly.  VM_SLEEP: threads.  vmem_create, vmem_destroy:
 * threads.  Import and release functions are called without locks.
 *
 * A sleeper cannot miss a free, which signals under the lock the sleeper
 * looked under:
 *
 *	sleeper				another
 *	lock; nothing fits
 *	cv_wait: asleep, unlock
 *					lock; free; cv_broadcast; unlock
 *	lock; look again
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/hash.h>
#include <sys/queue.h>
#include <sys/bitops.h>
#include <sys/systm.h>
#include <sys/kernel.h>
#include <sys/callout.h>
#include <sys/kmem.h>
#include <sys/vmem.h>
#include <sys/vmem_impl.h>
#include <sys/workqueue.h>
#include <uvm/uvm_extern.h>

#include <kern/vmem_seg.h>

#define VMEM_BTAG_BOOT    128 /* static tags: boot until pages can be had */
#define VMEM_BTAG_RESERVE 32  /* 4 for each CPU in vmem_xalloc at once */
#define VMEM_HASH_MAX     65536
#define VMEM_REHASH_TICKS (10 * hz)

/* All arenas; g: vmem_list_lock. */
static LIST_HEAD(, vmem) vmem_list = LIST_HEAD_INITIALIZER(vmem_list);
static kmutex_t vmem_list_lock;

/* The reserve of tags; vmem_btag_lock. */
static kmutex_t vmem_btag_lock;
static LIST_HEAD(, vmem_btag) vmem_btag_freelist;
static size_t vmem_btag_freelist_count;
static bt_t vmem_btag_static[VMEM_BTAG_BOOT];
static bool vmem_btag_ready;

/* ---- tags ---------------------------------------------------------------- */

static void
bt_put(bt_t *bt)
{
	mutex_spin_enter(&vmem_btag_lock);
	LIST_INSERT_HEAD(&vmem_btag_freelist, bt, bt_freelist);
	vmem_btag_freelist_count++;
	mutex_spin_exit(&vmem_btag_lock);
}

static bt_t *
bt_get(void)
{
	bt_t *bt;

	mutex_spin_enter(&vmem_btag_lock);
	if ((bt = LIST_FIRST(&vmem_btag_freelist)) != NULL) {
		LIST_REMOVE(bt, bt_freelist);
		vmem_btag_freelist_count--;
	}
	mutex_spin_exit(&vmem_btag_lock);
	return bt;
}

/*
 * Fill the reserve, if that is due.  Nobody may hold an arena's lock.  What
 * was not got now is got by the next caller.
 */
static void
bt_refill(vm_flag_t flags)
{
	vmem_addr_t page;
	bt_t *bt;
	u_int i;

	while (vmem_btag_freelist_count < VMEM_BTAG_RESERVE &&
	    (flags & VM_POPULATING) == 0 && kmem_meta_arena != NULL) {
		if (vmem_alloc(kmem_meta_arena, PAGE_SIZE,
			VM_NOSLEEP | VM_INSTANTFIT | VM_POPULATING, &page) != 0)
			break;
		bt = (bt_t *)page;
		for (i = 0; i < PAGE_SIZE / sizeof(*bt); i++)
			bt_put(&bt[i]);
	}
}

/* Two tags, or none and false. */
static bool
bt_get2(bt_t **a, bt_t **b)
{
	if ((*a = bt_get()) == NULL)
		return false;
	if ((*b = bt_get()) == NULL) {
		bt_put(*a);
		return false;
	}
	return true;
}

static void
bt_put_if(bt_t *bt)
{
	if (bt != NULL)
		bt_put(bt);
}

/* ---- importing ----------------------------------------------------------- */

/* A span from the source that has room for what is wanted.  No lock held. */
static int
vmem_import(vmem_t *vm, const struct vmem_want *w, vm_flag_t flags)
{
	vmem_size_t size = w->w_size;
	vmem_addr_t addr;
	bt_t *span, *seg;
	int error;

	if (vm->vm_importfn == NULL)
		return EINVAL;
	if (w->w_align > vm->vm_quantum_mask + 1)
		size += w->w_align - (vm->vm_quantum_mask + 1);
	if (w->w_nocross != 0)
		size *= 2;
	if (vm->vm_flags & VM_LARGEIMPORT)
		size *= 16;
	size = vmem_roundup_size(vm, size);
	if (!bt_get2(&span, &seg))
		return ENOMEM;
	if (vm->vm_flags & VM_XIMPORT)
		error = ((vmem_ximport_t *)(void *)vm->vm_importfn)(vm->vm_arg,
		    size, &size, flags, &addr);
	else
		error = (*vm->vm_importfn)(vm->vm_arg, size, flags, &addr);
	if (error != 0) {
		bt_put(span);
		bt_put(seg);
		return ENOMEM;
	}
	mutex_enter(&vm->vm_lock);
	vmem_addspan(vm, addr, size, BT_TYPE_SPAN, span, seg);
	mutex_exit(&vm->vm_lock);
	return 0;
}

/* ---- making arenas ------------------------------------------------------- */

vmem_t *
vmem_init(vmem_t *vm, const char *name, vmem_addr_t base, vmem_size_t size,
    vmem_size_t quantum, vmem_import_t *importfn, vmem_release_t *releasefn,
    vmem_t *arg, vmem_size_t qcache_max, vm_flag_t flags, int ipl)
{
	u_int i;

	KASSERT((flags & (VM_SLEEP | VM_NOSLEEP)) != 0);
	KASSERT(quantum > 0 && powerof2(quantum));

	if (vm == NULL)
		vm = kmem_alloc(sizeof(*vm),
		    flags & VM_SLEEP ? KM_SLEEP : KM_NOSLEEP);
	if (vm == NULL)
		return NULL;
	if (!vmem_btag_ready)
		vmem_subsystem_init(vm);

	memset(vm, 0, sizeof(*vm));
	mutex_init(&vm->vm_lock, MUTEX_DEFAULT, ipl);
	cv_init(&vm->vm_cv, "vmem");
	vm->vm_name = name;
	vm->vm_flags = flags;
	vm->vm_importfn = importfn;
	vm->vm_releasefn = releasefn;
	vm->vm_arg = arg;
	vm->vm_quantum_mask = quantum - 1;
	vm->vm_quantum_shift = fls64(quantum) - 1;
	TAILQ_INIT(&vm->vm_seglist);
	for (i = 0; i < VMEM_MAXORDER; i++)
		LIST_INIT(&vm->vm_freelist[i]);
	vm->vm_hashlist = vm->vm_hash0;
	vm->vm_hashsize = VMEM_HASH_INIT;

	if (size != 0 && vmem_add(vm, base, size, flags) != 0) {
		vmem_destroy(vm);
		return NULL;
	}
	mutex_enter(&vmem_list_lock);
	LIST_INSERT_HEAD(&vmem_list, vm, vm_alllist);
	mutex_exit(&vmem_list_lock);
	return vm;
}

/*
 * vmem_subsystem_init: the reserve's first tags.  Once, before any arena.
 */
void
vmem_subsystem_init(vmem_t *vm)
{
	u_int i;

	mutex_init(&vmem_list_lock, MUTEX_DEFAULT, IPL_VM);
	mutex_init(&vmem_btag_lock, MUTEX_DEFAULT, IPL_VM);
	for (i = 0; i < VMEM_BTAG_BOOT; i++)
		bt_put(&vmem_btag_static[i]);
	vmem_btag_ready = true;
}

vmem_t *
vmem_create(const char *name, vmem_addr_t base, vmem_size_t size,
    vmem_size_t quantum, vmem_import_t *importfn, vmem_release_t *releasefn,
    vmem_t *source, vmem_size_t qcache_max, vm_flag_t flags, int ipl)
{
	KASSERT((flags & VM_XIMPORT) == 0);
	return vmem_init(NULL, name, base, size, quantum, importfn, releasefn,
	    source, qcache_max, flags, ipl);
}

vmem_t *
vmem_xcreate(const char *name, vmem_addr_t base, vmem_size_t size,
    vmem_size_t quantum, vmem_ximport_t *importfn, vmem_release_t *releasefn,
    vmem_t *source, vmem_size_t qcache_max, vm_flag_t flags, int ipl)
{
	KASSERT((flags & VM_XIMPORT) == 0);
	return vmem_init(NULL, name, base, size, quantum,
	    (vmem_import_t *)(void *)importfn, releasefn, source, qcache_max,
	    flags | VM_XIMPORT, ipl);
}

/*
 * vmem_destroy: all of it has been freed.  A span may be left that was imported
 * by one who then found room elsewhere, because another had freed some.
 * Not for arenas given to vmem_init.
 */
void
vmem_destroy(vmem_t *vm)
{
	bt_t *bt;

	mutex_enter(&vmem_list_lock);
	if (vm->vm_alllist.le_prev != NULL)
		LIST_REMOVE(vm, vm_alllist);
	mutex_exit(&vmem_list_lock);

	KASSERTMSG(vm->vm_nbusytag == 0, "vmem %s: %zu of %zu still in use",
	    vm->vm_name, vm->vm_inuse, vm->vm_size);
	while ((bt = TAILQ_FIRST(&vm->vm_seglist)) != NULL) {
		TAILQ_REMOVE(&vm->vm_seglist, bt, bt_seglist);
		if (bt->bt_type == BT_TYPE_SPAN && vm->vm_releasefn != NULL)
			(*vm->vm_releasefn)(vm->vm_arg, bt->bt_start,
			    bt->bt_size);
		bt_put(bt);
	}
	if (vm->vm_hashlist != vm->vm_hash0)
		kmem_free(vm->vm_hashlist,
		    vm->vm_hashsize * sizeof(*vm->vm_hashlist));
	cv_destroy(&vm->vm_cv);
	mutex_destroy(&vm->vm_lock);
	kmem_free(vm, sizeof(*vm));
}

vmem_size_t
vmem_roundup_size(vmem_t *vm, vmem_size_t size)
{
	return (size + vm->vm_quantum_mask) & ~vm->vm_quantum_mask;
}

/*
 * vmem_add: [addr, addr + size) belongs to the arena from now on.  0, ENOMEM.
 */
int
vmem_add(vmem_t *vm, vmem_addr_t addr, vmem_size_t size, vm_flag_t flags)
{
	bt_t *span, *seg;

	bt_refill(flags);
	if (!bt_get2(&span, &seg))
		return ENOMEM;
	mutex_enter(&vm->vm_lock);
	vmem_addspan(vm, addr, size, BT_TYPE_SPAN_STATIC, span, seg);
	cv_broadcast(&vm->vm_cv);
	mutex_exit(&vm->vm_lock);
	return 0;
}

/* ---- allocating ---------------------------------------------------------- */

/*
 * vmem_alloc: size, rounded up to quanta, anywhere.  0 and *addrp, or ENOMEM
 * (VM_NOSLEEP).  Freed by vmem_free with the same size.
 */
int
vmem_alloc(vmem_t *vm, vmem_size_t size, vm_flag_t flags, vmem_addr_t *addrp)
{
	return vmem_xalloc(vm, size, 0, 0, 0, VMEM_ADDR_MIN, VMEM_ADDR_MAX,
	    flags, addrp);
}

/* One attempt: 0 and *addrp; EAGAIN: nothing fits; ENOMEM: no tags. */
static int
vmem_try(vmem_t *vm, const struct vmem_want *w, vm_flag_t flags,
    vmem_addr_t *addrp)
{
	bt_t *before, *after, *bt;

	bt_refill(flags);
	if (!bt_get2(&before, &after))
		return ENOMEM;
	mutex_enter(&vm->vm_lock);
	bt = vmem_find(vm, w, flags, addrp);
	if (bt != NULL)
		vmem_cut(vm, bt, *addrp, w->w_size, &before, &after);
	mutex_exit(&vm->vm_lock);
	bt_put_if(before);
	bt_put_if(after);
	return bt != NULL ? 0 : EAGAIN;
}

/*
 * vmem_xalloc: the same with constraints: addr is phase modulo align (a power
 * of 2; 0: the quantum), does not cross a multiple of nocross (0: any), and
 * lies with all of its bytes in [minaddr, maxaddr].
 */
int
vmem_xalloc(vmem_t *vm, vmem_size_t size0, vmem_size_t align, vmem_size_t phase,
    vmem_size_t nocross, vmem_addr_t minaddr, vmem_addr_t maxaddr,
    vm_flag_t flags, vmem_addr_t *addrp)
{
	const struct vmem_want w = { vmem_roundup_size(vm, size0),
		align != 0 ? align : vm->vm_quantum_mask + 1, phase, nocross,
		minaddr, maxaddr };
	int error;

	KASSERT(size0 > 0);
	KASSERT((flags & (VM_SLEEP | VM_NOSLEEP)) != 0);
	KASSERT((~flags & (VM_SLEEP | VM_NOSLEEP)) != 0);
	KASSERT((~flags & (VM_INSTANTFIT | VM_BESTFIT)) != 0);
	KASSERT(powerof2(w.w_align) && phase < w.w_align);
	KASSERT(((w.w_align | phase) & vm->vm_quantum_mask) == 0);
	KASSERT(powerof2(nocross) && (nocross == 0 || w.w_size <= nocross));
	KASSERT(!VMEM_CROSS_P(phase, phase + w.w_size - 1, nocross));
	KASSERT(minaddr <= maxaddr);
	if (flags & VM_SLEEP)
		ASSERT_SLEEPABLE();

	while ((error = vmem_try(vm, &w, flags, addrp)) != 0) {
		if (error == EAGAIN && vmem_import(vm, &w, flags) == 0)
			continue;
		if ((flags & VM_SLEEP) == 0)
			return ENOMEM;
		/* A second: a source that has room again tells nobody. */
		mutex_enter(&vm->vm_lock);
		if (vmem_find(vm, &w, flags, addrp) == NULL)
			cv_timedwait(&vm->vm_cv, &vm->vm_lock, hz);
		mutex_exit(&vm->vm_lock);
	}
	return 0;
}

/*
 * vmem_free: give back what vmem_alloc gave.
 */
void
vmem_free(vmem_t *vm, vmem_addr_t addr, vmem_size_t size)
{
	vmem_xfree(vm, addr, size);
}

/* vmem_xfree: give back what vmem_xalloc gave. */
void
vmem_xfree(vmem_t *vm, vmem_addr_t addr, vmem_size_t size)
{
	bt_t *bt, *prev, *next, *span;

	KASSERT(size > 0);
	mutex_enter(&vm->vm_lock);
	bt = bt_lookupbusy(vm, addr);
	KASSERTMSG(bt != NULL, "vmem %s: %#lx is not allocated", vm->vm_name,
	    addr);
	KASSERTMSG(bt->bt_size == vmem_roundup_size(vm, size),
	    "vmem %s: %#lx has %zu bytes, freed as %zu", vm->vm_name, addr,
	    bt->bt_size, size);
	vmem_uncut(vm, bt, &prev, &next);

	/* All of an imported span is free: the source's again. */
	span = TAILQ_PREV(bt, vmem_seglist, bt_seglist);
	if (vm->vm_releasefn != NULL && span->bt_type == BT_TYPE_SPAN &&
	    span->bt_size == bt->bt_size) {
		vmem_absorb(vm, bt);
		TAILQ_REMOVE(&vm->vm_seglist, span, bt_seglist);
		vm->vm_size -= span->bt_size;
	} else
		span = NULL;
	cv_broadcast(&vm->vm_cv);
	mutex_exit(&vm->vm_lock);

	bt_put_if(next);
	bt_put_if(prev);
	if (span != NULL) {
		(*vm->vm_releasefn)(vm->vm_arg, span->bt_start, span->bt_size);
		bt_put(span);
		bt_put(bt);
	}
}

/*
 * vmem_size: bytes given out (VMEM_ALLOC), free (VMEM_FREE), or both.
 */
vmem_size_t
vmem_size(vmem_t *vm, int typemask)
{
	switch (typemask) {
	case VMEM_ALLOC:
		return vm->vm_inuse;
	case VMEM_FREE:
		return vm->vm_size - vm->vm_inuse;
	case VMEM_FREE | VMEM_ALLOC:
		return vm->vm_size;
	default:
		panic("vmem_size");
	}
}

/* ---- growing hash tables, every ten seconds ------------------------------ */

static struct callout vmem_rehash_ch;
static struct workqueue *vmem_rehash_wq;
static struct work vmem_rehash_wk;

/* A table of newsize buckets.  Memory is allocated and freed unlocked. */
static void
vmem_rehash(vmem_t *vm, size_t newsize)
{
	struct vmem_hashlist *new, *old;
	size_t i, oldsize;
	bt_t *bt;

	new = kmem_zalloc(newsize * sizeof(*new), KM_NOSLEEP);
	if (new == NULL)
		return;
	mutex_enter(&vm->vm_lock);
	old = vm->vm_hashlist;
	oldsize = vm->vm_hashsize;
	vm->vm_hashlist = new;
	vm->vm_hashsize = newsize;
	for (i = 0; i < oldsize; i++)
		while ((bt = LIST_FIRST(&old[i])) != NULL) {
			LIST_REMOVE(bt, bt_hashlist);
			LIST_INSERT_HEAD(bt_hashhead(vm, bt->bt_start), bt,
			    bt_hashlist);
		}
	mutex_exit(&vm->vm_lock);
	if (old != vm->vm_hash0)
		kmem_free(old, oldsize * sizeof(*old));
}

static void
vmem_rehash_all(struct work *wk, void *arg)
{
	vmem_t *vm;

	mutex_enter(&vmem_list_lock);
	LIST_FOREACH (vm, &vmem_list, vm_alllist)
		if (vm->vm_nbusytag > 2 * vm->vm_hashsize &&
		    vm->vm_hashsize < VMEM_HASH_MAX)
			break;
	mutex_exit(&vmem_list_lock);
	/* One at a time; arenas that are destroyed are small. */
	if (vm != NULL)
		vmem_rehash(vm, 4 * vm->vm_hashsize);
	callout_schedule(&vmem_rehash_ch, VMEM_REHASH_TICKS);
}

static void
vmem_rehash_kick(void *arg)
{
	workqueue_enqueue(vmem_rehash_wq, &vmem_rehash_wk, NULL);
}

void
vmem_rehash_start(void)
{
	int error;

	error = workqueue_create(&vmem_rehash_wq, "vmem_rehash",
	    vmem_rehash_all, NULL, PRI_VM, IPL_SOFTCLOCK, WQ_MPSAFE);
	if (error != 0)
		panic("%s: workqueue_create %d", __func__, error);
	callout_init(&vmem_rehash_ch, CALLOUT_MPSAFE);
	callout_setfunc(&vmem_rehash_ch, vmem_rehash_kick, NULL);
	callout_schedule(&vmem_rehash_ch, VMEM_REHASH_TICKS);
}
