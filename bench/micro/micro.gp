# micro.gp: the model's figures over the ranges of the real processor, in
# cycles.  plot.sh sets csv and svg.  Rows are in the table's order, first on top.
set datafile separator ","
set terminal svg size 900,1000 noenhanced font "DejaVu Sans,11" background "white"
set output svg
cyc(u) = u eq "ns" ? 2.4 : u eq "us" ? 2400.0 : 1.0
file = "< grep -E ',(measured|estimate),' '" . csv . "'"
stats file using 2 nooutput
set logscale x
set xrange [1:10000]
set yrange [STATS_records:-1]
set xlabel "core cycles (2.4 GHz)"
set grid x
set key bottom left
set title "Microbenchmarks: model and Atom C2758"
set bars 0.6
plot file using 3:0:ytic(1) with points pt 7 ps 0 notitle, \
    file using (($3 + $4) / 2 * cyc(strcol(5))):(strcol(6) eq "measured" ? $0 : NaN):($3 * cyc(strcol(5)) * 0.97):($4 * cyc(strcol(5)) * 1.03) \
    with xerrorbars pt 0 lw 6 lc rgb "#7fb2e5" title "measured (drawn 3 % wider)", \
    file using (($3 + $4) / 2 * cyc(strcol(5))):(strcol(6) eq "estimate" ? $0 : NaN):($3 * cyc(strcol(5))):($4 * cyc(strcol(5))) \
    with xerrorbars pt 0 lw 6 lc rgb "#d0d0d0" title "estimate", \
    file using ($2 * cyc(strcol(5))):0 with points pt 7 ps 0.6 lc rgb "#c02020" title "model"
