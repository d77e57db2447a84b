/*
 * test_cost_cache.c: what llvm-mca is asked about, and how its answers are
 * kept.
 */
#include <sys/stat.h>

#include "sim/cpu/annotate/cost_fixture.h"

/* ---- asking ------------------------------------------------------------ */

/* One of each instruction that insn_table.c knows. */
static const char *const known[] = {
	/* clang-format off */
	"movb %al,%cl", "movw $1,%ax", "movl x,%eax", "movq $-1,(%rdi)",
	"mov %rax,8(%rdi,%rcx,2)", "movq %gs:8,%rax", "movabsq $1<<40,%rax",
	"movabs x,%eax", "movl $sym+4,%eax", "movq x(%rip),%rax",
	"movzbl %ah,%eax", "movzwl x,%eax", "movsbq (%rdi),%rax",
	"movswl %ax,%eax", "movslq %eax,%rax", "movsxd %eax,%rax",
	"movzx %al,%eax", "movsx %ax,%rax", "movzb %al,%eax",
	"movbel (%rdi),%eax", "movbeq %rax,(%rdi)", "cmovnae %eax,%ecx",
	"cmovgq (%rdi),%rax", "sete %al", "setnbe (%rdi)", "xchgl %eax,%ecx",
	"bswap %rax", "leaw (%rdi),%ax", "lea 4(%rdi,%rsi,8),%rax",
	"addl $1,x", "orb %al,(%rdi)", "adcq (%rdi),%rax", "sbbl $0,%eax",
	"andw $1,%ax", "subq %rax,%rcx", "xorl %eax,%eax", "cmpb $1,(%rdi)",
	"testl %eax,%eax", "testq $1,(%rdi)", "incl (%rdi)", "dec %rax",
	"negl %eax", "notq (%rdi)", "mulb %cl", "mulq (%rdi)", "imull %ecx",
	"imulq %rax,%rcx", "imul $5,%rax", "imull $5,(%rdi),%eax",
	"divb %cl", "divw %cx", "divl (%rdi)", "idivq %rcx", "xaddl %eax,%ecx",
	"xaddl %eax,(%rdi)", "cmpxchgl %ecx,(%rdi)", "cmpxchg8b (%rdi)",
	"cmpxchg16b (%rdi)", "shll %eax", "salq $2,%rax", "shrl %cl,(%rdi)",
	"sarw $1,%ax", "shldl %cl,%ecx,%eax", "shrd $1,%rcx,(%rdi)",
	"shldl %ecx,%eax", "shrdq %rcx,(%rdi)", "roll %eax", "ror $1,%rax",
	"rcll %eax", "rcr %cl,%eax", "btl $1,%eax", "btq %rax,(%rdi)",
	"btsl $1,(%rdi)", "btr %rax,%rcx", "btcw $1,%ax", "bsf %eax,%ecx",
	"rep bsf %eax,%ecx", "bsrq (%rdi),%rax",
	 "popcntl (%rdi),%eax", "crc32b %al,%ecx",
	"crc32q (%rdi),%rax", "cbtw", "cbw", "cwtl", "cwde", "cltq", "cdqe",
	"cwtd", "cwd", "cltd", "cdq", "cqto", "cqo", "lahf", "sahf", "stc",
	"clc", "cmc", "cld", "std", "push %rax", "pushq $x", "pushq (%rdi)",
	"pop %rax", "popq (%rdi)", "leave", "call g", "call *%rax",
	"call *8(%rdi)", "jmp .L1", "jmp g", "jmp *x(,%rax,8)", "ret",
	"rep ret", "jne .L1", "jnae .L1", "jpo .L1", "loop .L1", "loope .L1",
	"loopz .L1", "loopne .L1", "loopnz .L1", "jrcxz .L1", "jecxz .L1",
	"ud2", "int3", "nop", "nopw 8(%rax,%rax,1)", "nopl %eax", "endbr64",
	"prefetcht0 (%rdi)", "prefetcht1 x", "prefetcht2 (%rdi)",
	"prefetchnta (%rdi)", "prefetchw (%rdi)", "pause", "rep nop", "mfence",
	"lfence", "sfence", "movsb", "rep movsq", "stosl", "rep stosb",
	"lodsw", "scasb", "repne scasb", "cmpsb", "repe cmpsb",
	"lock addl $1,(%rdi)", "lock cmpxchgq %rcx,(%rdi)",
	"lock cmpxchg16b (%rdi)", "xchgq %rax,(%rdi)", "lock btsl $1,(%rdi)",
	"cli", "sti", "hlt", "monitor", "mwait", "rdtsc", "rdtscp", "cpuid",
	"rdmsr", "wrmsr", "inb %dx,%al", "outl %eax,$64", "pushfq", "popfq",
	"iretq", "swapgs", "wrgsbase %rax", "rdgsbase %rax", "mov %rax,%cr3",
	"mov %cr2,%rax", "invlpg (%rdi)", "wbinvd", "lgdt (%rdi)",
	"lidt (%rdi)", "ltr %ax",
	/* clang-format on */
};

START_TEST(every_instruction_has_a_cost)
{
	const size_t n = sizeof(known) / sizeof(known[0]);
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	fprintf(f, ".L1:\n");
	for (size_t i = 0; i < n; i++)
		fprintf(f, "f%zu:\n\t%s\n", i, known[i]);
	fprintf(f, "f:\tret\n");
	fclose(f);
	price(text);
	free(text);
	ck_assert_uint_eq(u.nblock, n + 1);
	for (size_t i = 0; i < n; i++) {
		const struct block *b = &u.blocks[i];

		if (b->insns[0]->cls == IC_TRAP)
			continue;
		ck_assert_msg(b->cost >= 5, "%s", known[i]);
		ck_assert_msg(b->cost <= 1500, "%s", known[i]);
	}
}
END_TEST

/* ---- the cache --------------------------------------------------------- */

static const char sample[] =
    "f:\n\tmovq sym+8(%rip),%rax\n\taddq $123456,%rax\n"
    "\tadcl $0,%ecx\n\tjne .L2\n\tcall g\n.L1:\n\timulq %rax,%rax\n"
    "\tsubl $1,%ecx\n\tjne .L1\n.L2:\n\tlock addl $1,x(%rdi)\n\tret\n";
static const char renamed[] =
    "g:\n\tmovq other+16(%rip),%rax\n\taddq $1,%rax\n"
    "\tadcl $7,%ecx\n\tjne .L20\n\tcall h\n.L7:\n\timulq %rax,%rax\n"
    "\tsubl $2,%ecx\n\tjne .L7\n.L20:\n\tlock addl $1,y(%rdi)\n\tret\n";

/* Everything that cost_compute() says of the unit, as text. */
static char *
result(void)
{
	char *s = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&s, &n);

	for (size_t i = 0; i < u.nblock; i++) {
		const struct block *b = &u.blocks[i];

		fprintf(f, "%u %s\n", b->cost, b->cost_src);
		for (size_t j = 0; j < b->ninsn; j++)
			fprintf(f, " %u %u\n", b->insns[j]->issue,
			    b->insns[j]->after);
	}
	fclose(f);
	ck_assert_uint_gt(n, 20);
	return s;
}

static char *
slurp(const char *name, size_t *n)
{
	char *s = calloc(1, 1 << 16);
	FILE *f = fopen(name, "r");

	ck_assert_ptr_nonnull(f);
	*n = fread(s, 1, 1 << 16, f);
	fclose(f);
	return s;
}

static void
spew(const char *name, const char *s, size_t n)
{
	FILE *f = fopen(name, "w");

	ck_assert_uint_eq(fwrite(s, 1, n, f), n);
	fclose(f);
}

static bool
said(const char *what)
{
	fflush(sink);
	return strstr(messages, what) != NULL;
}

/* With all answers in a cache llvm-mca is not run, and nothing changes. */
START_TEST(hit_equals_miss)
{
	struct cost_opts miss = { .local = path("cache") };
	struct cost_opts hit = { .committed = path("cache"),
		.local = path("cache2"),
		.mca = "no-such-program" };
	char *a, *b, *first, *later;
	size_t na, nb;

	ck_assert_int_eq(cost(sample, &miss), 0);
	first = result();
	ck_assert_int_eq(cost(sample, &hit), 0);
	later = result();
	ck_assert_str_eq(later, first);
	free(later);
	a = slurp(path("cache"), &na);
	b = slurp(path("cache2"), &nb);
	ck_assert_uint_eq(na, nb);
	ck_assert_mem_eq(a, b, na);

	/* Names and numbers do not matter. */
	ck_assert_int_eq(cost(renamed, &hit), 0);
	later = result();
	ck_assert_str_eq(later, first);
	free(later);
	free(first);
	free(a);
	free(b);
}
END_TEST

/*
 * Change each byte of a cache: it must be refused, not believed.  Of the committed
 * one only lines that are asked for are looked at.
 */
START_TEST(damage_is_refused)
{
	static const char text[] =
	    "f:\n\taddl $1,%eax\n\tje .L1\n\tnop\n.L1:\n\tret\n";
	const char *name = path("cache");
	struct cost_opts o = { .local = name };
	struct cost_opts read = { .committed = name, .mca = "no-such-program" };
	char *s;
	size_t n;

	ck_assert_int_eq(cost(text, &o), 0);
	ck_assert_int_eq(cost(text, &read), 0);
	s = slurp(name, &n);
	for (size_t i = 0; i < n; i++) {
		int before = diag_errors();

		s[i] ^= 1;
		spew(name, s, n);
		s[i] ^= 1;
		ck_assert_msg(cost("f:\n\tret\n", &o) != 0, "byte %zu", i);
		ck_assert_int_eq(diag_errors(), before + 1);
		ck_assert_msg(cost(text, &read) != 0, "byte %zu", i);
	}
	ck_assert(said(xasprintf("%s:2: error: no valid cache", name)));
	ck_assert(said("delete a file that the build made"));
	for (size_t i = 1; i < n; i++) { /* cut off inside a line */
		spew(name, s, i);
		ck_assert_int_eq(cost("f:\n\tret\n", &o) == 0,
		    s[i - 1] == '\n');
		spew(name, s, n);
	}
	free(s);
}
END_TEST

START_TEST(order_and_model_are_checked)
{
	const char *name = path("cache");
	struct cost_opts o = { .committed = name };
	char *s, *a, *b, *swapped;
	size_t n;

	ck_assert_int_ne(cost(sample, &o), 0); /* no such file */
	ck_assert(said("cannot read"));
	o.local = name;
	o.committed = NULL;
	ck_assert_int_eq(cost(sample, &o), 0);
	s = slurp(name, &n);
	a = strchr(s, '\n') + 1;
	b = strchr(a, '\n') + 1;
	swapped = xasprintf("%.*s%.*s%.*s", (int)(a - s), s,
	    (int)strcspn(b, "\n") + 1, b, (int)(b - a), a);
	spew(name, swapped, strlen(swapped));
	ck_assert_int_ne(cost(sample, &o), 0);
	ck_assert(said("keys are not in order"));
	*strstr(s, "14.0") = '2';
	spew(name, s, n);
	ck_assert_int_ne(cost(sample, &o), 0);
	ck_assert(said("llvm-mca 14.0.6"));
	free(s);
}
END_TEST

START_TEST(llvm_mca_is_missing)
{
	struct cost_opts o = { .mca = "no-such-program" };

	ck_assert_int_ne(cost(sample, &o), 0);
	ck_assert(said("t.s: error: cannot run no-such-program"));
	ck_assert(said("install the package llvm-14"));
}
END_TEST

START_TEST(llvm_mca_is_another)
{
	static const char script[] =
	    "#!/bin/sh\necho 'Debian LLVM version 15.0.6'\n";
	struct cost_opts o = { .mca = path("mca"), .local = path("cache") };

	spew(o.mca, script, strlen(script));
	ck_assert_int_eq(chmod(o.mca, 0700), 0);
	ck_assert_int_ne(cost(sample, &o), 0);
	ck_assert(said("need LLVM version 14.0.6"));
	ck_assert(said("found version 15.0.6"));
	ck_assert_int_ne(access(o.local, F_OK), 0);
}
END_TEST

/* An instruction that llvm-mca refuses is named with its line. */
START_TEST(unknown_to_llvm_mca)
{
	struct cost_opts o = { 0 };

	load("f:\n\tnop\n\taddl $1,%eax\n\tret\n");
	u.blocks[0].insns[1]->mn = "addle";
	ck_assert_int_ne(cost_compute(&u, &o), 0);
	ck_assert(said("t.s:3: error: llvm-mca-14 does not know 'addl"));
}
END_TEST

START_TEST(explanation)
{
	char *s = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&s, &n);

	price("f:\n\tmovl $1,%eax\n\tmfence\n\tret\n");
	cost_explain(f, &u.blocks[0]);
	fclose(f);
	ck_assert_ptr_nonnull(strstr(s, "f block 0: 14.5 cycles, mca+table"));
	ck_assert_ptr_nonnull(strstr(s, "1.0    13.5  mfence  # alone 13.5"));
	free(s);
}
END_TEST

int
main(void)
{
	const TTest *const tests[] = { every_instruction_has_a_cost,
		hit_equals_miss, damage_is_refused, order_and_model_are_checked,
		llvm_mca_is_missing, llvm_mca_is_another, unknown_to_llvm_mca,
		explanation, NULL };

	return run_tests("annotate-cost-cache", tests);
}
