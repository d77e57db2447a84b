#!/usr/bin/python3
"""frames.py FILE: a capture of frames of many kinds, built by scapy.

Two stations, A and B, a frame every 50 us, one way and the other in turn.  First each
says that it is there, so that a bridge knows both.  Then

	each size from 60 to 1514 bytes, once
	SAMPLES frames of each of SIZES, by which latencies are compared
	protocols, tags and mistakes: kinds(), both ways

No random numbers, no clock: the same bytes each time.
"""
import sys
from decimal import Decimal

from scapy.config import conf
from scapy.layers.inet import GRE, ICMP, IP, TCP, UDP, IPOption_Router_Alert
from scapy.layers.inet6 import (ICMPv6EchoRequest, ICMPv6ND_NS, IPv6,
                                IPv6ExtHdrFragment, IPv6ExtHdrHopByHop)
from scapy.layers.l2 import ARP, LLC, SNAP, Dot1AD, Dot1Q, Dot3, Ether
from scapy.layers.sctp import SCTP
from scapy.layers.vxlan import VXLAN
from scapy.packet import Raw, raw
from scapy.utils import PcapWriter

GAP_NS = 50000
FIRST_S = 1416000000
SIZES = (60, 128, 256, 512, 1024, 1514)
SAMPLES = 30
BROADCAST = 'ff:ff:ff:ff:ff:ff'


class Station:
    def __init__(self, number):
        self.mac = '02:00:00:00:0%x:01' % (9 + number)
        self.ip = '10.0.%d.1' % number
        self.ip6 = 'fd00::%d:1' % number


A, B = Station(1), Station(2)


def fill(size):
    """Bytes that differ from place to place and from size to size."""
    return bytes((7 * i + size) & 0xff for i in range(size))


def udp(src, dst, size):
    head = (Ether(src=src.mac, dst=dst.mac) / IP(src=src.ip, dst=dst.ip) /
            UDP(sport=8000, dport=9000))
    return head / Raw(fill(size - len(head)))


def kinds(src, dst):
    eth = Ether(src=src.mac, dst=dst.mac)
    ip = IP(src=src.ip, dst=dst.ip)
    ip6 = IPv6(src=src.ip6, dst=dst.ip6)
    data = Raw(fill(301))
    # ARP: shorter than 60 bytes, so padded on the wire.
    yield Ether(src=src.mac, dst=BROADCAST) / ARP(psrc=src.ip, pdst=dst.ip,
                                                  hwsrc=src.mac)
    yield eth / ARP(op='is-at', psrc=src.ip, pdst=dst.ip, hwsrc=src.mac,
                    hwdst=dst.mac)
    # To all, and to many.
    yield (Ether(src=src.mac, dst=BROADCAST) /
           IP(src=src.ip, dst='255.255.255.255') / UDP(sport=68, dport=67) / data)
    yield (Ether(src=src.mac, dst='01:00:5e:00:00:05') /
           IP(src=src.ip, dst='224.0.0.5', ttl=1,
              options=[IPOption_Router_Alert()]) / data)
    yield (Ether(src=src.mac, dst='33:33:00:00:00:01') /
           IPv6(src=src.ip6, dst='ff02::1') / ICMPv6ND_NS(tgt=dst.ip6))
    # Tags: VLANs, priority only, two of them; the longest frame with a tag.
    yield eth / Dot1Q(vlan=1) / ip / UDP() / data
    yield eth / Dot1Q(vlan=4094, prio=7) / ip6 / UDP() / data
    yield eth / Dot1Q(vlan=0, prio=5) / ip / TCP() / data
    yield eth / Dot1AD(vlan=100) / Dot1Q(vlan=200) / ip / UDP() / data
    yield eth / Dot1Q(vlan=17) / ip / UDP() / Raw(fill(1514 - 14 - 28))
    # IPv4 and IPv6, what they carry.
    yield eth / ip / TCP(sport=443, dport=50000, flags='S', options=[
        ('MSS', 1460), ('SAckOK', b''), ('Timestamp', (1, 0)), ('WScale', 7)])
    yield eth / ip / TCP(sport=50000, dport=443, flags='PA') / data
    yield eth / ip / ICMP() / data
    yield eth / ip / SCTP(sport=1, dport=2) / data
    yield eth / ip / GRE() / IP(src='10.9.9.9', dst='10.9.9.8') / UDP() / data
    yield eth / ip / UDP(dport=4789) / VXLAN(vni=5) / eth / ip / data
    yield eth / ip6 / TCP(flags='A') / data
    yield eth / ip6 / ICMPv6EchoRequest(data=b'ping')
    yield eth / ip6 / IPv6ExtHdrHopByHop() / UDP() / data
    # Fragments: the first, which has ports, and the last, which has none.
    yield eth / IP(src=src.ip, dst=dst.ip, flags='MF', id=7) / UDP() / Raw(fill(160))
    yield eth / IP(src=src.ip, dst=dst.ip, frag=21, id=7, proto=17) / Raw(fill(99))
    yield eth / ip6 / IPv6ExtHdrFragment(offset=9, m=0, id=7, nh=17) / Raw(fill(99))
    # Mistakes that are no business of a bridge: sums, lengths, versions.
    yield eth / IP(src=src.ip, dst=dst.ip, chksum=0xdead) / UDP() / data
    yield eth / ip / UDP(chksum=0xbeef) / data
    yield eth / ip / TCP(chksum=0xbeef) / data
    yield eth / IP(src=src.ip, dst=dst.ip, len=1400) / UDP(len=7) / data
    yield eth / IP(src=src.ip, dst=dst.ip, ihl=15) / data
    yield eth / IP(src=src.ip, dst=dst.ip, version=9) / data
    yield eth / IPv6(src=src.ip6, dst=dst.ip6, plen=9999) / UDP() / data
    # No IP: another type, none, a length instead of a type, nothing at all.
    yield Ether(src=src.mac, dst=dst.mac, type=0x88b5) / data
    yield Ether(src=src.mac, dst=dst.mac, type=0xffff) / data
    yield Dot3(src=src.mac, dst=dst.mac) / LLC() / SNAP() / data
    yield Ether(src=src.mac, dst=dst.mac, type=0x0800)
    yield Ether(src=src.mac, dst=dst.mac, type=0x8100) / Raw(b'\0')


def all_frames():
    for station in (A, B):
        yield Ether(src=station.mac, dst=BROADCAST) / ARP(
            psrc=station.ip, pdst=station.ip, hwsrc=station.mac)
    for size in range(60, 1515):
        yield udp(A, B, size) if size % 2 == 0 else udp(B, A, size)
    for _ in range(SAMPLES):
        for size in SIZES:
            yield udp(A, B, size)
    for there, back in zip(kinds(A, B), kinds(B, A)):
        yield there
        yield back


def main():
    conf.verb = 0
    with PcapWriter(sys.argv[1], linktype=1, nano=True) as out:
        for k, frame in enumerate(all_frames()):
            frame = Ether(raw(frame))
            frame.time = FIRST_S + Decimal(k * GAP_NS) / 10**9
            out.write(frame)


main()
