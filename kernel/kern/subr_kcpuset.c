/*
 * subr_kcpuset.c: sets of CPUs.
 *
 * A set is a row of 32-bit words with a bit for each CPU there could be.  The
 * word array is what a kcpuset_t points to; its reference count and the link
 * of kcpuset_unuse are in front of it, out of sight.
 *
 * The first sets are wanted before there is memory to be had, so a few are
 * static: kcpuset_create takes those until kcpuset_sysinit.
 *
 * Contexts.  create, clone, destroy: thread, after kcpuset_sysinit; they
 * sleep.  All others: any.  Who writes to a set by the plain operations
 * excludes other writers; those named atomic need no lock, and are atomic for
 * each word, not for the set as a whole.
 */
#include <sys/cdefs.h>
#include <sys/param.h>
#include <sys/types.h>
#include <sys/atomic.h>
#include <sys/intr.h>
#include <sys/sched.h>
#include <sys/kcpuset.h>
#include <sys/pool.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

#define KC_SHIFT   5 /* 32 bits in a word */
#define KC_MASK    31
#define KC_NFIELDS ((MAXCPUS + KC_MASK) >> KC_SHIFT)
#define KC_NEARLY  8

struct kcpuset {
	uint32_t bits[KC_NFIELDS];
};

/*
 * Fields are
 *	a	changed by atomic operations
 *	o	the last user's, who is about to destroy it
 *	w	the writer's
 */
struct kcpuset_impl {
	u_int kc_refcnt;         /* a: users */
	struct kcpuset *kc_next; /* o: another one to be destroyed */
	struct kcpuset kc_field; /* w: what the caller sees */
};

#define KC_GETSTRUCT(b)                                                    \
	((struct kcpuset_impl *)((char *)(b)-offsetof(struct kcpuset_impl, \
	    kc_field)))

static struct kcpuset_impl kc_early[KC_NEARLY]; /* taken from the front */
static u_int kc_nearly;
static pool_cache_t kc_cache; /* NULL: not yet */

/*
 * kcpuset_sysinit: there is memory now.
 */
void
kcpuset_sysinit(void)
{
	kc_cache = pool_cache_init(sizeof(struct kcpuset_impl), COHERENCY_UNIT,
	    0, 0, "kcpuset", NULL, IPL_NONE, NULL, NULL, NULL);
}

/*
 * kcpuset_create: a set of one user.  zero: empty, else of no value yet.
 */
void
kcpuset_create(kcpuset_t **retkcp, bool zero)
{
	struct kcpuset_impl *kc;

	if (__predict_false(kc_cache == NULL)) {
		if (kc_nearly == KC_NEARLY)
			panic("kcpuset_create: too many before sysinit");
		kc = &kc_early[kc_nearly++];
	} else {
		kc = pool_cache_get(kc_cache, PR_WAITOK);
	}
	kc->kc_refcnt = 1;
	kc->kc_next = NULL;
	if (zero)
		kcpuset_zero(&kc->kc_field);
	*retkcp = &kc->kc_field;
}

/*
 * kcpuset_clone: a set of one user, equal to another.
 */
void
kcpuset_clone(kcpuset_t **retkcp, const kcpuset_t *kcp)
{
	kcpuset_create(retkcp, false);
	kcpuset_copy(*retkcp, kcp);
}

static bool
kc_is_early(const struct kcpuset_impl *kc)
{
	return kc >= &kc_early[0] && kc < &kc_early[KC_NEARLY];
}

/*
 * kcpuset_destroy: free a set that has at most the caller as its user, and
 * those that kcpuset_unuse has tied to it.
 */
void
kcpuset_destroy(kcpuset_t *kcp)
{
	struct kcpuset_impl *kc;

	while (kcp != NULL) {
		kc = KC_GETSTRUCT(kcp);
		KASSERT(kc->kc_refcnt < 2);
		kcp = kc->kc_next;
		if (!kc_is_early(kc))
			pool_cache_put(kc_cache, kc);
	}
}

/*
 * kcpuset_use: one more user.
 */
void
kcpuset_use(kcpuset_t *kcp)
{
	atomic_inc_uint(&KC_GETSTRUCT(kcp)->kc_refcnt);
}

/*
 * kcpuset_unuse: one user less.  The last one destroys it; or, where that must
 * wait since locks are held, gets it in *lst, for kcpuset_destroy later.
 */
void
kcpuset_unuse(kcpuset_t *kcp, kcpuset_t **lst)
{
	struct kcpuset_impl *const kc = KC_GETSTRUCT(kcp);

	KASSERT(kc->kc_refcnt > 0);
	if (atomic_dec_uint_nv(&kc->kc_refcnt) != 0)
		return;
	KASSERT(kc->kc_next == NULL);
	if (lst == NULL) {
		kcpuset_destroy(kcp);
		return;
	}
	kc->kc_next = *lst;
	*lst = kcp;
}

void
kcpuset_copy(kcpuset_t *to, const kcpuset_t *from)
{
	*to = *from;
}

void
kcpuset_zero(kcpuset_t *kcp)
{
	size_t j;

	for (j = 0; j < KC_NFIELDS; j++)
		kcp->bits[j] = 0;
}

void
kcpuset_fill(kcpuset_t *kcp)
{
	size_t j;

	for (j = 0; j < KC_NFIELDS; j++)
		kcp->bits[j] = ~0U;
}

/* The word of CPU i, and its bit there. */
static inline size_t
kc_word(cpuid_t i)
{
	const size_t j = i >> KC_SHIFT;

	KASSERT(j < KC_NFIELDS);
	return j;
}

static inline uint32_t
kc_bit(cpuid_t i)
{
	return 1U << (i & KC_MASK);
}

void
kcpuset_set(kcpuset_t *kcp, cpuid_t i)
{
	kcp->bits[kc_word(i)] |= kc_bit(i);
}

void
kcpuset_clear(kcpuset_t *kcp, cpuid_t i)
{
	kcp->bits[kc_word(i)] &= ~kc_bit(i);
}

bool
kcpuset_isset(const kcpuset_t *kcp, cpuid_t i)
{
	return (kcp->bits[kc_word(i)] & kc_bit(i)) != 0;
}

/*
 * kcpuset_isotherset: is there a CPU in it besides i?
 */
bool
kcpuset_isotherset(const kcpuset_t *kcp, cpuid_t i)
{
	const size_t word = kc_word(i);
	size_t j;

	for (j = 0; j < KC_NFIELDS; j++) {
		if ((kcp->bits[j] & (j == word ? ~kc_bit(i) : ~0U)) != 0)
			return true;
	}
	return false;
}

bool
kcpuset_iszero(const kcpuset_t *kcp)
{
	size_t j;

	for (j = 0; j < KC_NFIELDS; j++) {
		if (kcp->bits[j] != 0)
			return false;
	}
	return true;
}

bool
kcpuset_intersecting_p(const kcpuset_t *kcp1, const kcpuset_t *kcp2)
{
	size_t j;

	for (j = 0; j < KC_NFIELDS; j++) {
		if ((kcp1->bits[j] & kcp2->bits[j]) != 0)
			return true;
	}
	return false;
}

bool
kcpuset_match(const kcpuset_t *kcp1, const kcpuset_t *kcp2)
{
	size_t j;

	for (j = 0; j < KC_NFIELDS; j++) {
		if (kcp1->bits[j] != kcp2->bits[j])
			return false;
	}
	return true;
}

void
kcpuset_merge(kcpuset_t *kcp1, const kcpuset_t *kcp2)
{
	size_t j;

	for (j = 0; j < KC_NFIELDS; j++)
		kcp1->bits[j] |= kcp2->bits[j];
}

void
kcpuset_intersect(kcpuset_t *kcp1, const kcpuset_t *kcp2)
{
	size_t j;

	for (j = 0; j < KC_NFIELDS; j++)
		kcp1->bits[j] &= kcp2->bits[j];
}

void
kcpuset_remove(kcpuset_t *kcp1, const kcpuset_t *kcp2)
{
	size_t j;

	for (j = 0; j < KC_NFIELDS; j++)
		kcp1->bits[j] &= ~kcp2->bits[j];
}

/*
 * kcpuset_countset: how many CPUs.
 */
int
kcpuset_countset(const kcpuset_t *kcp)
{
	int count = 0;
	uint32_t w;
	size_t j;

	for (j = 0; j < KC_NFIELDS; j++) {
		for (w = kcp->bits[j]; w != 0; w &= w - 1)
			count++;
	}
	return count;
}

/*
 * kcpuset_ffs: one more than the index of the first CPU; 0 if there is none.
 */
cpuid_t
kcpuset_ffs(const kcpuset_t *kcp)
{
	size_t j;

	for (j = 0; j < KC_NFIELDS; j++) {
		if (kcp->bits[j] != 0)
			return (j << KC_SHIFT) + ffs((int)kcp->bits[j]);
	}
	return 0;
}

cpuid_t
kcpuset_ffs_intersecting(const kcpuset_t *kcp1, const kcpuset_t *kcp2)
{
	size_t j;

	for (j = 0; j < KC_NFIELDS; j++) {
		const uint32_t both = kcp1->bits[j] & kcp2->bits[j];

		if (both != 0)
			return (j << KC_SHIFT) + ffs((int)both);
	}
	return 0;
}

void
kcpuset_atomic_set(kcpuset_t *kcp, cpuid_t i)
{
	atomic_or_32(&kcp->bits[kc_word(i)], kc_bit(i));
}

void
kcpuset_atomic_clear(kcpuset_t *kcp, cpuid_t i)
{
	atomic_and_32(&kcp->bits[kc_word(i)], ~kc_bit(i));
}

void
kcpuset_atomicly_intersect(kcpuset_t *kcp1, const kcpuset_t *kcp2)
{
	size_t j;

	for (j = 0; j < KC_NFIELDS; j++)
		atomic_and_32(&kcp1->bits[j], kcp2->bits[j]);
}

void
kcpuset_atomicly_merge(kcpuset_t *kcp1, const kcpuset_t *kcp2)
{
	size_t j;

	for (j = 0; j < KC_NFIELDS; j++) {
		if (kcp2->bits[j] != 0)
			atomic_or_32(&kcp1->bits[j], kcp2->bits[j]);
	}
}

void
kcpuset_atomicly_remove(kcpuset_t *kcp1, const kcpuset_t *kcp2)
{
	size_t j;

	for (j = 0; j < KC_NFIELDS; j++) {
		if (kcp2->bits[j] != 0)
			atomic_and_32(&kcp1->bits[j], ~kcp2->bits[j]);
	}
}

/*
 * kcpuset_export_u32: as words, for an interface; len: bytes there are.
 */
void
kcpuset_export_u32(const kcpuset_t *kcp, uint32_t *bitfield, size_t len)
{
	const size_t rlen = MIN(KC_NFIELDS * sizeof(kcp->bits[0]), len);

	KASSERT(kcp != NULL && bitfield != NULL);
	memcpy(bitfield, kcp->bits, rlen);
}
