d := sim/cpu
sim_srcs += $d/branch.c $d/cpu.c $d/hook.c $d/lapic.c $d/lapic_reg.c \
	$d/miss.c $d/params.c $d/priv.c $d/priv_cpuid.c $d/rep.c
asm_srcs += $d/enter.S
tests += tests/sim/cpu/test_miss.c tests/sim/cpu/test_branch.c \
	tests/sim/cpu/test_rep.c tests/sim/cpu/test_priv.c
check_scripts += tests/sim/cpu/twins.sh
