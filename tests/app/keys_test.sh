#!/bin/sh
# keys_test.sh: every constant of PCIe, the Ethernet controller and the BMC moves a replay.
#
# keys.csv names for each key a value some 20 % away, a load and, for times, the hop that
# must grow by just the difference.  Equal runs are equal to the bit, so whatever differs
# was the key.  Twins: a key at its own value; a simulator that reads nic.cause and
# does not use it; a table that lacks a key.
set -u
: "${B:=build}"
LC_ALL=C
export LC_ALL B

# replay FOLDER load "key=value ..."
replay() {
	dir=$1 load=$2 sets=$3
	scenario=scenarios/mpsafe-8cores.ini
	set --
	for s in $sets; do
		set -- "$@" --set "$s"
	done
	case $load in
	mixed)	set -- "$@" --in "wm0,wm2=$B/replay/mixed.pcap" --limit-frames 500 ;;
	any)	scenario=scenarios/mpsafe.ini	# whatever interrupts there are
		set -- "$@" --in "wm0,wm2=$B/replay/mixed.pcap" --limit-frames 500 ;;
	full)	set -- "$@" --in "wm0,wm2=$TMP/udp" --topspeed ;;
	fast)	set -- "$@" --in "wm0,wm2=$B/replay/mixed.pcap" --topspeed ;;
	burst)	set -- "$@" --in "wm0,wm2=$B/replay/mixed.pcap" --topspeed \
		    wm_eitr=400 wm_rxlimit=0 wm_txlimit=0 ;;
	bmc)	scenario=scenarios/generic.ini
		set -- "$@" --in "wm0,wm2=$TMP/slow" ipmi_cpu=3 ;;
	esac
	"$RANGELEY" replay --quiet --results "$dir" $scenario "$@" \
	    >"$dir.out" 2>&1 || {
		echo "not ok: $*: $(tail -n 1 "$dir.out")"
		return 1
	}
	jq '{latency_ns, hops_ns, frames}' "$dir/stats.json" >"$dir.json"
}

# by how many ns the minimum of a hop has grown
grown() {
	jq -n --arg hop "$1" --slurpfile a "$2" --slurpfile b "$3" '
	    def least(s): s[0].hops_ns[] | select(.hop == $hop).min;
	    (least($b) - least($a)) * 10 | round / 10'
}

# What rows are compared with, of which many have the same: `keys_test.sh --base load,with'.
base() {	# load with: in $a
	a=$BASE/$(echo "$1 $2" | tr -c 'a-zA-Z0-9\n' _)
	[ -f "$a.json" ] || replay "$a" "$1" "$2"
}
if [ "${1-}" = --base ]; then
	base "${2%%,*}" "${2#*,}"
	exit
fi

# One row: `keys_test.sh --one key,value,load,with,hop'.
if [ "${1-}" = --one ]; then
	IFS=, read -r key value load with hop <<-END
	$2
	END
	b=$TMP/$key.b
	base "$load" "$with" && replay "$b" "$load" "$with $key=$value" || exit 0
	if cmp -s "$a.json" "$b.json"; then
		echo "not ok $key: $value changes nothing"
	elif [ -z "$hop" ]; then
		echo "ok $key: latency $(jq .latency_ns.avg "$a.json") to" \
		    "$(jq .latency_ns.avg "$b.json") ns"
	elif [ "$(grown "${hop% *}" "$a.json" "$b.json")" = "${hop#* }" ]; then
		echo "ok $key: $hop ns more"
	else
		echo "not ok $key: $hop ns more, not" \
		    "$(grown "${hop% *}" "$a.json" "$b.json")"
	fi
	exit 0
fi

TMP=$(mktemp -d)
RANGELEY=$B/rangeley
BASE=$TMP/base
mkdir "$BASE"
export TMP RANGELEY BASE
trap 'rm -rf "$TMP"' EXIT
. tests/say.subr
table=tests/app/keys.csv
rows() { grep -v -e '^#' -e '^key,' "$1"; }
missing() {	# table: keys of the machine that it lacks
	rows "$1" | cut -d, -f1 | sort >"$TMP/have"
	"$B/rangeley" show machine --json | jq -r '.constants | keys[]' |
	    grep -e '^pcie\.' -e '^nic\.' -e '^bmc\.' -e '^core\.hypervisor' | sort | comm -3 - "$TMP/have"
}

missing $table >"$TMP/missing"
seen=$TMP/missing
[ ! -s "$TMP/missing" ]
say $? 'every key is in the table'
grep -v '^nic.cause,' $table >"$TMP/twin.csv"
[ "$(missing "$TMP/twin.csv")" = nic.cause ]
say $? 'twin: a key too few'

"$B/captool" udp 4000 1000 "$TMP/udp"
"$B/captool" udp 2600 500000 "$TMP/slow"
rows $table | cut -d, -f3,4 | sort -u | xargs -d '\n' -P 2 -I{} "$0" --base {}
rows $table | xargs -d '\n' -P 2 -I{} "$0" --one {} | sort >"$TMP/moved"
cat "$TMP/moved"
[ "$(grep -c '^ok' "$TMP/moved")" -eq "$(rows $table | wc -l)" ] || bad=1

twin=$("$0" --one nic.cause,300ns,mixed,,)
[ "$twin" = 'not ok nic.cause: 300ns changes nothing' ]
say $? 'twin: what moves nothing is reported'

# 300 ns have 7200 clock units (sim/core/units.h).
seen=$TMP/twin.log
mkdir "$TMP/twin"
ln -s "$PWD" "$TMP/twin/source"
ln -s "$(realpath "$B")/images" "$TMP/twin/images"
sed 's/m->nic_cause_clk/7200/' sim/nic_i354/params.c >"$TMP/twin/params.c"
! cmp -s sim/nic_i354/params.c "$TMP/twin/params.c" && {
	$(cat "$B/flags.sim") -c "$TMP/twin/params.c" -o "$TMP/twin/params.o" &&
	    g++ -rdynamic $(grep -o -e '-fsanitize=[a-z,]*' "$B/flags.sim") \
		-Wl,--as-needed "$B"/obj/app/*.o "$TMP/twin/params.o" \
		"$B/librangeley.a" -o "$TMP/twin/rangeley" \
		$(pkg-config --libs inih jansson libpcap libdw libelf) -lsystemc -lpthread
} >"$TMP/twin.log" 2>&1
say $? 'twin: a simulator that does not use nic.cause'
twin=$(RANGELEY=$TMP/twin/rangeley BASE=$TMP/twin "$0" --one "$(rows $table | grep '^nic.cause,')")
echo "$twin" >"$TMP/twin.log"
[ "$twin" = 'not ok nic.cause: 360ns changes nothing' ]
say $? 'twin: is found out'
exit $bad
