/*
 * machine/frame.h: registers on the stack: of an interrupt, of a switch.
 */
#ifndef _AMD64_FRAME_H_
#define _AMD64_FRAME_H_

#include <sys/types.h>

/* As vector.S pushes them, lowest address first. */
struct trapframe {
	uint64_t tf_rdi;
	uint64_t tf_rsi;
	uint64_t tf_rdx;
	uint64_t tf_rcx;
	uint64_t tf_r8;
	uint64_t tf_r9;
	uint64_t tf_r10;
	uint64_t tf_r11;
	uint64_t tf_r12;
	uint64_t tf_r13;
	uint64_t tf_r14; /* reserved by the build; never restored */
	uint64_t tf_r15;
	uint64_t tf_rbp;
	uint64_t tf_rbx;
	uint64_t tf_rax;
	uint64_t tf_trapno;
	uint64_t tf_err;
	/* from here on pushed by the CPU */
	uint64_t tf_rip;
	uint64_t tf_cs;
	uint64_t tf_rflags;
	uint64_t tf_rsp;
	uint64_t tf_ss;
};

struct intrframe {
	uint64_t if_ppl; /* IPL that was interrupted */
	struct trapframe if_tf;
};

/* What an LWP that is switched away from has on its stack, from pcb_rsp on. */
struct switchframe {
	uint64_t sf_r15;
	uint64_t sf_r13;
	uint64_t sf_r12;
	uint64_t sf_rbx;
	uint64_t sf_rip;
};

#ifdef _KERNEL
/* What hardclock() looks at: the frame of a clock interrupt. */
struct clockframe {
	struct intrframe cf_if;
};
#endif

#endif /* _AMD64_FRAME_H_ */
