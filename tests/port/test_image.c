/*
 * test_image.c: the loader believes nothing.
 *
 * Each kind of damage to a good image must be refused with a message that
 * names the file and the damage; random damage must never crash (run it with
 * SAN=-fsanitize=address,undefined to see reads outside the buffer, too).
 * Runs where make check runs it: $B holds the build.
 */
#include <check.h>
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/rng.h"
#include "thunk/image.h"

static uint8_t *good;
static size_t good_bytes;

static void
read_good(void)
{
	const char *b = getenv("B");
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/images/hello/plain.elf",
	    b != NULL ? b : "build");
	f = fopen(path, "rb");
	if (f == NULL) {
		fprintf(stderr, "%s: make images first\n", path);
		exit(EX_BUG);
	}
	fseek(f, 0, SEEK_END);
	good_bytes = (size_t)ftell(f);
	rewind(f);
	good = malloc(good_bytes);
	if (fread(good, 1, good_bytes, f) != good_bytes)
		exit(EX_BUG);
	fclose(f);
}

/* A copy in a heap block of its own, so that ASan sees its end. */
static uint8_t *
copy(size_t bytes)
{
	uint8_t *p = malloc(bytes != 0 ? bytes : 1);

	memcpy(p, good, bytes);
	return p;
}

static Elf64_Ehdr *
header(uint8_t *p)
{
	return (Elf64_Ehdr *)(void *)p;
}

static Elf64_Phdr *
segment(uint8_t *p, unsigned i)
{
	return (Elf64_Phdr *)(void *)(p + header(p)->e_phoff) + i;
}

/* Where rangeley_image lies in the file. */
static struct seam_image *
descriptor(uint8_t *p)
{
	for (size_t i = 0; i + sizeof(struct seam_image) < good_bytes; i += 8) {
		struct seam_image *d = (struct seam_image *)(void *)(p + i);
		if (d->si_magic == SEAM_MAGIC)
			return d;
	}
	ck_abort_msg("no descriptor in the image");
	return NULL;
}

/* The damaged file must be refused, and the message must say so. */
static void
refused(uint8_t *p, size_t bytes, const char *saying)
{
	struct image im;
	struct err err = ERR_NONE;

	ck_assert_int_eq(image_parse(&im, "some.elf", p, bytes, &err),
	    EX_INPUT);
	ck_assert_msg(strncmp(err.text, "some.elf: ", 10) == 0, "%s", err.text);
	ck_assert_msg(strstr(err.text, saying) != NULL, "'%s' lacks '%s'",
	    err.text, saying);
	free(p);
}

START_TEST(accepts_good)
{
	struct image im;
	struct err err = ERR_NONE;
	uint8_t *p = copy(good_bytes);
	uint64_t off;

	ck_assert_int_eq(image_parse(&im, "x", p, good_bytes, &err), EX_GOOD);
	ck_assert_str_eq(im.name, "hello");
	ck_assert_uint_eq(im.nseg, 3);
	ck_assert_uint_eq(im.desc.si_flags, 0);
	ck_assert_str_eq(image_symbol(&im, (uintptr_t)im.desc.si_up.boot, &off),
	    "hello_boot");
	ck_assert_uint_eq(off, 0);
	ck_assert(image_is_code(&im, SEAM_TEXT_VA));
	ck_assert(!image_is_code(&im, SEAM_RODATA_VA));
	free(p);
}
END_TEST

START_TEST(ranges)
{
	struct image im;
	struct err err = ERR_NONE;
	const uint64_t ram = 1 << 20, end = SEAM_RAM_VA + ram;
	uint8_t *p = copy(good_bytes);

	image_parse(&im, "x", p, good_bytes, &err);
	ck_assert(image_range_ok(&im, ram, SEAM_RODATA_VA, 8));
	ck_assert(image_range_ok(&im, ram, end - 8, 8));
	ck_assert(!image_range_ok(&im, ram, end - 8, 9));
	ck_assert(!image_range_ok(&im, ram, end - 8, UINT64_MAX));
	ck_assert(!image_range_ok(&im, ram, UINT64_MAX, 1));
	ck_assert(!image_range_ok(&im, ram, 0, 1));
	ck_assert(image_range_ok(&im, ram, SEAM_STACK_TOP - 8, 8));
	ck_assert(!image_range_ok(&im, ram, SEAM_STACK_TOP, 1));
	ck_assert(!image_range_ok(&im, ram, SEAM_STACK_TOP - 8, 16));
	free(p);
}
END_TEST

START_TEST(header_damage)
{
	uint8_t *p = copy(good_bytes);

	refused(copy(0), 0, "not an ELF file");
	refused(copy(63), 63, "not an ELF file");
	p[1] = 'X';
	refused(p, good_bytes, "not an ELF file");
	p = copy(good_bytes);
	p[EI_CLASS] = ELFCLASS32;
	refused(p, good_bytes, "not for x86-64");
	p = copy(good_bytes);
	header(p)->e_machine = EM_AARCH64;
	refused(p, good_bytes, "not for x86-64");
	p = copy(good_bytes);
	header(p)->e_type = ET_DYN;
	refused(p, good_bytes, "ELF type 3");
	p = copy(good_bytes);
	header(p)->e_phoff = good_bytes - 1;
	refused(p, good_bytes, "outside the file");
	p = copy(good_bytes);
	header(p)->e_shoff = UINT64_MAX;
	refused(p, good_bytes, "outside the file");
	refused(copy(good_bytes / 2), good_bytes / 2, "outside the file");
}
END_TEST

START_TEST(segment_damage)
{
	uint8_t *p = copy(good_bytes);

	segment(p, 0)->p_vaddr = 0x400000;
	refused(p, good_bytes, "outside the window");
	p = copy(good_bytes);
	segment(p, 0)->p_flags |= PF_W;
	refused(p, good_bytes, "outside the window");
	p = copy(good_bytes);
	segment(p, 0)->p_memsz = UINT64_MAX - 0x1000;
	refused(p, good_bytes, "outside the window");
	p = copy(good_bytes);
	segment(p, 0)->p_filesz = good_bytes;
	segment(p, 0)->p_memsz = good_bytes;
	refused(p, good_bytes, "outside the file");
	p = copy(good_bytes);
	segment(p, 1)->p_flags = PF_R | PF_X;
	segment(p, 1)->p_vaddr = segment(p, 0)->p_vaddr + 0x10;
	refused(p, good_bytes, "shares a page");
	p = copy(good_bytes);
	segment(p, 2)->p_type = PT_INTERP;
	refused(p, good_bytes, "dynamic linker");
}
END_TEST

START_TEST(descriptor_damage)
{
	uint8_t *p = copy(good_bytes);

	/* Another magic number: the file must name what it found. */
	descriptor(p)->si_magic = 0x12345678;
	refused(p, good_bytes, "magic number 0x12345678");
	p = copy(good_bytes);
	descriptor(p)->si_version = 99;
	refused(p, good_bytes, "seam version 99");
	p = copy(good_bytes);
	descriptor(p)->si_size = 8;
	refused(p, good_bytes, "has 8 bytes");
	p = copy(good_bytes);
	descriptor(p)->si_up.boot = NULL;
	refused(p, good_bytes, "entry point");
	p = copy(good_bytes);
	memcpy(&descriptor(p)->si_up.timer, &(uint64_t){ SEAM_DATA_VA }, 8);
	refused(p, good_bytes, "entry point");
	p = copy(good_bytes);
	descriptor(p)->si_name = (const char *)16;
	refused(p, good_bytes, "the name");
	p = copy(good_bytes);
	header(p)->e_shnum = 0;
	refused(p, good_bytes, "no symbol rangeley_image");
}
END_TEST

/* Some bytes, bits and words changed, the end cut off. */
static size_t
mutate(uint8_t *p, struct rng *rng)
{
	size_t tables = header(good)->e_shoff;
	unsigned n = 1 + (unsigned)rng_below(rng, 8);

	while (n-- > 0) {
		/* Half of the hits go where the structure is. */
		size_t at = rng_below(rng, good_bytes);
		if (rng_below(rng, 2) == 0)
			at = rng_below(rng, 2) == 0
			    ? rng_below(rng, 64 + 3 * sizeof(Elf64_Phdr))
			    : tables + rng_below(rng, good_bytes - tables);
		if (rng_below(rng, 3) == 0)
			p[at] = 0xff;
		else
			p[at] ^= (uint8_t)(1u << rng_below(rng, 8));
	}
	return rng_below(rng, 8) == 0 ? rng_below(rng, good_bytes) : good_bytes;
}

START_TEST(random_damage)
{
	struct rng rng;
	unsigned bad = 0;

	rng_seed(&rng, 1, 0);
	for (unsigned i = 0; i < 20000; i++) {
		struct image im;
		struct err err = ERR_NONE;
		uint8_t *p = copy(good_bytes), *q;
		size_t bytes = mutate(p, &rng);
		uint64_t off;

		q = realloc(p, bytes != 0 ? bytes : 1);
		if (image_parse(&im, "x", q, bytes, &err) != EX_GOOD) {
			ck_assert_int_eq(err.code, EX_INPUT);
			bad++;
		} else {
			ck_assert_uint_le(strlen(im.name), IMAGE_NAME_MAX);
			image_symbol(&im, SEAM_TEXT_VA, &off);
		}
		free(q);
	}
	/* The damage is real, and not all of it fatal. */
	ck_assert_uint_gt(bad, 2000);
	ck_assert_uint_lt(bad, 20000);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("image");
	TCase *tc = tcase_create("image");
	SRunner *sr = srunner_create(s);
	int failed;

	read_good();
	tcase_add_test(tc, accepts_good);
	tcase_add_test(tc, ranges);
	tcase_add_test(tc, header_damage);
	tcase_add_test(tc, segment_damage);
	tcase_add_test(tc, descriptor_damage);
	tcase_add_test(tc, random_damage);
	tcase_set_timeout(tc, 120);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	free(good);
	return failed == 0 ? EX_GOOD : EX_FINDING;
}
