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
head_snap(uint32_t magic, uint32_t linktype, uint32_t snap_bytes)
{
	nfile = 0;
	put4(magic);
	put4(swapped ? 0x00040002 >> 16 | 0x00020000 : 0x00040002);
	put4(0);
	put4(0);
	put4(snap_bytes);
	put4(linktype);
}

static inline void
head(uint32_t magic, uint32_t linktype)
{
	head_snap(magic, linktype, 65535);
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

/* pcapng: a section, and an Ethernet interface with stamps in ns. */
static inline void
ng_head(void)
{
	nfile = 0;
	put4(0x0a0d0d0a);
	put4(28);
	put4(0x1a2b3c4d);
	put4(swapped ? 0x00000001u << 16 : 1);
	put4(0xffffffff);
	put4(0xffffffff);
	put4(28);
	put4(1); /* interface */
	put4(32);
	put4(swapped ? 0x00000001u << 16 : 1); /* Ethernet */
	put4(65535);
	put4(swapped ? 9u << 16 | 1 : 9 | 1u << 16); /* if_tsresol: one byte */
	put4(swapped ? 9u << 24 : 9);                /* 10^-9 */
	put4(0);
	put4(32);
}

/* A packet at a time in ns, of whose n bytes cap are there, a multiple of 4. */
static inline void
ng_record(uint64_t ns, uint32_t cap, uint32_t n, unsigned first)
{
	put4(6);
	put4(32 + cap);
	put4(0); /* of the first interface */
	put4((uint32_t)(ns >> 32));
	put4((uint32_t)ns);
	put4(cap);
	put4(n);
	for (uint32_t i = 0; i < cap; i++)
		file[nfile++] = (uint8_t)(first + i);
	put4(32 + cap);
}

/* A new file each time: file systems may write out at once one that is cut to 0. */
static inline const char *
save(void)
{
	FILE *f;

	(void)remove("x.pcap");
	f = fopen("x.pcap", "wb");
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(file, 1, nfile, f), nfile);
	ck_assert_int_eq(fclose(f), 0);
	return "x.pcap";
}

#endif
