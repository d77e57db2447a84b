/*
 * test_cost.c: block costs against the hardware notes and against llvm-mca.
 *
 * Times in the comments are core cycles.
 */
#include "sim/cpu/annotate/cost_fixture.h"

/* ---- every figure of the notes ------------------------------------- */

/*
 * One row of facts/c2758.md sections 3 and 5: instructions, repeated in a
 * loop, and the cycles that each of them takes.  Rows named "x lat" depend
 * on each other, "x thr" do not.
 */
struct row {
	const char *name;
	double low, high;
	const char *code; /* instructions between semicolons */
};

/* clang-format off */
static const struct row rows[] = {
	{ "alu lat", 1, 1, "addl %eax,%eax" },
	{ "alu thr", 0.5, 0.5, "addl $1,%eax;addl $1,%ecx;addl $1,%edx;addl $1,%ebx" },
	{ "mov thr", 0.5, 0.5, "movl %esi,%eax;movl %esi,%ecx;movl $1,%edx" },
	{ "test thr", 0.5, 0.5, "testl %eax,%eax;testl %ecx,%ecx" },
	{ "nop thr", 0.5, 0.5, "nop" },
	{ "inc lat", 1, 1, "incl %eax" },
	{ "inc thr", 1, 1, "incl %eax;decl %ecx;incl %edx;decq %rbx" },
	{ "shl imm lat", 1, 1, "shll $3,%eax" },
	{ "shl imm thr", 1, 1, "shll $3,%eax;shrl $3,%edx;sarq $3,%rbx;roll $3,%esi" },
	{ "shl cl lat", 1, 1, "shll %cl,%eax" },
	{ "shl cl thr", 1, 1, "shll %cl,%eax;shrl %cl,%edx;shlq %cl,%rbx" },
	{ "lea2 lat", 1, 1, "leaq (%rax,%rcx,4),%rax" },
	{ "lea2 thr", 1, 1, "leaq (%rdi,%rsi,4),%rax;leaq (%rdi,%rsi),%rcx" },
	{ "lea3 lat", 2, 2, "leaq 4(%rax,%rcx,4),%rax" },
	{ "lea3 thr", 1, 1, "leaq 4(%rdi,%rsi,4),%rax;leaq 8(%rdi,%rsi),%rcx;leaq 1(%rdi,%rdi),%rdx" },
	{ "lea16 lat", 4, 4, "leaw (%rax),%ax" },
	{ "lea16 thr", 4, 4, "leaw (%rdi),%ax;leaw (%rdi),%cx;leaw (%rdi),%dx" },
	{ "cmov lat", 2, 2, "cmovel %ecx,%eax" },
	{ "cmov thr", 1, 1, "cmovel %esi,%eax;cmovel %esi,%ecx;cmovel %esi,%edx" },
	{ "movzx lat", 1, 1, "movzwl %ax,%eax" },
	{ "movzx thr", 1, 1, "movzbl %sil,%eax;movzwl %si,%ecx;movzbl %dil,%edx" },
	{ "movzx16 lat", 4, 4, "movzbw %al,%ax" },
	{ "movzx16 thr", 4, 4, "movzbw %sil,%ax;movzbw %sil,%cx;movzbw %sil,%dx" },
	{ "setcc thr", 1, 1, "sete %al;setne %cl;setb %dl" },
	{ "adc lat", 2, 2, "adcl %eax,%eax" },
	{ "adc thr", 2, 2, "adcl %esi,%eax;adcl %esi,%ecx;sbbl %esi,%edx" },
	{ "imul32 lat", 3, 3, "imull %eax,%eax" },
	{ "imul32 thr", 1, 1, "imull %esi,%eax;imull %esi,%ecx;imull %esi,%edx;imull %esi,%ebx" },
	{ "imul64 lat", 5, 5, "imulq %rax,%rax" },
	{ "imul64 thr", 2, 2, "imulq %rsi,%rax;imulq %rsi,%rcx;imulq %rsi,%rdx" },
	{ "imul16 lat", 4, 4, "imulw %ax,%ax" },
	{ "imul16 thr", 4, 4, "imulw %si,%ax;imulw %si,%cx" },
	{ "mul32 lat", 5, 5, "mull %eax" },
	{ "mul64 lat", 7, 7, "mulq %rax" },
	{ "div32", 19, 38, "divl %ecx" },
	{ "idiv32", 30, 47, "idivl %ecx" },
	{ "div64", 25, 95, "divq %rcx" },
	{ "idiv64", 47, 109, "idivq %rcx" },
	{ "bswap lat", 1, 1, "bswapl %eax" },
	{ "bt thr", 1, 1, "btl $3,%eax;btl $4,%ecx" },
	{ "bsf lat", 10, 10, "bsfl %eax,%eax" },
	{ "bsr thr", 10, 10, "bsrq %rsi,%rax;bsrq %rdi,%rcx" },
	{ "popcnt lat", 3, 3, "popcntl %eax,%eax" },
	{ "popcnt thr", 1, 1, "popcntl %esi,%eax;popcntl %esi,%ecx" },
	{ "crc32 lat", 3, 3, "crc32l %eax,%eax" },
	{ "crc32 thr", 1, 1, "crc32l %esi,%eax;crc32l %esi,%ecx;crc32l %esi,%edx;crc32l %esi,%ebx" },
	{ "shld32 lat", 2, 2, "shldl $3,%ecx,%eax" },
	{ "shld32 thr", 2, 2, "shldl $3,%esi,%eax;shldl $3,%esi,%edx" },
	{ "shrd64 lat", 10, 10, "shrdq $3,%rcx,%rax" },
	{ "shld64 thr", 10, 10, "shldq $3,%rsi,%rax;shldq $3,%rsi,%rdx" },
	{ "shld16 lat", 10, 10, "shldw $3,%cx,%ax" },
	{ "shld cl lat", 4, 4, "shldl %cl,%edx,%eax" },
	{ "shld cl thr", 4, 4, "shldl %cl,%esi,%eax;shldl %cl,%esi,%edx" },
	{ "load lat", 3, 3, "movq (%rax),%rax" },
	{ "load thr", 1, 1, "movq (%rsi),%rax;movl 8(%rsi),%ecx" },
	{ "load16 lat", 4, 4, "movw (%rax),%ax" },
	{ "load16 thr", 1, 1, "movw (%rsi),%ax;movw 8(%rsi),%cx" },
	{ "movzx load lat", 4, 4, "movzwl (%rax),%eax" },
	{ "store thr", 1, 1, "movq %rax,(%rsi);movl %eax,8(%rsi)" },
	{ "movbe lat", 4, 4, "movbeq (%rax),%rax" },
	{ "movbe thr", 1, 1, "movbel (%rsi),%eax;movbel (%rsi),%ecx" },
	{ "alu load lat", 4, 4, "addq (%rax),%rax" },
	{ "alu load thr", 1, 1, "addq (%rsi),%rax;addq (%rsi),%rcx" },
	{ "add memory", 5.4, 5.9, "addl $1,(%rsi)" },
	{ "push thr", 1.17, 1.17, "pushq %rax;pushq %rcx" },
	{ "pop thr", 1, 1, "popq %rax;popq %rcx" },
	/* 5.8 for the pair */
	{ "push pop", 2.9, 2.9, "pushq %rax;popq %rax" },
	/* 5 for the pair */
	{ "store load 8", 2.5, 2.5, "movb %al,(%rsi);movb (%rsi),%al" },
	{ "xchg lat", 5, 5, "xchgl %eax,%ecx" },
	{ "xchg thr", 5, 5, "xchgl %eax,%ecx;xchgl %edx,%ebx" },
	{ "xadd lat", 5, 5, "xaddl %eax,%ecx" },
	{ "cmpxchg lat", 6, 6, "cmpxchgl %ecx,%edx" },
	{ "cmpxchg8b", 14, 14, "cmpxchg8b (%rdi)" },
	{ "cmpxchg16b", 18, 24, "cmpxchg16b (%rdi)" },
	{ "pushf", 29, 29, "pushfq" },
	{ "pushf popf", 36, 36, "pushfq;popfq" },	/* 72 for the pair */
	{ "cld", 7, 7, "cld" },
	{ "std", 35, 35, "std" },
	{ "lods", 5, 5, "lodsq" },
	{ "stos", 4, 4, "stosl" },
	{ "movs", 6, 6, "movsb" },
	{ "lock add", 10.5, 10.5, "lock addl $1,(%rsi)" },
	{ "lock cmpxchg", 11, 14, "lock cmpxchgl %ecx,(%rsi)" },
	{ "lock xadd", 10, 18, "lock xaddl %eax,(%rsi)" },
	{ "xchg memory", 10, 10.4, "xchgl %eax,(%rsi)" },
	{ "sfence", 6.5, 6.5, "sfence" },
	{ "lfence", 8, 8, "lfence" },
	{ "mfence", 13, 14, "mfence" },
	{ "pause", 24, 24, "pause" },
	{ "rdtsc", 30, 30, "rdtsc" },
	{ "cpuid", 81, 130, "cpuid" },
	{ "cli", 10, 25, "cli" },
	{ "sti", 10, 25, "sti" },
	{ "rdmsr", 60, 150, "rdmsr" },
	{ "wrmsr", 60, 150, "wrmsr" },
	{ "invlpg", 100, 200, "invlpg (%rsi)" },
	{ "monitor", 50, 100, "monitor" },
	{ "iretq", 80, 250, "iretq" },
};
/* clang-format on */
#define NROW (sizeof(rows) / sizeof(rows[0]))

/* Instructions of a row in its loop, so that the loop's jump is little. */
#define UNROLL 48

static int
put_row(FILE *f, size_t i)
{
	int n = 0;

	fprintf(f, "f%zu:\n.L%zu:\n", i, i);
	while (n < UNROLL)
		for (const char *p = rows[i].code; *p != '\0'; n++) {
			size_t len = strcspn(p, ";");

			fprintf(f, "\t%.*s\n", (int)len, p);
			p += len + (p[len] == ';');
		}
	fprintf(f, "\tjmp .L%zu\n", i);
	return n;
}

/* Cycles per instruction of each row under the table `rules'. */
static void
price_rows(const struct cost_rule *rules, double *cyc)
{
	struct cost_opts o = { .local = path("cache"), .rules = rules };
	char *text = NULL;
	size_t len = 0;
	int n[NROW];
	FILE *f = open_memstream(&text, &len);

	for (size_t i = 0; i < NROW; i++)
		n[i] = put_row(f, i);
	fclose(f);
	ck_assert_msg(cost(text, &o) == 0, "%s", messages);
	ck_assert_uint_eq(u.nfunc, NROW);
	for (size_t i = 0; i < NROW; i++) {
		cyc[i] = 0;
		for (size_t k = 0; k < u.funcs[i].nblocks; k++)
			cyc[i] += u.funcs[i].blocks[k]->cost / 10.0 / n[i];
	}
	free(text);
}

/* Rows more than 5 % outside of what was measured, the last one's name. */
static int
wrong_rows(const double *cyc, const char **name)
{
	int wrong = 0;

	for (size_t i = 0; i < NROW; i++)
		if (cyc[i] < rows[i].low * 0.95 ||
		    cyc[i] > rows[i].high * 1.05) {
			wrong++;
			*name = rows[i].name;
		}
	return wrong;
}

/* Locks and the like would not be asked about without a row. */
static const struct cost_rule model_only[] = {
	{ "*", IC_LOCK, 0, CK_EXTRA, 0, 0, "" },
	{ "*", IC_FENCE, 0, CK_EXTRA, 0, 0, "" },
	{ "*", IC_PAUSE, 0, CK_EXTRA, 0, 0, "" },
	{ "*", IC_PRIV, 0, CK_EXTRA, 0, 0, "" },
	{ "*", IC_STRING, 0, CK_EXTRA, 0, 0, "" },
	{ NULL, IC_PLAIN, 0, CK_MODEL, 0, 0, NULL },
};

START_TEST(measured_rows)
{
	double model[NROW], table[NROW];
	const char *name = "";

	price_rows(model_only, model);
	price_rows(NULL, table);
	if (getenv("COST_ROWS") != NULL)
		for (size_t i = 0; i < NROW; i++)
			printf("%-16s %6.2f..%-6.2f model %6.2f table %6.2f"
			       "%s\n",
			    rows[i].name, rows[i].low, rows[i].high, model[i],
			    table[i],
			    table[i] < rows[i].low * .95 ||
				    table[i] > rows[i].high * 1.05
				? " WRONG"
				: "");
	ck_assert_msg(wrong_rows(table, &name) == 0, "row %s", name);
	/* The twin: without the table the model is caught. */
	ck_assert_int_gt(wrong_rows(model, &name), 20);
}
END_TEST

/* ---- rows of the table against the rows of the notes ---------------- */

/*
 * Make each row of the table wrong in turn, by half: a measured figure that
 * is wrong must be noticed above.  Estimates may have room for it, and what
 * only fills in for the simulator is not in the notes.
 */
START_TEST(wrong_figures_are_noticed)
{
	struct cost_rule bad[128];
	double cyc[NROW];
	const char *name = "";
	size_t n = 0, noticed = 0;

	while (cost_rules[n].names != NULL)
		n++;
	ck_assert_uint_lt(n, 128);
	memcpy(bad, cost_rules, (n + 1) * sizeof(bad[0]));
	for (size_t i = 0; i < n; i++) {
		if (strncmp(bad[i].source, "[M]", 3) != 0)
			continue;
		bad[i].lat_clk += bad[i].lat_clk / 2;
		bad[i].thr_clk += bad[i].thr_clk / 2;
		price_rows(bad, cyc);
		ck_assert_msg(wrong_rows(cyc, &name) > 0, "%s, %s",
		    bad[i].names, bad[i].source);
		bad[i] = cost_rules[i];
		noticed++;
	}
	ck_assert_uint_ge(noticed, 30);
}
END_TEST

/* ---- llvm-mca's own totals ------------------------------------------ */

/* n times the lines, between a function head and its end. */
static const char *
repeat(const char *head, const char *lines, int n, const char *tail)
{
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	fprintf(f, "%s", head);
	while (n-- > 0)
		fprintf(f, "%s", lines);
	fprintf(f, "%s", tail);
	fclose(f);
	head = xstrndup(text, len);
	free(text);
	return head;
}

/* The first block's cost in cycles. */
static double
first_cost(const char *text, const struct cost_rule *rules)
{
	struct cost_opts o = { .rules = rules };

	ck_assert_msg(cost(text, &o) == 0, "%s", messages);
	return u.blocks[0].cost / 10.0;
}

/* "Total Cycles" of llvm-mca's report about `lines', run `iterations' times. */
static double
mca_total(const char *lines, int iterations)
{
	const char *in = path("cache"), *cmd;
	char line[256];
	double total = 0;
	FILE *f = fopen(in, "w");

	fputs(lines, f);
	fclose(f);
	cmd = xasprintf("llvm-mca-14 -mtriple=x86_64 -mcpu=slm -iterations=%d "
			"%s",
	    iterations, in);
	f = popen(cmd, "r");
	while (fgets(line, sizeof(line), f) != NULL)
		sscanf(line, "Total Cycles: %lf", &total);
	ck_assert_int_eq(pclose(f), 0);
	ck_assert(total > 0);
	return total;
}

/* 20 instructions without a row in the table, dependent and not. */
static const char mixed[] =
    "\taddq %rax,%rcx\n\timulq %rcx,%rdx\n\tmovq (%rdi),%rbx\n"
    "\tleaq (%rax,%rcx,2),%rax\n\txorq %rbx,%rcx\n\tshlq $3,%rdx\n"
    "\tsubq $7,%rax\n\tmovq %rax,64(%rdi)\n\tandq $4095,%rcx\n"
    "\torq %rdx,%rbx\n\tmovslq %ebx,%rbx\n\taddq 8(%rdi),%rdx\n"
    "\tmovq %rdx,72(%rdi)\n\tnegq %rcx\n\tleaq (%rax,%rbx),%rax\n"
    "\tsarq $1,%rdx\n\timulq $5,%rbx,%rbx\n\tmovq 16(%rdi),%rcx\n"
    "\txorq %rax,%rbx\n\tcmpq %rdx,%rcx\n";

/*
 * A block of 200 instructions in front of a fence (13.5) takes what llvm-mca
 * says in total, less 3: it counts the cycle of the first dispatch, the one
 * from there to the first issue, and the last one's retirement.
 *
 * Dependent additions take 200 by counting: one each.  Independent ones take
 * 100: two each.  Where code follows that need not wait, 8 of the latency are
 * hidden: 200 - 8.
 */
START_TEST(block_of_200)
{
	const char *fence = "\tmfence\n\tret\n";
	const char *block = repeat("", mixed, 10, "");
	double total = mca_total(block, 1) - 3;
	struct cost_rule slow[] = {
		{ "imul", IC_PLAIN, 0, CK_MODEL, 120, 0, "" },
		{ "*", IC_FENCE, 0, CK_SERIAL, 135, 0, "" },
		{ NULL, IC_PLAIN, 0, CK_MODEL, 0, 0, NULL },
	};

	ck_assert_double_eq_tol(first_cost(repeat("f:\n", "\taddl $1,%eax\n",
					       200, fence),
				    NULL),
	    200 + 13.5, 0.01);
	ck_assert_double_eq_tol(
	    first_cost(repeat("f:\n",
			   "\taddl $1,%eax\n\taddl $1,%ecx\n\taddl $1,%edx\n"
			   "\taddl $1,%ebx\n",
			   50, fence),
		NULL),
	    100 + 13.5, 0.01);
	ck_assert_double_eq_tol(first_cost(repeat("f:\n", "\taddl $1,%eax\n",
					       200, "\thlt\n"),
				    NULL),
	    200 + 1, 0.01);
	ck_assert_double_eq_tol(first_cost(repeat("f:\n", "\taddl $1,%eax\n",
					       200, ".L1:\n\tjmp .L1\n"),
				    NULL),
	    200 - 8, 0.01);

	ck_assert(total > 100); /* or the check would be an easy one */
	ck_assert_double_eq_tol(first_cost(repeat("f:\n", block, 1, fence),
				    NULL),
	    total + 13.5, 0.01);
	/* The twin: a wrong figure shows. */
	ck_assert(first_cost(repeat("f:\n", block, 1, fence), slow) >
	    total + 13.5 + 5);
}
END_TEST

/*
 * The same block as the body of a loop: llvm-mca's total of 100 iterations
 * less that of 50 is 50 iterations without start and end.
 */
START_TEST(loop_of_200)
{
	const char *block = repeat("", mixed, 10, "\tjne .L1\n");
	double steady = (mca_total(block, 100) - mca_total(block, 50)) / 50;
	double c = first_cost(repeat(".L1:\n", block, 1, "\tret\n"), NULL);

	ck_assert_double_eq_tol(c / steady, 1, 0.005);
}
END_TEST

/* ---- loops ----------------------------------------------------------- */

static uint32_t
sum_costs(size_t from, size_t to)
{
	uint32_t sum = 0;

	while (from < to)
		sum += u.blocks[from++].cost;
	return sum;
}

/*
 * A chain through a multiplication (5) runs round a loop of two blocks.  As
 * straight code the first costs 3 (the multiplication holds its unit for 2,
 * the jump needs the same), the second 1: 4 together, and 5 in the loop.
 */
#define LOOP_TOP "\timulq %rax,%rax\n\tcmpq %rcx,%rdx\n\tje .L9\n"
#define LOOP_END "\tsubl $1,%esi\n\tjne .L1\n"
#define LOOP_OUT ".L9:\n\tret\n"

START_TEST(chain_round_a_loop)
{
	price("f:\n\tnop\n.L1:\n" LOOP_TOP LOOP_END LOOP_OUT);
	ck_assert_uint_eq(sum_costs(1, 3), 50);
	ck_assert_str_eq(u.blocks[1].cost_src, "mca loop");

	/* Entered in the middle, as compilers like to. */
	price("f:\n\tjmp .L2\n.L1:\n" LOOP_TOP ".L2:\n" LOOP_END LOOP_OUT);
	ck_assert_uint_eq(sum_costs(1, 3), 50);

	/* With two ways round: the third block (a jump, 1) lies on neither
	 * but is stretched as the others, from 4 to 5. */
	price("f:\n\tnop\n.L1:\n\timulq %rax,%rax\n\tcmpq %rcx,%rdx\n"
	      "\tje .L3\n.L2:\n" LOOP_END "\tret\n.L3:\n\tjmp .L2\n");
	ck_assert_uint_eq(sum_costs(1, 3), 50);
	ck_assert_uint_eq(u.blocks[4].cost, 13); /* 12.5 */
}
END_TEST

/* Code that is no loop, or one that a call interrupts, is straight. */
START_TEST(chain_without_a_loop)
{
	price("f:\n" LOOP_TOP "\tsubl $1,%esi\n\tjne .L9\n\tnop\n" LOOP_OUT);
	ck_assert_uint_eq(sum_costs(0, 2), 40);
	price("f:\n\tnop\n.L1:\n\tcall g\n" LOOP_TOP LOOP_END LOOP_OUT);
	ck_assert_uint_eq(sum_costs(2, 4), 40);
	ck_assert_str_eq(u.blocks[2].cost_src, "mca");
}
END_TEST

/* Only the inner of two loops is one: the outer's blocks are straight. */
START_TEST(nested_loops)
{
	price("f:\n\tnop\n.L2:\n\timulq %rbx,%rbx\n.L1:\n" LOOP_TOP LOOP_END
	      "\tsubl $1,%edi\n\tjne .L2\n" LOOP_OUT);
	ck_assert_uint_eq(u.blocks[1].cost, 20);
	ck_assert_uint_eq(sum_costs(2, 4), 50);
	ck_assert_uint_eq(u.blocks[4].cost, 10);
}
END_TEST

/* ---- a path through many blocks --------------------------------------- */

/*
 * A function that looks up records: for each it takes one of two branches,
 * walks a list of LINKS links (an inner loop, 3 cycles a link) and adds up.
 * FROM says which list: that of a key of the record, or one named by the end
 * of the list before.
 */
#define LOOKUP(FROM)                                                \
	"f:\n\tpushq %rbx\n\tmovq %rdi,%rbx\n\txorl %eax,%eax\n"    \
	".L1:\tmovl " FROM ",%ecx\n\tmovl %ecx,%edx\n"              \
	"\tshrl $4,%edx\n\tandl $63,%edx\n\tcmpl $7,%ecx\n"         \
	"\tje .L3\n"                                                \
	"\tmovq table(,%rdx,8),%rdi\n\taddq $16,%rbx\n"             \
	"\tmovl $16,%r8d\n\tjmp .L4\n"                              \
	".L3:\tmovq other(,%rdx,8),%rdi\n\tleaq (%rbx,%rcx),%rbx\n" \
	"\tmovl $16,%r8d\n"                                         \
	".L4:\tmovq (%rdi),%rdi\n\tsubl $1,%r8d\n\tjne .L4\n"       \
	"\taddl 16(%rdi),%eax\n\tmovl %eax,24(%rbx)\n"              \
	"\tcmpq %rbx,%rsi\n\tjne .L1\n"                             \
	"\tpopq %rbx\n\tret\n"
#define LINKS 16

/* Blocks of a record of each kind; 0 ends, 4 is the inner loop. */
static const int way[] = { 1, 2, 4, 5, 1, 3, 4, 5, 0 };

static uint32_t
put_block(FILE *f, const struct block *b)
{
	for (size_t j = 0; j < b->ninsn; j++)
		fprintf(f, "%s\n", cost_text(b->insns[j]));
	return b->cost;
}

/*
 * Go through 40 records: the blocks' costs, in proportion to what llvm-mca
 * says of their instructions as one stretch.
 */
static double
blocks_to_whole(const char *code)
{
	char *text = NULL;
	size_t len = 0;
	uint32_t sum = 0;
	double total;
	FILE *f = open_memstream(&text, &len);

	price(code);
	for (int k = 0; k < 20; k++)
		for (const int *w = way; *w != 0; w++)
			for (int n = *w == 4 ? LINKS : 1; n > 0; n--)
				sum += put_block(f, &u.blocks[*w]);
	fclose(f);
	total = mca_total(text, 1) - 3;
	free(text);
	return sum / 10.0 / total;
}

/*
 * Where a walk begins with what the one before found, as it mostly does, a
 * record takes 48 for the walk and 9 for what leads to the next: two loads
 * and three operations.  The blocks beside the walk cost their throughput, 6
 * or 7, since 8 of a latency count as hidden: 54 of 57.
 *
 * Where it does not, the core begins a walk while up to 32 instructions of
 * the one before wait in the reorder buffer, and saves up to 16 of 54 or so.
 * The blocks do not know.
 */
START_TEST(path_of_blocks)
{
	double dependent = blocks_to_whole(LOOKUP("16(%rdi)"));
	double independent = blocks_to_whole(LOOKUP("8(%rbx)"));

	ck_assert(dependent > 0.92 && dependent < 1);
	ck_assert(independent > 1 && independent < 54. / (54 - 16));
}
END_TEST

/* ---- issue times ------------------------------------------------------ */

/*
 * One memory operation per cycle: the loads issue at 0 and 1, the addition
 * when its load is there, at 3.  The return loads too, so the block costs 3.
 */
START_TEST(issue_and_after)
{
	static const uint32_t issue[] = { 0, 30, 10 }, after[] = { 30, 0, 20 };

	price("f:\n\tmovq (%rdi),%rax\n\taddq %rax,%rbx\n"
	      "\tmovq (%rsi),%rcx\n\tret\n");
	ck_assert_uint_eq(u.blocks[0].cost, 30);
	for (size_t i = 0; i < 3; i++) {
		ck_assert_uint_eq(u.blocks[0].insns[i]->issue, issue[i]);
		ck_assert_uint_eq(u.blocks[0].insns[i]->after, after[i]);
	}
}
END_TEST

/* A fence waits for the load (3), and has the rest of the block for itself. */
START_TEST(serial_issue)
{
	price("f:\n\tmovq (%rdi),%rax\n\tlfence\n\tret\n");
	ck_assert_uint_eq(u.blocks[0].cost, 30 + 80);
	ck_assert_uint_eq(u.blocks[0].insns[0]->after, 110);
	ck_assert_uint_eq(u.blocks[0].insns[1]->issue, 30);
	ck_assert_uint_eq(u.blocks[0].insns[1]->after, 80);
	ck_assert_str_eq(u.blocks[0].cost_src, "mca+table");
}
END_TEST

/* A store and a load of another place, or of an address since changed. */
START_TEST(forwarding_needs_the_same_place)
{
	static const char *const far[] = {
		"\tmovq %rax,(%rsi)\n\tmovq 8(%rsi),%rax\n",
		"\tmovq %rax,(%rsi)\n\tmovq (%rdi),%rax\n",
		"\tmovq %rax,(%rsi)\n\taddq $8,%rsi\n"
		"\tmovq (%rsi),%rax\n",
		"\tpushq %rax\n\tmovq 8(%rsp),%rax\n\tpopq %rcx\n",
	};
	static const char *const near[] = {
		"\tmovq %rax,(%rsi)\n\tmovq (%rsi),%rax\n",
		"\tmovq %rax,sym(,%rdi,8)\n\tmovq sym(,%rdi,8),%rax\n",
		"\tpushq %rax\n\tmovq (%rsp),%rax\n\tpopq %rcx\n",
		"\tmovq %rax,8(%rsp)\n\tpushq %rcx\n"
		"\tmovq 16(%rsp),%rax\n\tpopq %rcx\n",
	};

	for (size_t i = 0; i < 4; i++) {
		const char *t = repeat(".L1:\n", far[i], 8, "\tjmp .L1\n");

		ck_assert_double_le(first_cost(t, NULL), 8 * 4.5);
		t = repeat(".L1:\n", near[i], 8, "\tjmp .L1\n");
		ck_assert_double_ge(first_cost(t, NULL), 8 * 5.5);
	}
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = { measured_rows, wrong_figures_are_noticed,
		block_of_200, loop_of_200, chain_round_a_loop,
		chain_without_a_loop, nested_loops, path_of_blocks,
		issue_and_after, serial_issue, forwarding_needs_the_same_place,
		NULL };

	return run_tests("annotate-cost", tests);
}
