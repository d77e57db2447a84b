/*
 * uvm_init.c: memory, from RAM to kmem(9).
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kmem.h>
#include <sys/pool.h>

#include <uvm/uvm.h>

struct uvmexp uvmexp __cacheline_aligned;

/*
 * uvm_init: once, early in main(), on the first CPU, with curlwp and
 * curcpu() set.  After it every allocator works; none may be slept in
 * until threads run.
 */
void
uvm_init(void)
{
	vaddr_t kvm_start, kvm_end;

	uvm_page_init(&kvm_start, &kvm_end);
	uvm_km_bootstrap(kvm_start, kvm_end);
	pool_subsystem_init();
	kmem_init();
	uvm_uarea_init();
}
