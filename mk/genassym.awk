# genassym.awk: from genassym.cf to C whose assembly names the values.
#
#	include <sys/lwp.h>	#include of the C
#	define NAME expression	a line "ASSYM NAME $value" of the assembly
#	ifdef, ifndef, else, endif	as in C
#	quote text		text, a line of the C

function fail(text) {
	printf "%s:%d: %s\n", FILENAME, FNR, text >"/dev/stderr"
	failed = 1
	exit 2
}
/^[ \t]*(#|$)/ { next }
$1 == "include" && NF == 2 { print "#include " $2; next }
$1 == "ifdef" || $1 == "ifndef" || $1 == "else" || $1 == "endif" {
	print "#" $1 " " $2
	next
}
$1 == "quote" { sub(/^[ \t]*quote[ \t]+/, ""); print; next }
$1 == "define" && NF > 2 {
	nm = $2
	sub(/^[ \t]*define[ \t]+[A-Za-z0-9_]+[ \t]+/, "")
	printf "void assym_%s(void);\nvoid\nassym_%s(void)\n{\n", nm, nm
	printf "\t__asm__ volatile(\"ASSYM %s %%0\" : : \"i\"((long)(%s)));\n}\n", nm, $0
	next
}
{ fail("neither `include <header>' nor `define NAME expression' nor `quote text'") }
