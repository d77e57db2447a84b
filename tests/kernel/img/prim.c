/*
 * prim.c: run all tests of the kernel's primitives and count.
 *
 * Failures go to the console as "prim: what:F: ..."; results are the number
 * of checks of each group.  Exits with 1 if any failed.
 */
#include <prim.h>

#define STACK_BYTES 8192

static struct role {
	uint64_t seed;
	unsigned index;
	volatile uint32_t done;
} __aligned(64) role[NROLE];
static unsigned char stack[NROLE][STACK_BYTES] __aligned(64);
static volatile uint32_t come __aligned(64);

static unsigned ncpu;
static unsigned crew;
static bool (*crew_step)(unsigned, void *);
static void *crew_arg;

static uint64_t checks, failures;
static unsigned printed;

static void
print(const char *s)
{
	size_t n = 0;

	while (s[n] != '\0')
		n++;
	seam_cons_write(s, n);
}

void
checked(const char *what, uint64_t n, uint64_t bad)
{
	checks += n;
	failures += bad;
	if (bad == 0 || printed++ >= 20)
		return;
	print("prim: ");
	print(what);
	print(":F: wrong\n");
}

void
check(bool ok, const char *what)
{
	checked(what, 1, ok ? 0 : 1);
}

uint64_t
role_random(unsigned i)
{
	uint64_t s = role[i].seed;

	s ^= s << 13;
	s ^= s >> 7;
	s ^= s << 17;
	role[i].seed = s;
	return s >> 11;
}

void
role_delay(unsigned i)
{
	for (uint64_t n = role_random(i) & 63; n > 0; n--)
		__insn_barrier();
}

/* A role on a CPU of its own. */
static void
role_run(void *arg)
{
	struct role *r = arg;

	__asm__ volatile("lock incl %0" : "+m"(come) : : "memory");
	while (come < crew)
		__asm__ volatile("pause");
	while (crew_step(r->index, crew_arg))
		continue;
	r->done = 1;
}

/* All roles on one CPU: who is next is drawn. */
static void
take_turns(void)
{
	uint32_t on = (1u << crew) - 1;

	while (on != 0) {
		unsigned i = (unsigned)(role_random(0) % crew);

		if ((on & 1u << i) != 0 && !crew_step(i, crew_arg))
			on &= ~(1u << i);
	}
}

static void
start_cpu(unsigned i)
{
	/* The last crew's CPU may still be on its way out. */
	for (int n = 0;
	     seam_cpu_start(i, role_run, &role[i], stack[i] + STACK_BYTES) != 0;
	     n++) {
		__asm__ volatile("pause");
		if (n == 1000) {
			print("prim: a CPU cannot be started\n");
			seam_exit(2);
		}
	}
}

void
roles(unsigned n, bool (*step)(unsigned, void *), void *arg)
{
	crew = n;
	crew_step = step;
	crew_arg = arg;
	come = 0;
	if (ncpu < n) {
		take_turns();
		return;
	}
	for (unsigned i = 1; i < n; i++) {
		role[i].done = 0;
		start_cpu(i);
	}
	role_run(&role[0]);
	for (unsigned i = 1; i < n; i++)
		while (role[i].done == 0)
			__asm__ volatile("pause");
}

static void
group(const char *name, void (*fn)(void))
{
	uint64_t before = checks;

	fn();
	seam_result(name, checks - before, failures);
}

static void
prim_boot(const struct seam_boot *sb)
{
	ncpu = sb->sb_ncpu;
	for (unsigned i = 0; i < NROLE; i++) {
		role[i].index = i;
		role[i].seed = UINT64_C(88172645463325252) * (i + 1);
	}
	heap_init(sb->sb_ram_va, sb->sb_ram_bytes);
	group("edge", edge_tests);
	group("race", race_tests);
	group("ring", ring_tests);
	group("ring-race", ring_race_tests);
	check(kmem_errors == 0, "kmem_free: size or overrun");
	check(kmem_live == 0, "kmem_free: memory is left");
	check(asserts == 0, "KASSERT");
	seam_result("cpus", ncpu, ncpu);
	seam_result("failures", checks, failures);
	seam_exit(failures != 0 ? 1 : 0);
}

SEAM_IMAGE("prim", .boot = prim_boot);
