# forward.jq: forward.sh's figures from the JSON of a run.
def round3: . * 1000 | round / 1000;
def result(n): .results[] | select(.name == n) | .total_cyc / .n | round3;
# traffic.c, collect.c; `lock' is that of the probe's registers (port/machdep/probe.c).
def harness: test("^(traffic_|collected|lock$)");
def sum(f): map(f) | add // 0 | round3;

(.measures[] | select(.name == "forward")) as $m |
($m.profile.locks | map(select(.lock | harness | not))) as $lock |
# Lines of which the same fields are written: those of many mbufs are one row.
($m.profile.lines | map({ lines: .lines_each, writes: .writes_each,
	handed: .handed_each,
	written: [.fields[] | select(.writers != []) | .name],
	beside: [.fields[] | select(.writers == []) | .name] }) |
	group_by(.written) | map({ lines: sum(.lines), writes: sum(.writes),
	handed: sum(.handed), places: length, written: .[0].written,
	beside: (map(.beside[]) | unique) }) | sort_by(-.lines, -.writes)) as $all |
($all | map(select(.written | all(harness) | not))) as $line |
{ ($kernel): { image, trace, frames: $m.n,
	elapsed_cyc: result("elapsed"), latency_cyc: result("latency"),
	busy_cyc: result("busy"), harness_cyc: result("harness"),
	locks_taken: ($lock | sum(.each)),
	ordered_accesses: ($m.profile.ordered_each | round3),
	shared_lines: ($line | sum(.lines)),
	shared_writes: ($line | sum(.writes)),
	handed_over: ($line | sum(.handed)),
	lock: $lock, line: $line,
	line_of_harness: ($all | map(select(.written | all(harness)))) } }
