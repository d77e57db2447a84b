# kern/subr_ipi.c 1.2, and what 1.3 uses besides: sys/intr.h, IPI_BITW_*
goal
include <sys/cdefs.h>
include <sys/param.h>
include <sys/types.h>
include <sys/atomic.h>
include <sys/evcnt.h>
include <sys/cpu.h>
include <sys/ipi.h>
include <sys/intr.h>
include <sys/kcpuset.h>
include <sys/kmem.h>
include <sys/lock.h>
include <sys/mutex.h>
call CPU_INFO_FOREACH KASSERT SPINLOCK_BACKOFF __KERNEL_RCSID __predict_false
call __predict_true atomic_cas_ptr atomic_dec_uint atomic_or_32 atomic_swap_32
call cpu_index cpu_ipi cpu_lookup curcpu evcnt_attach_dynamic ffs ipi_broadcast
call ipi_cpu_handler ipi_multicast ipi_register ipi_sysinit ipi_trigger
call ipi_unicast ipi_unregister ipi_wait kcpuset_countset kcpuset_isset
call kmem_zalloc kpreempt_disable kpreempt_disabled kpreempt_enable
call membar_consumer membar_producer memset mutex_enter mutex_exit mutex_init
call printf roundup2
const CACHE_LINE_SIZE COHERENCY_UNIT CPU_INFO_ITERATOR EVCNT_TYPE_MISC
const IPI_BITWORDS IPI_BITW_MASK IPI_BITW_SHIFT
const IPI_MAXREG IPL_NONE KM_SLEEP MUTEX_DEFAULT NULL SPINLOCK_BACKOFF_MIN
const MAXCPUS NBBY
var ncpu
type bool ipi_func_t ipi_msg_t kcpuset_t kmutex_t u_int uint32_t
field cpu_info ci_data
field cpu_data cpu_ipipend
field evcnt ev_count
field ipi_msg_t func arg _pending
