#!/bin/sh
# fake_test.sh: `rangeley fake' as a user meets it: images that it cannot run,
# images that go wrong, limits, options; and the size of what it does.
set -u
: "${B:=build}"
bad=0
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT

# expect code pattern(stderr and stdout) arg...
expect() {
	rc=$1 pattern=$2
	shift 2
	timeout 60 "$B/rangeley" "$@" >"$t/out" 2>&1
	got=$?
	if [ $got -eq "$rc" ] && grep -qE -- "$pattern" "$t/out"; then
		echo "ok $*"
	else
		echo "not ok $*: exit $got, expected $rc and '$pattern':"
		head -c 2000 "$t/out"
		bad=1
	fi
}
i=$B/images
expect 0 '^hello from the image$' fake --image hello
expect 0 '^args: a=1 b=2$' fake --image hello a=1 b=2
expect 2 'the fake machine runs image-fake\.elf' fake --image "$i/hello/image.elf"
expect 2 'the fake machine runs image-fake\.elf' fake --image "$i/hello/plain.elf"
expect 2 'rangeley fake runs it' run --image "$i/hello/image-fake.elf"
expect 2 'no/such: cannot read' fake --image no/such
"$B/native-run" "$i/hello/image-fake.elf" >"$t/out" 2>&1
[ $? -eq 2 ] && grep -q 'rangeley fake runs it' "$t/out"
[ $? -eq 0 ] || { echo "not ok native-run of a fake image"; bad=1; }

expect 1 'cpu 0 at touch_null\+0x.*: touched memory it does not have \(address 0x0\)' \
    fake --image faulty how=n
expect 1 'at divide_by_zero\+0x.*: divided by zero' fake --image faulty how=d
expect 1 'at panic\+0x.*: stopped itself' fake --image faulty how=u
expect 1 'overflowed the boot stack' fake --image faulty how=s
expect 1 'seam_cons_write of 16 bytes at 0x.*, outside the image' \
    fake --image faulty how=w
expect 2 'seam call 12345 does not exist' fake --image faulty how=c
expect 3 'verdict +3' fake --image faulty how=x
expect 4 'limit reached after 10[0-9]* steps' fake --image faulty \
    --steps 10000 how=l
expect 4 'limit reached after .* [12][0-9]{5} ns' fake --image faulty \
    --limit 100us how=l
# By many seeds, each goes wrong alike, and the next one is not harmed.
expect 1 'verdict 1 +100 times, first by seed 1 .*touch_null' \
    fake --image faulty --seeds 1..100 how=n
expect 1 '^schedules +1$' fake --image faulty --seeds 1..100 --first how=n
expect 4 'verdict 4 +3 times' fake --image faulty --seeds 1..3 --steps 1000 how=l

expect 0 '^ +[0-9]+ ns  cpu 1 +[0-9]+ steps to add_one\+0x' fake --image races \
    --cpus 2 --policy round --mean 3 --schedule test=count
expect 0 '"trace": "[0-9a-f]{16}"' fake --image races --json test=count
expect 0 'Run an image without time' fake --help
expect 2 'no --image' fake
expect 2 '--policy: mixed, random, pct or round' fake --image races --policy x
for seeds in x 5..1 1.. 1..x; do
	expect 2 '--seeds: .*write a number' fake --image races --seeds $seeds
done
expect 2 'give one seed' fake --image races --seeds 1..2 --schedule
expect 2 "--cpus: '9' is no number from 1 to 8" fake --image races --cpus 9
expect 2 'no argument of an image' fake --image races count
expect 2 'races: test=NAME, 2 CPUs' fake --image races test=none

# Neither the place of the image nor the number of processes is in a trace.
mkdir "$t/elsewhere" && cp "$i/races/image-fake.elf" "$t/elsewhere/x.elf"
for image in races "$t/elsewhere/x.elf"; do
	(cd / && env -i HOME=/nowhere LC_ALL=C.UTF-8 "$OLDPWD/$B/rangeley" fake \
	    --image "$image" --seeds 1..50 test=locks) 2>&1 |
	    grep '^trace' >"$t/${image##*/}"
done
case $B in
/*)	;;
*)	cmp "$t/races" "$t/x.elf" && [ -s "$t/races" ] ||
	    { echo "not ok: the trace knows the image's place"; bad=1; } ;;
esac
exit $bad
