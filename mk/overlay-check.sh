#!/bin/sh
# overlay-check.sh: would this overlay build and link?  Says all that is in
# the way at once, each thing with its place and a remedy, and changes nothing.
# Run by `make overlay-check OVERLAY=dir [KERNCONF=GENERIC] [JSON=1]'.
#
#	files	a file has a counterpart in the kernel or is named in dir/FILES
#	header	each that is included exists
#	name	each function, macro, constant and type is declared
#	field	each structure has the members that are used
#	symbol	each object that is needed is defined, and once
#
# A header of the overlay is tried with every source of the kernel that sees
# it.  Environment: OVERLAY, KERNEL (its configuration), OUT (where the kernel's
# own objects are), SRCS, SEAM (objects linked besides), KCC, KCFLAGS,
# KFLAGS (include path and definitions of sources below kernel/), MACHDEP_INC,
# JSON.  Exit 0: nothing found, 2: something, or no such overlay.
set -u
LC_ALL=C
export LC_ALL
dir=${OVERLAY%/}
if [ ! -d "$dir" ]; then
	echo "OVERLAY=$dir: no such folder; name one that holds changed" \
	    "sources under their paths below kernel/" >&2
	exit 2
fi
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
mkdir -p "$t/include" "$t/none" "$t/obj"
ln -s "$(realpath "$dir")/arch/amd64/include" "$t/include/machine"
ln -s "$(realpath "$dir")/arch/x86/include" "$t/include/x86"
tab=$(printf '\t')
: >"$t/found"

# finding file line kind name remedy
finding() {
	printf '%s\t%s\t%s\t%s\t%s\n' "$@" >>"$t/found"
}

# ---- files
find -L "$dir" -type f ! -path "$dir/FILES" | sort >"$t/files"
: >"$t/new"
if [ -f "$dir/FILES" ]; then
	sed 's/#.*//' "$dir/FILES" | tr -s ' \t' '\n\n' | sed '/^$/d' >"$t/new"
fi
while read -r path; do
	[ -f "$dir/$path" ] || finding "$dir/FILES" \
	    "$(grep -nF -- "$path" "$dir/FILES" | head -n 1 | cut -d: -f1)" \
	    files "$path" "it is not in $dir; add it or take the line away"
done <"$t/new"
# The source of the kernel that a file of the overlay replaces.
counterpart() {	# path
	case " $SRCS " in
	*" kernel/$1 "*) echo "kernel/$1" ;;
	*" $1 "*) echo "$1" ;;
	esac
}
unnamed() {	# path
	if [ -e "kernel/$1" ]; then
		echo "kernel/$1 is not part of $KERNEL; name $1 in" \
		    "$dir/FILES, or check another KERNCONF"
	else
		echo "kernel/$1 does not exist; name $1 in $dir/FILES if it" \
		    "is new, or correct its path"
	fi
}

# ---- compilation
# says file out option...: what the compiler says of a source
says() {
	src=$1 obj=$2 inc=
	shift 2
	case $src in
	kernel/* | "$dir"/[!p]* | "$dir"/p[!o]*) ;;
	*) inc=$MACHDEP_INC ;;
	esac
	# shellcheck disable=SC2086 # lists
	$KCC $KCFLAGS "-I$dir" "-I$t/include" $KFLAGS $inc "-I$t/none" \
	    -ftrack-macro-expansion=0 -fmax-errors=0 -fdiagnostics-plain-output \
	    -MMD -MF "$obj.d" "$@" "$src" -o "$obj" 2>&1
}
# try file out option...: its findings into $t/try.  A header that is not
# there ends a compilation, so it is made up, empty, and the file tried again.
try() {
	rm -rf "$t/none" && mkdir "$t/none"
	: >"$t/try"
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		says "$@" >"$t/text"
		awk -f mk/overlay-check.awk "$t/text" >"$t/said" || exit 5
		header=$(sed -n "s/^[^${tab}]*${tab}[^${tab}]*${tab}header${tab}//p" \
		    "$t/said" | head -n 1)
		[ -n "$header" ] || break
		grep "${tab}header$tab" "$t/said" >>"$t/try"
		mkdir -p "$t/none/$(dirname "$header")"
		: >"$t/none/$header"
	done
	cat "$t/said" >>"$t/try"
}
# Where a name is declared, for the remedy.
declared() {	# name
	grep -rlE --include='*.h' -- \
	    "^[^[:space:]/*].*\b$1[(;[]|^#[ 	]*define[ 	]+$1\b|^	$1(,| =)" \
	    kernel | sort | head -n 1
}
remedy() {	# kind name
	case $1 in
	header)
		echo "no such header below kernel/; include another, or add" \
		    "$dir/$2" ;;
	name)
		case $2 in
		struct\ *) h=$(grep -rlE --include='*.h' "^$2 \\{" kernel |
		    sort | head -n 1) ;;
		*) h=$(declared "$2") ;;
		esac
		if [ -n "$h" ]; then
			echo "include <$(echo "$h" | sed 's,^kernel/,,
			    s,^arch/amd64/include,machine,
			    s,^arch/x86/include,x86,')>"
		else
			echo "no header of the kernel has it; add one to" \
			    "$dir that has"
		fi ;;
	field)
		h=$(grep -rlE --include='*.h' "^(typedef )?struct ${2%%.*} \\{" \
		    kernel | sort | head -n 1)
		echo "struct ${2%%.*} is in ${h:-no header}; use another" \
		    "field, or add the header to $dir with this one" ;;
	*)
		echo "correct it" ;;
	esac
}
report() {	# of $t/try; whose fault, if not the file's
	while IFS=$tab read -r file line kind name; do
		what=$(remedy "$kind" "$name")
		finding "$file" "$line" "$kind" "$name" \
		    "$what${1+ (with $1)}"
	done <"$t/try"
}

nsrc=0 nhead=0
: >"$t/replaced"
: >"$t/sees"
while read -r f; do
	path=${f#"$dir"/}
	case $path in
	*.[cS])
		nsrc=$((nsrc + 1))
		old=$(counterpart "$path")
		if [ -n "$old" ]; then
			echo "$old" >>"$t/replaced"
		elif ! grep -qxF -- "$path" "$t/new"; then
			finding "$f" 1 files "$path" "$(unnamed "$path")"
		fi
		o=$t/obj/$(echo "${path%.*}" | tr / @).o
		asm=
		[ "${path##*.}" = c ] || asm=-D__ASSEMBLER__
		try "$f" "$o" -c $asm
		report
		cat "$o.d" >>"$t/sees" 2>/dev/null
		[ ! -f "$o" ] || printf '%s\t%s\n' "$o" "$f" >>"$t/objects"
		;;
	*.h) nhead=$((nhead + 1)) ;;
	*)
		finding "$f" 1 files "$path" \
		    "an overlay has .c, .S and .h files; take it away" ;;
	esac
done <"$t/files"
touch "$t/objects"

# ---- headers of the overlay, with the sources that see their counterparts
while read -r f; do
	path=${f#"$dir"/}
	[ "${path##*.}" = h ] || continue
	case $path in	# as dependency files have them
	arch/amd64/include/*) seen=machine/${path##*/} ;;
	arch/x86/include/*) seen=x86/${path##*/} ;;
	*) seen=$path ;;
	esac
	if [ ! -e "kernel/$path" ]; then
		grep -qF "/$seen" "$t/sees" ||
		    finding "$f" 1 files "$path" \
			"it replaces nothing and no file here includes it"
		continue
	fi
	for src in $SRCS; do
		! grep -qxF "$src" "$t/replaced" || continue
		grep -qF "/$seen" "$OUT/${src%.*}.s.d" 2>/dev/null || continue
		echo "$src"
	done
done <"$t/files" | sort -u >"$t/again"
while read -r src; do
	asm=
	[ "${src##*.}" = c ] || asm=-D__ASSEMBLER__
	try "$src" "$t/again.o" -c $asm
	report "the headers of $dir"
done <"$t/again"

# ---- symbols
for src in $SRCS; do
	grep -qxF "$src" "$t/replaced" || echo "$OUT/${src%.*}.plain.o"
done >"$t/rest"
for src in $(cat "$t/replaced"); do
	nm -A -f posix --defined-only -g "$OUT/${src%.*}.plain.o"
done | awk '{ print $2 }' | sort -u >"$t/defined.old"
# shellcheck disable=SC2086,SC2046 # lists
nm -A -f posix -g --defined-only $(cat "$t/rest") $SEAM |
    awk '{ sub(/:$/, "", $1); print $2 "\t" $1 "\t" $3 }' |
    sort >"$t/defined.rest"
# shellcheck disable=SC2046
nm -A -f posix -u $(cat "$t/rest") |
    awk '{ sub(/:$/, "", $1); print $2 "\t" $1 }' | sort >"$t/needed.rest"
source_of() {	# object: the source it was made of
	echo "${1#"$OUT"/}" | sed 's/\.plain\.o$//'
}
: >"$t/defined.new"
while IFS=$tab read -r o f; do
	nm -l -g -f posix --defined-only "$o" |
	    awk -v f="$f" '{ line = 1; if (match($0, /:[0-9]+$/))
		line = substr($0, RSTART + 1); print $1 "\t" f "\t" $2 "\t" line }'
done <"$t/objects" | sort >"$t/defined.new"
cut -f1 "$t/defined.rest" "$t/defined.new" | sort -u >"$t/all"
line_of() {	# name file: where it stands, 1 if a macro has it
	n=$(grep -nw -- "$1" "$2" | head -n 1 | cut -d: -f1)
	echo "${n:-1}"
}
while IFS=$tab read -r o f; do
	nm -u -f posix "$o" | awk '{ print $1 }' | sort -u | comm -23 - "$t/all" |
	    grep -vE '^__(start|stop)_|^seam_' | while read -r name; do
		! grep -qF "$f$tab" "$t/found" ||
		    ! grep -qE "${tab}name$tab$name$tab" "$t/found" || continue
		finding "$f" "$(line_of "$name" "$f")" symbol "$name" \
		    "undefined: no file of $KERNEL defines it; name one that does in $dir/FILES"
	done
done <"$t/objects"
# What only the replaced file defined, and another needs.
comm -23 "$t/defined.old" "$t/all" | while read -r name; do
	o=$(awk -F'\t' -v n="$name" '$1 == n { print $2; exit }' "$t/needed.rest")
	[ -n "$o" ] || continue
	for old in $(cat "$t/replaced"); do
		new=$dir/${old#kernel/}
		[ -f "$new" ] || new=$dir/$old
		nm -g --defined-only -f posix "$OUT/${old%.*}.plain.o" |
		    grep -q "^$name " || continue
		# One that did not compile says nothing about its symbols.
		grep -qF "$tab$new" "$t/objects" || continue
		finding "$new" 1 symbol "$name" \
		    "undefined: $(source_of "$o") needs it and $old defined it; define it here"
	done
done
# Twice defined; common symbols may be.
join -t "$tab" "$t/defined.new" "$t/defined.rest" |
    awk -F'\t' '$3 != "C" && $6 != "C" && $3 != "W" && $6 != "W"' |
    while IFS=$tab read -r name f _ line o _; do
	finding "$f" "$line" symbol "$name" \
	    "duplicate: $(source_of "$o") defines it; make it static, or replace that file too"
done
awk -F'\t' '$3 != "C" && $3 != "W" && $1 == last && $2 != where {
	print $1 "\t" $2 "\t" $4 "\t" where }
	{ last = $1; where = $2 }' "$t/defined.new" |
    while IFS=$tab read -r name f line other; do
	finding "$f" "$line" symbol "$name" \
	    "duplicate: $other defines it; make one static"
done

# ---- report
sort -u "$t/found" | sort -s -t "$tab" -k1,1 -k2,2n >"$t/sorted"
n=$(wc -l <"$t/sorted")
if [ -n "${JSON:-}" ]; then
	jq -Rn --arg overlay "$dir" --arg kernel "$KERNEL" '{overlay: $overlay,
	    kernel: $kernel, findings: [inputs | split("\t") | {file: .[0],
	    line: (.[1] | tonumber), kind: .[2], name: .[3], remedy: .[4]}]}' \
	    "$t/sorted"
else
	awk -F'\t' '{ printf "%s:%s: %s: %s: %s\n", $1, $2, $3, $4, $5 }' \
	    "$t/sorted"
	echo "overlay-check: $dir on $KERNEL: $nsrc sources, $nhead headers" \
	    "seen by $(wc -l <"$t/again") sources: $n findings"
fi
[ "$n" -eq 0 ] || exit 2
