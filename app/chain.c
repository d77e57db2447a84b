/*
 * chain.c: lists of functions, and the piece of a trace that they mean
 * (chain.h).
 */
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chain.h"

static void
set_role(struct chain *c, unsigned fn, enum chain_role role)
{
	if (fn >= c->n) {
		c->role = realloc(c->role, fn + 1);
		if (c->role == NULL)
			abort();
		memset(c->role + c->n, 0, fn + 1 - c->n);
		c->n = fn + 1;
	}
	c->role[fn] |= (unsigned char)role;
}

enum exit_code
chain_add(struct chain *c, struct kview *kv, const struct types *t,
    enum chain_role role, const char *pattern, struct err *err)
{
	const bool exact = strpbrk(pattern, "*?[") == NULL;
	size_t n, found = 0;
	const struct types_symbol *s = types_symbols(t, &n);

	for (size_t i = 0; i < n; i++)
		if (s[i].function && fnmatch(pattern, s[i].name, 0) == 0) {
			set_role(c, kview_add(kv, &s[i], exact), role);
			found++;
		}
	if (found != 0)
		return EX_GOOD;
	return err_set(err, EX_INPUT,
	    "the image has no function '%s'; nm shows what it has (one that "
	    "the compiler put into its callers is none)",
	    pattern);
}

static enum exit_code
read_line(struct chain *c, struct kview *kv, const struct types *t, char *line,
    struct err *err)
{
	static const struct {
		const char *word;
		enum chain_role role;
	} roles[] = { { "step", CHAIN_STEP }, { "lead", CHAIN_LEAD },
		{ "from", CHAIN_FROM }, { "to", CHAIN_TO } };
	char *save, *word;
	enum chain_role role = 0;

	line[strcspn(line, "#\n")] = '\0';
	word = strtok_r(line, " \t", &save);
	if (word == NULL)
		return EX_GOOD;
	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
		if (strcmp(word, roles[i].word) == 0)
			role = roles[i].role;
	if (role == 0)
		return err_set(err, EX_INPUT,
		    "'%s' begins no line; write lead, from, step or to, and "
		    "functions",
		    word);
	while ((word = strtok_r(NULL, " \t", &save)) != NULL)
		if (chain_add(c, kv, t, role, word, err) != EX_GOOD)
			return err->code;
	return EX_GOOD;
}

enum exit_code
chain_read(struct chain *c, struct kview *kv, const struct types *t,
    const char *path, struct err *err)
{
	FILE *f = fopen(path, "r");
	struct err inner = ERR_NONE;
	char *line = NULL;
	size_t room = 0;
	unsigned n = 0;

	if (f == NULL)
		return err_at(err, EX_INPUT, path, 0,
		    "cannot read the chain: %s; name a file with lines such "
		    "as 'step bridge_input'",
		    strerror(errno));
	while (inner.code == EX_GOOD && getline(&line, &room, f) != -1) {
		n++;
		(void)read_line(c, kv, t, line, &inner);
	}
	free(line);
	fclose(f);
	if (inner.code == EX_GOOD)
		return EX_GOOD;
	return err_at(err, inner.code, path, n, "%s", inner.text);
}

void
chain_free(struct chain *c)
{
	free(c->role);
	c->role = NULL;
	c->n = 0;
}

/* ---- the piece ------------------------------------------------------------------- */

static bool
has(const struct chain *c, unsigned roles)
{
	for (size_t i = 0; i < c->n; i++)
		if ((c->role[i] & roles) != 0)
			return true;
	return false;
}

/* The last lead of that event's CPU before it, or itself. */
static size_t
lead_of(const struct chain *c, const struct kview_seen *e, size_t from)
{
	for (size_t i = from; i-- > 0;)
		if (e[i].cpu == e[from].cpu &&
		    (chain_role(c, e[i].fn) & CHAIN_LEAD) != 0)
			return i;
	return from;
}

bool
chain_find(const struct chain *c, const struct kview_seen *e, size_t n,
    unsigned nth, size_t *first, size_t *end)
{
	bool from = has(c, CHAIN_FROM), to = has(c, CHAIN_TO);
	size_t i = 0;

	for (unsigned k = 0; k < nth; k++) {
		while (from && i < n &&
		    (chain_role(c, e[i].fn) & CHAIN_FROM) == 0)
			i++;
		if (i == n)
			return false;
		*first = from ? lead_of(c, e, i) : i;
		while (to && i < n && (chain_role(c, e[i].fn) & CHAIN_TO) == 0)
			i++;
		if (to && i == n)
			return false;
		*end = to ? i + 1 : n;
		i = *end;
	}
	return true;
}
