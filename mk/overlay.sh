#!/bin/sh
# Helpers of mk/image.mk for OVERLAY=dir.
#
#   inputs dir 'words' stamp	rewrite stamp if dir's file list or words changed
#   failed dir source		say whose fault a failed compilation is; exit 2
#   unused dir 'sources' out [root]	an overlay file that no source used:
#				exit 2; paths of sources begin with root, which
#				those of the overlay have not
set -eu
LC_ALL=C
export LC_ALL
verb=$1 dir=$2

case $verb in
inputs)
	if [ -n "$dir" ] && [ ! -d "$dir" ]; then
		echo "OVERLAY=$dir: no such folder; name one that holds" \
		    "changed sources under their own paths" >&2
		exit 2
	fi
	new=$(echo "$3"; [ -z "$dir" ] || find "$dir" -type f | sort)
	[ -f "$4" ] && [ "$(cat "$4")" = "$new" ] || echo "$new" >"$4"
	;;
failed)
	case $3 in
	"$dir"/*) echo "overlay: $3 does not compile; correct it, or remove" \
	    "it from the overlay to build ${3#"$dir"/} instead" >&2 ;;
	*) echo "overlay: $3 does not compile with the headers of $dir;" \
	    "correct them" >&2 ;;
	esac
	exit 2
	;;
unused)
	deps=
	for s in $3; do
		deps="$deps $4/${s%.*}.s.d"
	done
	root=${5-}
	find "$dir" -type f | sort | while read -r f; do
		[ "$f" != "$dir/FILES" ] || continue
		path=$root${f#"$dir"/}
		case " $3 " in *" $path "*) continue ;; esac
		used=$f	# headers of the machine are found through links
		case ${path#kernel/arch/} in
		amd64/include/*) used=$4/kernel-include/machine/${f##*/} ;;
		x86/include/*) used=$4/kernel-include/x86/${f##*/} ;;
		esac
		# shellcheck disable=SC2086 # a list of files
		grep -qF -- "$used" $deps && continue
		[ -z "$root" ] && files="FILES='...'" || files=$dir/FILES
		echo "overlay: $f replaces nothing that the image uses; name" \
		    "it in $files if it is a new source, include it with" \
		    "<> if it is a header" >&2
		exit 2
	done
	;;
esac
