/*
 * asm.h: how a function in assembly begins and ends.
 */
#ifndef _AMD64_ASM_H_
#define _AMD64_ASM_H_

#define _C_LABEL(x) x

/* clang-format off */
/* A function of the kernel, at a head of a fetch block. */
#define ENTRY(x)						\
	.text; .p2align 4; .globl x; .type x, @function; x:
#define END(x)							\
	.size x, . - x
/* clang-format on */

/* Another global name for what `sym' names. */
#define STRONG_ALIAS(alias, sym) \
	.globl alias;            \
	alias = sym

#endif /* _AMD64_ASM_H_ */
