/*
 * x86/i82093reg.h: registers of an I/O APIC (82093AA), behind an index and a data
 * register.
 */
#ifndef _X86_I82093REG_H_
#define _X86_I82093REG_H_

/* clang-format off */
#define IOAPIC_BASE		0xfec00000	/* physical, of the first one */
#define IOAPIC_SIZE		0x1000

#define IOAPIC_REG		0x00		/* index */
#define IOAPIC_DATA		0x10		/* the register it names */

#define IOAPIC_ID		0x00
#define  IOAPIC_ID_SHIFT	24
#define  IOAPIC_ID_MASK		0x0f000000
#define IOAPIC_VER		0x01
#define  IOAPIC_VER_SHIFT	0
#define  IOAPIC_VER_MASK	0x000000ff
#define  IOAPIC_MAX_SHIFT	16
#define  IOAPIC_MAX_MASK	0x00ff0000	/* number of the last pin */

#define IOAPIC_REDLO(pin)	(0x10 + 2 * (pin))
#define  IOAPIC_REDLO_VECTOR_MASK	0x000000ff
#define  IOAPIC_REDLO_DEL_FIXED		0x00000000
#define  IOAPIC_REDLO_DSTMOD		0x00000800	/* logical */
#define  IOAPIC_REDLO_DELSTS		0x00001000
#define  IOAPIC_REDLO_ACTLO		0x00002000
#define  IOAPIC_REDLO_RIRR		0x00004000
#define  IOAPIC_REDLO_LEVEL		0x00008000
#define  IOAPIC_REDLO_MASK		0x00010000
#define IOAPIC_REDHI(pin)	(0x11 + 2 * (pin))
#define  IOAPIC_REDHI_DEST_SHIFT	24
/* clang-format on */

#endif /* _X86_I82093REG_H_ */
