#!/bin/sh
# races_test.sh: races of img/races.c are found by seeds, and a seed brings the
# same one back.
#
#	protected	no schedule of N has a finding
#	broken		some have; the first one's seed alone has the same
#			verdict, text and trace, twice
#	two jobs	and one see the same schedules
#	policies	random and pct find each of them, too
#
# N: the rarest needs two turns that end at one place each among some 20 steps,
# in the right order.  With turns of 1 to 3 steps, a fifth of the seeds, that is
# once in some dozen; with other policies rarer.  1000 seeds miss it with a
# probability below e^-10.
#
# Twins: a machine whose turns do not end inside an instruction, one whose
# interrupts come there, one that does not look at monitored lines, one whose
# schedules depend on the host.
set -u
: "${B:=build}"
N=1000
t=$(mktemp -d)
twin=$B/fake-twin
trap 'rm -rf "$t" "$twin"' EXIT

many() {	# program arg...
	program=$1
	shift
	timeout 200 "$program" fake --cpus 2 --seeds "1..$N" \
	    --steps 1000000 --json "$@" \
	    >"$t/many" 2>"$t/err"
}
. tests/say.subr
seen="$t/err $t/many"
first() {	# filter: of the first outcome that was not good
	jq -r ".outcomes[0].$1" "$t/many"
}
found() {	# rarity, for the message
	jq -r '"\(.not_good) of \(.schedules), first by seed \(.outcomes[0].seed)"' "$t/many"
}
# The first seed alone, twice: the same in all.
replays() {	# arg...
	seed=$(first seed)
	for i in 1 2; do
		timeout 20 "$B/rangeley" fake --cpus 2 --seeds "$seed" --json \
		    "$@" >"$t/one.$i" 2>"$t/err"
		[ $? -eq 1 ] || return 1
	done
	cmp "$t/one.1" "$t/one.2" &&
	    [ "$(jq -r .trace "$t/one.1")" = "$(first trace)" ] &&
	    [ "$(jq -r .verdict "$t/one.1")" = "$(first verdict)" ] &&
	    jq -r '.message + .console' "$t/one.1" | grep -qF "$(first text)"
}

races='count first message locks intr ready'
for race in $races; do
	many "$B/rangeley" --image races "test=$race"
	say $? "$race: none in $N schedules"
	many "$B/rangeley" --image races "test=$race" broken=1
	[ $? -eq 1 ]
	say $? "$race without protection: $(found)"
	replays --image races "test=$race" broken=1
	say $? "$race: seed $(first seed) brings it back: $(first text)"
	many "$B/rangeley" --image races "test=$race" broken=1 --jobs 1 &&
	    cp "$t/many" "$t/one"
	cp "$t/many" "$t/one"
	many "$B/rangeley" --image races "test=$race" broken=1 --jobs 3
	cmp "$t/one" "$t/many" >"$t/err"
	say $? "$race: one job and three"
done
for race in $races; do
	for policy in '--policy random --mean 3' '--policy pct --length 200'; do
		# shellcheck disable=SC2086 # words
		many "$B/rangeley" --image races $policy "test=$race" broken=1
		[ $? -eq 1 ]
		say $? "$race by $policy: $(found)"
	done
done
many "$B/rangeley" --image races --twice test=locks broken=1
[ $? -eq 1 ]
say $? "each seed twice: the same schedules"
# What is before seam_ready() is made once, and with --from-boot by each.
ready=$(timeout 20 "$B/rangeley" fake --image races --cpus 2 test=ready 2>"$t/err")
case $ready in
*'set up'*)	false ;;
*begins*)	true ;;
*)	false ;;
esac
say $? "what is set up before seam_ready() belongs to no schedule"
timeout 20 "$B/rangeley" fake --image races --cpus 2 --from-boot test=ready \
    >"$t/out" 2>"$t/err" && grep -q '^set up' "$t/out" &&
    grep -q '^begins' "$t/out"
say $? "it does with --from-boot"

# ---- twins
build() {	# file of port/fake, sed-script
	sed "$2" "port/fake/$1.c" >"$t/$1.c"
	# shellcheck disable=SC2046 # lists
	if cmp -s "port/fake/$1.c" "$t/$1.c" ||
	    ! $(cat "$B/flags.thunk") -Iport/fake -O1 -w -c "$t/$1.c" -o "$t/$1.o" ||
	    ! $(cat "$B/flags.thunk") "$t/$1.o" "$B"/obj/app/*.o "$B/librangeley.a" -o "$twin" \
		$(pkg-config --libs inih jansson libpcap libdw libelf) -lsystemc \
		-lstdc++ -lpthread -lm
	then
		echo "not ok: the twin '$2' cannot be built"
		exit 1
	fi
}
build fake '/^poll/,/^}/s/how == HK_STEP_OPEN/1/'
many "$twin" --image "$B/images/races/image-fake.elf" test=intr
[ $? -eq 1 ]
say $? "interrupts inside an instruction are noticed: $(found)"
build sched '/^look_at_line/,/^}/s/c->was_stored = true/c->was_stored = false/'
many "$twin" --image "$B/images/races/image-fake.elf" test=locks
[ $? -eq 1 ]
say $? "a store to a monitored line that wakes nobody is noticed: $(found)"
build sched '/^draw(/,/^}/s/+= UINT64_C(0x9e3779b97f4a7c15)/+= (uint64_t)random() + 1/'
many "$twin" --image "$B/images/races/image-fake.elf" --twice test=count
[ $? -eq 3 ]
say $? 'schedules that depend on something else are noticed'

build fake '/^poll(/,/^}/s/^	cpu->rip = regs->rip;/	if (how == HK_STEP_SHUT) {\n		cpu->hot.left = 0;\n		return;\n	}\n&/'
many "$twin" --image "$B/images/races/image-fake.elf" test=count broken=1
say $? 'the count is not found when instructions are one event'
exit $bad
