/*
 * syslog.h: how grave a message is, and who says it.
 */
#ifndef _SYS_SYSLOG_H_
#define _SYS_SYSLOG_H_

#include <sys/cdefs.h>
#include <sys/stdarg.h>

#define LOG_EMERG   0 /* the system is unusable */
#define LOG_ALERT   1 /* somebody must act at once */
#define LOG_CRIT    2
#define LOG_ERR     3
#define LOG_WARNING 4
#define LOG_NOTICE  5 /* unusual, no error */
#define LOG_INFO    6
#define LOG_DEBUG   7

#define LOG_PRIMASK       0x07
#define LOG_PRI(p)        ((p)&LOG_PRIMASK)
#define LOG_MAKEPRI(f, p) ((f) | (p))

#define LOG_KERN        (0 << 3)
#define LOG_USER        (1 << 3)
#define LOG_MAIL        (2 << 3)
#define LOG_DAEMON      (3 << 3)
#define LOG_AUTH        (4 << 3)
#define LOG_SYSLOG      (5 << 3)
#define LOG_LPR         (6 << 3)
#define LOG_NEWS        (7 << 3)
#define LOG_UUCP        (8 << 3)
#define LOG_CRON        (9 << 3)
#define LOG_AUTHPRIV    (10 << 3)
#define LOG_FTP         (11 << 3)
#define LOG_LOCAL0      (16 << 3)
#define LOG_LOCAL7      (23 << 3)
#define LOG_NFACILITIES 24
#define LOG_FACMASK     0x03f8
#define LOG_FAC(p)      (((p)&LOG_FACMASK) >> 3)

#define LOG_MASK(pri) (1 << (pri))
#define LOG_UPTO(pri) ((1 << ((pri) + 1)) - 1)

#ifdef _KERNEL
#define LOG_PRINTF (-1) /* to the log without a priority */

/* To the log; to the console as well while nobody reads the log. */
void log(int, const char *, ...) __printflike(2, 3);
void vlog(int, const char *, va_list) __printflike(2, 0);
void addlog(const char *, ...) __printflike(1, 2);
void logpri(int);
#endif

#endif /* _SYS_SYSLOG_H_ */
