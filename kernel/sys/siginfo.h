/*
 * siginfo.h: what goes with a signal; only ever named here.
 */
#ifndef _SYS_SIGINFO_H_
#define _SYS_SIGINFO_H_

#include <sys/signal.h>
#include <sys/queue.h>

typedef struct ksiginfo ksiginfo_t;
typedef TAILQ_HEAD(ksiginfoq, ksiginfo) ksiginfoq_t;

#endif /* _SYS_SIGINFO_H_ */
