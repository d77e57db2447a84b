/*
 * print.c: a function's configuration space in words and in bytes.
 *
 * The form is that of lspci: a line that names the function, then a line for
 * each thing, indented; `+' and `-' say whether a bit is set.  The bytes are 16
 * a line behind their offset, all 4096 where there is extended space.
 */
#include <inttypes.h>

#include "pcie/pcie_int.h"

static char
sign(uint32_t v, uint32_t bit)
{
	return (v & bit) != 0 ? '+' : '-';
}

static void
print_header(const struct pcie_fn *f, FILE *out)
{
	const uint32_t c = cfg_read(f, CFG_COMMAND, 2),
		       s = cfg_read(f, CFG_STATUS, 2);

	fprintf(out,
	    "%02x:%02x.%x %s: class %04" PRIx32 ": %04" PRIx32 ":%04" PRIx32
	    " (rev %02" PRIx32 ")\n",
	    f->bdf >> 8, f->bdf >> 3 & 31, f->bdf & 7, f->d.name,
	    cfg_read(f, CFG_REVISION + 2, 2), cfg_read(f, CFG_ID, 2),
	    cfg_read(f, CFG_ID + 2, 2), cfg_read(f, CFG_REVISION, 1));
	fprintf(out, "\tSubsystem: %04" PRIx32 ":%04" PRIx32 "\n",
	    cfg_read(f, CFG_SUBSYSTEM, 2), cfg_read(f, CFG_SUBSYSTEM + 2, 2));
	fprintf(out, "\tControl: I/O%c Mem%c BusMaster%c DisINTx%c\n",
	    sign(c, CMD_IO), sign(c, CMD_MEM), sign(c, CMD_MASTER),
	    sign(c, CMD_INTX_OFF));
	fprintf(out, "\tStatus: Cap%c INTx%c <MAbort%c\n", sign(s, STS_CAPS),
	    sign(s, STS_INTX), sign(s, STS_MASTER_ABORT));
	if (f->d.int_pin != 0)
		fprintf(out, "\tInterrupt: pin %c routed to IRQ %" PRIu32 "\n",
		    '@' + f->d.int_pin, cfg_read(f, CFG_INT_LINE, 1));
}

static void
print_bars(const struct pcie_fn *f, FILE *out)
{
	const uint32_t command = cfg_read(f, CFG_COMMAND, 2);

	for (unsigned i = 0; i < PCIE_NBAR; i++) {
		const struct pcie_bar *b = &f->d.bar[i];

		if (b->bytes == 0)
			continue;
		fprintf(out, "\tRegion %u: %s at %0*" PRIx64, i,
		    b->io ? "I/O ports" : "Memory", b->io ? 4 : 8,
		    bar_address(f, i));
		if (!b->io)
			fprintf(out, " (%d-bit, %sprefetchable)",
			    b->wide ? 64 : 32, b->prefetch ? "" : "non-");
		if ((command & (b->io ? CMD_IO : CMD_MEM)) == 0)
			fputs(" [disabled]", out);
		if (b->bytes >= 1024)
			fprintf(out, " [size=%" PRIu32 "K]\n", b->bytes / 1024);
		else
			fprintf(out, " [size=%" PRIu32 "]\n", b->bytes);
	}
}

static void
print_pm(const struct pcie_fn *f, FILE *out)
{
	const uint32_t c = cfg_read(f, CFG_PM + PM_CONTROL, 2);

	fprintf(out,
	    "Power Management version %" PRIu32 "\n\t\tStatus: D%" PRIu32
	    " NoSoftRst%c\n",
	    cfg_read(f, CFG_PM + 2, 2) & 7, c & 3, sign(c, PM_NO_RESET));
}

static void
print_msi(const struct pcie_fn *f, FILE *out)
{
	const uint32_t c = cfg_read(f, CFG_MSI + MSI_CONTROL, 2);

	fprintf(out, "MSI: Enable%c Count=%u/%u Maskable%c 64bit%c\n",
	    sign(c, MSI_ON), 1u << (c >> 4 & 7), 1u << (c >> 1 & 7),
	    sign(c, MSI_MASKS), sign(c, MSI_64));
	fprintf(out,
	    "\t\tAddress: %08" PRIx32 "%08" PRIx32 "  Data: %04" PRIx32 "\n",
	    cfg_read(f, CFG_MSI + MSI_ADDR + 4, 4),
	    cfg_read(f, CFG_MSI + MSI_ADDR, 4),
	    cfg_read(f, CFG_MSI + MSI_DATA, 2));
	fprintf(out, "\t\tMasking: %08" PRIx32 "  Pending: %08" PRIx32 "\n",
	    cfg_read(f, CFG_MSI + MSI_MASK, 4),
	    cfg_read(f, CFG_MSI + MSI_PENDING, 4));
}

static void
print_msix(const struct pcie_fn *f, FILE *out)
{
	const uint32_t c = cfg_read(f, CFG_MSIX + MSIX_CONTROL, 2);
	const uint32_t table = cfg_read(f, CFG_MSIX + MSIX_TABLE, 4);
	const uint32_t pba = cfg_read(f, CFG_MSIX + MSIX_PBA, 4);

	fprintf(out, "MSI-X: Enable%c Count=%" PRIu32 " Masked%c\n",
	    sign(c, MSIX_ON), (c & 0x7ff) + 1, sign(c, MSIX_MASKED));
	fprintf(out, "\t\tVector table: BAR=%" PRIu32 " offset=%08" PRIx32 "\n",
	    table & 7, table & ~7u);
	fprintf(out, "\t\tPBA: BAR=%" PRIu32 " offset=%08" PRIx32 "\n", pba & 7,
	    pba & ~7u);
}

static void
print_exp(const struct pcie_fn *f, FILE *out)
{
	const uint32_t flags = cfg_read(f, CFG_EXP + EXP_FLAGS, 2);
	const uint32_t cap = cfg_read(f, CFG_EXP + EXP_CAP, 4);
	const uint32_t ctl = cfg_read(f, CFG_EXP + EXP_CONTROL, 2);
	const uint32_t link = cfg_read(f, CFG_EXP + EXP_LINKSTA, 2);

	fprintf(out, "Express (v%" PRIu32 ") Endpoint\n", flags & 15);
	fprintf(out, "\t\tDevCap: MaxPayload %u bytes, FLReset%c\n",
	    128u << (cap & 7), sign(cap, 1u << 28));
	fprintf(out,
	    "\t\tDevCtl: MaxPayload %u bytes, MaxReadReq %u bytes, RlxdOrd%c\n",
	    128u << (ctl >> 5 & 7), 128u << (ctl >> 12 & 7), sign(ctl, 0x10));
	fprintf(out, "\t\tDevSta: TransPend%c\n",
	    sign(cfg_read(f, CFG_EXP + EXP_STATUS, 2), EXP_PENDING));
	fprintf(out, "\t\tLnkSta: Speed %s, Width x%" PRIu32 "\n",
	    (link & 15) == 1 ? "2.5GT/s" : "5GT/s", link >> 4 & 0x3f);
}

static void
print_list(const struct pcie_fn *f, FILE *out)
{
	for (unsigned at = cfg_read(f, CFG_CAPS, 1); at != 0;
	     at = cfg_read(f, at + 1, 1)) {
		fprintf(out, "\tCapabilities: [%02x] ", at);
		switch (at) {
		case CFG_PM:
			print_pm(f, out);
			break;
		case CFG_MSI:
			print_msi(f, out);
			break;
		case CFG_MSIX:
			print_msix(f, out);
			break;
		default:
			print_exp(f, out);
			break;
		}
	}
}

static void
print_extended(const struct pcie_fn *f, FILE *out)
{
	uint32_t head = f->d.pcie_cap ? cfg_read(f, CFG_AER, 4) : 0;

	for (unsigned at = CFG_AER; head != 0; head = cfg_read(f, at, 4)) {
		fprintf(out, "\tCapabilities: [%03x v%" PRIu32 "] ", at,
		    head >> 16 & 15);
		if ((head & 0xffff) == 1)
			fputs("Advanced Error Reporting\n", out);
		else
			fprintf(out,
			    "Device Serial Number %08" PRIx32 "-%08" PRIx32
			    "\n",
			    cfg_read(f, at + 8, 4), cfg_read(f, at + 4, 4));
		at = head >> 20;
		if (at == 0)
			break;
	}
}

static void
print_bytes(const struct pcie_fn *f, FILE *out)
{
	const unsigned n = f->d.pcie_cap ? PCIE_CFG_BYTES : 256;

	for (unsigned i = 0; i < n; i++) {
		if (i % 16 == 0)
			fprintf(out, "%02x:", i);
		fprintf(out, " %02" PRIx32, cfg_read(f, i, 1));
		if (i % 16 == 15)
			fputc('\n', out);
	}
}

void
pcie_print(const struct pcie_fn *f, FILE *out, bool hex)
{
	print_header(f, out);
	print_bars(f, out);
	print_list(f, out);
	print_extended(f, out);
	if (hex)
		print_bytes(f, out);
	fputc('\n', out);
}
