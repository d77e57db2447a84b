#!/bin/sh
# overlay_kernel_test.sh: `make kernel KERNCONF=NET_MPSAFE OVERLAY=dir', as a user
# calls it: a kernel with a file of the overlay in place of its own, and a file
# that is new, boots on eight CPUs and says so; overlays that cannot be built are
# refused with file, line and remedy, exit code 2.  overlay-check and make kernel
# are of one mind about each.  The kernel without overlay stays what it is.
set -u
: "${B:=build}"
. tests/say.subr
dir=$B/tests/kernel/overlay_kernel_test
o=$dir/overlay_kernel	# its last part names the image
rm -rf "$dir" && mkdir -p "$o/conf" "$o/kern"
out=$B/images/NET_MPSAFE-overlay_kernel
rm -rf "$out"
trap 'rm -rf "$out"' EXIT
seen=$dir/out

build() {	# target [variable=value...]
	make B="$B" "$@" >"$dir/out" 2>&1
}
ours='KERNCONF=NET_MPSAFE'
boots() {	# image first-line
	timeout 300 "$B/rangeley" run --limit=2s --image "$1" --json \
	    >"$dir/json" 2>"$dir/out" &&
	    jq -r .console "$dir/json" >"$dir/out" &&
	    grep -qxF "$2" "$dir/out" && grep -qx '8 CPUs, hz 100' "$dir/out" &&
	    grep -qx 'The operating system has halted.' "$dir/out"
}
vers=kernel/conf/vers.s own=$B/images/NET_MPSAFE
cksum "$own/image.elf" "$own/$vers" >"$dir/before"

was="Rangeley: a kernel to NetBSD 7.99.4's interface, on a modelled Atom C2758"
is="Rangeley: 42 kernels to NetBSD 7.99.4's interface, on a modelled Atom C2758"
build IMAGE=NET_MPSAFE OVERLAY="$o" "$out/$vers" &&
    [ "$own/$vers" -ef "$out/$vers" ]
say $? "what the overlay has not is the kernel's own"
sed 's/"Rangeley: a kernel/"Rangeley: 42 kernels/' kernel/conf/vers.c >"$o/conf/vers.c"
! cmp -s kernel/conf/vers.c "$o/conf/vers.c"
say $? 'the overlay changes what a kernel says first'
printf '%s\n' 'int own_function(void);' 'int' 'own_function(void)' '{' \
    '	return 42;' '}' >"$o/kern/subr_own.c"
echo 'kern/subr_own.c	# new' >"$o/FILES"

build overlay-check $ours OVERLAY="$o"
say $? "overlay-check: $(tail -n 1 "$dir/out")"
build kernel $ours OVERLAY="$o"
say $? 'make kernel'
image=$(tail -n 1 "$dir/out")
[ "$image" = "$out/image.elf" ] && [ -f "$image" ] && [ -f "$out/image-fake.elf" ]
say $? "its last line is the image's name: $image"
boots "$image" "$is"
say $? "booted: $(head -n 1 "$dir/out")"
objdump -t "$out/plain.elf" | grep -q 'F .*own_function$'
say $? 'the new file is in it'

# place what kind remedy: overlay-check lists it, and make kernel says whose
# fault it is.
refused() {
	for target in overlay-check kernel; do
		build $target $ours OVERLAY="$o"
		[ $? -eq 2 ] && grep -qF "$1" "$dir/out" && case $target in
		kernel)	grep -qE "^overlay: .*$4" "$dir/out" ;;
		*)	grep -F "$1" "$dir/out" | grep -q ": $3: " ;;
		esac
		say $? "$2: make $target: $(grep -m 1 -F "$1" "$dir/out" |
		    sed "s,.*$o/,,")"
	done
}
cp "$o/kern/subr_own.c" "$dir/good.c"
sed 's/return 42/return own_variable/' "$dir/good.c" >"$o/kern/subr_own.c"
refused "$o/kern/subr_own.c:5:" 'an unknown name' name \
    'subr_own.c does not compile; correct it'
cp "$dir/good.c" "$o/kern/subr_own.c"
: >"$o/FILES"
refused "$o/kern/subr_own.c" 'a file that replaces nothing' files \
    "name it in $o/FILES if it is a new source"
rm "$o/conf/vers.c"
build IMAGE=NET_MPSAFE OVERLAY="$o" "$out/$vers" &&
    [ "$own/$vers" -ef "$out/$vers" ]
say $? "and is again, when the overlay loses it"
rm -r "$o"
build kernel $ours OVERLAY="$o"
[ $? -eq 2 ] && grep -q "^OVERLAY=$o: no such folder; name" "$dir/out"
say $? "no such overlay: $(grep OVERLAY= "$dir/out")"
build kernel KERNCONF=NET_MPSAVE
[ $? -eq 2 ] && grep -q 'KERNCONF=NET_MPSAVE: no such kernel; there are:.*NET_MPSAFE' \
    "$dir/out"
say $? 'no such configuration'

cksum "$own/image.elf" "$own/$vers" | cmp "$dir/before" - >"$dir/out" &&
    boots "$own/image.elf" "$was"
say $? 'NET_MPSAFE without overlay is what it was'
exit $bad
