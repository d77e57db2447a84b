/*
 * vmem_seg.h: the segments of an arena; a part of subr_vmem.c.
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
 * All functions want the arena's lock held, and take tags as arguments: none
 * allocates.
 */
#ifndef _KERN_VMEM_SEG_H_
#define _KERN_VMEM_SEG_H_

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/bitops.h>
#include <sys/queue.h>
#include <sys/vmem_impl.h>

#define BT_TYPE_SPAN        1 /* imported */
#define BT_TYPE_SPAN_STATIC 2 /* added */
#define BT_TYPE_FREE        3
#define BT_TYPE_BUSY        4
#define BT_ISSPAN_P(bt)     ((bt)->bt_type <= BT_TYPE_SPAN_STATIC)
#define BT_END(bt)          ((bt)->bt_start + ((bt)->bt_size - 1)) /* last */

#define VMEM_ALIGNUP(a, align)         (-(-(a) & -(align)))
#define VMEM_CROSS_P(a1, a2, boundary) ((((a1) ^ (a2)) & -(boundary)) != 0)

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

#endif /* _KERN_VMEM_SEG_H_ */
