/*
 * signalvar.h: pending signals of LWPs and processes.
 */
#ifndef _SYS_SIGNALVAR_H_
#define _SYS_SIGNALVAR_H_

#include <sys/siginfo.h>
#include <sys/queue.h>
#include <sys/mutex.h>
#include <sys/stdbool.h>

typedef struct sigpend {
	ksiginfoq_t sp_info;
	sigset_t sp_set;
} sigpend_t;

struct sigctx {
	int ps_signo;
	int ps_code;
	int ps_lwp;
	void *ps_sigcode;
	sigset_t ps_sigignore;
	sigset_t ps_sigcatch;
};

#endif /* _SYS_SIGNALVAR_H_ */
