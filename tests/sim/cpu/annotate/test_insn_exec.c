/*
 * test_insn_exec.c: what the decoder says of an instruction against what the
 * host's processor does.
 *
 * Every form of insn_forms.h is assembled into a function of its own which
 * loads all registers and flags, runs the instruction once and stores them
 * again.  From many random states:
 *
 *	- what changes is in `wr', or inside a memory access that writes
 *	- a register or flag outside `use' has no influence on anything else,
 *	  nor has memory outside the accesses that read
 *	- what an access of kind write covers is wholly overwritten, and the
 *	  last byte of one that reads matters
 *
 * The twins give the checker wrong sets and sizes, which it must reject.
 */
#include <check.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cpu/annotate/annotate.h"
#include "cpu/annotate/diag.h"
#include "cpu/annotate/xalloc.h"
#include "sim/cpu/annotate/insn_forms.h"
#include "sim/cpu/annotate/insn_state.h"

#define TRIALS 64
#define SEED   88172645463325252u

/* The functions and what they load and store. */
static struct insn *insns[NFORMS];
static void (*fns[NFORMS])(void);
static uint64_t *regs_in, *regs_out; /* struct state up to `taken' */
static char why[256];

/* ---- making the functions ------------------------------------------- */

static void
emit_form(FILE *f, size_t nr)
{
	static const char saved[][5] = { "%rbx", "%rbp", "%r12", "%r13", "%r14",
		"%r15" };
	int r;

	fprintf(f, "\t.globl t%zu\nt%zu:\n", nr, nr);
	for (r = 0; r < 6; r++)
		fprintf(f, "\tpush %s\n", saved[r]);
	fprintf(f, "\tmov %%rsp, sp0(%%rip)\n");
	fprintf(f, "\tpushq in0+128(%%rip)\n\tpopfq\n");
	for (r = 0; r < 16; r++)
		fprintf(f, "\tmovq in0+%d(%%rip), %s\n", 8 * r, reg_name(r, 8));
	fprintf(f, "\t%s\n", insns[nr]->text);
	fprintf(f,
	    "\tmovq $0, out0+136(%%rip)\n\tjmp 2f\n"
	    "1:\tmovq $1, out0+136(%%rip)\n2:\n");
	for (r = 0; r < 16; r++)
		fprintf(f, "\tmovq %s, out0+%d(%%rip)\n", reg_name(r, 8),
		    8 * r);
	fprintf(f, "\tmov sp0(%%rip), %%rsp\n");
	fprintf(f, "\tpushfq\n\tpopq out0+128(%%rip)\n\tcld\n");
	for (r = 5; r >= 0; r--)
		fprintf(f, "\tpop %s\n", saved[r]);
	fprintf(f, "\tret\n");
}

static void *
symbol(void *lib, const char *name)
{
	void *p = dlsym(lib, name);

	ck_assert_msg(p != NULL, "%s", name);
	return p;
}

static void
load_library(const char *path)
{
	void *lib = dlopen(path, RTLD_NOW);
	size_t i;
	char name[24];

	ck_assert_msg(lib != NULL, "%s", dlerror());
	regs_in = symbol(lib, "st_in");
	regs_out = symbol(lib, "st_out");
	for (i = 0; i < NFORMS; i++) {
		snprintf(name, sizeof name, "t%zu", i);
		*(void **)&fns[i] = symbol(lib, name);
	}
}

/* Parse, assemble and load all forms; once per process. */
static void
setup(void)
{
	char dir[] = "/tmp/insn_exec.XXXXXX", cmd[256], path[64];
	FILE *f;
	size_t i;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/t.s", dir);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	fprintf(f,
	    "\t.globl st_in, st_out\n\t.bss\n"
	    "st_in:\nin0:\t.skip 144\nst_out:\nout0:\t.skip 144\n"
	    "sp0:\t.skip 8\n\t.text\n");
	for (i = 0; i < NFORMS; i++) {
		struct unit u = { 0 };

		ck_assert_msg(parse_buffer(&u, "form", forms[i].text,
				  strlen(forms[i].text)) == 0 &&
			u.nstmt == 1,
		    "%s", forms[i].text);
		insns[i] = u.stmts[0].insn;
		emit_form(f, i);
	}
	ck_assert_int_eq(fclose(f), 0);
	snprintf(cmd, sizeof cmd,
	    "cd %s && gcc-12 -shared -nostdlib -o t.so t.s", dir);
	ck_assert_int_eq(system(cmd), 0);
	snprintf(path, sizeof path, "%s/t.so", dir);
	load_library(path);
	snprintf(cmd, sizeof cmd, "rm -r %s", dir);
	ck_assert_int_eq(system(cmd), 0);
}

static struct state
run(size_t nr, const struct state *in)
{
	struct state out;

	memcpy(arena, in->mem, MEM);
	memcpy(regs_in, in, 144);
	fns[nr]();
	memcpy(&out, regs_out, 144);
	memcpy(out.mem, arena, MEM);
	return out;
}

/* ---- checks --------------------------------------------------------- */

static uint64_t
defined_flags(const char *undefined)
{
	static const char names[] = "cpazso";
	static const uint64_t bits[] = { 1, 4, 0x10, 0x40, 0x80, 0x800 };
	uint64_t f = ARITH | DF;

	for (; *undefined != '\0'; undefined++)
		f &= ~bits[strchr(names, *undefined) - names];
	return f;
}

static bool
complain(const char *what, const char *reg)
{
	snprintf(why, sizeof why, "%s %s", what, reg);
	return false;
}

/* Everything that changed was announced. */
static bool
check_writes(const struct insn *in, const struct state *a,
    const struct state *b, const struct ranges *rs)
{
	size_t i;
	int r;

	for (r = 0; r < 16; r++)
		if (a->gpr[r] != b->gpr[r] && !(in->wr & RBIT(r)))
			return complain("not in wr:", reg_name(r, 8));
	if (((a->flags ^ b->flags) & (ARITH | DF)) && !(in->wr & RS_FLAGS))
		return complain("not in wr:", "flags");
	for (i = 0; i < MEM; i++)
		if (a->mem[i] != b->mem[i] && !range_at(rs, i, false, true))
			return complain("wrote outside", "accesses");
	if ((in->def & ~in->wr) != 0)
		return complain("def is not", "inside wr");
	return true;
}

/*
 * The outcomes b and d of two runs, from a and from c, which differ in what
 * should not matter (`skip' registers): are they equal?
 */
static bool
same_outcome(const struct insn *in, const struct state *b,
    const struct state *d, regset_t skip, uint64_t flags)
{
	int r;

	for (r = 0; r < 16; r++)
		if (b->gpr[r] != d->gpr[r] &&
		    !((skip & RBIT(r)) && !(in->wr & RBIT(r))))
			return false;
	if (((b->flags ^ d->flags) & flags) &&
	    !((skip & RS_FLAGS) && !(in->wr & RS_FLAGS)))
		return false;
	return b->taken == d->taken;
}

/* No register outside `use' has any influence. */
static bool
check_uses(size_t nr, const struct insn *in, const struct state *a,
    const struct state *b, uint64_t flags)
{
	int r;

	for (r = 0; r <= R_FLAGS; r++) {
		struct state c = *a, d;

		if ((in->use & RBIT(r)) || r == R_SP)
			continue;
		if (r == R_FLAGS)
			c.flags ^= rnd() & ARITH;
		else
			c.gpr[r] ^= rnd();
		d = run(nr, &c);
		if (!same_outcome(in, b, &d, RBIT(r), flags) ||
		    memcmp(b->mem, d.mem, MEM) != 0)
			return complain("not in use:",
			    r == R_FLAGS ? "flags" : reg_name(r, 8));
	}
	return true;
}

/*
 * No memory has any influence but that of accesses that read; and what is
 * written comes out the same whatever was there before.
 */
static bool
check_memory(size_t nr, const struct insn *in, const struct state *a,
    const struct state *b, const struct ranges *rs, uint64_t flags)
{
	struct state c = *a, d;
	size_t i;

	for (i = 0; i < MEM; i++)
		if (!range_at(rs, i, true, false))
			c.mem[i] ^= (uint8_t)rnd();
	d = run(nr, &c);
	if (!same_outcome(in, b, &d, 0, flags))
		return complain("depends on memory", "outside accesses");
	for (i = 0; i < MEM; i++) {
		bool inside = range_at(rs, i, true, true) != NULL;
		bool stops = strchr("ac", in->str_op) != NULL &&
		    in->str_op != '\0';

		if (d.mem[i] != (inside ? b->mem[i] : c.mem[i]) && !stops)
			return complain("an access is longer than", "written");
	}
	return true;
}

/* Does the last byte read matter?  Even changes keep a divisor from 0. */
static bool
last_byte_matters(size_t nr, const struct insn *in, const struct state *a,
    const struct state *b, const struct ranges *rs, uint64_t flags)
{
	struct state c = *a, d;
	size_t j;
	int i;

	for (i = 0; i < rs->n; i++)
		if (rs->r[i].rd && rs->r[i].n != 0)
			c.mem[rs->r[i].off + rs->r[i].n - 1] ^= 0xfe;
	d = run(nr, &c);
	for (j = 0; j < MEM; j++)
		if (b->mem[j] != d.mem[j] && range_at(rs, j, false, true))
			return true;
	return !same_outcome(in, b, &d, 0, flags);
}

/* Is what `in' says true of form nr?  False and a reason in why. */
static bool
check_form(size_t nr, const struct insn *in)
{
	uint64_t flags = defined_flags(forms[nr].undefined);
	bool reads = false, matters = false;
	int t, i;

	rnd_state = SEED;
	for (t = 0; t < TRIALS; t++) {
		struct state a = random_state(insns[nr]), b = run(nr, &a);
		struct ranges rs = find_ranges(in, &a);

		if (!check_writes(in, &a, &b, &rs) ||
		    !check_uses(nr, in, &a, &b, flags) ||
		    !check_memory(nr, in, &a, &b, &rs, flags))
			return false;
		for (i = 0; i < rs.n; i++)
			reads |= rs.r[i].rd && rs.r[i].n != 0;
		matters |= last_byte_matters(nr, in, &a, &b, &rs, flags);
	}
	if (reads && !matters)
		return complain("the last byte of an access", "is not read");
	return true;
}

START_TEST(all_forms)
{
	size_t i;
	int bad = 0;

	for (i = 0; i < NFORMS; i++)
		if (!check_form(i, insns[i])) {
			printf("%s: %s\n", forms[i].text, why);
			bad++;
		}
	ck_assert_int_eq(bad, 0);
}
END_TEST

/* ---- twins ---------------------------------------------------------- */

static size_t
find_form(const char *text)
{
	size_t i;

	for (i = 0; i < NFORMS; i++)
		if (strcmp(forms[i].text, text) == 0)
			return i;
	ck_abort_msg("no form %s", text);
}

/* Sets with one register too few. */
START_TEST(twin_sets)
{
	static const struct {
		const char *text;
		regset_t use, wr; /* taken away */
	} cases[] = {
		{ "mulq %rbx", RBIT(R_AX), 0 },
		{ "mulq %rbx", 0, RBIT(R_DX) },
		{ "adcl (%rdi), %eax", RS_FLAGS, 0 },
		{ "incl %eax", RS_FLAGS, 0 },
		{ "incl %eax", 0, RS_FLAGS },
		{ "movw %bx, %ax", RBIT(R_AX), 0 },
		{ "shll %cl, %eax", RS_FLAGS, 0 },
		{ "cmpxchgl %ebx, %ecx", 0, RBIT(R_AX) },
		{ "bsfl %ebx, %eax", RBIT(R_AX), 0 },
		{ "rep lodsl", RBIT(R_AX), 0 },
		{ "repz cmpsb", RS_FLAGS, 0 },
		{ "jne 1f", RS_FLAGS, 0 },
		{ "jrcxz 1f", RBIT(R_CX), 0 },
		{ "btl $5, %eax", RS_FLAGS, 0 },
	};
	size_t i, nr;

	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct insn in;

		nr = find_form(cases[i].text);
		in = *insns[nr];
		ck_assert_msg((in.use & cases[i].use) == cases[i].use &&
			(in.wr & cases[i].wr) == cases[i].wr,
		    "%s", cases[i].text);
		in.use &= ~cases[i].use;
		in.wr &= ~cases[i].wr;
		in.def &= ~cases[i].wr;
		ck_assert_msg(!check_form(nr, &in), "%s", cases[i].text);
	}
}
END_TEST

/* Accesses of a wrong size, kind or place. */
START_TEST(twin_accesses)
{
	static const struct {
		const char *text;
		int size;
		enum access kind;
	} cases[] = {
		{ "movl %eax, (%rdi,%rbx,8)", 8, ACC_WRITE },
		{ "movl %eax, (%rdi,%rbx,8)", 2, ACC_WRITE },
		{ "movl %eax, (%rdi,%rbx,8)", 4, ACC_READ },
		{ "movzwl (%rdi), %eax", 4, ACC_READ },
		{ "movzwl (%rdi), %eax", 1, ACC_READ },
		{ "addl $1, 4(%rdi)", 4, ACC_WRITE },
		{ "addl $1, 4(%rdi)", 4, ACC_READ },
		{ "cmpl %eax, (%rdi)", 8, ACC_READ },
		{ "lock cmpxchg16b (%r8)", 8, ACC_RMW },
	};
	struct insn in;
	size_t i, nr;

	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		nr = find_form(cases[i].text);
		in = *insns[nr];
		in.mem[0].size = cases[i].size;
		in.mem[0].kind = cases[i].kind;
		ck_assert_msg(!check_form(nr, &in), "%s %d %d", cases[i].text,
		    cases[i].size, (int)cases[i].kind);
	}
	nr = find_form("btsl %eax, (%rdi)");
	in = *insns[nr];
	in.mem[0].bitstring = false;
	ck_assert(!check_form(nr, &in));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("annotate-insn-exec");
	TCase *t = tcase_create("exec");
	SRunner *sr;
	int failed;

	if (!__builtin_cpu_supports("sse4.2") ||
	    !__builtin_cpu_supports("movbe")) {
		printf("this processor lacks crc32 or movbe\n");
		return 77;
	}
	tcase_add_unchecked_fixture(t, setup, NULL);
	tcase_set_timeout(t, 300);
	tcase_add_test(t, all_forms);
	tcase_add_test(t, twin_sets);
	tcase_add_test(t, twin_accesses);
	suite_add_tcase(s, t);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
