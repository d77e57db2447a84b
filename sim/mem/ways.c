/*
 * ways.c: the permutations that bring one of eight tags to the front.
 * Constant data, usable in every context.
 */
#include "mem/ways.h"

_Alignas(32) const uint32_t ways_order[8][8] = {
	{ 0, 1, 2, 3, 4, 5, 6, 7 },
	{ 1, 0, 2, 3, 4, 5, 6, 7 },
	{ 2, 0, 1, 3, 4, 5, 6, 7 },
	{ 3, 0, 1, 2, 4, 5, 6, 7 },
	{ 4, 0, 1, 2, 3, 5, 6, 7 },
	{ 5, 0, 1, 2, 3, 4, 6, 7 },
	{ 6, 0, 1, 2, 3, 4, 5, 7 },
	{ 7, 0, 1, 2, 3, 4, 5, 6 },
};
