/*
 * print_json.c: what print.c prints of a function, for programs.  Numbers of
 * configuration space are hexadecimal strings, sizes and counts are numbers.
 */
#include <inttypes.h>

#include "core/json_out.h"
#include "pcie/pcie_int.h"

static json_t *
hex(const struct pcie_fn *f, unsigned off, unsigned size)
{
	return json_sprintf("%0*" PRIx32, (int)(2 * size),
	    cfg_read(f, off, size));
}

static void
put_bit(json_t *j, const char *name, uint32_t v, uint32_t bit)
{
	json_object_set_new(j, name, json_boolean((v & bit) != 0));
}

static json_t *
command(const struct pcie_fn *f)
{
	const uint32_t c = cfg_read(f, CFG_COMMAND, 2);
	json_t *j = json_object();

	put_bit(j, "io", c, CMD_IO);
	put_bit(j, "memory", c, CMD_MEM);
	put_bit(j, "bus_master", c, CMD_MASTER);
	put_bit(j, "intx_off", c, CMD_INTX_OFF);
	return j;
}

static json_t *
status(const struct pcie_fn *f)
{
	const uint32_t s = cfg_read(f, CFG_STATUS, 2);
	json_t *j = json_object();

	put_bit(j, "capabilities", s, STS_CAPS);
	put_bit(j, "intx", s, STS_INTX);
	put_bit(j, "master_abort", s, STS_MASTER_ABORT);
	return j;
}

static json_t *
regions(const struct pcie_fn *f)
{
	const uint32_t c = cfg_read(f, CFG_COMMAND, 2);
	json_t *all = json_array(), *j;

	for (unsigned i = 0; i < PCIE_NBAR; i++) {
		const struct pcie_bar *b = &f->d.bar[i];

		if (b->bytes == 0)
			continue;
		j = json_pack("{s:I s:b s:o s:I}", "region", (json_int_t)i,
		    "io", (int)b->io, "address",
		    json_sprintf("%0*" PRIx64, b->io ? 4 : 8,
			bar_address(f, i)),
		    "bytes", (json_int_t)b->bytes);
		put_bit(j, "enabled", c, b->io ? CMD_IO : CMD_MEM);
		if (!b->io) {
			json_put(j, "bits", b->wide ? 64 : 32);
			json_object_set_new(j, "prefetchable",
			    json_boolean(b->prefetch));
		}
		json_array_append_new(all, j);
	}
	return all;
}

static void
put_pm(const struct pcie_fn *f, json_t *j)
{
	const uint32_t c = cfg_read(f, CFG_PM + PM_CONTROL, 2);

	json_put(j, "version", cfg_read(f, CFG_PM + 2, 2) & 7);
	json_put(j, "state", c & 3);
	put_bit(j, "no_soft_reset", c, PM_NO_RESET);
}

static void
put_msi(const struct pcie_fn *f, json_t *j)
{
	const uint32_t c = cfg_read(f, CFG_MSI + MSI_CONTROL, 2);

	put_bit(j, "on", c, MSI_ON);
	json_put(j, "vectors", 1u << (c >> 4 & 7));
	json_put(j, "vectors_max", 1u << (c >> 1 & 7));
	put_bit(j, "maskable", c, MSI_MASKS);
	put_bit(j, "64bit", c, MSI_64);
	json_object_set_new(j, "address",
	    json_sprintf("%08" PRIx32 "%08" PRIx32,
		cfg_read(f, CFG_MSI + MSI_ADDR + 4, 4),
		cfg_read(f, CFG_MSI + MSI_ADDR, 4)));
	json_object_set_new(j, "data", hex(f, CFG_MSI + MSI_DATA, 2));
	json_object_set_new(j, "masking", hex(f, CFG_MSI + MSI_MASK, 4));
	json_object_set_new(j, "pending", hex(f, CFG_MSI + MSI_PENDING, 4));
}

static void
put_msix(const struct pcie_fn *f, json_t *j)
{
	const uint32_t c = cfg_read(f, CFG_MSIX + MSIX_CONTROL, 2);
	const uint32_t table = cfg_read(f, CFG_MSIX + MSIX_TABLE, 4);
	const uint32_t pba = cfg_read(f, CFG_MSIX + MSIX_PBA, 4);

	put_bit(j, "on", c, MSIX_ON);
	put_bit(j, "masked", c, MSIX_MASKED);
	json_put(j, "vectors", (c & 0x7ff) + 1);
	json_put(j, "table_bar", table & 7);
	json_object_set_new(j, "table",
	    json_sprintf("%08" PRIx32, table & ~7u));
	json_put(j, "pba_bar", pba & 7);
	json_object_set_new(j, "pba", json_sprintf("%08" PRIx32, pba & ~7u));
}

static void
put_exp(const struct pcie_fn *f, json_t *j)
{
	const uint32_t cap = cfg_read(f, CFG_EXP + EXP_CAP, 4);
	const uint32_t ctl = cfg_read(f, CFG_EXP + EXP_CONTROL, 2);
	const uint32_t link = cfg_read(f, CFG_EXP + EXP_LINKSTA, 2);

	json_put(j, "version", cfg_read(f, CFG_EXP + EXP_FLAGS, 2) & 15);
	json_put(j, "max_payload_max", 128u << (cap & 7));
	put_bit(j, "flr", cap, 1u << 28);
	json_put(j, "max_payload", 128u << (ctl >> 5 & 7));
	json_put(j, "max_read_request", 128u << (ctl >> 12 & 7));
	put_bit(j, "relaxed_ordering", ctl, 0x10);
	put_bit(j, "pending", cfg_read(f, CFG_EXP + EXP_STATUS, 2),
	    EXP_PENDING);
	json_object_set_new(j, "speed",
	    json_string((link & 15) == 1 ? "2.5GT/s" : "5GT/s"));
	json_put(j, "width", link >> 4 & 0x3f);
}

static void
add_capability(json_t *all, const struct pcie_fn *f, unsigned at)
{
	static const struct {
		unsigned at;
		const char *name;
		void (*put)(const struct pcie_fn *, json_t *);
	} known[] = { { CFG_PM, "PM", put_pm }, { CFG_MSI, "MSI", put_msi },
		{ CFG_MSIX, "MSI-X", put_msix } };
	json_t *j = json_object();
	unsigned i = 0;

	while (i < 3 && known[i].at != at)
		i++;
	json_object_set_new(j, "offset", json_sprintf("%02x", at));
	json_object_set_new(j, "name",
	    json_string(i < 3 ? known[i].name : "Express"));
	(i < 3 ? known[i].put : put_exp)(f, j);
	json_array_append_new(all, j);
}

static json_t *
capabilities(const struct pcie_fn *f)
{
	uint32_t head = f->d.pcie_cap ? cfg_read(f, CFG_AER, 4) : 0;
	json_t *all = json_array(), *j;

	for (unsigned at = cfg_read(f, CFG_CAPS, 1); at != 0;
	     at = cfg_read(f, at + 1, 1))
		add_capability(all, f, at);
	for (unsigned at = CFG_AER; head != 0; head = cfg_read(f, at, 4)) {
		j = json_pack("{s:o s:I s:s}", "offset",
		    json_sprintf("%03x", at), "version",
		    (json_int_t)(head >> 16 & 15), "name",
		    (head & 0xffff) == 1 ? "AER" : "serial number");
		if ((head & 0xffff) != 1)
			json_object_set_new(j, "serial",
			    json_sprintf("%08" PRIx32 "-%08" PRIx32,
				cfg_read(f, at + 8, 4),
				cfg_read(f, at + 4, 4)));
		json_array_append_new(all, j);
		at = head >> 20;
		if (at == 0)
			break;
	}
	return all;
}

static json_t *
bytes(const struct pcie_fn *f)
{
	const unsigned n = f->d.pcie_cap ? PCIE_CFG_BYTES : 256;
	char text[2 * PCIE_CFG_BYTES + 1];

	for (unsigned i = 0; i < n; i++)
		snprintf(text + 2 * i, 3, "%02" PRIx32, cfg_read(f, i, 1));
	return json_string(text);
}

json_t *
pcie_json(const struct pcie_fn *f, bool with_bytes)
{
	json_t
	    *j = json_pack("{s:o s:s s:o s:o s:o s:o s:o s:o s:o s:o s:o s:o}",
		"address",
		json_sprintf("%02x:%02x.%x", f->bdf >> 8, f->bdf >> 3 & 31,
		    f->bdf & 7),
		"name", f->d.name, "class", hex(f, CFG_REVISION + 2, 2),
		"vendor", hex(f, CFG_ID, 2), "device", hex(f, CFG_ID + 2, 2),
		"revision", hex(f, CFG_REVISION, 1), "subsystem_vendor",
		hex(f, CFG_SUBSYSTEM, 2), "subsystem",
		hex(f, CFG_SUBSYSTEM + 2, 2), "control", command(f), "status",
		status(f), "regions", regions(f), "capabilities",
		capabilities(f));

	if (f->d.int_pin != 0)
		json_object_set_new(j, "interrupt",
		    json_pack("{s:o s:I}", "pin",
			json_sprintf("%c", '@' + f->d.int_pin), "irq",
			(json_int_t)cfg_read(f, CFG_INT_LINE, 1)));
	if (with_bytes)
		json_object_set_new(j, "bytes", bytes(f));
	return j;
}
