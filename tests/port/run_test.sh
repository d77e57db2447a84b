#!/bin/sh
# run_test.sh: images that cannot be run, and images that go wrong while they
# run: each ends with a message that names the place and a remedy, and with
# its exit code; what was reported before is not lost.
set -u
: "${B:=build}"
bad=0
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT

# expect code pattern(stderr) image arg...
expect() {
	rc=$1 pattern=$2
	shift 2
	timeout 60 "$B/rangeley" run --image "$@" >"$t/out" 2>"$t/err"
	got=$?
	if [ $got -eq "$rc" ] &&
	    { [ -z "$pattern" ] || grep -qE -- "$pattern" "$t/err"; }; then
		echo "ok $*"
	else
		echo "not ok $*: exit $got, expected $rc and '$pattern':"
		cat "$t/out" "$t/err"
		bad=1
	fi
}
# poke file offset-from-the-magic octal-byte: change a byte of the descriptor
poke() {
	at=$(LC_ALL=C grep -obUaP '\x59\x4c\x47\x52' "$1" | head -n 1 |
	    cut -d: -f1)
	printf "\\$3" | dd of="$1" bs=1 seek=$((at + $2)) conv=notrunc \
	    2>/dev/null
}
good=$B/images/hello/image.elf

expect 0 '' "$good"
expect 2 'no/such/image\.elf: cannot read.*make image IMAGE=' no/such/image.elf
expect 2 'Makefile: not an ELF file; build it' ./Makefile
expect 2 'plain\.elf: a plain image; .*image\.elf' "$B/images/hello/plain.elf"
cp "$good" "$t/version.elf"
poke "$t/version.elf" 4 143
expect 2 'version\.elf: built for seam version 99, .* version 2; build it' \
    "$t/version.elf"
cp "$good" "$t/magic.elf"
poke "$t/magic.elf" 0 000
expect 2 'magic\.elf: magic number 0x52474c00' "$t/magic.elf"
head -c 10000 "$good" >"$t/short.elf"
expect 2 'short\.elf: .*outside the file; the file is damaged' "$t/short.elf"

f=$B/images/faulty/image.elf
expect 3 '' "$f" how=x
expect 1 'touch_null\+0x.* touched memory it does not have .*address 0x0\)' \
    "$f" how=n
grep -q before "$t/out" || { echo "not ok: the result is lost"; bad=1; }
expect 1 'divide_by_zero\+0x.* divided by zero' "$f" how=d
expect 1 'panic\+0x.* stopped itself' "$f" how=u
expect 1 'overflowed the boot stack' "$f" how=s
expect 1 'seam_cons_write of 16 bytes at 0x.*, outside the image' "$f" how=w
expect 2 'what it printed says which' ktest run=nosuch
expect 2 'what it printed says which' ktest run=softint part=nosuch
expect 2 'seam call 12345 does not exist in version 2' "$f" how=c

# One SIGINT alone, as the second kills (timeout without --foreground sends
# two).  Between two turns there is no CPU to name, so a few tries.
named='^rangeley: cpu [0-7] at 0x0[0-9a-f]* \([A-Za-z_.0-9]+\+0x[0-9a-f]+\): stopped by request$'
for _ in 1 2 3 4 5; do
	timeout --foreground --preserve-status -s INT 1 "$B/rangeley" run --image ktest \
	    run=mix ops=1000000000 >"$t/out" 2>"$t/err"
	rc=$?
	grep -q '^rangeley: stopped by request$' "$t/err" || break
done
if [ $rc -eq 130 ] && grep -Eq "$named" "$t/err"; then
	echo 'ok where an interrupted CPU was is named'
else
	echo 'not ok: where an interrupted CPU was is not named'
	cat "$t/err"
	bad=1
fi

# A benchmark that lacks CPUs has no figure; what has enough of them runs.
expect 2 '' "$B/images/micro/image.elf" only=counter-8 --cpus 7
grep -q 'needs more CPUs' "$t/out" "$t/err" &&
    ! grep -q '^counter-8' "$t/out" ||
    { echo "not ok: too few CPUs are not told"; bad=1; }
expect 0 '' "$B/images/micro/image.elf" only=counter-4-paired --cpus 4

# The check of the two links: their data are equal, another image's are not.
i=$B/images
if mk/image-check.sh "$i/hello/plain.elf" "$good" &&
    ! mk/image-check.sh "$i/faulty/plain.elf" "$good" 2>"$t/err" &&
    grep -q 'data lie elsewhere' "$t/err"; then
	echo "ok image-check"
else
	echo "not ok image-check:"
	cat "$t/err"
	bad=1
fi
# The costs of a chase through the L1D follow the constant; 0.03 of a cycle is
# the loop around it.
for cyc in 2 3 4 4.5; do
	"$B/rangeley" run --image micro --set l1d.hit=${cyc}cyc only=l1-hit \
	    --json >"$t/out" 2>"$t/err"
	if jq -e --argjson c $cyc '.results[0].each_cyc - $c |
	    . < 0.001 and . > -0.04' "$t/out" >/dev/null; then
		echo "ok l1d.hit=${cyc}cyc"
	else
		echo "not ok l1d.hit=${cyc}cyc: $(jq '.results[0].each_cyc' "$t/out")"
		bad=1
	fi
done
exit $bad
