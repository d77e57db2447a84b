/*
 * once.h: do something once, whoever comes first, RUN_ONCE(9).
 */
#ifndef _SYS_ONCE_H_
#define _SYS_ONCE_H_

typedef struct {
	int o_error;
	unsigned int o_refcnt;
	volatile int o_status;
#define ONCE_VIRGIN  0
#define ONCE_RUNNING 1
#define ONCE_DONE    2
} once_t;

void once_init(void);
int _init_once(once_t *, int (*)(void));
void _fini_once(once_t *, void (*)(void));

#define ONCE_DECL(o) once_t(o) = { .o_status = 0, .o_refcnt = 0 };

/* What fn returned, the first time. */
#define RUN_ONCE(o, fn)                                                  \
	(__predict_true((o)->o_status == ONCE_DONE && (o)->o_error == 0) \
		? 0                                                      \
		: _init_once((o), (fn)))

#define INIT_ONCE(o, fn) _init_once((o), (fn))
#define FINI_ONCE(o, fn) _fini_once((o), (fn))

#endif /* _SYS_ONCE_H_ */
