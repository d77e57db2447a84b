/*
 * idle.h: the LWP that a CPU runs when there is no other.
 */
#ifndef _SYS_IDLE_H_
#define _SYS_IDLE_H_

struct cpu_info;

void idle_loop(void *) __attribute__((__noreturn__));
int create_idle_lwp(struct cpu_info *);

#endif /* !_SYS_IDLE_H_ */
