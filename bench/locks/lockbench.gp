# lockbench.gp: lockbench.csv drawn; lockbench.sh sets csv and svg.
# Left: time between two holders of a lock that excludes.  Right: a reader's own
# time.
set datafile separator ","
set terminal svg size 1100,500 noenhanced font "DejaVu Sans,11" background "white"
set output svg
set multiplot layout 1,2
set logscale y
set xlabel "CPUs"
set xtics (1, 2, 4, 8)
set xrange [0.8:8.4]
set grid y
set key top left
of(name, map) = sprintf("< grep '^%s,[0-9]*,%s,' '%s'", name, map, csv)
set ylabel "cycles between two holders (2.4 GHz)"
set title "Locks that exclude"
plot for [l in "mutex-adaptive mutex-spin kernel-lock"] \
    of(l, "dense") using 2:5 with linespoints pt 7 ps 0.6 title l, \
    for [l in "mutex-adaptive mutex-spin kernel-lock"] \
    of(l, "spread") using 2:5 with points pt 6 title l . ", a module each"
set ylabel "cycles of a reader"
set title "Locks that admit readers together"
set xtics 1
plot for [l in "rwlock-reader pserialize-reader"] \
    of(l, "dense") using 2:5 with linespoints pt 7 ps 0.6 title l
