# What kernels have in place of a shell; every kernel has it.
machdep_srcs += $(addprefix port/user/,command.c events.c)
