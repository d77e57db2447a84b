/*
 * machine/cpu.h: what amd64 adds to x86/cpu.h.
 */
#ifndef _AMD64_CPU_H_
#define _AMD64_CPU_H_

#ifdef _KERNEL

/*
 * %gs is this CPU's cpu_info.  The load of curcpu() is made each time: after
 * a switch the answer may be another.  curlwp is the same as long as the code
 * that asks runs, so the compiler may keep it.
 */
#ifndef _LOCORE
#include <sys/cdefs.h>
#include <sys/stddef.h>
#include <machine/frame.h>

static __inline struct cpu_info *__unused x86_curcpu(void);
static __inline struct lwp *__unused __attribute__((const)) x86_curlwp(void);

#include <x86/cpu.h>

static __inline struct cpu_info *__unused
x86_curcpu(void)
{
	struct cpu_info *ci;

	__asm volatile("movq %%gs:%c1, %0"
		       : "=r"(ci)
		       : "i"(offsetof(struct cpu_info, ci_self)));
	return ci;
}

static __inline struct lwp *__unused __attribute__((const)) x86_curlwp(void)
{
	struct lwp *l;

	__asm("movq %%gs:%c1, %0"
	      : "=r"(l)
	      : "i"(offsetof(struct cpu_info, ci_curlwp)));
	return l;
}

#define CLKF_USERMODE(frame) (((frame)->cf_if.if_tf.tf_cs & SEL_UPL) != 0)
#define CLKF_PC(frame)       ((frame)->cf_if.if_tf.tf_rip)
#define CLKF_INTR(frame)     (curcpu()->ci_idepth > 0)
#define LWP_PC(l)            ((l)->l_md.md_regs->tf_rip)
#endif /* !_LOCORE */

#endif /* _KERNEL */

#endif /* _AMD64_CPU_H_ */
