/*
 * flows.h: the flows that a tester sends: who to whom, UDP over IPv4.
 *
 * The default list is the one of the paper's measurements: one pair of addresses, of
 * the block that RFC 2544 reserves for tests, and 1001 pairs of ports, 8000..9000,
 * source and destination port the same.  A file has a flow on a line,
 *
 *	198.18.0.1:8000 198.19.0.1:8000	# and a comment
 *
 * as ipgen's --flowlist; empty lines count for nothing.  In the other direction source
 * and destination are exchanged.
 *
 * Pure functions but for flows_load(), which reads a file.
 */
#ifndef WIRE_FLOWS_H
#define WIRE_FLOWS_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

#define FLOWS_MAX 65536

struct flow {
	uint32_t src, dst; /* addresses, 198.18.0.1 is 0xc6120001 */
	uint16_t sport, dport;
};

struct flows {
	struct flow *flow;
	size_t n; /* 1 to FLOWS_MAX */
};

void flows_default(struct flows *);
/* EX_INPUT: no such file; a line that is no flow; none, or too many.  Then it is empty. */
enum exit_code flows_load(struct flows *, const char *path, struct err *);
void flows_free(struct flows *);

struct flow flow_back(const struct flow *);

/* The hash of receive-side scaling, with the key that Microsoft gives as an example. */
uint32_t flow_hash(const struct flow *);

#endif
