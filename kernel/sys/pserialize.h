/*
 * pserialize.h: readers that store nothing, and a writer that waits for them.
 *
 * A reader stands between pserialize_read_enter and _exit, and may not sleep.
 * A writer unlinks what readers may find, calls pserialize_perform, and knows
 * then that no reader which saw it is left.  kern/subr_pserialize.c says why.
 */
#ifndef _SYS_PSERIALIZE_H_
#define _SYS_PSERIALIZE_H_

#ifdef _KERNEL

struct pserialize;
typedef struct pserialize *pserialize_t;

void pserialize_init(void);
void pserialize_switchpoint(void);

pserialize_t pserialize_create(void);
void pserialize_destroy(pserialize_t);
void pserialize_perform(pserialize_t);

int pserialize_read_enter(void);
void pserialize_read_exit(int);

#endif /* _KERNEL */

#endif /* _SYS_PSERIALIZE_H_ */
