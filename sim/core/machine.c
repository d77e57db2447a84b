/*
 * machine.c: reads and checks the constants of the machine (machine.h).
 *
 * A line of the file is decoded into a value and a note, both are checked
 * against the row of machine_keys.h and then stored; --set arguments follow;
 * what binds several constants comes last (machine_check.c).
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "core/hash.h"
#include "core/inifile.h"
#include "core/machine.h"
#include "core/text.h"

static const struct machine_row rows[MACHINE_NKEYS] = {
#define MACHINE_ROW(section, key, field, kind, min, max, what) \
	{ #section "." #key, #section, #key, what, UNIT_##kind, min, max },
	MACHINE_KEYS(MACHINE_ROW)
#undef MACHINE_ROW
};

static const size_t offsets[MACHINE_NKEYS] = {
#define MACHINE_OFFSET(section, key, field, ...) \
	offsetof(struct machine, field),
	MACHINE_KEYS(MACHINE_OFFSET)
#undef MACHINE_OFFSET
};

static const char *const names[MACHINE_NKEYS] = {
#define MACHINE_NAME(section, key, ...) #section "." #key,
	MACHINE_KEYS(MACHINE_NAME)
#undef MACHINE_NAME
};

#define NTAGS 6
static const char *const tags[NTAGS] = { "", "measured", "specified",
	"estimate", "calibrated", "set" };
#define TAGS_HOW "measured, specified, estimate, calibrated or set"

#define SOURCE_MAX 120 /* bytes, so that machine_print()'s lines are short */

const struct machine_row *
machine_row(enum machine_key k)
{
	return &rows[k];
}

const char *
machine_tag_name(enum machine_tag t)
{
	return tags[t];
}

static uint64_t *
slot(struct machine *m, unsigned k)
{
	return (uint64_t *)((char *)m + offsets[k]);
}

uint64_t
machine_value(const struct machine *m, enum machine_key k)
{
	return *(const uint64_t *)((const char *)m + offsets[k]);
}

uint64_t
machine_hash(const struct machine *m)
{
	struct hash h = HASH_INIT;

	for (unsigned k = 0; k < MACHINE_NKEYS; k++) {
		hash_str(&h, rows[k].name);
		hash_u64(&h, machine_value(m, k));
	}
	return hash_value(&h);
}

/* Where messages point: a line of the file, or an argument. */
struct place {
	const char *file;
	unsigned line;
};

static enum exit_code
find_key(const char *name, struct place at, unsigned *k, struct err *err)
{
	const char *near;

	for (*k = 0; *k < MACHINE_NKEYS; ++*k)
		if (strcmp(rows[*k].name, name) == 0)
			return EX_GOOD;
	near = text_nearest(name, names, MACHINE_NKEYS);
	if (near != NULL)
		return err_at(err, EX_INPUT, at.file, at.line,
		    "unknown key '%.60s'; did you mean '%s'?", name, near);
	return err_at(err, EX_INPUT, at.file, at.line,
	    "unknown key '%.60s'; `rangeley show machine' lists all keys",
	    name);
}

/* A quantity for row k within what the model can compute with. */
static enum exit_code
quantity(unsigned k, const char *text, struct place at, uint64_t *val,
    struct err *err)
{
	const struct machine_row *row = &rows[k];
	struct err why = ERR_NONE;
	uint64_t min, max;

	if (unit_parse(row->unit, row->min, &min, &why) != EX_GOOD ||
	    unit_parse(row->unit, row->max, &max, &why) != EX_GOOD)
		return err_set(err, EX_BUG, "machine_keys.h: %s: %s", row->name,
		    why.text);
	if (unit_parse(row->unit, text, val, &why) != EX_GOOD)
		return err_at(err, why.code, at.file, at.line, "%s: %s",
		    row->name, why.text);
	if (*val < min || *val > max)
		return err_at(err, EX_INPUT, at.file, at.line,
		    "%s: '%.60s' is out of range; "
		    "the model takes %s to %s",
		    row->name, text, row->min, row->max);
	return EX_GOOD;
}

/* Cut the word at *s off, and step over the blanks behind it. */
static char *
word(char **s)
{
	char *w = *s;
	size_t n = strcspn(w, " \t");

	*s = w + n + strspn(w + n, " \t");
	w[n] = '\0';
	return w;
}

static enum exit_code
read_tag(unsigned k, const char *text, struct place at,
    struct machine_note *note, struct err *err)
{
	for (unsigned i = TAG_MEASURED; i < NTAGS; i++)
		if (strcmp(text, tags[i]) == 0) {
			note->tag = i;
			return EX_GOOD;
		}
	if (*text == '\0' || *text == '"')
		return err_at(err, EX_INPUT, at.file, at.line,
		    "%s: the tag is missing; write %s after the value",
		    rows[k].name, TAGS_HOW);
	return err_at(err, EX_INPUT, at.file, at.line,
	    "%s: no tag '%.20s'; write %s after the value", rows[k].name, text,
	    TAGS_HOW);
}

/* "low..high" */
static enum exit_code
read_range(unsigned k, char *text, struct place at, struct machine_note *note,
    struct err *err)
{
	char *high = strstr(text, "..");
	enum exit_code ec;

	if (high == NULL)
		return err_at(err, EX_INPUT, at.file, at.line,
		    "%s: '%.40s' is neither a range nor a source; "
		    "write low..high and \"source\"",
		    rows[k].name, text);
	*high = '\0';
	ec = quantity(k, text, at, &note->low, err);
	if (ec == EX_GOOD)
		ec = quantity(k, high + 2, at, &note->high, err);
	if (ec != EX_GOOD)
		return ec;
	if (note->low > note->high)
		return err_at(err, EX_INPUT, at.file, at.line,
		    "%s: the range %.40s..%.40s is empty; "
		    "write the lower end first",
		    rows[k].name, text, high + 2);
	note->ranged = true;
	return EX_GOOD;
}

/* "\"source\"" to the end of the line */
static enum exit_code
read_source(unsigned k, const char *s, struct place at,
    struct machine_note *note, struct err *err)
{
	size_t n = strlen(s);

	if (n < 3 || s[0] != '"' || s[n - 1] != '"' ||
	    memchr(s + 1, '"', n - 2) != NULL)
		return err_at(err, EX_INPUT, at.file, at.line,
		    "%s: the source is missing or not closed; end the line "
		    "with \"source\" (' ;' would start a comment)",
		    rows[k].name);
	if (n - 2 > SOURCE_MAX)
		return err_at(err, EX_INPUT, at.file, at.line,
		    "%s: source of %zu bytes; at most %d", rows[k].name, n - 2,
		    SOURCE_MAX);
	memcpy(note->source, s + 1, n - 2);
	note->source[n - 2] = '\0';
	return EX_GOOD;
}

/* What a range is that the file does not state. */
static void
imply_range(unsigned k, uint64_t val, struct machine_note *note)
{
	struct err why = ERR_NONE;
	uint64_t min = 0, max = 0;

	note->low = note->high = val;
	if (note->tag != TAG_ESTIMATE)
		return;
	unit_parse(rows[k].unit, rows[k].min, &min, &why);
	unit_parse(rows[k].unit, rows[k].max, &max, &why);
	note->low = val - val / 10 * 3 - val % 10 * 3 / 10;
	note->high = val + val / 10 * 3 + val % 10 * 3 / 10;
	if (note->low < min)
		note->low = min;
	if (note->high > max)
		note->high = max;
}

/* VALUE TAG [LOW..HIGH] "SOURCE" */
static enum exit_code
read_constant(unsigned k, char *s, struct place at, uint64_t *val,
    struct machine_note *note, struct err *err)
{
	char *text = word(&s);
	enum exit_code ec = quantity(k, text, at, val, err);

	note->line = at.line;
	if (ec == EX_GOOD)
		ec = read_tag(k, *s == '"' ? s : word(&s), at, note, err);
	if (ec == EX_GOOD && *s != '"' && *s != '\0')
		ec = read_range(k, word(&s), at, note, err);
	if (ec == EX_GOOD)
		ec = read_source(k, s, at, note, err);
	if (ec != EX_GOOD)
		return ec;
	if (!note->ranged && note->tag == TAG_CALIBRATED)
		return err_at(err, EX_INPUT, at.file, at.line,
		    "%s: a calibrated value has no range; write the range of "
		    "the estimate it was chosen from",
		    rows[k].name);
	if (!note->ranged)
		imply_range(k, *val, note);
	if (note->tag != TAG_SET && (*val < note->low || *val > note->high))
		return err_at(err, EX_INPUT, at.file, at.line,
		    "%s: %s lies outside its range; correct one of them, or "
		    "try the value with --set",
		    rows[k].name, text);
	return EX_GOOD;
}

static enum exit_code
file_item(void *ctx, const struct ini_item *item, struct err *err)
{
	struct machine *m = ctx;
	struct place at = { item->path, item->line };
	struct machine_note note = { .tag = TAG_NONE };
	char name[256], value[TEXT_LINE_MAX + 1];
	enum exit_code ec;
	uint64_t val;
	unsigned k;

	snprintf(name, sizeof(name), "%s%s%s", item->section,
	    *item->section == '\0' ? "" : ".", item->key);
	snprintf(value, sizeof(value), "%s", item->value);
	ec = find_key(name, at, &k, err);
	if (ec != EX_GOOD)
		return ec;
	if (m->note[k].tag != TAG_NONE)
		return err_at(err, EX_INPUT, at.file, at.line,
		    "%s stands in line %u already; remove one of them", name,
		    m->note[k].line);
	ec = read_constant(k, value, at, &val, &note, err);
	if (ec != EX_GOOD)
		return ec;
	*slot(m, k) = val;
	m->note[k] = note;
	return EX_GOOD;
}

/* Report a missing key at the last line of its section, else of the file. */
static enum exit_code
check_missing(const struct machine *m, unsigned nlines, struct err *err)
{
	unsigned line = 0;

	for (unsigned k = 0; k < MACHINE_NKEYS; k++) {
		if (m->note[k].tag != TAG_NONE)
			continue;
		for (unsigned i = 0; i < MACHINE_NKEYS; i++)
			if (strcmp(rows[i].section, rows[k].section) == 0 &&
			    m->note[i].line > line)
				line = m->note[i].line;
		return err_at(err, EX_INPUT, m->path, line ? line : nlines,
		    "[%s] lacks '%s'; add %s = value tag low..high "
		    "\"source\"",
		    rows[k].section, rows[k].key, rows[k].key);
	}
	return EX_GOOD;
}

enum exit_code
machine_check_set(const char *name, const char *value, const char *file,
    unsigned line, struct err *err)
{
	const struct place at = { file, line };
	enum exit_code ec;
	uint64_t val;
	unsigned k;

	ec = find_key(name, at, &k, err);
	return ec == EX_GOOD ? quantity(k, value, at, &val, err) : ec;
}

static enum exit_code
set_one(struct machine *m, const char *arg, struct err *err)
{
	const char *eq = strchr(arg, '=');
	struct place at;
	char name[64], where[128];
	enum exit_code ec;
	uint64_t val;
	unsigned k;

	snprintf(where, sizeof(where), "--set %.100s", arg);
	at = (struct place){ where, 0 };
	if (eq == NULL)
		return err_at(err, EX_INPUT, where, 0,
		    "no '='; write --set section.key=value");
	snprintf(name, sizeof(name), "%.*s",
	    eq - arg < 63 ? (int)(eq - arg) : 63, arg);
	if (eq != arg && strchr(name, '.') == NULL)
		return err_at(err, EX_INPUT, where, 0,
		    "unknown key '%s'; constants are written section.key, "
		    "properties of a kernel without --set: %.100s",
		    name, arg);
	ec = find_key(name, at, &k, err);
	if (ec == EX_GOOD)
		ec = quantity(k, eq + 1, at, &val, err);
	if (ec != EX_GOOD)
		return ec;
	*slot(m, k) = val;
	m->note[k].tag = TAG_SET;
	m->note[k].line = 0;
	return EX_GOOD;
}

enum exit_code
machine_load(struct machine *m, const char *path, const char *const *sets,
    size_t nsets, struct err *err)
{
	unsigned nlines = 0;
	enum exit_code ec;

	memset(m, 0, sizeof(*m));
	if (strlen(path) >= sizeof(m->path) || !text_clean(path, strlen(path)))
		return err_set(err, EX_INPUT,
		    "name of the machine file: too long, or not text; "
		    "rename the file");
	strcpy(m->path, path);
	ec = ini_read(path, file_item, m, &nlines, err);
	if (ec == EX_GOOD)
		ec = check_missing(m, nlines, err);
	for (size_t i = 0; ec == EX_GOOD && i < nsets; i++)
		ec = set_one(m, sets[i], err);
	if (ec == EX_GOOD)
		ec = machine_check(m, err);
	return ec;
}
