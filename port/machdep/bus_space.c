/*
 * bus_space.c: registers of devices, in memory and in ports.
 *
 * A handle is an address of device memory, which is mapped once and for all,
 * or the number of a port; the tag says which.  Device memory is uncached: an
 * access takes place as it is written, in order, and so barriers are the
 * compiler's affair only.  Any context.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/bus.h>
#include <sys/errno.h>
#include <machine/pio.h>
#include <machine/pmap.h>

#define PORTS 0x10000

struct bus_space_tag x86_bus_space_io_tag = { .bst_type = X86_BUS_SPACE_IO };
struct bus_space_tag x86_bus_space_mem_tag = { .bst_type = X86_BUS_SPACE_MEM };

static bool
is_io(bus_space_tag_t t)
{
	return t->bst_type == X86_BUS_SPACE_IO;
}

/* ---- ranges ---------------------------------------------------------------- */

int
bus_space_map(bus_space_tag_t t, bus_addr_t bpa, bus_size_t size, int flags,
    bus_space_handle_t *bshp)
{
	const bus_addr_t first = is_io(t) ? 0 : X86_IO_PA;
	const bus_size_t room = is_io(t) ? PORTS : X86_IO_BYTES;

	if (bpa < first || bpa - first > room || size > room - (bpa - first))
		return EINVAL;
	if (is_io(t) && (flags & BUS_SPACE_MAP_LINEAR) != 0)
		return EOPNOTSUPP;
	*bshp = is_io(t) ? bpa : X86_IO_VA(bpa);
	return 0;
}

void
bus_space_unmap(bus_space_tag_t t, bus_space_handle_t bsh, bus_size_t size)
{
}

int
bus_space_subregion(bus_space_tag_t t, bus_space_handle_t bsh,
    bus_size_t offset, bus_size_t size, bus_space_handle_t *nbshp)
{
	*nbshp = bsh + offset;
	return 0;
}

void *
bus_space_vaddr(bus_space_tag_t t, bus_space_handle_t bsh)
{
	return is_io(t) ? NULL : (void *)bsh;
}

bool
bus_space_is_equal(bus_space_tag_t a, bus_space_tag_t b)
{
	return a->bst_type == b->bst_type;
}

bool
bus_space_handle_is_equal(bus_space_tag_t t, bus_space_handle_t a,
    bus_space_handle_t b)
{
	return a == b;
}

void
bus_space_barrier(bus_space_tag_t t, bus_space_handle_t bsh, bus_size_t offset,
    bus_size_t len, int flags)
{
	__insn_barrier();
}

/* ---- accesses ---------------------------------------------------------------- */

/*
 * One of each for a width of n bytes.  There is no other byte order than the
 * bus's, so that `stream' makes no difference.
 */
/* clang-format off */
#define ACCESS(n, type, in, out)					\
type									\
bus_space_read_##n(bus_space_tag_t t, bus_space_handle_t h,		\
    bus_size_t o)							\
{									\
	return is_io(t) ? in((unsigned)(h + o))				\
			: *(volatile type *)(h + o);			\
}									\
void									\
bus_space_write_##n(bus_space_tag_t t, bus_space_handle_t h,		\
    bus_size_t o, type v)						\
{									\
	if (is_io(t))							\
		out((unsigned)(h + o), v);				\
	else								\
		*(volatile type *)(h + o) = v;				\
}									\
MANY(n, type)

#define MANY(n, type)							\
type									\
bus_space_read_stream_##n(bus_space_tag_t t, bus_space_handle_t h,	\
    bus_size_t o)							\
{									\
	return bus_space_read_##n(t, h, o);				\
}									\
void									\
bus_space_write_stream_##n(bus_space_tag_t t, bus_space_handle_t h,	\
    bus_size_t o, type v)						\
{									\
	bus_space_write_##n(t, h, o, v);				\
}									\
LOOPS(n, type, multi, 0)						\
LOOPS(n, type, region, n)						\
void									\
bus_space_copy_region_##n(bus_space_tag_t t, bus_space_handle_t h1,	\
    bus_size_t o1, bus_space_handle_t h2, bus_size_t o2, bus_size_t c)	\
{									\
	const bool down = h1 + o1 < h2 + o2;				\
									\
	for (bus_size_t k = 0; k < c; k++) {				\
		const bus_size_t i = (down ? c - 1 - k : k) * (n);	\
									\
		bus_space_write_##n(t, h2, o2 + i,			\
		    bus_space_read_##n(t, h1, o1 + i));			\
	}								\
}

#define LOOPS(n, type, kind, step)					\
void									\
bus_space_read_##kind##_##n(bus_space_tag_t t, bus_space_handle_t h,	\
    bus_size_t o, type *p, bus_size_t c)				\
{									\
	for (bus_size_t i = 0; i < c; i++)				\
		p[i] = bus_space_read_##n(t, h, o + i * (step));	\
}									\
void									\
bus_space_write_##kind##_##n(bus_space_tag_t t, bus_space_handle_t h,	\
    bus_size_t o, const type *p, bus_size_t c)				\
{									\
	for (bus_size_t i = 0; i < c; i++)				\
		bus_space_write_##n(t, h, o + i * (step), p[i]);	\
}									\
void									\
bus_space_read_##kind##_stream_##n(bus_space_tag_t t,			\
    bus_space_handle_t h, bus_size_t o, type *p, bus_size_t c)		\
{									\
	bus_space_read_##kind##_##n(t, h, o, p, c);			\
}									\
void									\
bus_space_write_##kind##_stream_##n(bus_space_tag_t t,			\
    bus_space_handle_t h, bus_size_t o, const type *p, bus_size_t c)	\
{									\
	bus_space_write_##kind##_##n(t, h, o, p, c);			\
}									\
void									\
bus_space_set_##kind##_##n(bus_space_tag_t t, bus_space_handle_t h,	\
    bus_size_t o, type v, bus_size_t c)					\
{									\
	for (bus_size_t i = 0; i < c; i++)				\
		bus_space_write_##n(t, h, o + i * (step), v);		\
}

ACCESS(1, uint8_t, inb, outb)
ACCESS(2, uint16_t, inw, outw)
ACCESS(4, uint32_t, inl, outl)

/* Ports have no such width. */
uint64_t
bus_space_read_8(bus_space_tag_t t, bus_space_handle_t h, bus_size_t o)
{
	KASSERT(!is_io(t));
	return *(volatile uint64_t *)(h + o);
}

void
bus_space_write_8(bus_space_tag_t t, bus_space_handle_t h, bus_size_t o,
    uint64_t v)
{
	KASSERT(!is_io(t));
	*(volatile uint64_t *)(h + o) = v;
}

MANY(8, uint64_t)
/* clang-format on */
