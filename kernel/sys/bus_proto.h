/*
 * bus_proto.h: bus_space(9) and bus_dma(9).
 *
 * bus_space: registers of a device are at offsets from a handle, which
 * bus_space_map() gives for a range of bus addresses.  The digit at the end of
 * a name is the width in bytes; `multi' is one register many times, `region'
 * and `set' one after another, `stream' data in the order of the bus.
 *
 * bus_dma: a map says where in memory a transfer goes.  The driver loads it,
 * syncs around what the device does, unloads it.
 *
 * There is no userland that could map a device or its memory, or read into it,
 * and buses are numbered by the machine: so none of the functions for that.
 *
 * Any context, but for those that allocate: a thread, or BUS_DMA_NOWAIT.
 */
#ifndef _SYS_BUS_PROTO_H_
#define _SYS_BUS_PROTO_H_

#ifdef _KERNEL

#include <sys/types.h>

/* Flags of bus_space_map(). */
#define BUS_SPACE_MAP_CACHEABLE    0x01
#define BUS_SPACE_MAP_LINEAR       0x02
#define BUS_SPACE_MAP_PREFETCHABLE 0x04
#define BUS_SPACE_MAP_BUS1         0x0100
#define BUS_SPACE_MAP_BUS2         0x0200
#define BUS_SPACE_MAP_BUS3         0x0400
#define BUS_SPACE_MAP_BUS4         0x0800

/* Flags of bus_space_barrier(). */
#define BUS_SPACE_BARRIER_READ  0x01
#define BUS_SPACE_BARRIER_WRITE 0x02

int bus_space_map(bus_space_tag_t, bus_addr_t, bus_size_t, int,
    bus_space_handle_t *);
void bus_space_unmap(bus_space_tag_t, bus_space_handle_t, bus_size_t);
int bus_space_subregion(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    bus_size_t, bus_space_handle_t *);
void *bus_space_vaddr(bus_space_tag_t, bus_space_handle_t);
bool bus_space_is_equal(bus_space_tag_t, bus_space_tag_t);
bool bus_space_handle_is_equal(bus_space_tag_t, bus_space_handle_t,
    bus_space_handle_t);
void bus_space_barrier(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    bus_size_t, int);

/* 1 byte */
uint8_t bus_space_read_1(bus_space_tag_t, bus_space_handle_t, bus_size_t);
void bus_space_write_1(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    uint8_t);
void bus_space_read_multi_1(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    uint8_t *, bus_size_t);
void bus_space_write_multi_1(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    const uint8_t *, bus_size_t);
void bus_space_read_region_1(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    uint8_t *, bus_size_t);
void bus_space_write_region_1(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    const uint8_t *, bus_size_t);
uint8_t bus_space_read_stream_1(bus_space_tag_t, bus_space_handle_t,
    bus_size_t);
void bus_space_write_stream_1(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    uint8_t);
void bus_space_read_multi_stream_1(bus_space_tag_t, bus_space_handle_t,
    bus_size_t, uint8_t *, bus_size_t);
void bus_space_write_multi_stream_1(bus_space_tag_t, bus_space_handle_t,
    bus_size_t, const uint8_t *, bus_size_t);
void bus_space_read_region_stream_1(bus_space_tag_t, bus_space_handle_t,
    bus_size_t, uint8_t *, bus_size_t);
void bus_space_write_region_stream_1(bus_space_tag_t, bus_space_handle_t,
    bus_size_t, const uint8_t *, bus_size_t);
void bus_space_set_multi_1(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    uint8_t, bus_size_t);
void bus_space_set_region_1(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    uint8_t, bus_size_t);
void bus_space_copy_region_1(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    bus_space_handle_t, bus_size_t, bus_size_t);

/* 2 bytes */
uint16_t bus_space_read_2(bus_space_tag_t, bus_space_handle_t, bus_size_t);
void bus_space_write_2(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    uint16_t);
void bus_space_read_multi_2(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    uint16_t *, bus_size_t);
void bus_space_write_multi_2(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    const uint16_t *, bus_size_t);
void bus_space_read_region_2(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    uint16_t *, bus_size_t);
void bus_space_write_region_2(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    const uint16_t *, bus_size_t);
uint16_t bus_space_read_stream_2(bus_space_tag_t, bus_space_handle_t,
    bus_size_t);
void bus_space_write_stream_2(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    uint16_t);
void bus_space_read_multi_stream_2(bus_space_tag_t, bus_space_handle_t,
    bus_size_t, uint16_t *, bus_size_t);
void bus_space_write_multi_stream_2(bus_space_tag_t, bus_space_handle_t,
    bus_size_t, const uint16_t *, bus_size_t);
void bus_space_read_region_stream_2(bus_space_tag_t, bus_space_handle_t,
    bus_size_t, uint16_t *, bus_size_t);
void bus_space_write_region_stream_2(bus_space_tag_t, bus_space_handle_t,
    bus_size_t, const uint16_t *, bus_size_t);
void bus_space_set_multi_2(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    uint16_t, bus_size_t);
void bus_space_set_region_2(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    uint16_t, bus_size_t);
void bus_space_copy_region_2(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    bus_space_handle_t, bus_size_t, bus_size_t);

/* 4 bytes */
uint32_t bus_space_read_4(bus_space_tag_t, bus_space_handle_t, bus_size_t);
void bus_space_write_4(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    uint32_t);
void bus_space_read_multi_4(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    uint32_t *, bus_size_t);
void bus_space_write_multi_4(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    const uint32_t *, bus_size_t);
void bus_space_read_region_4(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    uint32_t *, bus_size_t);
void bus_space_write_region_4(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    const uint32_t *, bus_size_t);
uint32_t bus_space_read_stream_4(bus_space_tag_t, bus_space_handle_t,
    bus_size_t);
void bus_space_write_stream_4(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    uint32_t);
void bus_space_read_multi_stream_4(bus_space_tag_t, bus_space_handle_t,
    bus_size_t, uint32_t *, bus_size_t);
void bus_space_write_multi_stream_4(bus_space_tag_t, bus_space_handle_t,
    bus_size_t, const uint32_t *, bus_size_t);
void bus_space_read_region_stream_4(bus_space_tag_t, bus_space_handle_t,
    bus_size_t, uint32_t *, bus_size_t);
void bus_space_write_region_stream_4(bus_space_tag_t, bus_space_handle_t,
    bus_size_t, const uint32_t *, bus_size_t);
void bus_space_set_multi_4(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    uint32_t, bus_size_t);
void bus_space_set_region_4(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    uint32_t, bus_size_t);
void bus_space_copy_region_4(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    bus_space_handle_t, bus_size_t, bus_size_t);

/* 8 bytes */
uint64_t bus_space_read_8(bus_space_tag_t, bus_space_handle_t, bus_size_t);
void bus_space_write_8(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    uint64_t);
void bus_space_read_multi_8(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    uint64_t *, bus_size_t);
void bus_space_write_multi_8(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    const uint64_t *, bus_size_t);
void bus_space_read_region_8(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    uint64_t *, bus_size_t);
void bus_space_write_region_8(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    const uint64_t *, bus_size_t);
uint64_t bus_space_read_stream_8(bus_space_tag_t, bus_space_handle_t,
    bus_size_t);
void bus_space_write_stream_8(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    uint64_t);
void bus_space_read_multi_stream_8(bus_space_tag_t, bus_space_handle_t,
    bus_size_t, uint64_t *, bus_size_t);
void bus_space_write_multi_stream_8(bus_space_tag_t, bus_space_handle_t,
    bus_size_t, const uint64_t *, bus_size_t);
void bus_space_read_region_stream_8(bus_space_tag_t, bus_space_handle_t,
    bus_size_t, uint64_t *, bus_size_t);
void bus_space_write_region_stream_8(bus_space_tag_t, bus_space_handle_t,
    bus_size_t, const uint64_t *, bus_size_t);
void bus_space_set_multi_8(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    uint64_t, bus_size_t);
void bus_space_set_region_8(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    uint64_t, bus_size_t);
void bus_space_copy_region_8(bus_space_tag_t, bus_space_handle_t, bus_size_t,
    bus_space_handle_t, bus_size_t, bus_size_t);

/* Flags of bus_dma. */
#define BUS_DMA_WAITOK    0x000
#define BUS_DMA_NOWAIT    0x001
#define BUS_DMA_ALLOCNOW  0x002
#define BUS_DMA_COHERENT  0x004
#define BUS_DMA_STREAMING 0x008
#define BUS_DMA_BUS1      0x010
#define BUS_DMA_BUS2      0x020
#define BUS_DMA_BUS3      0x040
#define BUS_DMA_BUS4      0x080
#define BUS_DMA_READ      0x100 /* device to memory */
#define BUS_DMA_WRITE     0x200 /* memory to device */
#define BUS_DMA_NOCACHE   0x400

/* What bus_dmamap_sync() stands before (PRE) or after. */
#define BUS_DMASYNC_PREREAD   0x01
#define BUS_DMASYNC_POSTREAD  0x02
#define BUS_DMASYNC_PREWRITE  0x04
#define BUS_DMASYNC_POSTWRITE 0x08

struct mbuf;
struct proc;
struct uio;

int bus_dmamap_create(bus_dma_tag_t, bus_size_t, int, bus_size_t, bus_size_t,
    int, bus_dmamap_t *);
void bus_dmamap_destroy(bus_dma_tag_t, bus_dmamap_t);
int bus_dmamap_load(bus_dma_tag_t, bus_dmamap_t, void *, bus_size_t,
    struct proc *, int);
int bus_dmamap_load_mbuf(bus_dma_tag_t, bus_dmamap_t, struct mbuf *, int);
int bus_dmamap_load_raw(bus_dma_tag_t, bus_dmamap_t, bus_dma_segment_t *, int,
    bus_size_t, int);
void bus_dmamap_unload(bus_dma_tag_t, bus_dmamap_t);
void bus_dmamap_sync(bus_dma_tag_t, bus_dmamap_t, bus_addr_t, bus_size_t, int);

int bus_dmamem_alloc(bus_dma_tag_t, bus_size_t, bus_size_t, bus_size_t,
    bus_dma_segment_t *, int, int *, int);
void bus_dmamem_free(bus_dma_tag_t, bus_dma_segment_t *, int);
int bus_dmamem_map(bus_dma_tag_t, bus_dma_segment_t *, int, size_t, void **,
    int);
void bus_dmamem_unmap(bus_dma_tag_t, void *, size_t);

int bus_dmatag_subregion(bus_dma_tag_t, bus_addr_t, bus_addr_t, bus_dma_tag_t *,
    int);
void bus_dmatag_destroy(bus_dma_tag_t);

#endif /* _KERNEL */

#endif /* _SYS_BUS_PROTO_H_ */
