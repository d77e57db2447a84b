# The seam's simulator side.
thunk_srcs += port/thunk/image.c port/thunk/image_map.c port/thunk/ram.c \
	port/thunk/run.c port/thunk/down.c port/thunk/fault.c port/thunk/gdbjit.c port/thunk/measure.c

# Small images for the tests of the loader and of debuggers.
images += hello faulty torture litmus intr
hello_srcs := tests/port/img/hello.c
faulty_srcs := tests/port/img/faulty.c
torture_srcs := tests/port/img/torture.c tests/port/img/torture_asm.S
litmus_srcs := tests/port/img/litmus.c tests/port/img/litmus_tests.c
intr_srcs := tests/port/img/intr.c tests/port/img/intr_tests.c \
	tests/port/img/intr_entry.S
intr_incs := tests/port/img bench/micro

tests += tests/port/test_image.c
check_deps += $(foreach f,plain image image-stack image-count,$B/images/torture/$f.elf)
check_deps += $B/images/hello/plain.elf $B/images/litmus/image.elf \
	$B/images/intr/image.elf
check_scripts += tests/port/determinism_test.sh tests/port/overlay_test.sh \
	tests/port/gdb_test.sh tests/port/native_test.sh tests/port/run_test.sh \
	tests/port/torture_test.sh tests/port/order_test.sh \
	tests/port/intr_test.sh
