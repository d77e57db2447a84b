/*
 * faulty.c: an image that goes wrong in the way its argument names, so that
 * the simulator can be seen to say how.
 */
#include <seam.h>

static volatile uint64_t zero;
static uint64_t depth;

static __attribute__((noinline)) void
touch_null(void)
{
	*(volatile uint64_t *)zero = 1;
}

static __attribute__((noinline)) uint64_t
divide_by_zero(void)
{
	return (depth + 1000) / zero;
}

static __attribute__((noinline)) void
recurse(const volatile uint64_t *up)
{
	volatile uint64_t frame[8] = { *up, depth++ };

	if (zero == 0)
		recurse(frame);
	depth += frame[1];
}

static __attribute__((noinline)) void
panic(void)
{
	__builtin_trap();
}

static __attribute__((noinline)) void
write_nowhere(void)
{
	seam_cons_write((const char *)(uintptr_t)SEAM_STACK_TOP - 8, 16);
}

static void
faulty_boot(const struct seam_boot *sb)
{
	const char *how = sb->sb_args;

	seam_result("before", 1, 42);
	switch (how[0] == 'h' ? how[4] : 0) { /* how=X... */
	case 'n':
		touch_null();
		break;
	case 'd':
		seam_result("quotient", 1, divide_by_zero());
		break;
	case 's':
		recurse(&zero);
		break;
	case 'u':
		panic();
		break;
	case 'w':
		write_nowhere();
		break;
	case 'l': /* a loop without an end */
		while (zero == 0)
			continue;
		break;
	case 'c':
		(void)seam_call(12345, 0, 0, 0, 0);
		break;
	default:
		seam_exit(3);
	}
}

SEAM_IMAGE("faulty", .boot = faulty_boot);
