/*
 * cpu_data.h: what the kernel keeps for each CPU, whatever the machine.  It is
 * ci_data, the first member of the machine's struct cpu_info.
 */
#ifndef _SYS_CPU_DATA_H_
#define _SYS_CPU_DATA_H_

struct callout;
struct lwp;
struct lockdebug;
struct buf;
struct cpu_info;

#include <sys/sched.h>
#include <sys/condvar.h>
#include <sys/pcu.h>
#include <sys/percpu_types.h>
#include <sys/queue.h>
#include <sys/kcpuset.h>
#include <sys/ipi.h>

struct cpu_data {
	/* Other CPUs look at these, or change them. */
	lwp_t *cpu_biglock_wanted; /* LWP that spins for kernel_lock */
	void *cpu_callout;         /* callout wheel: kern_timeout.c */
	void *cpu_unused1;
	u_int cpu_unused2;
	struct schedstate_percpu cpu_schedstate;
	kcondvar_t cpu_xcall; /* subr_xcall.c: low-priority calls */
	int cpu_xcall_pending;
	lwp_t *cpu_onproc;                  /* LWP that runs, or that a softint
					   has interrupted */
	uint32_t cpu_ipipend[IPI_BITWORDS]; /* subr_ipi.c */

	cpuid_t cpu_package_id;
	cpuid_t cpu_core_id;
	cpuid_t cpu_smt_id;

	struct lwp *volatile cpu_pcu_curlwp[PCU_UNIT_COUNT];

	/* These are mostly the CPU's own. */
	lwp_t *cpu_idlelwp;
	void *cpu_lockstat;
	u_int cpu_index;         /* 0, 1, .. in order of attachment */
	u_int cpu_biglock_count; /* kernel_lock: how often held */
	u_int cpu_spin_locks;
	u_int cpu_simple_locks;
	u_int cpu_spin_locks2;
	u_int cpu_lkdebug_recurse;
	u_int cpu_softints; /* pending softints of the slow kind */
	uint64_t cpu_nsyscall;
	uint64_t cpu_ntrap;
	uint64_t cpu_nswtch; /* context switches */
	uint64_t cpu_nintr;  /* interrupts */
	uint64_t cpu_nsoft;  /* softints */
	uint64_t cpu_nfault;
	struct uvm_cpu *cpu_uvm;
	void *cpu_softcpu; /* kern_softint.c: handlers */
	TAILQ_HEAD(, buf) cpu_biodone;
	percpu_cpu_t cpu_percpu; /* subr_percpu.c */
	struct selcluster *cpu_selcluster;
	void *cpu_nch;
	_TAILQ_HEAD(, struct lockdebug, volatile) cpu_ld_locks;
	__cpu_simple_lock_t cpu_ld_lock;
	uint64_t cpu_cc_freq;   /* cycle counter: Hz */
	int64_t cpu_cc_skew;    /* .. and how far from CPU 0's */
	char cpu_name[8];       /* "cpu4" */
	kcpuset_t *cpu_kcpuset; /* this CPU and no other */
};

#define ci_schedstate      ci_data.cpu_schedstate
#define ci_index           ci_data.cpu_index
#define ci_biglock_count   ci_data.cpu_biglock_count
#define ci_biglock_wanted  ci_data.cpu_biglock_wanted
#define ci_cpuname         ci_data.cpu_name
#define ci_spin_locks      ci_data.cpu_spin_locks
#define ci_simple_locks    ci_data.cpu_simple_locks
#define ci_lockstat        ci_data.cpu_lockstat
#define ci_spin_locks2     ci_data.cpu_spin_locks2
#define ci_lkdebug_recurse ci_data.cpu_lkdebug_recurse
#define ci_pcu_curlwp      ci_data.cpu_pcu_curlwp
#define ci_kcpuset         ci_data.cpu_kcpuset
#define ci_ipipend         ci_data.cpu_ipipend

#define ci_package_id ci_data.cpu_package_id
#define ci_core_id    ci_data.cpu_core_id
#define ci_smt_id     ci_data.cpu_smt_id

void mi_cpu_init(void);
int mi_cpu_attach(struct cpu_info *); /* 0 or an errno */

#endif /* _SYS_CPU_DATA_H_ */
