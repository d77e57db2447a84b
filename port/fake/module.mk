# The second seam: images without SystemC and without time (ADR 0008).
thunk_srcs += $(addprefix port/fake/,down.c fake.c fault.c intr.c priv.c \
	probe.c sched.c seeds.c snap.c)

images += races
races_srcs := tests/port/fake/img/races.c tests/port/fake/img/races_entry.S
races_incs := tests/port/fake/img bench/micro
tests += tests/port/fake/test_fake.c
check_deps += $(foreach i,races intr ipl litmus prim torture hello faulty \
	GENERIC ktest,\
	$B/images/$i/image-fake.elf)
check_scripts += tests/port/fake/races_test.sh tests/port/fake/suites_test.sh \
	tests/port/fake/fake_test.sh tests/port/fake/kernel_test.sh
