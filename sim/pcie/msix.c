/*
 * msix.c: the MSI-X table, the pending bits, and when a message is sent.
 *
 *	table	16 bytes a vector: address low, high, data, control (bit 0: mask)
 *	PBA	a bit a vector, in words of 64, which software only reads
 *
 * A vector whose condition rises sends the write that its entry names, unless
 * something is in the way: its mask, the function's mask, bus mastering off,
 * D3hot.  Then its pending bit is set, and whatever takes the last obstacle
 * away sends the message and clears the bit.  Conditions that rise meanwhile
 * are one.  With MSI-X off there are no pending bits, and no messages.
 *
 * Table and PBA are accessed by 4 or 8 bytes at multiples of that; anything
 * else reads 0 and changes nothing (the specification leaves it open).
 */
#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "pcie/pcie_int.h"

enum { ADDR_LOW, ADDR_HIGH, DATA, CONTROL, ENTRY_WORDS };

static uint32_t
control(const struct pcie_fn *f)
{
	return f->d.nmsix == 0 ? 0
			       : cfg_get(f->cfg, CFG_MSIX + MSIX_CONTROL, 2);
}

bool
pcie_msix_enabled(const struct pcie_fn *f)
{
	return (control(f) & MSIX_ON) != 0;
}

static uint32_t *
entry(const struct pcie_fn *f, unsigned v)
{
	return &f->table[v * ENTRY_WORDS];
}

static unsigned
pba_words(const struct pcie_fn *f)
{
	return (f->d.nmsix + 63) / 64;
}

bool
pcie_msix_pending(const struct pcie_fn *f, unsigned v)
{
	assert(v < f->d.nmsix);
	return (f->pba[v / 64] >> v % 64 & 1) != 0;
}

void
pcie_msix_clear(struct pcie_fn *f, unsigned v)
{
	assert(v < f->d.nmsix);
	f->pba[v / 64] &= ~(UINT64_C(1) << v % 64);
}

static bool
blocked(const struct pcie_fn *f, unsigned v)
{
	return (control(f) & MSIX_MASKED) != 0 ||
	    (entry(f, v)[CONTROL] & 1) != 0 || !cfg_may_master(f);
}

static void
send(struct pcie_fn *f, unsigned v)
{
	const uint32_t *e = entry(f, v);

	requester_message(f, (uint64_t)e[ADDR_HIGH] << 32 | e[ADDR_LOW],
	    e[DATA]);
}

bool
pcie_msix(struct pcie_fn *f, unsigned v)
{
	assert(v < f->d.nmsix);
	if (!pcie_msix_enabled(f))
		return false;
	if (blocked(f, v)) {
		f->pba[v / 64] |= UINT64_C(1) << v % 64;
		return false;
	}
	send(f, v);
	return true;
}

bool
pcie_msix_message(const struct pcie_fn *f, unsigned v, uint32_t *address,
    uint32_t *data)
{
	if (v >= f->d.nmsix || !pcie_msix_enabled(f))
		return false;
	*address = entry(f, v)[ADDR_LOW];
	*data = entry(f, v)[DATA];
	return true;
}

/* Masks or enable bits may have changed. */
void
msix_changed(struct pcie_fn *f)
{
	const unsigned n = pba_words(f);

	if (!pcie_msix_enabled(f)) {
		if (n != 0)
			memset(f->pba, 0, n * sizeof(*f->pba));
		return;
	}
	for (unsigned w = 0; w < n; w++)
		for (unsigned v = w * 64; f->pba[w] >> v % 64 != 0; v++) {
			if (pcie_msix_pending(f, v) && !blocked(f, v)) {
				pcie_msix_clear(f, v);
				send(f, v);
			}
			if (v % 64 == 63)
				break;
		}
}

void
msix_reset(struct pcie_fn *f)
{
	for (unsigned v = 0; v < f->d.nmsix; v++) {
		memset(entry(f, v), 0, MSIX_ENTRY_BYTES);
		entry(f, v)[CONTROL] = 1;
		pcie_msix_clear(f, v);
	}
}

static uint64_t
table_bytes(const struct pcie_fn *f)
{
	return f->d.nmsix * MSIX_ENTRY_BYTES;
}

static bool
in_table(const struct pcie_fn *f, uint64_t off)
{
	return off >= f->d.msix_table_off &&
	    off - f->d.msix_table_off < table_bytes(f);
}

static bool
in_pba(const struct pcie_fn *f, uint64_t off)
{
	return off >= f->d.msix_pba_off &&
	    off - f->d.msix_pba_off < pba_words(f) * sizeof(*f->pba);
}

bool
msix_holds(const struct pcie_fn *f, unsigned bar, uint64_t off)
{
	return f->d.nmsix != 0 && bar == f->d.msix_bar &&
	    (in_table(f, off) || in_pba(f, off));
}

static bool
aligned(uint64_t off, unsigned size)
{
	return size >= 4 && off % size == 0;
}

/* A word of table or PBA; off is a multiple of 4, and in one of them. */
static uint32_t
read_word(const struct pcie_fn *f, uint64_t off)
{
	uint64_t at;

	if (in_table(f, off))
		return f->table[(off - f->d.msix_table_off) / 4];
	if (!in_pba(f, off))
		return 0;
	at = off - f->d.msix_pba_off;
	return (uint32_t)(f->pba[at / 8] >> 8 * (at % 8));
}

uint64_t
msix_read(const struct pcie_fn *f, uint64_t off, unsigned size)
{
	uint64_t v;

	if (!aligned(off, size))
		return 0;
	v = read_word(f, off);
	if (size == 8)
		v |= (uint64_t)read_word(f, off + 4) << 32;
	return v;
}

static void
write_word(struct pcie_fn *f, uint64_t off, uint32_t v)
{
	static const uint32_t mask[ENTRY_WORDS] = { ~3u, ~0u, ~0u, 1 };
	unsigned word;

	if (!in_table(f, off))
		return;
	word = (unsigned)(off - f->d.msix_table_off) / 4;
	f->table[word] = v & mask[word % ENTRY_WORDS];
}

void
msix_write(struct pcie_fn *f, uint64_t off, unsigned size, uint64_t v)
{
	if (!aligned(off, size))
		return;
	write_word(f, off, (uint32_t)v);
	if (size == 8)
		write_word(f, off + 4, (uint32_t)(v >> 32));
	msix_changed(f);
}

void
pcie_msix_print(const struct pcie_fn *f, FILE *out)
{
	const uint32_t c = control(f);

	if (f->d.nmsix == 0) {
		fprintf(out, "%s: no MSI-X\n", f->d.name);
		return;
	}
	fprintf(out,
	    "%s: MSI-X %s%s, %u vectors, table at BAR%u+0x%" PRIx32
	    ", PBA at BAR%u+0x%" PRIx32 "\n",
	    f->d.name, (c & MSIX_ON) != 0 ? "on" : "off",
	    (c & MSIX_MASKED) != 0 ? ", masked" : "", f->d.nmsix, f->d.msix_bar,
	    f->d.msix_table_off, f->d.msix_bar, f->d.msix_pba_off);
	fprintf(out, "%6s %18s %10s %6s %6s %6s %7s\n", "vector", "address",
	    "data", "apic", "int", "mask", "pending");
	for (unsigned v = 0; v < f->d.nmsix; v++) {
		const uint32_t *e = entry(f, v);

		fprintf(out,
		    "%6u 0x%08" PRIx32 "%08" PRIx32 " 0x%08" PRIx32
		    " %6u %6u %6s %7s\n",
		    v, e[ADDR_HIGH], e[ADDR_LOW], e[DATA],
		    e[ADDR_LOW] >> 12 & 0xff, e[DATA] & 0xff,
		    (e[CONTROL] & 1) != 0 ? "yes" : "no",
		    pcie_msix_pending(f, v) ? "yes" : "no");
	}
}

json_t *
pcie_msix_json(const struct pcie_fn *f)
{
	const uint32_t c = control(f);
	json_t *all = json_array();

	for (unsigned v = 0; v < f->d.nmsix; v++) {
		const uint32_t *e = entry(f, v);

		json_array_append_new(all,
		    json_pack("{s:o s:o s:I s:I s:b s:b}", "address",
			json_sprintf("%08" PRIx32 "%08" PRIx32, e[ADDR_HIGH],
			    e[ADDR_LOW]),
			"data", json_sprintf("%08" PRIx32, e[DATA]), "apic",
			(json_int_t)(e[ADDR_LOW] >> 12 & 0xff), "int",
			(json_int_t)(e[DATA] & 0xff), "masked",
			(int)(e[CONTROL] & 1), "pending",
			(int)pcie_msix_pending(f, v)));
	}
	return json_pack("{s:s s:b s:b s:I s:o s:o s:o}", "name", f->d.name,
	    "on", (int)((c & MSIX_ON) != 0), "masked",
	    (int)((c & MSIX_MASKED) != 0), "bar", (json_int_t)f->d.msix_bar,
	    "table", json_sprintf("%08" PRIx32, f->d.msix_table_off), "pba",
	    json_sprintf("%08" PRIx32, f->d.msix_pba_off), "vectors", all);
}
