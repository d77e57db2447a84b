/*
 * parse_int.h: what the files of the parser share.
 *
 *	parse.c       characters -> statements
 *	parse_dir.c   directives: sections, .file, .loc; what is refused
 *	parse_insn.c  instructions: prefixes, mnemonic, operands
 */
#ifndef ANNOTATE_PARSE_INT_H
#define ANNOTATE_PARSE_INT_H

#include "cpu/annotate/annotate.h"

struct section {
	const char *name;
	bool exec; /* holds code */
};

struct parser {
	struct unit *u;
	const char *path;
	const char *begin, *p, *end; /* the text, NUL-terminated */
	unsigned line;               /* of *p */

	/* the statement */
	const char *raw;
	size_t raw_n; /* byte for byte */
	char *clean;
	size_t clean_n, clean_size; /* without comments */
	bool blank;                 /* clean is white space so far */
	bool line_start;            /* raw begins a line */
	unsigned sline;             /* line it begins on */
	struct loc at;              /* where it comes from */

	/* sections */
	struct section sec, prev; /* current, and for .previous */
	struct section *stack;
	size_t nstack; /* pairs: sec, prev */
	struct section *known;
	size_t nknown;

	/* source locations */
	const char **files;
	size_t nfile;          /* of .file, by number */
	struct loc loc;        /* of the last .loc */
	bool by_hand;          /* between #APP and #NO_APP */
	struct loc marker;     /* of the last # line "file" ... */
	unsigned marker_sline; /* ... for this line of the text */

	unsigned opaque; /* depth of .macro, .rept, .if */
	const char **macros;
	size_t nmacro;
	unsigned pfx; /* prefixes that stood alone */
	int nerror;
};

/* parse.c */
bool is_symbol_char(char);
size_t symbol_length(const char *); /* plain or quoted; 0: none */
const char *skip_space(const char *);
int parse_error(struct parser *, const char *msg, const char *what);
struct stmt *parse_add(struct parser *, enum stmt_type, const char *text);
void parse_add_directive(struct parser *);
void parse_flush_prefix(struct parser *);

/* parse_dir.c: s is the clean statement from its first character on. */
bool parse_is_directive(const char *s);
bool parse_is_macro(const struct parser *, const char *s);
void parse_directive(struct parser *, const char *s);

/* parse_insn.c */
void parse_insn(struct parser *, const char *s);

#endif
