#!/bin/sh
# txmap_test.sh: how many queues there are, by CPUs, the chip and vectors, and which of
# them a CPU sends by, `rangeley show txmap': the paper's section 5.4 (8 CPUs, 4
# queues: 0 1 2 3 0 1 2 3), fewer, as many and more CPUs, and by the CPU of vectors.
# Twin: a driver that counts from 1.
set -u
: "${B:=build}"
LC_ALL=C
export LC_ALL
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
. tests/say.subr
seen="$t/out $t/err"
cp scenarios/mpsafe.ini "$t"

# map CPUS property...: of wm0
map() {
	cpus=$1
	shift
	{
		printf '[scenario]\ninherit = mpsafe.ini\ncpus = %s\n' "$cpus"
		[ -z "${image-}" ] || echo "image = $image"
		printf '[boot]\n'
		for p; do echo "${p%%=*} = ${p#*=}"; done
	} >"$t/s.ini"
	"$B/rangeley" show txmap "$t/s.ini" $sets >"$t/out" 2>"$t/err" &&
	    sed -n 's/^wm0 //p' "$t/out"
}
is() {	# expected, CPUS property...
	want=$1
	shift
	got=$(map "$@")
	[ "$got" = "$want" ]
	say $? "$* $sets: $want (${got:-nothing})"
}
sets=
is '0 1 2 3 0 1 2 3' 8 wm_queues=4 wm_txselect=cpu
head -n 1 "$t/out" | grep -qx 'CPU 0 1 2 3 4 5 6 7'
say $? 'CPUs are above their queues'
is '0 1 2 3' 4 wm_queues=4 wm_txselect=cpu
is '0 1' 2 wm_queues=4 wm_txselect=cpu
is '0 1 2 0 1 2 0 1' 8 wm_queues=3 wm_txselect=cpu
# By CPUs: as many queues as CPUs, as long as there are vectors, 2 n + 1 or n + 1.
is '0 1 2 3 0 1 2 3' 8 wm_queues=0 wm_txselect=cpu
is '0 1 2 3 0 1' 6 wm_queues=0 wm_txselect=cpu
is '0 1' 2 wm_queues=0 wm_txselect=cpu
is '0 1 2 3 4 5 6 7' 8 wm_queues=0 wm_vectors=paired wm_txselect=cpu
sets='--set nic.msix_vectors=8'
is '0 1 2 0 1 2 0 1' 8 wm_queues=0 wm_txselect=cpu
is '0 1 2 3 4 5 6 0' 8 wm_queues=0 wm_vectors=paired wm_txselect=cpu
sets='--set nic.msix_vectors=3'
is '0 0 0 0 0 0 0 0' 8 wm_queues=0 wm_txselect=cpu
sets='--set nic.msix_vectors=0'
is '0 0 0 0 0 0 0 0' 8 wm_queues=0 wm_txselect=cpu
sets=

# By vectors: a port's transmit vector n is where the other's receive vector n is.
"$B/rangeley" show txmap scenarios/mpsafe-8cores.ini >"$t/out" 2>"$t/err" &&
    grep -qx 'wm0 0 1 2 3 0 1 2 3' "$t/out"
say $? 'mpsafe-8cores: the first queue whose vector is there, or by number'
"$B/rangeley" show txmap scenarios/generic.ini >"$t/out" 2>"$t/err" &&
    grep -qx 'wm2 0 0 0 0 0 0 0 0' "$t/out"
say $? 'generic: the only one'

# Refused: the run says so, and its exit code is 2.
for wrong in wm_txselect=rr wm_queues=9 wm_rxdescs=24 wm_txdescs=8192 wm_txjobs=65 \
    wm_eitr=1001 wm_intr=pio wm_vectors=three; do
	"$B/rangeley" run "$t/mpsafe.ini" "$wrong" >"$t/out" 2>"$t/err"
	[ $? -eq 2 ] && grep -q "${wrong%%=*}: it cannot be \`${wrong#*=}'" "$t/out" "$t/err"
	say $? "$wrong is refused"
done

tests/app/twin_kernel.sh NET_MPSAFE >"$t/out" 2>&1
say $? 'twin: a driver that counts from 1'
image=NET_MPSAFE-twins
is '0 1 2 3 0 1 2 3' 8 wm_queues=4 wm_txselect=cpu bug=0
is '1 2 3 0 1 2 3 0' 8 wm_queues=4 wm_txselect=cpu bug=14
exit $bad
