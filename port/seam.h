/*
 * seam.h: the one header that both halves of Rangeley include.
 *
 * On one side is the machine (sim/, reached through port/thunk/), on the
 * other the software that runs on it (kernel/ through port/machdep/, or a
 * bare image).  The software is an ELF image that exports one symbol,
 * rangeley_image; the machine loads it, checks the version and calls boot().
 *
 *	down	seam_call(nr, a0..a3): the software asks the machine
 *	up	struct seam_up: the machine calls the software
 *
 * Everything else the software does to the machine it does as on hardware:
 * by instructions (privileged ones are trapped by the annotator), by loads
 * and stores to device memory, by port I/O.
 *
 * This header is self-contained: nothing but <stdint.h> and <stddef.h>.
 * Change SEAM_VERSION whenever a struct or a number here changes its meaning.
 */
#ifndef PORT_SEAM_H
#define PORT_SEAM_H

#include <stddef.h>
#include <stdint.h>

#define SEAM_MAGIC        0x52474c59u /* "RGLY" */
#define SEAM_VERSION      2u
#define SEAM_IMAGE_SYMBOL "rangeley_image"

/*
 * A physical address of the simulated machine.  A struct, so that neither
 * half can dereference it or mix it with a pointer by accident.
 */
typedef struct {
	uint64_t pa;
} seam_pa_t;

/*
 * Fixed places.  Images are ET_EXEC in the low 2 GB; all addresses are
 * virtual and equal in every process, so that cache sets never move.
 * Physical memory starts at SEAM_RAM_VA: pa = va - SEAM_RAM_VA.
 */
#define SEAM_TEXT_VA   0x08000000u /* .text */
#define SEAM_RODATA_VA 0x0c000000u /* .rodata */
#define SEAM_DATA_VA   0x0d000000u /* .data, .bss */
#define SEAM_DATA_END  0x10000000u
#define SEAM_PLAIN_VA  0x1f000000u /* plain images: see seam_call */
#define SEAM_RAM_VA    0x20000000u /* direct map of RAM */
#define SEAM_RAM_MAX   0x50000000u /* bytes of it at the most */

/*
 * Device memory: physical addresses [SEAM_IO_PA, +SEAM_IO_BYTES) are at
 * SEAM_IO_VA, uncached; the local APIC's page (0xfee00000) among them.  Only
 * annotated images can use it.  The probe is a device for measurements and
 * tests (sim/probe/probe.h has its registers), in memory and in ports.
 */
#define SEAM_IO_VA      0x70000000u
#define SEAM_IO_PA      0xf0000000u
#define SEAM_IO_BYTES   0x0ff00000u /* AddressSanitizer lies behind */
#define SEAM_PROBE_PA   0xf0000000u
#define SEAM_PROBE_PORT 0xe000u

/*
 * How the first bytes of RAM are used, natively and simulated: struct
 * seam_boot and its strings, a guard page, the stack boot() runs on, another
 * guard page; free RAM follows.
 */
#define SEAM_BOOT_BYTES  0x4000u
#define SEAM_GUARD_BYTES 0x1000u
#define SEAM_STACK_BYTES 0x8000u
#define SEAM_STACK_TOP \
	(SEAM_RAM_VA + SEAM_BOOT_BYTES + SEAM_GUARD_BYTES + SEAM_STACK_BYTES)
#define SEAM_FREE_VA (SEAM_STACK_TOP + SEAM_GUARD_BYTES)

/* Handed to boot().  Lives in simulated memory, owned by the machine. */
struct seam_boot {
	uint32_t sb_version;   /* SEAM_VERSION of the machine */
	uint32_t sb_size;      /* bytes of this struct */
	uint32_t sb_ncpu;      /* CPUs there are; all but 0 are off */
	uint32_t sb_pci;       /* there is a PCI root at ports 0xcf8, 0xcfc */
	uint64_t sb_tsc_hz;    /* TSC frequency */
	uint64_t sb_ram_va;    /* free RAM, page aligned: first byte */
	uint64_t sb_ram_bytes; /* and length */
	const char *sb_args;   /* "name=value name=value", never NULL */
};

/*
 * Calls upwards; each runs on the CPU named by the machine's %gs.  A machine
 * with interrupt hardware uses boot alone: the rest comes through the IDT
 * that the image names with LIDT.  One without calls the others; there is none
 * so far (the fake has local APICs, too).
 */
struct seam_up {
	void (*boot)(const struct seam_boot
		*); /* CPU 0; return = power off 0 */
	void (*intr)(uint32_t vector);
	void (*ipi)(uint32_t cpu);
	void (*timer)(void);
};

/* What the image exports.  Emitted once per image, by SEAM_IMAGE(). */
struct seam_image {
	uint32_t si_magic, si_version;
	uint32_t si_size; /* bytes of this struct */
	uint32_t si_pad;
	uint64_t si_flags; /* SEAM_IMG_*; the linker fills it in */
	const char *si_name;
	struct seam_up si_up;
};
#define SEAM_IMG_ANNOTATED 1u /* has hooks: needs the simulator */
#define SEAM_IMG_COUNT     2u /* its clock counts instructions */
#define SEAM_IMG_STACK     4u /* stack operands have hooks too */
#define SEAM_IMG_FAKE      8u /* for the machine without time (port/fake) */

/* An absolute symbol; its address is the value of si_flags. */
extern const char seam_image_flags[];

#define SEAM_IMAGE(name, ...)                                                \
	extern const struct seam_image rangeley_image;                       \
	const struct seam_image rangeley_image = { SEAM_MAGIC, SEAM_VERSION, \
		sizeof(struct seam_image), 0, (uintptr_t)seam_image_flags,   \
		(name), { __VA_ARGS__ } }

/* Down-calls.  The arguments of each are given by its wrapper below. */
enum seam_nr {
	SEAM_CONS_WRITE = 1,
	SEAM_EXIT,
	SEAM_RESULT,
	SEAM_CPU_START,
	SEAM_SMALL_PAGES,
	SEAM_GUARD,
	SEAM_SYMBOL,
	SEAM_READY,
	SEAM_OBJECT,
	SEAM_MEASURE,
	SEAM_OPEN,
	SEAM_OVER,
	SEAM_NCALLS
};

/*
 * In an annotated image a thunk that moves to the CPU's host stack; in a
 * plain image a jump through the first word at SEAM_PLAIN_VA, which the
 * native runner fills in.
 */
uint64_t seam_call(uint64_t nr, uint64_t a0, uint64_t a1, uint64_t a2,
    uint64_t a3);

/* Write n bytes to the console. */
static inline void
seam_cons_write(const char *s, size_t n)
{
	(void)seam_call(SEAM_CONS_WRITE, (uintptr_t)s, n, 0, 0);
}

/* Power off; code becomes the run's verdict (0 good).  Does not return. */
static inline void
seam_exit(int code)
{
	(void)seam_call(SEAM_EXIT, (uint64_t)code, 0, 0, 0);
}

/*
 * Report a measurement: `total' TSC cycles for `n' repetitions of `name'
 * (NUL-terminated; copied).
 */
static inline void
seam_result(const char *name, uint64_t n, uint64_t total)
{
	(void)seam_call(SEAM_RESULT, (uintptr_t)name, n, total, 0);
}

/*
 * What the firmware and a start-up message do: CPU n, which is off, begins
 * with fn(arg) on the stack whose top is `stack' (16-byte aligned).  It is off
 * again when fn returns.  0, or -1: no such CPU, or it is on.
 */
static inline int
seam_cpu_start(uint32_t n, void (*fn)(void *), void *arg, void *stack)
{
	return (int)seam_call(SEAM_CPU_START, n, (uintptr_t)fn, (uintptr_t)arg,
	    (uintptr_t)stack);
}

/*
 * What page tables would say: the 2 MB pieces of memory that [va, va + n)
 * touches are mapped by 4 KB pages.  All memory begins in 2 MB pages.
 */
static inline void
seam_small_pages(const void *va, size_t n)
{
	(void)seam_call(SEAM_SMALL_PAGES, (uintptr_t)va, n, 0, 0);
}

/*
 * What page tables would say, too: from now on the page of RAM at va (page
 * aligned) faults when it is touched, or (on == 0) does no more.
 */
static inline void
seam_guard(const void *va, int on)
{
	(void)seam_call(SEAM_GUARD, (uintptr_t)va, (uint64_t)on, 0, 0);
}

/*
 * What the debugger of a kernel has of its own: the name of the function that
 * va lies in goes to buf, cut to n bytes with the NUL; "?" for none.  Returns
 * how far into the function va is.
 */
static inline uint64_t
seam_symbol(uint64_t va, char *buf, size_t n)
{
	return seam_call(SEAM_SYMBOL, va, (uintptr_t)buf, n, 0);
}

/*
 * What was to be set up is; what is to be tested begins.  The fake machine's
 * schedules begin here, so that each need not boot again; no other machine does
 * anything.
 */
static inline void
seam_ready(void)
{
	(void)seam_call(SEAM_READY, 0, 0, 0, 0);
}

/*
 * The outside world may begin, if there is one: frames come in from now on.
 * Once.
 */
static inline void
seam_open(void)
{
	(void)seam_call(SEAM_OPEN, 0, 0, 0, 0);
}

/*
 * Has all that the outside world was to bring come, and gone as far as it goes
 * by itself?  1, or 0: not yet.  Without an outside world 1.
 */
static inline int
seam_over(void)
{
	return (int)seam_call(SEAM_OVER, 0, 0, 0, 0);
}

/*
 * For reports: the n bytes at va are a struct `type' of the image, called
 * `name' (both NUL-terminated; copied).  It may lie within another
 * object; others that it overlaps are no more.
 */
static inline void
seam_object(const void *va, size_t n, const char *type, const char *name)
{
	(void)seam_call(SEAM_OBJECT, (uintptr_t)va, n, (uintptr_t)type,
	    (uintptr_t)name);
}

/*
 * A measurement called `name' (copied) begins, with n == 0, or ends, and was of
 * n repetitions.  One at a time.  The timed machine counts what happens in
 * between, on all CPUs; others do nothing.
 */
static inline void
seam_measure(const char *name, uint64_t n)
{
	(void)seam_call(SEAM_MEASURE, (uintptr_t)name, n, 0, 0);
}

#endif
