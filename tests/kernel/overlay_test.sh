#!/bin/sh
# overlay_test.sh: `make overlay-check' names each fault of an overlay, with
# file and line, and finds none in a good one.  Most is tried on a small kernel,
# the sources of the image prim.
set -u
: "${B:=build}"
. "$B/kernel.env"
LC_ALL=C
export LC_ALL
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
o=$t/over

. tests/say.subr
seen="$t/out"
check() {	# of $o; output in $t/out
	OVERLAY=$o KERNEL=prim OUT=$B/images/prim SRCS=$PRIM_SRCS \
	    SEAM=$PRIM_SEAM KFLAGS="$KERNEL_INC $KERNEL_DEFS $PRIM_CFLAGS" \
	    MACHDEP_INC="$MACHDEP_INC -Itests/kernel/img" KCC=$KCC \
	    KCFLAGS=$KCFLAGS mk/overlay-check.sh >"$t/out" 2>&1
}
fresh() {
	rm -rf "$o"
	mkdir -p "$o/kern" "$o/sys" "$o/arch/amd64/amd64" \
	    "$o/arch/amd64/include" "$o/arch/x86/include"
}
pcq=kernel/kern/subr_pcq.c
append() {	# to subr_pcq.c: what a fault is, kind, name, text, remedy
	printf '%s\n' "$4" >>"$o/kern/subr_pcq.c"
	printf '%s\t%s:%s: %s: %s: \t%s\n' "$1" "$o/kern/subr_pcq.c" \
	    "$(wc -l <"$o/kern/subr_pcq.c")" "$2" "$3" "$5" >>"$t/faults"
}
# Each fault appended is reported, at its place, with its remedy; nothing else.
reported() {
	while IFS=$(printf '\t') read -r what place remedy; do
		grep -F "$place" "$t/out" | grep -qE "$remedy"
		say $? "$what: ${place##*/}"
	done <"$t/faults"
	[ "$(grep -c "^$o" "$t/out")" -eq "$(wc -l <"$t/faults")" ]
	say $? "nothing but these $(wc -l <"$t/faults")"
	: >"$t/faults"
}
: >"$t/faults"

# ---- good: what is there already, and something new
fresh
cp $pcq "$o/kern"
cp kernel/arch/amd64/amd64/lock_stubs.S "$o/arch/amd64/amd64"
cp kernel/sys/pcq.h "$o/sys"
cp kernel/arch/x86/include/lock.h "$o/arch/x86/include"
echo '#include <sys/own.h>' >>"$o/kern/subr_pcq.c"
echo 'int own_function(void);' >"$o/sys/own.h"
printf '#include <sys/own.h>\nint\nown_function(void)\n{\n\treturn 0;\n}\n' \
    >"$o/kern/subr_own.c"
echo 'kern/subr_own.c	# new' >"$o/FILES"
(cd "$o" && find . -type f | sort | xargs cksum) >"$t/before"
check
rc=$?
[ $rc -eq 0 ] && grep -q ': 3 sources, 3 headers seen by .*: 0 findings$' "$t/out"
say $? 'good: C, assembly, headers, a new source, a new header'
(cd "$o" && find . -type f | sort | xargs cksum) | cmp - "$t/before"
say $? 'good: nothing is changed'

# ---- what the compiler finds
fresh
cp $pcq "$o/kern"
append 'a header' header sys/nowhere.h '#include <sys/nowhere.h>' \
    'no such header'
append 'another' header net/nowhere.h '#include <net/nowhere.h>' \
    'no such header'
append 'a function' name kmem_noalloc \
    'static inline int f1(void) { return kmem_noalloc(8, KM_NOSLEEP); }' \
    'no header of the kernel has it'
append 'a function of another header' name workqueue_destroy \
    'static inline int f2(void) { return (int)workqueue_destroy(0); }' \
    'include <sys/workqueue.h>'
append 'a constant' name PCQ_NOBODY \
    'static inline int f3(void) { return PCQ_NOBODY; }' 'no header'
append 'a constant of another header' name VM_BOOTSTRAP \
    'static inline int f4(void) { return VM_BOOTSTRAP; }' 'include <sys/vmem.h>'
append 'a type' name nowhere_t 'extern nowhere_t x;' 'no header'
append 'a structure' name 'struct nowhere' \
    'static inline int f5(struct nowhere *p) { return p->x; }' 'no header'
append 'a field' field evcnt.ev_length '#include <sys/evcnt.h>
static inline int f6(struct evcnt *p) { return p->ev_length; }' \
    'struct evcnt is in kernel/sys/evcnt.h'
append 'an error' error \
    "expected '=', ',', ';', 'asm' or '__attribute__' before 'y'" \
    'int y y;' 'correct it'
check
[ $? -eq 2 ]
say $? 'what the compiler finds: exit 2'
reported
JSON=1 && export JSON
check
rc=$?
unset JSON
[ $rc -eq 2 ] && [ "$(jq -r '.findings | length' "$t/out")" -eq 10 ] &&
    jq -r '.findings[] | .kind' "$t/out" | sort | uniq -c | tr -s ' \n' ' ' |
    grep -q '1 error 1 field 2 header 6 name'
say $? 'the same as JSON'

# ---- what nm finds
fresh
sed 's/pcq_peek/pcq_look/' $pcq >"$o/kern/subr_pcq.c"
echo 'void *pcq_look(pcq_t *);' >"$o/sys/look.h"
sed -i '/include <sys.pcq.h>/s,$,\n#include <sys/look.h>,' "$o/kern/subr_pcq.c"
append 'undefined' symbol pcq_elsewhere \
    'int pcq_elsewhere(void); int (*pcq_where)(void) = pcq_elsewhere;' \
    'undefined: no file of prim defines it'
append 'duplicate' symbol atomic_add_32 \
    'void atomic_add_32(volatile uint32_t *p, int32_t n) { *p += n; }' \
    'duplicate: kernel/arch/amd64/amd64/atomic defines it'
printf '%s\t%s\t%s\n' 'no longer defined' \
    "$o/kern/subr_pcq.c:1: symbol: pcq_peek: " \
    'undefined: tests/kernel/img/ring.* needs it and .* defined it' >>"$t/faults"
check
[ $? -eq 2 ]
say $? 'what nm finds: exit 2'
reported

# ---- files
fresh
cp $pcq "$o/kern/subr_pcq2.c"
sed -i 's/\bpcq_[a-z]*(/x&/' "$o/kern/subr_pcq2.c"
echo text >"$o/kern/README"
: >"$o/sys/nobody.h"
printf '# new\nkern/gone.c\n' >"$o/FILES"
check
[ $? -eq 2 ]
say $? 'files: exit 2'
for want in 'kern/subr_pcq2.c:1: files: .*FILES if it is new' \
    'FILES:2: files: kern/gone.c: it is not in' \
    'kern/README:1: files:' 'sys/nobody.h:1: files:.*no file here includes it'; do
	grep -q "^$o/$want" "$t/out"
	say $? "files: $want"
done
o=$o/nowhere
check
[ $? -eq 2 ] && grep -q 'no such folder' "$t/out"
say $? 'no such overlay'
o=$t/over

# ---- headers and assembly with faults
fresh
sed 's/kmem_zalloc/kmem_zallok/' kernel/sys/kmem.h >"$o/sys/kmem.h"
sed 's/^ENTRY(__cpu_simple_unlock).*/&\n\tnosuch	%rax/' \
    kernel/arch/amd64/amd64/lock_stubs.S >"$o/arch/amd64/amd64/lock_stubs.S"
sed 's/^#define __HAVE_ATOMIC_AS_MEMBAR/#error own\n&/' \
    kernel/arch/amd64/include/types.h >"$o/arch/amd64/include/types.h"
check
[ $? -eq 2 ]
say $? 'headers and assembly: exit 2'
grep -qE "^$pcq:[0-9]+: name: kmem_zalloc: .*with the headers of $o" "$t/out"
say $? 'a header that lacks a function: who needs it'
grep -q "machine/types.h:[0-9]*: error: #error own" "$t/out"
say $? 'a header of machine/ with an error'
grep -qE "^$o/.*lock_stubs.S:[0-9]+: error: no such instruction" "$t/out"
say $? 'assembly with an error'
exit $bad
