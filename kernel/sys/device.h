/*
 * device.h: devices, as far as their drivers' names and data go.
 *
 * Autoconfiguration (cfdata, CFATTACH_DECL, ioconf) comes with the devices.
 */
#ifndef _SYS_DEVICE_H_
#define _SYS_DEVICE_H_

#include <sys/device_if.h>
#include <sys/evcnt.h>
#include <sys/queue.h>

typedef enum devclass {
	DV_DULL, /* of no class */
	DV_CPU,
	DV_DISK,
	DV_IFNET,
	DV_TAPE,
	DV_TTY,
	DV_AUDIODEV,
	DV_DISPLAYDEV,
	DV_BUS,
	DV_VIRTUAL
} devclass_t;

enum devact { DVACT_DEACTIVATE };
typedef enum devact devact_t;

struct device {
	devclass_t dv_class;
	TAILQ_ENTRY(device) dv_list; /* all devices */
	int dv_unit;
	char dv_xname[16]; /* driver's name and unit: "wm0" */
	device_t dv_parent;
	int dv_flags;
	void *dv_private; /* the driver's */
	int *dv_locators;
};

#define DVF_ACTIVE          0x0001
#define DVF_DETACH_SHUTDOWN 0x0002

#ifdef _KERNEL
const char *device_xname(device_t);
void *device_private(device_t);
device_t device_parent(device_t);
int device_unit(device_t);
bool device_is_a(device_t, const char *);
#endif

#endif /* _SYS_DEVICE_H_ */
