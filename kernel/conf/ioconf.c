/*
 * ioconf.c: which devices there may be, by the configuration ("wm* at pci?"),
 * for subr_autoconf.c.  ioconf.h is made by mk/config.awk, a line for each.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/device.h>

#define CFDATA(name, unit, fstate, iattr) \
	extern const struct cfattach name##_ca;
#include "ioconf.h"
#undef CFDATA

#define CFDATA(name, unit, fstate, iattr) \
	{ #name, unit, fstate, #iattr, &name##_ca },
struct cfdata cfdata[] = {
#include "ioconf.h"
	{ NULL, 0, 0, NULL, NULL },
};
