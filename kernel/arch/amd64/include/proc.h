/*
 * machine/proc.h: what amd64 adds to struct lwp and struct proc.
 */
#ifndef _AMD64_PROC_H_
#define _AMD64_PROC_H_

#include <sys/types.h>
#include <machine/frame.h>
#include <machine/pcb.h>

struct pmap;

struct mdlwp {
	struct trapframe *md_regs; /* registers of user mode, were there any */
	struct pmap *md_gc_pmap;
	void *md_gc_ptp;
	int md_flags;
	volatile int md_astpending;
};

struct mdproc {
	int md_flags;
	void (*md_syscall)(struct trapframe *);
};

/* The stack proper: above pcb and guard page. */
#define KSTACK_LOWEST_ADDR(l) ((void *)((char *)(l)->l_addr + 2 * NBPG))
#define KSTACK_SIZE           (USPACE - 2 * NBPG)

#endif /* _AMD64_PROC_H_ */
