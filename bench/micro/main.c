/*
 * main.c: run the microbenchmarks, one result for each.
 *
 * Boot argument only=NAME runs a single one; devices=0 leaves out those that
 * need devices and interrupts, as a plain image always does, strings=0 string
 * instructions.  What needs more CPUs than there are is left out.  The figures
 * to compare with are in bench/micro.csv.
 */
#include <micro.h>

unsigned char *micro_ram;

/* The loop around every benchmark, with nothing in it. */
static __attribute__((noinline)) uint64_t
empty(uint64_t rounds)
{
	uint64_t t = tsc();

	do
		__asm__ volatile("");
	while (--rounds != 0);
	return tsc() - t;
}

static bool
starts_with(const char *s, const char *prefix)
{
	while (*prefix != '\0')
		if (*s++ != *prefix++)
			return false;
	return true;
}

/* Value of boot argument `key=', or NULL; it ends at a blank. */
static const char *
argument(const char *args, const char *key)
{
	size_t n = 0;

	while (key[n] != '\0')
		n++;
	for (const char *a = args; *a != '\0';) {
		if (starts_with(a, key))
			return a + n;
		while (*a != '\0' && *a++ != ' ')
			continue;
	}
	return NULL;
}

static bool
is_off(const char *args, const char *key)
{
	const char *v = argument(args, key);

	return v != NULL && *v == '0';
}

static bool
selected(const char *only, const char *name)
{
	if (only == NULL)
		return true;
	while (*name != '\0')
		if (*only++ != *name++)
			return false;
	return *only == '\0' || *only == ' ';
}

struct tally {
	unsigned ran, skipped; /* skipped: too few CPUs */
};

static void
run_group(const struct bench *b, const char *only, uint32_t ncpu,
    struct tally *tally)
{
	for (; b->name != NULL; b++) {
		uint64_t total, over;
		if (!selected(only, b->name))
			continue;
		if (b->cpu >= ncpu) {
			tally->skipped++;
			continue;
		}
		(void)b->run(1); /* its code comes into the L1I */
		total = b->run(b->rounds);
		over = b->net ? 0 : empty(b->rounds);
		seam_result(b->name, b->rounds * b->ops,
		    total > over ? total - over : 0);
		tally->ran++;
	}
}

void
micro_fail(int code, const char *why)
{
	size_t n = 0;

	while (why[n] != '\0')
		n++;
	seam_cons_write(why, n);
	seam_exit(code);
}

static void
micro_boot(const struct seam_boot *sb)
{
	static const struct bench *const groups[] = { alu_group, sync_group,
		mem_group, branch_group, overlap_group, share_group,
		string_group, io_group, intr_group };
	static const char none[] = "micro: no benchmark of that name\n";
	static const char few[] =
	    "micro: the benchmark needs more CPUs than the machine has; "
	    "give it 8\n";
	static const char little[] = "micro: needs 145 MB of RAM\n";
	const char *only = argument(sb->sb_args, "only=");
	bool devices = ((uintptr_t)seam_image_flags & SEAM_IMG_ANNOTATED) !=
		0 &&
	    !is_off(sb->sb_args, "devices=");
	bool strings = !is_off(sb->sb_args, "strings=");
	struct tally tally = { 0, 0 };

	micro_ram = (unsigned char *)((sb->sb_ram_va + REGION_BYTES - 1) &
	    ~(REGION_BYTES - 1));
	if ((uint64_t)micro_ram + NREGION * REGION_BYTES >
	    sb->sb_ram_va + sb->sb_ram_bytes)
		micro_fail(2, little);
	seam_small_pages(micro_ram + SMALL_PAGES * REGION_BYTES,
	    (NREGION - SMALL_PAGES) * REGION_BYTES);
	for (unsigned g = 0; g < sizeof(groups) / sizeof(groups[0]); g++) {
		if (!devices &&
		    (groups[g] == io_group || groups[g] == intr_group))
			continue;
		if (!strings && groups[g] == string_group)
			continue;
		run_group(groups[g], only, sb->sb_ncpu, &tally);
	}
	if (tally.ran == 0 && tally.skipped != 0)
		micro_fail(2, few);
	if (tally.ran == 0)
		micro_fail(2, none);
	seam_exit(0);
}

SEAM_IMAGE("micro", .boot = micro_boot);
