/*
 * stdarg.h: arguments behind the named ones.
 */
#ifndef _SYS_STDARG_H_
#define _SYS_STDARG_H_

typedef __builtin_va_list va_list;
typedef __builtin_va_list __va_list;

#ifndef va_start /* the compiler's header may have been here first */
#define va_start(ap, last) __builtin_va_start((ap), (last))
#define va_arg(ap, type)   __builtin_va_arg((ap), type)
#define va_end(ap)         __builtin_va_end(ap)
#define va_copy(dst, src)  __builtin_va_copy((dst), (src))
#endif

#endif /* _SYS_STDARG_H_ */
