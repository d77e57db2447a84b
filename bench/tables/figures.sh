#!/bin/sh
# figures.sh DIR: the paper's Figures 4 to 7 as DIR/fig4.svg to fig7.svg, from DIR's
# table3.csv and table4.csv and the paper's own (bench/paper).  The same tables and the
# same gnuplot give the same bytes.
#
#	4 and 6	frame size and kframes/s, Mbit/s: a line for each column
#	5 and 7	number of cores and the same: a line for each frame size; GENERIC,
#		which has one core whatever there is, is not drawn
set -eu
LC_ALL=C
export LC_ALL
here=$(dirname "$0") dir=$1
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT

# lines by: the data file of figure.gp
lines() {
	grep -v '^#' "$3" | awk -F, -v by="$1" '
	FNR == 1 { file++ }
	$1 == "frame_size" { n = NF; for (i = 2; i <= NF; i++) col[i] = $i; next }
	file == 1 { size[++k] = $1 }
	{ for (i = 2; i <= NF; i++) v[file, $1, i] = $i }
	END {
		cores[3] = 1; cores[4] = 2; cores[5] = 4; cores[6] = 8
		if (by == "size")
			for (i = 2; i <= n; i++) {
				printf "\"%s\"\n", col[i]
				for (j = 1; j <= k; j++)
					print size[j], v[1, size[j], i], v[2, size[j], i]
				print "\n"
			}
		else
			for (j = 1; j <= k; j++) {
				printf "\"%s bytes\"\n", size[j]
				for (i = 3; i <= n; i++)
					print cores[i], v[1, size[j], i], v[2, size[j], i]
				print "\n"
			}
	}' - "$2" >"$t/data"
	grep -c '^"' "$t/data"
}

figure() {	# number table by unit
	[ "$3" = size ] && x='frame size, bytes' corner=right || x='cores' corner=left
	[ "$3" = size ] && cores=0 || cores=1
	n=$(lines "$3" "$dir/$2.csv" "bench/paper/$2.csv")
	gnuplot -e "svg='$dir/fig$1.svg'; data='$t/data'; ncol=$n; cores=$cores" \
	    -e "xtitle='$x'; ytitle='$4'; corner='$corner'" \
	    -e "title='Figure $1: lines the model, circles the paper'" \
	    "$here/figure.gp"
}

figure 4 table3 size kframes/s
figure 5 table3 cores kframes/s
figure 6 table4 size Mbit/s
figure 7 table4 cores Mbit/s
