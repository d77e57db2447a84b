/*
 * x86/pmap.h: address spaces, of which there is one.
 *
 * All of RAM is mapped one to one from PMAP_DIRECT_BASE on, for ever, and
 * nothing else is: virtual addresses of memory are physical ones plus a
 * constant.  What is left of pmap(9) is bookkeeping: which CPU has which LWP's
 * pmap loaded, and who needs it to be.
 */
#ifndef _X86_PMAP_H_
#define _X86_PMAP_H_

#include <sys/types.h>

#define PMAP_DIRECT_BASE     0x20000000UL /* va of physical address 0 */
#define PMAP_DIRECT_END      0x70000000UL
#define PMAP_DIRECT_MAP(p)   ((vaddr_t)(p) + PMAP_DIRECT_BASE)
#define PMAP_DIRECT_UNMAP(v) ((paddr_t)(v)-PMAP_DIRECT_BASE)
#define PMAP_DIRECT_MAPPED_P(v) \
	((vaddr_t)(v) >= PMAP_DIRECT_BASE && (vaddr_t)(v) < PMAP_DIRECT_END)

/* Devices' memory, which begins at a physical address of its own. */
#define X86_IO_PA     0xf0000000UL
#define X86_IO_BASE   0x70000000UL
#define X86_IO_BYTES  0x0ff00000UL
#define X86_IO_VA(pa) ((vaddr_t)(pa)-X86_IO_PA + X86_IO_BASE)

#define PMAP_MAP_POOLPAGE(pa)   PMAP_DIRECT_MAP(pa)
#define PMAP_UNMAP_POOLPAGE(va) PMAP_DIRECT_UNMAP(va)

struct lwp;

struct pmap {
	volatile u_int pm_refs; /* atomic: LWPs and processes that use it */
	u_int pm_ncpus;         /* atomic: CPUs that have it loaded */
};
typedef struct pmap *pmap_t;

extern struct pmap kernel_pmap_store;
extern struct pmap *const kernel_pmap_ptr;
#define pmap_kernel() (kernel_pmap_ptr)

#ifdef _KERNEL
void pmap_activate(struct lwp *);
void pmap_deactivate(struct lwp *);
void pmap_reference(struct pmap *);
void pmap_load(void);
bool pmap_extract(struct pmap *, vaddr_t, paddr_t *);
paddr_t vtophys(vaddr_t);

#define pmap_resident_count(pm) 0
#define pmap_update(pm)         ((void)(pm))
#endif

#endif /* _X86_PMAP_H_ */
