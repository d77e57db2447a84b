/*
 * subr_hash.c: tables of list heads, for hashes.  Threads.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/bitops.h>
#include <sys/kmem.h>
#include <sys/systm.h>

static size_t
hash_headsize(enum hashtype htype)
{
	LIST_HEAD(, generic) list;
	SLIST_HEAD(, generic) slist;
	TAILQ_HEAD(, generic) tailq;

	switch (htype) {
	case HASH_LIST:
		return sizeof(list);
	case HASH_SLIST:
		return sizeof(slist);
	case HASH_TAILQ:
		return sizeof(tailq);
	default:
		panic("hashinit: invalid table type");
	}
}

/*
 * hashinit: empty lists for about `elements', a power of two of them; *mask is
 * their number less one.  NULL: waitok is false and there is no memory.
 */
void *
hashinit(u_int elements, enum hashtype htype, bool waitok, u_long *mask)
{
	const size_t esize = hash_headsize(htype);
	u_long n, i;
	char *table;

	KASSERT(elements > 0);
	n = 1UL << (fls32(elements) - 1);
	table = kmem_zalloc(n * esize, waitok ? KM_SLEEP : KM_NOSLEEP);
	if (table == NULL)
		return NULL;
	if (htype == HASH_TAILQ)
		for (i = 0; i < n; i++) {
			TAILQ_HEAD(,
			    generic) *head = (void *)(table + i * esize);
			TAILQ_INIT(head);
		}
	*mask = n - 1;
	return table;
}

void
hashdone(void *table, enum hashtype htype, u_long mask)
{
	kmem_free(table, (mask + 1) * hash_headsize(htype));
}
