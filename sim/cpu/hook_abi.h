/*
 * hook_abi.h: the contract between annotated code and the simulator.
 *
 * Annotated code reaches the simulated CPU it runs on through the host's %gs
 * base, which points at a struct cpu_hot (cpu.h).  The annotator prints these
 * numbers into assembly, so they are plain macros; cpu.h asserts that the
 * struct agrees.  The kernel's own %gs base is a value in that struct:
 * an operand of kernel code that says %gs is rewritten to add HK_KGS.
 *
 *	%r14	the CPU's clock in units of 1/10 core cycle (HK_CLOCK_PER_CYC)
 *	%gs	struct cpu_hot; offsets below
 *
 * Included by the annotator, by the thunks it emits and by the simulator.
 */
#ifndef CPU_HOOK_ABI_H
#define CPU_HOOK_ABI_H

#define HK_CLOCK_PER_CYC 10 /* clock units in one 2.4 GHz cycle */

/* Instructions that may follow an unfinished load: the reorder buffer
 * (LLVM's Silvermont model).  The annotator looks so far ahead for a use. */
#define HK_ROB 32

/*
 * The L1D latency that block costs contain, and what other ones change: the
 * image's section .rangeley.l1d has, for each block that a cycle more makes
 * slower, two words: the address of the block's cost in its code (four bytes)
 * and the clock units that a cycle more adds.  The loader applies it.
 */
#define HK_L1D_HIT 30 /* clock units */

/* Scalars. */
#define HK_SELF   0x1000 /* address of the struct itself */
#define HK_CLOCK  0x1008 /* r14 while a thunk is in C */
#define HK_LIMIT  0x1010 /* poll points call out when r14 >= limit */
#define HK_KSP    0x1018 /* kernel's rsp while on the host stack */
#define HK_HSP    0x1020 /* top of this CPU's host stack */
#define HK_KGS    0x1028 /* the kernel's own %gs base */
#define HK_SPLIT  0x10f4 /* u32: 64, bytes of a line; 0 = without AVX2 */
#define HK_SPILL0 0x1038 /* scratch registers saved around a site */
#define HK_SPILL1 0x1040
#define HK_SPILL2 0x1048
#define HK_STR_DI 0x1050 /* rdi/rsi/rcx before a repz/repnz scan */
#define HK_STR_SI 0x1058
#define HK_STR_CX 0x1060

#define HK_T0      0x1070 /* scratch of the access thunks */
#define HK_T1      0x1078
#define HK_T2      0x10e8
#define HK_TARGETS 0x10f0 /* u32: hash of the last indirect targets */

/* C entry points, called by thunks on the host stack.  cpu.h has the types. */
#define HK_FN_READ   0x1080 /* (cpu, ea, site, size) */
#define HK_FN_WRITE  0x1088 /* (cpu, ea, site, size) */
#define HK_FN_LOCK   0x1090 /* (cpu, ea, site, size) */
#define HK_FN_REP    0x1098 /* (cpu, regs, strsite) */
#define HK_FN_POLL   0x10a0 /* (cpu, regs) */
#define HK_FN_BRANCH 0x10a8 /* (cpu, bp, taken): bp is the %gs offset */
#define HK_FN_IJMP   0x10b0 /* (cpu, bp, target): its plain address */
#define HK_FN_FETCH  0x10b8 /* (cpu, line address) */
#define HK_FN_PRIV   0x10c0 /* (cpu, regs, privsite) */
#define HK_FN_FENCE  0x10c8 /* (cpu, site) */
#define HK_FN_SEAM   0x10d0 /* (cpu, nr, a0, a1, a2, a3) */

#define HK_FN_RMISS 0x10f8 /* read, of a line not in the L1D */
#define HK_FN_WMISS 0x1030 /* write */
#define HK_FN_RHELD 0x1068 /* read, of a line there that C has a say in */
#define HK_FN_WHELD 0x1100 /* write */

/* u64: instructions, which annotate --insns counts besides the clock. */
#define HK_INSNS 0x1108

#define HK_DIR     0x10d8 /* entry 0 of the directory of lines; 8 bytes each */
#define HK_HOST_SP 0x10e0 /* host's rsp while the CPU runs (enter.S) */

/*
 * L1D: 64 bytes for each of the 64 sets, so that the bits of an address that choose
 * the set are its offset.  First the filter, two addresses (u32), then the tags.
 */
#define HK_L1D      0x0000
#define HK_L1D_RD   0  /* address a read of the MRU way must match */
#define HK_L1D_WR   4  /* same for a write (line is modified) */
#define HK_L1D_TAG  32 /* 8 x u32, MRU first; 6 ways, 2 spare */
#define HK_L1D_WAYS 6
#define HK_L1D_SETS 64
#define HK_L1D_MASK 0xfc0 /* address & this: offset of the set */

/*
 * A tag: bits 31:30 state, 29 own, 28 ordered, 27:0 line number (address >> 6).
 * Own goes with E and stands for M whose writes must reach C, too: code that
 * reads finds a line that it may read, and not write unseen.
 */
#define HK_TAG_LINE    0x0fffffff
#define HK_TAG_OWN     0x20000000 /* every write must reach C */
#define HK_TAG_ORDERED 0x10000000 /* every access must reach C */
#define HK_TAG_STATE   30         /* shift: 0 I, 1 S, 2 E, 3 M */
#define HK_TAG_NONE    0x0fffffff /* empty and spare ways */
#define HK_NO_LINE     0xffffffff /* empty filter entry */

/*
 * L1I filter: one byte for each line modulo HK_L1I_ENTRIES: which of the lines
 * that share it is in the L1I, or 0.  A byte tells the lines of 64 MB apart;
 * no image has more code than that (mk/image.lds).
 */
#define HK_L1I           0x2000
#define HK_L1I_ENTRIES   8192
#define HK_L1I_TAG(line) (1 + ((line) / HK_L1I_ENTRIES & 0x7f))

/*
 * Branch state: 64 bits for each conditional branch of the image, a ring of
 * outcomes (1 = taken).  Bit 63 is what the next outcome is expected to be,
 * bit 62 the one after it, and so on; bit 0 is the last one, bit 1 the one
 * before.  An edge turns the ring left by one and looks at the bit that went
 * round, which is in the carry flag: if it is not the outcome of this edge,
 * the edge calls out.
 *
 * Images start with all ones (expected taken) or zeros.  The offset of the
 * ring is also the number of the branch; an indirect one has no other use for
 * it.
 */
#define HK_BP      0x4000
#define HK_BP_SIZE 0x80000

/*
 * Predicted targets of indirect branches: u64 entries, number of the branch
 * << 32 | target, at hk_path_index().  HK_TARGETS is a hash of the last four
 * targets, eight bits for each.  A target is known by its address in the
 * plain program, the four bytes in front of it here, so nothing depends on
 * what hooks look like.
 */
#define HK_PATH         0x84000
#define HK_PATH_ENTRIES 512
#define HK_PATH_INDEX   23         /* shift of a 32-bit product: 512 */
#define HK_PATH_TARGET  24         /* same: eight bits */
#define HK_PATH_MIX     0x9e3779b1 /* odd, about 2^32 / golden ratio */

/*
 * What a call-out knows about its place in the code.  A cold path reads
 *
 *	pushq	ea		(accesses only)
 *	pushq	$about
 *	call	thunk
 *	jmp	back
 *
 * and the thunk takes these words off the stack: the number of a branch, the
 * address of an instruction line, or of a record.  Records stand together
 * behind the code, not among it: the host's data cache would not have them
 * there.  A thunk that finds a hit needs none: what an access is about is its
 * record, which is aligned, plus the bytes accessed less one.
 */
#define HK_RECORD_ALIGN 16

/*
 * Images for the fake machine (annotate --fake, port/fake) use some of the
 * offsets above and no more: HK_SELF to HK_STR_CX, HK_FN_POLL, HK_FN_PRIV,
 * HK_FN_SEAM, and
 *
 *	HK_CLOCK	steps that the CPU has left in its turn; a step that
 *			finds 0 calls out
 *	HK_FN_POLL	(cpu, regs, HK_STEP_*)
 *	HK_FN_READ	(cpu, size | enum access << HK_DEVICE_KIND): before an
 *			access of the device memory at HK_STR_DI
 *	HK_FN_WRITE	(cpu, regs, 0): after it, if it wrote
 */
#define HK_STEP_OPEN   0          /* interrupts may come in */
#define HK_STEP_SHUT   1          /* in the middle of an instruction */
#define HK_YIELD       0x40000000 /* steps that PAUSE takes */
#define HK_DEVICES     0x70000000 /* SEAM_IO_VA */
#define HK_DEVICE_KIND 8

#ifndef __ASSEMBLER__
#include <stdint.h>

static inline uint32_t
hk_path_index(uint32_t targets, uint32_t bp)
{
	return (targets ^ bp) * HK_PATH_MIX >> HK_PATH_INDEX;
}

static inline uint32_t
hk_path_next(uint32_t targets, uint32_t target)
{
	return targets << 8 ^ target * HK_PATH_MIX >> HK_PATH_TARGET;
}

/* The annotator prints these. */
#define HK_RECORD_TYPE __attribute__((packed))

/* A memory access.  Times in clock units. */
struct HK_RECORD_TYPE hk_site {
	uint16_t after;   /* of the block, after this access */
	uint16_t slack;   /* from the access to the first use of its
				   value, or to 32 instructions later */
	uint8_t loadhash; /* 0..62: bit of this load in depmasks;
				   HK_NOLOAD for a store */
	uint8_t flags;    /* HK_SITE_* */
	uint16_t fn;      /* function, numbered within the image */
	uint64_t depmask; /* loads of this function that the address
				   is computed from; HK_DEP_EXTERN too when
				   it comes from outside (arguments) */
};
#define HK_NOLOAD      0xff
#define HK_DEP_EXTERN  (UINT64_C(1) << 63)
#define HK_SITE_RMW    1 /* reads and writes */
#define HK_SITE_LFENCE 2 /* of a fence: waits for loads */
#define HK_SITE_SFENCE 4 /* of a fence: waits for stores */

/* A string instruction: movs stos lods scas cmps, with or without rep. */
struct HK_RECORD_TYPE hk_strsite {
	struct hk_site s;
	uint8_t op;   /* 'm' 's' 'l' 'a'(scas) 'c'(cmps) */
	uint8_t size; /* bytes of one element */
	uint8_t pfx;  /* PFX_REP / PFX_REPNZ of annotate.h, 0 none */
	uint8_t done; /* 1: the hook runs after the instruction and
				   HK_STR_* hold the registers before it */
	uint32_t pad;
};

/* A privileged instruction; regs->rip is the instruction after it. */
struct HK_RECORD_TYPE hk_privsite {
	uint16_t op;    /* enum priv of annotate.h */
	uint8_t reg;    /* register operand (enum reg), 0xff none */
	uint8_t size;   /* operand bytes */
	uint32_t imm;   /* immediate: port number, control register */
	uint16_t after; /* clock units of the block after it */
	uint16_t pad[3];
};

/*
 * All registers of the kernel, saved on the host stack by the poll, string
 * and privileged thunks and loaded again, rsp and rip included, when the
 * C function returns.  The clock is not gpr[14] but cpu_hot.clock.
 */
struct hk_regs {
	uint64_t gpr[16]; /* enum reg order: ax cx dx bx sp bp si di .. */
	uint64_t rflags;
	uint64_t rip;
};
#endif

#endif
