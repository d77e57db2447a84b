/*
 * image_map.c: read an image's file and put its segments where they belong.
 *
 * The pages are anonymous copies: the file may be rebuilt while it runs.
 * Called once, before the machine starts.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "cpu/hook_abi.h"
#include "image.h"

#define PAGE       0x1000u
#define LARGE_PAGE 0x200000u

int
map_at(uint64_t va, uint64_t bytes)
{
	void *want = (void *)(uintptr_t)va;
	void *p = mmap(want, bytes, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE,
	    -1, 0);

	if (p == MAP_FAILED)
		return errno;
	if (p != want) { /* a kernel that takes the address as a hint */
		munmap(p, bytes);
		return EEXIST;
	}
	/* RAM is used here and there; without large pages it goes as well. */
	if (bytes >= LARGE_PAGE)
		(void)madvise(p, bytes, MADV_HUGEPAGE);
	return 0;
}

static enum exit_code
map_segment(const struct image *im, const struct image_seg *s, struct err *err)
{
	uint64_t va = s->va & ~(uint64_t)(PAGE - 1);
	uint64_t bytes = s->va_end - va;
	int prot = PROT_READ | (s->write ? PROT_WRITE : 0) |
	    (s->exec ? PROT_EXEC : 0);
	int e = map_at(va, bytes);

	if (e != 0)
		return err_at(err, EX_BUG, im->path, 0,
		    "cannot map %llu bytes at 0x%llx: %s; one process holds "
		    "one image, and nothing else may use that address",
		    (unsigned long long)bytes, (unsigned long long)va,
		    strerror(e));
	memcpy((void *)(uintptr_t)s->va, im->file + s->off, s->filesz);
	if (mprotect((void *)(uintptr_t)va, bytes, prot) != 0)
		return err_at(err, EX_BUG, im->path, 0,
		    "cannot protect the segment at 0x%llx: %s",
		    (unsigned long long)va, strerror(errno));
	return EX_GOOD;
}

/* The whole file, to be freed; NULL with errno. */
static uint8_t *
read_file(const char *path, size_t *bytes)
{
	FILE *f = fopen(path, "rb");
	uint8_t *buf = NULL;
	struct stat st;
	long n = -1;

	if (f != NULL && fstat(fileno(f), &st) == 0 && S_ISDIR(st.st_mode)) {
		fclose(f);
		errno = EISDIR;
		return NULL;
	}
	if (f != NULL && fseek(f, 0, SEEK_END) == 0)
		n = ftell(f);
	if (n < 0 || fseek(f, 0, SEEK_SET) != 0 ||
	    (buf = malloc((size_t)n + 1)) == NULL ||
	    fread(buf, 1, (size_t)n, f) != (size_t)n) {
		free(buf);
		buf = NULL;
	}
	if (f != NULL)
		fclose(f);
	*bytes = (size_t)n;
	return buf;
}

static enum exit_code
check_kind(const struct image *im, uint64_t want, uint64_t refuse,
    struct err *err)
{
	uint64_t flags = im->desc.si_flags;

	if (((flags ^ want) & SEAM_IMG_FAKE) != 0)
		return err_at(err, EX_INPUT, im->path, 0,
		    (flags & SEAM_IMG_FAKE) != 0
			? "an image for the fake machine; rangeley fake runs it"
			: "the fake machine runs image-fake.elf, which `make "
			  "image' puts into the same folder");
	if ((flags & want) != want)
		return err_at(err, EX_INPUT, im->path, 0,
		    "a plain image; the simulator runs the annotated one, "
		    "image.elf of the same folder");
	if ((flags & refuse) != 0)
		return err_at(err, EX_INPUT, im->path, 0,
		    "an annotated image needs the simulator (rangeley run "
		    "--image); plain.elf of the same folder runs natively");
	return EX_GOOD;
}

enum exit_code
image_load(struct image *im, const char *path, uint64_t want, uint64_t refuse,
    struct err *err)
{
	enum exit_code code;
	size_t bytes;
	uint8_t *file = read_file(path, &bytes);

	if (file == NULL)
		return err_at(err, EX_INPUT, path, 0,
		    "cannot read the image: %s; `make image IMAGE=NAME' builds "
		    "one of this source tree",
		    strerror(errno));
	code = image_parse(im, path, file, bytes, err);
	if (code == EX_GOOD)
		code = check_kind(im, want, refuse, err);
	for (unsigned i = 0; code == EX_GOOD && i < im->nseg; i++)
		code = map_segment(im, &im->seg[i], err);
	if (code != EX_GOOD)
		image_free(im);
	return code;
}

/* A block's cost on a machine whose L1D hit takes this much longer. */
static void
change_cost(const uint8_t pair_bytes[8], int64_t more_clk)
{
	uint32_t pair[2];
	int32_t cost;
	int64_t v;

	memcpy(pair, pair_bytes, sizeof(pair));
	memcpy(&cost, (const void *)(uintptr_t)pair[0], sizeof(cost));
	v = (int64_t)pair[1] * more_clk / HK_CLOCK_PER_CYC + cost;
	cost = v < 0 ? 0 : v > INT32_MAX ? INT32_MAX : (int32_t)v;
	memcpy((void *)(uintptr_t)pair[0], &cost, sizeof(cost));
}

static void
change_costs(const struct image *im, const struct image_seg *s,
    int64_t more_clk)
{
	for (size_t k = 0; k < im->l1d_bytes; k += 8) {
		uint32_t at;

		memcpy(&at, im->l1d + k, sizeof(at));
		if (at >= s->va && at < s->va_end)
			change_cost(im->l1d + k, more_clk);
	}
}

enum exit_code
image_code_writable(const struct image *im, bool on, struct err *err)
{
	const int prot = PROT_READ | (on ? PROT_WRITE : PROT_EXEC);

	for (unsigned i = 0; i < im->nseg; i++) {
		const struct image_seg *s = &im->seg[i];
		const uint64_t va = s->va & ~(uint64_t)(PAGE - 1);

		if (s->exec &&
		    mprotect((void *)(uintptr_t)va, s->va_end - va, prot) != 0)
			return err_at(err, EX_BUG, im->path, 0,
			    "cannot change the code: %s", strerror(errno));
	}
	return EX_GOOD;
}

enum exit_code
image_set_l1d_hit(const struct image *im, uint64_t hit_clk, struct err *err)
{
	int64_t more_clk = (int64_t)hit_clk - HK_L1D_HIT;

	if (more_clk == 0)
		return EX_GOOD;
	if (image_code_writable(im, true, err) != EX_GOOD)
		return err->code;
	for (unsigned i = 0; i < im->nseg; i++)
		if (im->seg[i].exec)
			change_costs(im, &im->seg[i], more_clk);
	return image_code_writable(im, false, err);
}

void
image_free(struct image *im)
{
	free(im->file);
	im->file = NULL;
}
