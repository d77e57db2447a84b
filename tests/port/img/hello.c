/*
 * hello.c: the smallest image that uses every part of the seam: console,
 * result, arguments, link set, the three kinds of data.  Three frames deep,
 * so that a debugger has something to show.
 */
#include <hello.h>
#include <seam.h>

static const char greeting[] = HELLO_GREETING;
static uint64_t table[] = { 3, 1, 4, 1, 5 };
static uint64_t seen[5];
int hello_common;

/* A link set: pointers collected by the linker. */
typedef uint64_t (*step_fn)(uint64_t);
extern const step_fn __start_link_set_steps[], __stop_link_set_steps[];

static uint64_t
twice(uint64_t x)
{
	return 2 * x;
}

static uint64_t
plus_one(uint64_t x)
{
	return x + 1;
}

static const step_fn set_twice
    __attribute__((section("link_set_steps"), used)) = twice;
static const step_fn set_plus_one
    __attribute__((section("link_set_steps"), used)) = plus_one;

static size_t
length(const char *s)
{
	size_t n = 0;

	while (s[n] != '\0')
		n++;
	return n;
}

static void
say(const char *s)
{
	seam_cons_write(s, length(s));
}

__attribute__((noinline)) uint64_t
hello_inner(uint64_t seed)
{
	uint64_t local = seed + table[2];

	for (const step_fn *f = __start_link_set_steps;
	     f < __stop_link_set_steps; f++)
		local = (*f)(local);
	for (unsigned i = 0; i < 5; i++) {
		seen[i] = local;
		local += table[i];
	}
	return local;
}

__attribute__((noinline)) uint64_t
hello_middle(uint64_t seed)
{
	uint64_t sum = hello_inner(seed) + 100;

	hello_common = (int)sum;
	return sum + seen[4];
}

static void
hello_boot(const struct seam_boot *sb)
{
	say(greeting);
	say("args: ");
	say(sb->sb_args);
	say("\n");
	seam_result("hello", 1, hello_middle(7));
	seam_exit(0);
}

SEAM_IMAGE("hello", .boot = hello_boot);
