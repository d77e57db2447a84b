/*
 * rx_rig.h: two receive queues, and frames for one or the other.
 */
#ifndef TESTS_RX_RIG_H
#define TESTS_RX_RIG_H

#include "sim/nic_i354/nic_rig.h"

/* Addresses 10.0.0.1 and 10.0.0.x whose frames go to queues 1 and 0. */
static inline struct frame *
to_queue(unsigned q)
{
	static const uint8_t a[4] = { 10, 0, 0, 1 };
	uint8_t b[4] = { 10, 0, 0, 0 };

	for (b[3] = 2;; b[3]++) {
		uint8_t in[8];

		memcpy(in, a, 4);
		memcpy(in + 4, b, 4);
		if ((i354_toeplitz(ms_key, in, 8) & 1) == q)
			return make_ip4(0, a, b, 17, 1, 2, 100);
	}
}

/* Two queues by RSS: 0 has plenty of descriptors, 1 has three. */
static inline void
two_queues(uint32_t drop)
{
	rig_start();
	links_up();
	rss_key(0);
	for (unsigned i = 0; i < 32; i++)
		w(0, I354_RETA(i), 0x01000100);
	w(0, I354_RXCSUM, RXCSUM_PCSD);
	w(0, I354_MRQC, MRQC_RSS | MRQC_IP4);
	rx_on(0, 0, 64, ADVANCED | drop, 8);
	rx_on(0, 1, 8, ADVANCED | drop, 0);
	w(0, I354_RDT(1), 3);
	run_ns(5000);
}

#endif
