/*
 * device.h: devices, and how they are found, autoconf(9).
 *
 * A bus describes to config_found_ia() what it has found.  Each line of the
 * configuration that may stand at that kind of place (struct cfdata, conf/ioconf.c)
 * is asked by its driver's ca_match how well it fits; the best one's ca_attach is
 * called with a new device, whose dv_private has room for the driver's softc.
 *
 *	mainbus0 -> pci0 -> wm0 .. wm3 -> makphy0 .. makphy3
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

struct cfdata;
typedef struct cfdata *cfdata_t;

struct device {
	devclass_t dv_class;         /* the driver's, while it attaches */
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

/* A driver: how it matches, attaches and lets go. */
struct cfattach {
	const char *ca_name;
	size_t ca_devsize; /* of its softc */
	int ca_flags;
	int (*ca_match)(device_t, cfdata_t, void *); /* 0: not mine */
	void (*ca_attach)(device_t, device_t, void *);
	int (*ca_detach)(device_t, int);
	int (*ca_activate)(device_t, devact_t);
	void (*ca_rescan)(device_t, const char *, const int *);
	void (*ca_childdetached)(device_t, device_t);
};

/* A line of the configuration: "wm* at pci?". */
struct cfdata {
	const char *cf_name;          /* the driver's */
	short cf_unit;                /* the next one to be given */
	short cf_fstate;              /* FSTATE_* */
	const char *cf_iattr;         /* at which kind of place */
	const struct cfattach *cf_ca; /* its driver */
};

#define FSTATE_NOTFOUND 0 /* one of that number, still to be found */
#define FSTATE_FOUND    1 /* .. and found */
#define FSTATE_STAR     2 /* as many as there are */

#define CFATTACH_DECL3_NEW(name, softc, match, attach, detach, activate, \
    rescan, childdetached, flags)                                        \
	const struct cfattach name##_ca = { .ca_name = #name,            \
		.ca_devsize = (softc),                                   \
		.ca_flags = (flags),                                     \
		.ca_match = (match),                                     \
		.ca_attach = (attach),                                   \
		.ca_detach = (detach),                                   \
		.ca_activate = (activate),                               \
		.ca_rescan = (rescan),                                   \
		.ca_childdetached = (childdetached) }
#define CFATTACH_DECL_NEW(name, softc, match, attach, detach, activate)        \
	CFATTACH_DECL3_NEW(name, softc, match, attach, detach, activate, NULL, \
	    NULL, 0)

/* Says where a device is; pnp: no driver wants it, and whose it would be. */
typedef int (*cfprint_t)(void *aux, const char *pnp);
#define QUIET  0 /* nothing of those that nobody wants */
#define UNCONF 1 /* " not configured" */
#define UNSUPP 2

#ifdef _KERNEL
/* conf/ioconf.c; the last one has no name. */
extern struct cfdata cfdata[];

/*
 * subr_autoconf.c, while the system starts, on one CPU.  The device, or NULL:
 * nobody wants it.
 */
device_t config_found_ia(device_t parent, const char *iattr, void *aux,
    cfprint_t);
device_t config_rootfound(const char *name, void *aux);
/* Calls ca_detach; 0 or an errno. */
int config_detach(device_t, int flags);

const char *device_xname(device_t);
void *device_private(device_t);
device_t device_parent(device_t);
int device_unit(device_t);
bool device_is_a(device_t, const char *);
#endif

#endif /* _SYS_DEVICE_H_ */
