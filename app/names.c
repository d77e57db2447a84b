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
 *	  if_softc -> wm_softc wm0		wm_softc(wm0).sc_txq[3].txq_lock->mtx_owner
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
#define NESTED  32    /* objects within one that are passed on the way to it */
#define OBJECTS 60000 /* enough; a kernel has some thousand */

/*
 * What pointers do not say: which struct is at a void *, and how many there are, which
 * a field of the same struct as the pointer knows.
 */
static const struct {
	const char *field,
	    *type;         /* NULL: the pointer's; %: of its struct's label */
	const char *count; /* NULL: one */
} pointers[] = { { "if_softc", "%_softc", NULL },
	{ "dv_private", "%_softc", NULL },
	{ "spc_sched_info", "runqueue_t", NULL },
	{ "sc_rxq", NULL, "sc_nrxqueues" }, { "sc_txq", NULL, "sc_ntxqueues" },
	{ "rxq_soft", NULL, "rxq_ndesc" }, { "rxq_descs", NULL, "rxq_ndesc" },
	{ "txq_descs", NULL, "txq_ndesc" } };

struct object {
	uint64_t va, bytes;
	uint64_t each; /* bytes of an element of an array, or 0: it is none */
	char *name;    /* "ifnet(tst0)", "softnet_lock->" */
	const char *type;                  /* of the struct, or NULL */
	const struct types_symbol *symbol; /* of a variable, or NULL */
	Dwarf_Die die;
	bool typed, registered;
	bool around; /* objects that were found before may lie in it */
	unsigned depth;
};

struct names {
	struct memory memory;
	struct pools *pools;
	struct object *object; /* in the order found */
	size_t n;
	size_t *by_va; /* their numbers, sorted */
	/* Whose pointers are being followed: where it is, and what it is called. */
	const struct object *from;
	uint64_t from_va;
	char from_name[300];
	bool leads; /* one of its fields does */
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
	    (o->around ? object_at(ns, o->va) != NULL
		       : !is_free(ns, o->va, o->bytes) &&
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

/* "wm" of "ifnet(wm0)"; false: it has no label. */
static bool
driver_of(const char *name, char *buf, size_t size)
{
	const char *label = strchr(name, '(');
	size_t n = label != NULL ? strcspn(++label, "0123456789)") : 0;

	snprintf(buf, size, "%.*s", (int)n, label != NULL ? label : "");
	return n != 0;
}

/* The struct that pointers[i] tells of; how many of them are there. */
static uint64_t
told(const struct names *ns, size_t i, struct object *o)
{
	const char *type = pointers[i].type, *count = pointers[i].count;
	char driver[32], name[64];
	uint64_t offset;

	if (type != NULL && type[0] == '%') {
		if (!driver_of(ns->from_name, driver, sizeof(driver)))
			return 0;
		snprintf(name, sizeof(name), "%s%s", driver, type + 1);
		type = name;
	}
	if (type != NULL && !types_struct(ns->memory.types, type, &o->die))
		return 0;
	if (type != NULL) {
		o->type = dwarf_diename(&o->die);
		o->around = true;
	}
	if (count == NULL)
		return 1;
	if (ns->from->type == NULL ||
	    !types_offset(ns->memory.types, ns->from->type, count, &offset))
		return 0;
	o->around = true;
	return memory_u32(&ns->memory, ns->from_va + offset);
}

/* What a field points to: a struct, or so many of them. */
static bool
leads_to(const struct names *ns, const struct type_field *f, struct object *o)
{
	const char *dot = strrchr(f->path, '.');
	const char *field = dot != NULL ? dot + 1 : f->path;
	Dwarf_Die pointer = f->type;
	const bool typed = type_target(ns->memory.types, &pointer, &o->die,
	    &o->type);
	uint64_t n = 1;

	for (size_t i = 0; i < sizeof(pointers) / sizeof(pointers[0]); i++)
		if (strcmp(field, pointers[i].field) == 0 &&
		    (typed || pointers[i].type != NULL)) {
			n = told(ns, i, o);
			o->each = n > 1 ? type_bytes(&o->die) : 0;
			break;
		}
	if (n == 0 || (!typed && !o->around) ||
	    (o->type != NULL && strcmp(o->type, "mbuf") == 0))
		return false; /* mbufs: whose they are changes all the time */
	o->bytes = n * type_bytes(&o->die);
	return true;
}

/* What is reached by this field, if nothing of it says so itself. */
static char *
way_to(const struct names *ns, const struct type_field *f,
    const struct object *o)
{
	const size_t len = strlen(ns->from_name);

	return text(ns->from_name,
	    f->path[0] == '\0' || len == 0 || ns->from_name[len - 1] == '>' ||
		    f->path[0] == '['
		? ""
		: ".",
	    f->path, o->each != 0 ? "" : "->");
}

static char *
name_of(const struct names *ns, const struct type_field *f, struct object *o)
{
	const char *label = strchr(ns->from_name, '(');
	char buf[32];

	if (o->around && o->each == 0 && o->type != NULL && label != NULL) {
		const size_t n = strcspn(label, ")");

		snprintf(buf, sizeof(buf), "%.*s)", (int)n, label);
		return text(o->type, buf, "", "");
	}
	if (o->each == 0 && label_of(ns, o->va, &o->die, buf, sizeof(buf)))
		return text(o->type, "(", buf, ")");
	return way_to(ns, f, o);
}

static void
follow(void *arg, const struct type_field *f)
{
	struct names *ns = arg;
	struct object o = { .depth = ns->from->depth + 1, .typed = true };

	if (!f->typed || f->bytes != 8 || !leads_to(ns, f, &o))
		return;
	ns->leads = true;
	if (o.around) /* as if it were part of it */
		o.depth = ns->from->depth;
	if (!memory_word(&ns->memory, ns->from_va + f->offset_bytes, &o.va) ||
	    (o.va & 7) != 0 || !memory_readable(&ns->memory, o.va, 1) ||
	    object_at(ns, o.va) != NULL ||
	    (!o.around && !is_free(ns, o.va, o.bytes)))
		return;
	o.name = name_of(ns, f, &o);
	if (strlen(o.name) >= sizeof(((struct name *)0)->object) - 8)
		free(o.name);
	else
		add(ns, &o);
}

/* An object's pointers; of an array, those of each element. */
static void
follow_all(struct names *ns, const struct object *o)
{
	const uint64_t each = o->each != 0 ? o->each : o->bytes;
	Dwarf_Die die = o->die;

	ns->from = o;
	ns->leads = true;
	for (uint64_t at = 0; at < o->bytes && ns->leads; at += each) {
		ns->from_va = o->va + at;
		snprintf(ns->from_name, sizeof(ns->from_name),
		    o->each != 0 ? "%s[%" PRIu64 "]" : "%s", o->name,
		    at / each);
		ns->leads = false;
		type_each_field(&die, follow, ns);
	}
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
	for (size_t i = 0; i < ns->n; i++)
		if (ns->object[i].typed && ns->object[i].depth < WAYS)
			follow_all(ns, &ns->object[i]);
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
	uint64_t each, at;
	Dwarf_Die die;

	*n = (struct name){ .va = va & ~UINT64_C(7), .bytes = 8 };
	if (o == NULL) {
		(void)find_item(ns, va, n);
		return;
	}
	each = o->each != 0 ? o->each : o->bytes;
	at = (va - o->va) % each;
	snprintf(n->object, sizeof(n->object),
	    o->each != 0 ? "%s[%" PRIu64 "]" : "%s", o->name,
	    (va - o->va) / each);
	n->type = o->type;
	n->va = va - at;
	n->bytes = each;
	n->offset_bytes = at;
	die = o->die;
	if (o->typed && type_field_at(&die, at, &f)) {
		snprintf(n->field, sizeof(n->field), "%s", f.path);
		n->va += f.offset_bytes;
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
