#!/bin/sh
# costs_test.sh: the committed cache of block costs, and how it is made.
#
# The standard images must build where there is no llvm-mca, so the cache must
# hold all they need; its twin is an image with one block that it lacks.
# Merging must not depend on order and must refuse what does not fit.
set -u
: "${B:=build}"
root=$(pwd)
merge=$root/sim/cpu/annotate/costs.sh
costs=$root/sim/cpu/annotate/costs.txt
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
failed=0

check() {	# what command...
	what=$1
	shift
	if "$@" >"$dir/log" 2>&1; then
		echo "ok $what"
	else
		echo "not ok $what"
		cat "$dir/log"
		failed=1
	fi
}

refuses() {	# text command...: exit 2 and a message with text
	text=$1
	shift
	"$@" >"$dir/out" 2>&1
	[ $? -eq 2 ] && grep -q -- "$text" "$dir/out" || {
		cat "$dir/out"
		return 1
	}
}

annotate() {	# file.s: price it without llvm-mca
	PATH=/nonexistent "$B/annotate" --explain-cost --unit t \
	    --costs "$costs" "$1"
}

# What was asked for is beside each annotated file; overlays are somebody's own.
find "$B/images" -name '*.ann.s.costs' | grep -v "^$B/images/[^/]*-" >"$dir/asked"
xargs cat <"$dir/asked" | grep -v '^#' | sort -u >"$dir/answers"
sort "$costs" | comm -23 "$dir/answers" - >"$dir/lacks"
covers() {
	[ ! -s "$dir/lacks" ] || {
		xargs grep -lF -f "$dir/lacks" <"$dir/asked"
		return 1
	}
}
check "costs.txt covers $(wc -l <"$dir/asked") files (else: make costs)" covers
check "files to look at" [ -s "$dir/answers" ]
rm "$dir/asked" "$dir/answers" "$dir/lacks"

cat >"$dir/new.s" <<'EOF'
f:
	imulq %rax, %rbx
	popcntq %rbx, %rcx
	bsfq %rcx, %rdx
	crc32q %rdx, %rsi
	ret
EOF
check "a block that is not there" \
    refuses 'install the package llvm-14' annotate "$dir/new.s"

cd "$dir" || exit 1
line() {
	echo "# block costs of llvm-mca 14.0.6 -mtriple=x86_64 -mcpu=slm"
	for k in "$@"; do
		echo "$k"
	done
}
line "0000000000000001 5 1 0+1 *0001" "0000000000000003 5 1 0+1 *0003" >a
line "0000000000000002 5 1 0+1 *0002" "0000000000000003 5 1 0+1 *0003" >b
line "0000000000000003 6 1 0+1 *0004" >c
sed 's/14.0.6/15.0.0/' a >d
check "merging" "$merge" ab gcc a b
check "merging the other way round" "$merge" ba gcc b a
check "the same result" cmp ab ba
check "three answers" [ "$(grep -vc '^#' ab)" -eq 3 ]
check "two answers for one key" refuses 'two answers' "$merge" x gcc a c
check "another model" refuses 'different models' "$merge" x gcc a d
check "no caches" refuses 'no caches' "$merge" x gcc
check "nothing left behind" [ "$(ls | tr '\n' ' ')" = "a ab b ba c d log new.s out " ]
exit $failed
