/*
 * kprintf.h: what is below printf(9).
 */
#ifndef _SYS_KPRINTF_H_
#define _SYS_KPRINTF_H_

#include <sys/stdarg.h>

/* Where text goes. */
#define TOCONS    0x0001 /* the console */
#define TOTTY     0x0002 /* a terminal; here nowhere */
#define TOLOG     0x0004 /* the log */
#define TOBUFONLY 0x0008 /* a string, and nowhere else */
#define TODDB     0x0010

#ifdef _KERNEL
void kprintf_init(void);
void kprintf_lock(void);
void kprintf_unlock(void);
int kprintf(const char *, int, void *, char *, va_list);
#endif

#endif /* _SYS_KPRINTF_H_ */
