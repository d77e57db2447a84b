# kern/kern_turnstile.c 1.31, 2011/12/02
goal
include <sys/cdefs.h>
include <sys/param.h>
include <sys/lockdebug.h>
include <sys/pool.h>
include <sys/proc.h>
include <sys/sleepq.h>
include <sys/systm.h>
call KASSERT KERNEL_UNLOCK_ALL KPREEMPT_DISABLE KPREEMPT_ENABLE LIST_FOREACH
call LIST_INIT LIST_INSERT_HEAD LIST_REMOVE LOCKDEBUG_BARRIER SLIST_EMPTY
call SLIST_FIRST SLIST_INSERT_HEAD SLIST_NEXT SLIST_REMOVE_AFTER
call SLIST_REMOVE_HEAD TAILQ_EMPTY TAILQ_FIRST TAILQ_FOREACH TS_ALL_WAITERS
call TS_WAITERS __KERNEL_RCSID lwp_eprio lwp_lendpri lwp_lock lwp_trylock
call lwp_unlock lwp_unlock_to memset mutex_obj_alloc mutex_owned
call mutex_spin_enter mutex_spin_exit panic pool_cache_init sleepq_block
call sleepq_changepri sleepq_enqueue sleepq_enter sleepq_init sleepq_remove
call turnstile_block turnstile_changepri turnstile_exit turnstile_init
call turnstile_lookup turnstile_unsleep turnstile_wakeup
const IPL_NONE IPL_SCHED MUTEX_DEFAULT NULL SOBJ_SLEEPQ_FIFO SOBJ_SLEEPQ_SORTED
const TS_READER_Q TS_WRITER_Q
var curlwp kernel_lock turnstile0 turnstile_cache
tag tschain turnstile
type bool kmutex_t lwp_t pool_cache_t pri_t sleepq_t syncobj_t tschain_t
type turnstile_t u_int uintptr_t wchan_t
field lwp l_biglocks l_cpu l_inheritedprio l_kpriority l_mutex l_pi_lenders
field lwp l_priority l_stat l_syncobj l_ts l_wchan l_sleepq l_sleepchain
field syncobj sobj_changepri sobj_flag sobj_lendpri sobj_owner sobj_unsleep
field turnstile ts_chain ts_eprio ts_free ts_inheritor ts_obj ts_pichain
field turnstile ts_sleepq ts_waiters
field tschain tc_chain tc_mutex
