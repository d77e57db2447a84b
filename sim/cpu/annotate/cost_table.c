/*
 * cost_table.c: figures of Silvermont that overrule llvm-mca's model.
 *
 * Each row gives its figure's tag ([M] measured on this silicon family, [D]
 * derived from such, [E] estimate with its range) and its place in the
 * project's hardware notes; ILX are InstLatX64's runs on a C2750 at 2.4 GHz.
 * What has no row is priced by llvm-mca, which agrees with the measured
 * figures there; tests/sim/cpu/annotate/test_cost.c goes through them all.
 *
 * A division's time depends on its operands; the middle of the measured range
 * stands for all of them (docs/CAVEATS.md).  IN, OUT, HLT, MWAIT and repeated
 * string instructions cost an issue slot here: their time is the simulator's.
 */
#include <string.h>

#include "cpu/annotate/cost_int.h"

#define MODEL(lat, thr) CK_MODEL, lat, thr
#define EXTRA(clk)      CK_EXTRA, clk, 0
#define SERIAL(clk)     CK_SERIAL, clk, 0

/* clang-format off */
const struct cost_rule cost_rules[] = {
	/* Locked instructions, on a line that the core owns. */
	{ "cmpxchg8b", IC_LOCK, 0, SERIAL(190),
	  "[E 160..240] ILX: 14 unlocked, LOCK adds 5" },
	{ "cmpxchg16b", IC_LOCK, 0, SERIAL(290),
	  "[E 240..340] ILX: 24 unlocked, LOCK adds 5" },
	{ "cmpxchg", IC_LOCK, 0, SERIAL(120), "[E 110..140] ILX: LOCK ADD" },
	{ "xadd", IC_LOCK, 0, SERIAL(120), "[E 100..180] ILX: LOCK ADD" },
	{ "xchg", IC_LOCK, 0, SERIAL(104), "[M] ILX: XCHG r,m" },
	{ "*", IC_LOCK, 0, SERIAL(105), "[M] ILX: LOCK ADD m,r" },

	/* Fences and PAUSE. */
	{ "mfence", IC_FENCE, 0, SERIAL(135), "[M 130..140] ILX" },
	{ "lfence", IC_FENCE, 0, SERIAL(80), "[M] ILX" },
	{ "sfence", IC_FENCE, 0, SERIAL(65), "[M] ILX" },
	{ "*", IC_PAUSE, 0, SERIAL(240), "[M] ILX" },

	/* Instructions that the simulator executes. */
	{ "rdtsc", IC_PRIV, 0, SERIAL(300), "[M] ILX" },
	{ "rdtscp", IC_PRIV, 0, SERIAL(300), "[E 300..400] ILX: RDTSC" },
	{ "cpuid", IC_PRIV, 0, SERIAL(1050), "[M 810..1300] ILX, by leaf" },
	{ "cli", IC_PRIV, 0, SERIAL(150), "[E 100..250]" },
	{ "sti", IC_PRIV, 0, SERIAL(150), "[E 100..250]" },
	{ "pushf", IC_PRIV, 0, SERIAL(290), "[M] ILX" },
	{ "popf", IC_PRIV, 0, SERIAL(430), "[D] ILX: 72 with PUSHF, less 29" },
	{ "in", IC_PRIV, 0, SERIAL(10), "issue only" },
	{ "out", IC_PRIV, 0, SERIAL(10), "issue only" },
	{ "hlt", IC_PRIV, 0, SERIAL(10), "issue only" },
	{ "mwait", IC_PRIV, 0, SERIAL(10), "issue only" },
	{ "monitor", IC_PRIV, 0, SERIAL(750), "[E 500..1000]" },
	{ "iretq", IC_PRIV, 0, SERIAL(1200), "[E 800..2500]" },
	{ "invlpg", IC_PRIV, 0, SERIAL(1500), "[E 1000..2000]" },
	{ "*", IC_PRIV, 0, SERIAL(1000),
	  "[E 600..1500] LLVM: system instructions" },

	/* String instructions. */
	{ "*", IC_STRING, CW_REP, EXTRA(5), "issue only" },
	{ "lods", IC_STRING, 0, EXTRA(50), "[M] ILX" },
	{ "stos", IC_STRING, 0, EXTRA(40), "[M] ILX" },
	{ "movs", IC_STRING, 0, EXTRA(60), "[M] ILX" },
	{ "scas", IC_STRING, 0, EXTRA(60), "[E 40..80] ILX: MOVS" },
	{ "cmps", IC_STRING, 0, EXTRA(80), "[E 60..100] ILX: MOVS" },
	{ "*", IC_TRAP, 0, EXTRA(0), "execution ends" },

	/* Microcode. */
	{ "cld", IC_PLAIN, 0, EXTRA(70), "[M] ILX" },
	{ "std", IC_PLAIN, 0, EXTRA(350), "[M] ILX" },
	{ "div", IC_PLAIN, CW_64, MODEL(600, 600), "[M 250..950] ILX" },
	{ "idiv", IC_PLAIN, CW_64, MODEL(780, 780), "[M 470..1090] ILX" },
	{ "div", IC_PLAIN, 0, MODEL(280, 280), "[M 190..380] ILX" },
	{ "idiv", IC_PLAIN, 0, MODEL(380, 380), "[M 300..470] ILX" },
	{ "xchg", IC_PLAIN, CW_REG, MODEL(50, 50), "[M] ILX" },
	{ "xadd", IC_PLAIN, CW_REG, MODEL(50, 50), "[M] ILX" },
	{ "cmpxchg", IC_PLAIN, CW_REG, MODEL(60, 60), "[M] ILX" },
	{ "cmpxchg8b", IC_PLAIN, 0, MODEL(140, 140), "[M] ILX" },
	{ "cmpxchg16b", IC_PLAIN, 0, MODEL(240, 180), "[M] ILX" },
	{ "shld shrd", IC_PLAIN, CW_REG | CW_16, MODEL(100, 100), "[M] ILX" },
	{ "shld shrd", IC_PLAIN, CW_REG | CW_64, MODEL(100, 100), "[M] ILX" },
	{ "shld shrd", IC_PLAIN, CW_REG | CW_CL, MODEL(40, 40), "[M] ILX" },
	{ "shld shrd", IC_PLAIN, CW_REG, MODEL(20, 20), "[M] ILX" },

	/* One unit where the model has two, or one cycle more. */
	{ "adc sbb", IC_PLAIN, CW_REG, MODEL(20, 20), "[M] ILX" },
	{ "adc sbb", IC_PLAIN, 0, MODEL(0, 20), "[E 10..20] ILX: ADC r,r" },
	{ "inc dec", IC_PLAIN, CW_REG, MODEL(0, 10), "[M] ILX" },
	{ "movzb movzw movzx", IC_PLAIN, CW_REG | CW_16, MODEL(40, 40),
	  "[M] ILX" },
	{ "movzb movzw movzx", IC_PLAIN, CW_REG, MODEL(0, 10), "[M] ILX" },
	{ "set?", IC_PLAIN, CW_REG, MODEL(0, 10), "[M] ILX" },
	{ "lea", IC_PLAIN, CW_16, MODEL(40, 40), "[M] ILX" },
	{ "lea", IC_PLAIN, CW_LEA3, MODEL(20, 10), "[M] ILX" },
	{ "mov", IC_PLAIN, CW_LOAD | CW_SMALL, MODEL(40, 0), "[M] ILX" },
	{ "push", IC_PLAIN, 0, MODEL(0, 12), "[M] ILX: 1.17" },
	{ NULL, IC_PLAIN, 0, CK_MODEL, 0, 0, NULL }
};
/* clang-format on */

/* Is mn the name of n letters, a size suffix or a condition apart? */
static bool
name_fits(const char *name, size_t n, const char *mn)
{
	if (name[0] == '*')
		return true;
	if (name[0] != mn[0])
		return false;
	if (name[n - 1] == '?')
		return strncmp(mn, name, n - 1) == 0;
	return strncmp(mn, name, n) == 0 &&
	    (mn[n] == '\0' ||
		(mn[n + 1] == '\0' && strchr("bwlq", mn[n]) != NULL));
}

static bool
names_fit(const char *names, const char *mn)
{
	const char *end = names;

	for (;; names = ++end) {
		while (*end != ' ' && *end != '\0')
			end++;
		if (name_fits(names, (size_t)(end - names), mn))
			return true;
		if (*end == '\0')
			return false;
	}
}

/* Base, index and displacement: the address needs two additions. */
static bool
is_lea3(const struct insn *in)
{
	const struct operand *o = &in->op[0];

	return o->type == OP_MEM && o->base != R_NONE && o->index != R_NONE &&
	    o->disp[0] != '\0';
}

static unsigned
conditions(const struct insn *in)
{
	unsigned w = in->nmem == 0 ? CW_REG : CW_MEM;

	if (in->nmem == 1 && in->mem[0].kind == ACC_READ)
		w |= CW_LOAD;
	if (in->osize == 2)
		w |= CW_16;
	if (in->osize == 8)
		w |= CW_64;
	if (in->osize == 1 || in->osize == 2)
		w |= CW_SMALL;
	if (is_lea3(in))
		w |= CW_LEA3;
	if (in->op[0].type == OP_REG && in->op[0].reg == R_CX &&
	    in->op[0].size == 1)
		w |= CW_CL;
	if ((in->pfx & (PFX_REP | PFX_REPNZ)) != 0)
		w |= CW_REP;
	return w;
}

const struct cost_rule *
cost_rule_of(const struct cost_rule *rules, const struct insn *in)
{
	unsigned w = conditions(in);

	for (const struct cost_rule *r = rules; r->names != NULL; r++)
		if (r->cls == in->cls && (r->when & ~w) == 0 &&
		    names_fit(r->names, in->mn))
			return r;
	return NULL;
}
