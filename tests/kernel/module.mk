# The kernel's primitives on a bare image: no port/machdep yet, so what they
# need of it and of kmem(9) is in tests/kernel/img/double.c.
images += prim
prim_srcs := kernel/arch/amd64/amd64/atomic.S \
	kernel/arch/amd64/amd64/lock_stubs.S kernel/kern/subr_pcq.c \
	$(addprefix tests/kernel/img/,prim.c double.c \
	edge.c race.c ring.c ring_race.c)
prim_incs := tests/kernel/img kernel $B/kernel-include
prim_cflags := -D_KERNEL -DLOCKDEBUG	# no mutex and rwlock in lock_stubs.S

# Tests of the whole kernel: programs on GENERIC, with LOCKDEBUG too.
kernels += ktest
ktest_conf := GENERIC
ktest_programs := $(sort $(wildcard tests/kernel/prog/*.c))
ktest_program_incs := tests/kernel/prog

kernels += lockdebug
soak_images += lockdebug
costs: $B/images/lockdebug/image.elf	# make check builds it
lockdebug_conf := LOCKDEBUG
lockdebug_programs = $(ktest_programs) tests/kernel/lockdebug/lockdebug.c
lockdebug_program_incs := $(ktest_program_incs)

# Interrupts, levels and the softint switch of port/machdep, with a double of the
# kernel that has no scheduler.
images += ipl
ipl_srcs := kernel/arch/amd64/amd64/atomic.S \
	kernel/arch/amd64/amd64/lock_stubs.S \
	$(addprefix port/machdep/,bus_space.c cpufunc.S idt.c intr.c ipi.c \
	lapic.c locore.S probe.c spl.S tsc.c vector.S) \
	$(addprefix tests/kernel/img/ipl/,ipl.c double.c lib.c)
ipl_incs := $B/conf/GENERIC
ipl_defs := -D_KERNEL -D_KERNEL_OPT -fno-omit-frame-pointer \
	-Itests/kernel/img/ipl $(GENERIC_defs)

check_deps += $B/images/ipl/image.elf $B/images/ktest/image.elf
check_deps += $B/images/ktest/image-fake.elf $B/images/prim/image.elf \
	$B/images/table1/image.elf $B/images/table1/image-fake.elf \
	$B/kernel.env
check_deps += $B/images/lockdebug/image.elf
check_scripts += $(addprefix tests/kernel/,table1_test.sh traps_test.sh \
	suites_test.sh wakeup_test.sh locks_test.sh memory_test.sh mix_test.sh \
	intr_test.sh lockdebug_test.sh layout_test.sh boot_test.sh \
	lockbench_test.sh \
	machdep_test.sh ipl_test.sh prim_test.sh prim_twins.sh \
	objects_test.sh overlay_test.sh overlay_kernel_test.sh kpi_test.sh symbols_test.sh \
	link_test.sh wmreg_test.sh)

# How a source below kernel/ is compiled, for scripts, of which docs/OVERLAYS.md has some.
all: $B/kernel.env
$B/kernel.env: FORCE
	@mkdir -p $(@D)
	@printf "%s='%s'\n" KCC '$(KCC)' KCFLAGS '$(KCFLAGS)' \
	    KERNEL_INC '$(KERNEL_INC)' KERNEL_DEFS '$(KERNEL_DEFS)' \
	    MACHDEP_INC '$(MACHDEP_INC)' PRIM_CFLAGS '$(prim_cflags)' \
	    LD_IMAGE '$(LD_IMAGE)' KERNELS '$(kernels)' PRIM_SRCS '$(prim_srcs)' PRIM_SEAM '$(plain_seam_obj)' >$@

# Longer: seeded errors of each part of the kernel, each of which its programs
# must notice; alternative files, and NetBSD's own if NETBSD says where; many schedules on the fake machine; 10^6
# contended exits of a mutex there, and 1000 schedules of each witness of Table 1;
# the mix.
##	make soak-kernel	seeded errors in the kernel, and its long tests
soak_targets += soak-kernel
.PHONY: soak-kernel
soak-kernel: all $B/kernel.env
	B=$B tests/run.sh $(addprefix tests/kernel/,locks_bugs.sh sched_bugs.sh \
	    memory_bugs.sh crosscall_bugs.sh mix_bugs.sh mbuf_bugs.sh \
	    ifnet_bugs.sh alt_test.sh)
	B=$B tests/kernel/netbsd_test.sh || [ $$? -eq 77 ]
	B=$B tests/kernel/suites_test.sh soak
	B=$B tests/kernel/wakeup_test.sh soak
	B=$B tests/kernel/table1_test.sh soak
	$(MAKE) $B/images/lockdebug/image.elf $B/images/lockdebug/image-fake.elf
	B=$B KERNEL=lockdebug tests/kernel/suites_test.sh soak
	B=$B tests/kernel/locks_test.sh exits=1000000 rwloops=30000 rounds=50000
	B=$B tests/kernel/mix_test.sh ops=10000000
