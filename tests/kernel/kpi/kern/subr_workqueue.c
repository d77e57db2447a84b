# kern/subr_workqueue.c 1.33
goal
include <sys/cdefs.h>
include <sys/param.h>
include <sys/cpu.h>
include <sys/systm.h>
include <sys/kthread.h>
include <sys/kmem.h>
include <sys/proc.h>
include <sys/workqueue.h>
include <sys/mutex.h>
include <sys/condvar.h>
include <sys/queue.h>
call CPU_INFO_FOREACH CTASSERT KASSERT SIMPLEQ_EMPTY SIMPLEQ_ENTRY SIMPLEQ_FIRST
call SIMPLEQ_HEAD SIMPLEQ_INIT SIMPLEQ_INSERT_TAIL SIMPLEQ_NEXT __KERNEL_RCSID
call cpu_index curcpu cv_destroy cv_init cv_signal cv_wait kmem_free kmem_zalloc
call kthread_create kthread_exit mutex_destroy mutex_enter mutex_exit mutex_init
call roundup2 strncpy workqueue_create workqueue_destroy workqueue_enqueue
const COHERENCY_UNIT CPU_INFO_ITERATOR IPL_NONE KM_SLEEP KTHREAD_MPSAFE
const MUTEX_DEFAULT NULL WQ_MPSAFE WQ_PERCPU
const MAXCOMLEN
var coherency_unit curlwp ncpu
type bool kcondvar_t kmutex_t lwp_t pri_t size_t u_int uintptr_t
tag work
field lwp l_pflag
