/*
 * priv_cpuid.c: identity of a C2758, as CPUID tells it.
 *
 * From facts/c2758.md section 1 (a dump of the real part) as far as a kernel
 * acts on it: no x2APIC, no AVX, no 1 GB pages, MONITOR/MWAIT with C1 and C6,
 * APIC ids 0, 2, .. 14, an invariant TSC.  Pure functions.
 */
#include <string.h>

#include "cpu/priv.h"

#define APIC_IDS    16u /* ids set aside for the package */
#define NCORE       8u
#define MAX_LEAF    0x0bu
#define MAX_EXTLEAF 0x80000008u
#define HYPERVISOR  0x80000000u /* of leaf 1, in %ecx */

/* Leaf 4: one deterministic description for each cache. */
static struct cpuid
cache_leaf(uint32_t n)
{
	/* type, level, ids sharing it, ways, sets */
	static const struct {
		uint32_t type, level, ids, ways, sets;
	} cache[] = {
		{ 1, 1, 1, 6, 64 },    /* L1D */
		{ 2, 1, 1, 8, 64 },    /* L1I */
		{ 3, 2, 4, 16, 1024 }, /* L2: two cores, ids two apart */
	};

	if (n >= sizeof(cache) / sizeof(cache[0]))
		return (struct cpuid){ 0, 0, 0, 0 };
	return (struct cpuid){
		.ax = (NCORE - 1) << 26 | (cache[n].ids - 1) << 14 | 1u << 8 |
		    cache[n].level << 5 | cache[n].type,
		.bx = (cache[n].ways - 1) << 22 | (64 - 1),
		.cx = cache[n].sets - 1,
	};
}

/* Leaf 0xb: how an APIC id is made of thread, core and package. */
static struct cpuid
topology_leaf(uint32_t n, uint32_t apic_id)
{
	struct cpuid r = { .cx = n & 0xff, .dx = apic_id };

	if (n == 0) {
		r.ax = 1;
		r.bx = 1;
		r.cx |= 1u << 8; /* thread */
	} else if (n == 1) {
		r.ax = 4;
		r.bx = NCORE;
		r.cx |= 2u << 8; /* core */
	}
	return r;
}

static struct cpuid
brand_leaf(uint32_t n)
{
	static const char brand[48] = "Intel(R) Atom(TM) CPU C2758 @ 2.40GHz";
	struct cpuid r;

	memcpy(&r, brand + n * sizeof(r), sizeof(r));
	return r;
}

static struct cpuid
extended_leaf(uint32_t leaf)
{
	switch (leaf) {
	case 0x80000000:
		return (struct cpuid){ .ax = MAX_EXTLEAF };
	case 0x80000001: /* LAHF, PREFETCHW; SYSCALL, NX, RDTSCP, LM */
		return (struct cpuid){ .cx = 0x101, .dx = 0x28100800 };
	case 0x80000002:
	case 0x80000003:
	case 0x80000004:
		return brand_leaf(leaf - 0x80000002);
	case 0x80000006: /* L2: 1 MB, 16 ways, 64-byte lines */
		return (struct cpuid){ .cx = 1024u << 16 | 8u << 12 | 64 };
	case 0x80000007: /* invariant TSC */
		return (struct cpuid){ .dx = 1u << 8 };
	case 0x80000008: /* 36 bits physical, 48 virtual */
		return (struct cpuid){ .ax = 48u << 8 | 36 };
	default:
		return (struct cpuid){ 0, 0, 0, 0 };
	}
}

struct cpuid
cpuid_leaf(unsigned cpu, bool hypervisor, uint32_t leaf, uint32_t subleaf)
{
	uint32_t apic_id = 2 * cpu;

	if (leaf >= 0x80000000 && leaf <= MAX_EXTLEAF)
		return extended_leaf(leaf);
	if (leaf > MAX_LEAF) /* as the highest basic leaf */
		leaf = MAX_LEAF;
	switch (leaf) {
	case 0: /* "GenuineIntel" */
		return (struct cpuid){ MAX_LEAF, 0x756e6547, 0x6c65746e,
			0x49656e69 };
	case 1:
		return (struct cpuid){ 0x406d8,
			apic_id << 24 | APIC_IDS << 16 | 8u << 8,
			0x43d8e3bf | (hypervisor ? HYPERVISOR : 0),
			0xbfebfbff };
	case 2: /* TLBs B3 A0 61 C2; FF: caches in leaf 4 */
		return (struct cpuid){ .ax = 0x61b3a001, .bx = 0xffc2 };
	case 4:
		return cache_leaf(subleaf);
	case 5: /* MONITOR: 64 bytes; C1, C6 */
		return (struct cpuid){ 64, 64, 3, 0x03000020 };
	case 7: /* SMEP, ERMS */
		return (struct cpuid){ .bx = subleaf == 0 ? 1u << 7 | 1u << 9
							  : 0 };
	case 0xa: /* version 3, 2 counters of 40 bits, 3 fixed */
		return (struct cpuid){ .ax = 7u << 24 | 40u << 16 | 2u << 8 | 3,
			.dx = 40u << 5 | 3 };
	case 0xb:
		return topology_leaf(subleaf, apic_id);
	default:
		return (struct cpuid){ 0, 0, 0, 0 };
	}
}
