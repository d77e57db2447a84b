/*
 * machine/pcb.h: what an LWP leaves behind when it is switched away from.
 *
 * At the front of its u-area.  Everything that cpu_switchto does not keep here
 * is on the LWP's kernel stack.
 */
#ifndef _AMD64_PCB_H_
#define _AMD64_PCB_H_

#include <sys/types.h>

struct pcb {
	int pcb_flags;
	int pcb_pad;
	uint64_t pcb_rsp0; /* top of the kernel stack */
	uint64_t pcb_cr2;
	uint64_t pcb_cr3;
	uint64_t pcb_rsp; /* stack pointer and frame as left */
	uint64_t pcb_rbp;
	uint64_t pcb_usersp;
	uint64_t pcb_fs;
	uint64_t pcb_gs;
	void *pcb_onfault;
	struct cpu_info *pcb_fpcpu;
	int pcb_cr0;
	int pcb_iopl;
};

#define PCB_COMPAT32 0x01

#ifdef _KERNEL
extern struct pcb *lwp0pcb;
#endif

#endif /* _AMD64_PCB_H_ */
