/*
 * device_if.h: the name of a device, for those who need no more.
 */
#ifndef _SYS_DEVICE_IF_H_
#define _SYS_DEVICE_IF_H_

struct device;
typedef struct device *device_t;

#endif /* _SYS_DEVICE_IF_H_ */
