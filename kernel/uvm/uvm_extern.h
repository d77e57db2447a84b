/*
 * uvm_extern.h: memory in pages.
 *
 * There is one address space, all of RAM is mapped in it, and nothing is
 * paged.  What is here of uvm(9) is what a kernel without user processes asks
 * for; uvm/uvm_km.c and uvm/uvm_page.c say how it works.
 */
#ifndef _UVM_UVM_EXTERN_H_
#define _UVM_UVM_EXTERN_H_

#include <sys/param.h>
#include <uvm/uvm_param.h>
#include <uvm/uvm_pmap.h>

typedef unsigned int uvm_flag_t;
typedef off_t voff_t;
typedef voff_t pgoff_t;

struct lwp;
struct proc;
struct vm_map;
struct vmem;

#define UVM_FLAG_TRYLOCK 0x00800000 /* do not wait for a lock */
#define UVM_FLAG_NOWAIT  0x08000000 /* do not wait for memory */
#define UVM_FLAG_WAITVA  0x10000000 /* wait for addresses */

/* Flags of uvm_km_alloc and uvm_km_free. */
#define UVM_KMF_WIRED      0x1 /* memory that stays */
#define UVM_KMF_PAGEABLE   0x2 /* here the same */
#define UVM_KMF_VAONLY     0x4 /* addresses alone: here none can be had */
#define UVM_KMF_TYPEMASK   (UVM_KMF_VAONLY | UVM_KMF_PAGEABLE | UVM_KMF_WIRED)
#define UVM_KMF_CANFAIL    0x8  /* 0 if there is no room at all */
#define UVM_KMF_ZERO       0x10 /* all bytes 0 */
#define UVM_KMF_EXEC       0x20
#define UVM_KMF_TRYLOCK    UVM_FLAG_TRYLOCK
#define UVM_KMF_NOWAIT     UVM_FLAG_NOWAIT /* 0 if there is none now */
#define UVM_KMF_WAITVA     UVM_FLAG_WAITVA
#define UVM_KMF_COLORMATCH 0

#ifdef _KERNEL
extern struct vm_map *kernel_map;

/* What there is; pages unless it says something else. */
struct uvmexp {
	int pagesize, pagemask, pageshift; /* bytes */
	int npages;                        /* managed */
	int free;                          /* as uvm_availmem() last said */
	int ncolors, colormask;
	int pdwoke; /* how often the page daemon was woken */
};
extern struct uvmexp uvmexp;

/* map, bytes, alignment (0: a page), flags */
vaddr_t uvm_km_alloc(struct vm_map *, vsize_t, vsize_t, uvm_flag_t);
void uvm_km_free(struct vm_map *, vaddr_t, vsize_t, uvm_flag_t);
int uvm_km_kmem_alloc(struct vmem *, size_t, unsigned int, uintptr_t *);
void uvm_km_kmem_free(struct vmem *, uintptr_t, size_t);
bool uvm_km_va_starved_p(void);

void uvm_init(void);
void uvm_scheduler(void) __dead;
void uvm_kick_scheduler(void);
void uvm_pageout(void *);    /* the page daemon, a kthread */
void uvm_kick_pdaemon(void); /* memory is short */
int uvm_availmem(void);

/* The u-area of an LWP: its pcb and its kernel stack (uvm/uvm_glue.c). */
vaddr_t uvm_uarea_alloc(void);
void uvm_uarea_free(vaddr_t);
vaddr_t uvm_uarea_system_alloc(struct cpu_info *);
void uvm_uarea_system_free(vaddr_t);
vaddr_t uvm_lwp_getuarea(struct lwp *);
void uvm_lwp_setuarea(struct lwp *, vaddr_t);
void uvm_uarea_init(void);
void cpu_uarea_guard(vaddr_t); /* the machine's: make its guard page fault */

/* RAM: frames of the first page, behind the last, both of what is free, list */
void uvm_page_physload(paddr_t, paddr_t, paddr_t, paddr_t, int);
void uvm_setpagesize(void);
#endif /* _KERNEL */

#endif /* _UVM_UVM_EXTERN_H_ */
