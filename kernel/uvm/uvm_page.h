/*
 * uvm_page.h: where RAM is.
 */
#ifndef _UVM_UVM_PAGE_H_
#define _UVM_UVM_PAGE_H_

#include <sys/types.h>

#ifdef _KERNEL
void uvm_page_init(vaddr_t *, vaddr_t *);
#endif

#endif /* _UVM_UVM_PAGE_H_ */
