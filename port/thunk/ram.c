/*
 * ram.c: the machine's RAM: one anonymous mapping at SEAM_RAM_VA, laid out
 * as port/seam.h says.  Untouched pages cost nothing.
 *
 * ram_map() is called once, before the machine starts; guards of the image's own
 * stacks come and go while it runs.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "image.h"

#define PAGE_BYTES 4096u

static uint64_t ram_bytes;
static uint8_t guards[SEAM_RAM_MAX / PAGE_BYTES / 8]; /* a bit for a page */

int
ram_guard(uint64_t va, bool on)
{
	uint64_t n = (va - SEAM_RAM_VA) / PAGE_BYTES;
	uint8_t bit = (uint8_t)(1u << n % 8);

	if (va % PAGE_BYTES != 0 || va < SEAM_FREE_VA ||
	    va - SEAM_RAM_VA >= ram_bytes ||
	    mprotect((void *)(uintptr_t)va, PAGE_BYTES,
		on ? PROT_NONE : PROT_READ | PROT_WRITE) != 0)
		return -1;
	guards[n / 8] = (uint8_t)(on ? guards[n / 8] | bit
				     : guards[n / 8] & ~bit);
	return 0;
}

bool
ram_is_guard(uint64_t va)
{
	uint64_t n = (va - SEAM_RAM_VA) / PAGE_BYTES;

	return va >= SEAM_RAM_VA && va - SEAM_RAM_VA < ram_bytes &&
	    (guards[n / 8] >> n % 8 & 1) != 0;
}

static enum exit_code
guard(uint64_t va, struct err *err)
{
	if (mprotect((void *)(uintptr_t)va, SEAM_GUARD_BYTES, PROT_NONE) == 0)
		return EX_GOOD;
	return err_set(err, EX_BUG,
	    "cannot protect the guard page at 0x%llx: %s",
	    (unsigned long long)va, strerror(errno));
}

struct seam_boot *
ram_map(uint64_t bytes, uint32_t ncpu, uint64_t tsc_hz, const char *args,
    struct err *err)
{
	struct seam_boot *sb = (struct seam_boot *)(uintptr_t)SEAM_RAM_VA;
	const uint64_t used = SEAM_FREE_VA - SEAM_RAM_VA;
	char *argp = (char *)(sb + 1);
	int e;

	if (bytes < 2 * used || bytes > SEAM_RAM_MAX || bytes % 4096 != 0) {
		err_set(err, EX_INPUT,
		    "RAM of %llu bytes: give --ram, or the scenario's ram, a "
		    "multiple of 4KiB from %lluKiB to %uMiB",
		    (unsigned long long)bytes,
		    (unsigned long long)(2 * used) >> 10, SEAM_RAM_MAX >> 20);
		return NULL;
	}
	if (strlen(args) >= SEAM_BOOT_BYTES - sizeof(*sb)) {
		err_set(err, EX_INPUT,
		    "arguments of %zu bytes: an image takes at most %zu",
		    strlen(args), SEAM_BOOT_BYTES - sizeof(*sb) - 1);
		return NULL;
	}
	if ((e = map_at(SEAM_RAM_VA, bytes)) != 0) {
		err_set(err, EX_BUG,
		    "cannot reserve %llu bytes of RAM at 0x%x: %s; give the "
		    "machine less RAM",
		    (unsigned long long)bytes, SEAM_RAM_VA, strerror(e));
		return NULL;
	}
	ram_bytes = bytes;
	if (guard(SEAM_RAM_VA + SEAM_BOOT_BYTES, err) != 0 ||
	    guard(SEAM_STACK_TOP, err) != 0)
		return NULL;
	strcpy(argp, args);
	*sb = (struct seam_boot){ .sb_version = SEAM_VERSION,
		.sb_size = sizeof(*sb),
		.sb_ncpu = ncpu,
		.sb_tsc_hz = tsc_hz,
		.sb_ram_va = SEAM_FREE_VA,
		.sb_ram_bytes = bytes - used,
		.sb_args = argp };
	return sb;
}
