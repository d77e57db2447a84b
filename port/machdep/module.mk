# The machine-dependent port: kernel code that knows the seam.
machdep_srcs += $(addprefix port/machdep/,init.c)
