/*
 * gdbjit.c: gdb's JIT interface (gdb manual, "JIT Compilation Interface").
 *
 * An image is mapped by us, so the dynamic linker's list, where gdb looks for
 * objects, does not have it.  gdb plants a breakpoint in
 * __jit_debug_register_code() and, when it is hit or when it attaches, reads
 * the list that begins in __jit_debug_descriptor; each entry points at an ELF
 * file in memory.  Names and layout are gdb's.
 */
#include "gdbjit.h"

struct jit_code_entry {
	struct jit_code_entry *next, *prev;
	const uint8_t *symfile;
	uint64_t symfile_bytes;
};

struct jit_descriptor {
	uint32_t version; /* 1 */
	uint32_t action;  /* JIT_* */
	struct jit_code_entry *relevant;
	struct jit_code_entry *first;
};
enum { JIT_NOACTION, JIT_REGISTER };

void __jit_debug_register_code(void);
extern struct jit_descriptor __jit_debug_descriptor;

struct jit_descriptor __jit_debug_descriptor = { 1, JIT_NOACTION, NULL, NULL };

__attribute__((noinline)) void
__jit_debug_register_code(void)
{
	__asm__ volatile("" : : : "memory");
}

void
gdbjit_register(const struct image *im)
{
	static struct jit_code_entry entry;

	entry.symfile = im->file;
	entry.symfile_bytes = im->file_bytes;
	__jit_debug_descriptor.first = &entry;
	__jit_debug_descriptor.relevant = &entry;
	__jit_debug_descriptor.action = JIT_REGISTER;
	__jit_debug_register_code();
}
