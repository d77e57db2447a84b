#!/bin/sh
# lockbench_test.sh: figures of the lock benchmark that can be worked out.
#
# pserialize's readers cost the same on 1 to 8 CPUs (within 3 %), rwlock's more
# with every CPU.
#
# A mutex handed over between two CPUs.  The waiter looks at the owner's word once
# in SPINLOCK_BACKOFF_MAX pauses; the release comes in all phases of that period
# in turn, so the next look is half a period away, on average.  That look takes
# the line from the CPU that released (handover-*: it is dirty there), then a
# locked CMPXCHG takes the right to write it (upgrade-*: both have it); RDTSC and
# a few instructions come before and after:
#
#	handover = backoff / 2 + handover-MAP + upgrade-MAP + lock-cmpxchg + rdtsc
#
# with MAP same-module for CPUs 0 and 1, other-module for CPUs 0 and 2, from the
# microbenchmarks; 5 % for the instructions between.  The difference of the
# two maps has neither backoff nor instructions in it: 5 % of that, too.
set -u
: "${B:=build}"
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
csv=$t/lockbench.csv micro=results/micro/micro.csv

. tests/say.subr
locks() {	# name cpus map: cycles
	awk -F, -v n="$1" -v c="$2" -v m="$3" \
	    '$1 == n && $2 == c && $3 == m { print $5 }' "$csv"
}
micro() {	# name: cycles
	awk -F, -v n="$1" '$1 == n { print $5 == "ns" ? $2 * 2.4 : $2 }' \
	    FS=, "$micro"
}
within() {	# a b percent: does a differ from b by no more?
	awk -v a="$1" -v b="$2" -v p="$3" \
	    'BEGIN { d = (a - b) / b * 100; exit !(d <= p && d >= -p) }'
}
# Least and most of a reader's cost on 1 to 8 CPUs, and whether it only grows.
spread_of() {
	awk -F, -v n="$1" '$1 == n { if (!lo || $5 < lo) lo = $5
	    if ($5 > hi) hi = $5; if ($5 < last * 1.05) flat = 1; last = $5 }
	    END { print hi / lo, flat + 0 }' "$csv"
}
judge() {
	bad=0
	# shellcheck disable=SC2046 # two words
	set -- $(spread_of pserialize-reader)
	awk -v r="$1" 'BEGIN { exit !(r <= 1.03) }'
	say $? "pserialize readers: dearest over cheapest $1 on 1 to 8 CPUs"
	# shellcheck disable=SC2046
	set -- $(spread_of rwlock-reader)
	[ "$2" -eq 0 ] && awk -v r="$1" 'BEGIN { exit !(r > 10) }'
	say $? "rwlock readers: dearer with every CPU, $1 times in the end"
	half=$(awk -v b="$(locks backoff 1 dense)" 'BEGIN { print b / 2 }')
	for map in dense:same spread:other; do
		name=${map#*:}-module
		want=$(awk -v b="$half" -v h="$(micro "handover-$name")" \
		    -v u="$(micro "upgrade-$name")" \
		    -v c="$(micro lock-cmpxchg)" -v r="$(micro rdtsc)" \
		    'BEGIN { print b + h + u + c + r }')
		got=$(locks mutex-handover 2 "${map%:*}")
		within "$got" "$want" 5
		say $? "mutex hand-over, $name: $got cycles, worked out $want"
	done
	want=$(awk -v a="$(micro handover-other-module)" \
	    -v b="$(micro upgrade-other-module)" \
	    -v c="$(micro handover-same-module)" \
	    -v d="$(micro upgrade-same-module)" \
	    'BEGIN { print a + b - c - d }')
	got=$(awk -v a="$(locks mutex-handover 2 spread)" \
	    -v b="$(locks mutex-handover 2 dense)" 'BEGIN { print a - b }')
	within "$got" "$want" 5
	say $? "another module costs $got cycles more, worked out $want"
	return $bad
}

OUT=$t bench/locks/lockbench.sh >"$t/table" || exit 1
judge || exit 1
for f in lockbench.json lockbench.csv; do
	cmp -s "$t/$f" "results/lockbench/$f"
	say $? "results/lockbench/$f is what make bench-locks writes now"
done
[ $bad -eq 0 ] || exit 1

# Broken: coherence across modules 1.5 times as dear as the microbenchmarks know.
OUT=$t bench/locks/lockbench.sh --set coherence.other_module=200ns >"$t/table" ||
    exit 1
if judge >"$t/broken"; then
	echo "not ok dearer coherence is not noticed"
	exit 1
fi
echo "ok dearer coherence: $(grep -c '^not ok' "$t/broken") figures are off"
exit 0
