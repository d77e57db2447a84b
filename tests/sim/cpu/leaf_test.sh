#!/bin/sh
# The thunks of branches neither keep the flags nor clear DF, because
# hk_branch() calls nothing and has no string instruction (thunks.c).  Is that
# so in the program that was built?  The twins are functions of which it is
# not true.
set -u
: "${B:=build}"
if grep -q fsanitize "$B/flags.sim"; then
	echo "code with sanitizers calls their library"
	exit 77
fi

# leaf function: true if it has neither
leaf() {
	objdump -d --no-show-raw-insn --disassemble="$1" "$B/rangeley" |
	    awk -v fn="<$1>:" '$2 == fn { inside = 1; next }
		inside && /:\t/ {
			n++
			if (/\t(call|rep|(movs|stos|lods|cmps|scas)[bwlq]? )/)
				bad = 1
			if (/\tj/ && $NF ~ /^</ && $NF !~ "^<" name "[+>]")
				bad = 1
		}
		END { exit n < 20 || bad }' name="$1"
}

rc=0
leaf hk_branch || {
	echo "not ok: hk_branch calls something or has a string instruction"
	rc=1
}
for twin in hk_ijmp cpu_create no_such_function; do
	if leaf $twin; then
		echo "not ok: $twin passes as well"
		rc=1
	fi
done
exit $rc
