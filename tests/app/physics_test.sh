#!/bin/sh
# physics_test.sh: what the bridge forwards where CPUs are the limit follows what limits it.
# At an offered load somewhat above that limit: less with slower memory, more when lines
# move between modules for less, the same for frames of 74 and 192 bytes, for a scenario of
# another name, for modules of other numbers, and, but for what the kernel itself does by
# CPU number, for the same variant on other CPUs of the same topology; and the rate without
# loss is that of --exact-order.
#
# Twins: what has nothing to do with it, a constant of the BMC, changes nothing; and the
# constants that do would be noticed were they ignored, since equal is not less.
set -u
: "${B:=build}"
LC_ALL=C
export LC_ALL
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
. tests/say.subr
seen="$t/err"

# forwarded scenario pps option...: frames a second of both directions
forwarded() {
	s=$1 pps=$2
	shift 2
	"$B/rangeley" trial "$s" --pps "$pps" --duration 15ms --json --quiet "$@" \
	    2>"$t/err" | jq -r .forwarded_fps
}
# is A B CONDITION: a trial that failed has no figure, which is less than any.
is() { awk -v a="$1" -v b="$2" "BEGIN { exit !(a > 0 && ($3)) }"; }

one=scenarios/mpsafe-1core.ini two=scenarios/mpsafe-2cores.ini
base=$(forwarded $one 180000 --frame-size 74)
is "$base" 0 'a > 200000 && a < 350000'
say $? "one core, 74 bytes: $base frames a second of 360000"
got=$(forwarded $one 180000 --frame-size 192)
is "$got" "$base" 'a > b * 0.99 && a < b * 1.01'
say $? "192 bytes: $got"
got=$(forwarded $one 180000 --frame-size 74 --set dram.latency=250cyc)
is "$got" "$base" 'a < b * 0.995'
say $? "slower DRAM: $got"
got=$(forwarded $one 180000 --frame-size 74 --set bmc.max=5ms)
[ "$got" = "$base" ]
say $? "twin: another BMC, which nobody waits for: $got"

cp scenarios/mpsafe.ini "$t/" && cp $one "$t/another-name.ini"
got=$(forwarded "$t/another-name.ini" 180000 --frame-size 74)
[ "$got" = "$base" ]
say $? "another name: $got"
sed 's/= 4$/= 6/' $one >"$t/cpu6.ini"
got=$(forwarded "$t/cpu6.ini" 180000 --frame-size 74)
is "$got" "$base" 'a > b * 0.99 && a < b * 1.01'
say $? "CPU 6 in place of CPU 4: $got"

base=$(forwarded $two 290000 --frame-size 74)
is "$base" 0 'a > 300000 && a < 579000'
say $? "two cores: $base frames a second of 580000"
got=$(forwarded $two 290000 --frame-size 74 --set coherence.other_module=240cyc)
is "$got" "$base" 'a > b * 1.005'
say $? "lines move between modules for less: $got"
got=$(forwarded $two 290000 --frame-size 74 --modules 33110022)
[ "$got" = "$base" ]
say $? "modules of other numbers: $got"
sed 's/= 4$/= 6/' $two >"$t/cpu6.ini"
got=$(forwarded "$t/cpu6.ini" 290000 --frame-size 74)
is "$got" "$base" 'a > b * 0.99 && a < b * 1.01'
say $? "CPU 6 in place of CPU 4: $got"
got=$(forwarded $two 290000 --frame-size 74 --modules 01230123)
is "$got" "$base" 'a > b * 1.02'
say $? "both CPUs in one module: $got"

# The rate without loss is the same, within 0.5 %, if no CPU runs ahead of another.  Twin:
# on another machine it is not.
without_loss() {
	s=$1
	shift
	"$B/rangeley" rfc2544 "$s" --sizes 74 --short 10ms --trial 20ms \
	    --resolution 0.1 --format csv --quiet --results "$t/r" "$@" 2>"$t/err" | sed -n '2s/.*,//p'
	rm -rf "$t/r"
}
for s in $one $two; do
	base=$(without_loss $s) got=$(without_loss $s --exact-order)
	is "$got" "$base" 'a > b * 0.995 && a < b * 1.005'
	say $? "$s: $base kframes/s without loss, $got in exact order"
done
got=$(without_loss $two --set coherence.other_module=240cyc)
is "$got" "$base" 'a > b * 1.005'
say $? "twin: lines move for less: $got"
exit $bad
