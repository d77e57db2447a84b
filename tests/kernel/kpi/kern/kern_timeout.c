# kern/kern_timeout.c 1.48
goal
define _CALLOUT_PRIVATE
include <sys/cdefs.h>
include <sys/param.h>
include <sys/systm.h>
include <sys/kernel.h>
include <sys/callout.h>
include <sys/lwp.h>
include <sys/mutex.h>
include <sys/proc.h>
include <sys/sleepq.h>
include <sys/syncobj.h>
include <sys/evcnt.h>
include <sys/intr.h>
include <sys/cpu.h>
include <sys/kmem.h>
include <machine/db_machdep.h> if DDB
include <ddb/db_interface.h> if DDB
include <ddb/db_access.h> if DDB
include <ddb/db_sym.h> if DDB
include <ddb/db_output.h> if DDB
call CPU_INFO_FOREACH CTASSERT KASSERT KASSERTMSG KERNEL_LOCK KERNEL_UNLOCK_ONE
call __KERNEL_RCSID __arraycount __predict_false __predict_true callout_ack
call callout_active callout_destroy callout_expired callout_halt
call callout_hardclock callout_init callout_init_cpu callout_invoking
call callout_pending callout_reset callout_schedule callout_setfunc
call callout_startup callout_stop cpu_index cpu_intr_p curcpu
call evcnt_attach_dynamic kmem_zalloc membar_exit mutex_enter mutex_exit
call mutex_obj_alloc mutex_owned mutex_spin_enter mutex_spin_exit mutex_tryenter
call panic sleepq_block sleepq_enqueue sleepq_enter sleepq_init sleepq_wake
call snprintf softint_establish softint_schedule
const CALLOUT_FIRED CALLOUT_FLAGMASK CALLOUT_INVOKING CALLOUT_MPSAFE
const CALLOUT_PENDING CALLOUT_BOUND CPU_INFO_ITERATOR EVCNT_TYPE_MISC IPL_SCHED
const KM_SLEEP MUTEX_DEFAULT NULL SOFTINT_CLOCK SOFTINT_MPSAFE
var curlwp hardclock_ticks mp_online sleep_syncobj cold
type bool callout_impl_t callout_t kmutex_t lwp_t sleepq_t u_int uint64_t
tag callout_circq callout_impl
field callout_circq cq_next_l cq_prev_l
field callout_impl c_arg c_cpu c_flags c_func c_list c_magic c_time
field cpu_info ci_data ci_schedstate
field cpu_data cpu_callout
field evcnt ev_count
field lwp l_biglocks l_kpriority l_cpu l_mutex
