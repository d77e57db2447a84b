/*
 * stddef.h: offsetof.
 */
#ifndef _SYS_STDDEF_H_
#define _SYS_STDDEF_H_

#ifndef offsetof
#define offsetof(type, member) __builtin_offsetof(type, member)
#endif

#endif /* _SYS_STDDEF_H_ */
