#!/bin/sh
# kpi_test.sh: NetBSD's files find here what they use.  For each list in
# kpi/ (what one file of NetBSD of January 2015 includes and uses) kpi.awk
# makes a C file that includes the same and uses each name, with its type; what
# does not compile is printed by name.
#
#	kpi_test.sh			all lists; fails if a goal is incomplete
#	kpi_test.sh kern/kern_lock.c	those, with what is missing also of
#					files that are no goals yet
set -u
: "${B:=build}"
. "$B/kernel.env"
LC_ALL=C
export LC_ALL
kpi=tests/kernel/kpi
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
mkdir "$t/conf"
awk -v top=kernel -v conf=arch/amd64/conf/GENERIC -v out="$t/conf" \
    -v name=GENERIC -f mk/config.awk || exit 1

# missing list [option...]: what the compiler says, one line for each name,
# `kind name: what'.  An error in a header itself is of that header's place.
missing() {
	list=$1
	shift
	awk -f $kpi/kpi.awk $kpi/interface "$kpi/$list" >"$t/x.c"
	# shellcheck disable=SC2086 # lists
	$KCC $KCFLAGS "$@" $KERNEL_INC $KERNEL_DEFS -D_KERNEL_OPT \
	    -I"$t/conf" \
	    -ftrack-macro-expansion=0 -fmax-errors=0 -fsyntax-only \
	    -Werror=implicit-function-declaration -Werror=int-conversion \
	    -Werror=incompatible-pointer-types \
	    "$t/x.c" 2>&1 |
	    sed -nE -e 's,^kpi/([a-z]+)/([^:]*):[0-9:]+ (fatal )?error: ,\1 \2: ,p;t' \
		-e 's,^[^ ]+:[0-9]+:([0-9]+:)? (fatal )?error: .*,header &,p' |
	    sed "s/' undeclared .*/' is not declared/" |
	    awk '!seen[$1, $2]++' >"$t/out"
	[ ! -s "$t/out" ]
}
names() {	# list: how many there are
	awk '$1 ~ /^(call|const|var|type|tag)$/ { n += NF - 1 }
	    $1 == "field" { n += NF - 2 } END { print n + 0 }' "$kpi/$1"
}
. tests/say.subr
seen="$t/out"

if [ $# -gt 0 ]; then
	for list; do
		[ -f "$kpi/$list" ] || {
			echo "kpi_test.sh: no $kpi/$list; a new list is a new file there"
			exit 2
		}
		missing "$list"
		say $? "$list: $(names "$list") names"
	done
	exit $bad
fi

for list in $(cd $kpi && grep -rl '^goal$' . | sort); do
	list=${list#./}
	missing "$list"
	say $? "$list: $(names "$list") names"
done
# With LOCKDEBUG too, where the locks' headers say something else.
for list in kern/kern_mutex.c kern/kern_rwlock.c kern/kern_lock.c; do
	missing $list -DLOCKDEBUG
	sed -i '/^const __HAVE_.*STUBS:/d' "$t/out"	# kern_mutex.c #undefs
	[ ! -s "$t/out" ]
	say $? "$list: with LOCKDEBUG"
done

# ---- files of our own, written as NetBSD's are (overlay/alt): of all that the
# kernel's headers have, they use only what their lists have
# shellcheck disable=SC2046 # a list
ctags -x --c-kinds=defmpstuvx --_xformat=%N -R --languages=C \
    --langmap=C:.h.c kernel/sys kernel/arch/amd64/include \
    kernel/arch/x86/include kernel/dev kernel/lib kernel/uvm \
    $(find kernel/net -name '*.h') | sort -u >"$t/names"
strange() {	# file list: names of the headers that the list has not
	ctags -x --c-kinds=defmpstuvxlz --_xformat=%N "$1" >"$t/known"
	awk '$1 ~ /^(call|const|var|tag|type|field)$/ {
	    for (i = 2; i <= NF; i++) print $i }' "$kpi/$2" >>"$t/known"
	printf '%s\n' bool true false u_int uint8_t uint32_t uint64_t >>"$t/known"
	$KCC -fpreprocessed -dD -E -P "$1" 2>/dev/null | grep -v '^#include' |
	    sed 's/"[^"]*"//g' | grep -oE '[A-Za-z_][A-Za-z0-9_]*' | sort -u |
	    comm -12 - "$t/names" >"$t/used"
	sort -u "$t/known" | comm -13 - "$t/used" >"$t/out"
	[ ! -s "$t/out" ]
}
for list in $(cd tests/kernel/overlay/alt && find . -name '*.c' | sort); do
	list=${list#./}
	strange "tests/kernel/overlay/alt/$list" "$list"
	say $? "overlay/alt/$list uses $(wc -l <"$t/used") names, all of its list"
done
sed 's/KASSERT(item != NULL)/KASSERT(curlwp != NULL)/' \
    tests/kernel/overlay/alt/kern/subr_pcq.c >"$t/subr_pcq.c"
! strange "$t/subr_pcq.c" kern/subr_pcq.c && [ "$(cat "$t/out")" = curlwp ]
say $? 'twin: a name that the list has not'

# ---- twins: a header or a list with one fault, which is noticed by name
twin() {	# header sed-script list kind name
	mkdir -p "$t/over/${1%/*}"
	sed "$2" "kernel/$1" >"$t/over/$1"
	! cmp -s "kernel/$1" "$t/over/$1" && ! missing "$3" "-I$t/over" &&
	    grep -q "^$4 $5: " "$t/out" && [ "$(wc -l <"$t/out")" -le "${6:-1}" ]
	say $? "twin of $1: $(head -n 1 "$t/out")"
	rm -r "$t/over"
}
twin sys/kmem.h '/kmem_zalloc(/d' kern/subr_pcq.c call kmem_zalloc
twin sys/kmem.h '/kmem_zalloc(/s/size_t/int/' kern/subr_pcq.c call kmem_zalloc
twin sys/pcq.h '/define PCQ_MAXLEN/d' kern/subr_pcq.c const PCQ_MAXLEN
twin sys/intr.h '/define SOFTINT_RCPU/s/0x0200/0x0400/' net/pktqueue.c \
    const SOFTINT_RCPU
twin sys/evcnt.h 's/ev_count/ev_counter/' kern/subr_pserialize.c \
    field evcnt.ev_count 9
twin sys/lwp.h 's/l_kpribase/l_kbase/' kern/kern_softint.c \
    field lwp.l_kpribase 9
twin sys/queue.h '/define.TAILQ_REMOVE/s/TAILQ_REMOVE/TAILQ_REMOVED/' \
    kern/subr_pserialize.c call TAILQ_REMOVE
twin sys/systm.h '/int ncpu;/d' kern/subr_workqueue.c var ncpu 9
twin sys/workqueue.h 's/struct work /struct job /' kern/subr_workqueue.c tag work 9
twin sys/mutex.h '/ifdef __MUTEX_PRIVATE/s/MUTEX/NOBODY/' kern/kern_mutex.c \
    call mutex_vector_enter 99
mkdir -p "$t/lists/kern"
sed 's,<sys/pcq.h>,<sys/pcqueue.h>,' $kpi/kern/subr_pcq.c \
    >"$t/lists/kern/subr_pcq.c"
cp $kpi/kpi.awk $kpi/interface "$t/lists"
(kpi=$t/lists && ! missing kern/subr_pcq.c) &&
    grep -q '^header sys/pcqueue.h: ' "$t/out" &&
    grep -q '^call pcq_create: ' "$t/out"
say $? "twin of a list: $(head -n 1 "$t/out")"
exit $bad
