#!/bin/sh
# boot.sh: GENERIC and NET_MPSAFE booted on eight CPUs to idle and shut down,
# then the lock benchmark's table.  Exits with the first code that is not 0.
set -eu
: "${B:=build}"

for kernel in GENERIC NET_MPSAFE; do
	echo
	echo "== $kernel, 8 CPUs"
	rc=0
	"$B/rangeley" run --image "$B/images/$kernel/image.elf" --json \
	    >"$B/boot.json" || rc=$?
	jq -r .console "$B/boot.json"
	[ "$rc" -eq 0 ] || {
		echo "boot.sh: $kernel ended with exit code $rc" >&2
		exit "$rc"
	}
done
echo
echo "== what locks cost (NET_MPSAFE, 8 CPUs)"
OUT=$B/lockbench bench/locks/lockbench.sh
