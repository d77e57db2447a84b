# What kernels have in place of a shell; every kernel has it.
machdep_srcs += $(addprefix port/user/,biglock.c brconfig.c command.c events.c ifcmd.c \
	intrctl.c mbufs.c serve.c)

tests += tests/port/user/test_intrtable.c
check_scripts += tests/port/user/events_test.sh tests/app/brconfig_test.sh
