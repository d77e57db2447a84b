/*
 * param.h: numbers and small macros that every file knows.
 */
#ifndef _SYS_PARAM_H_
#define _SYS_PARAM_H_

#include <sys/types.h>

/*
 * Bytes that caches hand over as one piece.  Data of two writers are kept
 * that far apart, or each write of the one takes the line from the other.
 */
#ifndef COHERENCY_UNIT
#define COHERENCY_UNIT 64
#endif

#ifndef MIN
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#endif

#define howmany(x, n)  (((x) + ((n)-1)) / (n))
#define roundup(x, n)  (howmany(x, n) * (n))
#define roundup2(x, n) (((x) + ((n)-1)) & ~((n)-1)) /* n: a power of 2 */

#endif /* _SYS_PARAM_H_ */
