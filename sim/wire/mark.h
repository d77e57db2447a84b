/*
 * mark.h: by what a tester knows its frames again (tester.h): words in the data of a UDP
 * datagram, and what else a frame needs in network byte order.
 *
 * Plain functions, for any context.
 */
#ifndef WIRE_MARK_H
#define WIRE_MARK_H

#include <stdint.h>

/* In frames: magic at 0, number at 2, flow at 6, number_of_flow at 10, tick at 14. */
struct mark {
	uint16_t magic;
	uint32_t number, flow, number_of_flow, tick;
};

void mark_put(uint8_t *p, const struct mark *);
/* What it adds to a checksum that begins at an even octet. */
uint32_t mark_sum(const struct mark *);

void wire_put16(uint8_t *p, uint16_t v);
void wire_put32(uint8_t *p, uint32_t v);
uint16_t wire_get16(const uint8_t *p);
uint32_t wire_get32(const uint8_t *p);

/* Of a word's halves; of sums, the Internet checksum (RFC 1071). */
uint32_t wire_halves(uint32_t v);
uint16_t wire_checksum(uint32_t sum);

#endif
