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
bad=0
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
	    awk '!seen[$1, $2]++' >"$t/out"
	[ ! -s "$t/out" ]
}
names() {	# list: how many there are
	awk '$1 ~ /^(call|const|var|type|tag)$/ { n += NF - 1 }
	    $1 == "field" { n += NF - 2 } END { print n + 0 }' "$kpi/$1"
}
say() {	# ok?, what
	if [ "$1" -eq 0 ]; then
		echo "ok $2"
	else
		echo "not ok $2:"
		cat "$t/out"
		bad=1
	fi
}

if [ $# -gt 0 ]; then
	for list; do
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
	say $? "$list: with LOCKDEBUG"
done
exit $bad
