/*
 * masks.h: the bits of the rig's endpoint that software may set and clear, by
 * words of configuration space; all others keep their value, or are set by
 * hardware.  After the PCI specifications.
 */
#ifndef TESTS_PCIE_MASKS_H
#define TESTS_PCIE_MASKS_H

#include <stdint.h>

static const struct {
	uint16_t off;
	uint32_t mask;
} masks[] = {
	{ 0x04, 0x00000547 }, /* command */
	{ 0x0c, 0xff },       /* cache line size */
	{ 0x10, 0xfffff000 }, /* BARs */
	{ 0x14, 0xffffffe0 },
	{ 0x18, 0xffffe000 },
	{ 0x1c, 0xffffffff },
	{ 0x20, 0xffffc000 },
	{ 0x3c, 0xff },       /* interrupt line */
	{ 0x44, 0x00000003 }, /* power state */
	{ 0x50, 0x00710000 }, /* MSI: enable, number, address, data, masks */
	{ 0x54, 0xfffffffc },
	{ 0x58, 0xffffffff },
	{ 0x5c, 0x0000ffff },
	{ 0x60, 0x0000000f },
	{ 0x70, 0xc0000000 }, /* MSI-X: enable, mask */
	{ 0xa8, 0x000078ff }, /* device and link control */
	{ 0xb0, 0x000000cb },
	{ 0xc8, 0x0000001f },
	{ 0x108, 0x001ff010 }, /* AER: masks and severity */
	{ 0x10c, 0x001ff010 },
	{ 0x114, 0x000031c1 },
};
#define NMASK (sizeof(masks) / sizeof(masks[0]))

static inline uint32_t
mask_of(unsigned off)
{
	for (unsigned i = 0; i < NMASK; i++)
		if (masks[i].off == off)
			return masks[i].mask;
	return 0;
}

#endif
