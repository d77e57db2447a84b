#!/bin/sh
# fallback_test.sh: with MSI-X taken away wm(4) takes MSI, with MSI gone INTx; the boot
# log says what it took and what there was not, and the shipped capture comes through
# whole.  So it is where the host bridge forbids messages (pci_machdep.c): both kinds,
# either one, and on a virtual machine not at all; and where a boot property asks for
# less.  So it is with the variants that boot properties choose.
#
# Twins: a driver that does not try the next kind; one that does not raise again what
# its limit leaves; a list of bridges that nobody asks.
set -u
: "${B:=build}"
LC_ALL=C
export LC_ALL
t=$(mktemp -d)
trap 'rm -rf "$t"' EXIT
. tests/say.subr
seen="$t/out"
scenario=scenarios/mpsafe.ini

# replay option...: all of the capture comes out; the log is in $t/out
replay() {
	"$B/rangeley" replay $scenario --quiet --results "$t/r" \
	    --in "wm0,wm2=$B/replay/mixed.pcap" --limit-frames 1000 \
	    --out "wm0=$t/0.pcap" --out "wm2=$t/2.pcap" "$@" >"$t/out" 2>&1 &&
	    [ "$(jq '.frames | .in - .out' "$t/r/stats.json")" = 0 ]
}
log() { grep -qxF "$1" "$t/out"; }
vectors() { jq -r '[.vectors[] | select(.frames > 0) | .id + "=" + .name] | sort | join(" ")' "$t/r/stats.json"; }
line='wm0: interrupting at ioapic0 pin 18'
msi='wm0: interrupting at msi0 vec 0'
msix='wm0: 4 TX and 4 RX queues, 9 MSI-X vectors'

replay && log "$msix" && ! log 'wm0: no MSI-X'
say $? 'there is MSI-X: it is taken'
replay --set nic.msix_vectors=0 && log 'wm0: no MSI-X' && log "$msi" &&
    [ "$(vectors)" = 'msi0 vec 0=wm0 msi2 vec 0=wm2' ]
say $? 'without MSI-X: MSI, and each frame comes out'
replay --set nic.msix_vectors=0 --set nic.msi_vectors=0 &&
    log 'wm0: no MSI-X' && log 'wm0: no MSI' && log "$line" &&
    [ "$(vectors)" = 'ioapic0 pin 18=wm0 ioapic0 pin 20=wm2' ]
say $? 'without either: INTx, and each frame comes out'
replay --set nic.msix_vectors=2 && log 'wm0: no MSI-X' && log "$msi"
say $? 'too few vectors for a queue of each kind: MSI'
for least in msi intx; do
	replay wm_intr=$least && ! log 'wm0: no MSI-X' &&
	    if [ $least = msi ]; then log "$msi"; else log "$line"; fi
	say $? "wm_intr=$least: nothing better is tried"
done

# Variants of rings, queues and vectors: each frame comes out.
for variant in wm_vectors=paired 'wm_vectors=paired wm_rxlimit=0 wm_txlimit=0' \
    wm_rxdescs=16 'wm_txdescs=64 wm_txjobs=8' wm_eitr=20 \
    'wm_eitr=1000 wm_rxlimit=0 wm_txlimit=0' net.bridge.fwdcpu=0 wm_queues=0 \
    wm_queues=1 wm_txselect=cpu; do
	replay $variant
	say $? "$variant"
done

# What the host bridge forbids.
both='pci0: MSI and MSI-X are not used: the host bridge'
replay --set pcie.host_bridge=8086:1237 && log "$both" && log "$line"
say $? 'host bridge 8086:1237 (82441FX): INTx'
replay --set pcie.host_bridge=10de:01e0 && log "$both" && log "$line"
say $? 'host bridge 10de:01e0 (nForce2): INTx'
for bridge in 8086:1237 8086:7190; do
	replay --set pcie.host_bridge=$bridge --set core.hypervisor=1 &&
	    log "$msix" && ! log "$both"
	say $? "host bridge $bridge on a virtual machine: MSI-X"
done
replay --set pcie.host_bridge=8086:7192 --set core.hypervisor=1 && log "$line"
say $? 'host bridge 8086:7192 there: INTx'

tests/app/twin_kernel.sh NET_MPSAFE >"$t/out" 2>&1
say $? 'a kernel with errors'
image=NET_MPSAFE-twins

# A driver that asks for this and that, of a function with 4 messages and 10 vectors.
# 22 is EINVAL, 19 ENODEV.
"$B/rangeley" run scenarios/mpsafe.ini --image $image --set nic.msi_vectors=4 bug=5 \
    >"$t/out" 2>&1	# nobody is wm0: it fails
asked() {
	log "ask: $1"
	say $? "$1"
}
asked '3 of MSI: 2, error 0'
sed -n '/^ask: 3 of MSI: 2/{n;N;p;}' "$t/out" | tr '\n' ' ' |
    grep -q '^ask: msi\([0-9]*\) vec 0 ask: msi\1 vec 1 $'
say $? '.. whose vectors are 0 and 1'
asked '5 of MSI: 4, error 0'
asked '0 of MSI: 0, error 22'
asked '2 of MSI exactly: error 0'
asked '3 of MSI exactly: error 22'
asked '10 of MSI-X exactly: error 0'
asked '11 of MSI-X exactly: error 22'
asked '11 of MSI-X: 10, error 0'
asked '2048 of MSI-X: 10, error 0'
asked '2049 of MSI-X: 2049, error 22'
asked '3 of MSI, or a line: type 1, 0 2 0'
grep '^ask: ' "$t/out" >"$t/asked"
! grep -q 'cannot be had' "$t/asked"
say $? 'each vector given can be established'

replay --image $image bug=6 && log 'pci0: MSI-X is not used: the host bridge' && log "$msi"
say $? 'a bridge that forbids MSI-X alone: MSI'
replay --image $image bug=7 && log 'pci0: MSI is not used: the host bridge' && log "$msix"
say $? 'one that forbids MSI alone: MSI-X'
replay --image $image --set nic.msix_vectors=0 --limit-frames 1 bug=7 && log "$line"
say $? '.. and INTx where there is no MSI-X'
behind() {	# N: frames in the rings at the end, of more than the queue takes
	replay --image $image wm_intr=intx --topspeed bug="$1"
	jq '.frames | .in_kernel + (.dropped.rx_ring // 0)' "$t/r/stats.json"
}
[ "$(behind 0)" = 0 ]
say $? 'bug=0: a line brings all that is in the rings'
[ "$(behind 9)" -gt 0 ]
say $? 'twin: what the limit leaves is not raised again: frames stay behind'
! replay --image $image --set nic.msix_vectors=0 bug=10
say $? 'twin: the next kind is not tried: no frame comes'
replay --image $image --set pcie.host_bridge=8086:1237 bug=8 && log "$msix"
say $? 'twin: nobody looks at the list of bridges'
exit $bad
