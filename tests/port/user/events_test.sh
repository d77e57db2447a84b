#!/bin/sh
# events_test.sh: commands at their times (port/user/events.c): in order, none
# before its time or 20 us after it, and the run lasts until the last is over;
# what is refused; the same twice.  Twins: kernels with an error in events.c.
set -u
LC_ALL=C
export LC_ALL
. tests/kernel/bugs.subr
ask='#define bug (int)program_arg("bug", 0)'
change port/user/events.c \
	's/(now_ns = since_start_ns()) < at_ns/& \&\& bug != 1/' \
	's/MIN(at_ns - now_ns,/MIN((at_ns - now_ns) * (bug == 2 ? 2 : 1),/' \
	's/while (!ev.ev_over)/while (bug != 3 \&\& !ev.ev_over)/' \
	's/ev.ev_code = MAX(ev.ev_code, code)/ev.ev_code = bug == 4 ? 0 : code/'
overlay "$image" "$out/image-fake.elf"

ktest() { "$B/rangeley" run --image "$image" --cpus 2 --json "$@" >"$dir/json"; }
fake() {
	"$B/rangeley" fake --image "$out/image-fake.elf" --ram 32MiB --cpus 2 \
	    --json "$@" >"$dir/json"
}
four='events=0ns,echo,1;1500us,echo,2;1500us,echo,3;23ms,echo,4;23ms,echo,end'
in_time() {	# machine bug
	"$1" bug="$2" "$four" || return
	jq -r .console "$dir/json" >"$dir/out"
	awk 'BEGIN { split("0 1500 1500 23000 23000", want) }
	    /^events: [0-9]+ us: / { late = $2 - want[++n]
		if (late < 0 || late > 20) bad = 1 }
	    END { exit bad || n != 5 }' "$dir/out" && grep -q '^end$' "$dir/out"
}
seen=$dir/out
for machine in ktest fake; do
	in_time $machine 0
	say $? "$machine: five events in time"
	for bug in 1 2 3; do
		! in_time $machine $bug
		say $? "$machine: bug=$bug is noticed"
	done
done
ktest bug=0 "$four" && one=$(jq .trace "$dir/json") && ktest bug=0 "$four" &&
    [ "$one" = "$(jq .trace "$dir/json")" ]
say $? 'the same twice'

refused() {	# code text property
	ktest bug=0 "$3"
	[ $? -eq "$1" ] && jq -r .console "$dir/json" | grep -q "$2"
	say $? "$3: $1, $2"
}
refused 2 "'2' is no time; write" events=2,echo
refused 2 "'x' is no time" 'events=1ms,echo,a;x'
refused 2 'nothing to do at 2ms' events=2ms
refused 2 'is no time' "events=99999999999999s,echo"
refused 2 '1ms is before the event in front' 'events=2ms,echo;1ms,echo'
refused 2 'fo: no such command; there are:.* echo' events=2ms,fo
ktest bug=4 'events=1ms,fo;2ms,echo'
say $? 'bug=4, a code that is lost, is noticed'
exit $bad
