/*
 * Configuration space and BARs, sim/pcie, by ports, ECAM and memory: what a
 * driver finds, what it may change, and who answers where.  The endpoint is
 * that of pcie_rig.h; the numbers are those of the PCI specifications.
 */
#include "sim/pcie/masks.h"
#include "sim/pcie/pcie_rig.h"

#define ECAM(dev, fn, off) (PCIE_ECAM_BASE + ((dev) << 15 | (fn) << 12 | (off)))

/*
 * How one gets there.
 */

START_TEST(by_ports)
{
	pcie_bare();
	ck_assert_uint_eq(port_cfg(0, 3, 0, 0, 4), 0x56781234);
	ck_assert_uint_eq(port_cfg(0, 3, 0, 2, 2), 0x5678);
	ck_assert_uint_eq(port_cfg(0, 3, 0, 1, 1), 0x12);
	ck_assert_uint_eq(port_cfg(0, 3, 0, 1, 2), 0x7812);
	ck_assert_uint_eq(port_cfg(0, 3, 0, 8, 4), 0x02000003);
	ck_assert_uint_eq(port_cfg(0, 3, 0, 0x2c, 4), 0xdef09abc);
	ck_assert_uint_eq(cpu_read(true, 0xcf8, 4), cf8(0, 3, 0, 0x2c));
	port_cfg_put(0, 3, 0, 0x3d - 1, 1, 0xa5);
	ck_assert_uint_eq(port_cfg(0, 3, 0, 0x3c, 2), 0x01a5);
	pcie_end();
}
END_TEST

/* The address register: reserved bits are 0, parts of it are not there. */
START_TEST(address_register)
{
	pcie_bare();
	cpu_write(true, 0xcf8, 4, ~0u);
	ck_assert_uint_eq(cpu_read(true, 0xcf8, 4), 0x80fffffc);
	cpu_write(true, 0xcf8, 4, cf8(0, 3, 0, 0));
	cpu_write(true, 0xcf8, 1, 0x2c);
	cpu_write(true, 0xcf9, 1, 0xff);
	cpu_write(true, 0xcfa, 2, 0);
	ck_assert_uint_eq(cpu_read(true, 0xcf8, 4), cf8(0, 3, 0, 0));
	ck_assert_uint_eq(cpu_read(true, 0xcf8, 1), 0xff);
	ck_assert_uint_eq(cpu_read(true, 0xcfa, 2), 0xffff);
	/* Off: no data. */
	cpu_write(true, 0xcf8, 4, cf8(0, 3, 0, 0x3c) & 0x7fffffff);
	ck_assert_uint_eq(cpu_read(true, 0xcfc, 4), 0xffffffff);
	cpu_write(true, 0xcfc, 1, 0x11);
	ck_assert_uint_eq(port_cfg(0, 3, 0, 0x3c, 1), 0);
	pcie_end();
}
END_TEST

/* Nobody is there: ones, and writes vanish. */
START_TEST(absent)
{
	pcie_bare();
	ck_assert_uint_eq(port_cfg(0, 3, 1, 0, 4), 0xffffffff);
	ck_assert_uint_eq(port_cfg(0, 4, 0, 0, 2), 0xffff);
	ck_assert_uint_eq(port_cfg(1, 3, 0, 0, 1), 0xff);
	port_cfg_put(0, 4, 0, 4, 4, 0);
	ck_assert_uint_eq(cpu_read(false, ECAM(4u, 0u, 0x100u), 4), ~0u);
	cpu_write(false, ECAM(4u, 0u, 0u), 4, 0);
	ck_assert_uint_eq(pcie_config_read(root, 5, 31, 7, 0, 4), 0xffffffff);
	pcie_config_write(root, 5, 31, 7, 0, 4, 0);
	pcie_end();
}
END_TEST

START_TEST(host_bridge)
{
	pcie_bare();
	ck_assert_uint_eq(port_cfg(0, 0, 0, 0, 4), 0x1f088086);
	ck_assert_uint_eq(port_cfg(0, 0, 0, 8, 4) >> 8, 0x060000);
	ck_assert_uint_eq(port_cfg(0, 0, 0, STATUS, 2) & 0x10, 0);
	pcie_end();
}
END_TEST

START_TEST(other_host_bridge)
{
	pp.host_device = 0x1237;
	pcie_bare();
	ck_assert_uint_eq(port_cfg(0, 0, 0, 0, 4), 0x12378086);
	pcie_end();
}
END_TEST

START_TEST(no_host_bridge)
{
	pp.host_vendor = 0xffff;
	pcie_bare();
	ck_assert_uint_eq(port_cfg(0, 0, 0, 0, 4), 0xffffffff);
	pcie_end();
}
END_TEST

/* Extended space; what crosses a word or has 8 bytes is no access. */
START_TEST(by_ecam)
{
	pcie_bare();
	ck_assert_uint_eq(cpu_read(false, ECAM(3u, 0u, 0u), 4), 0x56781234);
	ck_assert_uint_eq(cpu_read(false, ECAM(3u, 0u, 0x144u), 4), 0x55667788);
	ck_assert_uint_eq(cpu_read(false, ECAM(3u, 0u, 0x14au), 2), 0x1122);
	ck_assert_uint_eq(cpu_read(false, ECAM(3u, 0u, 0u), 8), ~UINT64_C(0));
	ck_assert_uint_eq(cpu_read(false, ECAM(3u, 0u, 3u), 2), 0xffff);
	cpu_write(false, ECAM(3u, 0u, 0x3cu), 8, 0x77);
	ck_assert_uint_eq(cfg(0x3c, 1), 0);
	cpu_write(false, ECAM(3u, 0u, 0x3cu), 1, 0x77);
	ck_assert_uint_eq(cfg(0x3c, 1), 0x77);
	pcie_end();
}
END_TEST

/*
 * What is there.
 */

START_TEST(capabilities)
{
	static const struct {
		uint8_t at, id;
	} want[] = { { 0x40, 1 }, { 0x50, 5 }, { 0x70, 0x11 }, { 0xa0, 0x10 } };
	unsigned at;

	pcie_bare();
	ck_assert_uint_eq(cfg(STATUS, 2), 0x10);
	at = cfg(0x34, 1);
	for (unsigned i = 0; i < 4; i++) {
		ck_assert_uint_eq(at, want[i].at);
		ck_assert_uint_eq(cfg(at, 1), want[i].id);
		at = cfg(at + 1, 1);
	}
	ck_assert_uint_eq(at, 0);
	ck_assert_uint_eq(cfg(0x72, 2), EP_NMSIX - 1);
	ck_assert_uint_eq(cfg(0x74, 4), 4);
	ck_assert_uint_eq(cfg(0x78, 4), EP_PBA | 4);
	ck_assert_uint_eq(cfg(0x52, 2), 0x184); /* masks, 64 bits, 4 */
	/* AER names the serial number, which is the last one. */
	ck_assert_uint_eq(cfg(0x100, 4), 0x14010001);
	ck_assert_uint_eq(cfg(0x140, 4), 0x00010003);
	pcie_end();
}
END_TEST

/* A function without any: nothing names anything. */
START_TEST(no_capabilities)
{
	const struct pcie_fn_desc d = { .name = "plain", .vendor = 1 };
	const struct pcie_fn_ops ops = { 0 };

	pcie_bare();
	(void)pcie_add(root, 2, 7, 0, &d, &ops);
	ck_assert_uint_eq(pcie_config_read(root, 2, 7, 0, 0, 4), 1);
	for (unsigned off = 8; off < PCIE_CFG_BYTES; off += 4) {
		pcie_config_write(root, 2, 7, 0, off, 4, 0xffffffff);
		if (off != 0xc) /* cache line */
			ck_assert_uint_eq(pcie_config_read(root, 2, 7, 0, off,
					      4),
			    0);
	}
	pcie_end();
}
END_TEST

/* The list leaves out what is not there. */
START_TEST(msix_alone)
{
	struct pcie_fn_desc d = ep_desc(0);
	const struct pcie_fn_ops ops = { NULL, ep_read, ep_write, NULL };

	pcie_bare();
	d.pm_cap = d.pcie_cap = false;
	d.msi = 0;
	d.serial = 0;
	(void)pcie_add(root, 0, 4, 0, &d, &ops);
	ck_assert_uint_eq(pcie_config_read(root, 0, 4, 0, 0x34, 1), 0x70);
	ck_assert_uint_eq(pcie_config_read(root, 0, 4, 0, 0x70, 2), 0x0011);
	ck_assert_uint_eq(pcie_config_read(root, 0, 4, 0, 0x100, 4), 0);
	pcie_end();
}
END_TEST

/* Bit 7 of the header type, in each function of the device. */
START_TEST(several_functions)
{
	more = 1;
	pcie_bare();
	ck_assert_uint_eq(port_cfg(0, 3, 0, 0xe, 1), 0x80);
	ck_assert_uint_eq(port_cfg(0, 3, 1, 0xe, 1), 0x80);
	ck_assert_uint_eq(port_cfg(0, 0, 0, 0xe, 1), 0);
	ck_assert_uint_eq(port_cfg(0, 3, 1, 0x3d, 1), 2);
	pcie_end();
}
END_TEST

START_TEST(one_function)
{
	pcie_bare();
	ck_assert_uint_eq(port_cfg(0, 3, 0, 0xe, 1), 0);
	pcie_end();
}
END_TEST

/*
 * What may be changed: for each word the bits that stay 1 when ones are
 * written and 0 when zeros are; all others keep their value.
 */
START_TEST(writable)
{
	pcie_bare();
	for (unsigned off = 0; off < PCIE_CFG_BYTES; off += 4) {
		const uint32_t before = cfg(off, 4), mask = mask_of(off);

		/* But not the bit that resets. */
		cfg_put(off, 4, off == DEVCTL ? 0xffff7fff : 0xffffffff);
		ck_assert_msg(cfg(off, 4) == (before | mask), "0x%x: 0x%x", off,
		    cfg(off, 4));
		cfg_put(off, 4, 0);
		ck_assert_msg(cfg(off, 4) == (before & ~mask), "0x%x: 0x%x",
		    off, cfg(off, 4));
	}
	pcie_end();
}
END_TEST

/* Bytes of a register are written alone. */
START_TEST(narrow_writes)
{
	pcie_bare();
	cfg_put(BAR0, 4, 0x12345678);
	cfg_put(BAR0 + 3, 1, 0xab);
	ck_assert_uint_eq(cfg(BAR0, 4), 0xab345000);
	cfg_put(BAR0 + 1, 2, 0xcdef);
	ck_assert_uint_eq(cfg(BAR0, 4), 0xabcde000);
	pcie_end();
}
END_TEST

/*
 * BARs.
 */

/* Ones come back where the address is; the size is their two's complement. */
START_TEST(sizing)
{
	static const uint32_t want[6] = { 0xfffff000, 0xffffffe1, 0xffffe00c,
		0xffffffff, 0xffffc000, 0 };

	pcie_bare();
	for (unsigned i = 0; i < 6; i++) {
		cfg_put(BAR0 + 4 * i, 4, 0xffffffff);
		ck_assert_uint_eq(cfg(BAR0 + 4 * i, 4), want[i]);
	}
	pcie_end();
}
END_TEST

START_TEST(firmware)
{
	more = 1;
	pcie_bare();
	pcie_firmware(root);
	ck_assert_uint_eq(cfg(0x10, 4), EP_BAR0);
	ck_assert_uint_eq(cfg(0x14, 4), EP_PORTS | 1);
	ck_assert_uint_eq(cfg(0x18, 4), EP_BAR2 | 12);
	ck_assert_uint_eq(cfg(0x1c, 4), 0);
	ck_assert_uint_eq(cfg(0x20, 4), EP_BAR4);
	/* The next function's follow, each at a multiple of its size. */
	ck_assert_uint_eq(port_cfg(0, 3, 1, 0x10, 4), 0xfc008000);
	ck_assert_uint_eq(port_cfg(0, 3, 1, 0x14, 4), 0xc021);
	ck_assert_uint_eq(port_cfg(0, 3, 1, 0x18, 4), 0xfc00a00c);
	ck_assert_uint_eq(port_cfg(0, 3, 1, 0x20, 4), 0xfc00c000);
	ck_assert_uint_eq(cfg(COMMAND, 2), 0);
	ck_assert_uint_eq(cfg(0x3c, 1), 18);
	ck_assert_uint_eq(port_cfg(0, 3, 1, 0x3c, 1), 19);
	ck_assert_uint_eq(cfg(DEVCTL, 2) & 0x70e0, 0x2000); /* 512, 128 */
	pcie_end();
}
END_TEST

START_TEST(firmware_sizes)
{
	pp.mps_bytes = 256;
	pp.mrrs_bytes = 1024;
	pcie_bare();
	pcie_firmware(root);
	ck_assert_uint_eq(cfg(DEVCTL, 2) & 0x70e0, 0x3020);
	pcie_end();
}
END_TEST

/* An access arrives after io.h's flight, 400 units, and nothing else. */
START_TEST(registers)
{
	uint64_t t;

	pcie_start();
	t = sc_now_tick();
	cpu_write(false, EP_BAR0 + 0x18, 4, 0x89abcdef);
	ck_assert_int_eq(nep, 1);
	ck_assert(ep_log[0].write);
	ck_assert_uint_eq(ep_log[0].at_tick, t + 200);
	ck_assert_uint_eq(ep_log[0].bar, 0);
	ck_assert_uint_eq(ep_log[0].off, 0x18);
	ck_assert_uint_eq(ep_log[0].value, 0x89abcdef);
	ck_assert_uint_eq(cpu_read(false, EP_BAR0 + 0x1a, 2), 0x89ab);
	ck_assert_uint_eq(answers[0].at - answers[0].called_at, 600);
	cpu_write(true, EP_PORTS + 31, 1, 0x5a);
	ck_assert_uint_eq(cpu_read(true, EP_PORTS + 31, 1), 0x5a);
	ck_assert_uint_eq(ep_log[nep - 1].bar, 1);
	cpu_write(false, EP_BAR2 + 8184, 8, 0x1122334455667788);
	ck_assert_uint_eq(cpu_read(false, EP_BAR2 + 8184, 8),
	    0x1122334455667788);
	ck_assert_uint_eq(ep_log[nep - 1].bar, 2);
	ck_assert_uint_eq(ep_log[nep - 1].size, 8);
	/* BAR4 beside table and PBA is the device's. */
	cpu_write(false, EP_BAR4 + 16 * EP_NMSIX, 4, 1);
	cpu_write(false, EP_BAR4 + EP_PBA - 4, 4, 2);
	cpu_write(false, EP_BAR4 + EP_PBA + 8, 4, 3);
	ck_assert_uint_eq(ep_log[nep - 3].off, 16 * EP_NMSIX);
	ck_assert_uint_eq(ep_log[nep - 2].off, EP_PBA - 4);
	ck_assert_uint_eq(ep_log[nep - 1].off, EP_PBA + 8);
	pcie_end();
}
END_TEST

/* Between BARs, across an end, and in spaces that are off or asleep. */
START_TEST(nobody)
{
	pcie_start();
	ck_assert_uint_eq(cpu_read(false, EP_BAR0 + 4096, 4), 0xffffffff);
	ck_assert_uint_eq(cpu_read(false, EP_BAR0 + 4092, 8), ~UINT64_C(0));
	ck_assert_uint_eq(cpu_read(true, EP_PORTS + 31, 2), 0xffff);
	ck_assert_uint_eq(cpu_read(false, PCIE_MEM_END - 1, 1), 0xff);
	cpu_write(false, EP_BAR0 + 4092, 8, 0);
	cfg_put(COMMAND, 2, IO_ON);
	ck_assert_uint_eq(cpu_read(false, EP_BAR0, 4), 0xffffffff);
	ck_assert_uint_eq(cpu_read(false, EP_BAR4, 4), 0xffffffff);
	cpu_write(false, EP_BAR4 + 12, 4, 0);
	ck_assert_uint_eq(cpu_read(true, EP_PORTS, 4), 0);
	cfg_put(COMMAND, 2, MEM_ON);
	ck_assert_uint_eq(cpu_read(true, EP_PORTS, 4), 0xffffffff);
	ck_assert_uint_eq(cpu_read(false, EP_BAR4 + 12, 4), 1);
	nep = 0;
	cfg_put(PM, 1, 3);
	ck_assert_uint_eq(cfg(PM, 2), 0xb);
	ck_assert_uint_eq(cpu_read(false, EP_BAR0, 4), 0xffffffff);
	cpu_write(false, EP_BAR0, 4, 0);
	ck_assert_int_eq(nep, 0);
	/* There are no D1 and D2. */
	cfg_put(PM, 1, 1);
	ck_assert_uint_eq(cfg(PM, 1) & 3, 3);
	cfg_put(PM, 1, 0);
	cfg_put(PM, 1, 2);
	ck_assert_uint_eq(cfg(PM, 1) & 3, 0);
	ck_assert_uint_eq(cpu_read(false, EP_BAR0, 4), 0);
	pcie_end();
}
END_TEST

/* Moved, out of the window, back; a wide one above 4 GB is not there. */
START_TEST(moved)
{
	pcie_start();
	cpu_write(false, EP_BAR0, 4, 7);
	cfg_put(BAR0, 4, 0xfd000000);
	ck_assert_uint_eq(cpu_read(false, 0xfd000000, 4), 7);
	ck_assert_uint_eq(cpu_read(false, EP_BAR0, 4), 0xffffffff);
	cfg_put(BAR0, 4, 0x1000);
	ck_assert_uint_eq(cpu_read(false, 0xfd000000, 4), 0xffffffff);
	/* Memory at the ports' address is not ports. */
	cfg_put(BAR0, 4, EP_PORTS);
	ck_assert_uint_eq(cpu_read(true, EP_PORTS, 4), 0);
	ck_assert_uint_eq(ep_log[nep - 1].bar, 1);
	cfg_put(BAR0, 4, EP_BAR0);
	ck_assert_uint_eq(cpu_read(false, EP_BAR0, 4), 7);
	cpu_write(false, EP_BAR2, 4, 9);
	cfg_put(0x1c, 4, 1);
	ck_assert_uint_eq(cpu_read(false, EP_BAR2, 4), 0xffffffff);
	cfg_put(0x1c, 4, 0);
	ck_assert_uint_eq(cpu_read(false, EP_BAR2, 4), 9);
	pcie_end();
}
END_TEST

/* Of BARs that overlap the first answers, of functions too. */
START_TEST(overlap)
{
	more = 1;
	pcie_start();
	cfg_put(0x18, 4, EP_BAR0); /* BAR2, 8 KB, over BAR0 */
	cpu_write(false, EP_BAR0 + 8, 4, 1);
	ck_assert_uint_eq(ep_log[0].bar, 0);
	cpu_write(false, EP_BAR0 + 4096, 4, 1);
	ck_assert_uint_eq(ep_log[1].bar, 2);
	pcie_config_write(root, 0, EP_DEV, 1, BAR0, 4, EP_BAR0);
	cpu_write(false, EP_BAR0 + 8, 4, 1);
	ck_assert_uint_eq(ep_log[2].fn, 0);
	cfg_put(COMMAND, 2, 0);
	cpu_write(false, EP_BAR0 + 8, 4, 1);
	ck_assert_uint_eq(ep_log[3].fn, 1);
	pcie_end();
}
END_TEST

/*
 * Function level reset: what software has set is gone, but for the payload
 * size; the device hears of it once.
 */
START_TEST(reset)
{
	pp.mps_bytes = 256;
	pcie_start();
	msix_entry(2, 0xfee00000, 0x41, 0);
	cfg_put(MSIX + 2, 2, 0x8000);
	cfg_put(0x3c, 1, 9);
	ck_assert_uint_eq(cfg(0xa4, 4) >> 28 & 1, 1);
	cfg_put(DEVCTL, 1, 0x30); /* the other byte: no reset */
	ck_assert_int_eq(nreset, 0);
	port_cfg_put(0, EP_DEV, 0, DEVCTL, 2, 0x8030);
	ck_assert_int_eq(nreset, 1);
	ck_assert_uint_eq(cfg(DEVCTL, 2), 0x2830);
	ck_assert_uint_eq(cfg(COMMAND, 2), 0);
	ck_assert_uint_eq(cfg(BAR0, 4), 0);
	ck_assert_uint_eq(cfg(0x3c, 1), 0);
	ck_assert_uint_eq(cfg(MSIX + 2, 2), EP_NMSIX - 1);
	ck_assert_uint_eq(cfg(0, 4), 0x56781234);
	cfg_put(0x20, 4, EP_BAR4);
	cfg_put(COMMAND, 2, MEM_ON);
	ck_assert_uint_eq(cpu_read(false, EP_BAR4 + 0x20, 8), 0);
	ck_assert_uint_eq(cpu_read(false, EP_BAR4 + 0x28, 8),
	    UINT64_C(1) << 32);
	pcie_end();
}
END_TEST

/* Speed and width after the time of a byte: Gen2 lanes have 24 ticks. */
START_TEST(link_speed)
{
	static const struct {
		uint32_t byte_x1000;
		uint16_t status;
	} want[] = { { 6000, 0x42 }, { 12000, 0x22 }, { 24000, 0x12 },
		{ 48000, 0x11 }, { 7000, 0x22 }, { 1000, 0x102 } };

	pp.byte_x1000_tick = want[_i].byte_x1000;
	pcie_bare();
	ck_assert_uint_eq(cfg(0xb2, 2), want[_i].status);
	ck_assert_uint_eq(cfg(0xac, 2), want[_i].status);
	pcie_end();
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("sim/pcie config");
	TCase *t = tcase_create("config");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, by_ports);
	tcase_add_test(t, address_register);
	tcase_add_test(t, absent);
	tcase_add_test(t, host_bridge);
	tcase_add_test(t, other_host_bridge);
	tcase_add_test(t, no_host_bridge);
	tcase_add_test(t, by_ecam);
	tcase_add_test(t, capabilities);
	tcase_add_test(t, no_capabilities);
	tcase_add_test(t, msix_alone);
	tcase_add_test(t, several_functions);
	tcase_add_test(t, one_function);
	tcase_add_test(t, writable);
	tcase_add_test(t, narrow_writes);
	tcase_add_test(t, sizing);
	tcase_add_test(t, firmware);
	tcase_add_test(t, firmware_sizes);
	tcase_add_test(t, registers);
	tcase_add_test(t, nobody);
	tcase_add_test(t, moved);
	tcase_add_test(t, overlap);
	tcase_add_test(t, reset);
	tcase_add_loop_test(t, link_speed, 0, 6);
	suite_add_tcase(s, t);
	return run_tests(s);
}
