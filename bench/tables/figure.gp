# figure.gp: one of the paper's Figures 4 to 7, the model's lines over the paper's points,
# and below how far apart they are, in per cent of the paper.  figures.sh sets svg, data,
# ncol, xtitle, ytitle, title and where the key is.
#
# data has, for each line: x, paper, model; lines apart by two empty lines, each with its
# name as a comment that gnuplot takes for a title.
set terminal svg size 800,700 noenhanced font "DejaVu Sans,11" background "white"
set output svg
set multiplot
set grid
set lmargin 10
set rmargin 3
set origin 0,0.3
set size 1,0.7
set bmargin 0
set xtics format ""
set ylabel ytitle
set yrange [0:*]
set title title
set key top @corner
if (cores) set logscale x 2; set xrange [0.9:9]
plot for [i=0:ncol-1] data index i using 1:3 with lines lw 2 lc i+1 title columnheader(1), \
    for [i=0:ncol-1] data index i using 1:2 with points pt 6 lc i+1 notitle, \
    NaN with points pt 6 lc rgb "black" title "paper"
unset title
set origin 0,0
set size 1,0.3
set tmargin 0
set bmargin 4
set xtics format "%g"
set xlabel xtitle
set ylabel "model - paper, %"
set yrange [*:*]
unset key
set xzeroaxis lw 1 lc rgb "black"
plot for [i=0:ncol-1] data index i using 1:(($3 / $2 - 1) * 100) with linespoints pt 7 ps 0.5 lc i+1
unset multiplot
