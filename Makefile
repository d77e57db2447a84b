# Rangeley: one non-recursive build.  Each folder's module.mk adds its files
# to the lists below; mk/worlds.mk says how each list is compiled.
B	?= build
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

include mk/worlds.mk

sim_srcs :=		# sim/*.c           -> librangeley.a
sc_srcs :=		# sim/sc/*.cc       -> librangeley.a
thunk_srcs :=		# port/thunk/*.c    -> librangeley.a
asm_srcs :=		# *.S of the simulator -> librangeley.a
app_srcs :=		# app/*.c           -> build/rangeley
annotate_srcs :=	# sim/cpu/annotate/*.c -> build/annotate
annotate_main :=	# its main
tests :=		# tests/.../test_x.c -> build/tests/test_x, run by check

include $(wildcard sim/*/module.mk sim/*/*/module.mk port/*/module.mk \
	app/module.mk bench/*/module.mk tests/module.mk)
include mk/image.mk mk/targets.mk
