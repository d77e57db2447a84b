# The annotator: a build-time program (docs/ARCHITECTURE.md).
d := sim/cpu/annotate
annotate_srcs += $d/xalloc.c $d/diag.c
