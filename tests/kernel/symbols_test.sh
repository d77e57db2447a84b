#!/bin/sh
# symbols_test.sh: each object of kernel/ defines what symbols.txt says, which
# is what NetBSD's file at that path defines; and the kernel as a whole defines
# what NetBSD's files need.  With LOCKDEBUG, files that know it are compiled
# again.  Twins: a symbol less, one more, one that nobody defines.
set -u
: "${B:=build}"
. "$B/kernel.env"
LC_ALL=C
export LC_ALL
bad=0
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
texts=tests/kernel/symbols.txt

say() {	# ok?, what
	if [ "$1" -eq 0 ]; then
		echo "ok $2"
	else
		echo "not ok $2:"
		cat "$t/out"
		bad=1
	fi
}

# All lists as `path verb name', {a,b} written out.
awk '/^[a-z]+\// { path = $1 } $1 == "later" || $1 == "own" {
	print path, $1, "-" }
    /^(defines|within|elsewhere|needs|lockdebug) / { verb = $1; $1 = "";
	print path, verb, $0 }' $texts | while read -r path verb names; do
	for name in $(bash -c "printf '%s ' $names"); do
		echo "$path $verb $name"
	done
done | sort -u >"$t/lists"
list() {	# path verb
	awk -v p="$1" -v v="$2" '$1 == p && $2 == v { print $3 }' "$t/lists"
}
# wanted path lockdebug?: what its object defines
wanted() {
	{
		list "$1" defines
		[ "$2" = no ] || list "$1" lockdebug | grep -v '^-'
	} | sort -u >"$t/want"
	[ "$2" = no ] || {
		list "$1" lockdebug | sed -n 's/^-//p' | sort |
		    comm -23 "$t/want" - >"$t/want2"
		mv "$t/want2" "$t/want"
	}
}
symbols() {	# path object lockdebug?
	nm -g --defined-only -f posix "$2" | cut -d' ' -f1 | sort >"$t/got"
	wanted "$1" "$3"
	{ list "$1" within; list "$1" elsewhere; } | sort >"$t/within"
	[ -z "$(list "$1" own)" ] || return 0
	if [ -s "$t/within" ]; then
		comm -13 "$t/within" "$t/got" | sed 's/^/> /' >"$t/out"
		[ ! -s "$t/out" ]
	elif [ -s "$t/want" ]; then
		diff "$t/want" "$t/got" >"$t/out"
	else
		echo "$texts has no list of $1" >"$t/out"
		sed 's/^/> /' "$t/got" >>"$t/out"
		return 1
	fi
}
each() {	# directory-of-objects suffix lockdebug? what
	n=0
	for o in $(cd "$1" && find . -name "*$2" | sort); do
		path=${o#./} path=${path%"$2"}
		symbols "$path" "$1/$o" "$3" ||
		    say 1 "$4: kernel/$path, expected <, defined >"
		n=$((n + 1))
	done
	[ $n -gt 0 ]
	say $? "$4: $n objects"
}

# prim has LOCKDEBUG, as its lock_stubs.S has no mutexes.
each "$B/images/prim/kernel" .plain.o yes prim
whole=
for k in $KERNELS; do
	[ -d "$B/images/$k/kernel" ] || continue
	each "$B/images/$k/kernel" .plain.o no "$k"
	whole=$B/images/$k
done

# ---- LOCKDEBUG
mkdir -p "$t/top/arch/amd64" "$t/conf" "$t/debug"
ln -s "$PWD/kernel/conf" "$t/top/conf"
cp -r kernel/arch/amd64/conf "$t/top/arch/amd64/conf"
printf 'include "arch/amd64/conf/GENERIC"\noptions LOCKDEBUG\n' \
    >"$t/top/arch/amd64/conf/LOCKDEBUG"
awk -v top="$t/top" -v conf=arch/amd64/conf/LOCKDEBUG -v out="$t/conf" \
    -v name=L -f mk/config.awk >"$t/out" 2>&1
say $? 'LOCKDEBUG: configuration'
compile() {	# source object option...
	src=$1 obj=$2
	shift 2
	mkdir -p "${obj%/*}"
	# shellcheck disable=SC2086 # lists
	$KCC $KCFLAGS "-I$t/conf" $KERNEL_INC $KERNEL_DEFS -D_KERNEL_OPT "$@" \
	    -c "$src" -o "$obj" >"$t/out" 2>&1
}
for src in $(grep -rl --include='*.[cS]' LOCKDEBUG kernel | sort); do
	o=${src#kernel/} asm=
	[ "${src##*.}" = c ] || asm=-D__ASSEMBLER__
	# shellcheck disable=SC2086 # none or one
	compile "$src" "$t/debug/${o%.*}.o" $asm ||
	    say 1 "LOCKDEBUG: $src does not compile"
done
each "$t/debug" .o yes LOCKDEBUG

# ---- what NetBSD's files need
needs() {	# defined: what is not there
	awk '$2 == "later" { later[$1] } $2 == "needs" && !($1 in later) {
	    print $3, $1 }' "$t/lists" | sort -u |
	    join -v 1 - "$1" >"$t/out"
	[ ! -s "$t/out" ]
}
[ -n "$whole" ]
say $? "one of the kernels $KERNELS has been built"
if [ -n "$whole" ]; then
	find "$whole" -name '*.plain.o' -exec nm -g --defined-only -f posix {} + |
	    awk 'NF > 1 { print $1 }' | sort -u >"$t/defined"
	needs "$t/defined"
	say $? "needs: $(awk '$2 == "needs" { print $3 }' "$t/lists" |
	    sort -u | wc -l) names of NetBSD's files, all defined"
	grep -v '^sleepq_block$' "$t/defined" >"$t/less"
	! needs "$t/less"
	say $? 'twin: one that nobody defines is noticed'
fi

# ---- twins
pcq=$B/images/prim/kernel/kern/subr_pcq.plain.o
objcopy --localize-symbol=pcq_peek "$pcq" "$t/less.o"
! symbols kern/subr_pcq "$t/less.o" no
say $? 'twin: one that is missing is noticed'
objcopy --add-symbol pcq_length=.text:0,global "$pcq" "$t/more.o"
! symbols kern/subr_pcq "$t/more.o" no
say $? 'twin: one too many is noticed'
! symbols kern/subr_nobody "$pcq" no
say $? 'twin: a file without a list is noticed'
compile kernel/arch/amd64/amd64/lock_stubs.S "$t/stubs.o" -D__ASSEMBLER__ &&
    ! symbols arch/amd64/amd64/lock_stubs "$t/stubs.o" no
say $? 'twin: stubs that LOCKDEBUG has no more are missed without'
exit $bad
