#!/bin/sh
# forward.sh: what it costs to forward a frame between two test interfaces on eight
# CPUs, by the program forward (tests/kernel/net/forward.c) on both kernels.  Prints
# a table, and below it the shared lines that a frame writes, by symbol and field;
# writes forward.json into OUT (build/forward):
#
#	{ KERNEL: { "image", "trace", "frames", "elapsed", "latency", "busy",
#	    "harness", "locks", "ordered", "shared", "handed", "lock", "line" } }
#
# A frame is 1 / FRAMES of what all CPUs do from the first frame to the last.  elapsed
# is time; busy is the time of all CPUs that forward, without what the test's other
# end of the cables (harness: traffic.c) takes to make and look at frames.  Lines and
# locks that only the harness has, by their names, are not counted; memory without a
# name that it writes, and clusters that it fills, are.  "shared" is writes to shared
# lines, at the most one a frame for each line: a line that few frames write, but
# several times, counts more often than frames write it.  Options are for rangeley run.
set -eu
LC_ALL=C
export LC_ALL
: "${B:=build}" "${FRAMES:=100000}" "${OUT:=$B/forward}"
: "${RANGELEY:=$B/rangeley}" "${KERNELS:=bridge bridge_mpsafe}"
mkdir -p "$OUT"
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT

for kernel in $KERNELS; do
	"$RANGELEY" run --image "$kernel" --profile --json "$@" run=forward \
	    frames="$FRAMES" >"$t/run" || {
		rc=$?
		jq -r .console "$t/run" >&2
		echo "forward.sh: $kernel ended with exit code $rc" >&2
		exit "$rc"
	}
	jq -f bench/forward/forward.jq --arg kernel "$kernel" "$t/run" \
	    >"$t/$kernel.part"
done
jq -S -s add "$t"/*.part >"$OUT/forward.json"

jq -r '["", "frames", "elapsed", "busy", "locks", "ordered", "shared",
    "handed"], ["kernel", "", "cyc/frame", "cyc/frame", "taken/fr",
    "acc./fr", "writes/fr", "over/fr"],
	(to_entries[] | [.key, (.value | .frames, .elapsed, .busy, .locks,
	.ordered, .shared, .handed)]) | @tsv' "$OUT/forward.json" |
    column -t -s "$(printf '\t')"
for kernel in $KERNELS; do
	echo
	echo "$kernel: locks, and lines that several CPUs write; times a frame"
	jq -r --arg k "$kernel" '.[$k] | (.lock[] | select(.each >= 0.01) |
	    "  taken    \(.each)\t\(.lock)"),
	    (.line[:20][] | select(.writes >= 0.01) |
	    "  written  \(.writes)\t\(.written[:4] | join(", "))" +
	    (if (.written | length) > 4 then " ..." else "" end) +
	    (if .lines > 1 then " (\(.lines) lines)" else "" end))' \
	    "$OUT/forward.json" | expand -t 24
done
