/*
 * fuzz_parse.c [N [first]]: give the parser N mutated assembly files.
 *
 * Input number i depends on i alone: `fuzz_parse 1 i' repeats it.  Each is
 * some lines of the compiler's output for corpus.c, of insn_forms.h and of
 * a list below, damaged at random.  The parser must refuse it with an error
 * or make statements of it which hold together, which parse again from
 * their own print, and which the analysis behind the parser survives.
 *
 * Lines that became another valid instruction are given to the assembler, as
 * they are and as the parser prints them: the bytes must be the same.
 */
#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cpu/annotate/annotate.h"
#include "cpu/annotate/diag.h"
#include "cpu/annotate/xalloc.h"
#include "sim/cpu/annotate/insn_forms.h"

#define MAXLINE  512
#define MAXLINES 24
#define MAXASM   3000

static char **lines; /* the corpus */
static size_t nline;
static char *asm_from[MAXASM], *asm_to[MAXASM];
static size_t nasm;
static unsigned long input; /* number of the current one */
static uint64_t rnd_state;
static unsigned long nrefused, naccepted, ncompared, nasrefused;

static const char *const extra[] = {
	"\t.ascii \"a;b\\\"c # d\"",
	"foo: bar: nop; lock; incl (%rdi) # c",
	"# 12 \"x.S\" 1",
	"/* a */ nop /* b",
	"*/ ret",
	"// x",
	"/ y",
	"\t.macro m a",
	"\t.endm",
	"\t.rept 3",
	"\t.endr",
	"\t.if 1",
	"\t.pushsection .rodata,\"a\"",
	"\t.popsection",
	"\t.previous",
	"a = . - b",
	"\t.set x, y",
	"\"q s\": jmp \"q s\"",
	"mov $'a, %al",
	"\t.section \"x,y\",\"ax\"",
	"\t.file 3 \"d\" \"f\"",
	"\t.loc 3 4 5",
	"movw %gs:8(%rax,%rbx,2), %cx",
	"rep",
	"lock",
	"call *%gs:(,%r12,8)",
	"imulq $0x7fffffffffffffff, %rax, %rbx",
	"btsl %ecx, foo+4(%rip)",
	"in (%dx), %al",
	"mov %cr3, %rax",
};

static const char *const spice[] = { "%gs:", "lock;", "rep ", "/*", "*/", "\"",
	":", "(%rax,%rbx,8)", "(,%r9,4)", "$", "'", "#", "\n", "= .", ".L1",
	"\\", "\xff", "%xmm0", "%r14", "%ah", "$-1", "0x", "1b", "1f", "foo",
	",", ";", "(", ")", "*", "%", ".", "q", "l", "w", "b", " ", "\t",
	"%cl, ", "%edx", "%cr0", "-", "+", "@PLT", "18446744073709551616" };

static uint64_t
rnd(uint64_t n)
{
	rnd_state = rnd_state * 6364136223846793005u + 1442695040888963407u;
	return (rnd_state >> 33) % n;
}

static void
die(const char *what, const char *text)
{
	fflush(stdout);
	fprintf(stderr, "fuzz_parse: input %lu: %s:\n%s\n", input, what, text);
	exit(1);
}

static void
on_signal(int sig)
{
	static const char msg[] = "fuzz_parse: crash, input ";
	char num[24];
	size_t i = sizeof num;
	unsigned long n = input;

	num[--i] = '\n';
	do
		num[--i] = (char)('0' + n % 10);
	while ((n /= 10) != 0);
	if (write(2, msg, sizeof msg - 1) < 0 ||
	    write(2, num + i, sizeof num - i) < 0)
		_exit(5);
	signal(sig, SIG_DFL);
	raise(sig);
}

/* ---- corpus --------------------------------------------------------- */

static void
add_line(const char *s)
{
	static size_t size;

	if (nline == size) {
		size = size * 2 + 1024;
		lines = realloc(lines, size * sizeof *lines);
	}
	if (lines == NULL || (lines[nline++] = strdup(s)) == NULL)
		exit(5);
}

/* Debugging sections would be nine lines of ten; leave them out. */
static void
add_compiled(const char *opts)
{
	char cmd[256], line[MAXLINE];
	FILE *f;

	snprintf(cmd, sizeof cmd,
	    "gcc-12 -std=gnu99 -march=silvermont -mgeneral-regs-only "
	    "-ffreestanding %s -S -o - tests/sim/cpu/annotate/corpus.c",
	    opts);
	f = popen(cmd, "r");
	while (f != NULL && fgets(line, sizeof line, f) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (strstr(line, "debug_info") != NULL)
			break;
		add_line(line);
	}
	while (f != NULL && fgets(line, sizeof line, f) != NULL)
		continue;
	if (f == NULL || pclose(f) != 0 || nline == 0)
		die("cannot compile", cmd);
}

static void
add_corpus(void)
{
	size_t i;

	add_compiled("-O2 -g");
	add_compiled("-Os -fno-omit-frame-pointer");
	for (i = 0; i < NFORMS; i++)
		add_line(forms[i].text);
	for (i = 0; i < nline / 20; i++)
		add_line(extra[i % (sizeof extra / sizeof extra[0])]);
}

/* ---- mutation ------------------------------------------------------- */

/* Replace n bytes of s at `at' by `by'; s holds MAXLINE bytes. */
static void
splice(char *s, size_t at, size_t n, const char *by, size_t by_n)
{
	size_t len = strlen(s);

	if (len - n + by_n >= MAXLINE)
		return;
	memmove(s + at + by_n, s + at + n, len - at - n + 1);
	memcpy(s + at, by, by_n);
}

/* A word of s: its place and length. */
static size_t
pick_word(const char *s, size_t *at)
{
	size_t n;

	*at = rnd(strlen(s) + 1);
	while (*at > 0 && !isspace((unsigned char)s[*at - 1]) &&
	    strchr(",()", s[*at - 1]) == NULL)
		--*at;
	n = strcspn(s + *at, " \t,()");
	return n;
}

static void
mutate(char *s)
{
	size_t len = strlen(s), at = rnd(len + 1), n, at2;
	const char *other = lines[rnd(nline)];
	const char *sp = spice[rnd(sizeof spice / sizeof spice[0])];
	char c = (char)(32 + rnd(95));

	switch (rnd(8)) {
	case 0:
		splice(s, at, at < len ? 1 : 0, "", 0);
		break;
	case 1:
		splice(s, at, 0, &c, 1);
		break;
	case 2:
		splice(s, at, at < len ? 1 : 0, &c, 1);
		break;
	case 3:
		splice(s, at, 0, sp, strlen(sp));
		break;
	case 4:
		n = pick_word(s, &at);
		splice(s, at, n, sp, strlen(sp));
		break;
	case 5:
	case 6:
		n = pick_word(other, &at2);
		len = pick_word(s, &at);
		splice(s, at, len, other + at2, n);
		break;
	case 7:
		splice(s, at, strlen(s) - at, other,
		    strlen(other) < MAXLINE / 4 ? strlen(other) : 8);
		break;
	}
}

/* One file in buf (room for MAXLINES * MAXLINE); returns its length. */
static size_t
make_input(char *buf)
{
	size_t i, n = 1 + rnd(MAXLINES - 1), start = rnd(nline), len = 0;
	char line[MAXLINE];
	uint64_t k;

	for (i = 0; i < n; i++) {
		if (rnd(4) == 0)
			start = rnd(nline);
		snprintf(line, sizeof line, "%s", lines[start++ % nline]);
		if (rnd(3) == 0)
			for (k = rnd(4); k > 0; k--)
				mutate(line);
		memcpy(buf + len, line, strlen(line));
		len += strlen(line);
		buf[len++] = rnd(500) == 0 ? '\0' : '\n';
	}
	return len - rnd(2);
}

/* ---- checks --------------------------------------------------------- */

static char *
print(const struct unit *u)
{
	char *text;
	size_t i, n;
	FILE *f = open_memstream(&text, &n);

	for (i = 0; i < u->nstmt; i++)
		stmt_print(f, &u->stmts[i]);
	fclose(f);
	return text;
}

static void
check_insn(const struct insn *in)
{
	int i;

	if (in == NULL || in->text == NULL || in->mn == NULL)
		die("insn without text", "");
	if (((in->use | in->def | in->wr) & ~RS_ALL) != 0 ||
	    (in->def & ~in->wr) != 0 || in->nmem < 0 || in->nmem > 2 ||
	    in->nop < 0 || in->nop > 3)
		die("sets or counts", in->text);
	for (i = 0; i < in->nmem; i++)
		if (in->mem[i].op < in->op || in->mem[i].op > in->op + 2 ||
		    in->mem[i].op->type != OP_MEM || in->mem[i].size < 1 ||
		    in->mem[i].size > 16 || in->mem[i].kind == ACC_NONE)
			die("memory access", in->text);
	for (i = 0; i < in->nop; i++)
		if (in->op[i].type == OP_NONE)
			die("operand", in->text);
	if (((in->cls == IC_PRIV) != (in->priv != PRIV_NONE)) ||
	    ((in->cls == IC_STRING) != (in->str_op != '\0')))
		die("class", in->text);
}

/* What an accepted file must be like; the later passes must survive it. */
static void
check_accepted(struct unit *u)
{
	struct unit v = { 0 };
	char *once = print(u), *twice;
	size_t i;

	for (i = 0; i < u->nstmt; i++)
		if (u->stmts[i].type == ST_INSN)
			check_insn(u->stmts[i].insn);
	if (parse_buffer(&v, "again.s", once, strlen(once)) != 0)
		die("does not parse again", once);
	twice = print(&v);
	if (strcmp(once, twice) != 0)
		die("prints differently", once);
	free(once);
	free(twice);
	u->name = "fuzz";
	if (check_unit(u) != 0 || cfg_build(u) != 0)
		return;
	stack_analyse(u);
	live_compute(u);
	dep_compute(u);
}

static void
fuzz_file(void)
{
	static char buf[MAXLINES * MAXLINE];
	struct unit u = { 0 };
	int before = diag_errors(), err;
	size_t len = make_input(buf);

	err = parse_buffer(&u, "fuzz.s", buf, len);
	if (err < 0 || (err != 0) != (diag_errors() != before))
		die("errors not counted", buf);
	if (err != 0) {
		nrefused++;
		return;
	}
	naccepted++;
	check_accepted(&u);
}

/* Is there a reference to a numeric label, like 1f? */
static bool
has_numeric(const char *s)
{
	size_t n, d;

	for (; *s != '\0'; s += n != 0 ? n : 1) {
		for (n = 0; isalnum((unsigned char)s[n]);)
			n++;
		d = strspn(s, "0123456789");
		if (d > 0 && (s[d] == 'b' || s[d] == 'f'))
			return true;
	}
	return false;
}

static void
collect(const char *from, const char *to)
{
	asm_from[nasm] = strdup(from);
	asm_to[nasm++] = strdup(to);
}

/* A line of its own, for the assembler when it is one instruction. */
static void
fuzz_line(void)
{
	char line[MAXLINE];
	const struct insn *in;
	struct unit u = { 0 };
	uint64_t k;

	snprintf(line, sizeof line, "%s", lines[rnd(nline)]);
	for (k = 1 + rnd(2); k > 0; k--)
		mutate(line);
	/* The assembler may take "; # 1" for a line marker. */
	if (strpbrk(line, "\n#") != NULL || nasm == MAXASM ||
	    parse_buffer(&u, "line.s", line, strlen(line)) != 0 ||
	    u.nstmt != 1 || u.stmts[0].type != ST_INSN)
		return;
	in = u.stmts[0].insn;
	if (has_numeric(in->text))
		return; /* the label is not there */
	if (in->pfx != 0 && in->osize == 2)
		return; /* "lock;" goes before the operand size, "lock" after */
	collect(line, in->text);
}

/* ---- the assembler -------------------------------------------------- */

static void
write_lines(const char *path, char **text, const bool *refused)
{
	FILE *f = fopen(path, "w");
	size_t i;

	if (f == NULL)
		die("cannot write", path);
	for (i = 0; i < nasm; i++)
		fprintf(f, "%s\n", refused[i] ? "" : text[i]);
	fclose(f);
}

/* Mark the lines for which the assembler has an error; returns how many. */
static size_t
assemble(const char *path, bool *refused)
{
	char cmd[128], line[1024], *p;
	size_t n = 0, nr;
	FILE *f;

	snprintf(cmd, sizeof cmd, "LC_ALL=C as -o %s.o %s 2>&1", path, path);
	f = popen(cmd, "r");
	while (f != NULL && fgets(line, sizeof line, f) != NULL) {
		p = strchr(line, ':');
		if (strstr(line, " Error: ") == NULL || p == NULL)
			continue;
		nr = strtoul(p + 1, NULL, 10);
		if (nr == 0 || nr > nasm)
			die("the assembler says", line);
		n += !refused[nr - 1];
		refused[nr - 1] = true;
	}
	if (f == NULL || (pclose(f) != 0 && n == 0))
		die("cannot run", cmd);
	return n;
}

/*
 * Assemble the lines collected as they are, without those the assembler
 * refuses, and as they were printed.  Returns what is wrong, or NULL; *n is
 * how many were compared.
 */
static const char *
assemble_both(const char *dir, size_t *n)
{
	bool refused[MAXASM] = { false };
	char a[64], b[64], cmd[256];
	size_t bad;

	snprintf(a, sizeof a, "%s/a", dir);
	snprintf(b, sizeof b, "%s/b", dir);
	*n = nasm;
	do {
		write_lines(a, asm_from, refused);
		bad = assemble(a, refused);
		*n -= bad;
	} while (bad != 0);
	write_lines(b, asm_to, refused);
	if (assemble(b, refused) != 0)
		return "the assembler refuses what was printed";
	snprintf(cmd, sizeof cmd, "cmp -s %s.o %s.o", a, b);
	return system(cmd) != 0 ? "what was printed is other code" : NULL;
}

/* Compare all lines collected so far, and forget them. */
static void
compare_assembled(bool expect_bad)
{
	char dir[] = "/tmp/fuzz_parse.XXXXXX", cmd[64];
	const char *wrong;
	size_t n;

	if (mkdtemp(dir) == NULL)
		die("cannot make", dir);
	wrong = assemble_both(dir, &n);
	if ((wrong != NULL) != expect_bad)
		die(wrong != NULL ? wrong : "other code is not noticed", dir);
	snprintf(cmd, sizeof cmd, "rm -r %s", dir);
	if (system(cmd) != 0)
		die("cannot remove", dir);
	ncompared += n;
	nasrefused += nasm - n;
	while (nasm > 0) {
		free(asm_from[--nasm]);
		free(asm_to[nasm]);
	}
}

/* Wrong prints must be noticed. */
static void
twins(void)
{
	collect("movl $1, %eax", "movl $2, %eax");
	compare_assembled(true);
	collect("movl $1, %eax", "mov $1, %al");
	compare_assembled(true);
	collect("movl $1, %eax", "movl $1, eax, eax");
	compare_assembled(true);
	ncompared = nasrefused = 0;
}

int
main(int argc, char **argv)
{
	unsigned long n = argc > 1 ? strtoul(argv[1], NULL, 0) : 3000;
	unsigned long first = argc > 2 ? strtoul(argv[2], NULL, 0) : 1;
	int k;

	signal(SIGSEGV, on_signal);
	signal(SIGABRT, on_signal);
	signal(SIGFPE, on_signal);
	add_corpus();
	diag_stream(NULL);
	twins();
	for (input = first; input < first + n; input++) {
		rnd_state = input * 0x9e3779b97f4a7c15u;
		fuzz_file();
		for (k = 0; k < 4; k++)
			fuzz_line();
		xfree_all();
		if (nasm == MAXASM)
			compare_assembled(false);
	}
	compare_assembled(false);
	printf("fuzz_parse: %lu inputs, %lu accepted, %lu refused; "
	       "%lu lines assembled alike, %lu refused by the assembler\n",
	    n, naccepted, nrefused, ncompared, nasrefused);
	if (n >= 1000 && (naccepted == 0 || nrefused == 0 || ncompared < 10))
		die("inputs are all alike", "");
	return 0;
}
