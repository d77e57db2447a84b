# The machine-dependent port: kernel code that knows the seam.
machdep_srcs += $(addprefix port/machdep/,boot.c bus_dma.c bus_space.c copy.c \
	cpu.c cpufunc.S idle.c idt.c init.c intr.c intr_move.c ipi.c lapic.c \
	layout.c locore.S mainbus.c probe.c spl.S tsc.c vector.S vm_machdep.c)

# The kernels of the paper; the lock benchmark is in both.
kernels += GENERIC NET_MPSAFE
GENERIC_conf := GENERIC
NET_MPSAFE_conf := NET_MPSAFE
GENERIC_programs = $(lock_programs)
NET_MPSAFE_programs = $(lock_programs)
GENERIC_program_incs := bench/locks
NET_MPSAFE_program_incs := bench/locks
