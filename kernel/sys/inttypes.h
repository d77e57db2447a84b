/*
 * inttypes.h: the letters that printf wants for integers of a width.
 */
#ifndef _SYS_INTTYPES_H_
#define _SYS_INTTYPES_H_

#include <sys/stdint.h>

#define PRId8   "d"
#define PRId16  "d"
#define PRId32  "d"
#define PRId64  "ld"
#define PRIdPTR "ld"
#define PRIdMAX "ld"
#define PRIi8   "i"
#define PRIi16  "i"
#define PRIi32  "i"
#define PRIi64  "li"
#define PRIu8   "u"
#define PRIu16  "u"
#define PRIu32  "u"
#define PRIu64  "lu"
#define PRIuPTR "lu"
#define PRIuMAX "lu"
#define PRIo32  "o"
#define PRIo64  "lo"
#define PRIx8   "x"
#define PRIx16  "x"
#define PRIx32  "x"
#define PRIx64  "lx"
#define PRIxPTR "lx"
#define PRIxMAX "lx"
#define PRIX8   "X"
#define PRIX16  "X"
#define PRIX32  "X"
#define PRIX64  "lX"
#define PRIXPTR "lX"

#endif /* _SYS_INTTYPES_H_ */
