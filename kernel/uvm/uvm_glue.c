/*
 * uvm_glue.c: kernel stacks, and the LWP that swaps.
 *
 * A u-area is what an LWP has of its own: the machine's pcb and the kernel
 * stack, USPACE bytes; the machine makes one page of it fault, so that a stack
 * which grows too long is noticed (cpu_uarea_guard).  Since that is dear to
 * undo, u-areas that are freed are kept for the next LWP, the latest first.
 *
 * Contexts: threads.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/cpu.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/queue.h>

#include <uvm/uvm.h>

/* At the beginning of a free u-area, where the pcb was. */
struct uarea_free {
	SLIST_ENTRY(uarea_free) uf_next;
};

static kmutex_t uvm_uarea_lock;
static SLIST_HEAD(, uarea_free) uvm_uarea_list; /* uvm_uarea_lock */

void
uvm_uarea_init(void)
{
	mutex_init(&uvm_uarea_lock, MUTEX_DEFAULT, IPL_NONE);
	SLIST_INIT(&uvm_uarea_list);
}

/*
 * uvm_uarea_alloc: a u-area, contents undefined; waits for memory.
 */
vaddr_t
uvm_uarea_alloc(void)
{
	struct uarea_free *uf;
	vaddr_t va;

	mutex_enter(&uvm_uarea_lock);
	if ((uf = SLIST_FIRST(&uvm_uarea_list)) != NULL)
		SLIST_REMOVE_HEAD(&uvm_uarea_list, uf_next);
	mutex_exit(&uvm_uarea_lock);
	if (uf != NULL)
		return (vaddr_t)uf;

	va = uvm_km_alloc(kernel_map, USPACE, 0, UVM_KMF_WIRED | UVM_KMF_ZERO);
	cpu_uarea_guard(va);
	return va;
}

void
uvm_uarea_free(vaddr_t uaddr)
{
	struct uarea_free *uf = (struct uarea_free *)uaddr;

	mutex_enter(&uvm_uarea_lock);
	SLIST_INSERT_HEAD(&uvm_uarea_list, uf, uf_next);
	mutex_exit(&uvm_uarea_lock);
}

/* The same, for LWPs of the kernel. */
vaddr_t
uvm_uarea_system_alloc(struct cpu_info *ci)
{
	return uvm_uarea_alloc();
}

void
uvm_uarea_system_free(vaddr_t uaddr)
{
	uvm_uarea_free(uaddr);
}

vaddr_t
uvm_lwp_getuarea(struct lwp *l)
{
	return (vaddr_t)l->l_addr - UAREA_PCB_OFFSET;
}

void
uvm_lwp_setuarea(struct lwp *l, vaddr_t addr)
{
	l->l_addr = (void *)(addr + UAREA_PCB_OFFSET);
}

/*
 * uvm_kick_scheduler: there may be something to swap in.  Never is.
 */
void
uvm_kick_scheduler(void)
{
}

/*
 * uvm_scheduler: what lwp0 does when it has booted the machine: nothing is
 * swapped, so it takes stock of the LWPs once a second, for ever.
 */
void
uvm_scheduler(void)
{
	lwp_t *l = curlwp;

	lwp_lock(l);
	l->l_class = SCHED_FIFO;
	lwp_changepri(l, PRI_VM);
	lwp_unlock(l);

	for (;;) {
		sched_pstats();
		(void)kpause("uvm", false, hz, NULL);
	}
}
