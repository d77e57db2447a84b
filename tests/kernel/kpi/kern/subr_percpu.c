# kern/subr_percpu.c 1.17
goal
include <sys/cdefs.h>
include <sys/param.h>
include <sys/cpu.h>
include <sys/kmem.h>
include <sys/kernel.h>
include <sys/mutex.h>
include <sys/percpu.h>
include <sys/rwlock.h>
include <sys/vmem.h>
include <sys/xcall.h>
call ASSERT_SLEEPABLE CPU_INFO_FOREACH KASSERT __KERNEL_RCSID curcpu kmem_alloc
call kmem_free kmem_zalloc kpreempt_disable kpreempt_enable memcpy memset
call mutex_enter mutex_exit mutex_init percpu_alloc percpu_foreach percpu_free
call percpu_getptr_remote percpu_getref percpu_init percpu_init_cpu
call percpu_putref percpu_traverse_enter percpu_traverse_exit roundup
call rw_enter rw_exit rw_init splhigh splx vmem_alloc vmem_free
call vmem_xcreate xc_unicast xc_wait
const CACHE_LINE_SIZE CPU_INFO_ITERATOR IPL_NONE KM_SLEEP MUTEX_DEFAULT NULL
const RW_READER RW_WRITER VM_INSTANTFIT VM_SLEEP
var mp_online
type kmutex_t krwlock_t percpu_t percpu_callback_t percpu_cpu_t size_t uint64_t
type vm_flag_t
field percpu_cpu_t pcc_data pcc_size
type uintptr_t vmem_addr_t vmem_size_t vmem_t
field cpu_info ci_data
field cpu_data cpu_percpu
