/*
 * uvm.h: all of what there is of uvm(9).
 */
#ifndef _UVM_UVM_H_
#define _UVM_UVM_H_

#include <uvm/uvm_extern.h>
#include <uvm/uvm_param.h>
#include <uvm/uvm_pmap.h>
#include <uvm/uvm_page.h>
#include <uvm/uvm_km.h>

#endif /* _UVM_UVM_H_ */
