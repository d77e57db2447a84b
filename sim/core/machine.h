/*
 * machine.h: the constants of the simulated machine.
 *
 * They come from a machine file (scenarios/machines/c2758.ini says how one
 * is written) and from --set arguments, and never change afterwards.  Each
 * carries where it comes from: a tag, the range its source allows, the
 * source, and the line or argument that gave the value.
 *
 * Set up before the simulation starts; afterwards read by anybody.  Contains
 * no pointers: copy it freely, nothing to free.
 */
#ifndef CORE_MACHINE_H
#define CORE_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

#include "core/err.h"
#include "core/machine_keys.h"
#include "core/units.h"

/* How a value is known.  TAG_SET: chosen for an experiment, by --set. */
enum machine_tag {
	TAG_NONE,
	TAG_MEASURED,
	TAG_SPECIFIED,
	TAG_ESTIMATE,
	TAG_CALIBRATED,
	TAG_SET
};

struct machine_note {
	enum machine_tag tag;
	bool ranged;        /* the file states low..high */
	unsigned line;      /* of the machine file */
	uint64_t low, high; /* same unit as the value */
	char source[200];
};

#define MACHINE_ID(section, key, ...) MACHINE_##section##_##key,
enum machine_key { MACHINE_KEYS(MACHINE_ID) MACHINE_NKEYS };
#undef MACHINE_ID

struct machine {
#define MACHINE_FIELD(section, key, field, ...) uint64_t field;
	MACHINE_KEYS(MACHINE_FIELD)
#undef MACHINE_FIELD
	char path[1024]; /* of the machine file, as given */
	struct machine_note note[MACHINE_NKEYS];
};

/*
 * Read the file at path, then apply sets[0..nsets), each "section.key=value";
 * the last one for a key wins.  A value from the file lies in its stated
 * range, one from sets only within what the model can compute with.
 * Fails with EX_INPUT and the first error of the file, by line, else of sets.
 */
enum exit_code machine_load(struct machine *, const char *path,
    const char *const *sets, size_t nsets, struct err *);

/* Would name=value do among sets?  Fails with file and line in front. */
enum exit_code machine_check_set(const char *name, const char *value,
    const char *file, unsigned line, struct err *);

/* What machine_load() asks at its end: do they fit together?  EX_INPUT. */
enum exit_code machine_check(const struct machine *, struct err *);

/* Equal for machines whose constants are equal, wherever they come from. */
uint64_t machine_hash(const struct machine *);

/*
 * Print as a machine file: reading it back gives the same constants, notes
 * and hash.  Comments say what each constant is and which line of the file,
 * or "--set", gave it.  No directory is printed.
 */
void machine_print(const struct machine *, FILE *);

/*
 * The same as an object {file, hash, constants: {"section.key": {value, low,
 * high, unit, text, tag, source, origin, what}}}; the caller's reference.
 */
json_t *machine_json(const struct machine *);

/* The rows, for tests and sweeps that go through all constants. */
struct machine_row {
	const char *name; /* "l2.hit" */
	const char *section, *key, *what;
	enum unit unit;
	const char *min, *max; /* what the model can compute with */
};

const struct machine_row *machine_row(enum machine_key);
uint64_t machine_value(const struct machine *, enum machine_key);
const char *machine_tag_name(enum machine_tag);

#endif
