/*
 * rep.h: which memory a string instruction is about to touch, or has touched.
 */
#ifndef CPU_REP_H
#define CPU_REP_H

#include <stdbool.h>
#include <stdint.h>

#include "cpu/cpu.h"

struct rep_range {
	uint64_t ea, bytes; /* the lowest address; bytes may be 0 */
	bool write;
};

/* With the arguments of hk_rep(), before it: how many ranges, 1 or 2. */
unsigned rep_ranges(const struct cpu *, const struct hk_regs *,
    const struct hk_strsite *, struct rep_range range[2]);

#endif
