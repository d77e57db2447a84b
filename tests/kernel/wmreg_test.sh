#!/bin/sh
# wmreg_test.sh: the driver's header of the I354's registers and the model's were written
# apart, from the same facts; wmreg.txt says which names must agree.  Each of the
# driver's registers is in it.  Twins: a wrong offset, a wrong bit.
set -u
: "${B:=build}"
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
. tests/say.subr
seen="$t/out"
driver=kernel/dev/pci/if_wmreg.h
grep -v '^#' tests/kernel/wmreg.txt >"$t/pairs"

# values header column: what the expressions of a column are, with that header
values() {
	{
		printf '#include <stdio.h>\n#include <stdint.h>\n#define __packed\n'
		printf '#include "%s"\nint main(void) {\n' "$1"
		awk -v c="$2" '{
			printf "printf(\"%%#llx %s\\n\", (unsigned long long)(%s));\n", $1, $c
		}' "$t/pairs"
		printf 'return 0; }\n'
	} >"$t/x.c"
	gcc -w -I. "$t/x.c" -o "$t/x" && "$t/x"
}
values sim/nic_i354/i354_reg.h 2 >"$t/model" 2>"$t/out"
say $? "the model's header has all names"
values $driver 1 >"$t/driver" 2>"$t/out"
say $? "the driver's header has all names"
diff "$t/driver" "$t/model" >"$t/out"
say $? "$(wc -l <"$t/pairs") values agree"

# Statistics are rows of the model's table by offset; the driver's own are no registers.
sed -nE 's/^#define (WMREG_[A-Z0-9_]+).*/\1/p' $driver | grep -vE \
    '^WMREG_([RT]XQ|ALGNERRC|SYMERRC|RXERRC|MPC|COLC|SEC|CEXTERR|RLEC|XO.*|FCRUC|RNBC)$' \
    >"$t/names"
while read -r name; do
	grep -qE "^$name[( ]" "$t/pairs" || echo "$name is not in wmreg.txt"
done <"$t/names" >"$t/out"
[ ! -s "$t/out" ]
say $? "each register of the driver is compared"

twin() {	# what sed-script
	sed "$2" $driver >"$t/twin.h"
	cmp -s $driver "$t/twin.h" && { say 1 "twin $1 changes nothing"; return; }
	values "$t/twin.h" 1 >"$t/out" 2>&1
	! cmp -s "$t/out" "$t/model"
	say $? "twin: $1 is noticed"
}
twin 'a wrong offset' 's/0x1524/0x1528/'
twin 'a wrong bit' '/RXCSUM_PCSD/s/13/12/'
exit $bad
