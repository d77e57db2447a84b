/*
 * ioctl.h: all ioctls there are; terminals have none here.
 */
#ifndef _SYS_IOCTL_H_
#define _SYS_IOCTL_H_

#include <sys/ioccom.h>
#include <sys/filio.h>
#include <sys/sockio.h>

#endif /* _SYS_IOCTL_H_ */
