#!/bin/sh
# hw_test.sh: bench/micro/hw.h has the numbers of sim/probe/probe.h, which
# images cannot include.  Twin: a copy with one changed.
set -u
LC_ALL=C
export LC_ALL
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# "NAME number" of each PROBE_ constant of a header; names alone count up.
constants() {
	sed -e 's,/\*.*\*/,,' -e 's/^#define \(PROBE_[A-Z_]*\) *\(0x[0-9a-f]*\)$/\1 = \2,/' \
	    -e 's/enum.*{//' -e 's/}.*//' "$1" | tr ',' '\n' | tr -d ' \t' |
	    sed -n 's/^\(PROBE_[A-Z_]*\)=\(0x[0-9a-f]*\|[0-9]*\)$/\1 \2/p; s/^\(PROBE_DMA_NOT\)$/\1 0/p' |
	    while read -r name value; do
		echo "$name $((value))"
	    done | sort
}
agree() {	# header: how many constants, all of them in probe.h?
	constants "$1" >"$tmp/soft"
	constants sim/probe/probe.h >"$tmp/hard"
	want=$(grep -o '^	PROBE_[A-Z_]* =\|PROBE_DMA_WRITE =\|PROBE_DMA_NOT =\|PROBE_MSI_SEND =' \
	    "$1" | wc -l)
	[ "$(wc -l <"$tmp/soft")" -eq "$want" ] && [ "$want" -ge 10 ] &&
	    [ -z "$(comm -23 "$tmp/soft" "$tmp/hard")" ]
}

agree bench/micro/hw.h || {
	echo "not ok bench/micro/hw.h differs from sim/probe/probe.h:"
	comm -23 "$tmp/soft" "$tmp/hard"
	exit 1
}
echo "ok $(wc -l <"$tmp/soft") constants of bench/micro/hw.h"
for change in 's/PROBE_TIMER = 0x4c/PROBE_TIMER = 0x54/' \
    's/PROBE_DMA_WRITE = 1/PROBE_DMA_WRITE = 2/'; do
	sed "$change" bench/micro/hw.h >"$tmp/twin.h"
	cmp -s bench/micro/hw.h "$tmp/twin.h" && {
		echo "not ok twin: nothing to change: $change"
		exit 1
	}
	agree "$tmp/twin.h" && { echo "not ok twin: $change"; exit 1; }
	echo "ok twin: $change"
done
