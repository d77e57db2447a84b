# Rangeley: one non-recursive build.  Each folder's module.mk adds its files
# to the lists below; mk/worlds.mk says how each list is compiled and
# mk/packages.mk which Debian packages are needed.  `make help' lists targets.
#
#	B=dir		build there (default build; build-san with SAN)
#	SAN=flags	e.g. SAN=-fsanitize=address,undefined
#	OPT=-O1		optimisation of the simulator (never of images)
#	CC= CXX=	compilers of the simulator (never of images)
B	?= build$(if $(SAN),-san)
# make takes a blank for the end of a name.
$(foreach v,CURDIR B OVERLAY,$(if $(word 2,$($v)),$(error $v=$($v): make cannot \
	work with a path that has blanks; rename or move that folder)))
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc)	# a -j on the command line wins
endif

include mk/packages.mk mk/worlds.mk

sim_srcs :=		# sim/*.c           -> librangeley.a
sc_srcs :=		# sim/sc/*.cc       -> librangeley.a
thunk_srcs :=		# port/thunk/*.c    -> librangeley.a
asm_srcs :=		# *.S of the simulator -> librangeley.a
machdep_srcs :=		# port/machdep/*.[cS] -> kernels
kernels :=		# images that are kernels: mk/kernel.mk
app_srcs :=		# app/*.c           -> build/rangeley
annotate_srcs :=	# sim/cpu/annotate/*.c -> build/annotate
annotate_main :=	# its main
tests :=		# tests/.../test_x.c -> build/tests/.../test_x, run by check
check_scripts :=	# tests/.../*.sh, run by check: exit 0, 1, 77 (skipped)
check_deps :=		# files that the scripts need besides the programs
run_deps :=		# files that make run needs besides rangeley
bench_targets :=	# targets of make bench
soak_images :=		# images that make does not build, but soak needs
soak_targets :=		# targets of make soak: too long for make check

include $(wildcard sim/*/module.mk sim/*/*/module.mk port/*/module.mk \
	app/module.mk bench/*/module.mk tests/module.mk \
	tests/kernel/module.mk tests/kernel/net/module.mk)
include mk/kernel.mk mk/image.mk mk/fuzz.mk mk/targets.mk
