#!/bin/sh
# brconfig_test.sh: brconfig(8) as a command and as events of a scenario: what it
# prints, in the words of NetBSD's, what it refuses, and that it really acts.
set -u
: "${B:=build}"
LC_ALL=C
export LC_ALL
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
. tests/say.subr
seen="$t/out"
trace=

brconfig() { "$B/rangeley" brconfig --cpus 2 "$@" >"$t/out" 2>&1; }
# answers code pattern word...: the exit code, and a line that matches.
answers() {
	want=$1 pattern=$2
	shift 2
	brconfig "$@"
	rc=$?
	[ $rc -eq "$want" ] && grep -Eq -e "$pattern" "$t/out"
	say $? "brconfig $*: $want, $pattern"
}

for kernel in bridge bridge_mpsafe; do
	brconfig --image $kernel bridge0 add tst0 add tst1 maxaddr 50 \
	    timeout 600 -learn tst1 static tst0 02:00:00:00:00:01 up
	[ $? -eq 0 ] && diff - "$t/out" <<'END'
bridge0: flags=41<UP,RUNNING>
	Configuration:
		priority 32768 hellotime 2 fwddelay 15 maxage 20
	Interfaces:
		tst1 flags=2<DISCOVER>
			port 3 priority 128
		tst0 flags=3<LEARNING,DISCOVER>
			port 2 priority 128
	Address cache (max cache: 50, timeout: 600):
		02:00:00:00:00:01 tst0 0 flags=1<STATIC>
END
	say $? "$kernel: members, numbers and addresses"
done
answers 0 'Address cache' bridge0
answers 1 '^brconfig: bridge0: add tst0: EEXIST$' bridge0 add tst0 add tst0
answers 1 '^brconfig: bridge0: add em0: ENOENT$' bridge0 add em0
answers 1 '^brconfig: bridge0: delete tst0: ENOENT$' bridge0 delete tst0
answers 1 '^brconfig: bridge0: static tst0 02:.*: ENOENT$' bridge0 \
    static tst0 02:00:00:00:00:01
answers 1 '^brconfig: bridge0: deladdr 02:.*: ENOENT$' bridge0 \
    deladdr 02:00:00:00:00:01
answers 2 "no command 'addd'; there are: up down" bridge0 addd tst0
answers 2 '^rangeley: micro: no kernel that knows run=command; give' --image micro bridge0 up
answers 2 "is no Ethernet address" bridge0 add tst0 static tst0 02:zz
answers 2 "maxaddr: 'x' is no number" bridge0 maxaddr x
answers 2 'add wants 1 more' bridge0 add
answers 2 'no bridge; e.g. bridge0' --cpus 1
answers 2 "'a b' is no word of brconfig" bridge0 'a b'
answers 2 "interfaces: '4' is no number from 1 to 3" --interfaces 4 bridge0
answers 0 '^		tst2 ' --interfaces 3 bridge0 add tst2
brconfig --json bridge0 && jq -e '.exit == 0 and (.output | contains("max cache: 100"))' \
    "$t/out" >"$t/jq"
say $? 'brconfig --json'

# A scenario: each event has its say, and the same twice.
run() {
	"$B/rangeley" run "$@" --json >"$t/json" 2>"$t/err"
	rc=$?
	jq -r .console "$t/json" >"$t/out"
	return $rc
}
run scenarios/bridge.ini && grep -q 'tst1 flags=3' "$t/out" &&
    grep -q '02:00:00:00:00:99 tst0 0 flags=1<STATIC>' "$t/out" &&
    grep -q 'max cache: 50, timeout: 600' "$t/out" &&
    [ "$(grep -c '^events: took' "$t/out")" -eq 5 ]
say $? 'a scenario with events'
trace=$(jq .trace "$t/json")
run scenarios/bridge.ini && [ "$trace" = "$(jq .trace "$t/json")" ]
say $? "the same again: $trace"
sed 's/deladdr 02:00:00:00:00:99/deladdr 02:00:00:00:00:98/' \
    scenarios/bridge.ini >"$t/other.ini"
! run "$t/other.ini" && grep -q 'deladdr 02:.*:98: ENOENT' "$t/out"
say $? 'an event that is refused ends the run with its code'

# Members leave and join under the traffic; GENERIC, too.
for kernel in bridge bridge_mpsafe; do
	run --image $kernel run=forward frames=1600 gap=100000 \
	    'events=3ms,brconfig,bridge0,static,tst0,02:00:00:00:00:99;4ms,brconfig,bridge0,addr;5ms,brconfig,bridge0,flushall,addr;6ms,echo,-;30ms,brconfig,bridge0,delete,tst1,add,tst1'
	sed -n '/^events: 4/,/took/p' "$t/out" >"$t/before"
	sed -n '/^events: 5/,/took/p' "$t/out" >"$t/after"
	grep -q '00:00:00:99 tst0 0 flags=1' "$t/before" &&
	    ! grep -q '00:00:00:99' "$t/after" &&
	    ! grep -q '^brconfig:' "$t/out"
	say $? "$kernel: addresses, members under traffic"
done
exit $bad
