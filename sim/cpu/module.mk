d := sim/cpu
sim_srcs += $(addprefix $d/,branch.c co.c cpu.c cycles.c gsbase.c hook.c interrupt.c lapic.c \
	lapic_reg.c miss.c params.c path.c priv.c priv_cpuid.c profile.c profile_work.c rep.c smp.c \
	smp_create.c sysregs.c tap.c tlb.c uncached.c watch.c)
asm_srcs += $d/enter.S
tests += $(addprefix tests/$d/,test_miss.c test_branch.c test_rep.c \
	test_priv.c test_gsbase.c test_lapic.c test_lapic_timer.c test_lapic_random.c \
	test_tlb.c test_smp_intr.c)
check_scripts += tests/$d/twins.sh tests/$d/lapic_twins.sh \
	tests/$d/leaf_test.sh
