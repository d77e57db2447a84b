#!/bin/sh
# image-check.sh plain.elf image.elf
#
# Both links of an image must have their data at the same addresses: cache
# sets and the annotator's plain addresses depend on it.
set -eu
LC_ALL=C
export LC_ALL

data() {
	nm -n "$1" | awk '$2 ~ /[rRdDbB]/ { print $1, $3 }'
	readelf -WS "$1" | sed 's/^ *\[ *[0-9]*\] *//' |
	    awk '$1 ~ /^\.(rodata|data|bss)$|^link_set/ { print $1, $3, $5 }'
}

if [ "$(data "$1")" != "$(data "$2")" ]; then
	t=$(mktemp -d)
	trap 'rm -rf "$t"' EXIT
	data "$1" >"$t/plain"
	data "$2" >"$t/annotated"
	echo "$2: data lie elsewhere than in $1:" >&2
	(cd "$t" && diff plain annotated) | head -20 >&2
	echo "put nothing into .rodata, .data or .bss that only one link has" >&2
	exit 1
fi
n=$(nm "$2" | awk '$2 ~ /[A-Z]/ && $2 != "U"' | grep -cv ' rangeley_image$' ||
    true)
u=$(nm -u "$2" | wc -l)
if [ "$n" != 0 ] || [ "$u" != 0 ]; then
	echo "$2: exports $n symbols besides rangeley_image, lacks $u" >&2
	nm -u "$2" >&2
	exit 1
fi
