/*
 * layout.c: which fields share a cache line, asserted.
 *
 * What two CPUs write in one line they pay for, so the figures of this kernel
 * are NetBSD's only as far as its lines are.  Nothing here runs; a header that
 * has been changed, by an overlay too, does not compile with it.  Structs of one
 * file (pcq, softint, callout_cpu) are asserted there, those of the network in
 * its headers.  tests/kernel/layout_test.sh changes the headers.
 *
 * Of what is asserted
 *
 *	ABI	is what NetBSD's amd64 has told its modules for years: locks,
 *		callouts, condition variables; these sizes are public
 *	order	follows from NetBSD's fields, their types and their order, which
 *		are kept: a number here says where ours have come to lie
 *	ours	is a decision, with its reason
 */
#define _CALLOUT_PRIVATE
#define __MUTEX_PRIVATE
#define __RWLOCK_PRIVATE
#include <sys/param.h>
#include <sys/bus.h>
#include <sys/callout.h>
#include <sys/condvar.h>
#include <sys/cpu.h>
#include <sys/evcnt.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/percpu.h>
#include <sys/pool.h>
#include <sys/rwlock.h>
#include <sys/sched.h>
#include <sys/sleepq.h>

#define AT(type, field, at)                                            \
	__CTASSERT(offsetof(type, field) == (at));                     \
	__CTASSERT(offsetof(type, field) / COHERENCY_UNIT ==           \
	    (offsetof(type, field) + sizeof(((type *)0)->field) - 1) / \
		COHERENCY_UNIT)
#define LINE(type, field) (offsetof(type, field) / COHERENCY_UNIT)

__CTASSERT(COHERENCY_UNIT == 64 && CACHE_LINE_SIZE == 64);

/*
 * Locks.  ABI.  A mutex is a word, its level is the second byte and the byte that
 * is spun for the third; so eight of them share a line if nobody pads them, and
 * mutex_obj_alloc() does.
 */
__CTASSERT(sizeof(kmutex_t) == 8 && sizeof(krwlock_t) == 8);
AT(struct kmutex, u.mtxu_owner, 0);
AT(struct kmutex, u.s.mtxs_ipl, 1);
AT(struct kmutex, u.s.mtxs_lock, 2);
__CTASSERT(sizeof(kcondvar_t) == 24);

/* Callouts.  ABI; what is in them is order. */
__CTASSERT(sizeof(callout_t) == 80);
AT(callout_impl_t, c_func, 16);
AT(callout_impl_t, c_cpu, 32);
AT(callout_impl_t, c_flags, 44);

/*
 * The LWP.  Order.  Its first line is what a switch and a wake-up from another
 * CPU take: queue, CPU, lock, l_ctxswtch.  l_stat and the priorities are in the
 * second and third; what the LWP counts of itself on each KERNEL_LOCK and each
 * kpreempt_disable() is in the thirteenth, where nobody else writes but
 * l_dopreempt.
 */
AT(struct lwp, l_runq, 0);
AT(struct lwp, l_cpu, 24);
AT(struct lwp, l_mutex, 32);
AT(struct lwp, l_ctxswtch, 40);
AT(struct lwp, l_addr, 48);
AT(struct lwp, l_stat, 92);
AT(struct lwp, l_priority, 164);
AT(struct lwp, l_inheritedprio, 168);
AT(struct lwp, l_pi_lenders, 176);
AT(struct lwp, l_syncobj, 256);
AT(struct lwp, l_wchan, 280);
AT(struct lwp, l_switchto, 768);
AT(struct lwp, l_blcnt, 810);
AT(struct lwp, l_nopreempt, 812);
AT(struct lwp, l_dopreempt, 816);
AT(struct lwp, l_pflag, 820);
__CTASSERT(sizeof(struct lwp) == 1048);
__CTASSERT(MIN_LWP_ALIGNMENT == 32); /* ABI: so an LWP may begin mid-line */

/*
 * The CPU.  Order: cpu_data first, and in it first what others look at: who wants
 * KERNEL_LOCK and the run queue's lock are one line, which a waiter for an
 * adaptive mutex reads (mutex_oncpu) and a waiter for KERNEL_LOCK writes.
 */
__CTASSERT(offsetof(struct cpu_info, ci_data) == 0);
AT(struct cpu_data, cpu_biglock_wanted, 0);
AT(struct cpu_data, cpu_callout, 8);
AT(struct cpu_data, cpu_schedstate.spc_mutex, 32);
__CTASSERT(LINE(struct cpu_data, cpu_biglock_wanted) ==
    LINE(struct cpu_data, cpu_schedstate.spc_curpriority));
/* Of the CPU's own nothing is in a line that others write. */
AT(struct cpu_data, cpu_ipipend, 192);
AT(struct cpu_data, cpu_biglock_count, 244);
AT(struct cpu_data, cpu_nintr, 296);
AT(struct cpu_data, cpu_softcpu, 328);
AT(struct cpu_data, cpu_percpu, 352);

/*
 * Level, held interrupts, spin mutexes and nesting, which every spl and mutex
 * touches, are on two lines that are the CPU's own; what others set for an IPI
 * is on the next.  ci_curlwp, which a waiter for a mutex reads, is on none of
 * these.  Order, but for ci_want_resched.
 */
AT(struct cpu_info, ci_self, 448);
AT(struct cpu_info, ci_curlwp, 488);
AT(struct cpu_info, ci_mtx_count, 1016);
AT(struct cpu_info, ci_mtx_oldspl, 1020);
AT(struct cpu_info, ci_istate, 1024);
AT(struct cpu_info, ci_idepth, 1032);
__CTASSERT(LINE(struct cpu_info, ci_ipis) > LINE(struct cpu_info, ci_idepth));
__CTASSERT(LINE(struct cpu_info, ci_curlwp) <
    LINE(struct cpu_info, ci_mtx_count));
/* ABI: an idle CPU monitors this line, and nothing else may wake it. */
__CTASSERT(offsetof(struct cpu_info, ci_want_resched) % COHERENCY_UNIT == 0);
__CTASSERT(offsetof(struct cpu_info, ci_padout) ==
    offsetof(struct cpu_info, ci_want_resched) + COHERENCY_UNIT);
__CTASSERT(sizeof(struct cpu_info) % COHERENCY_UNIT == 0);

/*
 * pool_cache(9).  Order.  A CPU's part is a line of its own (the pool of these is
 * aligned, and so is the first CPU's); what all CPUs take when a group is full
 * or empty is elsewhere.
 */
__CTASSERT(sizeof(pool_cache_cpu_t) == 56);
AT(pool_cache_cpu_t, cc_current, 16);
AT(pool_cache_cpu_t, cc_previous, 24);
__CTASSERT(offsetof(struct pool_cache, pc_cpu0) % CACHE_LINE_SIZE == 0);
__CTASSERT(LINE(struct pool_cache, pc_lock) ==
    LINE(struct pool_cache, pc_emptygroups));
__CTASSERT(LINE(struct pool_cache, pc_lock) < LINE(struct pool_cache, pc_cpus));

/* Turnstiles.  Order.  They are not aligned: two LWPs' may share a line. */
__CTASSERT(sizeof(turnstile_t) == 96 && sizeof(tschain_t) == 16);
AT(turnstile_t, ts_obj, 24);
AT(turnstile_t, ts_waiters, 64);
AT(turnstile_t, ts_inheritor, 80);

/* percpu(9), event counters.  Order: a counter's number is its first word. */
__CTASSERT(sizeof(percpu_cpu_t) == 16);
__CTASSERT(sizeof(struct evcnt) == 56);
AT(struct evcnt, ev_count, 0);

/* Maps of transfers.  ABI: what drivers look at is in the second line. */
AT(struct bus_dmamap, dm_maxsegsz, 56);
AT(struct bus_dmamap, dm_mapsize, 64);
AT(struct bus_dmamap, dm_nsegs, 72);
AT(struct bus_dmamap, dm_segs, 80);
__CTASSERT(sizeof(bus_dma_segment_t) == 16);
