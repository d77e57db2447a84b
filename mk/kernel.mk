# Kernels: images of kernel/, port/machdep/ and programs (port/machdep/program.h),
# made after a configuration in kernel/arch/amd64/conf/.
#
#	make kernel KERNCONF=NET_MPSAFE [OVERLAY=dir]
#
# A file of the overlay takes the place of the one at its path below kernel/:
# dir/net/if_bridge.c of kernel/net/if_bridge.c, headers too.  One that has no
# counterpart is named in dir/FILES, one path a line.
#
# Here a module.mk says which kernels there are:
#
#	kernels += ktest		image's name
#	ktest_conf := GENERIC		its configuration
#	ktest_programs := a.c b.c	sources of its programs
#	ktest_program_incs := dir	and where their headers are

# Any other configuration, a user's, is a kernel of its own name with the programs
# of GENERIC; plain make does not build it.

KERNCONF ?=
ifneq ($(KERNCONF),)
ifneq ($(if $(filter $(KERNCONF),$(kernels)),,$(wildcard \
	kernel/arch/amd64/conf/$(KERNCONF))),)
kernels += $(KERNCONF)
soak_images += $(KERNCONF)
$(KERNCONF)_conf := $(KERNCONF)
$(KERNCONF)_programs := $(GENERIC_programs)
$(KERNCONF)_program_incs := $(GENERIC_program_incs)
endif
endif
kernel_genassym := kernel/arch/amd64/amd64/genassym.cf

# Options and sources of a configuration, by mk/config.awk.
kernel_confs := $(sort $(foreach k,$(kernels),$($k_conf)))
$B/conf/%/kernel.mk: kernel/arch/amd64/conf/% mk/config.awk \
	    kernel/conf/files kernel/arch/amd64/conf/files.amd64
	@mkdir -p $(@D)
	@awk -v top=kernel -v conf=arch/amd64/conf/$* -v out=$(@D) -v name=$* \
	    -f mk/config.awk
	@touch $@
include $(foreach c,$(kernel_confs),$B/conf/$c/kernel.mk)
$(foreach c,$(kernel_confs),$(eval $B/conf/$c/kernel.mk: $($c_read)))

# $1 image, $2 configuration
define kernel_image
images += $1
$1_srcs := $($2_files) $(machdep_srcs) $($1_programs)
$1_incs := $B/conf/$2
$1_program_flags := $(addprefix -I,$($1_program_incs))
$1_defs := -D_KERNEL -D_KERNEL_OPT -fno-omit-frame-pointer $($2_defs)
endef
$(foreach k,$(kernels),$(eval $(call kernel_image,$k,$($k_conf))))

.PHONY: kernel
ifneq ($(filter kernel,$(MAKECMDGOALS)),)
ifeq ($(filter $(kernels),$(KERNCONF)),)
$(error KERNCONF=$(KERNCONF): no such kernel; there are: $(kernels); or make \
	a configuration kernel/arch/amd64/conf/$(KERNCONF))
endif
endif

##	make overlay-check OVERLAY=dir	would it build? all that is in the way
#
# The overlay and the kernel's own objects, not linked (mk/overlay-check.sh).
.PHONY: overlay-check
ifneq ($(filter overlay-check,$(MAKECMDGOALS)),)
check_kernel := $(or $(KERNCONF),GENERIC)
ifeq ($(filter $(check_kernel),$(kernels)),)
$(error KERNCONF=$(check_kernel): no such kernel; there are: $(kernels))
endif
check_flags = $(KERNEL_INC) $(addprefix -I,$($(check_kernel)_incs)) \
	-I$B/images/$(check_kernel) $($(check_kernel)_defs)
overlay-check: $(addprefix $B/images/$(check_kernel)/,$(addsuffix .plain.o,\
	$(basename $($(check_kernel)_srcs))))
	@OVERLAY='$(OVERLAY)' KERNEL=$(check_kernel) OUT=$B/images/$(check_kernel) \
	    SRCS='$($(check_kernel)_srcs)' SEAM='$(plain_seam_obj)' KCC='$(KCC)' \
	    KCFLAGS='$(KCFLAGS)' KFLAGS='$(check_flags)' \
	    MACHDEP_INC='$(MACHDEP_INC)' JSON='$(JSON)' mk/overlay-check.sh
endif
