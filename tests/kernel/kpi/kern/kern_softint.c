# kern/kern_softint.c 1.41, 2014/05/25
goal
include <sys/cdefs.h>
include <sys/param.h>
include <sys/proc.h>
include <sys/intr.h>
include <sys/ipi.h>
include <sys/mutex.h>
include <sys/kthread.h>
include <sys/evcnt.h>
include <sys/cpu.h>
include <sys/xcall.h>
include <sys/pserialize.h>
include <net/netisr.h>
include <uvm/uvm_extern.h>
define DONETISR(n, f) ((void)(n), (void)(f))
body <net/netisr_dispatch.h>
call CPU_INFO_FOREACH KASSERT KASSERTMSG KERNEL_LOCK KERNEL_UNLOCK_ONE
call SIMPLEQ_EMPTY SIMPLEQ_ENTRY SIMPLEQ_FIRST SIMPLEQ_HEAD SIMPLEQ_INIT
call SIMPLEQ_INSERT_TAIL SIMPLEQ_REMOVE_HEAD binuptime cpu_need_resched
call cpu_signotify curcpu evcnt_attach_dynamic ipi_register ipi_trigger
call ipi_unregister kpause kpreempt_disabled kthread_create
call lwp_exit_switchaway lwp_lock lwp_unlock lwp_unlock_to memcpy mi_switch
call mutex_enter mutex_exit mutex_init panic pmap_deactivate printf
call pserialize_switchpoint round_page sched_enqueue snprintf splx updatertime
call uvm_km_alloc xc_broadcast xc_wait
const CPU_INFO_ITERATOR EVCNT_TYPE_MISC IPL_NONE KTHREAD_IDLE KTHREAD_INTR
const KTHREAD_MPSAFE LP_BOUND LP_INTR LP_RUNNING LP_TIMEINTR LSIDL LSONPROC
const LSRUN MUTEX_DEFAULT NETISR_MAX NULL PRI_KERNEL_RT PRI_SOFTBIO
const PRI_SOFTCLOCK PRI_SOFTNET PRI_SOFTSERIAL PRIuPTR SOFTINT_ACTIVE
const SOFTINT_BIO SOFTINT_CLOCK SOFTINT_COUNT SOFTINT_IMPMASK SOFTINT_LVLMASK
const SOFTINT_MPSAFE SOFTINT_NET SOFTINT_PENDING SOFTINT_RCPU SOFTINT_SERIAL
const UVM_KMF_WIRED UVM_KMF_ZERO __HAVE_FAST_SOFTINTS __HAVE_PREEMPTION
var curlwp kernel_map ncpu softint_timing
tag bintime cpu_info evcnt lwp
type kmutex_t lwp_t pri_t uint64_t uint8_t uintptr_t
field cpu_info ci_data ci_mtx_count
field evcnt ev_count
field lwp l_cpu l_kpribase l_pflag l_private l_stat l_stime l_switchto l_wchan
field cpu_data cpu_idlelwp cpu_nsoft cpu_softcpu cpu_softints
field schedstate_percpu spc_mutex
call splhigh schednetisr softint_block softint_disestablish softint_dispatch
call softint_establish softint_init softint_init_md
call softint_schedule softint_schedule_cpu softint_trigger
call __KERNEL_RCSID
field cpu_info ci_index ci_schedstate
