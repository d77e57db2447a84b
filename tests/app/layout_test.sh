#!/bin/sh
# layout_test.sh: `rangeley show layout', and that kernels made from one source
# under different options have the same structs.
#
# The twin: kernel/net/pktqueue.c with a field of struct pktqueue under #ifdef
# NET_MPSAFE, compiled with and without that option.
set -u
: "${B:=build}"
. tests/say.subr
. "$B/kernel.env"
rangeley=$B/rangeley
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
seen="$t/out"

# Those of the first configuration and of the second, with the same programs.
pairs="GENERIC:NET_MPSAFE $(case " $KERNELS " in
	*' bridge_mpsafe '*) echo bridge:bridge_mpsafe ;; esac)"
for pair in $pairs; do
	"$rangeley" show layout "${pair%:*}" --same-as "${pair#*:}" \
	    >"$t/out" 2>&1 &&
	    [ "$(sed -n 's/^\([0-9]*\) structs are the same, 0 are.*/\1/p' \
	    "$t/out")" -ge 100 ]
	say $? "$pair: $(tail -n 1 "$t/out")"
done

build() {	# name, flag: pktqueue.c, linked alone
	$KCC $KCFLAGS $KERNEL_INC $KERNEL_DEFS $2 -c "$t/pktqueue.c" \
	    -o "$t/$1.o" && ld --unresolved-symbols=ignore-all -e 0 \
	    "$t/$1.o" -o "$t/$1.elf"
}
compare() {
	"$rangeley" show layout "$t/with.elf" --same-as "$t/without.elf" \
	    >"$t/out" 2>&1
}
cp kernel/net/pktqueue.c "$t/pktqueue.c"
build with -DNET_MPSAFE && build without '' && compare
say $? 'pktqueue.c has the same structs with NET_MPSAFE'
sed -e '/^__CTASSERT/d' -e 's/^\(.*\)void \*[[:space:]]*pq_sih;.*/#ifdef NET_MPSAFE\nu_int pq_twin;\n#endif\n&/' \
    kernel/net/pktqueue.c >"$t/pktqueue.c"
! cmp -s kernel/net/pktqueue.c "$t/pktqueue.c"
say $? 'twin: a field under #ifdef'
build with -DNET_MPSAFE && build without '' && ! compare &&
    grep -q '^struct pktqueue: ' "$t/out" && grep -q 'pq_twin at' "$t/out"
say $? "twin: is noticed: $(head -n 2 "$t/out" | tr '\n' ' ')"

"$rangeley" show layout ktest lwp --json >"$t/out" 2>&1 &&
    jq -e '.lwp.fields[] | select(.field == "l_name") | .bytes == 8' \
	"$t/out" >/dev/null
say $? 'a struct as JSON'
"$rangeley" show layout ktest tally >"$t/out" 2>&1 &&
    grep -Eq '^ +64 +4  t_atomic$' "$t/out" && grep -q '^  line 1$' "$t/out"
say $? 'a struct by lines'
"$rangeley" show layout ktest moon >"$t/out" 2>&1
[ $? -eq 2 ] && grep -q "no struct 'moon'" "$t/out"
say $? 'refused: no such struct'
exit $bad
