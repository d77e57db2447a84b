# What must be installed, in one place.  $B/config.mk is made first: its
# recipe checks the packages, installs them when root, and writes down what
# pkg-config says; make then reads itself again with these values.
packages := gcc-12 g++ libsystemc-dev libinih-dev libjansson-dev uthash-dev \
	llvm-14 clang-14 clang-format-14 check libsubunit-dev pkg-config \
	csmith valgrind gdb binutils universal-ctags mandoc jq git \
	gnuplot-nox libdw-dev libpcap-dev
# What only tests use.  Who is not root is told, and these tests are skipped.
check_packages := tshark python3-scapy

# clean and help need none of this.
ifneq ($(filter-out clean help,$(or $(MAKECMDGOALS),all)),)
include $B/config.mk
endif

# dpkg's status file changes whenever a package comes or goes.  $B/source is
# where the programs built here find scenarios/ and the like: a tree that is moved or
# copied with its build takes its own.
$B/config.mk: mk/packages.mk mk/packages.sh $(wildcard /var/lib/dpkg/status)
	@mk/packages.sh $(packages)
	@mkdir -p $(@D)
	@ln -sfn $(if $(filter $(CURDIR),$(abspath $B/..)),..,$(CURDIR)) $(@D)/source
	@{ echo "PKG_CFLAGS := $$(pkg-config --cflags inih jansson libpcap)" && \
	   echo "PKG_LIBS := $$(pkg-config --libs inih jansson libpcap)" && \
	   echo "DW_LIBS := $$(pkg-config --libs libdw libelf)" && \
	   echo "CHECK_CFLAGS := $$(pkg-config --cflags check)" && \
	   echo "CHECK_LIBS := $$(pkg-config --libs check)"; } >$@

$B/check-packages: mk/packages.mk mk/packages.sh $(wildcard /var/lib/dpkg/status)
	@mk/packages.sh $(check_packages) || [ "$$(id -u)" -ne 0 ]
	@touch $@
