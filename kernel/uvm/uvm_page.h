/*
 * uvm_page.h: runs of free pages of RAM.  uvm/uvm_page.c says how it works.
 */
#ifndef _UVM_UVM_PAGE_H_
#define _UVM_UVM_PAGE_H_

#include <sys/types.h>

#ifdef _KERNEL
/* Pages, aligned to so many pages (a power of 2): the first's pa; 0: none. */
paddr_t uvm_page_take(u_int, u_int);
void uvm_page_give(paddr_t, u_int);
void uvm_page_init(vaddr_t *, vaddr_t *);
#endif

#endif /* _UVM_UVM_PAGE_H_ */
