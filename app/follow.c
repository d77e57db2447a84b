/*
 * follow.c: --each (follow.h).
 *
 *	NAME	a CPU that enters it works on something that it names later
 *	NAME:1	.. on what argument 1, the second, points to
 *	+NAME:1	.. and that is a new one
 *	!NAME:1	.. and the last time: after this, it is another
 *	-NAME	on nothing that counts
 *	=NAME	goes on with what it did before that
 */
#include <stdlib.h>
#include <string.h>

#include "follow.h"

static const char marks[] = "+!-=";
static const enum profile_work meaning[] = { PROFILE_NEW, PROFILE_LAST,
	PROFILE_PAUSE, PROFILE_GO_ON };

/* Of "+NAME:1": what it means; false: nothing. */
static bool
parse_word(struct follow_step *step, const char *word, char *name, size_t size)
{
	const char *const mark = *word != '\0' ? strchr(marks, *word) : NULL;
	const size_t n = strcspn(word + (mark != NULL), ":");
	const char *rest;

	if (mark != NULL)
		word++;
	rest = word + n;
	if (n == 0 || n >= size)
		return false;
	memcpy(name, word, n);
	name[n] = '\0';
	step->work = mark == NULL ? PROFILE_UNKNOWN : meaning[mark - marks];
	if (*rest == '\0')
		return step->work > PROFILE_LAST;
	if (step->work == PROFILE_UNKNOWN)
		step->work = PROFILE_OBJECT;
	step->arg = (unsigned)(rest[1] - '0');
	return step->work <= PROFILE_LAST && step->arg < KVIEW_ARGS &&
	    rest[2] == '\0';
}

static enum exit_code
add(struct follow *f, struct kview *kv, const struct types *t, const char *word,
    struct err *err)
{
	struct follow_step *step = &f->step[f->n];
	const struct types_symbol *s;
	char name[128];

	if (f->n == FOLLOW_STEPS)
		return err_set(err, EX_INPUT, "--each: more than %d functions",
		    FOLLOW_STEPS);
	if (!parse_word(step, word, name, sizeof(name)))
		return err_set(err, EX_INPUT,
		    "--each: '%s' is no step; write NAME, NAME:0, +NAME:0, !NAME:0, "
		    "-NAME or =NAME",
		    word);
	s = types_named(t, name);
	if (s == NULL || !s->function)
		return err_set(err, EX_INPUT,
		    "--each: the image has no function '%s'; nm lists them",
		    name);
	step->fn = kview_add(kv, s, true);
	f->n++;
	return EX_GOOD;
}

enum exit_code
follow_parse(struct follow *f, struct kview *kv, const struct types *t,
    const char *list, struct err *err)
{
	char *copy = strdup(list), *rest = copy, *word;

	if (copy == NULL)
		abort();
	while (err->code == EX_GOOD && (word = strsep(&rest, ",")) != NULL)
		(void)add(f, kv, t, word, err);
	free(copy);
	return err->code;
}

void
follow_seen(const struct follow *f, const struct kview_seen *s)
{
	for (unsigned i = 0; i < f->n; i++)
		if (f->step[i].fn == s->fn)
			profile_work(s->cpu, f->step[i].work,
			    s->arg[f->step[i].arg]);
}
