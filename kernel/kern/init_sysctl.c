/*
 * init_sysctl.c: what the kernel says of itself: kern.*, hw.*.
 *
 * Contexts: sysctl_init calls the functions; threads.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/cpu.h>
#include <sys/kernel.h>
#include <sys/sysctl.h>
#include <sys/systm.h>
#include <sys/timevar.h>

#include <uvm/uvm_extern.h>

#define RO CTLFLAG_PERMANENT | CTLFLAG_READONLY

/* hw.physmem64, hw.usermem64: bytes. */
static int
sysctl_hw_physmem(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	u_quad_t bytes = (u_quad_t)physmem * PAGE_SIZE;

	if (strcmp(node.sysctl_name, "usermem64") == 0)
		bytes = (u_quad_t)uvm_availmem() * PAGE_SIZE;
	node.sysctl_data = &bytes;
	return sysctl_lookup(SYSCTLFN_CALL(&node));
}

SYSCTL_SETUP(sysctl_kern_setup, "sysctl kern subtree setup")
{
	sysctl_createv(clog, 0, NULL, NULL, RO, CTLTYPE_STRING, "ostype",
	    SYSCTL_DESCR("Operating system type"), NULL, 0, __UNCONST(ostype),
	    0, CTL_KERN, KERN_OSTYPE, CTL_EOL);
	sysctl_createv(clog, 0, NULL, NULL, RO, CTLTYPE_STRING, "osrelease",
	    SYSCTL_DESCR("Operating system release"), NULL, 0,
	    __UNCONST(osrelease), 0, CTL_KERN, KERN_OSRELEASE, CTL_EOL);
	sysctl_createv(clog, 0, NULL, NULL, RO | CTLFLAG_IMMEDIATE, CTLTYPE_INT,
	    "osrevision", SYSCTL_DESCR("Operating system revision"), NULL,
	    __NetBSD_Version__, NULL, 0, CTL_KERN, KERN_OSREV, CTL_EOL);
	sysctl_createv(clog, 0, NULL, NULL, RO, CTLTYPE_STRING, "version",
	    SYSCTL_DESCR("Kernel version"), NULL, 0, __UNCONST(version), 0,
	    CTL_KERN, KERN_VERSION, CTL_EOL);
	sysctl_createv(clog, 0, NULL, NULL, RO, CTLTYPE_INT, "hardclock_ticks",
	    SYSCTL_DESCR("Number of hardclock ticks"), NULL, 0,
	    __UNVOLATILE(&hardclock_ticks), 0, CTL_KERN, CTL_CREATE, CTL_EOL);
}

SYSCTL_SETUP(sysctl_hw_setup, "sysctl hw subtree setup")
{
	sysctl_createv(clog, 0, NULL, NULL, RO, CTLTYPE_STRING, "machine",
	    SYSCTL_DESCR("Machine class"), NULL, 0, machine, 0, CTL_HW,
	    HW_MACHINE, CTL_EOL);
	sysctl_createv(clog, 0, NULL, NULL, RO, CTLTYPE_STRING, "machine_arch",
	    SYSCTL_DESCR("Machine CPU class"), NULL, 0, machine_arch, 0, CTL_HW,
	    HW_MACHINE_ARCH, CTL_EOL);
	sysctl_createv(clog, 0, NULL, NULL, RO, CTLTYPE_INT, "ncpu",
	    SYSCTL_DESCR("Number of CPUs configured"), NULL, 0, &ncpu, 0,
	    CTL_HW, HW_NCPU, CTL_EOL);
	sysctl_createv(clog, 0, NULL, NULL, RO, CTLTYPE_INT, "ncpuonline",
	    SYSCTL_DESCR("Number of CPUs online"), NULL, 0, &ncpuonline, 0,
	    CTL_HW, HW_NCPUONLINE, CTL_EOL);
	sysctl_createv(clog, 0, NULL, NULL, RO | CTLFLAG_IMMEDIATE, CTLTYPE_INT,
	    "pagesize", SYSCTL_DESCR("Software page size"), NULL, PAGE_SIZE,
	    NULL, 0, CTL_HW, HW_PAGESIZE, CTL_EOL);
	sysctl_createv(clog, 0, NULL, NULL, RO, CTLTYPE_QUAD, "physmem64",
	    SYSCTL_DESCR("Bytes of physical memory"), sysctl_hw_physmem, 0,
	    NULL, 0, CTL_HW, CTL_CREATE, CTL_EOL);
	sysctl_createv(clog, 0, NULL, NULL, RO, CTLTYPE_QUAD, "usermem64",
	    SYSCTL_DESCR("Bytes of memory that is free"), sysctl_hw_physmem, 0,
	    NULL, 0, CTL_HW, CTL_CREATE, CTL_EOL);
}
