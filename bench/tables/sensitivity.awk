# sensitivity.awk: of sensitivity.csv the cells of one size as a matrix, again as CSV: what a
# constant less and more 10 % does to each column, in percent, or an alternative.
#
#	size	of frames
#	least	leave out what changes no column by so many percent
BEGIN { FS = OFS = "," }
function big(v) { return v != "" && (v >= least || v <= -least) }
NR > 1 && $2 == size && (least == 0 || $4 != "") {
	if (!($1 in has)) { has[$1]; column[++nc] = $1 }
	if (!($3 in seen)) { seen[$3]; key[++n] = $3 }
	v[$1, $3] = $4 == "" ? $7 : $6 " / " $7
	if (big($6) || big($7)) shown[$3]
}
END {
	printf "constant"
	for (i = 1; i <= nc; i++) printf ",%s", column[i]
	print ""
	for (k = 1; k <= n; k++) if (key[k] in shown) {
		printf "%s", key[k]
		for (i = 1; i <= nc; i++) printf ",%s", v[column[i], key[k]]
		print ""
	}
}
