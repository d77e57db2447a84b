/*
 * test_merge.c: which accesses one check answers for (annotate/merge.c).
 *
 * Each case is the body of a function and what is expected of its accesses, in
 * order, a letter each:
 *
 *	.	no region, a check of its own
 *	L	a region's, checked, together with bytes of others
 *	l	a region's, checked, its own bytes only
 *	c	covered by a check before
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/annotate/annotate.h"
#include "cpu/annotate/xalloc.h"

static struct unit u;

static char *
roles(const char *body)
{
	static char text[2048], out[64];
	size_t n = 0;

	snprintf(text, sizeof(text),
	    "\t.ident \"GCC: test\"\n\t.text\nf:\n%s\tret\n", body);
	memset(&u, 0, sizeof(u));
	ck_assert_int_eq(parse_buffer(&u, "t.s", text, strlen(text)), 0);
	u.name = "t";
	ck_assert_int_eq(check_unit(&u), 0);
	ck_assert_int_eq(cfg_build(&u), 0);
	stack_analyse(&u);
	live_compute(&u);
	merge_compute(&u);
	for (size_t b = 0; b < u.nblock; b++)
		for (size_t j = 0; j < u.blocks[b].ninsn; j++) {
			const struct insn *in = u.blocks[b].insns[j];
			const struct merge *m = in->merge;

			if (in->nmem == 0 || operand_on_stack(in->mem[0].op, 0))
				continue;
			out[n++] = m == NULL            ? '.'
			    : m->role == MERGE_COVERED  ? 'c'
			    : m->span > in->mem[0].size ? 'L'
			    : m->role == MERGE_LEAD     ? 'l'
							: '?';
		}
	out[n] = '\0';
	return out;
}

static const struct merge *
merge_at(size_t i)
{
	return u.blocks[0].insns[i]->merge;
}

START_TEST(neighbours)
{
	ck_assert_str_eq(roles("movq 8(%rdi), %rax\n movq (%rdi), %rcx\n"
			       "movl 20(%rdi), %edx\n"),
	    "Lcc");
	/* 0..23, of which the first access is 8..15. */
	ck_assert_int_eq(merge_at(0)->below, 8);
	ck_assert_int_eq(merge_at(0)->span, 24);
	ck_assert_int_eq(merge_at(0)->kind, ACC_READ);
	ck_assert_uint_eq(merge_at(0)->region->first, 0);
	ck_assert_uint_eq(merge_at(0)->region->last, 2);
	/* The very same bytes, with symbols too. */
	ck_assert_str_eq(roles("movl x+4(%rip), %eax\n movl x(%rip), %ecx\n"
			       "movl y(%rip), %edx\n movl x+4(%rip), %esi\n"),
	    "Lclc");
	/* 32 bytes at the most, in what is a line if the base begins one. */
	ck_assert_str_eq(roles("movq (%rdi), %rax\n movq 24(%rdi), %rcx\n"),
	    "Lc");
	ck_assert_str_eq(roles("movq (%rdi), %rax\n movq 25(%rdi), %rcx\n"),
	    "..");
	ck_assert_str_eq(roles("movq 56(%rdi), %rax\n movq 64(%rdi), %rcx\n"),
	    "..");
}
END_TEST

START_TEST(writes)
{
	ck_assert_str_eq(roles("movq %rax, (%rdi)\n movq 8(%rdi), %rcx\n"
			       "addl $1, 16(%rdi)\n"),
	    "Lcc");
	ck_assert_int_eq(merge_at(0)->kind, ACC_WRITE);
	/* The check of a read says nothing of writes. */
	ck_assert_str_eq(roles("movq (%rdi), %rcx\n movq %rax, (%rdi)\n"),
	    "..");
	ck_assert_str_eq(roles("movq (%rdi), %rcx\n movq %rax, (%rdi)\n"
			       "movq 8(%rdi), %rdx\n"),
	    "Llc");
}
END_TEST

START_TEST(registers_change)
{
	ck_assert_str_eq(roles("movq (%rdi), %rdi\n movq (%rdi), %rax\n"),
	    "..");
	ck_assert_str_eq(roles("movq (%rdi), %rax\n incq %rdi\n"
			       "movq (%rdi), %rcx\n"),
	    "..");
	ck_assert_str_eq(roles("movb (%rdi), %al\n movb %al, %dil\n"
			       "movb (%rdi), %cl\n"),
	    "..");
	ck_assert_str_eq(roles("movq (%rdi,%rsi), %rax\n incl %esi\n"
			       "movq (%rdi,%rsi), %rcx\n"),
	    "..");
	/* By a number that is known. */
	ck_assert_str_eq(roles("movq (%rdi), %rax\n addq $8, %rdi\n"
			       "movq (%rdi), %rcx\n"),
	    "Lc");
	ck_assert_int_eq(merge_at(0)->span, 16);
	ck_assert_str_eq(roles("movq 8(%rdi), %rax\n subq $8, %rdi\n"
			       "movq 8(%rdi), %rcx\n leaq -8(%rdi), %rsi\n"
			       "movq 16(%rsi), %rdx\n movq %rsi, %rbx\n"
			       "movq 16(%rbx), %rdx\n"),
	    "Lccc");
	ck_assert_int_eq(merge_at(0)->below, 8);
	/* An index counts as often as it is scaled. */
	ck_assert_str_eq(roles("movl (%rdi,%rsi,4), %eax\n addq $1, %rsi\n"
			       "movl (%rdi,%rsi,4), %ecx\n"),
	    "Lc");
	ck_assert_int_eq(merge_at(0)->span, 8);
	ck_assert_str_eq(roles("movl (%rdi,%rsi,4), %eax\n"
			       "movl (%rdi,%rsi,8), %ecx\n"),
	    "..");
}
END_TEST

/* Nothing that calls out by itself, or is written by hand. */
START_TEST(what_ends_a_group)
{
	static const char *const between[] = { "lock addl $1, (%rsi)", "rdtsc",
		"rep movsb", "mfence", "pause", "btl %eax, (%rsi)",
		"movq %gs:8, %rax", "call g",
		"jne 1f\n1:", "\n#APP\n nop\n#NO_APP", "cli", "jmp *(%rsi)" };

	for (size_t i = 0; i < sizeof(between) / sizeof(between[0]); i++) {
		char text[256];

		snprintf(text, sizeof(text),
		    "movq (%%rbx), %%rcx\n %s\n movq (%%rbx), %%rcx\n",
		    between[i]);
		ck_assert_msg(strpbrk(roles(text), "Llc") == NULL, "%s: %s",
		    between[i], roles(text));
	}
}
END_TEST

/* Regions that overlap are one; others are not. */
START_TEST(regions)
{
	ck_assert_str_eq(roles("movl (%rdi), %eax\n movl (%rsi), %ecx\n"
			       "movl (%rdi), %eax\n movl (%rsi), %ecx\n"),
	    "llcc");
	ck_assert_ptr_eq(merge_at(0)->region, merge_at(3)->region);
	ck_assert_str_eq(roles("movl (%rdi), %eax\n movl (%rdi), %eax\n"
			       "movl (%rsi), %ecx\n movl (%rsi), %ecx\n"),
	    "lclc");
	ck_assert_ptr_ne(merge_at(0)->region, merge_at(3)->region);
	/* The stack has no hooks, unless its address escapes. */
	ck_assert_str_eq(roles("movl (%rdi), %eax\n pushq %rax\n"
			       "movl 8(%rsp), %ecx\n movl (%rdi), %eax\n"),
	    "lc");
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("merge");
	TCase *t = tcase_create("merge");
	SRunner *sr;
	int bad;

	tcase_add_test(t, neighbours);
	tcase_add_test(t, writes);
	tcase_add_test(t, registers_change);
	tcase_add_test(t, what_ends_a_group);
	tcase_add_test(t, regions);
	suite_add_tcase(s, t);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	bad = srunner_ntests_failed(sr);
	srunner_free(sr);
	xfree_all();
	return bad == 0 ? 0 : 1;
}
