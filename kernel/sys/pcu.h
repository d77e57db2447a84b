/*
 * pcu.h: state of a CPU that is saved only when somebody else wants the unit.
 * The kernel uses no such unit here, but an LWP's layout has the place.
 */
#ifndef _SYS_PCU_H_
#define _SYS_PCU_H_

#include <machine/types.h>

#ifndef PCU_UNIT_COUNT
#define PCU_UNIT_COUNT 0
#endif

#endif /* _SYS_PCU_H_ */
