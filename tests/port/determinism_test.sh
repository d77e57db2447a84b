#!/bin/sh
# determinism_test.sh [soak]: the trace hash of a run, and all else it reports, are
# the same when it is repeated, without ASLR, from another directory, under
# another locale and environment, without AVX2, and when the simulator is built by clang
# at -O1; with soak, by gcc at -O1 and -O3 and by clang at -O3, too.  The image is
# always the same file.
# Twins: another constant, and another argument, give another hash.
set -u
: "${B:=build}"
bad=0
top=$(pwd)
case $B in /*) ;; *) B=$top/$B ;; esac
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
image=$B/images/micro/image.elf

# Run a command that ends in the program's name; $opts are the run's options.
# The report goes to $t/out; prints the hash.
opts=
run() {
	# shellcheck disable=SC2086 # a list
	"$@" run --image "$image" --json $opts >"$t/out" 2>"$t/err" ||
	    { cat "$t/err" >&2; echo failed; return; }
	jq -er .trace "$t/out" || echo none
}
same() {	# what, hash
	if [ "$2" = "$want" ] && cmp -s "$t/out" "$t/want"; then
		echo "ok the same $1"
	else
		echo "not ok the same $1: hash $2, expected $want"
		diff "$t/want" "$t/out" | head -20
		bad=1
	fi
}
other() {	# what, hash
	if [ ${#2} -eq 16 ] && [ "$2" != "$want" ]; then
		echo "ok another with $1"
	else
		echo "not ok another with $1: hash $2, without $want"
		bad=1
	fi
}

want=$(run "$B/rangeley")
cp "$t/out" "$t/want"
[ ${#want} -eq 16 ] || { echo "not ok: no hash: $want"; exit 1; }
same 'again' "$(run "$B/rangeley")"
same 'without ASLR' "$(run setarch -R "$B/rangeley")"
same 'in another directory' "$(cd / && run "$B/rangeley")"
same 'under another locale' "$(run env LC_ALL=C.UTF-8 LANG=de_DE.UTF-8 \
    TZ=Asia/Tokyo A_VARIABLE="$(seq -s ' ' 1000)" "$B/rangeley")"
opts=--portable
same 'without AVX2' "$(run "$B/rangeley")"
opts='--set dram.latency=241cyc'
other 'another constant' "$(run "$B/rangeley")"
opts='only=alu'
other 'another argument' "$(run "$B/rangeley")"
opts=

read -r own <"$B/flags.sim"
app=
case $own in
*fsanitize*) ;;	# objects of the two compilers do not go together then
*) app="app_objs=$(echo "$B"/obj/app/*.o)" ;;
esac
for cc in clang-14 ${1:+gcc}; do
	for o in -O1 ${1:+-O3}; do
		case $own in
		"$cc "*" $o "*)
			echo "ok built by $cc $o: the others are compared with it"
			continue
			;;
		esac
		b=$B/det/$cc$o
		cxx=clang++-14
		[ $cc != gcc ] || cxx=g++
		if ! make B="$b" CC=$cc CXX="$cxx" OPT="$o" ${app:+"$app"} \
		    "$b/rangeley" >"$t/make" 2>&1; then
			echo "not ok: $cc $o does not build the simulator:"
			tail -n 20 "$t/make"
			bad=1
			continue
		fi
		same "built by $cc $o" "$(run "$b/rangeley")"
	done
done
exit $bad
