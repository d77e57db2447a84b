# The compile worlds.  What a world may include is its include path; nothing
# else holds the layering (docs/ARCHITECTURE.md).
#
#   sim       the machine model      sees sim/
#   thunk     the seam's simulator side  sees sim/ and port/
#   app       composition root       sees sim/, port/ and app/
#   annotate  build-time tool        sees sim/cpu/
#   image     freestanding, annotated    sees port/seam.h and its own folder

WARN	:= -Wall -Wextra -Wstrict-prototypes -Wmissing-prototypes \
	   -Wpointer-arith -Wundef -Wshadow \
	   $(if $(SAN),,-Werror)	# sanitizers confuse gcc's warnings
CC	:= gcc
CXX	:= g++
KCC	:= gcc-12
OPT	?= -O3
SAN	?=

BASE_CFLAGS := -std=gnu11 -g $(OPT) $(SAN) -fno-strict-aliasing \
	   -ffile-prefix-map=$(CURDIR)=. $(WARN) -D_GNU_SOURCE $(PKG_CFLAGS)

CFLAGS_sim	:= $(BASE_CFLAGS) -Isim
CFLAGS_thunk	:= $(BASE_CFLAGS) -Isim -Iport
CFLAGS_app	:= $(BASE_CFLAGS) -Isim -Iport -Iapp
CFLAGS_annotate	:= $(BASE_CFLAGS) -Isim
CFLAGS_test	:= $(BASE_CFLAGS) -Isim -Iport -Iapp -Itests \
		   $(CHECK_CFLAGS)
CXXFLAGS_sc	:= -std=c++17 -g $(OPT) $(SAN) -Wall -Wextra -Isim

# The image's compiler and flags are pinned: they decide what is timed.
KCFLAGS	:= -std=gnu99 -O2 -march=silvermont -mgeneral-regs-only -mno-red-zone \
	   -ffreestanding -fno-builtin -fno-strict-aliasing -fcommon \
	   -fno-delete-null-pointer-checks -fno-pic -fno-pie \
	   -fno-stack-protector -fcf-protection=none -fno-ipa-ra -ffixed-r14 \
	   -g -ffile-prefix-map=$(CURDIR)=. \
	   -Wall -Wextra -Wno-unused-parameter
