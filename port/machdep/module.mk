# The machine-dependent port: kernel code that knows the seam.
machdep_srcs += $(addprefix port/machdep/,boot.c bus_dma.c bus_space.c cpu.c \
	cpufunc.S idle.c idt.c init.c intr.c ipi.c lapic.c locore.S probe.c \
	spl.S tsc.c vector.S vm_machdep.c)
