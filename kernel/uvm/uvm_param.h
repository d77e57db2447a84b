/*
 * uvm_param.h: pages.
 */
#ifndef _UVM_PARAM_H_
#define _UVM_PARAM_H_

#include <machine/vmparam.h>
#include <sys/types.h>

#ifdef _KERNEL
#define DEFAULT_PAGE_SIZE 4096
#define MIN_PAGE_SIZE     4096
#define MAX_PAGE_SIZE     4096
#define MIN_PAGE_SHIFT    PAGE_SHIFT

/* The first byte of the page, and of the page at or after x. */
#define trunc_page(x) ((x) & ~PAGE_MASK)
#define round_page(x) (((x) + PAGE_MASK) & ~PAGE_MASK)
#define atop(x)       (((paddr_t)(x)) >> PAGE_SHIFT)
#define ptoa(x)       (((paddr_t)(x)) << PAGE_SHIFT)

#endif

typedef int vm_prot_t;
#define VM_PROT_NONE    0x00
#define VM_PROT_READ    0x01
#define VM_PROT_WRITE   0x02
#define VM_PROT_EXECUTE 0x04
#define VM_PROT_ALL     (VM_PROT_READ | VM_PROT_WRITE | VM_PROT_EXECUTE)

#endif /* _UVM_PARAM_H_ */
