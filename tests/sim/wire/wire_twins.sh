#!/bin/sh
# Twins of sim/wire and sim/core/frame.c: each is the file with one line
# changed, and the named test must fail with it (tests/twin.subr).
set -u
: "${B:=build}"
. tests/twin.subr
dir=$B/tests/sim/wire/twins
rm -rf "$dir" && mkdir -p "$dir"
cc=$(cat "$B/flags.sim")
san=$(printf '%s\n' "$cc" | grep -o -e '-fsanitize=[a-z,]*' | tr '\n' ' ')

build() {	# name test source: link a test with another source file
	$cc -O0 -w -c "$3" -o "$dir/$1.o" && g++ $san "$B/tests/sim/$2.o" \
	    "$dir/$1.o" "$B/librangeley.a" -o "$dir/$1" \
	    $(pkg-config --libs check jansson libpcap) -lsystemc
}

twin() {	# name source test sed-script: what, where, who notices, how
	sed "$4" "sim/$2" >"$dir/$1.c"
	judge "$1" "$3" "sim/$2" "$dir/$1.c" build "$1" "$3" "$dir/$1.c"
}

passes core/test_frame build same core/test_frame sim/core/frame.c
passes wire/test_cable build same wire/test_cable sim/wire/cable.c

ft() { twin "$1" core/frame.c core/test_frame "$2"; }
ft dirty 's/memset(f, 0, offsetof(struct frame, data));//'
ft ends_again 's/assert(f->used && /assert(/'
ft uncounted 's/^	ledger.to\[to\]++;//'
ft unseen_drop 's/^	ledger.dropped\[place\]++;//'
ft anything_goes 's/return in == out;/return true;/'
ft late_word '/^frame_drop/,/^}/{s/^	give_back(f);//;s/^	if (drop_fn/	give_back(f);\n&/;}'

lt() { twin "$1" wire/cable.c wire/test_cable "$2"; }
lt no_preamble 's/(CABLE_PREAMBLE + n + FRAME_FCS)/(n + FRAME_FCS)/'
lt no_fcs 's/(CABLE_PREAMBLE + n + FRAME_FCS)/(CABLE_PREAMBLE + n)/'
lt no_gap 's/l->byte_tick \* CABLE_GAP/0/'
lt no_minimum 's/len_bytes < FRAME_MIN ? FRAME_MIN : len_bytes/len_bytes/'
lt at_once 's/bits_tick(l, f->len_bytes) + l->flight_tick/bits_tick(l, f->len_bytes)/'
lt shared 's/start_tick = later(cable_idle_at(l, end), not/start_tick = later(cable_idle_at(l, 0), not/'
lt impatient 's/start_tick = later(cable_idle_at(l, end), not_before_tick)/start_tick = cable_idle_at(l, end)/'
lt overlapping 's/start_tick = later(cable_idle_at(l, end), not_before_tick)/start_tick = not_before_tick/'
lt one_speed 's/(TICK_PER_S \/ rate_bps)/12/'
lt safe_wire 's/^		drop_all(&l->dir\[i\]);//'
lt still_busy 's/^		l->dir\[i\].idle_tick = 0;//'
lt chatty 's/^	if (l->up == up)$/	if (false)/'
lt same_end 's/&l->dir\[end ^ 1\];$/\&l->dir[end];/'
exit $rc
