/*
 * vm_machdep.c: the u-area of an LWP, and address spaces.
 *
 *	page 0		struct pcb
 *	page 1		guard: a stack that overflows faults here
 *	pages 2 to 4	the kernel stack, from the top:
 *			  16 bytes, struct trapframe, struct switchframe
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/atomic.h>
#include <sys/cpu.h>
#include <sys/lwp.h>
#include <sys/proc.h>
#include <uvm/uvm_extern.h>
#include <machine/frame.h>
#include <machine/pcb.h>
#include <machine/pmap.h>

#include <machdep.h>
#include <seam.h>

/* ---- u-areas ------------------------------------------------------------- */

/* For uvm_glue.c: a stack that overflows faults from now on. */
void
cpu_uarea_guard(vaddr_t uarea)
{
	seam_guard((void *)(uarea + NBPG), 1);
}

/*
 * cpu_lwp_fork: l2 will begin with func(arg), through lwp_trampoline, when it
 * is switched to.  A softint's LWP never is: its stack is used from the top.
 */
void
cpu_lwp_fork(struct lwp *l1, struct lwp *l2, void *stack, size_t stacksize,
    void (*func)(void *), void *arg)
{
	const vaddr_t uarea = uvm_lwp_getuarea(l2);
	struct pcb *pcb2 = lwp_getpcb(l2);
	struct trapframe *tf;
	struct switchframe *sf;

	memset(pcb2, 0, sizeof(*pcb2));
	pcb2->pcb_rsp0 = (uarea + USPACE - 16) & ~15UL;
	tf = (struct trapframe *)pcb2->pcb_rsp0 - 1;
	memset(tf, 0, sizeof(*tf));
	l2->l_md.md_regs = tf;
	l2->l_md.md_flags = 0;
	l2->l_md.md_astpending = 0;

	sf = (struct switchframe *)tf - 1;
	sf->sf_r12 = (uintptr_t)func;
	sf->sf_r13 = (uintptr_t)arg;
	sf->sf_r15 = sf->sf_rbx = 0;
	sf->sf_rip = (uintptr_t)lwp_trampoline;
	pcb2->pcb_rsp = (uintptr_t)sf;
	pcb2->pcb_rbp = (uintptr_t)l2;
}

/* Nothing of an LWP is on a CPU but what cpu_switchto() handles. */
void
cpu_lwp_free(struct lwp *l, int proc)
{
}

void
cpu_lwp_free2(struct lwp *l)
{
	KASSERT(l->l_md.md_gc_ptp == NULL);
}

int
cpu_lwp_setprivate(struct lwp *l, void *addr)
{
	return 0;
}

/* A thread's function has returned, and there is nothing to return to. */
void
lwp_returned(void *func)
{
	panic("LWP %s: its function %p has returned",
	    curlwp->l_name != NULL ? curlwp->l_name : "?", func);
}

/* ---- pmap(9): who is where ------------------------------------------------- */

struct pmap kernel_pmap_store = { .pm_refs = 1 };
struct pmap *const kernel_pmap_ptr = &kernel_pmap_store;

void
pmap_reference(struct pmap *pmap)
{
	atomic_inc_uint(&pmap->pm_refs);
}

/* l is about to run on this CPU.  All have the kernel's pmap. */
void
pmap_activate(struct lwp *l)
{
	KASSERT(kpreempt_disabled());
	curcpu()->ci_want_pmapload = 0;
}

void
pmap_deactivate(struct lwp *l)
{
	KASSERT(kpreempt_disabled());
	KASSERT(curcpu()->ci_pmap == pmap_kernel());
}

void
pmap_load(void)
{
	curcpu()->ci_want_pmapload = 0;
}

bool
pmap_extract(struct pmap *pmap, vaddr_t va, paddr_t *pap)
{
	if (!PMAP_DIRECT_MAPPED_P(va))
		return false;
	if (pap != NULL)
		*pap = PMAP_DIRECT_UNMAP(va);
	return true;
}

/* The physical address of memory of the kernel, which is in RAM. */
paddr_t
vtophys(vaddr_t va)
{
	KASSERT(PMAP_DIRECT_MAPPED_P(va));
	return PMAP_DIRECT_UNMAP(va);
}
