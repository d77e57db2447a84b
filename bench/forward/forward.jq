# forward.jq: forward.sh's figures from the JSON of a run.
def round3: . * 1000 | round / 1000;
def result(n): .results[] | select(.name == n) | .total_cyc / .n | round3;
# traffic.c, collect.c; `lock' is that of the probe's registers (port/machdep/probe.c).
def harness: test("^(traffic_|collected|lock$)");

(.measures[] | select(.name == "forward")) as $m |
($m.profile.locks | map(select(.lock | harness | not))) as $lock |
($m.profile.lines | map({ writes: .writes_each, handed: .handed_each,
	written: [.fields[] | select(.writers != []) | .name],
	beside: [.fields[] | select(.writers == []) | .name] } |
	select(.written | all(harness) | not))) as $each |
# Lines of which the same fields are written: those of many mbufs are one row.
($each | group_by(.written) | map({ writes: (map(.writes) | add | round3),
	handed: (map(.handed) | add | round3), lines: length,
	written: .[0].written, beside: (map(.beside[]) | unique) }) |
	sort_by(-.writes)) as $line |
{ ($kernel): { image, trace, frames: $m.n,
	elapsed: result("elapsed"), latency: result("latency"),
	busy: result("busy"), harness: result("harness"),
	locks: ([$lock[].each] | add // 0 | round3),
	ordered: ($m.profile.ordered_each | round3),
	shared: ([$each[].writes | if . > 1 then 1 else . end] | add // 0 |
	    round3),
	handed: ([$line[].handed] | add // 0 | round3),
	lock: $lock, line: $line } }
