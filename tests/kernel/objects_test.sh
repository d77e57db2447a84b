#!/bin/sh
# objects_test.sh: what can be seen of kernel/ without running it.
#
#	names		those of one width are one function
#	locked		what atomic.S and lock_stubs.S do to memory is LOCKed
#	exchange	what other files must do by XCHG is
#	bus		what bus_space and bus_dma declare is defined
#	edge		img/edge.c tests every function that sys/atomic.h has
#	headers		each can be included alone, or those of the machine after
#			sys/param.h; but parts of others
#	world		a kernel source cannot include the simulator or libc
#	overlay		a header of the machine can be replaced: without
#			__HAVE_ATOMIC_AS_MEMBAR, pcq needs a barrier
#
# What objects define is in symbols_test.sh.  LOCK has to be looked for here: on
# the machine CPUs take turns between instructions, so one that reads and writes
# is never divided there.
set -u
: "${B:=build}"
. "$B/kernel.env"
LC_ALL=C
export LC_ALL
objs=$B/images/prim
t=$(mktemp -d)
over=$t/overlay.$$ odir=$B/images/prim-overlay.$$
trap 'rm -rf "$t" "$odir"' EXIT

. tests/say.subr
seen="$t/out"

# ---- names
names() {	# object: types of 4 bytes, and of 8, have the same addresses
	nm -g --defined-only "$1" | awk '$3 ~ /atomic_/ {
		one = $3
		sub(/^_/, "", one)
		sub(/_u?int/, "_32", one)
		sub(/_(u?long|ptr)/, "_64", one)
		if (!(one in at))
			at[one] = $1
		if (at[one] != $1) {
			print $3 " is not " one
			wrong = 1
		}
		n++
		if (!($1 in seen))
			different++
		seen[$1]
	}
	END { print n + 0 " for " different + 0; exit wrong || different != 26 }'
}
names "$objs/kernel/arch/amd64/amd64/atomic.plain.o" >"$t/out"
say $? "names: $(tail -n 1 "$t/out") functions"
sed 's/^NAME(atomic_or_ptr,.*/NAME(atomic_or_ptr, _atomic_or_32)/' \
    kernel/arch/amd64/amd64/atomic.S >"$t/twin.S"
# shellcheck disable=SC2086 # lists
$KCC $KERNEL_INC $KERNEL_DEFS -c "$t/twin.S" -o "$t/twin.o" &&
    ! names "$t/twin.o" >"$t/out" && grep -q 'atomic_or_ptr is not' "$t/out"
say $? 'names: one that is of another width is noticed'

# ---- locked
# Functions that change memory at (%rdi) after having read it there: all must
# be LOCKed but the _ni, and the two of mutex(9) whose point is that they are
# not.  Prints what is wrong; last the number of those seen.
locked() {	# object
	objdump -d --no-show-raw-insn "$1" | awk '
	/^[0-9a-f]+ <.*>:$/ { name = $2; gsub(/[<>:]/, "", name) }
	/\(%rdi\)$/ && /\t(lock )?(add|sub|inc|dec|and|or|xor|not|neg|xadd|cmpxchg|bt[src])[bwlq]? / {
		plain = $0 !~ /\tlock /
		if (plain != (name ~ /_ni$|^mutex_(spin_)?exit$/)) {
			print name ": " $0
			wrong = 1
		}
		n++
	}
	END { print n + 0; exit wrong || n == 0 }'
}
# Offsets as in memory, so that a lock's word is at (%rdi).
mkdir "$t/inc"
for def in CPU_INFO_SELF=0 CPU_INFO_CURLWP=8 CPU_INFO_ILEVEL=16 \
    CPU_INFO_IPENDING=20 CPU_INFO_IUNMASK=24 CPU_INFO_MTX_COUNT=64 \
    CPU_INFO_MTX_OLDSPL=68 MTX_OWNER=0 MTX_IPL=1 MTX_LOCK=0 RW_OWNER=0 \
    RW_READER=0 RW_READ_INCR=16 RW_HAS_WAITERS=1 RW_WRITE_WANTED=2 \
    RW_WRITE_LOCKED=4; do
	echo "#define ${def%=*} ${def#*=}"
done >"$t/inc/assym.h"
# The rest: any, but different.
awk 'FNR == NR { has[$2] } FNR != NR && $1 == "define" && !($2 in has) {
	print "#define", $2, 256 + 8 * n++ }' "$t/inc/assym.h" \
    kernel/arch/amd64/amd64/genassym.cf >"$t/rest"
cat "$t/rest" >>"$t/inc/assym.h"
asm() {	# source object
	# shellcheck disable=SC2086 # lists
	$KCC $KERNEL_INC $KERNEL_DEFS -I"$t/inc" -D__ASSEMBLER__ -c "$1" -o "$2"
}
for o in atomic lock_stubs; do
	asm kernel/arch/amd64/amd64/$o.S "$t/$o.o"
	locked "$t/$o.o" >"$t/out"
	say $? "locked: $o.S, $(tail -n 1 "$t/out") instructions"
done

# Twins: each LOCK taken away, one at a time.
unlocked() {	# name: all that can be made of one file
	src=kernel/arch/amd64/amd64/$1.S
	n=0 missed=0
	for line in $(grep -n '^	lock$' $src | cut -d: -f1); do
		sed "${line}d" $src >"$t/twin.S"
		asm "$t/twin.S" "$t/twin.o" 2>"$t/out" || missed=$((missed + 1))
		! locked "$t/twin.o" >"$t/out" || missed=$((missed + 1))
		n=$((n + 1))
	done
	[ $n -gt 0 ] && [ $missed -eq 0 ]
}
for o in atomic lock_stubs; do
	unlocked $o
	say $? "locked: $n twins of $o.S without one LOCK are noticed"
done

# What has to be an XCHG, which is LOCKed without saying so; or is one in atomic.S.
# ci_curlwp is stored by one when an LWP comes back to a CPU (locore.S says why),
# and the end of a wait for KERNEL_LOCK must be seen before any mutex_exit.
exchanges() {	# object function operand: does it do just one, of that?
	objdump -dr --no-show-raw-insn "$1" | awk -v f="$2" -v what="$3" '
	/^[0-9a-f]+ <.*>:$/ && !/<rge?\./ { name = $2; gsub(/[<>:]/, "", name) }
	name == f && (/\txchg .*[()]|\txchg .*%gs:/ || /PLT32\tatomic_swap_/) {
		n++
		if (index($0, what) == 0)
			wrong = 1
	}
	END { exit wrong || n != 1 }'
}
cc() {	# source object
	case $1 in
	*.S) asm "$1" "$2" ;;
	# shellcheck disable=SC2086 # lists
	*)  $KCC $KCFLAGS $KERNEL_INC $KERNEL_DEFS -c "$1" -o "$2" ;;
	esac
}
exchange() {	# source function operand sed-script: the twin, by a MOV
	obj=$t/${1##*/}
	cc "$1" "$obj.o" 2>"$t/out" && exchanges "$obj.o" "$2" "$3"
	say $? "exchange: $2, of $3"
	sed "/$2/,/^END($2)\|^}/$4" "$1" >"$t/twin.${1##*.}"
	! cmp -s "$1" "$t/twin.${1##*.}" &&
	    cc "$t/twin.${1##*.}" "$t/twin.o" 2>"$t/out" &&
	    ! exchanges "$t/twin.o" "$2" "$3"
	say $? "exchange: $2 with a MOV is noticed"
}
mov='s/	xchg\([bq]\)/	mov\1/'
exchange port/machdep/locore.S cpu_switchto '%gs:0x8' "$mov"
exchange port/machdep/spl.S Xsoftintr '%gs:0x8' "$mov"
exchange kernel/kern/kern_lock.c _kernel_lock atomic_swap_ptr \
    's/(void)atomic_swap_ptr(&\(.*\), owant)/\1 = owant/'
exchange kernel/arch/amd64/amd64/lock_stubs.S mutex_spin_enter '(%rdi)' "$mov"
for o in 32:l 64:q; do
	exchange kernel/arch/amd64/amd64/atomic.S "_atomic_swap_${o%:*}" \
	    '(%rdi)' "s/xchg${o#*:}/mov${o#*:}/"
done

# What a barrier is made of; exit and producer have nothing to do on amd64.
objdump -d --no-show-raw-insn "$objs/kernel/arch/amd64/amd64/atomic.plain.o" |
    awk '/^[0-9a-f]+ <.*>:$/ { name = $2 } name ~ /<_?membar_/ && NF > 1 &&
	$1 ~ /:$/ { print name, $2 }' | sed 's/[<>:]//g; s/ _/ /' >"$t/out"
for want in '(sync|enter) mfence' 'consumer lfence'; do
	grep -qE "^_?membar_$want$" "$t/out"
	say $? "barriers: $want"
done
nm "$objs/kernel/arch/amd64/amd64/atomic.plain.o" |
    awk '{ at[$3] = $1 } END {
	exit !(at["membar_enter"] == at["membar_sync"] &&
	    at["membar_exit"] == at["membar_producer"]) }'
say $? 'barriers: enter is sync, exit is producer'

# ---- bus
# Each function that a header of bus_space and bus_dma declares or calls is a
# macro there or is defined in a kernel.
bus_missing() {	# header...
	cat "$@" kernel/sys/bus.h kernel/arch/amd64/include/bus_*.h >"$t/bus"
	nm "$B/images/ktest/plain.elf" | cut -d' ' -f3 >"$t/has"
	sed -nE 's/^#define[ 	]+(bus_[a-z0-9_]*)\(.*/\1/p' "$t/bus" >>"$t/has"
	grep -oE '\bbus_(space|dma[a-z]*)_[a-z0-9_]*\(' "$t/bus" | tr -d '(' |
	    sort -u | grep -vxFf "$t/has"
}
[ -z "$(bus_missing kernel/sys/bus_proto.h | tee "$t/out")" ]
say $? 'bus: each function of the headers is there'
{ cat kernel/sys/bus_proto.h && echo 'int bus_space_nowhere(int);'; } >"$t/proto.h"
[ "$(bus_missing "$t/proto.h")" = bus_space_nowhere ]
say $? 'bus: one that is nowhere is noticed'

# ---- edge
grep -oE 'atomic_[a-z0-9_]+\(' kernel/sys/atomic.h | tr -d '(' | sort >"$t/has"
nm -u -f posix "$objs/tests/kernel/img/edge.plain.o" | cut -d' ' -f1 |
    grep '^atomic_' | sort >"$t/tests"
diff "$t/has" "$t/tests" >"$t/out" && [ "$(wc -l <"$t/has")" -ge 60 ]
say $? "edge: all $(wc -l <"$t/has") functions of sys/atomic.h are tested"

# ---- headers and world
compile() {	# text
	# shellcheck disable=SC2086 # lists
	printf '%s\n' "$1" | $KCC $KCFLAGS $KERNEL_INC $KERNEL_DEFS -Werror \
	    -fsyntax-only -x c - >"$t/out" 2>&1
}
n=0
# Parts of one .c file each are left out.
for h in $(cd kernel && find sys lib net dev uvm -name '*.h' ! -name spl.h \
    ! -name bus_proto.h ! -name netisr_dispatch.h | grep -vE \
    '^dev/pci/wm_|^net/(bridge_.*|bstp_.*|bpf_ioctl|if_(addr|control)|ether_(text|control))\.h$') \
    $(cd kernel/arch/amd64/include && printf 'machine/%s ' *.h) \
    $(cd kernel/arch/x86/include && printf 'x86/%s ' *.h); do
	first=
	case $h in machine/* | x86/*) first='#include <sys/param.h>' ;; esac
	compile "$first
#include <$h>
#include <$h>" || say 1 "headers: $h alone"
	n=$((n + 1))
done
say 0 "headers: $n, each alone and twice"
for h in seam.h stdint.h stddef.h stdio.h sim/core/tick.h; do
	! compile "#include <$h>" || say 1 "world: a kernel source sees $h"
done
compile '#include <sys/types.h>'
say $? 'world: kernel sources see kernel/ alone'

# ---- overlay
overlay() {	# path sed-script
	rm -rf "$over"
	mkdir -p "$over/${1%/*}"
	sed "$2" "$1" >"$over/$1"
	make -s B="$B" IMAGE=prim OVERLAY="$over" "$odir/plain.elf" \
	    >"$t/out" 2>&1
}
overlay kernel/arch/amd64/include/types.h '/__HAVE_ATOMIC_AS_MEMBAR/d' &&
    nm -u "$odir/kernel/kern/subr_pcq.plain.o" |
	grep -q ' membar_producer$' &&
    "$B/native-run" "$odir/plain.elf" >"$t/out"
say $? 'overlay: a header of machine/ is replaced'
overlay kernel/arch/x86/include/lock.h \
    's/^#define __SIMPLELOCK_LOCKED_P.*/#define __SIMPLELOCK_LOCKED_P(l) 0/' &&
    ! "$B/native-run" "$odir/plain.elf" >"$t/out"
say $? 'overlay: a header of x86/ is replaced'
mkdir -p "$over/kernel/arch/x86/include"
: >"$over/kernel/arch/x86/include/nobody.h"
! make -s B="$B" IMAGE=prim OVERLAY="$over" "$odir/plain.elf" >"$t/out" 2>&1 &&
    grep -q 'include/nobody.h replaces nothing' "$t/out"
say $? 'overlay: a header that nobody includes is refused'
exit $bad
