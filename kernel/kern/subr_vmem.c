/*
 * subr_vmem.c: vmem(9), arenas: who has which of a range of numbers.
 *
 * The numbers are addresses, or offsets, or anything else that comes in
 * ranges; an arena never looks at what they stand for.  The theory is that of
 * Bonwick and Adams, "Magazines and Vmem" (2001).
 *
 * Boundary tags.  A span is a range that was added, or imported from a source;
 * it is cut into segments, free or busy, without a gap:
 *
 *	seglist	SPAN(0,100)  FREE(0,20)  BUSY(20,30)  FREE(50,50)  SPAN ...
 *
 * Free segments are also on a list for their size, list n having those of
 * 2^n to 2^(n+1) - 1 quanta; busy ones in a hash table by their start.  So
 * free finds its segment by address and its neighbours on the seglist, and
 * joins what is free on both sides: never are two free segments side by side.
 *
 * Instant fit takes the first of the next greater list, of which all must
 * fit: O(1), whatever there is.  Best fit walks the lists from the size's own
 * on.  Constraints (alignment, phase, a boundary not to be crossed, limits)
 * make it walk too, since the first need not fit any more; and so does instant
 * fit before it gives up.
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
#include <sys/atomic.h>
#include <uvm/uvm_extern.h>

#define BT_TYPE_SPAN        1 /* imported */
#define BT_TYPE_SPAN_STATIC 2 /* added */
#define BT_TYPE_FREE        3
#define BT_TYPE_BUSY        4
#define BT_ISSPAN_P(bt)     ((bt)->bt_type <= BT_TYPE_SPAN_STATIC)
#define BT_END(bt)          ((bt)->bt_start + ((bt)->bt_size - 1)) /* last */

#define VMEM_BTAG_BOOT    128 /* static tags: boot until pages can be had */
#define VMEM_BTAG_RESERVE 32  /* 4 for each CPU in vmem_xalloc at once */
#define VMEM_HASH_MAX     65536
#define VMEM_REHASH_TICKS (10 * hz)

#define VMEM_ALIGNUP(a, align)         (-(-(a) & -(align)))
#define VMEM_CROSS_P(a1, a2, boundary) ((((a1) ^ (a2)) & -(boundary)) != 0)

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

/* ---- an arena's lists; its lock is held ---------------------------------- */

/* The list that a free segment of this size is on. */
static u_int
bt_order(const vmem_t *vm, vmem_size_t size)
{
	const vmem_size_t q = size >> vm->vm_quantum_shift;

	KASSERT(q != 0);
	return fls64(q) - 1;
}

static void
bt_insfree(vmem_t *vm, bt_t *bt)
{
	KASSERT(bt->bt_type == BT_TYPE_FREE);
	LIST_INSERT_HEAD(&vm->vm_freelist[bt_order(vm, bt->bt_size)], bt,
	    bt_freelist);
}

static struct vmem_hashlist *
bt_hashhead(vmem_t *vm, vmem_addr_t addr)
{
	const uint64_t h = (addr >> vm->vm_quantum_shift) *
	    0x9e3779b97f4a7c15UL;

	return &vm->vm_hashlist[(h >> 32) & (vm->vm_hashsize - 1)];
}

static bt_t *
bt_lookupbusy(vmem_t *vm, vmem_addr_t addr)
{
	bt_t *bt;

	LIST_FOREACH (bt, bt_hashhead(vm, addr), bt_hashlist)
		if (bt->bt_start == addr)
			break;
	return bt;
}

static void
bt_insbusy(vmem_t *vm, bt_t *bt)
{
	KASSERT(bt->bt_type == BT_TYPE_BUSY);
	LIST_INSERT_HEAD(bt_hashhead(vm, bt->bt_start), bt, bt_hashlist);
	vm->vm_nbusytag++;
	vm->vm_inuse += bt->bt_size;
}

static void
bt_rembusy(vmem_t *vm, bt_t *bt)
{
	KASSERT(vm->vm_nbusytag > 0);
	vm->vm_inuse -= bt->bt_size;
	vm->vm_nbusytag--;
	LIST_REMOVE(bt, bt_hashlist);
}

/* A span of `type' with all of it free, in two tags. */
static void
vmem_addspan(vmem_t *vm, vmem_addr_t addr, vmem_size_t size, int type,
    bt_t *span, bt_t *seg)
{
	KASSERT(mutex_owned(&vm->vm_lock));
	KASSERT(size > 0 && (size & vm->vm_quantum_mask) == 0);
	KASSERT(addr <= addr + (size - 1));

	span->bt_type = type;
	seg->bt_type = BT_TYPE_FREE;
	span->bt_start = seg->bt_start = addr;
	span->bt_size = seg->bt_size = size;
	TAILQ_INSERT_TAIL(&vm->vm_seglist, span, bt_seglist);
	TAILQ_INSERT_AFTER(&vm->vm_seglist, span, seg, bt_seglist);
	bt_insfree(vm, seg);
	vm->vm_size += size;
}

/*
 * Does some address in the segment meet all constraints?  0 and the lowest
 * such, or ENOMEM.
 */
static int
vmem_fit(const bt_t *bt, vmem_size_t size, vmem_size_t align, vmem_size_t phase,
    vmem_size_t nocross, vmem_addr_t minaddr, vmem_addr_t maxaddr,
    vmem_addr_t *addrp)
{
	vmem_addr_t start = MAX(bt->bt_start, minaddr);
	const vmem_addr_t end = MIN(BT_END(bt), maxaddr);

	if (start > end)
		return ENOMEM;
	start = VMEM_ALIGNUP(start - phase, align) + phase;
	if (start < bt->bt_start)
		start += align;
	if (nocross != 0 && VMEM_CROSS_P(start, start + size - 1, nocross))
		start = VMEM_ALIGNUP(start - phase, nocross) + phase;
	if (start < bt->bt_start || start > end || end - start < size - 1)
		return ENOMEM;
	KASSERT((start & (align - 1)) == phase);
	*addrp = start;
	return 0;
}

/* What vmem_xalloc was asked for. */
struct vmem_want {
	vmem_size_t w_size, w_align, w_phase, w_nocross;
	vmem_addr_t w_min, w_max;
};

static bt_t *
vmem_search(vmem_t *vm, u_int order, bool all, const struct vmem_want *w,
    vmem_addr_t *startp)
{
	bt_t *bt;

	for (; order < VMEM_MAXORDER; order++)
		LIST_FOREACH (bt, &vm->vm_freelist[order], bt_freelist) {
			if (bt->bt_size >= w->w_size &&
			    vmem_fit(bt, w->w_size, w->w_align, w->w_phase,
				w->w_nocross, w->w_min, w->w_max, startp) == 0)
				return bt;
			if (!all)
				break;
		}
	return NULL;
}

/* The free segment to cut from, and where; or NULL. */
static bt_t *
vmem_find(vmem_t *vm, const struct vmem_want *w, vm_flag_t flags,
    vmem_addr_t *startp)
{
	const u_int own = bt_order(vm, w->w_size);
	bt_t *bt = NULL;

	/* Those of the next list are large enough; unless size is 2^n. */
	if (flags & VM_INSTANTFIT)
		bt = vmem_search(vm,
		    own + !powerof2(w->w_size >> vm->vm_quantum_shift), false,
		    w, startp);
	if (bt == NULL)
		bt = vmem_search(vm, own, true, w, startp);
	return bt;
}

/*
 * Make [start, start + size) of a free segment busy.  The tags, before and
 * after, become what is left there; those not needed stay in place.
 */
static void
vmem_cut(vmem_t *vm, bt_t *bt, vmem_addr_t start, vmem_size_t size,
    bt_t **before, bt_t **after)
{
	LIST_REMOVE(bt, bt_freelist);
	if (bt->bt_start != start) {
		(*before)->bt_type = BT_TYPE_FREE;
		(*before)->bt_start = bt->bt_start;
		(*before)->bt_size = start - bt->bt_start;
		bt->bt_size -= (*before)->bt_size;
		bt->bt_start = start;
		TAILQ_INSERT_BEFORE(bt, *before, bt_seglist);
		bt_insfree(vm, *before);
		*before = NULL;
	}
	if (bt->bt_size != size) {
		(*after)->bt_type = BT_TYPE_FREE;
		(*after)->bt_start = start + size;
		(*after)->bt_size = bt->bt_size - size;
		bt->bt_size = size;
		TAILQ_INSERT_AFTER(&vm->vm_seglist, bt, *after, bt_seglist);
		bt_insfree(vm, *after);
		*after = NULL;
	}
	bt->bt_type = BT_TYPE_BUSY;
	bt_insbusy(vm, bt);
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
		error = ((vmem_ximport_t *)vm->vm_importfn)(vm->vm_arg, size,
		    &size, flags, &addr);
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
	    (vmem_import_t *)importfn, releasefn, source, qcache_max,
	    flags | VM_XIMPORT, ipl);
}

/*
 * vmem_destroy: all of it has been freed; what was imported is gone already.
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

/* Take a free neighbour off both lists, for its range to be joined. */
static bool
vmem_absorb(vmem_t *vm, bt_t *bt)
{
	if (bt == NULL || bt->bt_type != BT_TYPE_FREE)
		return false;
	LIST_REMOVE(bt, bt_freelist);
	TAILQ_REMOVE(&vm->vm_seglist, bt, bt_seglist);
	return true;
}

/*
 * Make a busy segment free and join it with its neighbours.  The tags that
 * were theirs, or NULL.
 */
static void
vmem_uncut(vmem_t *vm, bt_t *bt, bt_t **prev, bt_t **next)
{
	bt_rembusy(vm, bt);
	bt->bt_type = BT_TYPE_FREE;
	*next = TAILQ_NEXT(bt, bt_seglist);
	if (vmem_absorb(vm, *next)) {
		KASSERT(BT_END(bt) + 1 == (*next)->bt_start);
		bt->bt_size += (*next)->bt_size;
	} else
		*next = NULL;
	*prev = TAILQ_PREV(bt, vmem_seglist, bt_seglist);
	if (vmem_absorb(vm, *prev)) {
		KASSERT(BT_END(*prev) + 1 == bt->bt_start);
		bt->bt_start = (*prev)->bt_start;
		bt->bt_size += (*prev)->bt_size;
	} else
		*prev = NULL;
	bt_insfree(vm, bt);
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
