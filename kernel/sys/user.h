/*
 * user.h: the head of an LWP's stack pages is its PCB.
 */
#ifndef _SYS_USER_H_
#define _SYS_USER_H_

#include <machine/pcb.h>

#endif /* _SYS_USER_H_ */
