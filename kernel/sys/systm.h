/*
 * systm.h: what most of the kernel uses: its state, messages, KERNEL_LOCK,
 * preemption, and the names of the machine's functions that main() calls.
 */
#ifndef _SYS_SYSTM_H_
#define _SYS_SYSTM_H_

#if defined(_KERNEL_OPT)
#include "opt_multiprocessor.h"
#endif

#include <sys/types.h>
#include <sys/endian.h>
#include <sys/stdarg.h>
#include <sys/atomic.h>
#include <sys/device_if.h>
#include <sys/lock.h>

struct clockframe;
struct ifnet;
struct lwp;
struct proc;
struct sysent;
struct timeval;
struct tty;
struct uio;
struct vmspace;
struct vnode;

extern const char *panicstr; /* why it panicked; else NULL */
extern int doing_shutdown;

extern const char copyright[];
extern char machine[];
extern char machine_arch[];
extern const char osrelease[];
extern const char ostype[];
extern const char kernel_ident[];
extern const char version[];

extern psize_t physmem; /* pages of memory */
extern int boothowto;   /* RB_* and AB_*, <sys/reboot.h> */
#define bootverbose (boothowto & AB_VERBOSE)
#define bootquiet   (boothowto & AB_QUIET)

extern int ncpu;       /* CPUs attached */
extern int ncpuonline; /* .. and not set off line */
#ifdef _KERNEL
extern bool mp_online; /* the others have been started */
#endif

extern const char hexdigits[];
extern const char HEXDIGITS[];

/* Functions that do nothing, and say so or not. */
void voidop(void);
int nullop(void *);
void *nullret(void);
int enodev(void);
int enosys(void);
int enoioctl(void);
int enxio(void);
int eopnotsupp(void);

enum hashtype { HASH_LIST, HASH_SLIST, HASH_TAILQ };

#ifdef _KERNEL

#define COND_SET_VALUE(dst, src, allow) \
	do {                            \
		if (allow)              \
			dst = src;      \
	} while (/* CONSTCOND */ 0);

void *hashinit(u_int, enum hashtype, bool, u_long *);
void hashdone(void *, enum hashtype, u_long);

/* subr_prf.c, subr_autoconf.c.  naive: for users; verbose: only with -v. */
void aprint_normal(const char *, ...) __printflike(1, 2);
void aprint_error(const char *, ...) __printflike(1, 2);
void aprint_naive(const char *, ...) __printflike(1, 2);
void aprint_verbose(const char *, ...) __printflike(1, 2);
void aprint_debug(const char *, ...) __printflike(1, 2);

void aprint_normal_dev(device_t, const char *, ...) __printflike(2, 3);
void aprint_error_dev(device_t, const char *, ...) __printflike(2, 3);
void aprint_naive_dev(device_t, const char *, ...) __printflike(2, 3);
void aprint_verbose_dev(device_t, const char *, ...) __printflike(2, 3);
void aprint_debug_dev(device_t, const char *, ...) __printflike(2, 3);
void device_printf(device_t, const char *, ...) __printflike(2, 3);

void aprint_normal_ifnet(struct ifnet *, const char *, ...) __printflike(2, 3);
void aprint_error_ifnet(struct ifnet *, const char *, ...) __printflike(2, 3);
void aprint_naive_ifnet(struct ifnet *, const char *, ...) __printflike(2, 3);
void aprint_verbose_ifnet(struct ifnet *, const char *, ...) __printflike(2, 3);
void aprint_debug_ifnet(struct ifnet *, const char *, ...) __printflike(2, 3);

int aprint_get_error_count(void);

void printf_tolog(const char *, ...) __printflike(1, 2);
void printf_nolog(const char *, ...) __printflike(1, 2);
void printf(const char *, ...) __printflike(1, 2);
int snprintf(char *, size_t, const char *, ...) __printflike(3, 4);
void vprintf(const char *, va_list) __printflike(1, 0);
int vsnprintf(char *, size_t, const char *, va_list) __printflike(3, 0);
int humanize_number(char *, size_t, uint64_t, const char *, int);

void twiddle(void);
void banner(void);

#endif /* _KERNEL */

void panic(const char *, ...) __dead __printflike(1, 2);
void vpanic(const char *, va_list) __dead __printflike(1, 0);
void uprintf(const char *, ...) __printflike(1, 2);
void uprintf_locked(const char *, ...) __printflike(1, 2);

int format_bytes(char *, size_t, uint64_t);
void tablefull(const char *, const char *);

#ifdef _KERNEL
#define bcopy(src, dst, len) memcpy((dst), (src), (len))
#define bzero(src, len)      memset((src), 0, (len))
#define bcmp(a, b, len)      memcmp((a), (b), (len))
#endif

/* Memory of the process, or where there is none, of a program's thread. */
int kcopy(const void *, void *, size_t);
int copystr(const void *, void *, size_t, size_t *);
int copyinstr(const void *, void *, size_t, size_t *);
int copyoutstr(const void *, void *, size_t, size_t *);
int copyin(const void *, void *, size_t);
int copyout(const void *, void *, size_t);

#ifdef _KERNEL
typedef int (*copyin_t)(const void *, void *, size_t);
typedef int (*copyout_t)(const void *, void *, size_t);
#endif

int uiomove(void *, size_t, struct uio *);

/* The clock: kern_clock.c, and the machine's. */
void hardclock(struct clockframe *);
void softclock(void *);
void statclock(struct clockframe *);
void ntp_init(void);
void ssp_init(void);
void initclocks(void);
void inittodr(time_t);
void resettodr(void);
void cpu_initclocks(void);
void startprofclock(struct proc *);
void stopprofclock(struct proc *);
void proftick(struct clockframe *);
void setstatclockrate(int);

/* Called by main() (init_main.c) or before it. */
void consinit(void);
void cpu_startup(void);
void cpu_configure(void);
void cpu_bootconf(void);
void cpu_rootconf(void);
void cpu_dumpconf(void);

void *shutdownhook_establish(void (*)(void *), void *);
void shutdownhook_disestablish(void *);
void doshutdownhooks(void);

#ifdef _KERNEL

#include <lib/libkern/libkern.h>

/*
 * KERNEL_LOCK(count, l): take kernel_lock `count' times, spinning if another
 * CPU has it; a CPU that has it takes it again.  KERNEL_UNLOCK(all, l, p):
 * all > 0: so often; 0: as often as it is held; -1: held once, let go.  *p
 * is how often it was held, for KERNEL_LOCK afterwards.  An LWP that sleeps
 * does not hold it meanwhile.  The LWP is not looked at.
 */
void kernel_lock_init(void);
void _kernel_lock(int);
void _kernel_unlock(int, int *);
bool _kernel_locked_p(void);

void kernconfig_lock_init(void);
void kernconfig_lock(void);
void kernconfig_unlock(void);
bool kernconfig_is_held(void);

#if defined(MULTIPROCESSOR) || defined(_MODULE)
#define KERNEL_LOCK(count, lwp)                \
	do {                                   \
		if ((count) != 0)              \
			_kernel_lock((count)); \
	} while (/* CONSTCOND */ 0)
#define KERNEL_UNLOCK(all, lwp, p) _kernel_unlock((all), (p))
#define KERNEL_LOCKED_P()          _kernel_locked_p()
#else
#define KERNEL_LOCK(count, lwp) \
	do {                    \
		(void)(count);  \
		(void)(lwp);    \
	} while (/* CONSTCOND */ 0)
#define KERNEL_UNLOCK(all, lwp, ptr) \
	do {                         \
		(void)(all);         \
		(void)(lwp);         \
		(void)(ptr);         \
	} while (/* CONSTCOND */ 0)
#define KERNEL_LOCKED_P() (true)
#endif

#define KERNEL_UNLOCK_LAST(l)   KERNEL_UNLOCK(-1, (l), NULL)
#define KERNEL_UNLOCK_ALL(l, p) KERNEL_UNLOCK(0, (l), (p))
#define KERNEL_UNLOCK_ONE(l)    KERNEL_UNLOCK(1, (l), NULL)

/* Preemption of curlwp off and on, kern_synch.c; pairs nest. */
bool kpreempt(uintptr_t);
void kpreempt_disable(void);
void kpreempt_enable(void);
bool kpreempt_disabled(void); /* at a raised IPL, too */

/* Panics, unless curlwp may sleep. */
void assert_sleepable(void);
#if defined(DEBUG)
#define ASSERT_SLEEPABLE() assert_sleepable()
#else
#define ASSERT_SLEEPABLE() \
	do {               \
	} while (0)
#endif

vaddr_t calc_cache_size(vsize_t, int, int);

#endif /* _KERNEL */

#endif /* !_SYS_SYSTM_H_ */
