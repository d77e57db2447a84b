/*
 * image.c: check an image before any of it is believed.
 *
 * The file may be anything: every offset is compared with the file's length
 * before it is used, and nothing here writes outside *im.  What must hold:
 * a static x86-64 ELF program (ET_EXEC) whose segments lie in the windows of
 * port/seam.h, code apart from data, no page in two segments; a symbol table
 * with rangeley_image; in it our magic and version, and entry points that
 * lie in code.
 *
 * May be called at any time, from any thread; touches only its arguments.
 */
#include <elf.h>
#include <string.h>

#include "cpu/hook_abi.h"
#include "image.h"

#define PAGE              0x1000u
#define REBUILD           "build it with `make image'"
#define bad(err, im, ...) err_at(err, EX_INPUT, (im)->path, 0, __VA_ARGS__)

/* By which hooks go back into their function. */
#define JMP       0xe9
#define JMP_BYTES 5

/* The bytes [off, off + n) of the file, or NULL. */
static const void *
at(const struct image *im, uint64_t off, uint64_t n)
{
	if (off > im->file_bytes || n > im->file_bytes - off)
		return NULL;
	return im->file + off;
}

/* The file bytes behind n bytes of memory at va, or NULL. */
static const void *
at_va(const struct image *im, uint64_t va, uint64_t n)
{
	for (unsigned i = 0; i < im->nseg; i++) {
		const struct image_seg *s = &im->seg[i];
		if (va >= s->va && va - s->va < s->filesz &&
		    n <= s->filesz - (va - s->va))
			return im->file + s->off + (va - s->va);
	}
	return NULL;
}

static enum exit_code
check_header(const struct image *im, Elf64_Ehdr *eh, struct err *err)
{
	const void *p = at(im, 0, sizeof(*eh));

	if (p == NULL || memcmp(p, ELFMAG, SELFMAG) != 0)
		return bad(err, im, "not an ELF file; " REBUILD);
	memcpy(eh, p, sizeof(*eh));
	if (eh->e_ident[EI_CLASS] != ELFCLASS64 ||
	    eh->e_ident[EI_DATA] != ELFDATA2LSB || eh->e_machine != EM_X86_64)
		return bad(err, im,
		    "an ELF file, but not for x86-64; " REBUILD);
	if (eh->e_type != ET_EXEC)
		return bad(err, im,
		    "ELF type %u, an image has type 2 (EXEC); " REBUILD
		    ", which links with mk/image.lds",
		    eh->e_type);
	if (eh->e_phentsize != sizeof(Elf64_Phdr) ||
	    eh->e_shentsize != sizeof(Elf64_Shdr) ||
	    at(im, eh->e_phoff, eh->e_phnum * sizeof(Elf64_Phdr)) == NULL ||
	    at(im, eh->e_shoff, eh->e_shnum * sizeof(Elf64_Shdr)) == NULL)
		return bad(err, im,
		    "ELF header points outside the file; the file is "
		    "damaged, " REBUILD);
	return EX_GOOD;
}

/* Does the segment lie in the window its permissions ask for? */
static bool
in_window(const struct image_seg *s)
{
	uint64_t lo = SEAM_RODATA_VA, hi = SEAM_DATA_VA;

	if (s->exec) {
		lo = SEAM_TEXT_VA;
		hi = SEAM_RODATA_VA;
	} else if (s->write) {
		lo = SEAM_DATA_VA;
		hi = SEAM_DATA_END;
	}
	return s->va >= lo && s->va_end <= hi && !(s->exec && s->write);
}

static bool
overlaps(const struct image *im, const struct image_seg *s)
{
	for (unsigned i = 0; i < im->nseg; i++) {
		const struct image_seg *o = &im->seg[i];
		if (s->va / PAGE <= (o->va_end - 1) / PAGE &&
		    o->va / PAGE <= (s->va_end - 1) / PAGE)
			return true;
	}
	return false;
}

static enum exit_code
add_segment(struct image *im, const Elf64_Phdr *ph, struct err *err)
{
	struct image_seg s = { .va = ph->p_vaddr,
		.va_end = ph->p_vaddr + ph->p_memsz,
		.off = ph->p_offset,
		.filesz = ph->p_filesz,
		.write = (ph->p_flags & PF_W) != 0,
		.exec = (ph->p_flags & PF_X) != 0 };
	const char *why = NULL;

	if (ph->p_memsz == 0)
		return EX_GOOD;
	if (ph->p_filesz > ph->p_memsz ||
	    at(im, ph->p_offset, ph->p_filesz) == NULL)
		why = "points outside the file";
	else if (s.va_end < s.va || !in_window(&s))
		why = "lies outside the window port/seam.h gives it";
	else if (overlaps(im, &s))
		why = "shares a page with another one";
	else if (im->nseg == IMAGE_MAXSEG)
		why = "is one too many (16 are allowed)";
	if (why != NULL)
		return bad(err, im,
		    "segment at 0x%llx, %llu bytes, flags %x: it %s; link "
		    "with mk/image.lds (" REBUILD ")",
		    (unsigned long long)ph->p_vaddr,
		    (unsigned long long)ph->p_memsz, ph->p_flags, why);
	im->seg[im->nseg++] = s;
	return EX_GOOD;
}

static enum exit_code
read_segments(struct image *im, const Elf64_Ehdr *eh, struct err *err)
{
	Elf64_Phdr ph;

	for (unsigned i = 0; i < eh->e_phnum; i++) {
		memcpy(&ph, im->file + eh->e_phoff + i * sizeof(ph),
		    sizeof(ph));
		if (ph.p_type == PT_INTERP || ph.p_type == PT_DYNAMIC ||
		    ph.p_type == PT_TLS)
			return bad(err, im,
			    "needs a dynamic linker or thread storage; an "
			    "image stands alone, " REBUILD);
		if (ph.p_type == PT_LOAD && add_segment(im, &ph, err) != 0)
			return EX_INPUT;
	}
	return EX_GOOD;
}

static void
get_section(const struct image *im, const Elf64_Ehdr *eh, unsigned i,
    Elf64_Shdr *sh)
{
	memcpy(sh, im->file + eh->e_shoff + i * sizeof(*sh), sizeof(*sh));
}

/* String at index of a string table; NULL unless it ends inside. */
static const char *
string_at(const struct image *im, const Elf64_Ehdr *eh, unsigned table,
    uint64_t index)
{
	Elf64_Shdr sh;
	const char *s;

	if (table >= eh->e_shnum)
		return NULL;
	get_section(im, eh, table, &sh);
	s = at(im, sh.sh_offset, sh.sh_size);
	if (sh.sh_type != SHT_STRTAB || s == NULL || index >= sh.sh_size ||
	    memchr(s + index, '\0', sh.sh_size - index) == NULL)
		return NULL;
	return s + index;
}

/* Call fn for each symbol with a name, until it returns true. */
static void
each_symbol(const struct image *im,
    bool (*fn)(const Elf64_Sym *, const char *name, void *arg), void *arg)
{
	Elf64_Ehdr eh;
	Elf64_Shdr sh;
	Elf64_Sym sym;

	memcpy(&eh, im->file, sizeof(eh));
	for (unsigned i = 0; i < eh.e_shnum; i++) {
		const uint8_t *tab;
		get_section(im, &eh, i, &sh);
		if (sh.sh_type != SHT_SYMTAB ||
		    (tab = at(im, sh.sh_offset, sh.sh_size)) == NULL)
			continue;
		for (uint64_t n = 0; n < sh.sh_size / sizeof(sym); n++) {
			const char *s;
			memcpy(&sym, tab + n * sizeof(sym), sizeof(sym));
			s = string_at(im, &eh, sh.sh_link, sym.st_name);
			if (s != NULL && fn(&sym, s, arg))
				return;
		}
	}
}

struct symbol_query {
	uint64_t va;
	const char *name;
};

static bool
is_descriptor(const Elf64_Sym *sym, const char *name, void *arg)
{
	struct symbol_query *q = arg;

	if (ELF64_ST_BIND(sym->st_info) != STB_GLOBAL ||
	    strcmp(name, SEAM_IMAGE_SYMBOL) != 0)
		return false;
	q->va = sym->st_value;
	return true;
}

static bool
is_function_at(const Elf64_Sym *sym, const char *name, void *arg)
{
	struct symbol_query *q = arg;

	if (ELF64_ST_TYPE(sym->st_info) != STT_FUNC || q->va < sym->st_value ||
	    q->va - sym->st_value >= sym->st_size)
		return false;
	q->va -= sym->st_value;
	q->name = name;
	return true;
}

const char *
image_symbol(const struct image *im, uint64_t va, uint64_t *offset_bytes)
{
	struct symbol_query q = { va, NULL };
	const uint8_t *code = at_va(im, va, JMP_BYTES);
	int32_t distance;

	each_symbol(im, is_function_at, &q);
	if (q.name == NULL && code != NULL && code[0] == JMP) {
		memcpy(&distance, code + 1, sizeof(distance));
		q.va = va + JMP_BYTES + (uint64_t)(int64_t)distance;
		each_symbol(im, is_function_at, &q);
	}
	*offset_bytes = q.name != NULL ? q.va : va;
	return q.name != NULL ? q.name : "(hook code)";
}

/* Go on behind these bytes, if they are there. */
static bool
skip(const struct image *im, uint64_t *va, const void *bytes, size_t n)
{
	const uint8_t *code = at_va(im, *va, n);

	if (code == NULL || memcmp(code, bytes, n) != 0)
		return false;
	*va += n;
	return true;
}

/* The target of a jump or call whose distance stands at *va, n bytes. */
static uint64_t
target(const struct image *im, uint64_t *va, unsigned n)
{
	const uint8_t *code = at_va(im, *va, n);
	int32_t distance = 0;

	if (code == NULL)
		return 0;
	if (n == 1)
		distance = (int8_t)code[0];
	else
		memcpy(&distance, code, sizeof(distance));
	*va += n;
	return *va + (uint64_t)(int64_t)distance;
}

/*
 * What emit_poll() of the annotator prints: where flags are alive, they are put
 * away first.
 *
 *	cmpq %gs:HK_LIMIT-.(%rip), %r14; jae cold	at the entry
 *	cold: pushq $0; call __rg_poll; jmp back	comes back to the last
 *
 * jae is left at its first byte; 0: there is none.  The operand of pushq says that it
 * is watched; it stands POLL_WATCHED bytes before the place to come back to.
 */
#define POLL_WATCHED 6

static uint64_t
poll_site(const struct image *im, uint64_t va, uint64_t *jae)
{
	static const uint8_t flags[] = { 0x50, 0x9f, 0x0f, 0x90, 0xc0 },
			     compare[] = { 0x65, 0x4c, 0x3b, 0x35 },
			     jae_near[] = { 0x0f, 0x83 },
			     jae_short[] = { 0x73 }, push[] = { 0x6a, 0 },
			     call[] = { 0xe8 };
	uint64_t cold = 0;

	if (!image_is_code(im, va))
		return 0;
	(void)skip(im, &va, flags, sizeof(flags));
	if (!skip(im, &va, compare, sizeof(compare)) ||
	    target(im, &va, 4) != HK_LIMIT)
		return 0;
	*jae = va;
	if (skip(im, &va, jae_near, sizeof(jae_near)))
		cold = target(im, &va, 4);
	else if (skip(im, &va, jae_short, sizeof(jae_short)))
		cold = target(im, &va, 1);
	if (!skip(im, &cold, push, sizeof(push)) ||
	    !skip(im, &cold, call, sizeof(call)))
		return 0;
	return cold + 4;
}

uint64_t
image_poll_always(const struct image *im, uint64_t va)
{
	static const uint8_t jmp_near[] = { 0x90, 0xe9 },
			     jmp_short[] = { 0xeb };
	uint64_t jae, site = poll_site(im, va, &jae);
	uint8_t *code = (uint8_t *)(uintptr_t)jae;

	if (site == 0)
		return 0;
	if (*code == 0x73)
		memcpy(code, jmp_short, sizeof(jmp_short));
	else if (*code == 0x0f)
		memcpy(code, jmp_near, sizeof(jmp_near));
	*(uint8_t *)(uintptr_t)(site - POLL_WATCHED) = 1;
	return site;
}

bool
image_is_code(const struct image *im, uint64_t va)
{
	for (unsigned i = 0; i < im->nseg; i++)
		if (im->seg[i].exec && va >= im->seg[i].va &&
		    va < im->seg[i].va_end)
			return true;
	return false;
}

static enum exit_code
check_bp(struct image *im, const Elf64_Shdr *sh, struct err *err)
{
	im->bp = at(im, sh->sh_offset, sh->sh_size);
	im->bp_bytes = sh->sh_size;
	if (sh->sh_type == SHT_PROGBITS && im->bp != NULL &&
	    sh->sh_addr == HK_BP && sh->sh_size <= HK_BP_SIZE &&
	    sh->sh_size % 8 == 0)
		return EX_GOOD;
	return bad(err, im, "section .rangeley.bp is damaged; " REBUILD);
}

/* Pairs of the address of a block's cost and what a cycle more adds to it. */
static enum exit_code
check_l1d(struct image *im, const Elf64_Shdr *sh, struct err *err)
{
	bool good;

	im->l1d = at(im, sh->sh_offset, sh->sh_size);
	im->l1d_bytes = sh->sh_size;
	good = sh->sh_type == SHT_PROGBITS && im->l1d != NULL &&
	    sh->sh_size % 8 == 0;
	for (size_t k = 0; good && k < im->l1d_bytes; k += 8) {
		uint32_t pair[2];

		memcpy(pair, im->l1d + k, sizeof(pair));
		good = image_is_code(im, pair[0]) &&
		    at_va(im, pair[0], 4) != NULL && pair[1] <= UINT16_MAX;
	}
	if (good)
		return EX_GOOD;
	return bad(err, im, "section .rangeley.l1d is damaged; " REBUILD);
}

/* The annotator's sections, which are not loaded. */
static enum exit_code
read_sections(struct image *im, const Elf64_Ehdr *eh, struct err *err)
{
	enum exit_code code = EX_GOOD;
	Elf64_Shdr sh;

	for (unsigned i = 0; i < eh->e_shnum && code == EX_GOOD; i++) {
		const char *s;
		get_section(im, eh, i, &sh);
		s = string_at(im, eh, eh->e_shstrndx, sh.sh_name);
		if (s != NULL && strcmp(s, ".rangeley.bp") == 0)
			code = check_bp(im, &sh, err);
		else if (s != NULL && strcmp(s, ".rangeley.l1d") == 0)
			code = check_l1d(im, &sh, err);
	}
	return code;
}

static bool
null_or_code(const struct image *im, uintptr_t fn)
{
	return fn == 0 || image_is_code(im, fn);
}

static enum exit_code
check_desc(struct image *im, struct err *err)
{
	const struct seam_image *d = &im->desc;
	const struct seam_up *up = &d->si_up;
	const char *s;

	if (!image_is_code(im, (uintptr_t)up->boot) ||
	    !null_or_code(im, (uintptr_t)up->intr) ||
	    !null_or_code(im, (uintptr_t)up->ipi) ||
	    !null_or_code(im, (uintptr_t)up->timer))
		return bad(err, im,
		    "an entry point in rangeley_image does not lie in "
		    "code; name them in SEAM_IMAGE()");
	for (uint64_t n = 0; n < IMAGE_NAME_MAX; n++) {
		s = at_va(im, (uintptr_t)d->si_name, n + 1);
		if (s == NULL)
			break;
		if (s[n] == '\0') {
			im->name = s;
			return EX_GOOD;
		}
	}
	return bad(err, im,
	    "the name in rangeley_image is no string of at most 63 bytes; "
	    "name it in SEAM_IMAGE()");
}

/* Find rangeley_image and copy it out. */
static enum exit_code
read_desc(struct image *im, struct err *err)
{
	struct seam_image *d = &im->desc;
	struct symbol_query q = { 0 };
	const void *p;

	each_symbol(im, is_descriptor, &q);
	p = at_va(im, q.va, offsetof(struct seam_image, si_flags));
	if (p == NULL)
		return bad(err, im,
		    "no symbol " SEAM_IMAGE_SYMBOL "; an image has one "
		    "SEAM_IMAGE() of port/seam.h, and is not stripped");
	memcpy(d, p, offsetof(struct seam_image, si_flags));
	if (d->si_magic != SEAM_MAGIC)
		return bad(err, im,
		    "magic number 0x%x, expected 0x%x; " REBUILD, d->si_magic,
		    SEAM_MAGIC);
	if (d->si_version != SEAM_VERSION)
		return bad(err, im,
		    "built for seam version %u, this program speaks "
		    "version %u; " REBUILD " of the same source tree",
		    d->si_version, SEAM_VERSION);
	p = at_va(im, q.va, sizeof(*d));
	if (d->si_size != sizeof(*d) || p == NULL)
		return bad(err, im,
		    "rangeley_image has %u bytes, expected %zu; " REBUILD,
		    d->si_size, sizeof(*d));
	memcpy(d, p, sizeof(*d));
	return check_desc(im, err);
}

enum exit_code
image_parse(struct image *im, const char *path, uint8_t *file,
    size_t file_bytes, struct err *err)
{
	Elf64_Ehdr eh;

	*im = (struct image){
		.path = path, .file = file, .file_bytes = file_bytes
	};
	if (check_header(im, &eh, err) != 0 ||
	    read_segments(im, &eh, err) != 0 || read_desc(im, err) != 0 ||
	    read_sections(im, &eh, err) != 0)
		return EX_INPUT;
	return EX_GOOD;
}

static bool
inside(uint64_t va, uint64_t n, uint64_t lo, uint64_t hi)
{
	return va >= lo && va <= hi && n <= hi - va;
}

bool
image_range_ok(const struct image *im, uint64_t ram_bytes, uint64_t va,
    uint64_t n)
{
	if (inside(va, n, SEAM_RAM_VA, SEAM_RAM_VA + SEAM_BOOT_BYTES) ||
	    inside(va, n, SEAM_STACK_TOP - SEAM_STACK_BYTES, SEAM_STACK_TOP) ||
	    inside(va, n, SEAM_FREE_VA, SEAM_RAM_VA + ram_bytes))
		return true;
	for (unsigned i = 0; i < im->nseg; i++)
		if (inside(va, n, im->seg[i].va, im->seg[i].va_end))
			return true;
	return false;
}
