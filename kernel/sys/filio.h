/*
 * filio.h: ioctls of any descriptor.
 */
#ifndef _SYS_FILIO_H_
#define _SYS_FILIO_H_

#include <sys/ioccom.h>

#define FIOCLEX   _IO('f', 1)         /* close on exec */
#define FIONCLEX  _IO('f', 2)         /* do not */
#define FIONREAD  _IOR('f', 127, int) /* bytes that can be read */
#define FIONBIO   _IOW('f', 126, int) /* do not wait */
#define FIOASYNC  _IOW('f', 125, int) /* signal when there is something */
#define FIOSETOWN _IOW('f', 124, int)
#define FIOGETOWN _IOR('f', 123, int)
#define FIONWRITE _IOR('f', 121, int)
#define FIONSPACE _IOR('f', 120, int)

#endif /* _SYS_FILIO_H_ */
