#!/bin/sh
# speed_test.sh: `make bench-speed' in its smallest form writes what issues 2 and
# 6 ask for, and does not measure a program that computes something else
# (twins: a simulator whose checksum differs, one that fails).
set -u
: "${B:=build}"
if grep -q fsanitize "$B/flags.sim"; then
	echo "valgrind cannot run what was built with sanitizers"
	exit 77
fi
bad=0
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
export ROUNDS=1 FEW=500 MANY=1500

if OUT=$t/good.json bench/speed/speed.sh >"$t/out" 2>&1 &&
    jq -e 'map(.name) == ["native", "annotated-1cpu", "cachegrind",
	    "annotated-8cpu-1", "annotated-8cpu-5", "annotated-8cpu-10",
	    "ordered-access", "ordered-access-switch"] and
	all(.[6:][]; .ns | type == "number") and
	all(.[:6][]; (.ratio_to_native, .min, .max, .mips) | type == "number") and
	.[0].ratio_to_native == 1' "$t/good.json" >/dev/null; then
	echo "ok speed.json"
else
	echo "not ok speed.json:"
	cat "$t/out"
	bad=1
fi

# The row of the whole machine joins them; the shares are shares.
if TRIAL_MS=1 SIM_MS=4 SAMPLE_MS=20 FEW=200 OUT=$t/good.json \
    bench/speed/forward.sh >"$t/out" 2>&1 &&
    jq -e 'length == 9 and (.[8] | .name == "forward-8core-74" and
	(.lost | type == "number") and .frames > 1000 and .wall_per_sim > 0 and .mips > 0 and
	(.share | add > 0.99 and add < 1.01 and .annotated > 0.05 and
	    .miss > 0.05))' "$t/good.json" >/dev/null; then
	echo "ok speed.json: forward-8core-74"
else
	echo "not ok speed.json: forward-8core-74:"
	cat "$t/out" "$t/good.json"
	bad=1
fi

# What hooks and events cost.
if OUT=$t/good.json N=20000 bench/speed/hookcost.sh >"$t/out" 2>&1 &&
    OUT=$t/good.json bench/speed/sc_bench.sh >>"$t/out" 2>&1 &&
    jq -e '.[9:] | map(.name) == ["inline-hit", "thunk-hit-2nd-way",
	"thunk-hit-4th-way", "l1d-miss", "poll", "iteration", "systemc-event"] and
	all(.[]; .ns | type == "number")' \
	"$t/good.json" >/dev/null; then
	echo "ok speed.json: hooks and events"
else
	echo "not ok speed.json: hooks and events:"
	cat "$t/out" "$t/good.json"
	bad=1
fi

twin() {	# name, what its message says
	chmod +x "$t/$1"
	RANGELEY=$t/$1 OUT=$t/$1.json bench/speed/speed.sh >"$t/out" 2>&1
	rc=$?
	if [ $rc -eq 1 ] && grep -q "$2" "$t/out" && [ ! -e "$t/$1.json" ]; then
		echo "ok twin $1"
	else
		echo "not ok twin $1: exit code $rc, expected 1 and '$2':"
		cat "$t/out"
		bad=1
	fi
}
# `--json' is the run that describes the workload; leave it alone.
cat >"$t/other-sum" <<EOF
#!/bin/sh
case "\$*" in *--json*) exec "$B/rangeley" "\$@" ;; esac
"$B/rangeley" "\$@" | sed '/^pktpath sum/s/.\$/x/'
EOF
cat >"$t/fails" <<EOF
#!/bin/sh
case "\$*" in *--json*) exec "$B/rangeley" "\$@" ;; esac
exit 4
EOF
twin other-sum "speed.sh: checksum"
twin fails "speed.sh: failed"
exit $bad
