/*
 * params.h: what the parts of a machine take from the machine file.
 */
#ifndef CPU_PARAMS_H
#define CPU_PARAMS_H

#include "cpu/smp.h"

void cpu_params_init(struct cpu_params *, const struct machine *);
void coh_params_init(struct coh_params *, const struct smp_config *);
void io_params_init(struct io_params *, const struct machine *);

#endif
