# The annotator: a build-time program (docs/ARCHITECTURE.md).
d := sim/cpu/annotate
annotate_srcs += $d/xalloc.c $d/diag.c $d/parse.c $d/parse_dir.c \
	$d/parse_insn.c $d/operand.c $d/expr.c $d/insn.c $d/insn_match.c \
	$d/insn_table.c
annotate_srcs += $d/cfg.c $d/live.c $d/stack.c $d/dep.c $d/check.c $d/path.c \
	$d/elfsyms.c $d/emit_fake.c $d/emit_flow.c $d/emit_site.c $d/emit_timed.c $d/side.c \
	$d/thunks.c $d/thunk_stack.c
tests += tests/sim/cpu/annotate/test_flow.c \
	tests/sim/cpu/annotate/test_insn.c tests/sim/cpu/annotate/test_parse.c \
	tests/sim/cpu/annotate/fuzz_parse.c \
	tests/sim/cpu/annotate/test_insn_exec.c
annotate_srcs += $d/cost.c $d/cost_cache.c $d/cost_loop.c $d/cost_sched.c \
	$d/cost_table.c $d/cost_text.c $d/mca.c
tests += tests/sim/cpu/annotate/test_cost.c \
	tests/sim/cpu/annotate/test_cost_cache.c \
	tests/sim/cpu/annotate/test_cost_l1d.c
check_scripts += tests/sim/cpu/annotate/costs_test.sh \
	tests/sim/cpu/annotate/flow_twins.sh
annotate_main += $d/main.c
