/*
 * table.h: a bridge's table of addresses, for programs that look at it.  Threads.
 */
#ifndef TABLE_H
#define TABLE_H

#include <sys/types.h>

/* How many addresses bridge0 has. */
u_int table_size(void);

/* The unit behind which the address is, or -1; *flags and *expire if not NULL. */
int table_find(const uint8_t *mac, uint8_t *flags, time_t *expire);

/* These return 0 or an errno. */
int table_set(const uint8_t *mac, u_int unit, uint8_t flags); /* IFBAF_ */
int table_static(const uint8_t *mac, u_int unit);
int table_delete(const uint8_t *mac);
int table_flush(bool all);
int table_limit(uint32_t addresses);
int table_timeout(uint32_t seconds);

/* Expired addresses are looked for each so many seconds; returns what it was. */
int table_prune_period(int seconds);

#endif /* TABLE_H */
