/*
 * bootprop.h: boot properties, the "name=value" words a kernel is started
 * with.  Ours, NetBSD has none; kern/subr_bootprop.c says more.
 */
#ifndef _SYS_BOOTPROP_H_
#define _SYS_BOOTPROP_H_

#include <sys/types.h>

#ifdef _KERNEL
/* Takes the words apart.  Once, before main(), with no memory to be had. */
void bootprop_init(const char *);

/*
 * The value of a name, or what is given if the name was not.  Each counts the
 * property as used.  One that is not what it should be is a
 * finding of bootprop_check.  Any context once bootprop_init has run.
 */
int sysctl_bootprop_int(const char *, int);
int64_t sysctl_bootprop_quad(const char *, int64_t);
bool sysctl_bootprop_bool(const char *, bool);
const char *sysctl_bootprop_string(const char *, const char *);
/* Which of the n words it is; the first one if it was not given. */
u_int sysctl_bootprop_choice(const char *, const char *const *, u_int n);
/* Its value will not do, for a reason that only its user knows: a finding. */
void bootprop_refuse(const char *);

/*
 * sysctl(9) by name: "hw.ncpu"; old value, its size (in: room), new, its size.
 * setstring: the value as text, whatever the node's type.  0 or an errno.
 */
int sysctl_byname(const char *, void *, size_t *, const void *, size_t);
int sysctl_setstring(const char *, const char *);

/* Sets the nodes that are given as properties, net.x.y=1.  How many failed. */
int bootprop_sysctl(void);

/*
 * Reports those that nobody asked for, by name, and those that were
 * malformed; how many.  At the end of a run.
 */
int bootprop_check(void);
#endif

#endif /* _SYS_BOOTPROP_H_ */
