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

#define SEAM_MAGIC	0x52474c59u	/* "RGLY" */
#define SEAM_VERSION	1u
#define SEAM_IMAGE_SYMBOL "rangeley_image"

/*
 * A physical address of the simulated machine.  A struct, so that neither
 * half can dereference it or mix it with a pointer by accident.
 */
typedef struct { uint64_t pa; } seam_pa_t;

/*
 * Fixed places.  Images are ET_EXEC in the low 2 GB; all addresses are
 * virtual and equal in every process, so that cache sets never move.
 * Physical memory starts at SEAM_RAM_VA: pa = va - SEAM_RAM_VA.
 */
#define SEAM_TEXT_VA	0x08000000u	/* .text */
#define SEAM_RODATA_VA	0x0c000000u	/* .rodata */
#define SEAM_DATA_VA	0x0d000000u	/* .data, .bss */
#define SEAM_DATA_END	0x10000000u
#define SEAM_RAM_VA	0x20000000u	/* direct map of RAM */
#define SEAM_RAM_MAX	0x50000000u	/* bytes of it at the most */

/* Handed to boot().  Lives in simulated memory, owned by the machine. */
struct seam_boot {
	uint32_t sb_version;	/* SEAM_VERSION of the machine */
	uint32_t sb_size;	/* bytes of this struct */
	uint32_t sb_ncpu;	/* CPUs that will be started */
	uint32_t sb_pad;
	uint64_t sb_tsc_hz;	/* TSC frequency */
	uint64_t sb_ram_va;	/* free RAM, page aligned: first byte */
	uint64_t sb_ram_bytes;	/* and length */
	const char *sb_args;	/* "name=value name=value", never NULL */
};

/* Calls upwards; each runs on the CPU named by the machine's %gs. */
struct seam_up {
	void (*boot)(const struct seam_boot *);	/* CPU 0; return = power off 0 */
	void (*intr)(uint32_t vector);
	void (*ipi)(uint32_t cpu);
	void (*timer)(void);
};

/* What the image exports.  Emitted once per image (bench/, kernel/conf). */
struct seam_image {
	uint32_t si_magic, si_version;
	uint32_t si_size;		/* bytes of this struct */
	uint32_t si_flags;		/* SEAM_IMG_* */
	const char *si_name;
	struct seam_up si_up;
	/*
	 * Sections the annotator makes; start == end in a plain image.
	 * si_bp: initial branch state, copied into every CPU.
	 */
	const uint8_t *si_bp, *si_bp_end;
};
#define SEAM_IMG_ANNOTATED	1u

/* Down-calls.  The arguments of each are given by its wrapper below. */
enum seam_nr {
	SEAM_CONS_WRITE = 1,
	SEAM_EXIT,
	SEAM_RESULT,
	SEAM_NCALLS
};

/*
 * In an annotated image a thunk that moves to the CPU's host stack; in a
 * plain image and on the fake port, an ordinary function.
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

#endif
