/*
 * types.h: the names of integers.  amd64 is LP64: int has 32 bits, long and
 * pointers have 64.
 */
#ifndef _SYS_TYPES_H_
#define _SYS_TYPES_H_

#include <machine/types.h>

typedef signed char int8_t;
typedef unsigned char uint8_t;
typedef short int16_t;
typedef unsigned short uint16_t;
typedef int int32_t;
typedef unsigned int uint32_t;
typedef long int64_t;
typedef unsigned long uint64_t;
typedef long intptr_t;
typedef unsigned long uintptr_t;

typedef uint8_t u_int8_t;
typedef uint16_t u_int16_t;
typedef uint32_t u_int32_t;
typedef uint64_t u_int64_t;

typedef unsigned char u_char;
typedef unsigned short u_short;
typedef unsigned int u_int;
typedef unsigned long u_long;

typedef unsigned long size_t;
typedef long ssize_t;

#include <sys/null.h>
#include <sys/stdbool.h>

#endif /* _SYS_TYPES_H_ */
