/*
 * litmus.c: run one litmus test on eight CPUs, report for each role.
 *
 *	test=NAME	one of litmus_tests[]
 *	map=01234567	the CPU of each role; the first is 0
 *	broken=1	without the protection that the test is about
 *
 * Exits with 1 when a forbidden outcome was seen, with 2 when the arguments are
 * bad.
 */
#include <litmus.h>

#define STACK_BYTES 8192

static struct role role[NROLE];
static volatile uint32_t done[NROLE][16] __attribute__((aligned(64)));
static volatile uint32_t come __attribute__((aligned(64)));
static unsigned char stack[NROLE][STACK_BYTES] __attribute__((aligned(64)));
static const struct litmus *chosen;

void
litmus_meet(struct role *r)
{
	r->turn += NROLE;
	__asm__ volatile("lock incl %0" : "+m"(come) : : "memory");
	while ((int32_t)(come - r->turn) < 0)
		__asm__ volatile("pause");
}

static void
run(void *arg)
{
	struct role *r = arg;
	uint64_t t;

	litmus_meet(r);
	t = now();
	chosen->body(r);
	r->took = now() - t;
	done[r->index][0] = 1;
}

static _Noreturn void
usage(void)
{
	static const char text[] = "litmus: test=NAME map=01234567, 8 CPUs\n";

	seam_cons_write(text, sizeof(text) - 1);
	seam_exit(2);
	__builtin_unreachable();
}

/* What follows `key' in the arguments, or NULL. */
static const char *
argument(const char *args, const char *key)
{
	for (; *args != '\0'; args++) {
		size_t n = 0;

		while (key[n] != '\0' && args[n] == key[n])
			n++;
		if (key[n] == '\0')
			return args + n;
	}
	return NULL;
}

static bool
is_word(const char *text, const char *word)
{
	while (*word != '\0')
		if (*text++ != *word++)
			return false;
	return *text == '\0' || *text == ' ';
}

static void
choose(const char *name)
{
	if (name == NULL)
		usage();
	for (chosen = litmus_tests; !is_word(name, chosen->name); chosen++)
		if (chosen[1].name == NULL)
			usage();
}

/* The same instructions whatever the digits are. */
static void
start_all(const char *map, bool broken)
{
	for (uint32_t i = 0; i < NROLE; i++)
		role[i] = (struct role){ .index = i,
			.rounds = chosen->rounds,
			.broken = broken,
			.seed = UINT64_C(88172645463325252) * (i + 1) };
	for (uint32_t i = 1; i < NROLE; i++)
		if (seam_cpu_start((uint32_t)map[i] - '0', run, &role[i],
			stack[i] + STACK_BYTES) != 0)
			usage();
}

static uint64_t
report(void)
{
	static char took[] = "took-0", seen[] = "seen-0";
	uint64_t bad = 0;

	for (uint32_t i = 0; i < NROLE; i++) {
		took[5] = seen[5] = (char)('0' + i);
		seam_result(took, role[i].rounds, role[i].took);
		seam_result(seen, 1, role[i].seen >> 12); /* exact in JSON */
		bad += role[i].bad;
	}
	if (chosen->check != NULL)
		bad += chosen->check(&role[0]);
	seam_result("forbidden", 1, bad);
	return bad;
}

static void
litmus_boot(const struct seam_boot *sb)
{
	const char *map = argument(sb->sb_args, "map=");

	if (sb->sb_ncpu != NROLE)
		usage();
	choose(argument(sb->sb_args, "test="));
	start_all(map != NULL ? map : "01234567",
	    argument(sb->sb_args, "broken=") != NULL);
	run(&role[0]);
	for (uint32_t i = 1; i < NROLE; i++)
		while (done[i][0] == 0)
			__asm__ volatile("pause");
	seam_exit(report() != 0 ? 1 : 0);
}

SEAM_IMAGE("litmus", .boot = litmus_boot);
