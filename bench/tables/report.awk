# report.awk: errors.csv and alternatives.csv as Markdown; each group's bar and whether it
# is kept.  Bars are those of issue "The paper's measurements".
BEGIN { FS = "," }
FNR == 1 { file++; next }
file == 1 {
	if (!($1 in seen)) { seen[$1]; size[++nsize] = $1 }
	if (!($2 in has)) { has[$2]; column[++ncol] = $2 }
	paper[$1, $2] = $3; model[$1, $2] = $4; error[$1, $2] = $5
	e = $5 < 0 ? -$5 : $5
	n[$6]++; sum[$6] += e
	if (e > most[$6]) { most[$6] = e; where[$6] = $2 " at " $1 }
	if ($6 == "wire-limited") {
		w = sprintf("%.1f", 2e6 / (($1 + 20) * 8))
		if ($4 + 0 != w + 0) inexact = inexact sprintf(" %s at %s (%s of %s);", $2, $1, $4, w)
	}
}
file == 2 {
	if (!($1 in alt)) { alt[$1]; name[++nalt] = $1 }
	kfps[$1, $2] = $3
}
function said(ok) { return ok ? "kept" : "**missed**" }
END {
	print "\n## kframes/s of both directions: model (paper, error in %)\n"
	printf "| frame |"
	for (i = 1; i <= ncol; i++) printf " %s |", column[i]
	printf "\n|---|"
	for (i = 1; i <= ncol; i++) printf "---|"
	for (k = 1; k <= nsize; k++) {
		printf "\n| %s |", size[k]
		for (i = 1; i <= ncol; i++)
			printf " %s (%s, %+.1f) |", model[size[k], column[i]],
			    paper[size[k], column[i]], error[size[k], column[i]]
	}
	print "\n\n## Groups\n"
	print "| group | cells | mean error, % | greatest | bar | |\n|---|---|---|---|---|---|"
	row("wire-limited", "the theoretical rate, exactly", inexact == "")
	row("fitted", "mean at most 3 %", n["fitted"] && sum["fitted"] / n["fitted"] <= 3)
	row("predicted", "each at most 8 %", most["predicted"] <= 8)
	row("GENERIC", "mean at most 15 %, each at most 35 %",
	    n["GENERIC"] && sum["GENERIC"] / n["GENERIC"] <= 15 && most["GENERIC"] <= 35)
	if (inexact != "") print "\nNot at the theoretical rate:" inexact
	ratio("MPSAFE_2cores", "MPSAFE_4cores", 1.34)
	ratio("MPSAFE_4cores", "MPSAFE_8cores", 1.63)
	print "\n## 74 bytes with one thing changed, kframes/s\n"
	print "| | 1 core | 2 cores | 4 cores | 8 cores |\n|---|---|---|---|---|"
	for (k = 1; k <= nalt; k++)
		if ((name[k], "mpsafe-1core") in kfps)
			printf "| %s | %s | %s | %s | %s |\n", name[k],
			    kfps[name[k], "mpsafe-1core"], kfps[name[k], "mpsafe-2cores"],
			    kfps[name[k], "mpsafe-4cores"], kfps[name[k], "mpsafe-8cores"]
	print "\n| | GENERIC |\n|---|---|"
	for (k = 1; k <= nalt; k++)
		if ((name[k], "GENERIC") in kfps)
			printf "| %s | %s |\n", name[k], kfps[name[k], "GENERIC"]
}
function row(g, bar, ok) {
	if (!n[g]) return
	printf "| %s | %d | %.2f | %.2f (%s) | %s | %s |\n", g, n[g], sum[g] / n[g],
	    most[g], where[g], bar, said(ok)
}
function ratio(a, b, want,	r) {
	if (!((74, a) in model) || model[74, a] == 0) return
	r = model[74, b] / model[74, a]
	printf "\nSpeed-up %s to %s at 74 bytes: %.2f, paper %.2f, %s (8 %%).\n", a, b, r,
	    want, said(r > want * 0.92 && r < want * 1.08)
}
