/*
 * machine/vmparam.h: the address space.  There is one, it is small, and all
 * memory is in it (machine/pmap.h).
 */
#ifndef _AMD64_VMPARAM_H_
#define _AMD64_VMPARAM_H_

#define PAGE_SHIFT 12
#define PAGE_SIZE  (1 << PAGE_SHIFT)
#define PAGE_MASK  (PAGE_SIZE - 1)

#define VM_MIN_KERNEL_ADDRESS 0x08000000UL
#define VM_MAX_KERNEL_ADDRESS 0x80000000UL
#define VM_MIN_ADDRESS        0UL
#define VM_MAXUSER_ADDRESS    0x08000000UL
#define VM_MAX_ADDRESS        VM_MAXUSER_ADDRESS

#define VM_PHYSSEG_MAX      1
#define VM_NFREELIST        1
#define VM_FREELIST_DEFAULT 0

#define __HAVE_VM_PAGE_MD
#define VM_MDPAGE_INIT(pg) ((void)(pg))
struct vm_page_md {
	int mdpg_unused;
};

#endif /* _AMD64_VMPARAM_H_ */
