/*
 * x86/specialreg.h: control registers, CPUID and model-specific registers.
 */
#ifndef _X86_SPECIALREG_H_
#define _X86_SPECIALREG_H_

#define CR0_PE 0x00000001
#define CR0_MP 0x00000002
#define CR0_EM 0x00000004
#define CR0_TS 0x00000008
#define CR0_WP 0x00010000
#define CR0_PG 0x80000000

/* CPUID 1, %edx and %ecx */
#define CPUID_TSC      0x00000010
#define CPUID_MSR      0x00000020
#define CPUID_CX8      0x00000100
#define CPUID_APIC     0x00000200
#define CPUID_SSE2     0x04000000
#define CPUID2_MONITOR 0x00000008
#define CPUID2_RAZ     0x80000000 /* zero; set by virtual machines */

#define MSR_TSC           0x010
#define MSR_APICBASE      0x01b
#define APICBASE_BSP      0x00000100
#define APICBASE_EN       0x00000800
#define APICBASE_PHYSADDR 0xfffff000
#define MSR_TSC_DEADLINE  0x6e0
#define MSR_EFER          0xc0000080
#define MSR_FSBASE        0xc0000100
#define MSR_GSBASE        0xc0000101
#define MSR_KERNELGSBASE  0xc0000102
#define MSR_TSC_AUX       0xc0000103

#endif /* _X86_SPECIALREG_H_ */
