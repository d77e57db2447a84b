/*
 * bus.h: devices' memory and ports, and devices in our memory.
 */
#ifndef _SYS_BUS_H_
#define _SYS_BUS_H_

#include <sys/types.h>

#include <machine/bus_defs.h>
#include <sys/bus_proto.h>
#include <machine/bus_funcs.h>

#endif /* _SYS_BUS_H_ */
