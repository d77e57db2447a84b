/*
 * tlp.c: packets: what a request is cut into, and bytes on the link.
 *
 *	2 framing + 2 sequence number + 12 or 16 header + payload + 4 CRC
 *
 * The header has 12 bytes for addresses below 4 GB and completions, 16 for
 * addresses above and messages.  The payload is whole words of 4 bytes, of
 * which the first and the last may be used in part.  No digest.
 *
 * Pure functions.  Source: facts/pcie-msix-apic.md section 1.
 */
#include <assert.h>

#include "pcie/pcie_int.h"

#define FRAME_BYTES     8
#define HEADER3_BYTES   12
#define HEADER4_BYTES   16
#define PAGE_BYTES      4096 /* no request crosses a multiple of it */
#define PD_CREDIT_BYTES 16

/* The bytes of [pa, pa + n) that the first packet takes: words count whole. */
uint32_t
tlp_piece(uint64_t pa, uint32_t n, uint32_t max_bytes)
{
	const uint32_t page = PAGE_BYTES - (uint32_t)(pa % PAGE_BYTES);
	uint32_t piece = n;

	if (piece > max_bytes - pa % 4)
		piece = max_bytes - (uint32_t)(pa % 4);
	if (piece > page)
		piece = page;
	return piece;
}

/* Whole words that hold the bytes. */
uint32_t
tlp_payload_bytes(uint64_t pa, uint32_t n)
{
	return ((uint32_t)(pa % 4) + n + 3) & ~3u;
}

uint32_t
tlp_bytes(enum tlp_kind kind, uint64_t pa, uint32_t n)
{
	const uint32_t header = pa >> 32 != 0 ? HEADER4_BYTES : HEADER3_BYTES;

	switch (kind) {
	case TLP_READ:
		return FRAME_BYTES + header;
	case TLP_WRITE:
		return FRAME_BYTES + header + tlp_payload_bytes(pa, n);
	case TLP_ANSWER:
		return FRAME_BYTES + HEADER3_BYTES + tlp_payload_bytes(pa, n);
	case TLP_INTX:
		break;
	}
	return FRAME_BYTES + HEADER4_BYTES;
}

/* Completions of a read, each to the next boundary: a power of two. */
uint32_t
tlp_completions(uint64_t pa, uint32_t n, uint32_t rcb_bytes)
{
	assert(n > 0);
	return ((uint32_t)(pa & (rcb_bytes - 1)) + n - 1) / rcb_bytes + 1;
}

uint32_t
tlp_completion_bytes(uint64_t pa, uint32_t n, uint32_t rcb_bytes)
{
	return tlp_payload_bytes(pa, n) +
	    tlp_completions(pa, n, rcb_bytes) * (FRAME_BYTES + HEADER3_BYTES);
}

uint32_t
tlp_data_credits(const struct tlp *t)
{
	if (t->kind != TLP_WRITE)
		return 0;
	return (tlp_payload_bytes(t->pa, t->n) + PD_CREDIT_BYTES - 1) /
	    PD_CREDIT_BYTES;
}
