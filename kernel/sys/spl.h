/*
 * spl.h: raise the level, one function for each level.
 *
 * Each returns the level before, for splx().  They act on the CPU they are
 * called on and on no other, and never lower.
 */
#ifndef _SYS_SPL_H_
#define _SYS_SPL_H_

#define _SPL_DECL(x, X)                                     \
	static __inline int spl##x(void)                    \
	{                                                   \
		return splraiseipl(makeiplcookie(IPL_##X)); \
	}

_SPL_DECL(softclock, SOFTCLOCK)
_SPL_DECL(softbio, SOFTBIO)
_SPL_DECL(softnet, SOFTNET)
_SPL_DECL(softserial, SOFTSERIAL)
_SPL_DECL(vm, VM)
_SPL_DECL(sched, SCHED)
_SPL_DECL(high, HIGH)

#undef _SPL_DECL

#define splbio()       splvm()
#define splnet()       splvm()
#define spltty()       splvm()
#define splaudio()     splsched()
#define splclock()     splsched()
#define splstatclock() splsched()
#define splserial()    splhigh()
#define spllock()      splhigh()

#endif /* _SYS_SPL_H_ */
