#!/bin/sh
# overlay_test.sh: OVERLAY=dir replaces sources and headers file by file, adds
# FILES, and says what is wrong with a bad overlay.  The image as built
# without an overlay must stay what it is (else the rest proves nothing).
set -u
: "${B:=build}"
t=$(mktemp -d)
trap 'rm -rf "$t" "$B"/images/hello-overlay.*' EXIT
o=$t/overlay.$$
dir=$o/tests/port/img
mkdir -p "$dir"

. tests/say.subr
seen="$t/out"
build() {
	make B="$B" image IMAGE=hello OVERLAY="$o" "$@" >"$t/out" 2>&1
}
prints() {	# text, image folder
	"$B/native-run" "$B/images/$2/plain.elf" >"$t/out" 2>&1 &&
	    grep -qF "$1" "$t/out"
}
fails_with() {	# pattern...: exit 2 and each in the output
	build && return 1
	for p in "$@"; do
		grep -qE "$p" "$t/out" || return 1
	done
}
name=hello-overlay.$$

make B="$B" "$B/native-run" "$B/images/hello/plain.elf" >"$t/out" 2>&1
prints 'hello from the image' hello
say $? 'without an overlay'

sed 's/hello from the image/a new header/' tests/port/img/hello.h >"$dir/hello.h"
build && prints 'a new header' $name
say $? 'a header is replaced'

sed 's/HELLO_GREETING;/"a new source, " HELLO_GREETING;/' \
    tests/port/img/hello.c >"$dir/hello.c"
build && prints 'a new source, a new header' $name
say $? 'a source is replaced too'

rm "$dir/hello.h"
build && prints 'a new source, hello from the image' $name
say $? 'a file that leaves the overlay is the old one again'

sed 's/seed + table\[2\]/hello_extra(seed)/
    s/^static const char greeting/uint64_t hello_extra(uint64_t);\n&/' \
    tests/port/img/hello.c >"$dir/hello.c"
printf '%s\n' '#include <stdint.h>' 'uint64_t hello_extra(uint64_t);' \
    'uint64_t' 'hello_extra(uint64_t x)' '{' '	return x * 1000;' '}' \
    >"$o/extra.c"
build FILES=extra.c && prints 'result hello 1 28127' $name
say $? 'FILES adds a source'

fails_with 'extra\.c replaces nothing' "name it in FILES"
say $? 'a file that replaces nothing is refused'
rm "$o/extra.c"

sed 's/return 2 \* x;/return 2 * y;/' tests/port/img/hello.c >"$dir/hello.c"
line=$(grep -n 'return 2 \* y' "$dir/hello.c" | cut -d: -f1)
fails_with "$dir/hello.c:$line:.*error" "^overlay: $dir/hello.c does not compile"
say $? 'a source that does not compile is named'

rm "$dir/hello.c"
echo '#error broken' >"$dir/hello.h"
fails_with "$dir/hello.h:1:.*error" \
    '^overlay: tests/port/img/hello.c does not compile with the headers of'
say $? 'a header that does not compile is named'

rm -r "$o"
fails_with "OVERLAY=$o: no such folder"
say $? 'a missing overlay is named'

make B="$B" image IMAGE=hello OVERLAY="$t/a b" >"$t/out" 2>&1
[ $? -eq 2 ] && grep -q "OVERLAY=$t/a b: make cannot work with a path that has blanks" "$t/out"
say $? 'a path with blanks is refused'

make B="$B" image IMAGE=nonesuch >"$t/out" 2>&1
[ $? -eq 2 ] && grep -q 'IMAGE=nonesuch: no such image; there are:.*hello' "$t/out"
say $? 'a missing image is named'

prints 'hello from the image' hello
say $? 'the image without an overlay is untouched'
exit $bad
