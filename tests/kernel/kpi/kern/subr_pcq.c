# kern/subr_pcq.c 1.8
goal
include <sys/cdefs.h>
include <sys/param.h>
include <sys/types.h>
include <sys/atomic.h>
include <sys/kmem.h>
include <sys/pcq.h>
call KASSERT __KERNEL_RCSID __predict_false atomic_cas_32 kmem_free
call kmem_zalloc membar_datadep_consumer membar_producer offsetof
call pcq_create pcq_destroy pcq_get pcq_maxitems pcq_peek pcq_put
const __HAVE_ATOMIC_AS_MEMBAR COHERENCY_UNIT KM_NOSLEEP KM_SLEEP NULL PCQ_MAXLEN
type bool km_flag_t pcq_t size_t u_int uint32_t
