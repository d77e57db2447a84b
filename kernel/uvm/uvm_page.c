/*
 * uvm_page.c: where RAM is.
 *
 * The machine names its RAM before main(): one range of page frames, mapped
 * for ever (machine/pmap.h).  It is handed on to kmem_arena (uvm_km.c), which
 * is the page allocator: there is no struct vm_page, since nobody maps, pages
 * out or shares a page.
 *
 * Contexts: before main(), and uvm_init().
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>

#include <uvm/uvm.h>

static paddr_t uvm_page_start, uvm_page_end; /* frames: first, behind last */

/*
 * uvm_setpagesize: 4096, said in all ways.
 */
void
uvm_setpagesize(void)
{
	uvmexp.pagesize = PAGE_SIZE;
	uvmexp.pagemask = PAGE_MASK;
	uvmexp.pageshift = PAGE_SHIFT;
	uvmexp.ncolors = 1;
}

/*
 * uvm_page_physload: frames [start, end) are RAM, of which [avail_start,
 * avail_end) is free.  Once.
 */
void
uvm_page_physload(paddr_t start, paddr_t end, paddr_t avail_start,
    paddr_t avail_end, int free_list)
{
	if (uvmexp.pagesize == 0)
		uvm_setpagesize();
	if (uvm_page_end != 0)
		panic("uvm_page_physload: there is one range of RAM");
	if (start > avail_start || avail_start >= avail_end || avail_end > end)
		panic("uvm_page_physload: start/end error");
	uvm_page_start = avail_start;
	uvm_page_end = avail_end;
}

/*
 * uvm_page_init: the virtual addresses of what is free: first, behind last.
 */
void
uvm_page_init(vaddr_t *kvm_startp, vaddr_t *kvm_endp)
{
	if (uvm_page_end == 0)
		panic(
		    "uvm_page_init: no RAM; uvm_page_physload was not called");
	uvmexp.npages = uvmexp.free = uvm_page_end - uvm_page_start;
	*kvm_startp = PMAP_DIRECT_MAP(ptoa(uvm_page_start));
	*kvm_endp = PMAP_DIRECT_MAP(ptoa(uvm_page_end));
}
