/*
 * x86/bus_defs.h: types of bus_space(9) and bus_dma(9).
 */
#ifndef _X86_BUS_DEFS_H_
#define _X86_BUS_DEFS_H_

#include <sys/types.h>

#ifdef _KERNEL

#define __BUS_SPACE_HAS_STREAM_METHODS 1

typedef paddr_t bus_addr_t;
typedef psize_t bus_size_t;
#define PRIxBUSADDR PRIxPADDR
#define PRIxBUSSIZE PRIxPSIZE
#define PRIuBUSSIZE PRIuPSIZE

#define X86_BUS_SPACE_IO  0
#define X86_BUS_SPACE_MEM 1

struct bus_space_tag {
	int bst_type; /* X86_BUS_SPACE_* */
};
typedef struct bus_space_tag *bus_space_tag_t;
typedef vaddr_t bus_space_handle_t; /* address, or port */
#define PRIxBSH PRIxVADDR

typedef struct bus_space_reservation {
	bus_addr_t _bsr_start;
	bus_size_t _bsr_size;
} bus_space_reservation_t;

struct bus_dmamap;

struct x86_bus_dma_segment {
	bus_addr_t ds_addr; /* physical: what the device is told */
	bus_size_t ds_len;
};
typedef struct x86_bus_dma_segment bus_dma_segment_t;

/* Nothing bounces: all of RAM is within reach of every device. */
struct x86_bus_dma_tag {
	bus_addr_t _bounce_thresh;
	bus_addr_t _bounce_alloc_lo;
	bus_addr_t _bounce_alloc_hi;
	int (*_may_bounce)(struct x86_bus_dma_tag *, struct bus_dmamap *, int,
	    int *);
};
typedef struct x86_bus_dma_tag *bus_dma_tag_t;
#define bus_dma_tag_valid(t) ((t) != (bus_dma_tag_t)0)

/*
 * A transfer: from where to where in physical memory.  Fields of one
 * underscore are for bus_dma.c alone, and are set by bus_dmamap_create();
 * dm_mapsize, dm_nsegs and dm_segs are as of the last load.
 */
struct bus_dmamap {
	bus_size_t _dm_size;        /* largest transfer */
	int _dm_segcnt;             /* most segments */
	bus_size_t _dm_maxmaxsegsz; /* largest segment, ever */
	bus_size_t _dm_boundary;    /* a segment does not cross these */
	bus_addr_t _dm_bounce_thresh;
	int _dm_flags;
	void *_dm_cookie;

	bus_size_t dm_maxsegsz; /* largest segment, may be lowered */
	bus_size_t dm_mapsize;  /* bytes; 0: nothing is loaded */
	int dm_nsegs;
	bus_dma_segment_t dm_segs[1]; /* _dm_segcnt of them */
};
typedef struct bus_dmamap *bus_dmamap_t;

#endif /* _KERNEL */

#endif /* _X86_BUS_DEFS_H_ */
