/*
 * kern_malloc.c: malloc(9), memory whose size need not be remembered.
 *
 * A piece is one of kmem(9)'s with a header in front that says how large it
 * is:
 *
 *	| size, padding: 16 bytes | bytes handed out ...
 *
 * Contexts: up to IPL_VM with M_NOWAIT; M_WAITOK: threads.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/malloc.h>
#include <sys/systm.h>

struct malloc_header {
	size_t mh_size; /* header included */
	size_t mh_pad;  /* so that what follows is aligned to 16 */
};

MALLOC_DEFINE(M_DEVBUF, "devbuf", "device driver memory");
MALLOC_DEFINE(M_DMAMAP, "DMA map", "bus_dma(9) structures");
MALLOC_DEFINE(M_FREE, "free", "should be on free list");
MALLOC_DEFINE(M_PCB, "pcb", "protocol control block");
MALLOC_DEFINE(M_SOFTINTR, "softintr", "Softinterrupt structures");
MALLOC_DEFINE(M_TEMP, "temp", "misc. temporary data buffers");

/*
 * kern_malloc: size bytes.  NULL: with M_NOWAIT there are none; with M_CANFAIL
 * it is more than the machine could ever have.
 */
void *
kern_malloc(unsigned long size, int flags)
{
	const int kmflags = flags & M_NOWAIT ? KM_NOSLEEP : KM_SLEEP;
	const size_t allocsize = size + sizeof(struct malloc_header);
	struct malloc_header *mh;

	if ((flags & M_CANFAIL) && allocsize < size)
		return NULL;
	mh = flags & M_ZERO ? kmem_intr_zalloc(allocsize, kmflags)
			    : kmem_intr_alloc(allocsize, kmflags);
	if (mh == NULL)
		return NULL;
	mh->mh_size = allocsize;
	return mh + 1;
}

void
kern_free(void *addr)
{
	struct malloc_header *mh = addr;

	mh--;
	kmem_intr_free(mh, mh->mh_size);
}

/*
 * kern_realloc: the same contents in newsize bytes, at another place if need
 * be; 0 frees, a NULL allocates.  NULL: the old piece is as it was.
 */
void *
kern_realloc(void *curaddr, unsigned long newsize, int flags)
{
	struct malloc_header *mh = curaddr;
	unsigned long cursize;
	void *newaddr;

	if (curaddr == NULL)
		return kern_malloc(newsize, flags);
	if (newsize == 0) {
		kern_free(curaddr);
		return NULL;
	}
	mh--;
	cursize = mh->mh_size - sizeof(*mh);
	if (newsize <= cursize)
		return curaddr;
	newaddr = kern_malloc(newsize, flags);
	if (newaddr == NULL)
		return NULL;
	memcpy(newaddr, curaddr, cursize);
	kern_free(curaddr);
	return newaddr;
}
