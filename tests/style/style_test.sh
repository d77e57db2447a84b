#!/bin/sh
# style_test.sh: each check of style.sh passes a good sample and catches a bad
# one, written below beside each other.
set -u
style=$(cd "$(dirname "$0")" && pwd)/style.sh
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# sample check good|bad file: stdin becomes file in an otherwise empty tree
# (page and program of a good manual are there for the check of manuals).  It stands
# behind a pipe, where a variable would be lost: what is wrong is said in $tmp/bad.
sample() {
	rm -rf "$tmp/t"
	mkdir -p "$tmp/t/$(dirname "$3")" "$tmp/t/sim/core" "$tmp/t/b"
	mkdir -p "$tmp/t/port"
	: >"$tmp/t/sim/core/err.h"
	: >"$tmp/t/port/seam.h"
	echo 'check_scripts += tests/known_test.sh' >"$tmp/t/module.mk"
	cat >"$tmp/t/$3"
	[ ! -f "$tmp/rangeley" ] || cp "$tmp/rangeley" "$tmp/t/b"
	[ ! -f "$tmp/.clang-format" ] || cp "$tmp/.clang-format" "$tmp/t"
	out=$(cd "$tmp/t" && B=b "$style" "$1" 2>&1)
	rc=$?
	if [ "$2" = good ] && [ $rc -eq 0 ]; then
		echo "ok $1: $3 passes"
	elif [ "$2" = bad ] && [ $rc -eq 1 ] && echo "$out" | grep -q "^$3:"; then
		echo "ok $1: $3 is caught"
	else
		printf 'not ok %s: %s sample %s\n%s\n' "$1" "$2" "$3" "$out"
		: >"$tmp/bad"
	fi
}

lines() { yes 'x;' | head -n "$1"; }

echo '#include "core/err.h"' | sample layers good sim/mem/a.c
echo '#include "mem/a.h"' | sample layers bad sim/core/a.c
echo '# include "../app/app.h"' | sample layers bad sim/cpu/a.c
echo '#include "seam.h"' | sample layers good port/thunk/a.c
echo '#include "core/err.h"' | sample layers bad kernel/net/a.c
echo '#include <systemc>' | sample layers bad sim/core/a.c
echo '#include <stdio.h>' | sample layers bad port/seam.h
echo 'int i;' | sample layers bad sim/mem/a.cc
echo 'struct mbuf *m;' | sample layers bad sim/mem/a.c
echo "int seam_x;" | sample layers bad kernel/net/b.c

{ echo 'int f(void) {'; lines 68; echo '}'; } | sample functions good a.c
{ echo 'int f(void) {'; lines 69; echo '}'; } | sample functions bad a.c
lines 600 | sample lines good a.c
lines 601 | sample lines bad a.c

for w in TO-DO FIX-ME X-XX place-holder 'not impl-emented' 'for n-ow' st-ub; do
	echo "/* $w */" | tr -d - | sample words bad a.c
done
echo 'stubborn words todo' | sample words good a.c

# kernel/net/if.c has one, for the lock of if_snd.
echo '#ifdef NET_MPSAFE' | sample mpsafe good kernel/net/if.c
lines 3 | sed 's/.*/#ifdef NET_MPSAFE/' | sample mpsafe bad kernel/net/if.c
echo 'int i;' | sample mpsafe good kernel/net/b.c
echo '#if defined(BRIDGE_MPSAFE)' | sample mpsafe bad kernel/net/b.c
echo '# ifndef WM_MPSAFE' | sample mpsafe bad kernel/dev/pci/b.h

echo 'see /tmp/x' | sample paths good README.md
printf 'see /%s/x\n' work | sample paths bad README.md
head -c 5000000 /dev/zero | sample sizes good a.bin
head -c 5000001 /dev/zero | sample sizes bad a.bin

cp "${style%/tests/*}/.clang-format" "$tmp"
printf 'int\nf(void)\n{\n\treturn 0;\n}\n' | sample format good a.c
printf 'int f(void) {\n\treturn 0; }\n' | sample format bad a.c

echo 'if true' | sample scripts bad a.sh
echo exit | sample tests good tests/known_test.sh
echo exit | sample tests bad tests/unknown_test.sh
echo | sample tests bad tests/sim/test_a.c

cat >"$tmp/rangeley" <<'EOF'
#!/bin/sh
[ "$1" = run ] && echo "  -j, --json   as JSON" && exit
printf 'Options:\n  -?, --help  help\n\nCommands:\n  run  run\n\n'
EOF
chmod +x "$tmp/rangeley"
page() {
	printf '.Dd January 1, 2026\n.Dt RANGELEY 1\n.Os\n.Sh NAME\n'
	printf '.Nm rangeley\n.Nd x\n.Sh DESCRIPTION\n.Bl -tag -width x\n'
	printf '.It Cm run\nx\n.It Fl -help\nx\n%s.El\n' "$1"
}
option='.It Fl j , Fl -json
'
page "$option" | sample manual good docs/man/rangeley.1
page '' | sample manual bad docs/man/rangeley.1
page '.It Fl -json
' | sample manual bad docs/man/rangeley.1
page "$option" | sed 's/Cm run/Cm walk/' | sample manual bad docs/man/rangeley.1
page "$option" | sed '/^.El/d' | sample manual bad docs/man/rangeley.1

[ ! -e "$tmp/bad" ] || exit 1
# Twin: a sample in which nothing is bad.
echo 'good' | sample words bad a.c >/dev/null
[ -e "$tmp/bad" ] || { echo 'not ok: what is not caught does not count'; exit 1; }
echo 'ok what is not caught counts'
