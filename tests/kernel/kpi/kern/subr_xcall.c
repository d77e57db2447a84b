# kern/subr_xcall.c 1.18
goal
include <sys/cdefs.h>
include <sys/types.h>
include <sys/param.h>
include <sys/xcall.h>
include <sys/mutex.h>
include <sys/condvar.h>
include <sys/evcnt.h>
include <sys/kthread.h>
include <sys/cpu.h>
call CPU_INFO_FOREACH KASSERT __KERNEL_RCSID cpu_intr_p cpu_softintr_p curcpu
call cv_broadcast cv_init cv_signal cv_wait evcnt_attach_dynamic
call kpreempt_disable kpreempt_enable kthread_create memset mutex_enter
call mutex_exit mutex_init softint_establish softint_schedule xc__highpri_intr
call xc_broadcast xc_init_cpu xc_ipi_handler xc_send_ipi xc_unicast xc_wait
const CACHE_LINE_SIZE CPU_INFO_ITERATOR EVCNT_TYPE_MISC IPL_NONE IPL_SOFTSERIAL
const KTHREAD_MPSAFE MUTEX_DEFAULT NULL PRI_NONE PRI_XCALL SOFTINT_MPSAFE
const SOFTINT_SERIAL SPCF_OFFLINE XC_HIGHPRI
var ncpu
type bool kcondvar_t kmutex_t lwp_t u_int uint64_t xcfunc_t
field cpu_info ci_data ci_schedstate
field cpu_data cpu_xcall cpu_xcall_pending
field evcnt ev_count
field schedstate_percpu spc_flags
