/*
 * types.c: functions, variables and structs of an image (types.h).
 *
 * The kernel's sources are compiled one by one, so a struct is described once in
 * each that includes its header.  The first description counts, or one of another
 * place in the source that says more: <machine/mutex.h> shows a mutex's fields to
 * few.  What a pointer leads to is therefore looked up by name.
 */
#include <dwarf.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <uthash.h>

#include "types.h"

struct record {
	const char *name;
	Dwarf_Die die;
	int line; /* of its source */
	UT_hash_handle hh;
};

struct types {
	int fd;
	Dwarf *dw;
	Elf *elf;
	struct types_symbol *sym;
	size_t nsym;
	struct record *structs;
};

/* ---- symbols ---------------------------------------------------------------- */

static void
add_symbol(struct types *t, const struct types_symbol *s)
{
	if ((t->nsym & (t->nsym - 1)) == 0) {
		t->sym = realloc(t->sym,
		    (t->nsym == 0 ? 1 : 2 * t->nsym) * sizeof(*t->sym));
		if (t->sym == NULL)
			abort();
	}
	t->sym[t->nsym++] = *s;
}

static void
read_symtab(struct types *t, Elf_Scn *scn, const GElf_Shdr *sh)
{
	Elf_Data *data = elf_getdata(scn, NULL);

	for (size_t i = 0; data != NULL && i < sh->sh_size / sh->sh_entsize;
	     i++) {
		struct types_symbol s = { 0 };
		GElf_Sym sym;
		int kind;

		if (gelf_getsym(data, (int)i, &sym) == NULL)
			break;
		kind = GELF_ST_TYPE(sym.st_info);
		s.name = elf_strptr(t->elf, sh->sh_link, sym.st_name);
		if ((kind != STT_FUNC && kind != STT_OBJECT) ||
		    s.name == NULL || sym.st_shndx == SHN_UNDEF)
			continue;
		s.va = sym.st_value;
		s.bytes = sym.st_size;
		s.function = kind == STT_FUNC;
		add_symbol(t, &s);
	}
}

static int
by_address(const void *a, const void *b)
{
	const struct types_symbol *x = a, *y = b;

	if (x->va != y->va)
		return x->va < y->va ? -1 : 1;
	return strcmp(x->name, y->name);
}

static void
read_symbols(struct types *t)
{
	Elf_Scn *scn = NULL;
	GElf_Shdr sh;

	while ((scn = elf_nextscn(t->elf, scn)) != NULL)
		if (gelf_getshdr(scn, &sh) != NULL &&
		    sh.sh_type == SHT_SYMTAB && sh.sh_entsize != 0)
			read_symtab(t, scn, &sh);
	qsort(t->sym, t->nsym, sizeof(*t->sym), by_address);
}

bool
types_mapped(const struct types *t, uint64_t va, uint64_t n)
{
	size_t count;
	GElf_Phdr ph;

	if (elf_getphdrnum(t->elf, &count) != 0)
		return false;
	for (size_t i = 0; i < count; i++)
		if (gelf_getphdr(t->elf, (int)i, &ph) != NULL &&
		    ph.p_type == PT_LOAD && va >= ph.p_vaddr &&
		    va - ph.p_vaddr < ph.p_memsz &&
		    n <= ph.p_memsz - (va - ph.p_vaddr))
			return true;
	return false;
}

const struct types_symbol *
types_symbols(const struct types *t, size_t *n)
{
	*n = t->nsym;
	return t->sym;
}

/* The first symbol behind va. */
static size_t
behind(const struct types *t, uint64_t va)
{
	size_t lo = 0, hi = t->nsym;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (t->sym[mid].va <= va)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

const struct types_symbol *
types_at(const struct types *t, uint64_t va)
{
	for (size_t i = behind(t, va); i-- > 0;) {
		const struct types_symbol *s = &t->sym[i];

		if (va - s->va < s->bytes)
			return s;
		if (s->bytes != 0)
			return NULL;
	}
	return NULL;
}

/* A hook's way back into its function is a jump (port/thunk/image.h). */
const struct types_symbol *
types_of_hook(const struct types *t, uint64_t pc)
{
	const uint8_t *code = (const uint8_t *)(uintptr_t)pc;
	int32_t distance;

	if (pc == 0)
		return NULL;
	if (code[0] == 0xe9) {
		memcpy(&distance, code + 1, sizeof(distance));
		pc += 5 + (uint64_t)(int64_t)distance;
	} else if (code[0] == 0xeb)
		pc += 2 + (uint64_t)(int64_t)(int8_t)code[1];
	return types_at(t, pc);
}

const struct types_symbol *
types_named(const struct types *t, const char *name)
{
	for (size_t i = 0; i < t->nsym; i++)
		if (strcmp(t->sym[i].name, name) == 0)
			return &t->sym[i];
	return NULL;
}

/* ---- what DWARF has ------------------------------------------------------------ */

static bool
attribute_type(Dwarf_Die *die, Dwarf_Die *type)
{
	Dwarf_Attribute a;

	return dwarf_attr_integrate(die, DW_AT_type, &a) != NULL &&
	    dwarf_formref_die(&a, type) != NULL;
}

static void
add_variable(struct types *t, Dwarf_Die *die)
{
	Dwarf_Attribute a;
	Dwarf_Op *op;
	Dwarf_Die type;
	size_t n;

	if (dwarf_attr(die, DW_AT_location, &a) == NULL ||
	    dwarf_getlocation(&a, &op, &n) != 0 || n != 1 ||
	    op->atom != DW_OP_addr || !attribute_type(die, &type))
		return;
	for (size_t i = behind(t, op->number); i-- > 0;) {
		struct types_symbol *s = &t->sym[i];

		if (s->va != op->number)
			break;
		s->type = type;
		s->typed = true;
	}
}

static void
count_field(void *arg, const struct type_field *f)
{
	(void)f;
	++*(unsigned *)arg;
}

/* Not of one that the compiler has cut to size: its registers are others. */
static void
add_function(struct types *t, Dwarf_Die *die)
{
	Dwarf_Die child, type;
	Dwarf_Addr va;
	unsigned n = 0;

	if (dwarf_lowpc(die, &va) != 0 || dwarf_child(die, &child) != 0)
		return;
	do {
		uint64_t bytes;

		if (dwarf_tag(&child) != DW_TAG_formal_parameter)
			continue;
		if (n == TYPES_PARAMETERS || !attribute_type(&child, &type))
			return;
		bytes = type_bytes(&type);
		if (bytes > 8)
			return; /* it takes two, or none */
		for (size_t i = behind(t, va); i-- > 0 && t->sym[i].va == va;)
			if (strchr(t->sym[i].name, '.') == NULL)
				t->sym[i].parameter_bytes[n] = (uint8_t)bytes;
		n++;
	} while (dwarf_siblingof(&child, &child) == 0);
}

static bool
says_more(Dwarf_Die *a, Dwarf_Die *than)
{
	unsigned na = 0, nthan = 0;

	type_each_field(a, count_field, &na);
	type_each_field(than, count_field, &nthan);
	return na > nthan;
}

static void
add_struct(struct types *t, Dwarf_Die *die, const char *name)
{
	int line = 0;
	struct record *r;

	if (name == NULL || dwarf_hasattr(die, DW_AT_declaration) ||
	    !dwarf_hasattr(die, DW_AT_byte_size))
		return;
	(void)dwarf_decl_line(die, &line);
	HASH_FIND_STR(t->structs, name, r);
	if (r != NULL) {
		if (r->line != line && says_more(die, &r->die)) {
			r->die = *die;
			r->line = line;
		}
		return;
	}
	r = calloc(1, sizeof(*r));
	if (r == NULL)
		abort();
	r->name = name;
	r->die = *die;
	r->line = line;
	HASH_ADD_KEYPTR(hh, t->structs, r->name, strlen(r->name), r);
}

/* typedef struct { ... } name: it has no other. */
static void
add_typedef(struct types *t, Dwarf_Die *die)
{
	Dwarf_Die type;

	if (attribute_type(die, &type) && type_is_struct(&type) &&
	    dwarf_diename(&type) == NULL)
		add_struct(t, &type, dwarf_diename(die));
}

/* A unit's, or those of a function of it: static variables. */
static void
read_children(struct types *t, Dwarf_Die *parent)
{
	Dwarf_Die die;

	if (dwarf_child(parent, &die) != 0)
		return;
	do {
		switch (dwarf_tag(&die)) {
		case DW_TAG_typedef:
			add_typedef(t, &die);
			break;
		case DW_TAG_variable:
			add_variable(t, &die);
			break;
		case DW_TAG_structure_type:
		case DW_TAG_union_type:
			add_struct(t, &die, dwarf_diename(&die));
			break;
		case DW_TAG_subprogram:
			add_function(t, &die);
			read_children(t, &die);
			break;
		case DW_TAG_lexical_block:
			read_children(t, &die);
			break;
		default:
			break;
		}
	} while (dwarf_siblingof(&die, &die) == 0);
}

static void
read_units(struct types *t)
{
	Dwarf_CU *cu = NULL;
	Dwarf_Die die;

	while (dwarf_get_units(t->dw, cu, &cu, NULL, NULL, &die, NULL) == 0)
		read_children(t, &die);
}

static int
by_name(struct record *a, struct record *b)
{
	return strcmp(a->name, b->name);
}

enum exit_code
types_open(struct types **out, const char *path, struct err *err)
{
	struct types *t = calloc(1, sizeof(*t));

	if (t == NULL)
		abort();
	*out = t;
	t->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (t->fd == -1)
		return err_at(err, EX_INPUT, path, 0,
		    "cannot read the image: %s; `make image IMAGE=NAME' builds "
		    "one of this source tree",
		    strerror(errno));
	t->dw = dwarf_begin(t->fd, DWARF_C_READ);
	if (t->dw == NULL)
		return err_at(err, EX_INPUT, path, 0,
		    "no debugging information (%s); build the image again and "
		    "do not strip it",
		    dwarf_errmsg(-1));
	t->elf = dwarf_getelf(t->dw);
	read_symbols(t);
	read_units(t);
	HASH_SORT(t->structs, by_name);
	return EX_GOOD;
}

void
types_close(struct types *t)
{
	struct record *r, *next;

	if (t == NULL)
		return;
	HASH_ITER (hh, t->structs, r, next) {
		HASH_DEL(t->structs, r);
		free(r);
	}
	free(t->sym);
	if (t->dw != NULL)
		dwarf_end(t->dw);
	if (t->fd != -1)
		close(t->fd);
	free(t);
}

bool
types_struct(const struct types *t, const char *name, Dwarf_Die *die)
{
	struct record *r;

	HASH_FIND_STR(t->structs, name, r);
	if (r != NULL)
		*die = r->die;
	return r != NULL;
}

void
types_each_struct(const struct types *t,
    void (*fn)(void *, const char *, Dwarf_Die *), void *arg)
{
	for (struct record *r = t->structs; r != NULL; r = r->hh.next)
		fn(arg, r->name, &r->die);
}

struct offset_query {
	const char *member;
	uint64_t offset;
	bool found;
};

static void
is_member(void *arg, const struct type_field *f)
{
	struct offset_query *q = arg;

	if (!q->found && strcmp(f->path, q->member) == 0) {
		q->offset = f->offset_bytes;
		q->found = true;
	}
}

bool
types_offset(const struct types *t, const char *name, const char *member,
    uint64_t *offset_bytes)
{
	struct offset_query q = { member, 0, false };
	Dwarf_Die die;

	if (types_struct(t, name, &die))
		type_each_field(&die, is_member, &q);
	*offset_bytes = q.offset;
	return q.found;
}

bool
type_target(const struct types *t, Dwarf_Die *pointer, Dwarf_Die *to,
    const char **name)
{
	Dwarf_Die type;

	if (dwarf_tag(pointer) != DW_TAG_pointer_type ||
	    !attribute_type(pointer, &type) || !type_peel(&type, to) ||
	    !type_is_struct(to))
		return false;
	*name = dwarf_diename(to);
	if (*name == NULL)
		return false;
	return types_struct(t, *name, to) ||
	    !dwarf_hasattr(to, DW_AT_declaration);
}
