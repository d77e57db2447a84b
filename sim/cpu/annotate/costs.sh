#!/bin/sh
# costs.sh out compiler cache...: merge caches of block costs into one.
#
# What the caches have in common is their first line, the model asked; the
# rest is sorted, so the result does not depend on the order of the caches.
# Exit code 2 when they are of different models or contradict each other.
set -eu
export LC_ALL=C
out=$1 compiler=$2
shift 2
if [ $# -eq 0 ]; then
	echo "costs.sh: no caches; build the images first" >&2
	exit 2
fi
tmp=$out.tmp.$$
trap 'rm -f "$tmp"' EXIT

head -qn 1 "$@" | sort -u >"$tmp"
if [ "$(wc -l <"$tmp")" -ne 1 ]; then
	echo "costs.sh: caches of different models; build in a new folder:" >&2
	cat "$tmp" >&2
	exit 2
fi
echo "# code compiled by $compiler" >>"$tmp"
cat "$@" | grep -v '^#' | sort -u >>"$tmp"
twice=$(grep -v '^#' "$tmp" | cut -c 1-16 | uniq -d)
if [ -n "$twice" ]; then
	echo "costs.sh: two answers for one key; delete one of:" >&2
	echo "$twice" | while read -r key; do grep -l "^$key" "$@" >&2; done
	exit 2
fi
mv "$tmp" "$out"
echo "$out: $(grep -vc '^#' "$out") answers"
