/*
 * rndio.h: kinds of sources of randomness, and what is wanted of each.
 */
#ifndef _SYS_RNDIO_H_
#define _SYS_RNDIO_H_

#include <sys/types.h>
#include <sys/ioccom.h>

/* Kinds. */
#define RND_TYPE_UNKNOWN 0
#define RND_TYPE_DISK    1
#define RND_TYPE_NET     2
#define RND_TYPE_TAPE    3
#define RND_TYPE_TTY     4
#define RND_TYPE_RNG     5
#define RND_TYPE_SKEW    6
#define RND_TYPE_ENV     7
#define RND_TYPE_VM      8
#define RND_TYPE_POWER   9
#define RND_TYPE_MAX     9
#define RND_TYPE_ANY     0xff

/* Flags: gather or not, and by what to judge how hard it is to guess. */
#define RND_FLAG_NO_ESTIMATE    0x00000100
#define RND_FLAG_NO_COLLECT     0x00000200
#define RND_FLAG_FAST           0x00000400
#define RND_FLAG_HASCB          0x00000800
#define RND_FLAG_COLLECT_TIME   0x00001000
#define RND_FLAG_COLLECT_VALUE  0x00002000
#define RND_FLAG_ESTIMATE_TIME  0x00004000
#define RND_FLAG_ESTIMATE_VALUE 0x00008000
#define RND_FLAG_HASENABLE      0x00010000
#define RND_FLAG_DEFAULT                                  \
	(RND_FLAG_COLLECT_VALUE | RND_FLAG_COLLECT_TIME | \
	    RND_FLAG_ESTIMATE_TIME | RND_FLAG_ESTIMATE_VALUE)

#endif /* _SYS_RNDIO_H_ */
