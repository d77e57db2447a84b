/*
 * if.h: network interfaces.  So far their name is all that is known.
 */
#ifndef _NET_IF_H_
#define _NET_IF_H_

#include <sys/cdefs.h>
#include <sys/types.h>

#define IFNAMSIZ    16 /* of a name, with the NUL */
#define IF_NAMESIZE 16

struct ifnet;

#endif /* _NET_IF_H_ */
