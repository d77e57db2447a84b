# The network on the whole kernel: programs about bridge(4) and the test interface
# (if_tst.h), on both kernels of the paper.
net_programs := $(sort $(wildcard tests/kernel/net/*.c)) \
	tests/kernel/prog/crew.c

kernels += bridge bridge_mpsafe
bridge_conf := GENERIC
bridge_mpsafe_conf := NET_MPSAFE
bridge_programs := $(net_programs)
bridge_mpsafe_programs := $(net_programs)
bridge_program_incs := tests/kernel/net tests/kernel/prog
bridge_mpsafe_program_incs := tests/kernel/net tests/kernel/prog

check_deps += $(foreach k,bridge bridge_mpsafe,$B/images/$k/image.elf \
	$B/images/$k/image-fake.elf)
