#!/bin/sh
# netbsd_test.sh: NetBSD's own files of January 2015 as overlay, without edits: each
# alone, then all together.  overlay-check finds nothing, the kernel links, and
# the programs of tests/kernel/prog (of files of net/, those of tests/kernel/net,
# too) pass on eight CPUs.
#
#	NETBSD=dir netbsd_test.sh [path...]	paths below dir; none: all
#
# The files are not ours and not in this tree: NETBSD is a folder with them at
# their paths below sys/, say dir/kern/kern_mutex.c.  `wanted' are those that the
# kernel is to take; others that replace a file of the kernel are tried too.
# What NetBSD's files do otherwise than ours is in docs/OVERLAYS.md and left out:
# `otherwise'.
set -u
: "${B:=build}"
if [ -z "${NETBSD-}" ]; then
	echo "NETBSD is not set; set it to a folder with files of NetBSD's" \
	    'sys/ of January 2015 at their paths, e.g. dir/kern/kern_mutex.c'
	exit 77
fi
wanted='kern/subr_pcq.c kern/subr_percpu.c kern/subr_pserialize.c
	kern/subr_xcall.c net/pktqueue.c kern/kern_rwlock.c kern/kern_mutex.c
	kern/kern_lock.c kern/kern_turnstile.c kern/kern_softint.c
	net/if_bridge.c net/if_ethersubr.c'
# A file, and a program or its part that it fails.
otherwise='kern/kern_softint.c softint disestablish
kern/subr_ipi.c ipi unregister
kern/subr_workqueue.c workqueue items
kern/subr_xcall.c xcall callers
net/if_ethersubr.c ifnet tags
net/if_ethersubr.c ifnet noproto
net/if_bridge.c bridge_learn
net/if_bridge.c bridge_leave
net/if_bridge.c bridge_perform
net/if_bridge.c t_bridge_rtable
net/if_bridge.c bridge_static
net/if_bridge.c bridge_frame
net/if_bridge.c bridge_stp
net/if_bridge.c bridge_where
net/if_bridge.c bridge_asleep sender
net/if_bridge.c bridge_asleep queue
net/if_bridge.c bridge_asleep filter
net/if_bridge.c bridge_errors resources
net/if_bridge.c bridge_full
net/if_bridge.c bridge_grow
net/if_bridge.c bridge_twice'
dir=$B/tests/kernel/netbsd_test
rm -rf "$dir" && mkdir -p "$dir"
trap 'rm -rf "$B"/images/ktest-netbsd_* "$B"/images/bridge_mpsafe-netbsd_*' EXIT
. tests/say.subr

if [ ! -d "$NETBSD" ]; then
	echo "NETBSD=$NETBSD: no such folder"
	exit 2
fi
# shellcheck disable=SC2086 # a list
if [ $# -eq 0 ]; then
	for f in $wanted; do
		[ -f "$NETBSD/$f" ] || say 1 "$f is not in $NETBSD; name those to try"
	done
	set -- $(cd "$NETBSD" && find . -name '*.c' | sed 's,^\./,,' | sort)
fi
for f; do
	if [ ! -f "$NETBSD/$f" ] || [ ! -f "kernel/$f" ]; then
		echo "$NETBSD/$f: no such file, or none of this kernel's"
		exit 2
	fi
done
[ $# -gt 0 ] || { echo "NETBSD=$NETBSD: no file of the kernel in it"; exit 2; }

programs() {	# kernel
	"$B/rangeley" run --image "$B/images/$1/image.elf" --json programs=1 |
	    jq -r .console | sed '1,/ CPUs, hz/d; /^The operating/d' |
	    awk '$1 !~ /^(p_.*|command|bridge_mix)?$/ { print $1 }' | sort
}
run() {	# program property...
	seen=$dir/$name.$1
	timeout -s INT 900 "$B/rangeley" run --limit=60s --image "$image" \
	    idle=1 run="$@" >"$seen" 2>&1
}
# A program, or those parts of it in which these files are to do as ours.
passes() {	# program
	odd=$(echo "$otherwise" | awk -v p="$1" -v files=" $files " \
	    '$2 == p && index(files, " " $1 " ") { print $3 == "" ? "all" : $3 }')
	case $odd in
	all)
		echo "left out: $name: $1"
		return
		;;
	'')
		case $1 in
		forward)	run "$1" frames=4000 ;;
		bridge_churn)	run "$1" frames=600 ;;
		*)	run "$1" ;;
		esac
		say $? "$name: $1"
		return
		;;
	esac
	for part in $(sed -n 's/.*crew_part("\([a-z]*\)").*/\1/p' \
	    tests/kernel/prog/"$1".c tests/kernel/net/"$1".c 2>/dev/null | uniq); do
		if echo "$odd" | grep -qx "$part"; then
			echo "left out: $name: $1, $part"
			continue
		fi
		run "$1" "part=$part"
		say $? "$name: $1, $part"
	done
}
try() {	# kernel: of the overlay $over
	image=$B/images/$1-${over##*/}/image.elf
	seen=$dir/$name.make
	make -s B="$B" overlay-check KERNCONF="$1" OVERLAY="$over" \
	    >"$seen" 2>&1
	say $? "$name: $(tail -n 1 "$seen")"
	make -s B="$B" image IMAGE="$1" OVERLAY="$over" >"$seen" 2>&1
	rc=$?
	say $rc "$name: links in $1"
	[ $rc -eq 0 ] || return
	all=$(programs "$1")
	[ -n "$all" ]
	say $? "$name: $(echo "$all" | wc -w) programs of $1"
	for p in $all; do
		passes "$p"
	done
	rm -rf "${image%/*}"
}
overlay() {	# name file...
	name=$1
	shift
	files=$*
	over=$dir/netbsd_$name
	for f; do
		mkdir -p "$over/${f%/*}"
		cp "$NETBSD/$f" "$over/$f"
		grep -o -m 1 "[$]NetBSD: [^$]*" "$over/$f"
	done
	try ktest
	case " $files" in
	*' net/'*) try bridge_mpsafe ;;
	esac
}
for f; do
	overlay "$(basename "$f" .c)" "$f"
done
[ $# -lt 2 ] || overlay all "$@"
exit $bad
