/*
 * mark.c: words of frames (mark.h).
 */
#include <arpa/inet.h>
#include <string.h>

#include "wire/mark.h"

void
wire_put16(uint8_t *p, uint16_t v)
{
	v = htons(v);
	memcpy(p, &v, sizeof(v));
}

void
wire_put32(uint8_t *p, uint32_t v)
{
	v = htonl(v);
	memcpy(p, &v, sizeof(v));
}

uint16_t
wire_get16(const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return ntohs(v);
}

uint32_t
wire_get32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return ntohl(v);
}

uint32_t
wire_halves(uint32_t v)
{
	return (v >> 16) + (v & 0xffff);
}

uint16_t
wire_checksum(uint32_t sum)
{
	return (uint16_t)~wire_halves(wire_halves(sum));
}

void
mark_put(uint8_t *p, const struct mark *m)
{
	wire_put16(p, m->magic);
	wire_put32(p + 2, m->number);
	wire_put32(p + 6, m->flow);
	wire_put32(p + 10, m->number_of_flow);
	wire_put32(p + 14, m->tick);
}

uint32_t
mark_sum(const struct mark *m)
{
	return m->magic + wire_halves(m->number) + wire_halves(m->flow) +
	    wire_halves(m->number_of_flow) + wire_halves(m->tick);
}
