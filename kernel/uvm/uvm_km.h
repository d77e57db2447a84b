/*
 * uvm_km.h: starting the kernel's memory.
 */
#ifndef _UVM_UVM_KM_H_
#define _UVM_UVM_KM_H_

#include <sys/types.h>

#ifdef _KERNEL
void uvm_km_bootstrap(vaddr_t, vaddr_t);
void uvm_km_init(void);
#endif

#endif /* _UVM_UVM_KM_H_ */
