/*
 * subr_device.c: what a device_t says.  Any context.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/device.h>
#include <sys/systm.h>

const char *
device_xname(device_t dev)
{
	return dev != NULL ? dev->dv_xname : "(null)";
}

void *
device_private(device_t dev)
{
	return dev != NULL ? dev->dv_private : NULL;
}

device_t
device_parent(device_t dev)
{
	return dev->dv_parent;
}

int
device_unit(device_t dev)
{
	return dev->dv_unit;
}

/*
 * device_is_a: is it one of this driver's?
 */
bool
device_is_a(device_t dev, const char *dname)
{
	const size_t n = strlen(dname);

	return strncmp(dev->dv_xname, dname, n) == 0 &&
	    isdigit((unsigned char)dev->dv_xname[n]);
}
