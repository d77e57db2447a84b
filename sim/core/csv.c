/*
 * csv.c: reference tables (csv.h).
 */
#include <stdlib.h>
#include <string.h>

#include "core/csv.h"
#include "core/units.h"

static void *
table(size_t n, size_t size)
{
	void *p = calloc(n == 0 ? 1 : n, size);

	if (p == NULL)
		abort();
	return p;
}

static unsigned
columns(const char *line)
{
	unsigned n = 1;

	for (; *line != '\0'; line++)
		n += *line == ',';
	return n;
}

/* Replace the commas of line by ends of strings. */
static char **
split(char *line, unsigned ncol)
{
	char **cell = table(ncol, sizeof(*cell));

	for (unsigned i = 0; i < ncol; i++)
		cell[i] = strsep(&line, ",");
	return cell;
}

static enum exit_code
read_rows(struct csv *t, const char *path, const char *header, struct err *err)
{
	unsigned ncol = columns(header), got;
	bool headed = false;

	for (unsigned i = 0; i < t->text.n; i++) {
		char *line = t->text.line[i];

		if (*line == '\0' || *line == '#')
			continue;
		if (!headed && strcmp(line, header) != 0)
			return err_at(err, EX_INPUT, path, i + 1,
			    "header '%.80s'; it must be '%s'", line, header);
		if (!headed) {
			headed = true;
			continue;
		}
		got = columns(line);
		if (got != ncol)
			return err_at(err, EX_INPUT, path, i + 1,
			    "%u cells; write %u: %s", got, ncol, header);
		t->row[t->n++] = (struct csv_row){ i + 1, split(line, ncol) };
	}
	if (!headed)
		return err_at(err, EX_INPUT, path, t->text.n,
		    "no header; begin with '%s'", header);
	return EX_GOOD;
}

enum exit_code
csv_load(struct csv *t, const char *path, const char *header, struct err *err)
{
	enum exit_code ec;

	*t = (struct csv){ .row = NULL };
	ec = text_load(&t->text, path, err);
	if (ec != EX_GOOD)
		return ec;
	t->row = table(t->text.n, sizeof(*t->row));
	ec = read_rows(t, path, header, err);
	if (ec != EX_GOOD)
		csv_free(t);
	return ec;
}

void
csv_free(struct csv *t)
{
	for (unsigned i = 0; i < t->n; i++)
		free(t->row[i].cell);
	free(t->row);
	text_free(&t->text);
	*t = (struct csv){ .row = NULL };
}

enum { NAME, LOW, HIGH, UNIT, TAG, WHAT };
#define REFS_HEADER "name,low,high,unit,tag,what"

const struct ref *
refs_find(const struct refs *refs, const char *name)
{
	for (unsigned i = 0; i < refs->n; i++)
		if (strcmp(refs->ref[i].name, name) == 0)
			return &refs->ref[i];
	return NULL;
}

/* "10.5" and "cyc" as clock units */
static enum exit_code
time_cell(const char *path, unsigned line, const char *number, const char *unit,
    uint64_t *clk, struct err *err)
{
	struct err why = ERR_NONE;
	char text[TEXT_LINE_MAX + 1];

	snprintf(text, sizeof(text), "%s%s", number, unit);
	if (unit_parse(UNIT_TIME, text, clk, &why) != EX_GOOD)
		return err_at(err, why.code, path, line, "%s", why.text);
	return EX_GOOD;
}

static enum exit_code
ref_read(const struct refs *refs, const char *path, const struct csv_row *row,
    struct ref *r, struct err *err)
{
	char *const *c = row->cell;
	enum exit_code ec;

	*r = (struct ref){ .name = c[NAME], .unit = c[UNIT], .what = c[WHAT] };
	if (*c[NAME] == '\0' || refs_find(refs, c[NAME]) != NULL)
		return err_at(err, EX_INPUT, path, row->line,
		    "name '%.60s' is empty or given twice; rename the row",
		    c[NAME]);
	ec = time_cell(path, row->line, "1", c[UNIT], &r->unit_clk, err);
	if (ec == EX_GOOD)
		ec = time_cell(path, row->line, c[LOW], c[UNIT], &r->low_clk,
		    err);
	if (ec == EX_GOOD)
		ec = time_cell(path, row->line, c[HIGH], c[UNIT], &r->high_clk,
		    err);
	if (ec != EX_GOOD)
		return ec;
	if (r->low_clk > r->high_clk)
		return err_at(err, EX_INPUT, path, row->line,
		    "low %.40s is above high %.40s; exchange them", c[LOW],
		    c[HIGH]);
	r->measured = strcmp(c[TAG], "measured") == 0;
	if (!r->measured && strcmp(c[TAG], "estimate") != 0)
		return err_at(err, EX_INPUT, path, row->line,
		    "no tag '%.40s'; write measured or estimate", c[TAG]);
	return EX_GOOD;
}

enum exit_code
refs_load(struct refs *refs, const char *path, struct err *err)
{
	enum exit_code ec;

	*refs = (struct refs){ .ref = NULL };
	ec = csv_load(&refs->csv, path, REFS_HEADER, err);
	if (ec != EX_GOOD)
		return ec;
	refs->ref = table(refs->csv.n, sizeof(*refs->ref));
	for (unsigned i = 0; i < refs->csv.n; i++) {
		ec = ref_read(refs, path, &refs->csv.row[i], &refs->ref[i],
		    err);
		if (ec != EX_GOOD) {
			refs_free(refs);
			return ec;
		}
		refs->n++;
	}
	return EX_GOOD;
}

void
refs_free(struct refs *refs)
{
	free(refs->ref);
	csv_free(&refs->csv);
	*refs = (struct refs){ .ref = NULL };
}
