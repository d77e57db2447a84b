/*
 * kern_stub.c: functions that do nothing, for tables that want one.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>

void
voidop(void)
{
}

int
nullop(void *v)
{
	return 0;
}

void *
nullret(void)
{
	return NULL;
}

int
enodev(void)
{
	return ENODEV;
}

int
enosys(void)
{
	return ENOSYS;
}

int
enoioctl(void)
{
	return ENOTTY;
}

int
enxio(void)
{
	return ENXIO;
}

int
eopnotsupp(void)
{
	return EOPNOTSUPP;
}
