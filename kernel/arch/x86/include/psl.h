/*
 * x86/psl.h: bits of %rflags.
 */
#ifndef _X86_PSL_H_
#define _X86_PSL_H_

#define PSL_C    0x00000001 /* carry */
#define PSL_PF   0x00000004 /* parity */
#define PSL_AF   0x00000010 /* carry of the low nibble */
#define PSL_Z    0x00000040 /* zero */
#define PSL_N    0x00000080 /* negative */
#define PSL_T    0x00000100 /* trap after each instruction */
#define PSL_I    0x00000200 /* interrupts are taken */
#define PSL_D    0x00000400 /* strings go downwards */
#define PSL_V    0x00000800 /* overflow */
#define PSL_IOPL 0x00003000
#define PSL_NT   0x00004000
#define PSL_RF   0x00010000
#define PSL_VM   0x00020000
#define PSL_AC   0x00040000
#define PSL_VIF  0x00080000
#define PSL_VIP  0x00100000
#define PSL_ID   0x00200000

#define PSL_MBO 0x00000002 /* always one */
#define PSL_MBZ 0xffc08028 /* always zero */

#endif /* _X86_PSL_H_ */
