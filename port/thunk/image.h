/*
 * image.h: images, their memory, and the machine's RAM.
 *
 * An image is a static ELF program at fixed addresses (port/seam.h).  One
 * process runs one image; its mappings stay until the process ends.
 */
#ifndef THUNK_IMAGE_H
#define THUNK_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "seam.h"

#define IMAGE_MAXSEG   16
#define IMAGE_NAME_MAX 64 /* bytes, the NUL included */

struct image_seg {
	uint64_t va, va_end; /* bytes in memory */
	uint64_t off;        /* in the file, of va */
	uint64_t filesz;     /* the rest up to va_end is zero */
	bool write, exec;
};

struct image {
	const char *path; /* as given; not owned */
	uint8_t *file;    /* the whole ELF file */
	size_t file_bytes;
	unsigned nseg;
	struct image_seg seg[IMAGE_MAXSEG];
	struct seam_image desc; /* copy of rangeley_image, checked */
	const char *name;       /* desc.si_name, within file */
	const uint8_t *bp;      /* initial branch state, within file */
	size_t bp_bytes;
	const uint8_t *l1d; /* pairs of words (hook_abi.h: HK_L1D_HIT) */
	size_t l1d_bytes;
};

/*
 * Check an ELF file that lies in file[0..file_bytes) and fill in *im, which
 * borrows the buffer.  Any bytes may be given.  Fails with EX_INPUT.
 */
enum exit_code image_parse(struct image *im, const char *path, uint8_t *file,
    size_t file_bytes, struct err *);

/*
 * Read path (im->file is owned until image_free), check it, and map its
 * segments.  `want' and `refuse' are SEAM_IMG_* that must (not) be set.
 */
enum exit_code image_load(struct image *im, const char *path, uint64_t want,
    uint64_t refuse, struct err *);
void image_free(struct image *im);

/*
 * After image_load() of an annotated image: block costs are from now on those
 * of a machine whose L1D takes this long.
 */
enum exit_code image_set_l1d_hit(const struct image *, uint64_t hit_clk,
    struct err *);

/* Do n bytes at va lie in the image or in RAM, guard pages left out? */
bool image_range_ok(const struct image *im, uint64_t ram_bytes, uint64_t va,
    uint64_t n);

bool image_is_code(const struct image *im, uint64_t va);

/*
 * The function that va lies in and how far into it; of a hook that is about to
 * go back into a function, where it goes.  "(hook code)" and va itself for other
 * code that belongs to none.
 */
const char *image_symbol(const struct image *im, uint64_t va,
    uint64_t *offset_bytes);

/*
 * The poll point at the entry of the function at va calls out from now on, whatever
 * the clock, and says that it is watched: its jump and what it pushes are changed,
 * which costs no time of the machine.  Returns where it comes back to (cpu/watch.h);
 * 0: there is none, as va is no function's entry, or the image has no hooks.  While
 * image_code_writable(true).
 */
uint64_t image_poll_always(const struct image *im, uint64_t va);
enum exit_code image_code_writable(const struct image *, bool, struct err *);

#define RAM_DEFAULT_BYTES (UINT64_C(256) << 20)

/*
 * Map `bytes' of RAM at SEAM_RAM_VA, guard pages included, and write struct
 * seam_boot at its start: ncpu, tsc_hz and args (copied) as given.  Returns
 * the struct, in RAM, or NULL and *err.
 */
struct seam_boot *ram_map(uint64_t bytes, uint32_t ncpu, uint64_t tsc_hz,
    const char *args, struct err *);

/* Make the page of RAM at va fault, or not; 0, or -1: it is no page of RAM. */
int ram_guard(uint64_t va, bool on);

/* Is va in a page that ram_guard() made fault? */
bool ram_is_guard(uint64_t va);

/* Map anonymous memory at exactly [va, va + bytes); 0 or errno. */
int map_at(uint64_t va, uint64_t bytes);

#endif
