/*
 * tx_rig.h: transmit descriptors, as a driver writes them.
 */
#ifndef TESTS_TX_RIG_H
#define TESTS_TX_RIG_H

#include "sim/nic_i354/nic_rig.h"

static unsigned tail[4][8], size[4][8];

static inline void
tx_start(unsigned p, unsigned q, unsigned n, uint32_t txdctl)
{
	tx_on(p, q, n, txdctl);
	size[p][q] = n;
}

/* Write a descriptor at the tail; the doorbell is rung later. */
static inline uint64_t
put(unsigned p, unsigned q, uint64_t pa, uint32_t w2, uint32_t w3)
{
	const uint64_t at = TXRING(p, q) + 16 * tail[p][q];
	uint32_t *d = mem32(at);

	d[0] = (uint32_t)pa;
	d[1] = (uint32_t)(pa >> 32);
	d[2] = w2;
	d[3] = w3;
	tail[p][q] = (tail[p][q] + 1) % size[p][q];
	return at;
}

static inline void
ring(unsigned p, unsigned q)
{
	w(p, I354_TDT(q), tail[p][q]);
}

/* Bytes of a packet for the queue: i + id, at offset off of its buffer. */
static inline uint64_t
fill(unsigned p, unsigned q, unsigned off, unsigned n, unsigned id)
{
	const uint64_t pa = TXBUF(p, q) + off;

	for (unsigned i = 0; i < n; i++)
		mem(pa)[i] = (uint8_t)(i + id);
	return pa;
}

#define DATA (TXD_DATA | TXD_DEXT | TXD_IFCS)
#define LAST (TXD_EOP | TXD_RS)

static inline uint32_t
pay(unsigned n)
{
	return n << TXD_PAY_SHIFT;
}

static inline uint32_t
dd(uint64_t desc)
{
	return *mem32(desc + 12) & TXD_DD;
}

#endif
