/*
 * edge.c: every atomic operation, under each of its names, against what C
 * says it does, for all pairs of values at the edges of their types.
 *
 * The words beside the operand must stay what they are.
 */
#include <prim.h>

#define GUARD UINT64_C(0x123456789abcdef0)

/* clang-format off */
static const uint64_t edge[] = {
	0, 1, 2, 3, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x55555555,
	0xaaaaaaaa, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
	0x100000000, 0x1ffffffff, 0x7fffffffffffffff, 0x8000000000000000,
	0xfffffffffffffffe, 0xffffffffffffffff, 0x0123456789abcdef,
};
/* clang-format on */
#define NEDGE __arraycount(edge)

static struct {
	uint64_t before;
	volatile uint64_t v;
	uint64_t after;
} cell __aligned(64);

static uint64_t bad;

/* v as an operand of 4 or 8 bytes; with 4 the upper half is guarded too. */
static void *
put(size_t bytes, uint64_t v)
{
	cell.before = cell.after = GUARD;
	cell.v = bytes == 8 ? v : (GUARD << 32 | (uint32_t)v);
	return (void *)(uintptr_t)&cell.v;
}

static void
expect(size_t bytes, uint64_t v, uint64_t result, uint64_t want)
{
	if (bytes == 4) {
		v = GUARD << 32 | (uint32_t)v;
		result = (uint32_t)result;
		want = (uint32_t)want;
	}
	bad += cell.v != v || result != want || cell.before != GUARD ||
	    cell.after != GUARD;
}

/* clang-format off */
/*
 * A test of one function f: T is its operand, CALL calls it on p with b, V
 * is the operand afterwards and R the result, worked out from a and b.
 */
#define CASE(f, T, CALL, V, R)						\
	static void							\
	test_##f(uint64_t a, uint64_t b)				\
	{								\
		T *p = put(sizeof(T), a);				\
		uint64_t r;						\
									\
		(void)b;						\
		CALL;							\
		expect(sizeof(T), (uint64_t)(V), r, (uint64_t)(R));	\
	}
#define GIVES_0(f, T, arg, V)	CASE(f, T, (f arg, r = 0), V, 0)
#define GIVES(f, T, arg, V, R)						\
	CASE(f, T, (r = (uint64_t)(uintptr_t)f arg), V, R)

#define ADD(t, T, S)			/* S: the type of what is added */ \
	GIVES_0(atomic_add_##t, T, (p, (S)b), a + b)			\
	GIVES(atomic_add_##t##_nv, T, (p, (S)b), a + b, a + b)
#define INC_DEC(t, T)							\
	GIVES_0(atomic_inc_##t, T, (p), a + 1)				\
	GIVES(atomic_inc_##t##_nv, T, (p), a + 1, a + 1)		\
	GIVES_0(atomic_dec_##t, T, (p), a - 1)				\
	GIVES(atomic_dec_##t##_nv, T, (p), a - 1, a - 1)
#define AND_OR(t, T)							\
	GIVES_0(atomic_and_##t, T, (p, (T)b), a & b)			\
	GIVES(atomic_and_##t##_nv, T, (p, (T)b), a & b, a & b)		\
	GIVES_0(atomic_or_##t, T, (p, (T)b), a | b)			\
	GIVES(atomic_or_##t##_nv, T, (p, (T)b), a | b, a | b)
#define TO(T, x)	((T)(uintptr_t)(x))
/* cas expects b: it succeeds for the pairs of equal values alone. */
#define CAS(f, T)							\
	GIVES(f, T, (p, TO(T, b), TO(T, b ^ GUARD)),			\
	    TO(T, a) == TO(T, b) ? b ^ GUARD : a, a)
#define SWAP_CAS(t, T)							\
	GIVES(atomic_swap_##t, T, (p, TO(T, b)), b, a)			\
	CAS(atomic_cas_##t, T)						\
	CAS(atomic_cas_##t##_ni, T)

typedef void *ptr;

ADD(32, uint32_t, int32_t)
ADD(int, u_int, int)
ADD(long, u_long, long)
ADD(ptr, ptr, ssize_t)
ADD(64, uint64_t, int64_t)
INC_DEC(32, uint32_t)
INC_DEC(uint, u_int)
INC_DEC(ulong, u_long)
INC_DEC(ptr, ptr)
INC_DEC(64, uint64_t)
AND_OR(32, uint32_t)
AND_OR(uint, u_int)
AND_OR(ulong, u_long)
AND_OR(64, uint64_t)
SWAP_CAS(32, uint32_t)
SWAP_CAS(uint, u_int)
SWAP_CAS(ulong, u_long)
SWAP_CAS(ptr, ptr)
SWAP_CAS(64, uint64_t)

#define ROW(f)		{ #f, test_##f },
#define ROW2(f)		ROW(f) ROW(f##_nv)
#define ROW_ADD(t)	ROW2(atomic_add_##t)
#define ROW_INC_DEC(t)	ROW2(atomic_inc_##t) ROW2(atomic_dec_##t)
#define ROW_AND_OR(t)	ROW2(atomic_and_##t) ROW2(atomic_or_##t)
#define ROW_SWAP_CAS(t)							\
	ROW(atomic_swap_##t) ROW(atomic_cas_##t) ROW(atomic_cas_##t##_ni)

static const struct {
	const char *name;
	void (*test)(uint64_t a, uint64_t b);
} table[] = {
	ROW_ADD(32) ROW_ADD(int) ROW_ADD(long) ROW_ADD(ptr) ROW_ADD(64)
	ROW_INC_DEC(32) ROW_INC_DEC(uint) ROW_INC_DEC(ulong)
	ROW_INC_DEC(ptr) ROW_INC_DEC(64)
	ROW_AND_OR(32) ROW_AND_OR(uint) ROW_AND_OR(ulong) ROW_AND_OR(64)
	ROW_SWAP_CAS(32) ROW_SWAP_CAS(uint) ROW_SWAP_CAS(ulong)
	ROW_SWAP_CAS(ptr) ROW_SWAP_CAS(64)
};
/* clang-format on */

static void
simple_lock(void)
{
	__cpu_simple_lock_t lock[3] = { 0x77, 0x77, 0x77 };

	__cpu_simple_lock_init(&lock[1]);
	check(__SIMPLELOCK_UNLOCKED_P(&lock[1]), "__cpu_simple_lock_init");
	check(__cpu_simple_lock_try(&lock[1]) == 1, "lock_try of a free one");
	check(__SIMPLELOCK_LOCKED_P(&lock[1]), "lock_try");
	check(__cpu_simple_lock_try(&lock[1]) == 0, "lock_try of a held one");
	check(__SIMPLELOCK_LOCKED_P(&lock[1]), "lock_try of a held one");
	__cpu_simple_unlock(&lock[1]);
	check(__SIMPLELOCK_UNLOCKED_P(&lock[1]), "__cpu_simple_unlock");
	__cpu_simple_lock(&lock[1]);
	check(__SIMPLELOCK_LOCKED_P(&lock[1]), "__cpu_simple_lock");
	check(lock[0] == 0x77 && lock[2] == 0x77, "bytes beside the lock");
}

void
edge_tests(void)
{
	for (size_t f = 0; f < __arraycount(table); f++) {
		bad = 0;
		for (size_t a = 0; a < NEDGE; a++)
			for (size_t b = 0; b < NEDGE; b++)
				table[f].test(edge[a], edge[b]);
		checked(table[f].name, NEDGE * NEDGE, bad);
	}
	simple_lock();
}
