# kern/subr_pserialize.c 1.7, 2013/02/07
goal
include <sys/cdefs.h>
include <sys/param.h>
include <sys/condvar.h>
include <sys/cpu.h>
include <sys/evcnt.h>
include <sys/kmem.h>
include <sys/mutex.h>
include <sys/pserialize.h>
include <sys/proc.h>
include <sys/queue.h>
include <sys/xcall.h>
call KASSERT TAILQ_ENTRY TAILQ_FIRST TAILQ_HEAD TAILQ_INIT TAILQ_INSERT_TAIL
call TAILQ_NEXT TAILQ_REMOVE __predict_false __predict_true cpu_index
call cpu_intr_p cpu_softintr_p curcpu evcnt_attach_dynamic kcpuset_copy
call kcpuset_create kcpuset_destroy kcpuset_iszero kcpuset_match kcpuset_set
call kcpuset_zero kmem_free kmem_zalloc kpause mutex_init mutex_spin_enter
call mutex_spin_exit splx xc_broadcast xc_wait
const EVCNT_TYPE_MISC IPL_SCHED KM_SLEEP MUTEX_DEFAULT NULL XC_HIGHPRI
var curlwp kcpuset_running ncpu panicstr
tag evcnt
type cpuid_t kcpuset_t kmutex_t lwp_t pserialize_t uint64_t
field evcnt ev_count
call splsoftserial __KERNEL_RCSID pserialize_create pserialize_destroy
call pserialize_init pserialize_perform pserialize_read_enter
call pserialize_read_exit pserialize_switchpoint
