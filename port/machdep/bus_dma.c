/*
 * bus_dma.c: memory as devices see it.
 *
 * All of RAM is within reach of every device and coherent with the caches, so
 * nothing is copied or flushed: a map is a list of physical addresses, and
 * syncing it is a matter of order.
 *
 * Loading goes page by page, as physical addresses are known by page, and joins
 * what is adjacent: within dm_maxsegsz, and without crossing _dm_boundary.
 *
 * A map is its owner's; nothing here locks.  Any context, but bus_dmamap_create
 * and bus_dmamem_alloc without BUS_DMA_NOWAIT, which may sleep.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/bus.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <uvm/uvm_extern.h>
#include <machine/cpufunc.h>
#include <machine/pmap.h>

struct x86_bus_dma_tag x86_bus_dma_tag_store;

static size_t
map_bytes(int nsegments)
{
	return sizeof(struct bus_dmamap) +
	    sizeof(bus_dma_segment_t) * (size_t)(nsegments - 1);
}

/* For transfers of up to size bytes in up to nsegments pieces. */
int
bus_dmamap_create(bus_dma_tag_t t, bus_size_t size, int nsegments,
    bus_size_t maxsegsz, bus_size_t boundary, int flags, bus_dmamap_t *dmamp)
{
	bus_dmamap_t map = kmem_zalloc(map_bytes(nsegments),
	    (flags & BUS_DMA_NOWAIT) != 0 ? KM_NOSLEEP : KM_SLEEP);

	if (map == NULL)
		return ENOMEM;
	map->_dm_size = size;
	map->_dm_segcnt = nsegments;
	map->_dm_maxmaxsegsz = maxsegsz;
	map->_dm_boundary = boundary;
	map->_dm_bounce_thresh = t->_bounce_thresh;
	map->_dm_flags = flags & ~(BUS_DMA_WAITOK | BUS_DMA_NOWAIT);
	map->dm_maxsegsz = maxsegsz;
	*dmamp = map;
	return 0;
}

void
bus_dmamap_destroy(bus_dma_tag_t t, bus_dmamap_t map)
{
	kmem_free(map, map_bytes(map->_dm_segcnt));
}

/* ---- loading ---------------------------------------------------------------- */

/* How much of [addr, +size) may be in one piece. */
static bus_size_t
piece(const struct bus_dmamap *map, bus_addr_t addr, bus_size_t size)
{
	if (map->_dm_boundary != 0) {
		const bus_addr_t end = (addr + map->_dm_boundary) &
		    ~(map->_dm_boundary - 1);

		size = MIN(size, end - addr);
	}
	return MIN(size, map->dm_maxsegsz);
}

/* Can [addr, +size) go on at the end of the last segment? */
static bool
joins(const struct bus_dmamap *map, bus_addr_t addr, bus_size_t size)
{
	const bus_dma_segment_t *last = &map->dm_segs[map->dm_nsegs - 1];

	return map->dm_nsegs > 0 && last->ds_addr + last->ds_len == addr &&
	    last->ds_len + size <= map->dm_maxsegsz &&
	    (map->_dm_boundary == 0 ||
		((last->ds_addr ^ (addr + size - 1)) &
		    ~(map->_dm_boundary - 1)) == 0);
}

/* Append physical memory. */
static int
append_busaddr(bus_dmamap_t map, bus_addr_t addr, bus_size_t size)
{
	while (size > 0) {
		const bus_size_t n = piece(map, addr, size);

		if (joins(map, addr, n))
			map->dm_segs[map->dm_nsegs - 1].ds_len += n;
		else if (map->dm_nsegs == map->_dm_segcnt)
			return EFBIG;
		else
			map->dm_segs[map->dm_nsegs++] = (bus_dma_segment_t){
				.ds_addr = addr, .ds_len = n
			};
		addr += n;
		size -= n;
	}
	return 0;
}

static int
append_buffer(bus_dmamap_t map, const void *buf, bus_size_t len)
{
	vaddr_t va = (vaddr_t)buf;

	while (len > 0) {
		const bus_size_t n = MIN(len, PAGE_SIZE - (va & PAGE_MASK));
		const int error = append_busaddr(map, vtophys(va), n);

		if (error != 0)
			return error;
		va += n;
		len -= n;
	}
	return 0;
}

static void
begin(bus_dmamap_t map)
{
	map->dm_mapsize = 0;
	map->dm_nsegs = 0;
	KASSERT(map->dm_maxsegsz <= map->_dm_maxmaxsegsz);
}

/* A load that has failed leaves nothing loaded. */
static int
end(bus_dmamap_t map, bus_size_t size, int error)
{
	if (error == 0)
		map->dm_mapsize = size;
	else
		map->dm_nsegs = 0;
	return error;
}

/* EINVAL: more than the map was made for; EFBIG: too many segments. */
int
bus_dmamap_load(bus_dma_tag_t t, bus_dmamap_t map, void *buf, bus_size_t buflen,
    struct proc *p, int flags)
{
	begin(map);
	if (buflen > map->_dm_size)
		return EINVAL;
	return end(map, buflen, append_buffer(map, buf, buflen));
}

int
bus_dmamap_load_mbuf(bus_dma_tag_t t, bus_dmamap_t map, struct mbuf *m0,
    int flags)
{
	int error = 0;

	KASSERT((m0->m_flags & M_PKTHDR) != 0);
	begin(map);
	if ((bus_size_t)m0->m_pkthdr.len > map->_dm_size)
		return EINVAL;
	for (struct mbuf *m = m0; m != NULL && error == 0; m = m->m_next)
		if (m->m_len > 0)
			error = append_buffer(map, m->m_data,
			    (bus_size_t)m->m_len);
	return end(map, (bus_size_t)m0->m_pkthdr.len, error);
}

int
bus_dmamap_load_raw(bus_dma_tag_t t, bus_dmamap_t map, bus_dma_segment_t *segs,
    int nsegs, bus_size_t size, int flags)
{
	bus_size_t left = size;
	int error = 0;

	begin(map);
	if (size > map->_dm_size)
		return EINVAL;
	for (int i = 0; i < nsegs && left > 0 && error == 0; i++) {
		const bus_size_t n = MIN(left, segs[i].ds_len);

		error = append_busaddr(map, segs[i].ds_addr, n);
		left -= n;
	}
	return end(map, size, error != 0 ? error : left > 0 ? EINVAL : 0);
}

void
bus_dmamap_unload(bus_dma_tag_t t, bus_dmamap_t map)
{
	map->dm_maxsegsz = map->_dm_maxmaxsegsz;
	map->dm_mapsize = 0;
	map->dm_nsegs = 0;
}

/*
 * Stores to memory come before the store that tells the device: amd64 keeps
 * that order.  What the device has written is read after its sign that it has:
 * loads are in order, too; LFENCE is what NetBSD does there.
 */
void
bus_dmamap_sync(bus_dma_tag_t t, bus_dmamap_t map, bus_addr_t offset,
    bus_size_t len, int ops)
{
	KASSERT(offset + len <= map->dm_mapsize);
	if ((ops & (BUS_DMASYNC_PREWRITE | BUS_DMASYNC_PREREAD)) != 0 ||
	    (ops & BUS_DMASYNC_POSTREAD) != 0)
		x86_lfence();
}

/* ---- memory for transfers ------------------------------------------------------ */

/* One segment: the kernel's memory lies in RAM as it is addressed. */
int
bus_dmamem_alloc(bus_dma_tag_t t, bus_size_t size, bus_size_t alignment,
    bus_size_t boundary, bus_dma_segment_t *segs, int nsegs, int *rsegs,
    int flags)
{
	const bus_size_t align = MAX(MAX(alignment, boundary), PAGE_SIZE);
	const vaddr_t va = uvm_km_alloc(kernel_map, round_page(size), align,
	    UVM_KMF_WIRED |
		((flags & BUS_DMA_NOWAIT) != 0 ? UVM_KMF_NOWAIT
					       : UVM_KMF_WAITVA));

	if (va == 0)
		return ENOMEM;
	segs[0].ds_addr = vtophys(va);
	segs[0].ds_len = round_page(size);
	*rsegs = 1;
	return 0;
}

void
bus_dmamem_free(bus_dma_tag_t t, bus_dma_segment_t *segs, int nsegs)
{
	for (int i = 0; i < nsegs; i++)
		uvm_km_free(kernel_map, PMAP_DIRECT_MAP(segs[i].ds_addr),
		    segs[i].ds_len, UVM_KMF_WIRED);
}

int
bus_dmamem_map(bus_dma_tag_t t, bus_dma_segment_t *segs, int nsegs, size_t size,
    void **kvap, int flags)
{
	KASSERT(nsegs == 1 && size <= segs[0].ds_len);
	*kvap = (void *)PMAP_DIRECT_MAP(segs[0].ds_addr);
	return 0;
}

void
bus_dmamem_unmap(bus_dma_tag_t t, void *kva, size_t size)
{
}

/* All addresses are reachable, so every subregion is the whole. */
int
bus_dmatag_subregion(bus_dma_tag_t t, bus_addr_t min, bus_addr_t max,
    bus_dma_tag_t *newtag, int flags)
{
	*newtag = t;
	return 0;
}

void
bus_dmatag_destroy(bus_dma_tag_t t)
{
}
