/*
 * ipmivar.h: where a management controller may be, for ipmi(4).
 *
 * On a PC SMBIOS says so; here mainbus knows the board.
 */
#ifndef _X86_IPMIVAR_H_
#define _X86_IPMIVAR_H_

#include <sys/types.h>
#include <sys/bus.h>

struct ipmi_attach_args {
	bus_space_tag_t iaa_iot;
	int iaa_if_iobase;    /* of the KCS interface's ports */
	int iaa_if_iospacing; /* bytes from one to the next */
};

#endif /* _X86_IPMIVAR_H_ */
