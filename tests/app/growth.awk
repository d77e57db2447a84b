# growth.awk: does the shortest way through the machine grow with a frame's size?
# Reads `captool latency': bytes, frames, ns on two wires, shortest ns.  Sizes that are
# looked at have -v least frames, since fewer may all have met others, and are 64 bytes
# apart: code takes some 100 ns more or less by chance.  Of two such sizes the larger
# takes at least one wire's time more (two, in a machine that stores and forwards).
$2 >= least && (seen == 0 || $1 >= size + 64) {
	if (seen++ > 0 && $4 - ns < ($3 - wires) / 2) {
		printf "%d bytes: %d ns, and %d bytes: %d ns\n", size, ns, $1, $4
		bad = 1
	}
	size = $1; wires = $3; ns = $4
}
$4 < $3 {
	printf "%d bytes: %d ns, less than two wires take\n", $1, $4
	bad = 1
}
END {
	if (seen < 4) {
		printf "only %d sizes\n", seen
		bad = 1
	}
	exit bad
}
