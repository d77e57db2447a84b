#!/bin/sh
# plot.sh dir: dir/micro.svg from dir/micro.csv.  The same table and the same
# gnuplot give the same bytes.
set -eu
LC_ALL=C
export LC_ALL
gnuplot -e "csv='$1/micro.csv'" -e "svg='$1/micro.svg'" \
    "$(dirname "$0")/micro.gp"
