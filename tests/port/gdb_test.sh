#!/bin/sh
# gdb_test.sh: a debugger looks into an annotated image that the simulator
# runs: break in its code, backtrace through three frames, print arguments,
# locals and globals, step, finish.  Twins: the same script must fail when
# the image is not announced to gdb, and when it has no debug information.
# Line by line it goes through code that misses all caches, by way of cold paths;
# and they say where they belong; and from the simulator's own code it finds the image's
# frames.  Twins: cold paths without lines, or frames; thunks without frames.
set -u
: "${B:=build}"
command -v gdb >/dev/null || { echo "no gdb"; exit 77; }
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
line=$(grep -n 'seen\[i\] = local' tests/port/img/hello.c | cut -d: -f1)

cat >"$t/script" <<EOF
set confirm off
set pagination off
set width 0
set debuginfod enabled off
set breakpoint pending on
break hello_inner
run
echo == bt\n
bt 3
echo == args\n
info args
break hello.c:$line
continue
echo == local\n
print local
up
print seed
down
delete
echo == finish\n
finish
echo == data\n
print seen
next
next
info line
echo == end\n
continue
EOF

cat >"$t/lines" <<EOF
set confirm off
set pagination off
set width 0
set debuginfod enabled off
set breakpoint pending on
break hello_middle
run
delete
step
next
next
next
next
next
bt 3
finish
next
bt 2
continue
tbreak hello_middle
run
tbreak hk_read_miss
continue
bt 5
continue
EOF

debug() {	# image script
	ASAN_OPTIONS=detect_leaks=0 timeout 120 gdb -nx -q -batch -x "$t/${2:-script}" \
	    --args "$B/rangeley" run --image "$1" >"$t/out" 2>&1
}
has() {	# pattern
	grep -qE -- "$1" "$t/out"
}
session_good() {
	has '^#0  hello_inner \(seed=.*7\) at .*tests/port/img/hello\.c:' &&
	    has '^#1  0x[0-9a-f]+ in hello_middle \(seed=.*7\) at .*hello\.c:' &&
	    has '^#2  0x[0-9a-f]+ in hello_boot \(sb=0x20000000\) at .*hello\.c:' &&
	    has '^seed = 7$' &&
	    has "^Breakpoint 2, hello_inner .*hello\.c:$line\$" &&
	    has '^\$1 = 24$' &&	# local: ((7 + 4) + 1) * 2
	    has '^\$2 = 7$' &&	# seed, a frame up
	    has '^Value returned is \$3 = 38$' &&	# + 3 + 1 + 4 + 1 + 5
	    has '^\$4 = \{24, 27, 28, 32, 33\}$' &&	# seen
	    has '^Line [0-9]+ of ".*hello\.c" starts at' &&
	    has '^== end' && has '^hello from the image' &&
	    has 'exited normally'
}
. tests/say.subr
seen="$t/out"

debug "$B/images/hello/image.elf"
session_good
say $? 'gdb sees an annotated image'

RANGELEY_NO_GDB=1
export RANGELEY_NO_GDB
debug "$B/images/hello/image.elf"
! session_good && has '^hello from the image'
say $? 'without an announcement it does not'
unset RANGELEY_NO_GDB

# hello_inner() calls two functions in its first loop.
call=$(grep -n 'local = (\*f)(local)' tests/port/img/hello.c | cut -d: -f1)
lines_good() {
	has '^hello_inner \(seed=.*7\) at .*/hello\.c:' &&
	    [ "$(grep -c "^$call	" "$t/out")" -eq 2 ] &&
	    [ "$(grep -c "^$((call - 1))	" "$t/out")" -eq 3 ] &&
	    has '^#0  hello_inner \(seed=.*7\) at' &&
	    has '^#1  0x[0-9a-f]+ in hello_middle \(seed=.*7\) at' &&
	    has '^Value returned is \$1 = 38$' &&
	    has '^#0  hello_middle \(seed=.*7\) at' &&
	    has '^#1  0x[0-9a-f]+ in hello_boot \(sb=0x20000000\) at' &&
	    has '^#1  <signal handler called>$' && # out of the image's code
	    has '^#2  0x[0-9a-f]+ in hello_inner\[hook\] \(\) at .*/hello\.c:' &&
	    has '^#3  0x[0-9a-f]+ in hello_middle \(seed=.*7\) at' &&
	    has '^#4  0x[0-9a-f]+ in hello_boot \(sb=0x20000000\) at' &&
	    ! has '\?\? \(\)|no line number' && has 'exited normally'
}
# Its cold paths are of its lines, not of the unit's last ones.
place_good() {	# image
	at=$(nm "$1" | sed -n 's/ t hello_inner\.hook$//p')
	at=$(addr2line -e "$1" "$at") && [ "${at##*:}" -lt $((call + 6)) ]
}
debug "$B/images/hello/image.elf" lines
lines_good && place_good "$B/images/hello/image.elf"
say $? 'gdb steps by lines through code that misses, and finds it from C'

# without what sed-script unit: that is not said of this unit of hello
without() {
	d=$B/images/hello
	cp "$d/tests/port/img/hello.ann.s" "$t/hello.s"
	cp "$d/thunks.ann.S" "$t/thunks.s"
	sed "$2" "$t/$3.s" >"$t/twin.s" && ! cmp -s "$t/$3.s" "$t/twin.s" &&
	    mv "$t/twin.s" "$t/$3.s" &&
	    $KAS "$t/hello.s" -o "$t/hello.o" && $KAS "$t/thunks.s" -o "$t/thunks.o" &&
	    $LD_IMAGE --defsym=seam_image_flags=1 "$t/hello.o" "$t/thunks.o" \
		-o "$t/twin.elf" &&
	    objcopy --keep-global-symbol=rangeley_image "$t/twin.elf"
	debug "$t/twin.elf" lines
	! { lines_good && place_good "$t/twin.elf"; } && has '^hello from the image'
	say $? "without $1 it does not"
}
. "$B/fuzz-annotate.env"
side='/\.pushsection \.text, [12]/,/\.popsection'
without 'lines of cold paths' "$side/{/\.loc/d}" hello
without 'frames of cold paths' "$side/{/\.cfi/d}" hello
without 'frames of thunks' '/\.cfi_escape 0x0f/d' thunks

objcopy --strip-debug "$B/images/hello/image.elf" "$t/bare.elf"
debug "$t/bare.elf"
! session_good
say $? 'without debug information it does not'
exit $bad
