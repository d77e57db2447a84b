/*
 * test_flow.c: blocks, liveness, stack escape, dependence, refusals.
 *
 * Each case is a few lines of assembly and what a reader says of them.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/annotate/annotate.h"
#include "cpu/annotate/diag.h"
#include "cpu/annotate/xalloc.h"

static struct unit u;

/* Analyse `text', as the compiler's if it says so. */
static int
load(const char *text)
{
	int err;

	memset(&u, 0, sizeof(u));
	err = parse_buffer(&u, "t.s", text, strlen(text));
	u.name = "t";
	if (err == 0)
		err = check_unit(&u);
	if (err == 0)
		err = cfg_build(&u);
	if (err != 0)
		return err;
	stack_analyse(&u);
	live_compute(&u);
	for (size_t i = 0; i < u.nblock; i++) {
		struct block *b = &u.blocks[i];

		b->cost = 0;
		for (size_t j = 0; j < b->ninsn; j++) {
			b->insns[j]->issue = b->cost;
			b->cost += 10; /* one cycle each */
		}
	}
	dep_compute(&u);
	return 0;
}

#define GCC "\t.ident \"GCC: test\"\n\t.text\n"

static struct insn *
insn(size_t block, size_t i)
{
	ck_assert_uint_lt(block, u.nblock);
	ck_assert_uint_lt(i, u.blocks[block].ninsn);
	return u.blocks[block].insns[i];
}

START_TEST(blocks_and_edges)
{
	ck_assert_int_eq(
	    load(GCC "f:\n\tmovl $8, %ecx\n"
		     ".L2:\n\taddl $1, %eax\n\tsubl $1, %ecx\n\tjne .L2\n"
		     ".LVL1:\n\taddl $2, %eax\n"
		     ".LVL2:\n\taddl $3, %eax\n\tret\n"),
	    0);
	ck_assert_uint_eq(u.nblock, 3);
	ck_assert(u.blocks[0].fn_head && !u.blocks[0].loop_head);
	ck_assert(u.blocks[1].loop_head);
	ck_assert_ptr_eq(u.blocks[1].target, &u.blocks[1]);
	ck_assert_ptr_eq(u.blocks[1].fall, &u.blocks[2]);
	ck_assert_uint_eq(u.blocks[2].ninsn, 3); /* .LVL2 is no head */
}
END_TEST

START_TEST(numeric_labels)
{
	ck_assert_int_eq(
	    load("\t.text\nf:\n1:\tdecl %eax\n\tjz 1f\n\tjmp 1b\n1:\tret\n"),
	    0);
	ck_assert_ptr_eq(u.blocks[0].target, &u.blocks[2]);
	ck_assert_ptr_eq(u.blocks[1].target, &u.blocks[0]);
	ck_assert(u.blocks[0].loop_head);
}
END_TEST

START_TEST(jump_table_is_polled)
{
	ck_assert_int_eq(
	    load(GCC "f:\n.L1:\n\tincl %ecx\n\tjmp *.L9(,%rdi,8)\n"
		     ".L3:\n\tret\n"
		     "\t.section .rodata\n.L9:\n\t.quad .L1\n\t.quad .L3\n"),
	    0);
	ck_assert(u.blocks[0].address_taken && u.blocks[1].address_taken);
	ck_assert(u.blocks[0].succ_unknown);
	ck_assert(u.blocks[0].loop_head);
}
END_TEST

/* A jump through `operand', to .L1 (reads rcx) or .L2 (reads rsi). */
#define TABLE_JUMP(operand, table)                     \
	"f:\n\tmovl (%%rdi), %%eax\n"                  \
	"\tjmp *" operand "\n"                         \
	".L1:\n\taddl %%ecx, %%eax\n\tret\n"           \
	".L2:\n\taddl %%esi, %%eax\n\tret\n"           \
	"\t.section .rodata\n\t.align 8\n.L9:\n" table \
	"\t.text\n\t.size f, .-f\n"

/*
 * Behind such a jump lives what lives at the labels of its table, which is
 * rcx and rsi and not the other registers that no call keeps.
 */
START_TEST(liveness_through_a_jump_table)
{
	const char *quads = "\t.quad\t.L1\n\t.quad .L2\n";
	char text[512];

	snprintf(text, sizeof(text), GCC TABLE_JUMP("%s", "%s"), ".L9(,%r9,8)",
	    quads);
	ck_assert_int_eq(load(text), 0);
	ck_assert_uint_eq(u.blocks[0].ntable, 2);
	ck_assert(live_before(insn(0, 0)) & RBIT(R_CX));
	ck_assert(live_before(insn(0, 0)) & RBIT(R_SI));
	ck_assert(live_before(insn(0, 0)) & RBIT(R_9)); /* the index */
	ck_assert(!(live_before(insn(0, 0)) & (RBIT(R_8) | RBIT(R_11))));
	ck_assert(!(live_before(insn(0, 0)) & RS_FLAGS));
	/* Its block is polled all the same. */
	ck_assert(u.blocks[0].succ_unknown && u.blocks[1].address_taken);
}
END_TEST

/* Anything that is no such table, or not the compiler's, keeps everything. */
static const struct {
	const char *operand, *table, *by;
} no_table[] = {
	{ ".L9(,%rdx,8)", "\t.quad .L1\n\t.quad .L2\n", "\t.text\n" },
	{ ".L9(,%rdx,8)\n#NO_APP", "\t.quad .L1\n\t.quad .L2\n", GCC "#APP\n" },
	{ ".L9(,%rdx,8)", "\t.quad .L1\n\t.quad elsewhere\n", GCC },
	{ ".L9(,%rdx,8)", "\t.quad .L1\n\t.quad .L2+4\n", GCC },
	{ ".L9(,%rdx,8)", "\t.long 1\n\t.quad .L2\n", GCC },
	{ ".L9-8(,%rdx,8)", "\t.quad .L1\n\t.quad .L2\n", GCC },
	{ ".L9(%r8,%rdx,8)", "\t.quad .L1\n\t.quad .L2\n", GCC },
	{ ".L9(,%rdx,4)", "\t.quad .L1\n\t.quad .L2\n", GCC },
	{ "%rdx", "\t.quad .L1\n\t.quad .L2\n", GCC },
};

START_TEST(liveness_through_no_table)
{
	char text[512];

	snprintf(text, sizeof(text), "%s" TABLE_JUMP("%s", "%s"),
	    no_table[_i].by, no_table[_i].operand, no_table[_i].table);
	ck_assert_int_eq(load(text), 0);
	ck_assert(live_before(insn(0, 0)) & RBIT(R_9));
}
END_TEST

/* Hand-written code may jump anywhere it has an address of. */
START_TEST(numeric_labels_by_address)
{
	ck_assert_int_eq(load("\t.text\nf:\tnop\n1:\tincl %ecx\n"
			      "\tleaq 1b(%rip), %rax\n\tjmp *%rax\n"),
	    0);
	ck_assert_uint_eq(u.nblock, 2);
	ck_assert(u.blocks[1].address_taken);
	ck_assert(u.blocks[1].loop_head);
}
END_TEST

/* What is called is a function, whatever its label looks like. */
START_TEST(local_functions)
{
	ck_assert_int_eq(load("\t.text\nf:\tcall .Lg\n\tcall 1f\n\tret\n"
			      "\tnop\n.Lg:\tnop\n1:\tret\n"),
	    0);
	ck_assert_uint_eq(u.nblock, 6);
	ck_assert(!u.blocks[3].fn_head);
	ck_assert(u.blocks[4].fn_head); /* .Lg */
	ck_assert(u.blocks[5].fn_head); /* 1 */
}
END_TEST

START_TEST(debug_labels_do_not_split)
{
	ck_assert_int_eq(
	    load(GCC "f:\n\tincl %ecx\n.LVL7:\n\tret\n"
		     "\t.section .debug_loc,\"\",@progbits\n\t.quad .LVL7\n"),
	    0);
	ck_assert_uint_eq(u.nblock, 1);
}
END_TEST

START_TEST(liveness_of_registers)
{
	ck_assert_int_eq(
	    load(GCC "f:\n\tmovq (%rdi), %rcx\n\tleaq 1(%rcx), %rax\n\tret\n"),
	    0);
	ck_assert(live_before(insn(0, 0)) & RBIT(R_DI));
	ck_assert(!(live_before(insn(0, 0)) & RBIT(R_CX)));
	ck_assert(!(live_before(insn(0, 1)) & RBIT(R_DI)));
	ck_assert(live_before(insn(0, 1)) & RBIT(R_BX)); /* callee's */
	ck_assert(live_before(insn(0, 2)) & RBIT(R_AX));
}
END_TEST

START_TEST(liveness_of_flags)
{
	ck_assert_int_eq(
	    load(GCC "f:\n\tcmpl $1, %edi\n\tmovl (%rsi), %eax\n\tjl .L2\n"
		     "\tje .L2\n\tincl %eax\n.L2:\n\tret\n"),
	    0);
	ck_assert(live_before(insn(0, 1)) & RS_FLAGS);
	ck_assert(u.blocks[1].live_in & RS_FLAGS); /* for je */
	ck_assert(!(u.blocks[0].live_in & RS_FLAGS));
}
END_TEST

/*
 * An instruction that may leave flags as they are needs them only for what
 * reads them behind it; a rotation through the carry needs them itself.
 */
static const struct {
	const char *insn, *next;
	bool live;
} passing[] = {
	{ "incl %ecx", "addl $1, %ecx", false },
	{ "incl %ecx", "adcl $1, %ecx", true },
	{ "shll %cl, %edx", "addl $1, %ecx", false },
	{ "shll %cl, %edx", "setc %al", true },
	{ "shll $32, %edx", "leal 1(%rdx), %edx", false },
	{ "roll $1, %edx", "leal 1(%rdx), %edx", false },
	{ "roll $1, %edx", "sete %al", true },
	{ "btl $5, %edx", "addl $1, %ecx", false },
	{ "rcll $1, %edx", "addl $1, %ecx", true },
	{ "rcrl %cl, %edx", "leal 1(%rdx), %edx", true },
};

START_TEST(flags_that_pass)
{
	char text[256];

	snprintf(text, sizeof(text),
	    GCC "f:\n\tmovl (%%rsi), %%eax\n\t%s\n\t%s\n\tret\n",
	    passing[_i].insn, passing[_i].next);
	ck_assert_int_eq(load(text), 0);
	ck_assert_int_eq((live_before(insn(0, 0)) & RS_FLAGS) != 0,
	    passing[_i].live);
}
END_TEST

START_TEST(handwritten_code_keeps_everything)
{
	ck_assert_int_eq(load("\t.text\nf:\n\tmovl (%rdi), %eax\n"
			      "\tcall g\n\tret\n"),
	    0);
	ck_assert(live_before(insn(0, 0)) & RBIT(R_11));
	ck_assert(live_before(insn(0, 0)) & RS_FLAGS);
}
END_TEST

/*
 * What a call could take as arguments is not alive because it could: between two
 * calls the first one's leftovers are dead, what it returns and what was written
 * since is not; from a function's entry, what may be an argument of its own is not.
 */
#define ARGS                                                             \
	(RBIT(R_DI) | RBIT(R_SI) | RBIT(R_DX) | RBIT(R_CX) | RBIT(R_8) | \
	    RBIT(R_9))

START_TEST(leftovers_of_calls_are_dead)
{
	ck_assert_int_eq(
	    load(GCC "f:\n\tmovl (%rbx), %ebp\n\tcall g\n"
		     "\tmovl (%rbx), %edi\n\tmovl 4(%rbx), %ebp\n\tjle .L3\n"
		     "\tmovl $1, %esi\n\tjmp .L2\n.L3:\n\tnop\n"
		     ".L2:\n\tmovl 8(%rbx), %ebp\n\tcall g\n\tret\n"),
	    0);
	ck_assert_uint_eq(live_before(insn(0, 0)) &
		~(RBIT(R_SP) | RBIT(R_BX) | RBIT(R_BP) | RBIT(R_12) |
		    RBIT(R_13) | RBIT(R_14) | RBIT(R_15)),
	    ARGS);
	ck_assert_uint_eq(live_before(insn(1, 0)) & (ARGS | RBIT(R_AX)),
	    RBIT(R_DX) | RBIT(R_AX));
	ck_assert(!(live_before(insn(1, 0)) & RS_FLAGS));
	ck_assert_uint_eq(live_before(insn(1, 1)) & (ARGS | RBIT(R_10)),
	    RBIT(R_DX) | RBIT(R_DI));
	/* One way to .L2 has written %esi. */
	ck_assert_uint_eq(live_before(insn(4, 0)) & ARGS,
	    RBIT(R_DX) | RBIT(R_DI) | RBIT(R_SI));
}
END_TEST

/* A static chain comes in %r10, as the name may tell; and so may anything behind a
 * label that is no function's. */
START_TEST(what_is_no_leftover)
{
	const char *code = ":\n\tmovl (%rbx), %ebp\n\tcall g.1\n\tret\n";
	char text[256];

	for (int nested = 0; nested <= 1; nested++) {
		snprintf(text, sizeof(text), GCC "%s%s", nested ? "f.0" : "f",
		    code);
		ck_assert_int_eq(load(text), 0);
		ck_assert_int_eq((live_before(insn(0, 0)) & RBIT(R_10)) != 0,
		    nested);
	}
	ck_assert_int_eq(load(GCC "f:\n\tcall g\n\tjmp *(%rbx)\n"
				  ".L3:\n\taddl %r11d, %ebp\n\tcall g\n\tret\n"
				  "\t.section .rodata\n\t.quad .L3\n"),
	    0);
	ck_assert_uint_eq(live_before(insn(2, 0)) & (ARGS | RBIT(R_11)),
	    ARGS | RBIT(R_11));
	ck_assert_int_eq(load(GCC "f:\n#APP\n\tcall g\n#NO_APP\n"
				  "\tmovl (%rbx), %ebp\n\tcall g\n\tret\n"),
	    0);
	ck_assert_uint_eq(live_before(insn(1, 0)) & ARGS, ARGS);
}
END_TEST

START_TEST(frames_that_escape)
{
	ck_assert_int_eq(
	    load(GCC
		"a:\n\tsubq $24, %rsp\n\tmovl %edi, 8(%rsp)\n"
		"\taddq $24, %rsp\n\tret\n"
		"b:\n\tsubq $24, %rsp\n\tleaq 8(%rsp), %rdi\n\tcall g\n"
		"\taddq $24, %rsp\n\tret\n"
		"c:\n\tpushq %rbp\n\tmovq %rsp, %rbp\n\tmovl %edi, -4(%rbp)\n"
		"\tpopq %rbp\n\tret\n"
		"d:\n\tpushq %rbp\n\tmovq %rsp, %rbp\n\tleaq -8(%rbp), %rdi\n"
		"\tcall g\n\tleave\n\tret\n"
		"e:\n\tpushq %rbp\n\tmovq %rdi, %rbp\n\tmovq (%rbp), %rax\n"
		"\tpopq %rbp\n\tret\n"
		"h:\n\tmovq %rsp, %rdi\n\tcall g\n\tret\n"
		"k:\n\taddq %rsp, %rdi\n\tcall g\n\tret\n"),
	    0);
	ck_assert_uint_eq(u.nfunc, 7);
	ck_assert(!u.funcs[0].frame_escapes);
	ck_assert(u.funcs[1].frame_escapes);
	ck_assert(!u.funcs[2].frame_escapes && u.funcs[2].rbp_frame);
	ck_assert(u.funcs[3].frame_escapes);
	ck_assert(!u.funcs[4].rbp_frame && !u.funcs[4].frame_escapes);
	ck_assert(u.funcs[5].frame_escapes);
	ck_assert(u.funcs[6].frame_escapes);
}
END_TEST

START_TEST(chase_depends_on_itself)
{
	ck_assert_int_eq(
	    load(GCC "f:\n.L2:\n\tmovq (%rax), %rax\n\tdecl %ecx\n\tjne .L2\n"
		     "\tret\n"),
	    0);
	ck_assert_int_eq(insn(0, 0)->loadhash, 0);
	ck_assert(insn(0, 0)->depmask & 1);
	/* used by itself one iteration, three instructions, later */
	ck_assert_uint_eq(insn(0, 0)->slack, 30);
}
END_TEST

START_TEST(array_walk_is_independent)
{
	ck_assert_int_eq(
	    load(GCC "f:\n\txorl %eax, %eax\n"
		     ".L2:\n\tmovq (%rdi), %rdx\n\tmovq 64(%rdi), %rsi\n"
		     "\taddq %rdx, %rax\n\taddq %rsi, %rax\n\taddq $128, %rdi\n"
		     "\tdecl %ecx\n\tjne .L2\n\tret\n"),
	    0);
	ck_assert_uint_eq(insn(1, 0)->depmask & 3, 0);
	ck_assert_uint_eq(insn(1, 1)->depmask & 3, 0);
	ck_assert(insn(1, 0)->depmask >> 63); /* argument */
	ck_assert_uint_eq(insn(1, 0)->slack, 20);
	ck_assert_uint_eq(insn(1, 1)->slack, 20);
}
END_TEST

START_TEST(second_level_depends_on_first)
{
	ck_assert_int_eq(
	    load(GCC "f:\n\tmovq (%rdi), %rdx\n\tmovq 8(%rdi), %rcx\n"
		     "\tleaq 4(%rdx), %rsi\n\tmovl (%rsi,%rcx,4), %eax\n"
		     "\tmovl (%rax), %eax\n\tret\n"),
	    0);
	ck_assert_uint_eq(insn(0, 3)->depmask, 3);
	/* the last load of the chain stands for those before it */
	ck_assert_uint_eq(insn(0, 4)->depmask, 1 << 2);
}
END_TEST

START_TEST(unused_value_ends_with_the_window)
{
	char text[4096] = GCC "f:\n\tmovl (%rdi), %eax\n";

	for (int i = 0; i < 40; i++)
		strcat(text, "\taddl $1, %ecx\n");
	strcat(text, "\taddl %eax, %ecx\n\tret\n");
	ck_assert_int_eq(load(text), 0);
	ck_assert_uint_eq(insn(0, 0)->slack, 320);
}
END_TEST

START_TEST(longest_path_resets_at_polls)
{
	const struct block *at;
	bool recursion;

	ck_assert_int_eq(load(GCC "f:\n\tincl %eax\n\tje .L3\n\tincl %eax\n"
				  ".L2:\n\tincl %ecx\n\tincl %ecx\n\tjne .L2\n"
				  ".L3:\n\tret\n"),
	    0);
	/* head 2 + 1 = 3 instructions to .L2; 3 + ret = 4 from .L2 on */
	ck_assert_uint_eq(longest_path(&u, &at, &recursion), 40);
	ck_assert_str_eq(at->fn->name, "f");
	ck_assert(!recursion);
}
END_TEST

/* What a function does behind its last poll comes before what follows its
 * call: 3 in g (nop, nop, ret) + 1 in h (ret) + 2 in f (nop, ret). */
START_TEST(longest_path_through_returns)
{
	const struct block *at;
	bool recursion;

	ck_assert_int_eq(load(GCC "f:\n\tcall h\n\tnop\n\tret\n"
				  "h:\n\tcall g\n\tret\n"
				  "g:\n\tnop\n\tnop\n\tret\n"),
	    0);
	ck_assert_uint_eq(longest_path(&u, &at, &recursion), 60);
	ck_assert_str_eq(at->fn->name, "f");
	ck_assert(!recursion);
}
END_TEST

START_TEST(longest_path_of_recursion)
{
	const struct block *at;
	bool recursion;

	ck_assert_int_eq(load(GCC "f:\n\tdecl %edi\n\tje .L1\n\tcall f\n"
				  "\tnop\n.L1:\n\tret\n"),
	    0);
	(void)longest_path(&u, &at, &recursion);
	ck_assert(recursion);
}
END_TEST

static const char *const refused[] = {
	"\t.text\nf:\n\tmovq %r14, %rax\n\tret\n",
	"\t.text\nf:\n\tmovl (%rax,%r14), %eax\n\tret\n",
	"\t.text\nf:\n\tpopq 8(%rsp)\n\tret\n",
	"\t.text\nf:\n\t.byte 0x90\n\tret\n",
	"\t.text\nf:\n\tjmp .Lnowhere\n",
	"\t.text\nf:\n\tjnz 1b\n",
	"\t.text\nf:\n\tmovups (%rax), %xmm0\n\tret\n",
	"\t.text\nf:\n\tmovl %fs:0, %eax\n\tret\n",
	"\t.text\nf:\n\tfrobnicate %eax\n\tret\n",
};

START_TEST(refusals)
{
	char buf[512] = "";
	FILE *f = fmemopen(buf, sizeof(buf) - 1, "w");

	diag_stream(f);
	ck_assert_int_ne(load(refused[_i]), 0);
	diag_stream(NULL);
	fclose(f);
	ck_assert_msg(strncmp(buf, "t.s:3: ", 7) == 0, "no place in: %s", buf);
	ck_assert_ptr_nonnull(strstr(buf, "error: "));
	ck_assert_ptr_nonnull(strchr(buf, ';'));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("annotate-flow");
	TCase *t = tcase_create("flow");
	SRunner *sr;
	int failed;

	tcase_add_test(t, blocks_and_edges);
	tcase_add_test(t, numeric_labels);
	tcase_add_test(t, jump_table_is_polled);
	tcase_add_test(t, liveness_through_a_jump_table);
	tcase_add_loop_test(t, liveness_through_no_table, 0,
	    sizeof(no_table) / sizeof(no_table[0]));
	tcase_add_test(t, numeric_labels_by_address);
	tcase_add_test(t, local_functions);
	tcase_add_test(t, debug_labels_do_not_split);
	tcase_add_test(t, liveness_of_registers);
	tcase_add_test(t, liveness_of_flags);
	tcase_add_loop_test(t, flags_that_pass, 0,
	    sizeof(passing) / sizeof(passing[0]));
	tcase_add_test(t, handwritten_code_keeps_everything);
	tcase_add_test(t, leftovers_of_calls_are_dead);
	tcase_add_test(t, what_is_no_leftover);
	tcase_add_test(t, frames_that_escape);
	tcase_add_test(t, chase_depends_on_itself);
	tcase_add_test(t, array_walk_is_independent);
	tcase_add_test(t, second_level_depends_on_first);
	tcase_add_test(t, unused_value_ends_with_the_window);
	tcase_add_test(t, longest_path_resets_at_polls);
	tcase_add_test(t, longest_path_through_returns);
	tcase_add_test(t, longest_path_of_recursion);
	tcase_add_loop_test(t, refusals, 0,
	    sizeof(refused) / sizeof(refused[0]));
	suite_add_tcase(s, t);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? 0 : 1;
}
