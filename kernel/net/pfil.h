/*
 * pfil.h: places where a packet filter may look at packets, pfil(9).
 *
 * An interface or an address family has a head, and who filters adds a function
 * to it.  It gets each packet that passes there, may change or replace it, and
 * lets it pass with 0; anything else ends the packet, and *m is NULL then.
 */
#ifndef _NET_PFIL_H_
#define _NET_PFIL_H_

struct mbuf;
struct ifnet;

/* arg, packet, interface, PFIL_IN or PFIL_OUT. */
typedef int (*pfil_func_t)(void *, struct mbuf **, struct ifnet *, int);

/* What to be called for, and whether pfil_add_hook may sleep. */
#define PFIL_IN     0x00000001
#define PFIL_OUT    0x00000002
#define PFIL_WAITOK 0x00000004
#define PFIL_IFADDR 0x00000008 /* an address changes; m is the ioctl */
#define PFIL_IFNET  0x00000010 /* an interface comes or goes; m is which */
#define PFIL_ALL    (PFIL_IN | PFIL_OUT)

#define PFIL_TYPE_AF    1 /* the head's key is an AF_* */
#define PFIL_TYPE_IFNET 2 /* .. a struct ifnet */

/* With PFIL_IFNET. */
#define PFIL_IFNET_ATTACH 0
#define PFIL_IFNET_DETACH 1

typedef struct pfil_head pfil_head_t;

#ifdef _KERNEL

int pfil_run_hooks(pfil_head_t *, struct mbuf **, struct ifnet *, int);
int pfil_add_hook(pfil_func_t, void *, int, pfil_head_t *);
int pfil_remove_hook(pfil_func_t, void *, int, pfil_head_t *);

pfil_head_t *pfil_head_create(int, void *);
void pfil_head_destroy(pfil_head_t *);
pfil_head_t *pfil_head_get(int, void *);

#endif /* _KERNEL */

#endif /* !_NET_PFIL_H_ */
