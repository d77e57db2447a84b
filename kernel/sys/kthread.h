/*
 * kthread.h: threads of the kernel, kthread(9); kern/kern_kthread.c.
 */
#ifndef _SYS_KTHREAD_H_
#define _SYS_KTHREAD_H_

#include <sys/proc.h>

#define KTHREAD_IDLE     0x01 /* does not run until somebody sees to it */
#define KTHREAD_MPSAFE   0x02 /* runs without kernel_lock */
#define KTHREAD_INTR     0x04 /* a softint */
#define KTHREAD_TS       0x08 /* time-shared */
#define KTHREAD_MUSTJOIN 0x10 /* kthread_join will be called */

void kthread_sysinit(void);

int kthread_create(pri_t, int, struct cpu_info *, void (*)(void *), void *,
    lwp_t **, const char *, ...) __printflike(7, 8);
void kthread_exit(int) __dead;
int kthread_join(lwp_t *);
void kthread_destroy(lwp_t *);

#endif /* _SYS_KTHREAD_H_ */
