/*
 * subr_percpu.c: percpu(9) once more, with a red zone behind each object, as a
 * drop-in for the kernel's.
 *
 * A percpu_t is an offset into the area each CPU has.  Offsets come from a vmem
 * arena.  When it grows, all areas are replaced by larger ones, each by its own
 * CPU, from a cross call: an LWP there holds a reference only while preemption
 * is off, and a thread does not run before.  Behind each object are
 * REDZONE_BYTES of REDZONE in each area; whoever walks over all CPUs, or frees,
 * looks whether they are still there.
 *
 * percpu_getref: any context.  All others sleep.
 */
#include <sys/cdefs.h>
__KERNEL_RCSID(0, "$Rangeley: subr_percpu.c $");

#include <sys/param.h>
#include <sys/cpu.h>
#include <sys/kmem.h>
#include <sys/kernel.h>
#include <sys/mutex.h>
#include <sys/percpu.h>
#include <sys/rwlock.h>
#include <sys/vmem.h>
#include <sys/xcall.h>

#define UNIT_BYTES    16
#define GROW_BYTES    4096
#define REDZONE_BYTES UNIT_BYTES
#define REDZONE       0xa5

static krwlock_t area_lock __cacheline_aligned; /* areas stay where they are */
static kmutex_t grow_lock __cacheline_aligned;
static vmem_t *offsets;
static size_t area_bytes; /* grow_lock */

static inline percpu_cpu_t *
area_of(struct cpu_info *ci)
{
	return &ci->ci_data.cpu_percpu;
}

static inline size_t
offset_of(percpu_t *pc)
{
	const size_t off = (uintptr_t)pc;

	KASSERT(off != 0);
	KASSERT(off % UNIT_BYTES == 0);
	return off;
}

static inline size_t
whole_bytes(size_t size)
{
	return roundup(size, UNIT_BYTES) + REDZONE_BYTES;
}

/* On the CPU itself, or before there are others: exchange the areas. */
static void
area_replace(void *arg1, void *arg2)
{
	struct cpu_info *ci = arg1;
	percpu_cpu_t *fresh = arg2, old;
	int s;

	KASSERT(!mp_online || ci == curcpu());

	rw_enter(&area_lock, RW_WRITER);
	if (fresh->pcc_size > area_of(ci)->pcc_size) {
		s = splhigh();
		old = *area_of(ci);
		if (old.pcc_size != 0)
			memcpy(fresh->pcc_data, old.pcc_data, old.pcc_size);
		*area_of(ci) = *fresh;
		*fresh = old;
		splx(s);
	}
	rw_exit(&area_lock);
}

/* vmem wants more. */
static int
offsets_import(void *arg, vmem_size_t size, vmem_size_t *gotp, vm_flag_t flags,
    vmem_addr_t *addrp)
{
	CPU_INFO_ITERATOR cii;
	struct cpu_info *ci;
	percpu_cpu_t area;
	size_t end;

	ASSERT_SLEEPABLE();

	size = roundup(size, GROW_BYTES);
	mutex_enter(&grow_lock);
	*addrp = area_bytes;
	area_bytes += size;
	end = area_bytes;
	mutex_exit(&grow_lock);

	for (CPU_INFO_FOREACH(cii, ci)) {
		area.pcc_size = end;
		area.pcc_data = kmem_zalloc(end, KM_SLEEP);
		if (mp_online)
			xc_wait(xc_unicast(0, area_replace, ci, &area, ci));
		else
			area_replace(ci, &area);
		if (area.pcc_size != 0)
			kmem_free(area.pcc_data, area.pcc_size);
	}
	*gotp = size;
	return 0;
}

void
percpu_init(void)
{
	rw_init(&area_lock);
	mutex_init(&grow_lock, MUTEX_DEFAULT, IPL_NONE);
	area_bytes = UNIT_BYTES; /* so that no object has offset 0 */
	offsets = vmem_xcreate("percpu", 0, 0, UNIT_BYTES, offsets_import, NULL,
	    NULL, 0, VM_SLEEP, IPL_NONE);
}

void
percpu_init_cpu(struct cpu_info *ci)
{
	ASSERT_SLEEPABLE();
	area_of(ci)->pcc_size = area_bytes;
	area_of(ci)->pcc_data = kmem_zalloc(area_bytes, KM_SLEEP);
}

static void
object_make(void *copy, void *arg, struct cpu_info *ci)
{
	const size_t size = roundup((uintptr_t)arg, UNIT_BYTES);

	memset(copy, 0, size);
	memset((char *)copy + size, REDZONE, REDZONE_BYTES);
}

static void
object_check(void *copy, void *arg, struct cpu_info *ci)
{
	const uint8_t *p = (uint8_t *)copy +
	    roundup((uintptr_t)arg, UNIT_BYTES);
	u_int i;

	/* Zeros: this CPU was attached after the object was made. */
	for (i = 0; i < REDZONE_BYTES; i++)
		KASSERT(p[i] == REDZONE || p[i] == 0);
}

percpu_t *
percpu_alloc(size_t size)
{
	vmem_addr_t off;
	percpu_t *pc;

	ASSERT_SLEEPABLE();
	if (vmem_alloc(offsets, whole_bytes(size), VM_SLEEP | VM_INSTANTFIT,
		&off) != 0)
		return NULL;
	pc = (percpu_t *)off;
	percpu_foreach(pc, object_make, (void *)size);
	return pc;
}

void
percpu_free(percpu_t *pc, size_t size)
{
	ASSERT_SLEEPABLE();
	percpu_foreach(pc, object_check, (void *)size);
	vmem_free(offsets, offset_of(pc), whole_bytes(size));
}

void *
percpu_getref(percpu_t *pc)
{
	kpreempt_disable();
	KASSERT(offset_of(pc) < area_of(curcpu())->pcc_size);
	return (char *)area_of(curcpu())->pcc_data + offset_of(pc);
}

void
percpu_putref(percpu_t *pc)
{
	kpreempt_enable();
}

void
percpu_traverse_enter(void)
{
	ASSERT_SLEEPABLE();
	rw_enter(&area_lock, RW_READER);
}

void
percpu_traverse_exit(void)
{
	rw_exit(&area_lock);
}

void *
percpu_getptr_remote(percpu_t *pc, struct cpu_info *ci)
{
	KASSERT(offset_of(pc) < area_of(ci)->pcc_size);
	return (char *)area_of(ci)->pcc_data + offset_of(pc);
}

void
percpu_foreach(percpu_t *pc, percpu_callback_t cb, void *arg)
{
	CPU_INFO_ITERATOR cii;
	struct cpu_info *ci;

	percpu_traverse_enter();
	for (CPU_INFO_FOREACH(cii, ci))
		cb(percpu_getptr_remote(pc, ci), arg, ci);
	percpu_traverse_exit();
}
