/*
 * test_insn.c: decoded instructions against tables written by hand.
 *
 * test_insn_exec.c finds sets that are too small; this one also finds sets
 * that are too big, and has what cannot be run: calls, privileged
 * instructions, %gs, errors.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/annotate/annotate.h"
#include "cpu/annotate/diag.h"
#include "cpu/annotate/xalloc.h"

static struct unit u;

/* Parse one line; the first instruction in it, or NULL after an error. */
static struct insn *
decode(const char *text)
{
	size_t i;

	memset(&u, 0, sizeof u);
	if (parse_buffer(&u, "t.s", text, strlen(text)) != 0)
		return NULL;
	for (i = 0; i < u.nstmt; i++)
		if (u.stmts[i].type == ST_INSN)
			return u.stmts[i].insn;
	return NULL;
}

/* "ax cx 8 f": registers of a set in the order of enum reg. */
static const char *
set_text(regset_t set)
{
	static const char names[][3] = { "ax", "cx", "dx", "bx", "sp", "bp",
		"si", "di", "8", "9", "10", "11", "12", "13", "14", "15", "f" };
	const char *s = "";
	int r;

	for (r = 0; r <= R_FLAGS; r++)
		if (set & RBIT(r))
			s = xasprintf("%s%s%s", s, *s != '\0' ? " " : "",
			    names[r]);
	ck_assert_uint_eq(set & ~RS_ALL, 0);
	return s;
}

static const char *
access_text(const char *name, const struct memacc *m)
{
	return xasprintf(" %s%c%d%s", name,
	    m->kind == ACC_READ        ? 'r'
		: m->kind == ACC_WRITE ? 'w'
				       : 'm',
	    m->size, m->bitstring ? "bits" : "");
}

/* "lock m4" "call *r8 stackw8": class unless plain, then the accesses. */
static const char *
other_text(const struct insn *in)
{
	static const char *const classes[] = { [IC_PLAIN] = "",
		[IC_JCC] = " jcc",
		[IC_JMP] = " jmp",
		[IC_TAIL] = " tail",
		[IC_IJMP] = " ijmp",
		[IC_CALL] = " call",
		[IC_ICALL] = " icall",
		[IC_RET] = " ret",
		[IC_LOCK] = " lock",
		[IC_STRING] = " string",
		[IC_PAUSE] = " pause",
		[IC_FENCE] = " fence",
		[IC_PRIV] = " priv",
		[IC_TRAP] = " trap" };
	const char *s = classes[in->cls];
	int i;

	if (in->cls == IC_STRING)
		s = xasprintf("%s %c%d", s, in->str_op, in->str_size);
	if (in->cls == IC_PRIV)
		s = xasprintf("%s %d", s, (int)in->priv);
	for (i = 0; i < in->nmem; i++)
		s = xasprintf("%s%s", s, access_text("", &in->mem[i]));
	if (in->impl.kind != ACC_NONE)
		s = xasprintf("%s%s", s, access_text("stack", &in->impl));
	return *s == ' ' ? s + 1 : s;
}

#define ARGS      "ax cx dx si di 8 9"
#define CALLER    "ax cx dx si di 8 9 10 11 f"
#define RETURNED  "ax dx bx sp bp 12 13 14 15"
#define TAILCALL  "ax cx dx bx sp bp si di 8 9 12 13 14 15"
#define TAILCALLF TAILCALL " f"
#define ALL_GPR   "ax cx dx bx sp bp si di 8 9 10 11 12 13 14 15"

/* clang-format off */
static const struct {
	const char *text, *use, *def, *part, *other;
} cases[] = {
	/* part: written, but not wholly or not always */
	{ "movl %eax, %ebx", "ax", "bx", "", "" },
	{ "movw %ax, %bx", "ax bx", "", "bx", "" },
	{ "movb %ah, %dl", "ax dx", "", "dx", "" },
	{ "movq (%rdi,%rcx,8), %rax", "cx di", "ax", "", "r8" },
	{ "movb %al, 5(%rsp)", "ax sp", "", "", "w1" },
	{ "movl $1, foo(%rip)", "", "", "", "w4" },
	{ "mov foo, %eax", "", "ax", "", "r4" },
	{ "movabsq $foo, %r15", "", "15", "", "" },
	{ "movzbl (%rdi), %edi", "di", "di", "", "r1" },
	{ "movzbw %cl, %dx", "cx dx", "", "dx", "" },
	{ "movslq 4(%r8), %r9", "8", "9", "", "r4" },
	{ "movsbl %al, %eax", "ax", "ax", "", "" },
	{ "movsb %al, %ecx", "ax", "cx", "", "" },
	{ "movbe (%rdi), %rax", "di", "ax", "", "r8" },
	{ "movbel %eax, (%rdi)", "ax di", "", "", "w4" },
	{ "cmovne %eax, %ebx", "ax bx f", "bx", "", "" },
	{ "cmovll (%rdi), %ebx", "bx di f", "bx", "", "r4" },
	{ "sete %al", "ax f", "", "ax", "" },
	{ "setb (%rdi)", "di f", "", "", "w1" },
	{ "xchgl %eax, %ebx", "ax bx", "ax bx", "", "" },
	{ "xchgl %eax, (%rdi)", "ax di", "ax", "", "lock m4" },
	{ "xchgb (%rdi), %al", "ax di", "", "ax", "lock m1" },
	{ "bswap %rax", "ax", "ax", "", "" },
	{ "lea 8(%rdi,%rcx), %rax", "cx di", "ax", "", "" },
	{ "leaw 8(%rdi), %ax", "ax di", "", "ax", "" },
	{ "addl %eax, %ebx", "ax bx", "bx f", "", "" },
	{ "addw %ax, (%rdi,%rcx,8)", "ax cx di", "f", "", "m2" },
	{ "lock addl $0, (%rsp)", "sp", "f", "", "lock m4" },
	{ "lock; incl (%rdi)", "di f", "", "f", "lock m4" },
	{ "adcq $0, %rdx", "dx f", "dx f", "", "" },
	{ "sbbl %eax, %eax", "ax f", "ax f", "", "" },
	{ "xorl %eax, %eax", "", "ax f", "", "" },
	{ "subq %r8, %r8", "", "8 f", "", "" },
	{ "xorw %ax, %ax", "ax", "f", "ax", "" },
	{ "xorb %ah, %al", "ax", "f", "ax", "" },
	{ "xorl (%rdi), %edi", "di", "di f", "", "r4" },
	{ "andl $0, %eax", "ax", "ax f", "", "" },
	{ "cmpl %eax, (%rdi)", "ax di", "f", "", "r4" },
	{ "cmpb $0, foo(%rip)", "", "f", "", "r1" },
	{ "testl %eax, %eax", "ax", "f", "", "" },
	{ "testb $4, (%rdi)", "di", "f", "", "r1" },
	{ "incl %eax", "ax f", "ax", "f", "" },
	{ "decw (%rdi)", "di f", "", "f", "m2" },
	{ "negl %eax", "ax", "ax f", "", "" },
	{ "notq (%rdi)", "di", "", "", "m8" },
	{ "mull %ecx", "ax cx", "ax dx f", "", "" },
	{ "mulb (%rdi)", "ax di", "f", "ax", "r1" },
	{ "imulw %cx", "ax cx dx", "f", "ax dx", "" },
	{ "imul %ecx, %eax", "ax cx", "ax f", "", "" },
	{ "imulq $3, (%rdi), %rax", "di", "ax f", "", "r8" },
	{ "divl %ecx", "ax cx dx", "ax dx f", "", "" },
	{ "idivb %cl", "ax cx", "f", "ax", "" },
	{ "divq (%rdi)", "ax dx di", "ax dx f", "", "r8" },
	{ "xaddl %eax, (%rdi)", "ax di", "ax f", "", "m4" },
	{ "lock cmpxchgl %ecx, (%rdi)", "ax cx di", "f", "ax", "lock m4" },
	{ "cmpxchg8b (%rdi)", "ax cx dx bx di f", "", "ax dx f", "m8" },
	{ "lock cmpxchg16b (%rdi)", "ax cx dx bx di f", "", "ax dx f",
	    "lock m16" },
	{ "shll $3, %eax", "ax", "ax f", "", "" },
	{ "shll $32, %eax", "ax f", "ax", "f", "" },
	{ "shlq $32, %rax", "ax", "ax f", "", "" },
	{ "shll $foo, %eax", "ax f", "ax", "f", "" },
	{ "shrl %eax", "ax", "ax f", "", "" },
	{ "sarq %cl, (%rdi)", "cx di f", "", "f", "m8" },
	{ "roll $3, %eax", "ax f", "ax", "f", "" },
	{ "rcrl %eax", "ax f", "ax", "f", "" },
	{ "shldl $3, %eax, %ebx", "ax bx", "bx f", "", "" },
	{ "shrdq %cl, %rax, (%rdi)", "ax cx di f", "", "f", "m8" },
	{ "shldl %eax, %ebx", "ax cx bx f", "bx", "f", "" },
	{ "btl $3, %eax", "ax f", "", "f", "" },
	{ "btl $3, (%rdi)", "di f", "", "f", "r4" },
	{ "btq %rax, (%rdi)", "ax di f", "", "f", "r8bits" },
	{ "lock btsl %eax, (%rdi)", "ax di f", "", "f", "lock m4bits" },
	{ "btrl %eax, %ebx", "ax bx f", "bx", "f", "" },
	{ "bsfl (%rdi), %eax", "ax di", "ax f", "", "r4" },
	{ "rep bsfl %ecx, %eax", "ax cx", "ax f", "", "" },
	{ "popcntl %ecx, %eax", "cx", "ax f", "", "" },
	{ "crc32b (%rdi), %eax", "ax di", "ax", "", "r1" },
	{ "crc32q %rcx, %rax", "ax cx", "ax", "", "" },
	{ "cltq", "ax", "ax", "", "" },
	{ "cbtw", "ax", "", "ax", "" },
	{ "cltd", "ax", "dx", "", "" },
	{ "cqto", "ax", "dx", "", "" },
	{ "cwtd", "ax dx", "", "dx", "" },
	{ "lahf", "ax f", "", "ax", "" },
	{ "sahf", "ax f", "", "f", "" },
	{ "cld", "f", "", "f", "" },

	/* stack and flow */
	{ "push %rbx", "bx sp", "sp", "", "stackw8" },
	{ "pushq (%rdi)", "sp di", "sp", "", "r8 stackw8" },
	{ "push $foo", "sp", "sp", "", "stackw8" },
	{ "pop %rbx", "sp", "bx sp", "", "stackr8" },
	{ "popq (%rdi)", "sp di", "sp", "", "w8 stackr8" },
	{ "leave", "bp", "sp bp", "", "stackr8" },
	{ "call foo", "ax cx dx sp si di 8 9", CALLER, "", "call stackw8" },
	{ "call foo@PLT", "ax cx dx sp si di 8 9", CALLER, "",
	    "call stackw8" },
	{ "call foo.0", "ax cx dx sp si di 8 9 10", CALLER, "",
	    "call stackw8" },
	{ "call *%rbx", "ax cx dx bx sp si di 8 9", CALLER, "",
	    "icall stackw8" },
	{ "call *foo(,%r12,8)", "ax cx dx sp si di 8 9 12", CALLER, "",
	    "icall r8 stackw8" },
	{ "ret", RETURNED, "sp", "", "ret stackr8" },
	{ "rep ret", RETURNED, "sp", "", "ret stackr8" },
	{ "jmp .L3", "", "", "", "jmp" },
	{ "jmp 2b", "", "", "", "jmp" },
	{ "jmp foo", TAILCALL, "", "", "tail" },
	{ "jmp *%rax", "ax", "", "", "ijmp" },
	{ "notrack jmp *.L4(,%rax,8)", "ax", "", "", "ijmp r8" },
	{ "jne .L3", "f", "", "", "jcc" },
	{ "jnae 1f", "f", "", "", "jcc" },
	{ "ja foo", TAILCALLF, "", "", "jcc" },
	{ "loop 1b", "cx", "cx", "", "jcc" },
	{ "loopne 1b", "cx f", "cx", "", "jcc" },
	{ "jrcxz 1b", "cx", "", "", "jcc" },
	{ "ud2", "", "", "", "trap" },
	{ "int3", "", "", "", "trap" },

	/* nothing, waiting, order */
	{ "nopw 0(%rax,%rbx,1)", "ax bx", "", "", "" },
	{ "nop", "", "", "", "" },
	{ "rep; nop", "", "", "", "pause" },
	{ "pause", "", "", "", "pause" },
	{ "prefetcht0 (%rdi)", "di", "", "", "" },
	{ "mfence", "", "", "", "fence" },
	{ "endbr64", "", "", "", "" },

	/* strings */
	{ "movsb", "si di", "si di", "", "string m1" },
	{ "rep movsq", "cx si di", "cx si di", "", "string m8" },
	{ "rep; stosl", "ax cx di", "cx di", "", "string s4" },
	{ "stosb %al, %es:(%rdi)", "ax di", "di", "", "string s1" },
	{ "lodsb", "ax si", "si", "ax", "string l1" },
	{ "lodsq (%rsi), %rax", "si", "ax si", "", "string l8" },
	{ "rep lodsq", "ax cx si", "cx si", "ax", "string l8" },
	{ "scasw", "ax di", "di f", "", "string a2" },
	{ "repne scasb", "ax cx di f", "cx di", "f", "string a1" },
	{ "cmpsb", "si di", "si di f", "", "string c1" },
	{ "repe cmpsb", "cx si di f", "cx si di", "f", "string c1" },

	/* %gs */
	{ "movq %gs:16, %rax", "", "ax", "", "r8" },
	{ "addl $1, %gs:8(%rbx)", "bx", "f", "", "m4" },
};

static const struct {
	const char *text;
	enum priv priv;
	const char *use, *def, *part;
} privs[] = {
	{ "cli", PRIV_CLI, "f", "", "f" },
	{ "sti", PRIV_STI, "f", "", "f" },
	{ "hlt", PRIV_HLT, "", "", "" },
	{ "monitor", PRIV_MONITOR, "ax cx dx", "", "" },
	{ "monitor %rax, %ecx, %edx", PRIV_MONITOR, "ax cx dx", "", "" },
	{ "mwait", PRIV_MWAIT, "ax cx", "", "" },
	{ "mwait %eax, %ecx", PRIV_MWAIT, "ax cx", "", "" },
	{ "rdtsc", PRIV_RDTSC, "", "ax dx", "" },
	{ "rdtscp", PRIV_RDTSCP, "", "ax cx dx", "" },
	{ "cpuid", PRIV_CPUID, "ax cx", "ax cx dx bx", "" },
	{ "rdmsr", PRIV_RDMSR, "cx", "ax dx", "" },
	{ "wrmsr", PRIV_WRMSR, "ax cx dx", "", "" },
	{ "inb $0x60, %al", PRIV_IN, "ax", "", "ax" },
	{ "inl %dx, %eax", PRIV_IN, "dx", "ax", "" },
	{ "inb %dx", PRIV_IN, "ax dx", "", "ax" },
	{ "in (%dx), %ax", PRIV_IN, "ax dx", "", "ax" },
	{ "outb %al, $0x80", PRIV_OUT, "ax", "", "" },
	{ "out %eax, %dx", PRIV_OUT, "ax dx", "", "" },
	{ "outb $0x80", PRIV_OUT, "ax", "", "" },
	{ "pushf", PRIV_PUSHF, "sp f", "sp", "" },
	{ "pushfq", PRIV_PUSHF, "sp f", "sp", "" },
	{ "popfq", PRIV_POPF, "sp", "sp f", "" },
	{ "iretq", PRIV_IRET, ALL_GPR, "sp f", "" },
	{ "swapgs", PRIV_SWAPGS, "", "", "" },
	{ "wrgsbase %rax", PRIV_WRGSBASE, "ax", "", "" },
	{ "rdgsbaseq %rax", PRIV_RDGSBASE, "", "ax", "" },
	{ "mov %rax, %cr3", PRIV_MOV_TO_CR, "ax", "", "" },
	{ "movq %cr8, %rbx", PRIV_MOV_FROM_CR, "", "bx", "" },
	{ "invlpg (%rdi,%rax)", PRIV_INVLPG, "ax di", "", "" },
	{ "wbinvd", PRIV_WBINVD, "", "", "" },
	{ "lgdt 2(%rdi)", PRIV_LGDT, "di", "", "" },
	{ "lidt foo", PRIV_LIDT, "", "", "" },
	{ "ltr %ax", PRIV_LTR, "ax", "", "" },
};

/* An error, and a part of its message. */
static const struct {
	const char *text, *message;
} errors[] = {
	{ "movaps %xmm0, %xmm1", "unknown instruction 'movaps" },
	{ "foo %xmm0", "compile with -mgeneral-regs-only" },
	{ "movq %xmm0, %rax", "register '%xmm0' is not supported" },
	{ "fld1", "unknown instruction" },
	{ "enter $8, $0", "use push %rbp" },
	{ "sysretq", "there is no user mode" },
	{ "xlat", "use movzbl" },
	{ "tzcntl %eax, %ecx", "no TZCNT: use bsf" },
	{ "lzcnt %rax, %rcx", "no LZCNT: use bsr" },
	{ "rep bsrl %eax, %ecx", "prefix does not belong here" },
	{ "iret", "iretq" },
	{ "int $0x80", "unknown instruction" },
	{ "rep insb", "use inb" },
	{ "clflush (%rdi)", "unknown instruction" },
	{ "data16 nop", "unknown instruction" },
	{ "movl $1, %fs:4", "use %gs:" },
	{ "movl %ds:4, %eax", "useless" },
	{ "mov %ax, %ds", "segment registers" },
	{ "mov $1, (%rdi)", "ambiguous" },
	{ "inc (%rdi)", "ambiguous" },
	{ "movzx (%rdi), %eax", "ambiguous" },
	{ "movs", "ambiguous" },
	{ "add %eax, %rbx", "do not fit" },
	{ "addb %eax, %ebx", "do not fit" },
	{ "bswap %ax", "do not fit" },
	{ "pushw %ax", "do not fit" },
	{ "push %eax", "do not fit" },
	{ "call %rax", "do not fit" },
	{ "mov *%rax, %rbx", "do not fit" },
	{ "add %eax", "do not fit" },
	{ "nop %rax, %rax", "do not fit" },
	{ "movb (%esi), %al", "use %rsi" },
	{ "mov (%rax,%rsp), %eax", "displacement(%base" },
	{ "mov (%rax,%rcx,3), %eax", "displacement(%base" },
	{ "mov (%rax,2), %eax", "displacement(%base" },
	{ "mov 8(%rax,%rcx,8,1), %eax", "displacement(%base" },
	{ "mov (%riz), %eax", "register '%riz'" },
	{ "mov 4*(8, %eax", "is not understood" },
	{ "mov $, %eax", "without a value" },
	{ "mov {4}, %eax", "is not understood" },
	{ "mov $0x, %eax", "is not understood" },
	{ "mov $08, %eax", "is not understood" },
	{ "mov $18446744073709551616, %rax", "is not understood" },
	{ "mov foo@, %rax", "is not understood" },
	{ "mov $(1, %rax", "is not understood" },
	{ "mov $1), %rax", "is not understood" },
	{ "mov 1-(%rax), %rax", "is not understood" },
	{ "lea .+8(%rip), %rax", "use a label" },
	{ "mov $foo-., %rax", "use a label" },
	{ "movl (%rdi), foo", "do not fit" },
	{ "movzbl %di, %edi", "do not fit" },
	{ "mov a b, %eax", "white space" },
	{ "mov , %eax", "missing" },
	{ "add %eax, %ebx, %ecx, %edx", "more than 3" },
	{ "jmp .+2", "use a label" },
	{ "jmp foo+4", "not a label" },
	{ "jne .", "use a label" },
	{ "call 0x1000", "not a label" },
	{ "call $foo", "do not fit" },
	{ "lock addl $1, %eax", "lock does not belong" },
	{ "lock movl $1, (%rdi)", "lock does not belong" },
	{ "lock; roll (%rdi)", "lock does not belong" },
	{ "lock lock incl (%rdi)", "repeated" },
	{ "rep addl $1, (%rdi)", "does not belong" },
	{ "repne movsb", "does not belong" },
	{ "notrack ret", "does not belong" },
	{ "movsb (%rax), (%rdi)", "do not fit" },
	{ "stosl %eax, 4(%rdi)", "do not fit" },
	{ "inb $port, %al", "not a number" },
	{ "mov %cr1, %rax", "register '%cr1'" },
	{ "mov %db0, %rax", "register '%db0'" },
	{ "(%rax)", "unknown instruction" },
	{ "%eax", "unknown instruction" },
};
/* clang-format on */

START_TEST(sets_and_accesses)
{
	size_t i;

	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct insn *in = decode(cases[i].text);

		ck_assert_msg(in != NULL, "%s", cases[i].text);
		ck_assert_msg(strcmp(set_text(in->use), cases[i].use) == 0,
		    "%s: use %s", cases[i].text, set_text(in->use));
		ck_assert_msg(strcmp(set_text(in->def), cases[i].def) == 0,
		    "%s: def %s", cases[i].text, set_text(in->def));
		ck_assert_msg(strcmp(set_text(in->wr & ~in->def),
				  cases[i].part) == 0,
		    "%s: part %s", cases[i].text, set_text(in->wr & ~in->def));
		ck_assert_msg(strcmp(other_text(in), cases[i].other) == 0,
		    "%s: %s", cases[i].text, other_text(in));
	}
}
END_TEST

START_TEST(privileged)
{
	size_t i;

	for (i = 0; i < sizeof privs / sizeof privs[0]; i++) {
		const struct insn *in = decode(privs[i].text);

		ck_assert_msg(in != NULL, "%s", privs[i].text);
		ck_assert_msg(in->cls == IC_PRIV && in->priv == privs[i].priv,
		    "%s", privs[i].text);
		ck_assert_msg(strcmp(set_text(in->use), privs[i].use) == 0,
		    "%s: use %s", privs[i].text, set_text(in->use));
		ck_assert_msg(strcmp(set_text(in->def), privs[i].def) == 0,
		    "%s: def %s", privs[i].text, set_text(in->def));
		ck_assert_msg(strcmp(set_text(in->wr & ~in->def),
				  privs[i].part) == 0,
		    "%s: part %s", privs[i].text, set_text(in->wr & ~in->def));
	}
}
END_TEST

/* Each is one error, at its line, with its remedy. */
START_TEST(refusals)
{
	size_t i, n;
	char *out;

	for (i = 0; i < sizeof errors / sizeof errors[0]; i++) {
		FILE *f = open_memstream(&out, &n);
		int before = diag_errors();

		diag_stream(f);
		ck_assert_ptr_null(decode(xasprintf("\n\n\t%s\n",
		    errors[i].text)));
		fclose(f);
		ck_assert_msg(strstr(out, errors[i].message) != NULL, "%s: %s",
		    errors[i].text, out);
		ck_assert_msg(strncmp(out, "t.s:3: error: ", 14) == 0, "%s",
		    out);
		ck_assert_int_eq(diag_errors(), before + 1);
		free(out);
	}
}
END_TEST

START_TEST(operands)
{
	struct insn *in = decode("MOVL %GS:Foo+8(%RBX,%rcx,4), %eAX");

	ck_assert_ptr_nonnull(in);
	ck_assert_str_eq(in->text, "movl %gs:Foo+8(%rbx,%rcx,4), %eax");
	ck_assert_str_eq(in->mn, "movl");
	ck_assert_int_eq(in->nop, 2);
	ck_assert_int_eq(in->osize, 4);
	ck_assert_int_eq(in->op[0].type, OP_MEM);
	ck_assert_int_eq(in->op[0].seg, 'g');
	ck_assert_str_eq(in->op[0].inner, "Foo+8(%rbx,%rcx,4)");
	ck_assert_str_eq(in->op[0].disp, "Foo+8");
	ck_assert_int_eq(in->op[0].base, R_BX);
	ck_assert_int_eq(in->op[0].index, R_CX);
	ck_assert_int_eq(in->op[0].scale, 4);
	ck_assert_ptr_eq(in->mem[0].op, &in->op[0]);
	ck_assert_int_eq(in->op[1].reg, R_AX);
	ck_assert_int_eq(in->op[1].size, 4);

	in = decode("movb $'a', ( , %r8 , 2 )");
	ck_assert_str_eq(in->text, "movb $97, (,%r8,2)");
	ck_assert(in->op[0].imm_known && in->op[0].imm == 'a');
	ck_assert_int_eq(in->op[1].base, R_NONE);
	ck_assert_int_eq(in->op[1].index, R_8);

	in = decode("addl $~0x10, foo+(3*4)(%rip)");
	ck_assert(in->op[0].imm_known && in->op[0].imm == ~(int64_t)0x10);
	ck_assert_int_eq(in->op[1].base, R_IP);
	ck_assert_uint_eq(operand_regs(&in->op[1]), 0);

	in = decode("jmp *\"a, b\"(%rip)");
	ck_assert(in->op[0].indirect);
	ck_assert_str_eq(in->op[0].text, "\"a, b\"(%rip)");
	ck_assert_str_eq(in->text, "jmp *\"a, b\"(%rip)");

	in = decode("movb %bh, %dil");
	ck_assert(in->op[0].high && in->op[0].reg == R_BX);
	ck_assert(!in->op[1].high && in->op[1].reg == R_DI);
	ck_assert_str_eq(reg_name(R_DI, 1), "%dil");
	ck_assert_str_eq(reg_name(R_10, 4), "%r10d");

	in = decode("mov %cr4, %rax");
	ck_assert_int_eq(in->op[0].type, OP_CR);
	ck_assert_int_eq(in->op[0].imm, 4);
}
END_TEST

/* Constant expressions, with the assembler's precedence. */
START_TEST(expressions)
{
	static const struct {
		const char *text;
		int64_t value;
	} exprs[] = {
		{ "1+2*3", 7 },
		{ "2|1+4", 7 },
		{ "1<<4-1", 15 },
		{ "7-2-1", 4 },
		{ "-5/2", -2 },
		{ "-1>>60", 15 },
		{ "(0x3f8+1)", 0x3f9 },
		{ "~0b101&017", 10 },
		{ "- - 3", 3 },
		{ "0xffffffffffffffff", -1 },
	};
	size_t i;

	for (i = 0; i < sizeof exprs / sizeof exprs[0]; i++) {
		const struct insn *in = decode(xasprintf("movabsq $%s, %%rax",
		    exprs[i].text));

		ck_assert_msg(in != NULL && in->op[0].imm_known &&
			in->op[0].imm == exprs[i].value,
		    "%s", exprs[i].text);
	}
	ck_assert(!decode("movq $foo+1, %rax")->op[0].imm_known);
	ck_assert(!decode("movq $1f-1b, %rax")->op[0].imm_known);
	ck_assert(!decode("movq $1/0, %rax")->op[0].imm_known);
	ck_assert(!decode("movq $1<<64, %rax")->op[0].imm_known);
	ck_assert_ptr_nonnull(decode("movq foo@GOTPCREL(%rip), %rax"));
	ck_assert_ptr_nonnull(decode("movq \"a b\"+4*(foo-bar), %rax"));
}
END_TEST

/* Equal instructions have equal texts; the assembler gets what it said. */
START_TEST(normal_form)
{
	static const char *const pairs[][2] = {
		{ "lock\tcmpxchgl  %ecx,(%rdi)", "lock cmpxchgl %ecx, (%rdi)" },
		{ "repz; cmpsb", "rep cmpsb" },
		{ "REPE CMPSB", "rep cmpsb" },
		{ "lock; rep; nop", NULL },
		{ "call *8 ( %rax )", "call *8(%rax)" },
		{ "movl $1 + 2 , % eax # x", "movl $1+2, %eax" },
		{ "mov $'\\n', %al", "mov $10, %al" },
		{ "mov $';, %al", "mov $59, %al" },
	};
	size_t i;

	diag_stream(NULL);
	for (i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		struct insn *in = decode(pairs[i][0]);

		if (pairs[i][1] == NULL)
			ck_assert_ptr_null(in);
		else
			ck_assert_str_eq(in->text, pairs[i][1]);
	}
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("annotate-insn");
	TCase *t = tcase_create("insn");
	SRunner *sr;
	int failed;

	tcase_add_test(t, sets_and_accesses);
	tcase_add_test(t, privileged);
	tcase_add_test(t, refusals);
	tcase_add_test(t, operands);
	tcase_add_test(t, expressions);
	tcase_add_test(t, normal_form);
	suite_add_tcase(s, t);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
