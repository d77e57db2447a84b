#!/bin/sh
# overlay_test.sh: `make overlay-check' names each fault of an overlay, with
# file and line, and finds none in a good one.  Most is tried on a small kernel,
# the sources of the image prim.
set -u
: "${B:=build}"
. "$B/kernel.env"
LC_ALL=C
export LC_ALL
bad=0
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
o=$t/over

say() {	# ok?, what
	if [ "$1" -eq 0 ]; then
		echo "ok $2"
	else
		echo "not ok $2:"
		cat "$t/out"
		bad=1
	fi
}
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
last=$(($(wc -l <$pcq) + 1))	# what is appended stands there

# ---- good
fresh
cp $pcq "$o/kern"
cp kernel/arch/amd64/amd64/lock_stubs.S "$o/arch/amd64/amd64"
cp kernel/sys/pcq.h "$o/sys"
cp kernel/arch/x86/include/lock.h "$o/arch/x86/include"
(cd "$o" && find . -type f | sort | xargs cksum) >"$t/before"
check
rc=$?
[ $rc -eq 0 ] && grep -q ': 0 findings$' "$t/out"
say $? 'good: what is there already, sources and headers'
(cd "$o" && find . -type f | sort | xargs cksum) | cmp - "$t/before"
say $? 'good: nothing is changed'
echo '#include <sys/own.h>' >>"$o/kern/subr_pcq.c"
echo 'int own_function(void);' >"$o/sys/own.h"
printf '#include <sys/own.h>\nint\nown_function(void)\n{\n\treturn 0;\n}\n' \
    >"$o/kern/subr_own.c"
echo kern/subr_own.c >"$o/FILES"
check
say $? 'good: a new source named in FILES, a new header'

# ---- one fault each: name, kind, what names it, line, text that is appended
fault() {
	fresh
	cp $pcq "$o/kern"
	printf '%s\n' "$5" >>"$o/kern/subr_pcq.c"
	check
	[ $? -eq 2 ] &&
	    grep -qE "^$o/kern/subr_pcq.c:$4: $2: $3: " "$t/out" &&
	    [ "$(grep -c "^$o" "$t/out")" -eq 1 ]
	say $? "$1: $(head -n 1 "$t/out" | sed "s,^$o/,,")"
}
fault 'a header' header sys/nowhere.h "$last" '#include <sys/nowhere.h>'
fault 'a function' name kmem_intr_alloc "$last" \
    'static inline void *f(void) { return (void *)(long)kmem_intr_alloc(8, KM_NOSLEEP); }'
grep -q 'include <sys/kmem.h>\|no header of the kernel has it' "$t/out"
say $? 'a function: the remedy says what to include'
fault 'a function that another header has' name mutex_owned "$last" \
    'static inline int f(void) { return mutex_owned(0); }'
grep -q 'include <sys/mutex.h>' "$t/out"
say $? 'a function that another header has: which'
fault 'a constant' name PCQ_NOBODY "$last" \
    'static inline int f(void) { return PCQ_NOBODY; }'
fault 'a type' name nowhere_t "$last" 'extern nowhere_t x;'
fault 'a structure' name 'struct nowhere' "$last" \
    'static inline int f(struct nowhere *p) { return p->x; }'
fault 'a field' field pcq.pcq_length "$last" \
    'static inline int f(pcq_t *p) { return p->pcq_length; }'
fault 'an undefined symbol' symbol pcq_elsewhere "$last" \
    'int pcq_elsewhere(void); int (*pcq_where)(void) = pcq_elsewhere;'
grep -q 'undefined: no file of prim' "$t/out"
say $? 'an undefined symbol: said so'
fault 'a duplicate symbol' symbol atomic_add_32 "[0-9]*" \
    'void atomic_add_32(volatile uint32_t *p, int32_t n) { *p += n; }'
grep -q 'duplicate: kernel/arch/amd64/amd64/atomic ' "$t/out"
say $? 'a duplicate symbol: of whom'

fresh
sed '/^pcq_peek/s/pcq_peek/pcq_look/' $pcq >"$o/kern/subr_pcq.c"
sed -i '/pcq_peek/s/pcq_peek/pcq_look/' "$o/kern/subr_pcq.c"
sed 's/pcq_peek/pcq_look/' kernel/sys/pcq.h >"$o/sys/pcq.h"
check
[ $? -eq 2 ] && grep -q ": symbol: pcq_peek: undefined: .* needs it" "$t/out"
say $? 'a symbol that is no longer defined'

# ---- files
fresh
cp $pcq "$o/kern/subr_pcq2.c"
check
[ $? -eq 2 ] && grep -q "^$o/kern/subr_pcq2.c:1: files: .*FILES if it is new" "$t/out"
say $? 'a file without counterpart that FILES has not'
fresh
cp $pcq "$o/kern"
printf '# new\nkern/gone.c\n' >"$o/FILES"
check
[ $? -eq 2 ] && grep -q "^$o/FILES:2: files: kern/gone.c: it is not in" "$t/out"
say $? 'a line of FILES without a file'
fresh
echo text >"$o/kern/README"
check
[ $? -eq 2 ] && grep -q "^$o/kern/README:1: files:" "$t/out"
say $? 'a file that is no source'
fresh
: >"$o/sys/nobody.h"
check
[ $? -eq 2 ] && grep -q "^$o/sys/nobody.h:1: files:" "$t/out"
say $? 'a header that nobody includes'
fresh
: >"$o/kern/kern_missing.c"
o=$o/nowhere
check
[ $? -eq 2 ] && grep -q 'no such folder' "$t/out"
say $? 'no such overlay'
o=$t/over

# ---- headers and assembly
fresh
sed 's/kmem_zalloc/kmem_zallok/' kernel/sys/kmem.h >"$o/sys/kmem.h"
check
[ $? -eq 2 ] &&
    grep -qE "^$pcq:[0-9]+: name: kmem_zalloc: .*with the headers of $o" "$t/out"
say $? 'a header that lacks a function: who needs it'
fresh
sed 's/__HAVE_ATOMIC_AS_MEMBAR/&\n#error kpi/' \
    kernel/arch/amd64/include/types.h >"$o/arch/amd64/include/types.h"
check
[ $? -eq 2 ] && grep -q "arch/amd64/include/types.h\|machine/types.h:.*kpi" "$t/out"
say $? 'a header of machine/ with an error'
fresh
sed 's/^ENTRY(__cpu_simple_unlock).*/&\n\tnosuch	%rax/' \
    kernel/arch/amd64/amd64/lock_stubs.S >"$o/arch/amd64/amd64/lock_stubs.S"
check
[ $? -eq 2 ] && grep -qE "lock_stubs.S:[0-9]+: error: no such instruction" "$t/out"
say $? 'assembly with an error'

# ---- all at once, as JSON
fresh
cp $pcq "$o/kern"
cat >>"$o/kern/subr_pcq.c" <<'X'
#include <sys/nowhere1.h>
#include <sys/nowhere2.h>
static inline int f(pcq_t *p) { return p->pcq_length + PCQ_NOBODY; }
int pcq_elsewhere(void);
int (*pcq_where)(void) = pcq_elsewhere;
X
JSON=1 && export JSON
check
rc=$?
unset JSON
[ $rc -eq 2 ] && jq -r '.findings[] | .kind + " " + .name' "$t/out" >"$t/kinds" &&
    printf '%s\n' 'header sys/nowhere1.h' 'header sys/nowhere2.h' \
	'name PCQ_NOBODY' 'field pcq.pcq_length' | sort >"$t/want" &&
    sort "$t/kinds" | cmp - "$t/want"
say $? 'all faults of a file at once, as JSON'
exit $bad
