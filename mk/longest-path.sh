#!/bin/sh
# longest-path.sh image file.s...: the longest way between two poll points in
# the annotated files of an image: how late an interrupt may be, misses and
# call-outs not counted.  It is printed, and kept in image.path for runs.
image=$1
shift
grep -h '^# longest path between polls: ' "$@" | sort -s -t: -k2,2nr |
    sed -n '1s/^# //p' >"$image.path"
sed "s,^,PATH $image ," "$image.path"
