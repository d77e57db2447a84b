/*
 * pools.c: the kernel's pools, walked from outside (pools.h).
 *
 *	pool_head -> pool -> pool -> ...	each with a name, a size and
 *	  three lists of pages -> header -> ...		page, first item
 *
 * Which struct an item is nobody has written down; a few names are known here.
 */
#include <stdlib.h>
#include <string.h>

#include "pools.h"

#define MAX_POOLS 1000   /* a list that is longer is damaged */
#define MAX_PAGES 100000 /* of all */

static const struct {
	const char *pool, *type;
} known[] = { { "mbpl", "mbuf" }, { "pcgnormal", "pool_cache_group" },
	{ "pcglarge", "pool_cache_group" }, { "brtpl", "bridge_rtnode" },
	{ "lwppl", "lwp" }, { "tstile", "turnstile" } };

struct page {
	uint64_t va, bytes; /* of its items */
	unsigned pool;
};

struct pool {
	char name[32];
	const char *type;
	Dwarf_Die die;
	uint64_t size, perpage;
};

struct pools {
	const struct memory *memory;
	struct pool *pool;
	unsigned npool;
	struct page *page; /* sorted */
	size_t npage;
};

/* Where fields are. */
struct places {
	uint64_t next, size, perpage, wchan, list[3];
	uint64_t page_next, page, off;
};

static bool
find_places(const struct types *t, struct places *p)
{
	return types_offset(t, "pool", "pr_poollist.tqe_next", &p->next) &&
	    types_offset(t, "pool", "pr_size", &p->size) &&
	    types_offset(t, "pool", "pr_itemsperpage", &p->perpage) &&
	    types_offset(t, "pool", "pr_wchan", &p->wchan) &&
	    types_offset(t, "pool", "pr_emptypages.lh_first", &p->list[0]) &&
	    types_offset(t, "pool", "pr_fullpages.lh_first", &p->list[1]) &&
	    types_offset(t, "pool", "pr_partpages.lh_first", &p->list[2]) &&
	    types_offset(t, "pool_item_header", "ph_pagelist.le_next",
		&p->page_next) &&
	    types_offset(t, "pool_item_header", "ph_page", &p->page) &&
	    types_offset(t, "pool_item_header", "ph_off", &p->off);
}

static void
add_pages(struct pools *ps, const struct places *at, uint64_t header)
{
	const struct pool *pool = &ps->pool[ps->npool];

	while (header != 0 && ps->npage < MAX_PAGES) {
		struct page page = { .pool = ps->npool };

		if (!memory_word(ps->memory, header + at->page, &page.va))
			return;
		page.va += memory_u32(ps->memory, header + at->off) & 0xffff;
		page.bytes = pool->size * pool->perpage;
		ps->page[ps->npage++] = page;
		if (!memory_word(ps->memory, header + at->page_next, &header))
			return;
	}
}

static void
add_pool(struct pools *ps, const struct places *at, uint64_t va)
{
	const struct memory *m = ps->memory;
	struct pool *pool = &ps->pool[ps->npool];
	uint64_t name, header;

	if (!memory_word(m, va + at->wchan, &name) ||
	    !memory_string(m, name, pool->name, sizeof(pool->name)))
		return;
	pool->size = memory_u32(m, va + at->size);
	pool->perpage = memory_u32(m, va + at->perpage);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(pool->name, known[i].pool) == 0 &&
		    types_struct(m->types, known[i].type, &pool->die))
			pool->type = known[i].type;
	if (pool->size == 0)
		return;
	for (int i = 0; i < 3; i++)
		if (memory_word(m, va + at->list[i], &header))
			add_pages(ps, at, header);
	ps->npool++;
}

static int
by_va(const void *a, const void *b)
{
	const struct page *x = a, *y = b;

	return x->va < y->va ? -1 : x->va > y->va;
}

struct pools *
pools_create(const struct memory *m)
{
	const struct types_symbol *head = types_named(m->types, "pool_head");
	struct pools *ps = calloc(1, sizeof(*ps));
	struct places at;
	uint64_t va;

	if (ps == NULL)
		abort();
	ps->memory = m;
	if (head == NULL || !find_places(m->types, &at) ||
	    !memory_word(m, head->va, &va))
		return ps;
	ps->pool = calloc(MAX_POOLS, sizeof(*ps->pool));
	ps->page = calloc(MAX_PAGES, sizeof(*ps->page));
	if (ps->pool == NULL || ps->page == NULL)
		abort();
	while (va != 0 && ps->npool < MAX_POOLS) {
		add_pool(ps, &at, va);
		if (!memory_word(m, va + at.next, &va))
			break;
	}
	qsort(ps->page, ps->npage, sizeof(*ps->page), by_va);
	return ps;
}

void
pools_destroy(struct pools *ps)
{
	if (ps == NULL)
		return;
	free(ps->pool);
	free(ps->page);
	free(ps);
}

bool
pools_find(const struct pools *ps, uint64_t va, struct pools_item *item)
{
	size_t lo = 0, hi = ps->npage;
	const struct page *page;
	const struct pool *pool;

	while (lo < hi) { /* the first page behind va */
		size_t mid = (lo + hi) / 2;

		if (ps->page[mid].va <= va)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == 0)
		return false;
	page = &ps->page[lo - 1];
	if (va - page->va >= page->bytes)
		return false;
	pool = &ps->pool[page->pool];
	*item = (struct pools_item){ pool->name, pool->type, pool->die,
		page->va + (va - page->va) / pool->size * pool->size };
	return true;
}
