/*
 * bus.c: bus_space(9) and bus_dma(9), on the probe.
 */
#include <sys/param.h>
#include <sys/bus.h>
#include <sys/kmem.h>
#include <sys/systm.h>
#include <uvm/uvm_extern.h>

#include <crew.h>
#include <program.h>

/* sim/probe/probe.h */
#define PROBE_PA       0xf0000000UL
#define PROBE_PORT     0xe000UL
#define PROBE_ID       0x00
#define PROBE_SCRATCH  0x04
#define PROBE_DMA_ADDR 0x18
#define PROBE_DMA_LEN  0x20
#define PROBE_PATTERN  0x24
#define PROBE_DMA_GO   0x28
#define PROBE_DMA_DONE 0x2c
#define PROBE_DMA_SUM  0x38
#define ID_VALUE       0x70726f62u
#define GO_WRITE       1
#define GO_READ        2

static bus_space_tag_t st;
static bus_space_handle_t sh;

static void
test_space(void)
{
	bus_space_handle_t io, sub;
	uint32_t v[3];

	program_check(bus_space_read_4(st, sh, PROBE_ID) == ID_VALUE,
	    "ID is %#x", bus_space_read_4(st, sh, PROBE_ID));
	bus_space_write_4(st, sh, PROBE_SCRATCH, 0x12345678);
	program_check(bus_space_read_4(st, sh, PROBE_SCRATCH) == 0x12345678,
	    "SCRATCH");
	bus_space_subregion(st, sh, PROBE_SCRATCH, 4, &sub);
	bus_space_read_multi_4(st, sub, 0, v, 3);
	program_check(v[0] == 0x12345678 && v[2] == v[0], "read_multi");
	bus_space_write_8(st, sh, PROBE_DMA_ADDR, 0x123456789abcdef0UL);
	program_check(bus_space_read_8(st, sh, PROBE_DMA_ADDR) ==
		0x123456789abcdef0UL,
	    "8 bytes");
	bus_space_read_region_4(st, sh, PROBE_DMA_ADDR, v, 2);
	program_check(v[0] == 0x9abcdef0 && v[1] == 0x12345678, "read_region");

	program_check(bus_space_map(x86_bus_space_io, PROBE_PORT, 4, 0, &io) ==
		0,
	    "ports are not mapped");
	bus_space_write_1(x86_bus_space_io, io, 0, 0xa1);
	bus_space_write_1(x86_bus_space_io, io, 1, 0xb2);
	bus_space_write_2(x86_bus_space_io, io, 2, 0xd4c3);
	program_check(bus_space_read_4(x86_bus_space_io, io, 0) == 0xd4c3b2a1,
	    "ports read %#x", bus_space_read_4(x86_bus_space_io, io, 0));
	program_check(bus_space_map(st, 0x1000, 4, 0, &sub) != 0,
	    "RAM is mapped as a device");
	program_check(bus_space_map(x86_bus_space_io, 0xffff, 2, 0, &sub) != 0,
	    "a port beyond the last is mapped");
}

/* ---- maps ------------------------------------------------------------------ */

/* Segments are what the limits leave of it, end to end, in order. */
static void
check_map(const struct bus_dmamap *map, paddr_t pa, bus_size_t len,
    bus_size_t maxseg, bus_size_t boundary)
{
	program_check(map->dm_mapsize == len, "mapsize %lu", map->dm_mapsize);
	for (int i = 0; i < map->dm_nsegs; i++) {
		const bus_dma_segment_t *s = &map->dm_segs[i];

		program_check(s->ds_addr == pa, "segment %d: %#lx, not %#lx", i,
		    s->ds_addr, pa);
		program_check(s->ds_len > 0 && s->ds_len <= maxseg,
		    "segment %d: %lu bytes", i, s->ds_len);
		if (boundary != 0)
			program_check(s->ds_addr / boundary ==
				(s->ds_addr + s->ds_len - 1) / boundary,
			    "segment %d crosses %#lx", i, boundary);
		pa += s->ds_len;
		len -= s->ds_len;
	}
	program_check(len == 0, "%lu bytes are in no segment", len);
}

static void
test_map(void)
{
	static const struct {
		bus_size_t off, len, maxseg, boundary;
		int segs; /* by hand: from limits alone */
	} cases[] = {
		{ 0, 1, 4096, 0, 1 },
		{ 100, 8000, 65536, 0, 1 }, /* pages that adjoin */
		{ 100, 8000, 4096, 0, 3 },  /* 3996, 4096, .. by page: */
		{ 0, 8192, 2048, 0, 4 },
		{ 4000, 200, 4096, 4096, 2 }, /* 96, 104 */
		{ 0, 16384, 65536, 8192, 2 },
	};
	bus_dma_tag_t dmat = &x86_bus_dma_tag_store;
	const vaddr_t va = uvm_km_alloc(kernel_map, 16384, 16384,
	    UVM_KMF_WIRED);
	bus_dmamap_t map;

	for (u_int i = 0; i < __arraycount(cases); i++) {
		program_check(bus_dmamap_create(dmat, 16384, 8, cases[i].maxseg,
				  cases[i].boundary, 0, &map) == 0,
		    "create");
		program_check(bus_dmamap_load(dmat, map,
				  (void *)(va + cases[i].off), cases[i].len,
				  NULL, 0) == 0,
		    "case %u: load", i);
		check_map(map, vtophys(va) + cases[i].off, cases[i].len,
		    cases[i].maxseg, cases[i].boundary);
		program_check(map->dm_nsegs <= cases[i].segs,
		    "case %u: %d segments", i, map->dm_nsegs);
		bus_dmamap_unload(dmat, map);
		program_check(map->dm_nsegs == 0 && map->dm_mapsize == 0,
		    "unload");
		bus_dmamap_destroy(dmat, map);
	}

	bus_dmamap_create(dmat, 16384, 2, 2048, 0, 0, &map);
	program_check(bus_dmamap_load(dmat, map, (void *)va, 8192, NULL, 0) ==
		    EFBIG &&
		map->dm_nsegs == 0,
	    "three segments fit into two");
	program_check(bus_dmamap_load(dmat, map, (void *)va, 20000, NULL, 0) ==
		EINVAL,
	    "more than the map's size");
	bus_dmamap_destroy(dmat, map);
	uvm_km_free(kernel_map, va, 16384, UVM_KMF_WIRED);
}

/* ---- transfers ---------------------------------------------------------------- */

static void
transfer(const struct bus_dmamap *map, uint32_t go)
{
	bus_space_write_8(st, sh, PROBE_DMA_ADDR, map->dm_segs[0].ds_addr);
	bus_space_write_4(st, sh, PROBE_DMA_LEN,
	    (uint32_t)map->dm_segs[0].ds_len);
	bus_space_write_4(st, sh, PROBE_DMA_GO, go);
	while (bus_space_read_4(st, sh, PROBE_DMA_DONE) == 0)
		delay(1);
}

static void
test_dma(void)
{
	bus_dma_tag_t dmat = &x86_bus_dma_tag_store;
	bus_dma_segment_t seg;
	bus_dmamap_t map;
	uint64_t sum = 0;
	uint8_t *p;
	void *kva;
	int nsegs, i;

	program_check(bus_dmamem_alloc(dmat, 4096, 4096, 0, &seg, 1, &nsegs,
			  BUS_DMA_WAITOK) == 0 &&
		nsegs == 1 && seg.ds_addr % 4096 == 0,
	    "dmamem_alloc");
	bus_dmamem_map(dmat, &seg, nsegs, 4096, &kva, BUS_DMA_WAITOK);
	p = kva;
	bus_dmamap_create(dmat, 4096, 1, 4096, 0, BUS_DMA_WAITOK, &map);
	bus_dmamap_load(dmat, map, kva, 4096, NULL, BUS_DMA_WAITOK);

	for (i = 0; i < 4096; i++)
		sum += p[i] = (uint8_t)(i * 7);
	bus_dmamap_sync(dmat, map, 0, 4096, BUS_DMASYNC_PREWRITE);
	transfer(map, GO_READ);
	bus_dmamap_sync(dmat, map, 0, 4096, BUS_DMASYNC_POSTWRITE);
	program_check(bus_space_read_8(st, sh, PROBE_DMA_SUM) == sum,
	    "the device has read %lu, not %lu",
	    bus_space_read_8(st, sh, PROBE_DMA_SUM), sum);

	bus_space_write_4(st, sh, PROBE_PATTERN, 0x04030201);
	bus_dmamap_sync(dmat, map, 0, 4096, BUS_DMASYNC_PREREAD);
	transfer(map, GO_WRITE);
	bus_dmamap_sync(dmat, map, 0, 4096, BUS_DMASYNC_POSTREAD);
	for (i = 0; i < 4096 && p[i] == i % 4 + 1; i++)
		continue;
	program_check(i == 4096, "byte %d is %u", i, i < 4096 ? p[i] : 0);

	bus_dmamap_unload(dmat, map);
	bus_dmamap_destroy(dmat, map);
	bus_dmamem_unmap(dmat, kva, 4096);
	bus_dmamem_free(dmat, &seg, nsegs);
}

static void
bus_main(void)
{
	st = x86_bus_space_mem;
	if (bus_space_map(st, PROBE_PA, 4096, 0, &sh) != 0)
		panic("bus: the probe is not mapped");
	test_space();
	test_map();
	test_dma();
	bus_space_unmap(st, sh, 4096);
}

static int
bus_prog(void)
{
	return crew_main(bus_main);
}

PROGRAM(bus, "bus_space and bus_dma on the probe", bus_prog);
