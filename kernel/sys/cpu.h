/*
 * cpu.h: CPUs, as the kernel sees them.
 */
#ifndef _SYS_CPU_H_
#define _SYS_CPU_H_

#ifndef _LOCORE

#include <machine/cpu.h>

#include <sys/lwp.h>

struct cpu_info;

#ifdef _KERNEL

/* One turn of the idle loop: halt until an interrupt, or work, arrives. */
#ifndef cpu_idle
void cpu_idle(void);
#endif

/*
 * Ask a CPU to look at its run queue; flags RESCHED_*.  With that CPU locked
 * (spc_lock), or, for one's own, at IPL_SCHED.
 */
#ifndef cpu_need_resched
void cpu_need_resched(struct cpu_info *, int);
#endif

#ifndef cpu_did_resched
#define cpu_did_resched(l) /* nothing */
#endif

/* All attached CPUs, or, before the first is attached, the one we are on. */
#ifndef CPU_INFO_ITERATOR
#define CPU_INFO_ITERATOR int
#define CPU_INFO_FOREACH(cii, ci) \
	(void)cii, ci = curcpu(); \
	ci != NULL;               \
	ci = NULL
#endif

#ifndef CPU_IS_PRIMARY
#define CPU_IS_PRIMARY(ci) ((void)ci, 1)
#endif

/*
 * Machine-dependent.  cpu_switchto: save the first LWP's context, go on with
 * the second's; returns, in the second, the one it was switched from.  The
 * third argument: the second is a softint on top of the first, whose context
 * is kept where it is.
 */
struct lwp *cpu_switchto(struct lwp *, struct lwp *, bool);
bool cpu_intr_p(void);     /* in a hard interrupt? */
bool cpu_softintr_p(void); /* in a softint? */
bool cpu_kpreempt_enter(uintptr_t, int);
void cpu_kpreempt_exit(uintptr_t);
bool cpu_kpreempt_disabled(void);
int cpu_lwp_setprivate(struct lwp *, void *);
void cpu_intr_redistribute(void);
u_int cpu_intr_count(struct cpu_info *);

/* kern_cpu.c */
struct cpu_info *cpu_lookup(u_int); /* by index */
int cpu_setstate(struct cpu_info *, bool);
int cpu_setintr(struct cpu_info *, bool);
int cpu_setmodel(const char *, ...) __printflike(1, 2);
const char *cpu_getmodel(void);

extern kmutex_t cpu_lock;
extern u_int maxcpus;
extern struct cpu_info **cpu_infos;
extern kcpuset_t *kcpuset_attached;
extern kcpuset_t *kcpuset_running;

static __inline u_int __unused
cpu_index(const struct cpu_info *ci)
{
	return ci->ci_index;
}

static __inline char *__unused
cpu_name(struct cpu_info *ci)
{
	return ci->ci_data.cpu_name;
}

#endif /* _KERNEL */

#endif /* !_LOCORE */

/* For cpu_need_resched. */
#define RESCHED_LAZY     0x01 /* at the next occasion */
#define RESCHED_IMMED    0x02 /* now: interrupt what it does */
#define RESCHED_KPREEMPT 0x04 /* now, even in the middle of the kernel */

#endif /* !_SYS_CPU_H_ */
