#!/bin/sh
# style.sh [check...]: does the tree keep the rules of docs/STYLE.md?
#
# Each finding is one line "file:line: what; remedy" and each check closes
# with "ok name" or "not ok name".  Exit code 0, or 1 with findings.  The tree
# is the current directory: what git tracks, or all files outside git.
# style_test.sh shows every check a sample that it must catch.
set -u
: "${B:=build}"
here=$(dirname "$0")

if git ls-files --error-unmatch Makefile >/dev/null 2>&1; then
	gone=$(git ls-files -d)
	files() {	# pattern...: tracked files, or all that match
		if [ -z "$gone" ]; then
			git ls-files -- "$@"
		else
			git ls-files -- "$@" | grep -vxF "$gone"
		fi
	}
else
	files() {
		for p in "$@"; do
			find . -type f -name "${p##*/}" | sed 's,^\./,,'
		done
	}
fi

# Who may include whom; see layers.awk.
check_layers() {
	files '*.c' '*.h' '*.S' '*.cc' | grep -v '^tests/' |
	    xargs -r grep -Hn '^[[:space:]]*#[[:space:]]*include' |
	    awk -f "$here/layers.awk"
	files '*.cc' '*.cpp' | grep -v '^sim/sc/' |
	    sed 's/$/:1: C++ outside sim\/sc; use the C API of sim\/sc/'
	files '*.c' '*.h' | grep '^sim/' |
	    xargs -r grep -HnwE 'mbuf|ifnet|softint|lwp|splnet|pserialize' |
	    sed 's/$/; sim\/ is hardware and knows no kernel/'
	files '*.c' '*.h' '*.S' | grep '^kernel/' |
	    xargs -r grep -HnE '\bannotat|rangeley|seam_' |
	    sed 's/$/; kernel\/ must not know the simulator/'
}

check_functions() {
	files '*.c' '*.cc' | xargs -r ctags -f - --fields=+ne --kinds-C=f \
	    --kinds-C++=f | awk -F '\t' '{
		s = e = 0
		for (i = 4; i <= NF; i++) {
			if ($i ~ /^line:/) s = substr($i, 6)
			if ($i ~ /^end:/) e = substr($i, 5)
		}
		if (e - s >= 70)
			printf "%s:%d: %s has %d lines; at most 70\n", $2, s,
			    $1, e - s + 1
	}'
}

# longer MOST how-counted: "file:size" of the files on stdin with more
longer() {
	xargs -r wc "$2" | awk -v most="$1" '$2 != "total" && $1 > most {
		print $2 ":" $1 }'
}
check_lines() {
	files '*.c' '*.h' '*.cc' '*.S' '*.sh' '*.mk' | longer 600 -l |
	    sed 's/$/: too long; at most 600 lines/'
}

# Entries of interrupts are called so in NetBSD.
interrupt_stubs='(kernel/arch/[^:]*|port/machdep/[^:]*|kernel/kern/kern_softint.c)'
check_words() {	# the brackets keep this line from finding itself
	files '*' | xargs -r grep -HnIE \
	    '\b([T]ODO|[F]IXME|[X]XX|[n]ot implemented|[s]tub|[p]laceholder|[f]or now)\b' |
	    grep -vE "^$interrupt_stubs:[0-9]*:.*\b[s]tub\b" |
	    sed 's/$/; finish it, or say it in docs\/CAVEATS.md/'
}

check_paths() {
	files '*' | xargs -r grep -HnIE '/(work|farm|root|home)/[a-z]' |
	    sed 's/$/; name no path of one machine/'
}

check_sizes() {
	files '*' | longer 5000000 -c |
	    sed 's/:[0-9]*$/:1: over 5 MB; make it from something smaller/'
}

check_format() {	# but lists of names, which only look like C
	files '*.c' '*.h' '*.cc' | grep -v '^tests/kernel/kpi/' |
	    xargs -r -P 2 -n 64 clang-format-14 --dry-run -Werror 2>&1 |
	    sed -n 's/^\(.*:[0-9]*\):[0-9]*: error: .*/\1: not in KNF; run make format/p' |
	    sort -t: -u -k1,1	# the first of each file will do
}

check_scripts() {
	files '*.sh' .ci/run | while read -r f; do
		[ -x "$f" ] || echo "$f:1: has no run bit; chmod +x"
		sh -n "$f" 2>&1 | sed "s,^,$f:1: ,"
	done
}

# Each test is one that make check or make soak runs.
check_tests() {
	named=$(files '*.mk' | xargs -r cat | tr -s ' \t\\/(),' '\n')
	files '*_test.sh' '*_twins.sh' '*/test_*.c' | awk -F / -v named="$named" '
		BEGIN { n = split(named, w, "\n")
			for (i = 1; i <= n; i++) has[w[i]] }
		!($NF in has) { print $0 ":1: no module.mk has it; add it to tests or check_scripts" }'
}

# NET_MPSAFE and what is derived from it: where the list says, and nowhere else.
check_mpsafe() {
	files '*.c' '*.h' '*.S' | grep '^kernel/' | xargs -r grep -HnE \
	    '^[[:space:]]*#[[:space:]]*(if|elif).*_MPSAFE\>' |
	    awk -F : -v list="$here/mpsafe.txt" '
		BEGIN {
			while ((getline line <list) > 0)
				if (split(line, w, " ") && w[1] !~ /^#/)
					may[w[1]] = w[2]
		}
		++n[$1] > may[$1] + 0 { last[$1] = $2 }
		{ at[$1] = $2 }
		END {
			for (f in n)
				if (n[f] != may[f] + 0)
					printf "%s:%d: %d #if of MPSAFE, %d in %s; decide by a lock pointer or a property, or change the list\n",
					    f, f in last ? last[f] : at[f],
					    n[f], may[f], list
		}' | sort
}

# Every option of every --help stands in the manual page, by its letter, too.
check_manual() {
	page=docs/man/rangeley.1
	mandoc -Tlint -Wwarning "$page" | sed 's/^mandoc: //'
	{
		"$B/rangeley" --help
		"$B/rangeley" --help | sed -n '/^Commands/,/^$/s/^  \([a-z0-9]*\).*/\1/p' |
		    while read -r c; do
			grep -q "^\.It Cm $c" "$page" ||
			    echo "$page:1: command $c is not in it" >&2
			"$B/rangeley" "$c" --help
		done
	} 2>&1 | awk -v page="$page" '
		/^[^ ]*:[0-9]+: / { print }
		/^ +-/ && match($0, /--[a-z0-9-]+/) {
			opt[substr($0, RSTART + 2, RLENGTH - 2)]
		}
		/^ +-[A-Za-z],/ { letter[substr($1, 2, 1)] }
		END {
			while ((getline line <page) > 0)
				text = text line "\n"
			for (o in letter)
				if (text !~ "Fl " o "[ \n]")
					printf "%s:1: -%s is not in it\n",
					    page, o
			for (o in opt)
				if (index(text, "Fl -" o) == 0)
					printf "%s:1: --%s is not in it\n",
					    page, o
		}' | sort
}

[ $# -gt 0 ] ||
    set -- layers functions lines words paths sizes format mpsafe scripts \
	tests manual
rc=0
for c in "$@"; do
	out=$(check_"$c")
	if [ -n "$out" ]; then
		printf '%s\nnot ok %s\n' "$out" "$c"
		rc=1
	else
		echo "ok $c"
	fi
done
exit $rc
