/*
 * test_parse.c: assembly text -> statements -> the same assembly.
 *
 * Small cases for each thing the parser follows or refuses; and corpus.c,
 * compiled in several ways, whose printed statements must assemble to the
 * very same object file, debugging information included.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cpu/annotate/annotate.h"
#include "cpu/annotate/diag.h"
#include "cpu/annotate/xalloc.h"

static struct unit u;
static char *messages;

/* Parse; returns the number of errors and leaves their text in messages. */
static int
parse(const char *text)
{
	FILE *f;
	size_t n;
	int err;

	free(messages);
	f = open_memstream(&messages, &n);
	diag_stream(f);
	memset(&u, 0, sizeof u);
	err = parse_buffer(&u, "t.s", text, strlen(text));
	fclose(f);
	diag_stream(stderr);
	return err;
}

/* "l:foo d:.text i:nop b:# x", a '!' behind those that are not in code. */
static const char *
kinds(void)
{
	const char *s = "";
	size_t i;

	for (i = 0; i < u.nstmt; i++) {
		const struct stmt *st = &u.stmts[i];

		s = xasprintf("%s%s%c:%s%s", s, i == 0 ? "" : "|",
		    "ldib"[st->type], st -> text, st -> in_text ? "" : "!");
		ck_assert((st->type == ST_INSN) == (st->insn != NULL));
	}
	return s;
}

static const struct stmt *
find(const char *text)
{
	size_t i;

	for (i = 0; i < u.nstmt; i++)
		if (strcmp(u.stmts[i].text, text) == 0)
			return &u.stmts[i];
	ck_abort_msg("no statement %s", text);
}

/* ---- statements ----------------------------------------------------- */

/* clang-format off */
static const struct {
	const char *text, *kinds;
} cases[] = {
	{ "nop\nfoo:\n\tret\n", "i:nop|l:foo|i:ret" },
	{ "foo: nop; .L1: bar : ret", "l:foo|i:nop|l:.L1|l:bar|i:ret" },
	{ "1:\tjmp 1b\n", "l:1|i:jmp 1b" },
	{ "\"a ;:b\": jmp \"a ;:b\"", "l:\"a ;:b\"|i:jmp \"a ;:b\"" },
	{ "nop # x; y:\n\tret/* z */;nop", "i:nop|i:ret|i:nop" },
	{ "/* a\n b: */ nop /* c */ ; /* d\n*/ret", "i:nop|i:ret" },
	{ "// a\n/ b; c\n\t/ d\nnop; / e\n", "b:// a|b:/ b; c|b:\t/ d|i:nop" },
	{ "#APP\n# 3 \"x.c\" 1\n\tnop\n# 0 \"\" 2\n#NO_APP\n",
	    "b:#APP|b:# 3 \"x.c\" 1|i:nop|b:# 0 \"\" 2|b:#NO_APP" },
	{ "nop # 12 \"x.c\"\nfoo: # 13\n", "i:nop|l:foo" },
	{ "lock; incl (%rdi)", "i:lock incl (%rdi)" },
	{ "\tlock\n# 3 \"x.c\"\n\tincl (%rdi)\n",
	    "b:# 3 \"x.c\"|i:lock incl (%rdi)" },
	{ "\t.data\n\t.ascii \"a;b # \\\"c\\\\\" ; x:.byte 1 # y\n",
	    "d:\t.data!|d:\t.ascii \"a;b # \\\"c\\\\\" !|l:x!|"
	    "d:.byte 1 # y!" },
	{ "\t.data\n/* x */ .byte 1\n", "d:\t.data!|d:  .byte 1!" },
	{ "\t.set a, 4\nb = a + 1\nc == 5\n",
	    "d:\t.set a, 4|d:b = a + 1|d:c == 5" },
	{ "a = .\n.set b, .\nn = . - a\n", "l:a|l:b|d:n = . - a" },
	{ "\t.data\na = . + 4\n", "d:\t.data!|d:a = . + 4!" },
	{ "\r\n\tnop\r\n\n", "i:nop" },
	{ "", "" },
	{ ";;\n", "" },
	{ "nop", "i:nop" },

	/* sections */
	{ ".data\n.text\nnop", "d:.data!|d:.text|i:nop" },
	{ ".section .text.hot\nnop", "d:.section .text.hot|i:nop" },
	{ ".section .x,\"ax\",@progbits\nnop\n.bss\n.section .x\nnop",
	    "d:.section .x,\"ax\",@progbits|i:nop|d:.bss!|d:.section .x|"
	    "i:nop" },
	{ ".section .y,\"aw\"\n.previous\nnop\n.previous\n.byte 1",
	    "d:.section .y,\"aw\"!|d:.previous|i:nop|d:.previous!|"
	    "d:.byte 1!" },
	{ ".pushsection .rodata\n.byte 1\n.pushsection \".text.a,b\",1\nnop\n"
	  ".popsection\n.byte 2\n.popsection\nnop",
	    "d:.pushsection .rodata!|d:.byte 1!|"
	    "d:.pushsection \".text.a,b\",1|i:nop|d:.popsection!|"
	    "d:.byte 2!|d:.popsection|i:nop" },
	{ ".subsection 1\nnop\n.previous\nnop\n.text 2\nnop",
	    "d:.subsection 1|i:nop|d:.previous|i:nop|d:.text 2|i:nop" },

	/* macros and conditions outside code */
	{ ".data\n.macro m x\n.byte \\x # y\n.if 1\nz: nop\n.endif\n"
	  ".endm\nm 3\n.text\nnop",
	    "d:.data!|d:.macro m x!|d:.byte \\x # y!|d:.if 1!|d:z:!|"
	    "d: nop!|d:.endif!|d:.endm!|d:m 3!|d:.text|i:nop" },
};

static const struct {
	const char *text;
	unsigned line;
	const char *message;
} errors[] = {
	{ "\n.macro m\n nop\n .endm\n", 2, "expand by cpp" },
	{ "nop\n.rept 3\nnop\n.endr\n", 2, "expand by cpp" },
	{ ".ifdef X\n nop\n.endif\n", 1, "expand by cpp" },
	{ ".data\n.macro m\n.text\n.endm\n", 3, "macro or condition" },
	{ ".data\n.if 1\n", 2, "macro or condition is open" },
	{ ".data\n.endm\n", 2, "closes nothing" },
	{ ".include \"x.s\"\n", 1, "let cpp do it" },
	{ ".intel_syntax noprefix\n", 1, "let cpp do it" },
	{ ".att_syntax noprefix\n", 1, "let cpp do it" },
	{ ".code32\n", 1, "remove it" },
	{ ".end\n", 1, "remove it" },
	{ "nop\n.ascii \"abc\nnop\n", 2, "string is not closed" },
	{ "nop /* abc\n\n", 1, "comment is not closed" },
	{ "mov $', %al", 1, "not understood" },
	{ "mov $'\n", 1, "character constant" },
	{ "lock\nfoo: incl (%rdi)\n", 2, "a prefix stands before" },
	{ "lock\n.p2align 4\n", 2, "a prefix stands before" },
	{ "rep;", 1, "a prefix stands before" },
	{ "lock; lock; incl (%rdi)", 1, "repeated" },
	{ ".data\nnop\n", 2, "outside code" },
	{ ".section .x,\"aw\"\n.byte 1; ret\n", 2, "outside code" },
	{ ".popsection\n", 1, "not understood" },
	{ ".section\n", 1, "not understood" },
	{ ".section a b\n", 1, "not understood" },
	{ ". = . + 8\n", 1, "use .p2align" },
	{ ".set ., 8\n", 1, "use .p2align" },
	{ "a = . + 8\n", 1, "use a label" },
	{ "a = . - 8\n", 1, "use a label" },
	{ ".equ a, foo - .\n", 1, "use a label" },
	{ "a = %eax\n", 1, "use the register" },
	{ "foo bar baz: nop\n", 1, "white space" },
	{ "foo (%rax) %al : nop\n", 1, "unknown instruction" },
};
/* clang-format on */

START_TEST(statements)
{
	size_t i;

	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		ck_assert_msg(parse(cases[i].text) == 0, "%s:\n%s",
		    cases[i].text, messages);
		ck_assert_msg(strcmp(kinds(), cases[i].kinds) == 0, "%s:\n%s",
		    cases[i].text, kinds());
	}
}
END_TEST

START_TEST(refusals)
{
	size_t i;
	char place[24];

	for (i = 0; i < sizeof errors / sizeof errors[0]; i++) {
		ck_assert_msg(parse(errors[i].text) > 0, "%s", errors[i].text);
		ck_assert_msg(strstr(messages, errors[i].message) != NULL,
		    "%s:\n%s", errors[i].text, messages);
		snprintf(place, sizeof place,
		    "t.s:%u: error: ", errors[i].line);
		ck_assert_msg(strncmp(messages, place, strlen(place)) == 0,
		    "%s:\n%s", errors[i].text, messages);
	}
	memset(&u, 0, sizeof u);
	diag_stream(NULL);
	ck_assert_int_gt(parse_buffer(&u, "t.s", "nop\0ret", 7), 0);
	ck_assert_int_gt(parse_file(&u, "/nonexistent/x.s"), 0);
}
END_TEST

/* ---- places --------------------------------------------------------- */

static void
check_place(const char *text, unsigned sline, const char *file, unsigned line)
{
	const struct insn *in = find(text)->insn;

	ck_assert_uint_eq(in->sline, sline);
	if (file == NULL)
		ck_assert_ptr_null(in->loc.file);
	else
		ck_assert_str_eq(in->loc.file, file);
	if (file != NULL)
		ck_assert_uint_eq(in->loc.line, line);
}

START_TEST(loc_directives)
{
	ck_assert_int_eq(parse("\tcli\n"
			       "\t.file \"x.c\"\n"
			       "\t.file 0 \"dir\" \"x.c\"\n"
			       "\t.file 1 \"inc/y.h\"\n"
			       "\t.file 2 \"d\" \"z.h\" md5 0x1\n"
			       "\t.loc 0 7 3 is_stmt 0 view .LVU1\n"
			       "/* two\n lines */\tnop; sti\n"
			       "\t.loc 1 20\n"
			       "\tret\n"
			       "\t.loc 2 30 1\n"
			       "\thlt\n"
			       "\t.loc 9 30 1\n"
			       "\tud2\n"),
	    0);
	check_place("cli", 1, NULL, 0);
	check_place("nop", 8, "x.c", 7);
	check_place("sti", 8, "x.c", 7);
	check_place("ret", 10, "inc/y.h", 20);
	check_place("hlt", 12, "d/z.h", 30);
	check_place("ud2", 14, NULL, 0);
}
END_TEST

START_TEST(line_markers)
{
	ck_assert_int_eq(parse("# 0 \"x.S\"\n"
			       "# 0 \"<built-in>\"\n"
			       "# 1 \"x.S\"\n"
			       "\tnop\n"
			       "\n"
			       "\tret; sti\n"
			       "# 40 \"inc.h\" 1\n"
			       "\tcli\n"
			       "# 5 \"x.S\" 2\n"
			       "\thlt\n"
			       "\t.file 1 \"y.c\"\n"
			       "\t.loc 1 99\n"
			       "#APP\n"
			       "# 77 \"y.c\" 1\n"
			       "\tpause\n"
			       "\tcld\n"
			       "# 0 \"\" 2\n"
			       "#NO_APP\n"
			       "\tud2\n"),
	    0);
	check_place("nop", 4, "x.S", 1);
	check_place("ret", 6, "x.S", 3);
	check_place("sti", 6, "x.S", 3);
	check_place("cli", 8, "inc.h", 40);
	check_place("hlt", 10, "x.S", 5);
	check_place("pause", 15, "y.c", 77);
	check_place("cld", 16, "y.c", 78);
	check_place("ud2", 19, "y.c", 99);
	ck_assert_int_eq(parse("# 7 \"x.S\"\n\n\tfoo\n"), 1);
	ck_assert_str_eq(messages,
	    "t.s:3: (x.S:8) error: unknown instruction 'foo'; rewrite it, or "
	    "add it to sim/cpu/annotate/insn_table.c\n");
	ck_assert_int_eq(parse("# 7 \"x.S\"\n\t.rept 2\n"), 1);
	ck_assert_ptr_nonnull(strstr(messages, "t.s:2: (x.S:7) error: '.rept"));
}
END_TEST

/* ---- the compiler's output ------------------------------------------ */

static const char *const flags[] = { "-O2 -g", "-O1 -g", "-O3", "-Os -g",
	"-O0 -fno-omit-frame-pointer -g", "-O2 -fcf-protection=full -g",
	"-O2 -march=x86-64 -fno-asynchronous-unwind-tables" };

static void
command(const char *cmd)
{
	ck_assert_msg(system(cmd) == 0, "%s", cmd);
}

/* Print all statements to path; those for which hide is true are left out. */
static void
print(const char *path, const struct stmt *hide)
{
	FILE *f = fopen(path, "w");
	size_t i;

	ck_assert_ptr_nonnull(f);
	for (i = 0; i < u.nstmt; i++)
		if (&u.stmts[i] != hide)
			stmt_print(f, &u.stmts[i]);
	ck_assert_int_eq(fclose(f), 0);
}

/* Assemble a.s and b.s in dir: are the object files equal? */
static bool
same_objects(const char *dir)
{
	command(xasprintf("cd %s && as a.s -o a.o && as b.s -o b.o", dir));
	return system(xasprintf("cmp -s %s/a.o %s/b.o", dir, dir)) == 0;
}

/* Compile corpus.c into dir/a.s and parse it. */
static void
load_corpus(const char *dir, const char *opts)
{
	command(xasprintf("gcc-12 -std=gnu99 -march=silvermont "
			  "-mgeneral-regs-only -ffreestanding -fno-pic "
			  "-mno-red-zone -ffixed-r14 -Wall -Wextra %s -S "
			  "-o %s/a.s tests/sim/cpu/annotate/corpus.c",
	    opts, dir));
	memset(&u, 0, sizeof u);
	ck_assert_int_eq(parse_file(&u, xasprintf("%s/a.s", dir)), 0);
}

START_TEST(corpus_survives)
{
	char dir[] = "/tmp/test_parse.XXXXXX";
	size_t i, j, n = 0;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	load_corpus(dir, flags[_i]);
	print(xasprintf("%s/b.s", dir), NULL);
	ck_assert(same_objects(dir));
	for (i = j = 0; i < u.nstmt; i++) {
		if (u.stmts[i].type != ST_INSN)
			continue;
		n++;
		j += u.stmts[i].insn->loc.file != NULL;
	}
	ck_assert_uint_gt(n, 300);
	if (strstr(flags[_i], "-g") != NULL)
		ck_assert_uint_eq(j, n);
	command(xasprintf("rm -r %s", dir));
}
END_TEST

/* A lost or altered instruction is noticed. */
START_TEST(twin_of_corpus)
{
	char dir[] = "/tmp/test_parse.XXXXXX";
	struct stmt *victim;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	load_corpus(dir, flags[0]);
	victim = (struct stmt *)find("rep stosq");
	print(xasprintf("%s/b.s", dir), victim);
	ck_assert(!same_objects(dir));
	victim->insn->text = "rep stosb";
	print(xasprintf("%s/b.s", dir), NULL);
	ck_assert(!same_objects(dir));
	command(xasprintf("rm -r %s", dir));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("annotate-parse");
	TCase *t = tcase_create("parse");
	SRunner *sr;
	int failed;

	tcase_set_timeout(t, 120);
	tcase_add_test(t, statements);
	tcase_add_test(t, refusals);
	tcase_add_test(t, loc_directives);
	tcase_add_test(t, line_markers);
	tcase_add_loop_test(t, corpus_survives, 0,
	    (int)(sizeof flags / sizeof flags[0]));
	tcase_add_test(t, twin_of_corpus);
	suite_add_tcase(s, t);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
