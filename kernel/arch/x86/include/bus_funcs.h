/*
 * x86/bus_funcs.h: what x86 adds to bus_space(9) and bus_dma(9).
 */
#ifndef _X86_BUS_FUNCS_H_
#define _X86_BUS_FUNCS_H_

#ifdef _KERNEL
#include <machine/bus_defs.h>

extern struct bus_space_tag x86_bus_space_io_tag, x86_bus_space_mem_tag;
#define x86_bus_space_io  (&x86_bus_space_io_tag)
#define x86_bus_space_mem (&x86_bus_space_mem_tag)

extern struct x86_bus_dma_tag x86_bus_dma_tag_store;

void x86_bus_space_init(void);
void x86_bus_space_mallocok(void);
#endif

#endif /* _X86_BUS_FUNCS_H_ */
