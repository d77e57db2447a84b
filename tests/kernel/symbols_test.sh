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
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
texts=tests/kernel/symbols.txt

. tests/say.subr
seen="$t/out"

# All lists as `path verb name', {a,b} written out.
awk '/^[a-z]+\// { path = $1 } $1 == "later" || $1 == "own" {
	print path, $1, "-" }
    /^(defines|within|elsewhere|needs|lockdebug) / { verb = $1; $1 = "";
	print path, verb, $0 }' $texts | while read -r path verb names; do
	for name in $(bash -c "printf '%s ' $names"); do
		echo "$path $verb $name"
	done
done | sort -u >"$t/lists"
# compare directory suffix lockdebug?: what its objects define that is not
# expected (>), or the other way round (<), of each path.
compare() {
	(cd "$1" && find . -name "*$2" | sort) >"$t/objects"
	(cd "$1" && xargs nm -A -g --defined-only -f posix) <"$t/objects" \
	    2>/dev/null >"$t/defines"
	awk -v suffix="$2" -v debug="$3" '
	function path_of(s) {
		sub(/^\.\//, "", s)
		return substr(s, 1, length(s) - length(suffix))
	}
	function fault(p, s) {
		print "kernel/" p ": " s
		bad = 1
	}
	FILENAME ~ /lists$/ {
		p = $1
		listed[p]
		if ($2 == "defines" || ($2 == "lockdebug" && debug == "yes" &&
		    $3 !~ /^-/)) {
			exact[p]
			want[p, $3]
			names[p] = names[p] " " $3
		} else if ($2 == "lockdebug" && debug == "yes")
			gone[p, substr($3, 2)]
		else if ($2 == "within" || $2 == "elsewhere")
			want[p, $3]
		else if ($2 == "own")
			free[p]
		next
	}
	FILENAME ~ /objects$/ { paths[++n] = path_of($1); next }
	{
		sub(/:$/, "", $1)
		p = path_of($1)
		got[p, $2]
		if ((p in listed) && !(p in free) &&
		    (!((p, $2) in want) || (p, $2) in gone))
			fault(p, "> " $2)
	}
	END {
		for (i = 1; i <= n; i++) {
			p = paths[i]
			if (!(p in listed))
				fault(p, "has no list")
			m = split(names[p], w, " ")
			for (j = 1; j <= m; j++)
				if (!((p, w[j]) in got) && !((p, w[j]) in gone))
					fault(p, "< " w[j])
		}
		exit bad
	}' "$t/lists" "$t/objects" "$t/defines" >"$t/out"
}
each() {	# directory suffix lockdebug? what
	compare "$1" "$2" "$3" && [ -s "$t/objects" ]
	say $? "$4: $(wc -l <"$t/objects") objects (< expected, > defined)"
}
one() {	# path object: as if it were the only one
	rm -rf "$t/one"
	mkdir -p "$t/one/${1%/*}"
	cp "$2" "$t/one/$1.o"
	compare "$t/one" .o no
}

# prim has LOCKDEBUG, as its lock_stubs.S has no mutexes.
each "$B/images/prim/kernel" .plain.o yes prim
whole=
for k in $KERNELS; do
	[ "$k" != lockdebug ] || continue	# below, file by file
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
	$KCC $KCFLAGS "-I$t/conf" $KERNEL_INC $KERNEL_DEFS -D_KERNEL_OPT -O0 -g0 "$@" \
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
! one kern/subr_pcq "$t/less.o" && [ "$(cat "$t/out")" = \
    'kernel/kern/subr_pcq: < pcq_peek' ]
say $? 'twin: one that is missing is noticed'
objcopy --add-symbol pcq_length=.text:0,global "$pcq" "$t/more.o"
! one kern/subr_pcq "$t/more.o" && [ "$(cat "$t/out")" = \
    'kernel/kern/subr_pcq: > pcq_length' ]
say $? 'twin: one too many is noticed'
! one kern/subr_nobody "$pcq" && grep -q 'has no list' "$t/out"
say $? 'twin: a file without a list is noticed'
compile kernel/arch/amd64/amd64/lock_stubs.S "$t/stubs.o" -D__ASSEMBLER__ &&
    ! one arch/amd64/amd64/lock_stubs "$t/stubs.o" &&
    [ "$(grep -c '< mutex_\|< rw_' "$t/out")" -eq 7 ]
say $? 'twin: stubs that LOCKDEBUG has no more are missed without'
exit $bad
