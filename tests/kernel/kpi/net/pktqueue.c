# net/pktqueue.c 1.8, 2014/07/04
goal
include <sys/cdefs.h>
include <sys/param.h>
include <sys/types.h>
include <sys/atomic.h>
include <sys/cpu.h>
include <sys/pcq.h>
include <sys/intr.h>
include <sys/mbuf.h>
include <sys/proc.h>
include <sys/percpu.h>
include <net/pktqueue.h>
call KASSERT MAX SYSCTLFN_CALL __predict_false __predict_true atomic_inc_uint
call cpu_index cpu_lookup curcpu kmem_free kmem_zalloc kpause kpreempt_disable
call kpreempt_disabled kpreempt_enable m_freem memset mutex_destroy
call mutex_enter mutex_exit mutex_init pcq_create pcq_destroy pcq_get pcq_peek
call pcq_put percpu_alloc percpu_foreach percpu_free percpu_getref
call percpu_putref roundup2 softint_disestablish softint_establish
call softint_schedule_cpu sysctl_lookup
const COHERENCY_UNIT EINVAL IPL_NONE KM_SLEEP MUTEX_DEFAULT NULL PCQ_MAXLEN
const PKTQ_DROPS PKTQ_MAXLEN PKTQ_NITEMS SOFTINT_MPSAFE SOFTINT_NET
const SOFTINT_RCPU SYSCTLFN_ARGS
var coherency_unit ncpu
tag cpu_info mbuf sysctlnode
type kmutex_t pcq_t percpu_t pktq_count_t pktqueue_t size_t uint32_t uint64_t
type uint8_t
call __KERNEL_RCSID pktq_barrier pktq_create pktq_dequeue pktq_destroy
call pktq_enqueue pktq_flush pktq_get_count pktq_rps_hash pktq_set_maxlen
call sysctl_pktq_count sysctl_pktq_maxlen
field cpu_info ci_index
field sysctlnode sysctl_data
