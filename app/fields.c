/*
 * fields.c: the fields of a type, as DWARF describes them (types.h).
 *
 * A type is a tree of members and array elements; what is asked for are its
 * leaves: numbers, pointers, and arrays of these, which count as one.
 */
#include <dwarf.h>
#include <stdio.h>
#include <string.h>

#include "types.h"

bool
type_peel(Dwarf_Die *type, Dwarf_Die *peeled)
{
	return dwarf_peel_type(type, peeled) == 0;
}

uint64_t
type_bytes(Dwarf_Die *type)
{
	Dwarf_Word n;

	return dwarf_aggregate_size(type, &n) == 0 ? n : 0;
}

bool
type_is_struct(Dwarf_Die *peeled)
{
	int tag = dwarf_tag(peeled);

	return tag == DW_TAG_structure_type || tag == DW_TAG_union_type;
}

static bool
peeled_type(Dwarf_Die *die, Dwarf_Die *type)
{
	Dwarf_Attribute a;
	Dwarf_Die t;

	return dwarf_attr_integrate(die, DW_AT_type, &a) != NULL &&
	    dwarf_formref_die(&a, &t) != NULL && type_peel(&t, type);
}

static uint64_t
number(Dwarf_Die *die, unsigned name)
{
	Dwarf_Attribute a;
	Dwarf_Word n;

	if (dwarf_attr(die, name, &a) == NULL || dwarf_formudata(&a, &n) != 0)
		return 0;
	return n;
}

/* Of an array: its elements' type, peeled, and size. */
static bool
element(Dwarf_Die *array, Dwarf_Die *type, uint64_t *bytes)
{
	if (!peeled_type(array, type))
		return false;
	*bytes = type_bytes(type);
	return *bytes != 0;
}

/* What is described next: a place of this type. */
struct place {
	struct type_field f;
	size_t len; /* of f.path */
};

static void
append(struct place *p, const char *separator, const char *name)
{
	size_t room = sizeof(p->f.path) - p->len;
	int n = snprintf(p->f.path + p->len, room, "%s%s",
	    p->len != 0 ? separator : "", name);

	p->len += n < 0 ? 0 : (size_t)n < room ? (size_t)n : room - 1;
}

/* The place of a member within that of its struct. */
static struct place
member_place(const struct place *of, Dwarf_Die *member)
{
	const char *name = dwarf_diename(member);
	struct place p = *of;
	uint64_t bits = number(member, DW_AT_bit_size);

	p.f.offset_bytes += number(member, DW_AT_data_member_location) +
	    number(member, DW_AT_data_bit_offset) / 8;
	p.f.typed = peeled_type(member, &p.f.type);
	p.f.bytes = p.f.typed ? type_bytes(&p.f.type) : 0;
	if (bits != 0)
		p.f.bytes = (number(member, DW_AT_data_bit_offset) % 8 + bits +
				7) /
		    8;
	if (name != NULL)
		append(&p, ".", name);
	return p;
}

static struct place
element_place(const struct place *of, Dwarf_Die *type, uint64_t bytes,
    uint64_t i)
{
	struct place p = *of;
	char text[32];

	snprintf(text, sizeof(text), "[%llu]", (unsigned long long)i);
	p.f.offset_bytes += i * bytes;
	p.f.bytes = bytes;
	p.f.type = *type;
	append(&p, "", text);
	return p;
}

/* An array whose elements are looked at one by one. */
static bool
divides(const struct place *p, Dwarf_Die *type, uint64_t *bytes)
{
	Dwarf_Die array = p->f.type;

	return p->f.typed && dwarf_tag(&array) == DW_TAG_array_type &&
	    element(&array, type, bytes) &&
	    (type_is_struct(type) || dwarf_tag(type) == DW_TAG_array_type ||
		dwarf_tag(type) == DW_TAG_pointer_type);
}

/* ---- one -------------------------------------------------------------------------- */

static bool
member_at(const struct place *p, uint64_t offset, struct place *found)
{
	Dwarf_Die type = p->f.type, die;

	if (dwarf_child(&type, &die) != 0)
		return false;
	do {
		if (dwarf_tag(&die) != DW_TAG_member)
			continue;
		*found = member_place(p, &die);
		if (offset >= found->f.offset_bytes &&
		    offset - found->f.offset_bytes < found->f.bytes)
			return true;
	} while (dwarf_siblingof(&die, &die) == 0);
	return false;
}

bool
type_field_at(Dwarf_Die *type, uint64_t offset, struct type_field *f)
{
	struct place p = { 0 }, inner;
	uint64_t bytes;
	Dwarf_Die t;

	p.f.typed = type_peel(type, &p.f.type);
	p.f.bytes = p.f.typed ? type_bytes(&p.f.type) : 0;
	if (offset >= p.f.bytes)
		return false;
	for (;;) {
		if (p.f.typed && type_is_struct(&p.f.type)) {
			if (!member_at(&p, offset, &inner))
				return false;
			p = inner;
		} else if (divides(&p, &t, &bytes)) {
			p = element_place(&p, &t, bytes,
			    (offset - p.f.offset_bytes) / bytes);
		} else {
			*f = p.f;
			return true;
		}
	}
}

/* ---- all -------------------------------------------------------------------------- */

typedef void (*field_fn)(void *arg, const struct type_field *);

static void
each(const struct place *p, field_fn fn, void *arg)
{
	Dwarf_Die type = p->f.type, die, t;
	struct place inner;
	uint64_t bytes;

	if (p->f.typed && type_is_struct(&type)) {
		if (dwarf_child(&type, &die) != 0)
			return;
		do {
			if (dwarf_tag(&die) != DW_TAG_member)
				continue;
			inner = member_place(p, &die);
			each(&inner, fn, arg);
		} while (dwarf_siblingof(&die, &die) == 0);
	} else if (divides(p, &t, &bytes)) {
		for (uint64_t i = 0; i < p->f.bytes / bytes; i++) {
			inner = element_place(p, &t, bytes, i);
			each(&inner, fn, arg);
		}
	} else
		fn(arg, &p->f);
}

void
type_each_field(Dwarf_Die *type, field_fn fn, void *arg)
{
	struct place p = { 0 };

	p.f.typed = type_peel(type, &p.f.type);
	p.f.bytes = p.f.typed ? type_bytes(&p.f.type) : 0;
	each(&p, fn, arg);
}
