/*
 * types.h: what an image's debugging information says: functions, variables,
 * structs and their fields (libdw).
 *
 * Any image will do; one of assembly alone has symbols and no types.  Types
 * are Dwarf_Dies, valid until types_close().
 */
#ifndef APP_TYPES_H
#define APP_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <elfutils/libdw.h>

#include "core/err.h"

struct types;

/* Fails with EX_INPUT.  Free with types_close() in any case. */
enum exit_code types_open(struct types **, const char *elf, struct err *);
void types_close(struct types *);

/* Do n bytes at va lie in a segment of the image? */
bool types_mapped(const struct types *, uint64_t va, uint64_t n);

#define TYPES_PARAMETERS 6 /* in registers */

struct types_symbol {
	const char *name; /* lives as long as types */
	uint64_t va, bytes;
	bool function;
	bool typed; /* a variable whose type is known: */
	Dwarf_Die type;
	/* Of a function's parameters; 0: it has no such one, or it is not known. */
	uint8_t parameter_bytes[TYPES_PARAMETERS];
};

/* All functions and variables, sorted by address. */
const struct types_symbol *types_symbols(const struct types *, size_t *n);
/* The one that va lies in, functions or variables; NULL: none. */
const struct types_symbol *types_at(const struct types *, uint64_t va);
/* The function that a hook is of, from where the hook goes back to (a call-out's pc), of
 * an image that is mapped; NULL: none. */
const struct types_symbol *types_of_hook(const struct types *, uint64_t pc);
const struct types_symbol *types_named(const struct types *, const char *name);

/* struct or union `name', as it is defined first. */
bool types_struct(const struct types *, const char *name, Dwarf_Die *);
/* All of them: called by name in ascending order. */
void types_each_struct(const struct types *,
    void (*)(void *arg, const char *name, Dwarf_Die *), void *arg);

/* Of a member at first hand, of a struct that is there; false: none. */
bool types_offset(const struct types *, const char *name, const char *member,
    uint64_t *offset_bytes);

/* ---- one type ------------------------------------------------------------- */

/* Without typedef, const and volatile; false: void, or incomplete. */
bool type_peel(Dwarf_Die *type, Dwarf_Die *peeled);
/* 0: unknown. */
uint64_t type_bytes(Dwarf_Die *type);
bool type_is_struct(Dwarf_Die *peeled);

/* A field that has no fields of its own, or an array of such. */
struct type_field {
	char path[160]; /* "if_data.ifi_ipackets", without the first dot */
	uint64_t offset_bytes, bytes;
	Dwarf_Die type; /* peeled */
	bool typed;     /* false: nothing is known of its type */
};

/* The field that this byte of a struct lies in; false: in none (padding). */
bool type_field_at(Dwarf_Die *type, uint64_t offset_bytes, struct type_field *);

/* All fields, in the order of their definition; of arrays of structs, too. */
void type_each_field(Dwarf_Die *type,
    void (*)(void *arg, const struct type_field *), void *arg);

/* What a pointer points to, if that is a struct that is defined. */
bool type_target(const struct types *, Dwarf_Die *pointer, Dwarf_Die *to,
    const char **name);

#endif
