# The kernel, at NetBSD's paths.  An image links what it needs of it.
kernel_srcs += kernel/arch/amd64/amd64/atomic.S \
	kernel/arch/amd64/amd64/lock_stubs.S kernel/kern/subr_pcq.c
