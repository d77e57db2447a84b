# kern/kern_rwlock.c 1.45, 2014/11/28
goal
define __RWLOCK_PRIVATE
include <sys/cdefs.h>
include <sys/param.h>
include <sys/proc.h>
include <sys/rwlock.h>
include <sys/sched.h>
include <sys/sleepq.h>
include <sys/systm.h>
include <sys/lockdebug.h>
include <sys/cpu.h>
include <sys/atomic.h>
include <sys/lock.h>
include <dev/lockstat.h>
call KASSERT KPREEMPT_DISABLE KPREEMPT_ENABLE LOCKDEBUG_ABORT LOCKDEBUG_ALLOC
call LOCKDEBUG_BARRIER LOCKDEBUG_FREE LOCKDEBUG_LOCKED LOCKDEBUG_UNLOCKED
call LOCKDEBUG_WANTLOCK LOCKSTAT_COUNT LOCKSTAT_COUNTER LOCKSTAT_ENTER
call LOCKSTAT_EVENT LOCKSTAT_EXIT LOCKSTAT_FLAG LOCKSTAT_START_TIMER
call LOCKSTAT_STOP_TIMER LOCKSTAT_TIMER RW_COUNT RW_FLAGS RW_OWNER
call SPINLOCK_BACKOFF TS_FIRST TS_WAITERS __USE __predict_false __predict_true
call atomic_cas_ptr atomic_swap_ptr cpu_intr_p kpreempt_disabled membar_enter
call membar_exit membar_producer memset printf_nolog turnstile_block
call turnstile_exit turnstile_lookup turnstile_wakeup
const DIAGNOSTIC LB_RWLOCK LB_SLEEP1 LB_SLEEP2 LB_SPIN LOCKOPS_SLEEP NULL
const RW_HAS_WAITERS RW_NODEBUG RW_READER RW_READ_COUNT_SHIFT RW_READ_INCR
const RW_THREAD RW_WRITER RW_WRITE_LOCKED RW_WRITE_WANTED SOBJ_SLEEPQ_SORTED
const SPINLOCK_BACKOFF_MIN TS_READER_Q TS_WRITER_Q __HAVE_RW_STUBS
var curlwp kernel_lock panicstr rw_syncobj
tag cpu_info
type krw_t krwlock_t lockops_t lwp_t syncobj_t turnstile_t uintptr_t wchan_t
field cpu_info ci_curlwp
field lwp l_cpu
field krwlock rw_owner
call __KERNEL_RCSID rw_destroy rw_downgrade rw_enter rw_exit rw_init
call rw_lock_held rw_read_held rw_tryenter rw_tryupgrade rw_vector_enter
call rw_vector_exit rw_vector_tryenter rw_write_held __strong_alias
call kpreempt sleepq_lendpri turnstile_changepri turnstile_unsleep
field cpu_info ci_biglock_wanted
field lockops lo_name lo_type lo_dump
field syncobj sobj_changepri sobj_flag sobj_lendpri sobj_owner sobj_unsleep
