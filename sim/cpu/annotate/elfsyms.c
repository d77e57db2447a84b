/*
 * elfsyms.c: symbol tables of ELF64 files made by our own build.
 */
#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "cpu/annotate/diag.h"
#include "cpu/annotate/elfsyms.h"
#include "cpu/annotate/xalloc.h"

#define NOP_BYTES_MAX 11 /* of one nop that gas pads with */

struct elf {
	const char *path;
	const char *data;
	size_t len;
	const Elf64_Sym *sym;
	size_t nsym;
	const char *str;
	size_t nstr;
};

static int
bad(const struct elf *f, const char *what)
{
	return diag_error(f->path, 0, (struct loc){ 0 },
	    "%s; remove it and build again", what);
}

static bool
inside(const struct elf *f, uint64_t off, uint64_t len)
{
	return off <= f->len && len <= f->len - off;
}

static int
elf_open(struct elf *f, const char *path)
{
	const Elf64_Ehdr *eh;
	const Elf64_Shdr *sh;

	*f = (struct elf){ .path = path };
	f->data = xmap(path, &f->len);
	if (f->data == NULL)
		return diag_error(path, 0, (struct loc){ 0 },
		    "%s; build the plain image first", strerror(errno));
	eh = (const Elf64_Ehdr *)f->data;
	if (f->len < sizeof(*eh) || memcmp(eh->e_ident, ELFMAG, SELFMAG) != 0 ||
	    eh->e_ident[EI_CLASS] != ELFCLASS64)
		return bad(f, "not an ELF64 file");
	if (!inside(f, eh->e_shoff, (uint64_t)eh->e_shnum * sizeof(*sh)))
		return bad(f, "truncated section table");
	sh = (const Elf64_Shdr *)(f->data + eh->e_shoff);
	for (unsigned i = 0; i < eh->e_shnum; i++) {
		if (sh[i].sh_type != SHT_SYMTAB)
			continue;
		if (sh[i].sh_link >= eh->e_shnum ||
		    !inside(f, sh[i].sh_offset, sh[i].sh_size) ||
		    !inside(f, sh[sh[i].sh_link].sh_offset,
			sh[sh[i].sh_link].sh_size))
			return bad(f, "truncated symbol table");
		f->sym = (const Elf64_Sym *)(f->data + sh[i].sh_offset);
		f->nsym = sh[i].sh_size / sizeof(*f->sym);
		f->str = f->data + sh[sh[i].sh_link].sh_offset;
		f->nstr = sh[sh[i].sh_link].sh_size;
		return 0;
	}
	return bad(f, "no symbol table");
}

static const char *
sym_name(const struct elf *f, size_t i)
{
	size_t off = f->sym[i].st_name;

	if (off >= f->nstr || memchr(f->str + off, 0, f->nstr - off) == NULL)
		return "";
	return f->str + off;
}

int
elfsyms_undefined(const char *path, const char ***names, size_t *n)
{
	struct elf f;

	if (elf_open(&f, path) != 0)
		return 1;
	for (size_t i = 1; i < f.nsym; i++) {
		if (f.sym[i].st_shndx != SHN_UNDEF)
			continue;
		*XPUSH(*names, *n) = sym_name(&f, i);
	}
	return 0;
}

/* ---- places of blocks in the plain image --------------------------------- */

/* "rg.NAME.12" -> 12, "rge.NAME.12" -> 12 with *end; -1: some other symbol. */
static long
block_of(const char *s, const char *unit, bool *end)
{
	size_t n = strlen(unit);
	char *rest;
	long id;

	*end = strncmp(s, "rge.", 4) == 0;
	if (!*end && strncmp(s, "rg.", 3) != 0)
		return -1;
	s += *end ? 4 : 3;
	if (strncmp(s, unit, n) != 0 || s[n] != '.')
		return -1;
	id = strtol(s + n + 1, &rest, 10);
	return *rest == '\0' ? id : -1;
}

static void
count_nops(struct unit *u)
{
	for (size_t i = 1; i < u->nblock; i++) {
		struct block *b = &u->blocks[i], *p = &u->blocks[i - 1];
		uint32_t end = p->plain_addr + p->plain_size;

		if (p->fall != b || b->plain_addr <= end)
			continue;
		b->nnop = (b->plain_addr - end + NOP_BYTES_MAX - 1) /
		    NOP_BYTES_MAX;
	}
}

int
elfsyms_plain(struct unit *u, const char *path)
{
	struct elf f;
	uint32_t *end = xalloc((u->nblock + 1) * sizeof(*end));

	if (elf_open(&f, path) != 0)
		return 1;
	for (size_t i = 1; i < f.nsym; i++) {
		bool is_end;
		long id = block_of(sym_name(&f, i), u->name, &is_end);

		if (id < 0 || (size_t)id >= u->nblock)
			continue;
		if (is_end)
			end[id] = (uint32_t)f.sym[i].st_value;
		else
			u->blocks[id].plain_addr = (uint32_t)f.sym[i].st_value;
	}
	for (size_t i = 0; i < u->nblock; i++) {
		struct block *b = &u->blocks[i];

		if (b->plain_addr == 0 || end[i] < b->plain_addr)
			return diag_error(path, 0, (struct loc){ 0 },
			    "no place for block %d of %s; the plain image is "
			    "older than the source, build it again",
			    b->id, u->name);
		b->plain_size = end[i] - b->plain_addr;
	}
	count_nops(u);
	return 0;
}
