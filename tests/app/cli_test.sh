#!/bin/sh
# cli_test.sh: the command line as a user meets it: what goes to stdout, what
# to stderr, and the exit code.  Bad input must name its place and a remedy.
set -u
: "${B:=build}"
rangeley=$(cd "$B" && pwd)/rangeley
ini=$(pwd)/scenarios/machines/c2758.ini
two=$(pwd)/scenarios/mpsafe-2cores.ini
life=$(pwd)/docs/life-of-a-packet.md
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 1
bad=0

# expect code stdout stderr command...: extended patterns; '' is no output.
expect() {
	rc=$1 out=$2 err=$3
	shift 3
	"$@" >o 2>e </dev/null
	got=$?
	if [ $got -eq "$rc" ] && matches "$out" o && matches "$err" e; then
		echo "ok $(basename "$1") ${*#"$1"}"
	else
		printf 'not ok %s\nexit %d, expected %d; stdout:\n' "$*" $got "$rc"
		head -n 20 o
		echo "stderr, expected '$err':"
		head -n 20 e
		bad=1
	fi
}
matches() {	# pattern file
	if [ -z "$1" ]; then [ ! -s "$2" ]; else grep -Eq -e "$1" "$2"; fi
}

# machine sed-script: a broken machine file m.ini
machine() { sed "$1" "$ini" >m.ini; }
line() { grep -n "$1" m.ini | cut -d: -f1; }

expect 0 '^  show ' '' "$rangeley" --help
[ -z "$(sed -n '/^Commands:/,/^$/p' o | awk 'NF > 1 && n[$1]++')" ] &&
    [ "$(grep -c '^  [a-z]' o)" -ge 8 ] && echo 'ok each command is listed once' || {
	echo 'not ok: not each command is listed once'
	bad=1
}

# A tree that was copied or moved with what was built in it.
mkdir -p tree/build tree/scenarios/machines
sed 's/^flight  *= [0-9]*ns/flight = 209ns/' "$ini" >tree/scenarios/machines/c2758.ini
cp "$rangeley" tree/build
cp -P "${rangeley%rangeley}source" tree/build
[ "$(readlink tree/build/source)" != .. ] ||
    expect 0 '^flight = 501.6cyc ' '' tree/build/rangeley show machine
rm -r tree

expect 0 'intrctl .*affinity SCENARIO$' '' "$rangeley" intrctl --help
for c in run replay explain trial trace fake brconfig 'intrctl list' 'intrctl affinity' \
    rfc2544 bench check show; do
	# A usage a line; what an option is stands beside its name, or whole below.
	# shellcheck disable=SC2086 # two words
	if "$rangeley" $c --help | grep -E '^ +$|^ {30,}-|SCENARIO.*SCENARIO|^ +SCENARIO'; then
		echo "not ok: $c --help is not in form"
		bad=1
	fi
done
expect 0 '^rangeley [0-9a-f]+' '' "$rangeley" --version
expect 2 '' 'command is missing' "$rangeley"
expect 2 '' "did you mean 'show'" "$rangeley" shwo
expect 2 '' 'no command .xyzzy.' "$rangeley" xyzzy
expect 2 '' 'rangeley show: unrecognized option' "$rangeley" show --no
expect 2 '' 'machine, or image' "$rangeley" show
expect 2 '' "cannot show 'moon'; there are" "$rangeley" show moon

# Devices, as a kernel sets them up; what a scenario says; the hops.
expect 0 '^wm0RX1 = 4$' '' "$rangeley" show config "$two"
cat >what-if.ini <<EOF
[scenario]
inherit = $two
cpus = 5
[boot]
wm_rxlimit = 0
[set]
dram.latency = 100ns
EOF
expect 2 '' "'config' has no constants of the machine; leave out --set" \
    "$rangeley" show config "$two" --set dram.latency=120ns
expect 2 '' "'hops' has no constants" "$rangeley" show hops --machine none
expect 0 '^wm_rxlimit = 0$' '' "$rangeley" show config what-if.ini
for l in 'cpus = 5' 'dram.latency = 100ns' 'wm_txlimit = 1' 'image = NET_MPSAFE' 'wm2TX0 = 4'; do
	grep -qx "$l" o || { echo "not ok: no '$l' in show config"; bad=1; }
done
[ "$(grep -c wm_rxlimit o)" = 1 ] || { echo 'not ok: wm_rxlimit twice'; bad=1; }
for f in what-if.ini ./what-if.ini "$tmp/what-if.ini"; do
	expect 0 '^cpus = 5$' '' "$rangeley" show config "$f"
done
mkdir n=5 && cp what-if.ini n=5
expect 2 '' 'nothing to replay; give --in' \
    "$rangeley" replay ./n=5/what-if.ini
expect 2 '' 'n=5/MANIFEST: No such file' "$rangeley" explain ./n=5
# Its kernel has the ports, to which nothing comes: the link is all that interrupts.
expect 0 '^irq msix0 vec 5.wm0RX1.4 ' '' "$rangeley" run "$two"
expect 0 '^irq msix0 vec 5.wm0RX1.4 ' '' "$rangeley" run what-if.ini --set pcie.flight=100ns
expect 0 '^irq msix0 vec 5.wm0RX1.4 ' '' "$rangeley" run "$two" --image GENERIC wm_eitr=100
expect 0 ' wm_attach  +-$' '^wm0: Ethernet' \
    "$rangeley" trace "$two" --function wm_attach
for thing in config nic ioapic; do
	expect 2 '' 'which scenario' "$rangeley" show $thing
done
for thing in image layout; do
	expect 2 '' 'which image' "$rangeley" show $thing
done
expect 0 '^# The life of a packet' '' "$rangeley" show hops
cmp o "$life" || { echo "not ok docs/life-of-a-packet.md is what show hops prints"; bad=1; }
expect 0 '^01600  MSIXBM                 absent, 8 of them' '' "$rangeley" show registers
expect 0 '^00:00.0 host bridge: ' '' "$rangeley" show pci "$two"
expect 2 '' 'nothing.ini' "$rangeley" show nic nothing.ini
expect 0 '^i354.2: .* link up, 1000 full' '' "$rangeley" show nic "$two"
expect 0 '^ +4 0x00000000fee08000 ' '' "$rangeley" show msix "$two"
expect 0 '^key: 6d5a56da 255b0ec2' '' "$rangeley" show rss "$two"
expect 0 '^00: 86 80 41 1f' '' "$rangeley" show pci -x "$two"

# The same as JSON: what the text says, of which some.
"$rangeley" show --help | tr '\n' ' ' >usage
for thing in machine image layout config hops registers nic msix rss pci ioapic txmap; do
	grep -q "show.* $thing " usage || { echo "not ok show --help lacks $thing"; bad=1; }
done
json() {	# condition option...
	condition=$1
	shift
	expect 0 '^[[{]' '' "$rangeley" show --json "$@"
	jq -e "$condition" o >row || { echo "not ok show --json $*: $condition"; bad=1; }
}
json '.scenario.image == "NET_MPSAFE" and .affinity.wm0RX1 == "4" and .boot.run == "serve" and
    .setup[0].command == "ifconfig bridge0 create" and .events == []' config "$two"
json '.set."dram.latency" == "100ns" and .scenario.cpus == 5' config what-if.ini
json '.[0].hop == "WIRE_RX" and (map(.where) | unique == ["kernel", "machine"])' hops
"$rangeley" show hops >text
[ "$(jq length o)" = "$(grep -c '^| [A-Z]' text)" ] || { echo 'not ok hops'; bad=1; }
json '.[] | select(.name == "MSIXBM") | .model == "absent" and .n == 8 and .offset == "01600"' registers
"$rangeley" show registers >text
[ "$(jq length o)" = "$(wc -l <text)" ] || { echo 'not ok registers'; bad=1; }
json 'length == 4 and .[2].name == "i354.2" and .[2].link and (.[1].link | not) and
    .[2].queues[0].rx.ring == 256 and .[2].queues[7].rx.vector == null and
    (.[2].vectors | length == 10) and .[0].registers.RCTL == "0440801a"' nic "$two"
json '.[0] | .on and .vectors[4].address == "00000000fee08000" and .vectors[9].masked' msix "$two"
json '.[0] | .on and (.key | startswith("6d5a56da255b0ec2")) and (.table | length == 128) and
    .table[5] == 1 and .hashed[0] == "TCPv4"' rss "$two"
json '.[0].name == "host bridge" and .[1].device == "1f41" and (.[1].regions | map(.bytes) == [131072, 32, 16384]) and
    (.[1].capabilities | map(.name) == ["PM", "MSI", "MSI-X", "Express", "AER", "serial number"]) and
    .[1].capabilities[2].vectors == 10 and .[1].bytes == null' pci "$two"
json '.[1].bytes | length == 8192 and startswith("8680411f")' pci -x "$two"
json '. == []' ioapic "$two"
json 'map(.input) == [18, 19, 20, 21] and (map(.level) | all) and map(.messages) == [1, 0, 1, 0]' ioapic "$(dirname "$two")/mpsafe.ini" \
    --set nic.msix_vectors=0 --set nic.msi_vectors=0
json '.wm0 | length == 8' txmap "$two"
expect 2 '' 'of --same-as there is no JSON; leave out --json' \
    "$rangeley" show layout NET_MPSAFE --same-as GENERIC --json

# The printed machine is a machine file, and the same machine.
expect 0 '^latency = 120' '' "$rangeley" show machine --set dram.latency=120cyc
cp o own.ini
expect 0 '"hash"' '' "$rangeley" show machine --machine own.ini --json
jq -r .hash o >h1
"$rangeley" show machine --set dram.latency=120cyc --json | jq -r .hash >h2
"$rangeley" show machine --json | jq -r .hash >h3
cmp -s h1 h2 && ! cmp -s h1 h3 && echo 'ok printed machine reads back' || {
	echo "not ok: hashes $(cat h1 h2 h3)"
	bad=1
}

# Bad machine files and settings: file, line, remedy.
machine 's/^latency/latancy/'
expect 2 '' "^rangeley: m.ini:$(line ^latancy): .*latency" \
    "$rangeley" show machine --machine m.ini
machine '/^latency/s/240cyc/240/'
expect 2 '' "^rangeley: m.ini:$(line ^latency): .*ns" \
    "$rangeley" show machine --machine m.ini
machine '/^latency/s/240cyc/999cyc/'
expect 2 '' "^rangeley: m.ini:$(line ^latency): .*outside its range.*--set" \
    "$rangeley" show machine --machine m.ini
expect 2 '' 'no.ini' "$rangeley" show machine --machine no.ini
expect 2 '' 'dram.latency' "$rangeley" show machine --set dram.latincy=1cyc
expect 2 '' '1parsec.*ns' "$rangeley" show machine --set dram.latency=1parsec

# Images that are none.
echo 'not an ELF file' >junk.elf
expect 2 '' 'no/such.elf: .*; ' "$rangeley" show image no/such.elf
expect 2 '' 'junk.elf: .*; ' "$rangeley" show image ./junk.elf
expect 2 '' 'no/such.elf: .*; ' "$rangeley" run --image no/such.elf

# Runs.
run() { expect "$1" "$2" "$3" "$rangeley" run --image hello "$4"; }
run 0 '^args: a=1$' '' a=1
run 0 '"complete": true' '' --json
expect 4 '^verdict +4' 'limit' "$rangeley" run --image faulty how=loop \
    --limit 1us
run 2 '' '^rangeley: a: cannot open: .*; name a file' a
run 2 '' '--limit: .*200ns' --limit=1
run 2 '' "--limit: .0ns. is less than a cycle" --limit=0ns
expect 2 '' '/tmp: cannot read the image: Is a directory' "$rangeley" run --image /tmp
expect 2 '' 'standard output: cannot write' sh -c "$rangeley show machine >/dev/full"
expect 2 '' 'standard output: cannot write' \
    sh -c "$rangeley run --image hello >/dev/full"
run 2 '' '--ram: .*MiB' --ram=lots
for seeds in -1 +1 ' 1' 1.. 1..-1 2..1 9223372036854775808 99999999999999999999 1,2; do
	expect 2 '' "--seeds: '.*': write a number" "$rangeley" fake --image hello "--seeds=$seeds"
done
for each in '' ,hello_inner hello_inner, :0 +:0; do
	expect 2 '' "--each: '[:0+]*' is no step" \
	    "$rangeley" run --image hello --profile --each "$each"
done
# Too little for a kernel: the least of what is said is enough, and less no hang.
expect 2 '' 'RAM of 1024 KiB: a kernel needs 4 MiB .*--ram 4MiB' \
    timeout 60 "$rangeley" run --image NET_MPSAFE --ram 1MiB
expect 0 '^verdict +0$' '' "$rangeley" run --image NET_MPSAFE --ram 4MiB
run 0 '^verdict +0$' '' --ram=1MiB
"${rangeley%rangeley}captool" udp 2 1000 few 1 74
expect 2 '' '^captool: /dev/full: not all frames' "${rangeley%rangeley}captool" udp 9 9 /dev/full
expect 2 'wm_rxdescs: it cannot be .100' 'ended with 2: an argument that' \
    "$rangeley" replay "$two" --quiet --in wm0=few wm_rxdescs=100
for ram in 1MiB 8MiB 16380KiB; do
	expect 2 '' 'network ports needs 16 MiB .*--ram 16MiB, 144MiB to' \
	    timeout 60 "$rangeley" run "$two" --ram $ram
	expect 2 '' 'network ports needs 16 MiB ' \
	    timeout 60 "$rangeley" replay "$two" --quiet --in wm0=few --ram $ram
done
expect 1 . 'RAM of 16384 KiB may be too little .*--ram 144MiB is enough for four' \
    timeout 60 "$rangeley" run "$two" --ram 16MiB
{ "$rangeley" show config "$two" && printf '5 = ifconfig wm1 up\n6 = ifconfig wm3 up\n'; } |
    sed 's/add wm2/& add wm1 add wm3/' >four.ini
expect 1 . 'RAM of 131068 KiB may be too little .*--ram 144MiB' \
    timeout 60 "$rangeley" run four.ini --ram 131068KiB
expect 0 '^frames: 2 in, 6 out, 0 dropped, 0 in flight, 4 flooded$' '' "$rangeley" \
    replay four.ini --quiet --in wm0,wm2=few --ram 144MiB
expect 0 '^latency: of no frame, as none came out$' '' "$rangeley" \
    replay "$two" --quiet --in wm0,wm2=few --ram 64MiB
expect 2 '' 'ram, a multiple of 4KiB from 112KiB to 1280MiB$' \
    "$rangeley" run --image hello --ram 2GiB
expect 2 '' 'e.g. --image micro' "$rangeley" run
expect 2 '' '--only nosuch: no cell.s name begins so' "$rangeley" check table1 --only nosuch
expect 2 '' 'e.g. scenarios/mpsafe-8cores' "$rangeley" trial --frame-size 64 --pps 1
"$rangeley" run --image hello --portable >portable
"$rangeley" run --image hello >fast
if cmp -s fast portable && grep -q '^trace ' fast; then
	echo 'ok the portable variant gives the same bytes'
else
	echo 'not ok: portable and AVX2 differ'
	diff fast portable
	bad=1
fi

# SIGINT, sent once the program catches it: what there is gets printed, and
# says that it is not complete.
catches_int() {	# not the shell that is about to become it
	grep -q '^Name:.*rangeley' /proc/$pid/status && sed -n '/^SigCgt/s/.*\(.\)$/\1/p' /proc/$pid/status |
	    grep -q '[2367abef]'
}
interrupted() {	# after so many seconds more
	"$rangeley" run --image faulty how=loop --json >o 2>e &
	pid=$!
	tries=0
	until catches_int || [ $tries -gt 1000 ]; do
		sleep 0.05
		tries=$((tries + 1))
	done
	sleep "$1"
	kill -INT $pid
	wait $pid
	[ $? -eq 130 ] && [ "$(jq -c '[.complete, .results[0].name]' o)" = \
	    '[false,"before"]' ]
}
# A busy host may not have begun with the image yet.
if interrupted 0.1 || interrupted 2 || interrupted 10; then
	echo 'ok SIGINT'
else
	echo 'not ok SIGINT'
	head -n 20 o e
	bad=1
fi

# The microbenchmarks, and a machine that they must tell from the real one.
expect 0 'dram-in-page .* ok ' '' "$rangeley" bench micro
expect 1 'dram-in-page .* off ' '' "$rangeley" bench micro \
    --set dram.latency=200ns
expect 1 '"ok": false' '' "$rangeley" bench micro --set dram.latency=200ns --json
expect 2 '' 'there is micro' "$rangeley" bench nano
exit $bad
