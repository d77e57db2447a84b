/*
 * layout.c: `rangeley show layout': structs as the compiler laid them out.
 *
 * Two kernels made from one source under different options must have the same
 * structs, or a pointer that crosses files would mean two things, and figures of
 * the two would differ for reasons of their caches.  What is compared are leaves
 * (fields.c): name with the way to it, offset, size, and the name of the type.
 */
#include <dwarf.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "core/json_out.h"
#include "layout.h"
#include "types.h"

#define LINE_BYTES 64

struct fields {
	struct type_field *f;
	size_t n;
};

static void
add_field(void *arg, const struct type_field *f)
{
	struct fields *all = arg;

	all->f = reallocarray(all->f, all->n + 1, sizeof(*all->f));
	if (all->f == NULL)
		abort();
	all->f[all->n++] = *f;
}

static struct fields
fields_of(Dwarf_Die *die)
{
	struct fields all = { NULL, 0 };

	type_each_field(die, add_field, &all);
	return all;
}

static const char *
type_name(const struct type_field *f)
{
	Dwarf_Die die = f->type;
	const char *name = f->typed ? dwarf_diename(&die) : NULL;

	if (name != NULL)
		return name;
	if (!f->typed)
		return "?";
	switch (dwarf_tag(&die)) {
	case DW_TAG_pointer_type:
		return "pointer";
	case DW_TAG_array_type:
		return "array";
	default:
		return "?";
	}
}

static enum exit_code
open_types(struct types **t, const char *elf)
{
	struct err err = ERR_NONE;

	(void)types_open(t, elf, &err);
	return fail(&err);
}

/* ---- one image ------------------------------------------------------------------ */

static void
print_struct(const char *name, Dwarf_Die *die)
{
	struct fields all = fields_of(die);
	uint64_t line = UINT64_MAX;

	printf("struct %s, %" PRIu64 " bytes\n", name, type_bytes(die));
	for (size_t i = 0; i < all.n; i++) {
		const struct type_field *f = &all.f[i];

		if (f->offset_bytes / LINE_BYTES != line) {
			line = f->offset_bytes / LINE_BYTES;
			printf("  line %" PRIu64 "\n", line);
		}
		printf("    %5" PRIu64 " %5" PRIu64 "  %s\n", f->offset_bytes,
		    f->bytes, f->path);
	}
	free(all.f);
}

static json_t *
struct_json(Dwarf_Die *die)
{
	struct fields all = fields_of(die);
	json_t *fields = json_array();

	for (size_t i = 0; i < all.n; i++)
		json_array_append_new(fields,
		    json_pack("{s:s s:I s:I s:s}", "field", all.f[i].path,
			"offset", (json_int_t)all.f[i].offset_bytes, "bytes",
			(json_int_t)all.f[i].bytes, "type",
			type_name(&all.f[i])));
	free(all.f);
	return json_pack("{s:I s:o}", "bytes", (json_int_t)type_bytes(die),
	    "fields", fields);
}

static void
print_name(void *arg, const char *name, Dwarf_Die *die)
{
	(void)arg;
	printf("%6" PRIu64 "  %s\n", type_bytes(die), name);
}

static void
add_json(void *arg, const char *name, Dwarf_Die *die)
{
	json_object_set_new(arg, name, struct_json(die));
}

static enum exit_code
print_json(const struct types *t, const char *name, Dwarf_Die *die)
{
	json_t *j = json_object();
	struct err err = ERR_NONE;

	if (name != NULL)
		add_json(j, name, die);
	else
		types_each_struct(t, add_json, j);
	json_print(j, stdout, "standard output", &err);
	json_decref(j);
	return fail(&err);
}

enum exit_code
layout_print(const char *elf, const char *name, bool json)
{
	struct types *t;
	Dwarf_Die die;
	enum exit_code rc = open_types(&t, elf);

	if (rc == EX_GOOD && name != NULL && !types_struct(t, name, &die)) {
		fprintf(stderr,
		    "rangeley: %s: no struct '%s'; without a name all are "
		    "listed\n",
		    elf, name);
		rc = EX_INPUT;
	}
	if (rc == EX_GOOD && json)
		rc = print_json(t, name, &die);
	else if (rc == EX_GOOD && name != NULL)
		print_struct(name, &die);
	else if (rc == EX_GOOD)
		types_each_struct(t, print_name, NULL);
	types_close(t);
	return rc;
}

/* ---- two images ------------------------------------------------------------------ */

struct comparison {
	const struct types *other;
	unsigned same, differ, missing;
};

static bool
same_field(const struct type_field *a, const struct type_field *b)
{
	return strcmp(a->path, b->path) == 0 &&
	    a->offset_bytes == b->offset_bytes && a->bytes == b->bytes &&
	    strcmp(type_name(a), type_name(b)) == 0;
}

static void
print_field(const char *what, const struct fields *all, size_t i)
{
	if (i >= all->n)
		printf("  %s  nothing\n", what);
	else
		printf("  %s  %s at %" PRIu64 ", %" PRIu64 " bytes, %s\n", what,
		    all->f[i].path, all->f[i].offset_bytes, all->f[i].bytes,
		    type_name(&all->f[i]));
}

/* The first field that is not the same in both. */
static void
compare(void *arg, const char *name, Dwarf_Die *die)
{
	struct comparison *c = arg;
	struct fields a, b;
	Dwarf_Die other;
	size_t i = 0;

	if (!types_struct(c->other, name, &other)) {
		c->missing++;
		return;
	}
	a = fields_of(die);
	b = fields_of(&other);
	while (i < a.n && i < b.n && same_field(&a.f[i], &b.f[i]))
		i++;
	if (i == a.n && i == b.n && type_bytes(die) == type_bytes(&other)) {
		c->same++;
	} else {
		c->differ++;
		printf("struct %s: %" PRIu64 " and %" PRIu64 " bytes\n", name,
		    type_bytes(die), type_bytes(&other));
		print_field("this ", &a, i);
		print_field("other", &b, i);
	}
	free(a.f);
	free(b.f);
}

enum exit_code
layout_compare(const char *elf, const char *other)
{
	struct types *t, *o = NULL;
	struct comparison c = { .same = 0 };
	enum exit_code rc = open_types(&t, elf);

	if (rc == EX_GOOD)
		rc = open_types(&o, other);
	if (rc == EX_GOOD) {
		c.other = o;
		types_each_struct(t, compare, &c);
		printf("%u structs are the same, %u are not; %u are not in "
		       "the other image\n",
		    c.same, c.differ, c.missing);
		rc = c.differ != 0 ? EX_FINDING : EX_GOOD;
	}
	types_close(t);
	types_close(o);
	return rc;
}
