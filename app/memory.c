/*
 * memory.c: reading the image's memory (memory.h).
 */
#include <string.h>

#include "memory.h"
#include "thunk/image.h"

struct memory
memory_of(const struct types *t, uint64_t ram_bytes)
{
	return (struct memory){ t,
		SEAM_RAM_VA +
		    (ram_bytes != 0 ? ram_bytes : RAM_DEFAULT_BYTES) };
}

bool
memory_readable(const struct memory *m, uint64_t va, uint64_t n)
{
	if (va >= SEAM_RAM_VA && va < m->ram_end && n <= m->ram_end - va)
		return (va & 4095) + n <= 4096 && !ram_is_guard(va) &&
		    (va >= SEAM_FREE_VA ||
			va + n <= SEAM_RAM_VA + SEAM_BOOT_BYTES);
	return types_mapped(m->types, va, n);
}

bool
memory_word(const struct memory *m, uint64_t va, uint64_t *word)
{
	if (!memory_readable(m, va, sizeof(*word)))
		return false;
	memcpy(word, (const void *)(uintptr_t)va, sizeof(*word));
	return true;
}

uint32_t
memory_u32(const struct memory *m, uint64_t va)
{
	uint32_t v = 0;

	if (memory_readable(m, va, sizeof(v)))
		memcpy(&v, (const void *)(uintptr_t)va, sizeof(v));
	return v;
}

bool
memory_string(const struct memory *m, uint64_t va, char *buf, size_t n)
{
	size_t i;

	for (i = 0; i < n - 1 && memory_readable(m, va + i, 1); i++) {
		buf[i] = *(const char *)(uintptr_t)(va + i);
		if (buf[i] == '\0')
			return i > 0;
		if (buf[i] <= ' ' || buf[i] > '~')
			return false;
	}
	return false;
}
