/*
 * captool.c: makes captures for replays, and compares what came out with what went in.
 *
 *	captool mixed FRAMES GAP_NS FILE [SEED]	TCP, UDP, ARP, IPv6, VLAN, broadcast,
 *						odd sizes, both directions
 *	captool udp FRAMES GAP_NS FILE [SEED [BYTES]]	UDP, both directions, ports 8000
 *						to 9000, frames of BYTES, FCS included (64)
 *	captool same IN OUT...			are the frames of all OUTs those of IN,
 *						and those of a flow in order?  Those
 *						to their own sender a bridge keeps.
 *	captool latency IN OUT...		the same, and a line for each size:
 *						bytes, frames, ns on two wires,
 *						shortest way through in ns
 *
 * Stations 02:00:00:00:0a:01 and on are at one end, 02:00:00:00:0b:01 and on at the
 * other.  The first frames are broadcasts of each station, so that a bridge knows all
 * of them.  Same arguments, same bytes.
 *
 * Exit code 1: they are not the same, and the first difference is said; 2: usage, or a
 * file that is no capture.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <pcap/pcap.h>
#include <uthash.h>

#include "core/exit.h"
#include "core/frame.h"
#include "core/rng.h"
#include "wire/cable.h"
#include "wire/capture.h"

#define STATIONS 4 /* at each end */
#define NS_PER_S UINT64_C(1000000000)
#define FIRST_NS UINT64_C(1416000000000000000)

/* ---- making frames -------------------------------------------------------------- */

static struct rng rng;

static uint32_t
below(uint32_t n)
{
	return (uint32_t)rng_below(&rng, n);
}

static void
put16(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static uint32_t
sum16(const uint8_t *p, uint32_t n, uint32_t sum)
{
	for (uint32_t i = 0; i < n; i++)
		sum += (uint32_t)p[i] << (i % 2 == 0 ? 8 : 0);
	return sum;
}

static uint16_t
folded(uint32_t sum)
{
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* Addresses and type; what follows. */
static uint8_t *
ethernet(struct frame *f, unsigned end, unsigned from, int to, uint16_t vlan,
    uint16_t type)
{
	static const uint8_t base[] = { 0x02, 0, 0, 0 };
	uint8_t *p = f->data;

	if (to < 0)
		memset(p, 0xff, 6);
	else {
		memcpy(p, base, 4);
		p[4] = (uint8_t)(0x0b - end);
		p[5] = (uint8_t)(1 + to);
	}
	memcpy(p + 6, base, 4);
	p[10] = (uint8_t)(0x0a + end);
	p[11] = (uint8_t)(1 + from);
	p += 12;
	if (vlan != 0) {
		put16(p, 0x8100);
		put16(p + 2, vlan);
		p += 4;
	}
	put16(p, type);
	return p + 2;
}

/* Payload that tells frames apart, up to n bytes at p. */
static void
payload(uint8_t *p, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		p[i] = (uint8_t)below(256);
}

/* TCP or UDP over IPv4 or IPv6: n bytes of payload; the end of the frame. */
static uint8_t *
transport(uint8_t *ip, bool six, bool tcp, unsigned end, unsigned from,
    unsigned to, uint16_t port, uint32_t n)
{
	const uint32_t hlen = six ? 40 : 20, tlen = tcp ? 20 : 8;
	uint8_t *t = ip + hlen, *src = ip + (six ? 8 : 12);
	const uint32_t alen = six ? 16 : 4;
	uint32_t sum;

	memset(ip, 0, hlen + tlen);
	src[0] = six ? 0xfd : 10;
	src[alen] = src[0];
	src[alen - 2] = (uint8_t)(1 + end);
	src[alen - 1] = (uint8_t)(1 + from);
	src[2 * alen - 2] = (uint8_t)(2 - end);
	src[2 * alen - 1] = (uint8_t)(1 + to);
	if (six) {
		ip[0] = 0x60;
		put16(ip + 4, tlen + n);
		ip[6] = tcp ? 6 : 17;
		ip[7] = 64;
	} else {
		ip[0] = 0x45;
		put16(ip + 2, hlen + tlen + n);
		put16(ip + 4, below(0x10000));
		ip[8] = 64;
		ip[9] = tcp ? 6 : 17;
		put16(ip + 10, folded(sum16(ip, hlen, 0)));
	}
	put16(t, port);
	put16(t + 2, port);
	if (tcp) {
		put16(t + 4, below(0x10000));
		t[12] = 5 << 4;
		t[13] = 0x18; /* PSH, ACK */
		put16(t + 14, 0xffff);
	} else
		put16(t + 4, tlen + n);
	payload(t + tlen, n);
	sum = sum16(src, 2 * alen, (tcp ? 6 : 17) + tlen + n);
	put16(t + (tcp ? 16 : 6), folded(sum16(t, tlen + n, sum)));
	return t + tlen + n;
}

static uint8_t *
arp(uint8_t *p, unsigned end, unsigned from, unsigned to)
{
	memset(p, 0, 28);
	put16(p, 1);
	put16(p + 2, 0x0800);
	p[4] = 6;
	p[5] = 4;
	put16(p + 6, 1);
	p[14] = 10;
	p[16] = (uint8_t)(1 + end);
	p[17] = (uint8_t)(1 + from);
	p[24] = 10;
	p[26] = (uint8_t)(2 - end);
	p[27] = (uint8_t)(1 + to);
	return p + 28;
}

/* Of a frame of as many bytes, by RFC 2544, which counts the FCS. */
#define UDP_PAYLOAD(bytes) ((bytes)-FRAME_FCS - 14 - 20 - 8)

static uint32_t udp_payload = UDP_PAYLOAD(64);

static void
make_udp(struct frame *f, uint64_t k)
{
	const unsigned end = k % 2, from = below(STATIONS),
		       to = below(STATIONS);
	uint8_t *p = ethernet(f, end, from, (int)to, 0, 0x0800);

	p = transport(p, false, false, end, from, to,
	    (uint16_t)(8000 + below(1001)), udp_payload);
	f->len_bytes = (uint32_t)(p - f->data);
}

static void
make_mixed(struct frame *f, uint64_t k)
{
	static const uint32_t sizes[] = { 0, 1, 18, 37, 100, 255, 512, 1001,
		1400 };
	const unsigned end = below(2), from = below(STATIONS),
		       to = below(STATIONS), kind = below(16);
	const uint16_t vlan = below(8) == 0 ? (uint16_t)(1 + below(100)) : 0;
	const bool six = kind == 2 || kind == 3, tcp = kind % 2 == 1;
	uint8_t *p;

	(void)k;
	if (kind == 0) {
		p = ethernet(f, end, from, -1, vlan, 0x0806);
		p = arp(p, end, from, to);
	} else {
		p = ethernet(f, end, from, (int)to, vlan,
		    six ? 0x86dd : 0x0800);
		p = transport(p, six, tcp, end, from, to,
		    (uint16_t)(1024 + below(64)), sizes[below(9)]);
	}
	f->len_bytes = (uint32_t)(p - f->data);
}

static void
put_frame(pcap_dumper_t *out, const struct frame *f, uint64_t ns)
{
	const struct pcap_pkthdr h = {
		.ts = { .tv_sec = (time_t)(ns / NS_PER_S),
		    .tv_usec = (suseconds_t)(ns % NS_PER_S) },
		.caplen = f->len_bytes,
		.len = f->len_bytes
	};

	pcap_dump((u_char *)out, &h, f->data);
}

/* The k-th one: at first each station is heard. */
static void
make_frame(struct frame *f, uint64_t k, bool udp)
{
	if (k < 2 * STATIONS) {
		uint8_t *p = ethernet(f, k % 2, (unsigned)k / 2, -1, 0, 0x0806);

		p = arp(p, k % 2, (unsigned)k / 2, 0);
		f->len_bytes = (uint32_t)(p - f->data);
	} else if (udp)
		make_udp(f, k);
	else
		make_mixed(f, k);
	if (f->len_bytes >= FRAME_MIN)
		return;
	memset(f->data + f->len_bytes, 0, FRAME_MIN - f->len_bytes);
	f->len_bytes = FRAME_MIN;
}

static int
write_frames(const char *path, uint64_t frames, uint64_t gap_ns, bool udp)
{
	struct frame *f = calloc(1, sizeof(*f));
	pcap_t *pcap = pcap_open_dead_with_tstamp_precision(DLT_EN10MB,
	    FRAME_MAX, PCAP_TSTAMP_PRECISION_NANO);
	pcap_dumper_t *out = pcap_dump_open(pcap, path);
	bool failed = f == NULL || out == NULL;

	if (failed)
		fprintf(stderr, "captool: %s\n", pcap_geterr(pcap));
	for (uint64_t k = 0; !failed && k < frames; k++) {
		make_frame(f, k, udp);
		put_frame(out, f, FIRST_NS + k * gap_ns);
	}
	free(f);
	if (out != NULL &&
	    (pcap_dump_flush(out) != 0 || ferror(pcap_dump_file(out)) != 0)) {
		fprintf(stderr,
		    "captool: %s: not all frames could be written; make "
		    "room\n",
		    path);
		failed = true;
	}
	if (out != NULL)
		pcap_dump_close(out);
	pcap_close(pcap);
	return failed ? EX_INPUT : EX_GOOD;
}

/* A number from least to most; else the program ends. */
static uint64_t
number(const char *text, const char *what, uint64_t least, uint64_t most)
{
	char *end;
	const uint64_t n = strtoull(text, &end, 10);

	if (*text >= '0' && *text <= '9' && *end == '\0' && n >= least &&
	    n <= most)
		return n;
	fprintf(stderr, "captool: '%s': %s from %ju to %ju\n", text, what,
	    (uintmax_t)least, (uintmax_t)most);
	exit(EX_INPUT);
}

static int
make(int argc, char **argv)
{
	const bool udp = strcmp(argv[1], "udp") == 0;
	const uint64_t frames = number(argv[2], "frames", 0, UINT32_MAX);
	const uint64_t gap_ns = number(argv[3], "ns", 0, UINT32_MAX);

	if (argc > 6 && !udp) {
		fputs("captool: mixed: its frames have their own sizes\n",
		    stderr);
		return EX_INPUT;
	}
	if (argc > 6)
		udp_payload = UDP_PAYLOAD((uint32_t)number(argv[6],
		    "bytes of a frame", 64, 1518));
	rng_seed(&rng,
	    argc > 5 ? number(argv[5], "seed", 0, UINT64_MAX - 1) : 1, 0);
	return write_frames(argv[4], frames, gap_ns, udp);
}

/* ---- comparing -------------------------------------------------------------------- */

struct waiting { /* a frame of IN that has not been seen */
	struct waiting *next;
	uint64_t k, stamp_ns;
	uint32_t len_bytes;
	uint8_t data[];
};

struct flow {
	uint8_t key[48];
	struct waiting *first, **last;
	UT_hash_handle hh;
};

static struct flow *flows;

static struct {
	uint64_t frames, min_ns;
} by_size[FRAME_MAX + 1];

/* Preamble, the frame and its FCS, twice: in and out. */
static uint64_t
two_wires_ns(uint32_t len_bytes)
{
	return 2 * 8 * (CABLE_PREAMBLE + (uint64_t)len_bytes + FRAME_FCS);
}

/*
 * Addresses, and what of the rest a receiver's order depends on, of n bytes,
 * FRAME_MIN at least.
 */
static void
flow_key(const uint8_t *data, uint32_t n, uint8_t key[48])
{
	const uint8_t *p = data + 12;
	uint32_t at = 14;

	memset(key, 0, 48);
	memcpy(key, data, 14);
	if (p[0] == 0x81 && p[1] == 0x00) {
		memcpy(key + 14, p + 2, 2);
		at += 4;
		p += 4;
	}
	if (p[0] == 0x08 && p[1] == 0x00 && n >= at + 24)
		memcpy(key + 16, data + at + 12, 12);
	else if (p[0] == 0x86 && p[1] == 0xdd && n >= at + 44)
		memcpy(key + 16, data + at + 24, 20);
}

static struct flow *
flow_of(const uint8_t *data, uint32_t n)
{
	struct flow *fl;
	uint8_t key[48];

	flow_key(data, n, key);
	HASH_FIND(hh, flows, key, sizeof(key), fl);
	if (fl != NULL)
		return fl;
	fl = calloc(1, sizeof(*fl));
	if (fl == NULL)
		abort();
	memcpy(fl->key, key, sizeof(key));
	fl->last = &fl->first;
	HASH_ADD(hh, flows, key, sizeof(fl->key), fl);
	return fl;
}

static void
expect(const struct capture_frame *f, uint64_t k)
{
	const uint32_t n = f->len_bytes < FRAME_MIN ? FRAME_MIN : f->len_bytes;
	struct waiting *w = calloc(1, sizeof(*w) + n);
	struct flow *fl;

	if (w == NULL)
		abort();
	w->k = k;
	w->stamp_ns = f->stamp_ns;
	w->len_bytes = n;
	memcpy(w->data, f->data, f->cap_bytes);
	fl = flow_of(w->data, n);
	*fl->last = w;
	fl->last = &w->next;
}

/* What is wrong with a frame when w is the next one of its flow; NULL: nothing. */
static const char *
difference(const struct capture_frame *f, const struct waiting *w)
{
	if (w == NULL)
		return "there is no more of its flow";
	if (w->len_bytes != f->len_bytes)
		return "another length than the next one of its flow";
	if (memcmp(w->data, f->data, f->len_bytes) != 0)
		return "other bytes than the next one of its flow";
	if (f->stamp_ns < w->stamp_ns + two_wires_ns(f->len_bytes))
		return "it came earlier than two wires need";
	return NULL;
}

static void
time_of_size(uint32_t len_bytes, uint64_t ns)
{
	if (by_size[len_bytes].frames++ == 0 || ns < by_size[len_bytes].min_ns)
		by_size[len_bytes].min_ns = ns;
}

/* The next one of its flow, byte for byte, and not before it can have come. */
static bool
seen(const struct capture_frame *f, const char *path, uint64_t k)
{
	const bool whole = f->cap_bytes == f->len_bytes &&
	    f->len_bytes >= FRAME_MIN;
	struct flow *fl = whole ? flow_of(f->data, f->len_bytes) : NULL;
	struct waiting *w = whole ? fl->first : NULL;
	const char *why = whole ? difference(f, w) : "it is not whole";

	if (why != NULL) {
		printf("%s: frame %" PRIu64 ": %s", path, k, why);
		if (w != NULL)
			printf(" (frame %" PRIu64 ")", w->k);
		printf("\n");
		return false;
	}
	time_of_size(f->len_bytes, f->stamp_ns - w->stamp_ns);
	fl->first = w->next;
	if (fl->first == NULL)
		fl->last = &fl->first;
	free(w);
	return true;
}

/* A frame to its own sender, whose end the bridge knows: it keeps it. */
static bool
is_kept(const struct capture_frame *f)
{
	return f->cap_bytes >= 12 && memcmp(f->data, f->data + 6, 6) == 0;
}

/*
 * All frames of a file: expected if not kept, or seen; how many, or -1: one is not as
 * expected.  The program ends if there is no such capture.
 */
static int64_t
walk(const char *path, bool in, int64_t *kept)
{
	struct err err = ERR_NONE;
	struct capture_frame f;
	struct capture *c;
	int64_t n = 0;

	if (capture_open(&c, path, &err) != EX_GOOD) {
		err_print(&err, stderr);
		exit(EX_INPUT);
	}
	while (n >= 0 && capture_next(c, &f)) {
		n++;
		if (in && is_kept(&f))
			++*kept;
		else if (in)
			expect(&f, (uint64_t)n);
		else if (!seen(&f, path, (uint64_t)n))
			n = -1;
	}
	capture_close(c);
	return n;
}

static void
print_sizes(void)
{
	for (uint32_t n = 0; n <= FRAME_MAX; n++)
		if (by_size[n].frames != 0)
			printf("%" PRIu32 " %" PRIu64 " %" PRIu64 " %" PRIu64
			       "\n",
			    n, by_size[n].frames, two_wires_ns(n),
			    by_size[n].min_ns);
}

static int
same(int argc, char **argv)
{
	int64_t out = 0, kept = 0;
	const int64_t in = walk(argv[2], true, &kept);

	for (int i = 3; i < argc; i++) {
		const int64_t n = walk(argv[i], false, NULL);

		if (n < 0)
			return EX_FINDING;
		out += n;
	}
	if (strcmp(argv[1], "latency") == 0)
		print_sizes();
	else
		printf("%" PRId64 " in, %" PRId64 " out, %" PRId64
		       " to their own sender\n",
		    in, out, kept);
	return in == out + kept && out > 0 ? EX_GOOD : EX_FINDING;
}

int
main(int argc, char **argv)
{
	if (argc > 3 &&
	    (strcmp(argv[1], "same") == 0 || strcmp(argv[1], "latency") == 0))
		return same(argc, argv);
	if (argc >= 5 && argc <= 7 &&
	    (strcmp(argv[1], "udp") == 0 || strcmp(argv[1], "mixed") == 0))
		return make(argc, argv);
	fputs(
	    "usage: captool mixed FRAMES GAP_NS FILE [SEED]\n"
	    "       captool udp FRAMES GAP_NS FILE [SEED [BYTES]]\n"
	    "       captool same IN OUT...\n"
	    "       captool latency IN OUT...	bytes, frames, ns on two wires, "
	    "shortest way in ns\n",
	    stderr);
	return EX_INPUT;
}
