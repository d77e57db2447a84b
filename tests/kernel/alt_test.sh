#!/bin/sh
# alt_test.sh: files written for NetBSD's interface (overlay/alt) in the place of
# the kernel's own: overlay-check finds nothing, the kernel links, and the
# programs about what they do find no fault on eight CPUs.  The twin is such a
# file with an error, which the same programs find.
set -u
: "${B:=build}"
. "$B/kernel.env"
alt=tests/kernel/overlay/alt
t=$(mktemp -d)
twin=$t/alt-twin
trap 'rm -rf "$t" "$B/images/ktest-alt" "$B/images/ktest-alt-twin"' EXIT

. tests/say.subr
seen="$t/out"
# An overlay takes the objects of ktest that it does not change.
build() {	# overlay
	out=$B/images/ktest-${1##*/}
	rm -rf "$out" && cp -a "$B/images/ktest" "$out"
	make -s B="$B" IMAGE=ktest OVERLAY="$1" "$out/image.elf" \
	    >"$t/out" 2>&1
}
run() {	# overlay programs
	timeout 600 "$B/rangeley" run --image \
	    "$B/images/ktest-${1##*/}/image.elf" run="$2" >"$t/out" 2>&1
}

make -s B="$B" overlay-check KERNCONF=ktest OVERLAY=$alt >"$t/out" 2>&1
say $? "overlay-check: $(tail -n 1 "$t/out")"
build $alt
say $? 'they link'
for p in klock rwlock percpu pktqueue mutex mix; do
	run $alt $p
	say $? "$p with files of overlay/alt"
done

mkdir -p "$twin/kern"
sed '/^admits/,/^}/s/RW_WRITE_LOCKED | RW_WRITE_WANTED/RW_WRITE_WANTED/' \
    $alt/kern/kern_rwlock.c >"$twin/kern/kern_rwlock.c"
! cmp -s $alt/kern/kern_rwlock.c "$twin/kern/kern_rwlock.c" &&
    build "$twin" && ! run "$twin" rwlock
say $? 'twin: readers beside a writer are noticed'
exit $bad
