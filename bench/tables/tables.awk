# tables.awk: the model's throughput beside the paper's Tables 3 and 4.
#
#	awk -v what=table3|table4|errors|text -f tables.awk PAPER MODEL...
#
# PAPER is bench/paper/table3.csv.  Each MODEL is a throughput.csv of `rangeley
# rfc2544'; its columns, generic and mpsafe-Ncores, become the paper's.
#
# Groups of cells, by what the paper measured alone:
#	wire-limited	at least 99 % of the wire: must be exact
#	fitted		1 and 2 cores, to which the method allows fitting (ADR 0014)
#	predicted	4 and 8 cores
#	GENERIC
BEGIN {
	FS = OFS = ","
	name["generic"] = "GENERIC"
	name["mpsafe-1core"] = "MPSAFE_1core"
	name["mpsafe-2cores"] = "MPSAFE_2cores"
	name["mpsafe-4cores"] = "MPSAFE_4cores"
	name["mpsafe-8cores"] = "MPSAFE_8cores"
}
function wire(size) { return 2e6 / ((size + 20) * 8) }
function group(size, col) {
	if (paper[size, col] >= 0.99 * wire(size)) return "wire-limited"
	if (col == "GENERIC") return "GENERIC"
	return col ~ /_[12]core/ ? "fitted" : "predicted"
}
function error_pct(size, col) { return (model[size, col] / paper[size, col] - 1) * 100 }
/^#/ { next }
$1 == "frame_size" {
	file++
	for (i = 2; i <= NF; i++) head[i] = file == 1 ? $i : name[$i]
	if (file == 1) { ncol = NF; for (i = 2; i <= NF; i++) column[i] = $i }
	next
}
file == 1 { size[++nsize] = $1; for (i = 2; i <= NF; i++) paper[$1, head[i]] = $i }
file > 1 { for (i = 2; i <= NF; i++) model[$1, head[i]] = $i }
function put_table(form, mbps,	k, i, v) {
	printf "frame_size"
	for (i = 2; i <= ncol; i++) printf ",%s", column[i]
	for (k = 1; k <= nsize; k++) {
		printf "\n%d", size[k]
		for (i = 2; i <= ncol; i++) {
			v = model[size[k], column[i]]
			printf "," form, mbps ? v * size[k] * 8 / 1000 : v
		}
	}
	print ""
}
function put_errors(	k, i, c) {
	print "frame_size,column,paper,model,error_pct,group"
	for (k = 1; k <= nsize; k++)
		for (i = 2; i <= ncol; i++) {
			c = column[i]
			printf "%d,%s,%s,%s,%.2f,%s\n", size[k], c,
			    paper[size[k], c], model[size[k], c],
			    error_pct(size[k], c), group(size[k], c)
		}
}
END {
	for (k = 1; k <= nsize; k++)
		for (i = 2; i <= ncol; i++)
			if (!((size[k], column[i]) in model)) {
				printf "tables.awk: no model of %s, %s bytes\n",
				    column[i], size[k] > "/dev/stderr"
				exit 2
			}
	if (what == "table3") put_table("%s", 0)
	else if (what == "table4") put_table("%.2f", 1)
	else put_errors()
}
