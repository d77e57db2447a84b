/*
 * test_cost_l1d.c: what a cycle more of L1D latency adds to a block's cost
 * (block.cost_l1d), which the loader applies when a machine's L1D is another.
 */
#include "cost_fixture.h"

/* Clock units more for the first block of the text. */
static uint32_t
more(const char *text)
{
	price(text);
	return u.blocks[0].cost_l1d;
}

/* A chain of four loads round a loop waits four times: 4 cycles. */
START_TEST(chain)
{
	ck_assert_uint_eq(more(".L1:\n\tmovq (%rax),%rax\n\tmovq (%rax),%rax\n"
			       "\tmovq (%rax),%rax\n\tmovq (%rax),%rax\n"
			       "\tjmp .L1\n"),
	    40);
}
END_TEST

/* Four loads that nobody waits for are as fast as ever; so are stores. */
START_TEST(apart)
{
	ck_assert_uint_eq(more(".L1:\n\tmovq (%rax),%rbx\n\tmovq 8(%rax),%rcx\n"
			       "\tmovq 16(%rax),%rdx\n\tmovq 24(%rax),%rsi\n"
			       "\tjmp .L1\n"),
	    0);
	ck_assert_uint_eq(more(".L1:\n\tmovq %rbx,(%rax)\n\taddq $8,%rax\n"
			       "\tjmp .L1\n"),
	    0);
}
END_TEST

/* In front of a fence all of a block counts, so its one load does: 1 cycle. */
START_TEST(serial)
{
	ck_assert_uint_eq(more("f:\n\tmovq (%rax),%rax\n\tmfence\n\tret\n"),
	    10);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = { chain, apart, serial, NULL };

	return run_tests("annotate-cost-l1d", tests);
}
