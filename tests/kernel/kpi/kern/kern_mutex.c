# kern/kern_mutex.c 1.61, 2014/11/28
goal
define __MUTEX_PRIVATE
include <sys/cdefs.h>
include <sys/param.h>
include <sys/atomic.h>
include <sys/proc.h>
include <sys/mutex.h>
include <sys/sched.h>
include <sys/sleepq.h>
include <sys/systm.h>
include <sys/lockdebug.h>
include <sys/kernel.h>
include <sys/intr.h>
include <sys/lock.h>
include <sys/types.h>
include <dev/lockstat.h>
include <machine/lock.h>
call KASSERT KPREEMPT_DISABLE KPREEMPT_ENABLE LOCKDEBUG_ABORT LOCKDEBUG_ALLOC
call LOCKDEBUG_BARRIER LOCKDEBUG_FREE LOCKDEBUG_LOCKED LOCKDEBUG_UNLOCKED
call LOCKDEBUG_WANTLOCK LOCKSTAT_COUNT LOCKSTAT_COUNTER LOCKSTAT_ENTER
call LOCKSTAT_EVENT LOCKSTAT_EXIT LOCKSTAT_FLAG LOCKSTAT_START_TIMER
call LOCKSTAT_STOP_TIMER LOCKSTAT_TIMER MUTEX_CAS MUTEX_GIVE MUTEX_RECEIVE
call MUTEX_SPIN_IPL SPINLOCK_BACKOFF SPINLOCK_SPINOUT TS_WAITERS __USE
call __cpu_simple_lock_init __cpu_simple_lock_try __cpu_simple_unlock
call __insn_barrier __predict_false curcpu kpreempt_disabled makeiplcookie
call membar_consumer memset panic printf_nolog splraiseipl splx
call turnstile_block turnstile_exit turnstile_lookup turnstile_wakeup
const DIAGNOSTIC IPL_NONE IPL_SOFTBIO IPL_SOFTCLOCK IPL_SOFTNET IPL_SOFTSERIAL
const LB_ADAPTIVE_MUTEX LB_SLEEP1 LB_SPIN LB_SPIN_MUTEX LOCKOPS_SLEEP
const LOCKOPS_SPIN MUTEX_ADAPTIVE MUTEX_BIT_NODEBUG MUTEX_BIT_SPIN
const MUTEX_BIT_WAITERS MUTEX_DEFAULT MUTEX_DRIVER MUTEX_NODEBUG MUTEX_SPIN
const MUTEX_THREAD NULL SOBJ_SLEEPQ_SORTED SPINLOCK_BACKOFF_MIN TS_WRITER_Q
const __HAVE_MUTEX_STUBS __HAVE_SIMPLE_MUTEXES __HAVE_SPIN_MUTEX_STUBS
var cold curlwp kernel_lock mutex_syncobj panicstr
tag cpu_info lwp
type kmutex_t kmutex_type_t lockops_t lwp_t syncobj_t turnstile_t uintptr_t
field cpu_info ci_curlwp ci_mtx_count ci_mtx_oldspl
field lwp l_cpu
call __SIMPLELOCK_LOCKED_P splhigh __KERNEL_RCSID
call mutex_destroy mutex_enter mutex_exit mutex_init mutex_owned mutex_owner
call mutex_spin_enter mutex_spin_exit mutex_spin_retry mutex_tryenter
call mutex_vector_enter mutex_vector_exit __strong_alias
call kpreempt sleepq_lendpri turnstile_changepri turnstile_unsleep
field cpu_info ci_biglock_wanted
field kmutex mtx_ipl mtx_lock mtx_owner
field lockops lo_name lo_type lo_dump
field syncobj sobj_changepri sobj_flag sobj_lendpri sobj_owner sobj_unsleep
