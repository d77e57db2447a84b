#!/bin/sh
# link_test.sh: what NetBSD's kernels keep in sections of their own survives
# mk/image.lds and the objcopy after it: link sets from several files, between
# __start_ and __stop_; data of a cache line of their own; data that are only
# read; the idents of files.  Twins: linker scripts that lose one of these.
set -u
: "${B:=build}"
. "$B/kernel.env"
LC_ALL=C
export LC_ALL
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT

. tests/say.subr
seen="$t/out"

# Two files, each with 3 of a set, 2 lines, 1 byte that is read, an ident.
part() {	# letter
	cat <<X
#include <sys/param.h>
#include <sys/cdefs.h>
__KERNEL_RCSID(0, "\$Rangeley: part_$1.c,v 1.1 \$");
struct item { int number; };
struct item item_${1}1 = { 1 }, item_${1}2 = { 2 };
static const struct item item_${1}3 = { 3 };
__link_set_add_data(items, item_${1}1);
__link_set_add_data(items, item_${1}2);
__link_set_add_rodata(items, item_${1}3);
int before_$1 = 1;
int line_$1 __cacheline_aligned = 1;
char line_zero_$1 __cacheline_aligned;
int after_$1 = 1;
int read_$1 __read_mostly = 1;
X
}
compile() {	# text object
	# shellcheck disable=SC2086 # lists
	$KCC $KCFLAGS $KERNEL_INC $KERNEL_DEFS -x c -c - -o "$2" <"$1" \
	    >"$t/out" 2>&1
}
for p in a b; do
	part $p >"$t/$p.c"
	compile "$t/$p.c" "$t/$p.o"
	say $? "part $p compiles"
done
cat >"$t/main.c" <<'X'
#include <sys/param.h>
#include <sys/cdefs.h>
struct item { int number; };
__link_set_decl(items, struct item);
int rangeley_image(void);
int
rangeley_image(void)
{
	struct item *const *p;
	int n = 0;
	__link_set_foreach(p, items)
		n += (*p)->number;
	return n + (int)__link_set_count(items);
}
X
compile "$t/main.c" "$t/main.o"
say $? 'a file that walks the set compiles'

# survives script: links and looks.
survives() {
	{
		# shellcheck disable=SC2086 # a list
		${LD_IMAGE%mk/image.lds*}$1${LD_IMAGE#*mk/image.lds} \
		    "$t/main.o" "$t/a.o" "$t/b.o" -o "$t/x.tmp" &&
		    objcopy --keep-global-symbol=rangeley_image "$t/x.tmp" "$t/x"
	} >"$t/out" 2>&1 || return 1
	nm -S -n "$t/x" >"$t/nm"
	readelf -p .comment "$t/x" >"$t/ident" 2>/dev/null
	objdump -s -j link_set_items "$t/x" >"$t/set" 2>/dev/null
	awk -v ident="$t/ident" -v set="$t/set" '
	function hex(s,   i, v) {
		for (i = 1; i <= length(s); i++)
			v = v * 16 + index("0123456789abcdef", substr(s, i, 1)) - 1
		return v
	}
	function fault(s) { print s; bad = 1 }
	{ name = $NF; at[name] = hex($1); size[name] = NF > 3 ? hex($2) : 0 }
	END {
		n = (at["__stop_link_set_items"] - at["__start_link_set_items"]) / 8
		if (n != 6)
			fault("link set: " n " items, 6 were added")
		# Each word of the section is an address of an item.
		while ((getline s <set) > 0)
			if (s ~ /^ [0-9a-f]+ /) {
				split(s, w, " ")
				for (i = 2; i < 6; i += 2)
					found[swap(w[i])]
			}
		for (name in at)
			if (name ~ /^item_/ && !(at[name] in found))
				fault("link set: " name " is not in it")
		for (name in at)
			if (name ~ /^line_/) {
				if (at[name] % 64)
					fault(name ": not at a line")
				for (other in at)
					if (other != name && size[other] > 0 &&
					    int(at[other] / 64) == int(at[name] / 64))
						fault(name ": " other " is in its line")
			}
		# What is only read lies together, and with nothing else.
		for (name in at)
			if (name ~ /^read_/)
				for (other in at)
					if (other !~ /^read_/ && size[other] > 0 &&
					    int(at[other] / 64) == int(at[name] / 64))
						fault(name ": " other " is in its line")
		while ((getline s <ident) > 0)
			text = text s
		if (text !~ /part_a\.c,v 1\.1/ || text !~ /part_b\.c,v 1\.1/)
			fault("ident: of a part it is gone")
		exit bad
	}
	function swap(s,   i, r) {
		for (i = 7; i > 0; i -= 2)
			r = r substr(s, i, 2)
		return hex(r)
	}' "$t/nm" >"$t/out"
}
survives mk/image.lds
say $? 'sets, lines, read-mostly data and idents survive the link'

twin() {	# sed-script what-is-said
	sed "$1" mk/image.lds >"$t/twin.lds"
	! cmp -s mk/image.lds "$t/twin.lds" && ! survives "$t/twin.lds" &&
	    grep -qE "$2" "$t/out"
	say $? "twin of the linker script: $(head -n 1 "$t/out")"
}
twin '/DISCARD/s/{/{ *(link_set_items)/' 'link_set_items|link set:'
twin '/\.data\.read_mostly/d' 'read_.: .* is in its line'
twin 's/\*(\.data\.cacheline_aligned)/. = . + 4; &/;/ALIGN(64);/d' \
    'is in its line'
twin 's/^	\.comment 0 .*//;/DISCARD/s/{/{ *(.comment)/' 'ident:'

# ---- kernels that are there
for k in $KERNELS; do
	f=$B/images/$k/image.elf
	[ -f "$f" ] || continue
	nm "$f" | awk '{ at[$3] = $1 } END {
		for (name in at)
			if (sub(/^__start_link_set_/, "", name)) {
				a = at["__start_link_set_" name]
				b = at["__stop_link_set_" name]
				printf "%s%s", sep, name
				sep = ", "
				n++
				if (b == "" || a == b)
					exit 1
			}
		exit !n }' >"$t/out"
	say $? "$k: link sets $(cat "$t/out")"
done
exit $bad
