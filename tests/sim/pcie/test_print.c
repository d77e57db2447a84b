/*
 * What sim/pcie prints of a function, word for word: lspci's form by hand, for
 * the endpoint of pcie_rig.h.
 */
#include <stdio.h>
#include <stdlib.h>

#include "sim/pcie/pcie_rig.h"

static char *text;

static void
print_to_text(void (*print)(FILE *))
{
	size_t n;
	FILE *f = open_memstream(&text, &n);

	ck_assert_ptr_nonnull(f);
	print(f);
	ck_assert_int_eq(fclose(f), 0);
}

static void
plain(FILE *f)
{
	pcie_print(ep[0], f, false);
}

static void
hex(FILE *f)
{
	pcie_print(ep[0], f, true);
}

static void
bridge(FILE *f)
{
	pcie_print(pcie_nth(root, 0), f, true);
}

static void
msix(FILE *f)
{
	pcie_msix_print(ep[0], f);
}

static void
bridge_msix(FILE *f)
{
	pcie_msix_print(pcie_nth(root, 0), f);
}

static const char caps[] =
    "\tCapabilities: [40] Power Management version 3\n"
    "\t\tStatus: D0 NoSoftRst+\n"
    "\tCapabilities: [50] MSI: Enable+ Count=2/4 Maskable+ 64bit+\n"
    "\t\tAddress: 00000000fee02000  Data: 0063\n"
    "\t\tMasking: 00000002  Pending: 00000002\n"
    "\tCapabilities: [70] MSI-X: Enable- Count=10 Masked-\n"
    "\t\tVector table: BAR=4 offset=00000000\n"
    "\t\tPBA: BAR=4 offset=00002000\n"
    "\tCapabilities: [a0] Express (v2) Endpoint\n"
    "\t\tDevCap: MaxPayload 512 bytes, FLReset+\n"
    "\t\tDevCtl: MaxPayload 128 bytes, MaxReadReq 512 bytes, RlxdOrd+\n"
    "\t\tDevSta: TransPend-\n"
    "\t\tLnkSta: Speed 5GT/s, Width x4\n"
    "\tCapabilities: [100 v1] Advanced Error Reporting\n"
    "\tCapabilities: [140 v1] Device Serial Number 11223344-55667788\n"
    "\n";

START_TEST(function)
{
	static const char head[] =
	    "00:03.0 endpoint: class 0200: 1234:5678 (rev 03)\n"
	    "\tSubsystem: 9abc:def0\n"
	    "\tControl: I/O- Mem+ BusMaster+ DisINTx-\n"
	    "\tStatus: Cap+ INTx- <MAbort-\n"
	    "\tInterrupt: pin A routed to IRQ 18\n"
	    "\tRegion 0: Memory at fc000000 (32-bit, non-prefetchable)"
	    " [size=4K]\n"
	    "\tRegion 1: I/O ports at c000 [disabled] [size=32]\n"
	    "\tRegion 2: Memory at fc002000 (64-bit, prefetchable)"
	    " [size=8K]\n"
	    "\tRegion 4: Memory at fc004000 (32-bit, non-prefetchable)"
	    " [size=16K]\n";

	pcie_start();
	cfg_put(COMMAND, 2, MEM_ON | MASTER);
	cfg_put(MSI + 4, 4, 0xfee02000);
	cfg_put(MSI + 12, 2, 0x63);
	cfg_put(MSI + 16, 4, 2);
	cfg_put(MSI + 2, 2, 0x11);
	(void)pcie_msi(ep[0], 1);
	print_to_text(plain);
	ck_assert_int_eq(strncmp(text, head, strlen(head)), 0);
	ck_assert_str_eq(text + strlen(head), caps);
	ck_assert_str_eq(pcie_fn_name(ep[0]), "endpoint");
	pcie_end();
}
END_TEST

/* 256 lines of 16 bytes. */
START_TEST(bytes)
{
	const char *p;
	unsigned lines_ = 0;

	pcie_start();
	print_to_text(hex);
	p = strstr(text, "\n00: ");
	ck_assert_ptr_nonnull(p);
	ck_assert_int_eq(
	    strncmp(p + 1,
		"00: 34 12 78 56 07 00 10 00 03 00 00 02 00 00 00 00\n", 52),
	    0);
	ck_assert_ptr_nonnull(strstr(text,
	    "\n140: 03 00 01 00 88 77 66 55 44 33 22 11 00 "));
	ck_assert_ptr_nonnull(strstr(text, "\nff0: 00 "));
	for (p++; *p != '\0'; p++)
		lines_ += *p == '\n';
	ck_assert_uint_eq(lines_, 257); /* an empty one behind */
	pcie_end();
}
END_TEST

START_TEST(host)
{
	pcie_start();
	print_to_text(bridge);
	ck_assert_ptr_nonnull(strstr(text,
	    "00:00.0 host bridge: class 0600: 8086:1f08 (rev 00)\n"
	    "\tSubsystem: 0000:0000\n"
	    "\tControl: I/O- Mem- BusMaster- DisINTx-\n"
	    "\tStatus: Cap- INTx- <MAbort-\n"
	    "00: 86 80 08 1f"));
	ck_assert_ptr_nonnull(strstr(text, "\nf0: 00 "));
	ck_assert_ptr_null(strstr(text, "\n100: "));
	ck_assert_ptr_null(pcie_nth(root, 2));
	print_to_text(bridge_msix);
	ck_assert_str_eq(text, "host bridge: no MSI-X\n");
	pcie_end();
}
END_TEST

START_TEST(vectors)
{
	pcie_start();
	msix_entry(0, 0xfee02000, 0x41, 0);
	msix_entry(9, 0xfee0e000, 0x49, 1);
	cfg_put(MSIX + 2, 2, 0x8000);
	(void)pcie_msix(ep[0], 9);
	print_to_text(msix);
	ck_assert_ptr_eq(strstr(text,
			     "endpoint: MSI-X on, 10 vectors, table at "
			     "BAR4+0x0, PBA at BAR4+0x2000\n"
			     "vector            address       data   apic"
			     "    int   mask pending\n"
			     "     0 0x00000000fee02000 0x00000041      2"
			     "     65     no      no\n"
			     "     1 0x0000000000000000 0x00000000      0"
			     "      0    yes      no\n"),
	    text);
	ck_assert_ptr_nonnull(strstr(text,
	    "\n     9 0x00000000fee0e000 0x00000049     14     73"
	    "    yes     yes\n"));
	pcie_end();
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("sim/pcie print");
	TCase *t = tcase_create("print");

	tcase_add_test(t, function);
	tcase_add_test(t, bytes);
	tcase_add_test(t, host);
	tcase_add_test(t, vectors);
	suite_add_tcase(s, t);
	return run_tests(s);
}
