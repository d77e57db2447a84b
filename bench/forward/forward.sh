#!/bin/sh
# forward.sh: what it costs to forward a frame between two test interfaces on eight
# CPUs, by the program forward (tests/kernel/net/forward.c) on both kernels.  Prints
# a table, and below it the shared lines that a frame writes, by symbol and field;
# writes forward.json into OUT (build/forward):
#
#	{ KERNEL: { "image", "trace", "frames", "elapsed_cyc", "latency_cyc",
#	    "busy_cyc", "harness_cyc", "locks_taken", "ordered_accesses",
#	    "shared_lines", "shared_writes", "handed_over", "lock", "line",
#	    "line_of_harness" } }
#
# A frame is 1 / FRAMES of what all CPUs do from the first frame to the last.
#
# elapsed_cyc is time; busy_cyc is the time of all CPUs that forward, without what the
# test's other end of the cables (harness_cyc: traffic.c) takes to make and look at
# frames.  A shared line is one that is written, and that more than one CPU touches.
# shared_lines: a line counts once for each frame that it is written for, by however
# many CPUs and however often; a CPU's writes between two frames are put down to the
# next one, or, when there is none, to nobody's frame: once for all of them.  What the
# harness writes, mbufs it gets and clusters it fills included, is left out, and so
# are locks and lines that by their names are the harness's alone.  shared_writes and
# handed_over are accesses to the same lines, the harness's too.
# Options are for rangeley run.
set -eu
LC_ALL=C
export LC_ALL
: "${B:=build}" "${FRAMES:=100000}" "${OUT:=$B/forward}"
: "${RANGELEY:=$B/rangeley}" "${KERNELS:=bridge bridge_mpsafe}"
mkdir -p "$OUT"
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT

# A frame's way, where CPUs take it up and put it down (man rangeley, --each).
each=tst_rxintr,-traffic_receive,=traffic_back,+bridge_input:1,-traffic_waiting
each=$each,pktq_dequeue,bridge_enqueue:2
each=$each,tst_txintr,!collect_sent:1,-collect_sent

for kernel in $KERNELS; do
	"$RANGELEY" run --image "$kernel" --profile --each "$each" --json "$@" \
	    run=forward frames="$FRAMES" >"$t/run" || {
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
    "written", "handed"], ["kernel", "", "cyc/frame", "cyc/frame", "taken/fr",
    "acc./fr", "lines/fr", "times/fr", "over/fr"],
	(to_entries[] | [.key, (.value | .frames, .elapsed_cyc, .busy_cyc,
	.locks_taken, .ordered_accesses, .shared_lines, .shared_writes,
	.handed_over)]) | @tsv' "$OUT/forward.json" |
    column -t -s "$(printf '\t')"
for kernel in $KERNELS; do
	echo
	echo "$kernel: locks, and shared lines that are written; times a frame"
	jq -r --arg k "$kernel" '.[$k] | (.lock[] | select(.each >= 0.01) |
	    "  taken    \(.each)\t\(.lock)"),
	    (.line[:20][] | select(.lines >= 0.01) |
	    "  written  \(.lines)\t\(.written[:4] | join(", "))" +
	    (if (.written | length) > 4 then " ..." else "" end) +
	    (if .places > 1 then " (\(.places) lines)" else "" end))' \
	    "$OUT/forward.json" | expand -t 24
done
