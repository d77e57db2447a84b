/*
 * cons.h: the console.  A character at a time, from any context.
 */
#ifndef _DEV_CONS_H_
#define _DEV_CONS_H_

#include <sys/types.h>

struct consdev;

void cninit(void);
void cnputc(int);
int cngetc(void);
void cnflush(void);
void cnpollc(int);

#endif /* _DEV_CONS_H_ */
