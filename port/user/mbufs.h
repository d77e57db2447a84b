/*
 * mbufs.h: every mbuf accounted for.
 */
#ifndef PORT_MBUFS_H
#define PORT_MBUFS_H

#include <sys/mbuf.h>
#include <sys/pool.h>

/* What is out, of mbufs and of clusters, and what the statistics say. */
struct mbufs {
	int mb_out;
	int mcl_out;
	int mb_counted; /* by types, all CPUs' together */
};

/*
 * Objects of a cache that somebody has: those that its pool has given out, less
 * those that wait in groups of the cache and of CPUs.  Exact when no CPU gets or
 * puts; the caller sees to that.
 */
int pool_cache_out(pool_cache_t);

/* Thread context, nothing moves. */
struct mbufs mbufs_now(void);

/* Checks that all is as it was; `what' is said where it is not. */
void mbufs_check(const struct mbufs *before, const char *what);

#endif /* PORT_MBUFS_H */
