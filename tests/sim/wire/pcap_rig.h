/*
 * pcap_rig.h: capture files, byte by byte, without libpcap.
 */
#ifndef TESTS_PCAP_RIG_H
#define TESTS_PCAP_RIG_H

#include <stdint.h>
#include <string.h>

#include "sim/core/scratch.h"

#define FILE_MAX 65536
#define US_MAGIC 0xa1b2c3d4u
#define NS_MAGIC 0xa1b23c4du

static uint8_t file[FILE_MAX];
static size_t nfile;
static int swapped; /* the other byte order */

static inline void
put4(uint32_t v)
{
	if (swapped)
		v = __builtin_bswap32(v);
	memcpy(file + nfile, &v, 4);
	nfile += 4;
}

static inline void
head(uint32_t magic, uint32_t linktype)
{
	nfile = 0;
	put4(magic);
	put4(swapped ? 0x00040002 >> 16 | 0x00020000 : 0x00040002);
	put4(0);
	put4(0);
	put4(65535);
	put4(linktype);
}

/* A frame of n bytes first, first + 1, ..., of which cap are in the file. */
static inline void
record(uint32_t s, uint32_t frac, uint32_t cap, uint32_t n, unsigned first)
{
	put4(s);
	put4(frac);
	put4(cap);
	put4(n);
	for (uint32_t i = 0; i < cap && nfile < FILE_MAX; i++)
		file[nfile++] = (uint8_t)(first + i);
}

static inline const char *
save(void)
{
	FILE *f = fopen("x.pcap", "wb");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(file, 1, nfile, f), nfile);
	ck_assert_int_eq(fclose(f), 0);
	return "x.pcap";
}

#endif
