/*
 * race.c: eight CPUs use one word at once.
 *
 * Each operation is run alone: were it not one event for all CPUs, changes
 * would be lost.  Only 32 and 64 bits: other types are names of the same code
 * (edge.c).
 */
#include <prim.h>

#define ROUNDS 400

static volatile uint64_t word __aligned(64);
static struct {
	uint64_t rounds;
	uint64_t bad;
	uint64_t have; /* of the role: its bits, its token */
} __aligned(64) mine[NROLE];
static unsigned char seen[NROLE * ROUNDS + 1];

#define W32 ((volatile uint32_t *)(uintptr_t)&word)
#define W64 (&word)

struct race {
	const char *name;
	void (*step)(unsigned role);
	uint64_t start, end; /* of the word */
};

/* clang-format off */
#define STEP(name, ...)							\
	static void							\
	name(unsigned role)						\
	{								\
		(void)role;						\
		__VA_ARGS__;						\
	}
/* Each value is given to one role only. */
#define NEW_VALUE(call)	seen[call]++

STEP(add_32, atomic_add_32(W32, 3))
STEP(add_64, atomic_add_64(W64, 3))
STEP(inc_32, atomic_inc_32(W32))
STEP(inc_64, atomic_inc_64(W64))
STEP(dec_32, atomic_dec_32(W32))
STEP(dec_64, atomic_dec_64(W64))
STEP(add_32_nv, NEW_VALUE(atomic_add_32_nv(W32, 1)))
STEP(add_64_nv, NEW_VALUE(atomic_add_64_nv(W64, 1)))
STEP(inc_32_nv, NEW_VALUE(atomic_inc_32_nv(W32)))
STEP(inc_64_nv, NEW_VALUE(atomic_inc_64_nv(W64)))
STEP(dec_32_nv, NEW_VALUE(atomic_dec_32_nv(W32) + 1))
STEP(dec_64_nv, NEW_VALUE(atomic_dec_64_nv(W64) + 1))

/* An increment by cas, again until it succeeds. */
#define CAS_STEP(bits)							\
	static void							\
	cas_##bits(unsigned role)					\
	{								\
		uint##bits##_t old, now = *W##bits;			\
									\
		do {							\
			old = now;					\
			role_delay(role);				\
			now = atomic_cas_##bits(W##bits, old, old + 1);	\
		} while (now != old);					\
		seen[old + 1]++;					\
	}
CAS_STEP(32)
CAS_STEP(64)

/* Tokens are exchanged; none may be lost or doubled. */
STEP(swap_32, mine[role].have = atomic_swap_32(W32, (uint32_t)mine[role].have))
STEP(swap_64, mine[role].have = atomic_swap_64(W64, mine[role].have))

/*
 * A role sets one of its own four bits and clears it; the others' changes
 * must not undo it.  SET and CLEAR are calls on the bits in `m'.
 */
#define BITS_STEP(name, T, W, SET, CLEAR)				\
	static void							\
	name(unsigned role)						\
	{								\
		T m = (T)((uint64_t)1 << (role * (sizeof(T)) +		\
		    mine[role].rounds % 4));				\
									\
		SET;							\
		mine[role].bad += (*W & m) != m;			\
		CLEAR;							\
		mine[role].bad += (*W & m) != 0;			\
	}
BITS_STEP(bits_32, uint32_t, W32, atomic_or_32(W32, m),
    atomic_and_32(W32, ~m))
BITS_STEP(bits_64, uint64_t, W64, atomic_or_64(W64, m),
    atomic_and_64(W64, ~m))
BITS_STEP(bits_32_nv, uint32_t, W32,
    mine[role].bad += (atomic_or_32_nv(W32, m) & m) != m,
    mine[role].bad += (atomic_and_32_nv(W32, ~m) & m) != 0)
BITS_STEP(bits_64_nv, uint64_t, W64,
    mine[role].bad += (atomic_or_64_nv(W64, m) & m) != m,
    mine[role].bad += (atomic_and_64_nv(W64, ~m) & m) != 0)

#define N ((uint64_t)NROLE * ROUNDS)
#define UP(f)	{ #f, f, 0, N }
#define DOWN(f)	{ #f, f, N, 0 }
static const struct race counts[] = {
	{ "add_32", add_32, 0xffffff00, 0xffffff00 + 3 * N - 0x100000000 },
	{ "add_64", add_64, 0xffffff00, 0xffffff00 + 3 * N },
	UP(inc_32), UP(inc_64), DOWN(dec_32), DOWN(dec_64),
}, values[] = {
	UP(add_32_nv), UP(add_64_nv), UP(inc_32_nv), UP(inc_64_nv),
	DOWN(dec_32_nv), DOWN(dec_64_nv), UP(cas_32), UP(cas_64),
}, tokens[] = {
	{ "swap_32", swap_32, 0, 0 }, { "swap_64", swap_64, 0, 0 },
}, bits[] = {
	{ "bits_32", bits_32, 0, 0 }, { "bits_64", bits_64, 0, 0 },
	{ "bits_32_nv", bits_32_nv, 0, 0 }, { "bits_64_nv", bits_64_nv, 0, 0 },
};
/* clang-format on */

static bool
step(unsigned role, void *arg)
{
	const struct race *r = arg;

	if (mine[role].rounds == ROUNDS)
		return false;
	role_delay(role);
	r->step(role);
	mine[role].rounds++;
	return true;
}

/* Run one race; what the roles found wrong themselves. */
static uint64_t
run(const struct race *r)
{
	uint64_t bad = 0;

	word = r->start;
	for (size_t i = 0; i < sizeof(seen); i++)
		seen[i] = 0;
	for (unsigned i = 0; i < NROLE; i++) {
		mine[i].rounds = mine[i].bad = 0;
		mine[i].have = i + 1;
	}
	roles(NROLE, step, (void *)(uintptr_t)r);
	for (unsigned i = 0; i < NROLE; i++)
		bad += mine[i].bad;
	return bad;
}

static void
count_races(void)
{
	for (size_t k = 0; k < __arraycount(counts); k++) {
		(void)run(&counts[k]);
		checked(counts[k].name, N, word != counts[k].end);
	}
	for (size_t k = 0; k < __arraycount(values); k++) {
		uint64_t bad = run(&values[k]);

		for (size_t i = 1; i <= N; i++)
			bad += seen[i] != 1;
		checked(values[k].name, N, bad + (word != values[k].end));
	}
}

/* Tokens 0..NROLE, in the word and with the roles: each is somewhere. */
static void
token_race(const struct race *r)
{
	uint64_t found, bad = run(r);

	found = (uint64_t)1 << word;
	for (unsigned i = 0; i < NROLE; i++)
		found += (uint64_t)1 << mine[i].have;
	checked(r->name, N, bad + (found != (1u << (NROLE + 1)) - 1));
}

/* Two plain counters under a lock; half of the rounds only try. */
static __cpu_simple_lock_t lock __aligned(64);
static volatile uint64_t plain[2] __aligned(64);

static void
locked(unsigned role)
{
	if (mine[role].rounds % 2 == 0)
		__cpu_simple_lock(&lock);
	else
		while (!__cpu_simple_lock_try(&lock))
			__asm__ volatile("pause");
	mine[role].bad += plain[0] != plain[1];
	plain[0] = plain[0] + 1;
	role_delay(role);
	plain[1] = plain[1] + 1;
	__cpu_simple_unlock(&lock);
}

static void
lock_race(void)
{
	static const struct race r = { "__cpu_simple_lock", locked, 0, 0 };
	uint64_t bad;

	__cpu_simple_lock_init(&lock);
	plain[0] = plain[1] = 0;
	bad = run(&r);
	checked(r.name, N, bad + (plain[0] != N) + (plain[1] != N));
	check(__SIMPLELOCK_UNLOCKED_P(&lock), r.name);
}

void
race_tests(void)
{
	count_races();
	for (size_t k = 0; k < __arraycount(tokens); k++)
		token_race(&tokens[k]);
	for (size_t k = 0; k < __arraycount(bits); k++)
		checked(bits[k].name, 2 * N, run(&bits[k]) + (word != 0));
	lock_race();
}
