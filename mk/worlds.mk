# The compile worlds.  What a world may include is its include path; nothing
# else holds the layering (docs/ARCHITECTURE.md).
#
#   sim       the machine model      sees sim/
#   thunk     the seam's simulator side  sees sim/ and port/
#   app       composition root       sees sim/, port/ and app/
#   annotate  build-time tool        sees sim/cpu/
#   image     freestanding, annotated    sees port/seam.h and its own folder
#   kernel    image code below kernel/   sees kernel/ alone, at NetBSD's paths
#   machdep   port/machdep/, a kernel's programs  sees that, kernel/, port/seam.h

WARN	:= -Wall -Wextra -Wstrict-prototypes -Wmissing-prototypes \
	   -Wpointer-arith -Wundef -Wshadow \
	   $(if $(SAN),,-Werror)	# sanitizers confuse gcc's warnings
CC	:= gcc
CXX	:= g++
KCC	:= gcc-12
KAS	:= as --64	# what $(KCC) -c calls
OPT	?= -O3
SAN	?=

BASE_CFLAGS := -std=gnu11 -g $(OPT) $(SAN) -fno-strict-aliasing \
	   -ffile-prefix-map=$(CURDIR)=. $(WARN) -D_GNU_SOURCE $(PKG_CFLAGS)

CFLAGS_sim	:= $(BASE_CFLAGS) -Isim
CFLAGS_thunk	:= $(BASE_CFLAGS) -Isim -Iport
CFLAGS_app	:= $(BASE_CFLAGS) -Isim -Iport -Iapp
CFLAGS_annotate	:= $(BASE_CFLAGS) -Isim
CFLAGS_test	:= $(patsubst -O3,-O1,$(BASE_CFLAGS)) -Isim -Iport -Iapp -Itests \
		   $(CHECK_CFLAGS)
CXXFLAGS_sc	:= -std=c++17 -g $(OPT) $(SAN) -Wall -Wextra -Isim

# The image's compiler and flags are pinned: they decide what is timed.
#
#	-std=gnu99 -fno-strict-aliasing -fcommon	what kernel C of 2015
#	    -fno-delete-null-pointer-checks		was written for
#	-fno-pic -fno-pie		text below 2 GB, as a kernel's is linked
#	-march=silvermont -O2		the instructions of the machine
#	-mgeneral-regs-only -mno-red-zone	no FPU in a kernel; interrupts
#					push onto the stack in use
#	-ffreestanding -fno-builtin	a loop stays a loop: no call of memcpy
#	-fno-stack-protector -fcf-protection=none -fno-ipa-ra	calls cost what
#					they did then
#	-ffixed-r14			the clock's register (sim/cpu/hook_abi.h)
KCFLAGS	:= -std=gnu99 -O2 -march=silvermont -mgeneral-regs-only -mno-red-zone \
	   -ffreestanding -fno-builtin -fno-strict-aliasing -fcommon \
	   -fno-delete-null-pointer-checks -fno-pic -fno-pie \
	   -fno-stack-protector -fcf-protection=none -fno-ipa-ra -ffixed-r14 \
	   -g -ffile-prefix-map=$(CURDIR)=. \
	   -Wall -Wextra -Wno-unused-parameter

# What sources below kernel/ get besides, and all they may include: <sys/x.h>
# is kernel/sys/x.h, <machine/x.h> is kernel/arch/amd64/include/x.h.
KERNEL_DEFS := -D_KERNEL -DMULTIPROCESSOR -DDIAGNOSTIC
KERNEL_INC := -nostdinc -Ikernel -I$B/kernel-include
KCC_INC := -isystem $(shell $(KCC) -print-file-name=include)
MACHDEP_INC := -I$B/include -Iport/machdep -Iport/user $(KCC_INC)
