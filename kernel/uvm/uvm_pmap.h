/*
 * uvm_pmap.h: pmap(9) as far as it is the same on all machines.
 */
#ifndef _UVM_PMAP_H_
#define _UVM_PMAP_H_

#include <uvm/uvm_param.h>
#include <machine/pmap.h>

#endif /* _UVM_PMAP_H_ */
