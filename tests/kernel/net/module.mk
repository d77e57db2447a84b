# The network on the whole kernel: programs about bridge(4) and the test interface
# (if_tst.h), on both kernels of the paper.
net_programs := $(sort $(wildcard tests/kernel/net/*.c)) \
	$(addprefix tests/kernel/prog/,bpfdev.c crew.c ifnet.c)

kernels += bridge bridge_mpsafe
bridge_conf := GENERIC
bridge_mpsafe_conf := NET_MPSAFE
bridge_programs := $(net_programs)
bridge_mpsafe_programs := $(net_programs)
bridge_program_incs := tests/kernel/net tests/kernel/prog
bridge_mpsafe_program_incs := tests/kernel/net tests/kernel/prog

check_deps += $(foreach k,bridge bridge_mpsafe,$B/images/$k/image.elf \
	$B/images/$k/image-fake.elf)
check_scripts += tests/kernel/net_test.sh tests/kernel/mix_net_test.sh

# Longer: errors in bridge and driver that its programs must notice, many schedules,
# 10^6 frames under changes.
##	make soak-net	the network: seeded errors, long runs
soak_targets += soak-net
.PHONY: soak-net
soak-net: all $B/kernel.env
	B=$B tests/run.sh tests/kernel/net_bugs.sh tests/kernel/bridge_bugs.sh
	B=$B KERNEL=bridge tests/run.sh tests/kernel/net_bugs.sh \
		tests/kernel/bridge_bugs.sh
	B=$B tests/kernel/net_test.sh soak
	B=$B SEEDS=1..4 tests/kernel/mix_net_test.sh
	B=$B SEEDS=1..1 TWICE= tests/kernel/mix_net_test.sh frames=1000008
