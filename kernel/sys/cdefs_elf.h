/*
 * cdefs_elf.h: aliases and link sets, as ELF has them.
 *
 * A link set is a table that the linker makes: each object adds pointers to a
 * section link_set_NAME, and the linker names the section's two ends.
 */
#ifndef _SYS_CDEFS_ELF_H_
#define _SYS_CDEFS_ELF_H_

#define _C_LABEL(x)        x
#define _C_LABEL_STRING(x) x

#define ___RENAME(x) __asm__(___STRING(_C_LABEL(x)))

#ifndef __ASSEMBLER__
#define __strong_alias(alias, sym)                                       \
	__asm__(".global " _C_LABEL_STRING(#alias) "\n" _C_LABEL_STRING( \
	    #alias) " = " _C_LABEL_STRING(#sym));
#define __weak_alias(alias, sym)                                       \
	__asm__(".weak " _C_LABEL_STRING(#alias) "\n" _C_LABEL_STRING( \
	    #alias) " = " _C_LABEL_STRING(#sym));
#define __weak_reference(sym) __attribute__((__weakref__(#sym)))
#define __warn_references(sym, msg)
#endif

#define __link_set_make_entry(set, sym)                       \
	static void const *const __link_set_##set##_sym_##sym \
	    __section("link_set_" #set) __used = &sym
#define __link_set_add_text(set, sym)   __link_set_make_entry(set, sym)
#define __link_set_add_rodata(set, sym) __link_set_make_entry(set, sym)
#define __link_set_add_data(set, sym)   __link_set_make_entry(set, sym)
#define __link_set_add_bss(set, sym)    __link_set_make_entry(set, sym)

/* A set without entries has ends all the same (mk/image.lds or weak). */
#define __link_set_decl(set, ptype)                  \
	extern ptype *const __start_link_set_##set[] \
	    __attribute__((__weak__));               \
	extern ptype *const __stop_link_set_##set[] __attribute__((__weak__))
#define __link_set_start(set) (__start_link_set_##set)
#define __link_set_end(set)   (__stop_link_set_##set)
#define __link_set_count(set) (__link_set_end(set) - __link_set_start(set))
#define __link_set_foreach(pvar, set)                                      \
	for ((pvar) = __link_set_start(set); (pvar) < __link_set_end(set); \
	     (pvar)++)

#endif /* _SYS_CDEFS_ELF_H_ */
