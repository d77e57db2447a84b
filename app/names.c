/*
 * names.c: names of addresses (names.h).
 *
 * Objects, in this order of trust:
 *
 *	registered	seam_object(): the program said what it is
 *	global		a variable of the image
 *	reached		a pointer of one of these, or of another one reached,
 *			has this value and points to a struct; called by the way
 *			there, or by the name that it carries itself
 *
 *	softnet_lock -> kmutex			softnet_lock->mtx_owner
 *	ifnet_list.tqh_first -> ifnet tst0	ifnet(tst0).if_opackets
 *
 *	pool		an item of a pool(9) that nothing above has led to: mbuf, mclpl
 *
 * The way is the shortest: objects are looked at in the order in which they were
 * found, to a depth of WAYS.  Where objects overlap (a pointer to a struct at the
 * head of a larger one) the one found first counts.
 */
#include <dwarf.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "names.h"
#include "pools.h"

#define WAYS    6     /* pointers from a variable to an object */
#define NESTED  16    /* objects within one that are passed on the way to it */
#define OBJECTS 60000 /* enough; a kernel has some thousand */

struct object {
	uint64_t va, bytes;
	char *name;                        /* "ifnet(tst0)", "softnet_lock->" */
	const char *type;                  /* of the struct, or NULL */
	const struct types_symbol *symbol; /* of a variable, or NULL */
	Dwarf_Die die;
	bool typed, registered;
	unsigned depth;
};

struct names {
	struct memory memory;
	struct pools *pools;
	struct object *object; /* in the order found */
	size_t n;
	size_t *by_va;             /* their numbers, sorted */
	const struct object *from; /* whose pointers are being followed */
};

/* ---- objects ------------------------------------------------------------------- */

/* The number in by_va of the first object behind va. */
static size_t
behind(const struct names *ns, uint64_t va)
{
	size_t lo = 0, hi = ns->n;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (ns->object[ns->by_va[mid]].va <= va)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/*
 * The innermost one: registered objects may lie in each other, and an inner one
 * stands behind its outer one, for a few places.
 */
static const struct object *
object_at(const struct names *ns, uint64_t va)
{
	size_t i = behind(ns, va);
	const struct object *o;

	for (unsigned k = 0; k < NESTED && i > 0; k++) {
		o = &ns->object[ns->by_va[--i]];
		if (va - o->va < o->bytes)
			return o;
	}
	return NULL;
}

static bool
is_free(const struct names *ns, uint64_t va, uint64_t bytes)
{
	size_t i = behind(ns, va);

	return object_at(ns, va) == NULL &&
	    (i == ns->n || ns->object[ns->by_va[i]].va - va >= bytes);
}

static bool
is_within(const struct object *o, const struct object *outer)
{
	return outer != NULL && outer->registered && o->registered &&
	    o->va - outer->va + o->bytes <= outer->bytes;
}

static void
add(struct names *ns, const struct object *o)
{
	size_t i = behind(ns, o->va);

	if (ns->n == OBJECTS || o->bytes == 0 ||
	    (!is_free(ns, o->va, o->bytes) &&
		!is_within(o, object_at(ns, o->va)))) {
		free(o->name);
		return;
	}
	memmove(&ns->by_va[i + 1], &ns->by_va[i],
	    (ns->n - i) * sizeof(*ns->by_va));
	ns->by_va[i] = ns->n;
	ns->object[ns->n++] = *o;
}

static char *
text(const char *a, const char *b, const char *c, const char *d)
{
	char *s;

	if (asprintf(&s, "%s%s%s%s", a, b, c, d) == -1)
		abort();
	return s;
}

/* ---- what an object carries as its name ---------------------------------------- */

struct label {
	const struct names *ns;
	uint64_t va;
	char *buf;
	size_t size;
	bool found;
};

/*
 * if_xname[], l_name, ci_data.cpu_name: the first field called so that is a good
 * string, of the struct or of one in it.
 */
static void
is_label(void *arg, const struct type_field *f)
{
	struct label *l = arg;
	const char *end = strrchr(f->path, '_');
	Dwarf_Die type = f->type;
	uint64_t at = l->va + f->offset_bytes;

	const char *dot = strchr(f->path, '.');

	if (l->found || end == NULL ||
	    (dot != NULL && strchr(dot + 1, '.') != NULL) ||
	    (strcmp(end, "_name") != 0 && strcmp(end, "_xname") != 0))
		return;
	if (dwarf_tag(&type) == DW_TAG_pointer_type &&
	    !memory_word(&l->ns->memory, at, &at))
		return;
	l->found = memory_string(&l->ns->memory, at, l->buf, l->size);
}

static bool
label_of(const struct names *ns, uint64_t va, Dwarf_Die *die, char *buf,
    size_t size)
{
	struct label l = { ns, va, buf, size, false };

	type_each_field(die, is_label, &l);
	return l.found;
}

/* ---- following pointers ---------------------------------------------------------- */

static void
follow(void *arg, const struct type_field *f)
{
	struct names *ns = arg;
	const struct object *from = ns->from;
	struct object o = { .depth = from->depth + 1, .typed = true };
	Dwarf_Die pointer = f->type;
	char label[32];

	if (!f->typed || f->bytes != 8 ||
	    !type_target(ns->memory.types, &pointer, &o.die, &o.type) ||
	    !memory_word(&ns->memory, from->va + f->offset_bytes, &o.va) ||
	    (o.va & 7) != 0 || !memory_readable(&ns->memory, o.va, 1))
		return;
	o.bytes = type_bytes(&o.die);
	if (!is_free(ns, o.va, o.bytes))
		return;
	if (label_of(ns, o.va, &o.die, label, sizeof(label)))
		o.name = text(o.type, "(", label, ")");
	else
		o.name = text(from->name,
		    f->path[0] == '\0' || from->name[0] == '\0' ||
			    from->name[strlen(from->name) - 1] == '>' ||
			    f->path[0] == '['
			? ""
			: ".",
		    f->path, "->");
	if (strlen(o.name) >= sizeof(((struct name *)0)->object))
		free(o.name);
	else
		add(ns, &o);
}

static void
add_registered(struct names *ns, const struct run_report *rep)
{
	for (size_t i = 0; i < rep->nobject; i++) {
		const struct run_object *r = &rep->object[i];
		struct object o = {
			.va = r->va, .bytes = r->bytes, .registered = true
		};

		o.name = text(r->type, "(", r->name, ")");
		o.type = r->type;
		o.typed = types_struct(ns->memory.types, r->type, &o.die);
		add(ns, &o);
	}
}

static void
add_globals(struct names *ns)
{
	size_t n;
	const struct types_symbol *s = types_symbols(ns->memory.types, &n);

	for (size_t i = 0; i < n; i++) {
		struct object o = { .va = s[i].va, .bytes = s[i].bytes };
		Dwarf_Die peeled;

		if (s[i].function)
			continue;
		o.name = text(s[i].name, "", "", "");
		o.typed = s[i].typed;
		o.die = s[i].type;
		if (o.typed && type_peel(&o.die, &peeled) &&
		    type_is_struct(&peeled))
			o.type = dwarf_diename(&peeled);
		add(ns, &o);
	}
}

struct names *
names_create(const struct types *t, const struct run_report *rep,
    uint64_t ram_bytes)
{
	struct names *ns = calloc(1, sizeof(*ns));

	if (ns == NULL)
		abort();
	ns->memory = memory_of(t, ram_bytes);
	ns->object = calloc(OBJECTS, sizeof(*ns->object));
	ns->by_va = calloc(OBJECTS, sizeof(*ns->by_va));
	if (ns->object == NULL || ns->by_va == NULL)
		abort();
	add_registered(ns, rep);
	add_globals(ns);
	for (size_t i = 0; i < ns->n; i++) {
		Dwarf_Die die = ns->object[i].die;

		ns->from = &ns->object[i];
		if (ns->from->typed && ns->from->depth < WAYS)
			type_each_field(&die, follow, ns);
	}
	ns->pools = pools_create(&ns->memory);
	return ns;
}

void
names_destroy(struct names *ns)
{
	if (ns == NULL)
		return;
	for (size_t i = 0; i < ns->n; i++)
		free(ns->object[i].name);
	pools_destroy(ns->pools);
	free(ns->object);
	free(ns->by_va);
	free(ns);
}

/* ---- asking ---------------------------------------------------------------------- */

/* An item of a pool: all have the same name. */
static bool
find_item(const struct names *ns, uint64_t va, struct name *n)
{
	struct pools_item item;
	struct type_field f;

	if (!pools_find(ns->pools, va, &item))
		return false;
	snprintf(n->object, sizeof(n->object), "%s",
	    item.type != NULL ? item.type : item.pool);
	n->type = item.type;
	n->offset_bytes = va - item.va;
	if (item.type != NULL &&
	    type_field_at(&item.die, n->offset_bytes, &f)) {
		snprintf(n->field, sizeof(n->field), "%s", f.path);
		n->va = item.va + f.offset_bytes;
		n->bytes = f.bytes;
	} else if (item.type != NULL) {
		n->va = va;
		n->bytes = 8 - (va & 7);
	} else
		n->offset_bytes = n->va - item.va;
	return true;
}

void
names_find(const struct names *ns, uint64_t va, struct name *n)
{
	const struct object *o = object_at(ns, va);
	struct type_field f;
	Dwarf_Die die;

	*n = (struct name){ .va = va & ~UINT64_C(7), .bytes = 8 };
	if (o == NULL) {
		(void)find_item(ns, va, n);
		return;
	}
	snprintf(n->object, sizeof(n->object), "%s", o->name);
	n->type = o->type;
	n->va = o->va;
	n->bytes = o->bytes;
	n->offset_bytes = va - o->va;
	die = o->die;
	if (o->typed && type_field_at(&die, va - o->va, &f)) {
		snprintf(n->field, sizeof(n->field), "%s", f.path);
		n->va = o->va + f.offset_bytes;
		n->bytes = f.bytes;
	} else if (o->bytes > 8) { /* padding, or no types */
		n->va = va;
		n->bytes = 8 - (va & 7);
	}
}

void
names_text(const struct name *n, char *buf, size_t size)
{
	size_t len = strlen(n->object);

	if (len == 0)
		snprintf(buf, size, "0x%" PRIx64, n->va);
	else if (n->field[0] != '\0')
		snprintf(buf, size, "%s%s%s", n->object,
		    n->object[len - 1] == '>' || n->field[0] == '[' ? "" : ".",
		    n->field);
	else if (n->offset_bytes != 0)
		snprintf(buf, size, "%s+%" PRIu64, n->object, n->offset_bytes);
	else
		snprintf(buf, size, "%s", n->object);
}

/* What follows the name of a lock in that of its first field. */
static const char *const in_lock[] = { ".mtx_pad", ".u.mtxu", "->mtx_pad",
	"->u.mtxu", ".rw_owner", "->rw_owner", "->" };

void
names_lock(const struct names *ns, uint64_t va, char *buf, size_t size)
{
	struct name n;
	char *end;

	names_find(ns, va, &n);
	names_text(&n, buf, size);
	for (size_t i = 0; i < sizeof(in_lock) / sizeof(in_lock[0]); i++) {
		end = strstr(buf, in_lock[i]);
		if (end != NULL && (in_lock[i][2] != '\0' || end[2] == '\0')) {
			*end = '\0';
			return;
		}
	}
}

void
names_object(const struct names *ns, uint64_t va, char *buf, size_t size)
{
	struct name n;

	names_find(ns, va, &n);
	if (n.object[0] != '\0' && n.offset_bytes == 0)
		n.field[0] = '\0';
	names_text(&n, buf, size);
}
