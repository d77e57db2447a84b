/*
 * fcntl.h: how a file is open.
 */
#ifndef _SYS_FCNTL_H_
#define _SYS_FCNTL_H_

#include <sys/types.h>

#define O_RDONLY   0x00000000
#define O_WRONLY   0x00000001
#define O_RDWR     0x00000002
#define O_ACCMODE  0x00000003
#define O_NONBLOCK 0x00000004
#define O_CLOEXEC  0x00400000

#ifdef _KERNEL
/* O_* plus one: bits that can be tested. */
#define FFLAGS(oflags) ((oflags) + 1)
#define OFLAGS(fflags) ((fflags)-1)
#define FREAD          0x00000001
#define FWRITE         0x00000002
#define FNONBLOCK      O_NONBLOCK
#define FNDELAY        O_NONBLOCK
#define FASYNC         0x00000040
#endif

#endif /* _SYS_FCNTL_H_ */
