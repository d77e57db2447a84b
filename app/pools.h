/*
 * pools.h: items of pools, as pool(9) of the kernel has them in its lists.
 */
#ifndef APP_POOLS_H
#define APP_POOLS_H

#include "memory.h"

struct pools;

struct pools_item {
	const char *pool; /* what it is called: "mclpl" */
	const char *type; /* of the items, or NULL: no struct that is known */
	Dwarf_Die die;    /* of type */
	uint64_t va;      /* of the item */
};

/* As the lists are now; an image without pools has none. */
struct pools *pools_create(const struct memory *);
void pools_destroy(struct pools *);

bool pools_find(const struct pools *, uint64_t va, struct pools_item *);

#endif
