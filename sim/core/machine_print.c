/*
 * machine_print.c: the machine as text and as JSON (machine.h).
 */
#include <string.h>

#include "core/hash.h"
#include "core/json_out.h"
#include "core/machine.h"

/* The file's name without its directory: results must not depend on it. */
static const char *
base(const struct machine *m)
{
	const char *slash = strrchr(m->path, '/');

	return slash == NULL ? m->path : slash + 1;
}

static void
print_constant(const struct machine *m, enum machine_key k, FILE *f)
{
	const struct machine_row *row = machine_row(k);
	const struct machine_note *note = &m->note[k];
	char val[UNIT_TEXT], low[UNIT_TEXT], high[UNIT_TEXT];
	char range[2 * UNIT_TEXT + 2];

	fprintf(f, "# %s", row->what);
	if (row->unit == UNIT_TIME)
		fprintf(f, " (%s)", unit_format_ns(machine_value(m, k), val));
	if (note->line == 0)
		fprintf(f, "; --set\n");
	else
		fprintf(f, "; line %u\n", note->line);
	unit_format(row->unit, machine_value(m, k), val);
	snprintf(range, sizeof(range), "%s..%s",
	    unit_format(row->unit, note->low, low),
	    unit_format(row->unit, note->high, high));
	fprintf(f, "%s = %s %s %s \"%s\"\n", row->key, val,
	    machine_tag_name(note->tag), range, note->source);
}

void
machine_print(const struct machine *m, FILE *f)
{
	const char *section = "";
	char buf[HASH_TEXT];

	fprintf(f, "# machine %s, hash %s\n", base(m),
	    hash_format(machine_hash(m), buf));
	for (enum machine_key k = 0; k < MACHINE_NKEYS; k++) {
		if (strcmp(machine_row(k)->section, section) != 0) {
			section = machine_row(k)->section;
			fprintf(f, "\n[%s]\n", section);
		}
		print_constant(m, k, f);
	}
}

/* A value as a number in the unit that numbers of its kind are printed in. */
static json_t *
number(enum unit unit, uint64_t val)
{
	if (unit == UNIT_TIME || unit == UNIT_RATE)
		return json_fixed((double)val / 10, 1);
	return json_integer((json_int_t)val);
}

static json_t *
constant(const struct machine *m, enum machine_key k)
{
	static const char *const units[UNIT_KINDS] = { [UNIT_COUNT] = "",
		[UNIT_TIME] = "cyc",
		[UNIT_SIZE] = "B",
		[UNIT_FREQ] = "Hz",
		[UNIT_RATE] = "B/cyc",
		[UNIT_BANDWIDTH] = "B/s",
		[UNIT_PCI_ID] = "" };
	const struct machine_row *row = machine_row(k);
	const struct machine_note *note = &m->note[k];
	char text[UNIT_TEXT];
	json_t *origin;

	unit_format(row->unit, machine_value(m, k), text);
	origin = note->line == 0 ? json_string("--set")
				 : json_sprintf("%s:%u", base(m), note->line);
	return json_pack("{so so so ss ss ss ss so ss}", "value",
	    number(row->unit, machine_value(m, k)), "low",
	    number(row->unit, note->low), "high", number(row->unit, note->high),
	    "unit", units[row->unit], "text", text, "tag",
	    machine_tag_name(note->tag), "source", note->source, "origin",
	    origin, "what", row->what);
}

json_t *
machine_json(const struct machine *m)
{
	json_t *constants = json_object();

	for (enum machine_key k = 0; k < MACHINE_NKEYS; k++)
		json_object_set_new(constants, machine_row(k)->name,
		    constant(m, k));
	return json_pack("{ss so so}", "file", base(m), "hash",
	    json_hex64(machine_hash(m)), "constants", constants);
}
