#!/bin/sh
# strict_test.sh: `rangeley replay --strict' ends at the first register of the
# controller that the model lacks, or bit of a partial one, and says which, who and when;
# without it each is told once, and counted.  The driver as it is touches none.  Twins:
# drivers that do.
set -u
: "${B:=build}"
LC_ALL=C
export LC_ALL
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
. tests/say.subr
seen="$t/out"

replay() {	# scenario option...
	s=scenarios/$1.ini
	shift
	"$B/rangeley" replay "$s" --quiet --results "$t/r" --limit-frames 20 \
	    --in "wm0,wm2=$B/replay/mixed.pcap" "$@" >"$t/out" 2>&1
}
absent() { jq -c "$1" "$t/r/stats.json"; }

for n in 1core 2cores 4cores 8cores; do
	replay "mpsafe-$n" --strict && [ "$(absent .absent)" = '[]' ]
	say $? "mpsafe-$n: wm(4) touches nothing that is absent"
done
replay mpsafe-8cores && [ "$(absent .trace_hash)" != null ]
hash=$(absent .trace_hash)
replay mpsafe-8cores --strict && [ "$(absent .trace_hash)" = "$hash" ]
say $? 'and the run is the same'

tests/app/twin_kernel.sh NET_MPSAFE >"$t/out" 2>&1
say $? 'drivers that do: bug=11 reads one that is absent, 12 one unknown, 13 sets a bit'
twins='--image NET_MPSAFE-twins'
where='by CPU [0-7] at [0-9]+\.[0-9]{3} us'

replay mpsafe-8cores $twins bug=11 --strict
[ $? -eq 1 ] && [ "$(grep -c '^rangeley: wm' "$t/out")" = 1 ] &&
    grep -Eq "^rangeley: wm0: read of register MSIXBM \(0x01608\), which is absent from the model, $where; the run ends" "$t/out" &&
    [ "$(absent .verdict)" = 1 ] &&
    [ "$(absent '.absent[0] | [.port, .register, .offset, .access]')" = '[0,"MSIXBM",5640,"read"]' ]
say $? 'strict: the run ends at it with 1'
replay mpsafe-8cores $twins bug=11
[ $? -eq 0 ] && [ "$(grep -c '^rangeley: wm' "$t/out")" = 2 ] &&
    grep -Eq "^rangeley: wm2: read of register MSIXBM .*$where; it reads 0" "$t/out" &&
    [ "$(absent '[.absent[].port]')" = '[0,2]' ] && [ "$(absent .frames.out)" = 40 ]
say $? 'otherwise each port tells once, and goes on'

replay mpsafe-2cores $twins bug=12 --strict
[ $? -eq 1 ] &&
    grep -Eq "^rangeley: wm0: write of register 0x05f00, which is unknown, $where; the run ends" "$t/out"
say $? 'strict: so it does at an unknown one'
replay mpsafe-2cores $twins bug=12
[ $? -eq 0 ] && [ "$(absent '[.absent[].n]')" = '[3,3]' ] &&
    [ "$(grep -c '^rangeley: wm' "$t/out")" = 2 ]
say $? 'otherwise accesses are counted, and told once'

replay mpsafe-2cores $twins bug=13 --strict
[ $? -eq 1 ] &&
    grep -Eq "^rangeley: wm0: write of register LEDCTL \(0x00e00\), with bits 0x08000000, which do nothing, $where; the run ends" "$t/out" &&
    [ "$(absent '.absent[0] | [.register, .access, .bits]')" = '["LEDCTL","write",134217728]' ]
say $? 'strict: so it does at a bit that is not modelled'
replay mpsafe-2cores $twins bug=13
[ $? -eq 0 ] && [ "$(absent '[.absent[].port]')" = '[0,2]' ] &&
    grep -Eq "^rangeley: wm2: .* bits 0x08000000, .*; it keeps them" "$t/out"
say $? 'otherwise it is told, and the run goes on'
exit $bad
