/*
 * socketvar.h: the kernel's side of sockets; there are none yet.
 */
#ifndef _SYS_SOCKETVAR_H_
#define _SYS_SOCKETVAR_H_

#include <sys/socket.h>

struct socket;

#endif /* _SYS_SOCKETVAR_H_ */
