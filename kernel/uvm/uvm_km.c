/*
 * uvm_km.c: memory for the kernel, in pages.
 *
 * All RAM is mapped, and its virtual addresses are its physical ones plus a
 * constant.  So to allocate an address is to allocate the page there, and one
 * arena (vmem(9)), kmem_arena, does both.  NetBSD has three that stand on
 * one another: kmem_arena, kmem_va_arena (kmem(9), pools), kmem_meta_arena
 * (tags); here the names are of one.
 *
 *	uvm_km_alloc	any number of pages, side by side
 *	uvm_km_kmem_alloc	the same for pools and kmem(9)
 *
 * When nothing is left, the page daemon (uvm_pdaemon.c) is told to empty the
 * caches of pools, and who may sleep waits for pages.
 *
 * Contexts.  Up to IPL_VM; who may wait: threads.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/vmem.h>
#include <sys/vmem_impl.h>

#include <uvm/uvm.h>

/* Nothing is in a map; NetBSD's callers name this one. */
struct vm_map {
	vaddr_t vm_start, vm_end;
};
static struct vm_map kernel_map_store;
struct vm_map *kernel_map;

static struct vmem kmem_arena_store;
vmem_t *kmem_arena;
vmem_t *kmem_meta_arena;
vmem_t *kmem_va_arena;

/*
 * uvm_km_bootstrap: [start, end) is free.
 */
void
uvm_km_bootstrap(vaddr_t start, vaddr_t end)
{
	kernel_map_store.vm_start = start;
	kernel_map_store.vm_end = end;
	kernel_map = &kernel_map_store;
	kmem_arena = vmem_init(&kmem_arena_store, "kmem", start, end - start,
	    PAGE_SIZE, NULL, NULL, NULL, 0, VM_NOSLEEP, IPL_VM);
	kmem_va_arena = kmem_meta_arena = kmem_arena;
}

/*
 * uvm_km_alloc: size bytes in whole pages at a multiple of align (0: a page).
 * 0 if there is nothing: at once with UVM_KMF_NOWAIT, with UVM_KMF_CANFAIL if
 * it is more than there is RAM; else it waits.
 */
vaddr_t
uvm_km_alloc(struct vm_map *map, vsize_t size, vsize_t align, uvm_flag_t flags)
{
	const vm_flag_t vmflags = VM_BESTFIT |
	    (flags & (UVM_KMF_NOWAIT | UVM_KMF_CANFAIL) ? VM_NOSLEEP
							: VM_SLEEP);
	vmem_addr_t va;

	KASSERT(map == kernel_map);
	KASSERT((flags & UVM_KMF_TYPEMASK) == UVM_KMF_WIRED ||
	    (flags & UVM_KMF_TYPEMASK) == UVM_KMF_PAGEABLE);

	size = round_page(size);
	if (vmem_xalloc(kmem_arena, size, MAX(align, PAGE_SIZE), 0, 0,
		VMEM_ADDR_MIN, VMEM_ADDR_MAX, VM_NOSLEEP | VM_BESTFIT,
		&va) != 0) {
		uvm_kick_pdaemon();
		if ((vmflags & VM_NOSLEEP) != 0 ||
		    vmem_xalloc(kmem_arena, size, MAX(align, PAGE_SIZE), 0, 0,
			VMEM_ADDR_MIN, VMEM_ADDR_MAX, vmflags, &va) != 0)
			return 0;
	}
	if (flags & UVM_KMF_ZERO)
		memset((void *)va, 0, size);
	return va;
}

/*
 * uvm_km_free: give back what uvm_km_alloc gave.
 */
void
uvm_km_free(struct vm_map *map, vaddr_t va, vsize_t size, uvm_flag_t flags)
{
	KASSERT(map == kernel_map);
	KASSERT((va & PAGE_MASK) == 0);
	vmem_free(kmem_arena, va, round_page(size));
}

/*
 * uvm_km_kmem_alloc: pages for pools and kmem(9), not zeroed.  0 and *addrp;
 * ENOMEM without VM_SLEEP.
 */
int
uvm_km_kmem_alloc(vmem_t *vm, vmem_size_t size, vm_flag_t flags,
    vmem_addr_t *addrp)
{
	const vm_flag_t now = (flags & ~VM_SLEEP) | VM_NOSLEEP;

	size = vmem_roundup_size(vm, size);
	if (vmem_alloc(vm, size, now, addrp) == 0)
		return 0;
	uvm_kick_pdaemon();
	return (flags & VM_SLEEP) != 0 ? vmem_alloc(vm, size, flags, addrp)
				       : ENOMEM;
}

void
uvm_km_kmem_free(vmem_t *vm, vmem_addr_t addr, vmem_size_t size)
{
	vmem_free(vm, addr, size);
}

/*
 * uvm_km_va_starved_p: is more than nine tenths of it in use?
 */
bool
uvm_km_va_starved_p(void)
{
	const vmem_size_t total = vmem_size(kmem_arena, VMEM_ALLOC | VMEM_FREE);

	return vmem_size(kmem_arena, VMEM_FREE) < total / 10;
}

/*
 * uvm_availmem: pages that are free at this moment.
 */
int
uvm_availmem(void)
{
	uvmexp.free = atop(vmem_size(kmem_arena, VMEM_FREE));
	return uvmexp.free;
}
