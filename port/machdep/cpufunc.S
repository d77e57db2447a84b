/*
 * cpufunc.S: single instructions as functions (machine/cpufunc.h,
 * machine/pio.h).
 */
#include <machine/asm.h>

#define FUNC(name, ...) ENTRY(name); __VA_ARGS__; ret; END(name)

FUNC(x86_pause, pause)
FUNC(x86_lfence, lfence)
FUNC(x86_sfence, sfence)
FUNC(x86_mfence, mfence)

FUNC(x86_disable_intr, cli)
FUNC(x86_enable_intr, sti)
FUNC(x86_hlt, hlt)
/* No interrupt gets in between: STI holds them off for one instruction. */
FUNC(x86_stihlt, sti; hlt)

/* rflags */
FUNC(x86_read_flags, pushfq; popq %rax)
FUNC(x86_read_psl, pushfq; popq %rax)
FUNC(x86_write_flags, pushq %rdi; popfq)
FUNC(x86_write_psl, pushq %rdi; popfq)

/* void x86_monitor(const void *va, uint32_t extensions, uint32_t hints) */
ENTRY(x86_monitor)
	movq	%rdi, %rax
	movl	%esi, %ecx
	monitor
	ret
END(x86_monitor)

/* void x86_mwait(uint32_t hints, uint32_t extensions) */
ENTRY(x86_mwait)
	movl	%edi, %eax
	movl	%esi, %ecx
	mwait
	ret
END(x86_mwait)

/* void x86_cpuid2(unsigned leaf, unsigned subleaf, unsigned regs[4]) */
ENTRY(x86_cpuid2)
	movq	%rbx, %r8
	movq	%rdx, %r9
	movl	%edi, %eax
	movl	%esi, %ecx
	cpuid
	movl	%eax, (%r9)
	movl	%ebx, 4(%r9)
	movl	%ecx, 8(%r9)
	movl	%edx, 12(%r9)
	movq	%r8, %rbx
	ret
END(x86_cpuid2)

ENTRY(rdtsc)
	rdtsc
	shlq	$32, %rdx
	orq	%rdx, %rax
	ret
END(rdtsc)

FUNC(cpu_counter32, rdtsc)

ENTRY(cpu_counter)
	rdtsc
	shlq	$32, %rdx
	orq	%rdx, %rax
	ret
END(cpu_counter)

ENTRY(rdmsr)
	movl	%edi, %ecx
	rdmsr
	shlq	$32, %rdx
	orq	%rdx, %rax
	ret
END(rdmsr)

ENTRY(wrmsr)
	movl	%edi, %ecx
	movl	%esi, %eax
	movq	%rsi, %rdx
	shrq	$32, %rdx
	wrmsr
	ret
END(wrmsr)

FUNC(lidt, lidt (%rdi))

/* uint8_t inb(unsigned port), and so on; void outb(unsigned port, uint8_t) */
FUNC(inb, movl %edi, %edx; xorl %eax, %eax; inb %dx, %al)
FUNC(inw, movl %edi, %edx; xorl %eax, %eax; inw %dx, %ax)
FUNC(inl, movl %edi, %edx; inl %dx, %eax)
FUNC(outb, movl %edi, %edx; movl %esi, %eax; outb %al, %dx)
FUNC(outw, movl %edi, %edx; movl %esi, %eax; outw %ax, %dx)
FUNC(outl, movl %edi, %edx; movl %esi, %eax; outl %eax, %dx)

	.section .note.GNU-stack, "", @progbits
