/*
 * x86/cpu_counter.h: the time stamp counter as a cheap clock of this CPU.
 */
#ifndef _X86_CPU_COUNTER_H_
#define _X86_CPU_COUNTER_H_

#include <sys/types.h>

#ifdef _KERNEL
struct cpu_info;
uint64_t cpu_counter(void);
uint32_t cpu_counter32(void);
uint64_t cpu_frequency(struct cpu_info *); /* Hz */
int cpu_hascounter(void);
#endif

#endif /* _X86_CPU_COUNTER_H_ */
