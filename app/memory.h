/*
 * memory.h: reading the image's memory, from the program that runs it.
 *
 * Addresses come out of that memory and may be anything: what is neither RAM nor in
 * a segment of the image is not read.
 */
#ifndef APP_MEMORY_H
#define APP_MEMORY_H

#include "types.h"

struct memory {
	const struct types *types;
	uint64_t ram_end;
};

struct memory memory_of(const struct types *, uint64_t ram_bytes);

/* Can n bytes at va be read? */
bool memory_readable(const struct memory *, uint64_t va, uint64_t n);
bool memory_word(const struct memory *, uint64_t va, uint64_t *word);
/* 4 bytes; 0 where there is nothing. */
uint32_t memory_u32(const struct memory *, uint64_t va);
/* A string without blanks, of 1 to n - 1 bytes. */
bool memory_string(const struct memory *, uint64_t va, char *buf, size_t n);

#endif
