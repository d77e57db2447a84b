# kern/kern_lock.c 1.155
goal
include <sys/cdefs.h>
include <sys/param.h>
include <sys/proc.h>
include <sys/lock.h>
include <sys/systm.h>
include <sys/kernel.h>
include <sys/lockdebug.h>
include <sys/cpu.h>
include <sys/syslog.h>
include <sys/atomic.h>
include <sys/lwp.h>
include <machine/lock.h>
include <dev/lockstat.h>
call ASSERT_SLEEPABLE CURCPU_IDLE_P KERNEL_LOCK KERNEL_LOCKED_P KERNEL_UNLOCK
call KERNEL_UNLOCK_ALL KERNEL_UNLOCK_LAST KERNEL_UNLOCK_ONE
call LOCKDEBUG_ABORT LOCKDEBUG_ALLOC LOCKDEBUG_BARRIER
call LOCKDEBUG_LOCKED LOCKDEBUG_UNLOCKED LOCKDEBUG_WANTLOCK LOCKSTAT_ENTER
call LOCKSTAT_EVENT_RA LOCKSTAT_EXIT LOCKSTAT_FLAG LOCKSTAT_START_TIMER
call LOCKSTAT_STOP_TIMER LOCKSTAT_TIMER SPINLOCK_SPINOUT __KERNEL_RCSID
call __cpu_simple_lock_init __cpu_simple_lock_try __cpu_simple_unlock
call __insn_barrier __predict_false __predict_true __builtin_return_address
call _kernel_lock _kernel_locked_p _kernel_unlock assert_sleepable
call atomic_swap_ptr cpu_intr_p cpu_softintr_p curcpu kernel_lock_init
call kpreempt lwp_pctr membar_enter membar_producer panic printf_nolog
call splvm splx __SIMPLELOCK_LOCKED_P
const __HAVE_ATOMIC_AS_MEMBAR LB_KERNEL_LOCK LB_SPIN LOCKOPS_SPIN LP_BOUND LP_INTR NULL CACHE_LINE_SIZE
const __SIMPLELOCK_UNLOCKED SPINLOCK_BACKOFF_HOOK SPINLOCK_SPIN_HOOK
var cold curlwp kernel_lock panicstr
type __cpu_simple_lock_t bool lockops_t lwp_t uintptr_t u_int
field cpu_info ci_biglock_count ci_biglock_wanted ci_curlwp ci_data
field lwp l_blcnt l_cpu l_dopreempt l_pflag
