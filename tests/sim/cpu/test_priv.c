/*
 * test_priv.c: privileged instructions (sim/cpu/priv.c), as the thunk calls
 * them: all registers in a frame.
 */
#include "cpu/annotate/annotate.h"
#include "cpu/priv.h"
#include "core/exit.h"
#include "rig.h"
#include "sc/sc.h"

#define FLAG_IF UINT64_C(0x200)

static struct hk_regs regs;
static uint64_t stack[16];

static void
up(void)
{
	rig_up();
	memset(&regs, 0, sizeof(regs));
	regs.gpr[R_SP] = (uintptr_t)&stack[8];
}

static void
priv_reg(enum priv op, int reg, unsigned size)
{
	struct hk_privsite site = { .op = (uint16_t)op,
		.reg = (uint8_t)reg,
		.size = (uint8_t)size,
		.imm = 0x3f8 };

	hk_priv(cpu, &regs, &site);
}

static void
priv(enum priv op)
{
	priv_reg(op, 0xff, 0);
}

static uint64_t
pair(void)
{
	return regs.gpr[R_DX] << 32 | regs.gpr[R_AX];
}

static uint64_t
rdmsr(uint32_t msr)
{
	regs.gpr[R_CX] = msr;
	priv(PRIV_RDMSR);
	return pair();
}

static void
wrmsr(uint32_t msr, uint64_t v)
{
	regs.gpr[R_CX] = msr;
	regs.gpr[R_DX] = v >> 32;
	regs.gpr[R_AX] = (uint32_t)v;
	priv(PRIV_WRMSR);
}

/* PUSHF shows what CLI, STI and POPF did to IF, besides the host's flags. */
START_TEST(flags)
{
	const uint64_t host = 0xcd5; /* CF PF AF ZF SF DF OF */

	regs.rflags = host | FLAG_IF; /* the host's IF is not ours */
	priv(PRIV_CLI);
	priv(PRIV_PUSHF);
	ck_assert_uint_eq(regs.gpr[R_SP], (uintptr_t)&stack[7]);
	ck_assert_uint_eq(stack[7], host | 2);
	priv(PRIV_STI);
	priv(PRIV_PUSHF);
	ck_assert_uint_eq(stack[6], host | FLAG_IF | 2);
	stack[6] = 0x40; /* ZF, interrupts off */
	priv(PRIV_POPF);
	ck_assert_uint_eq(regs.rflags & host, 0x40);
	priv(PRIV_PUSHF);
	ck_assert_uint_eq(stack[6], 0x42);
}
END_TEST

/* Ten clock units to a cycle; writing the TSC moves it, not the clock. */
START_TEST(time)
{
	cpu->hot.clock = 12345678;
	regs.gpr[R_AX] = regs.gpr[R_DX] = ~UINT64_C(0);
	priv(PRIV_RDTSC);
	ck_assert_uint_eq(pair(), 1234567);
	wrmsr(0x10, UINT64_C(0x500000000));
	cpu->hot.clock += 70;
	ck_assert_uint_eq(rdmsr(0x10), UINT64_C(0x500000007));
	wrmsr(0xc0000103, 3);
	priv(PRIV_RDTSCP);
	ck_assert_uint_eq(pair(), UINT64_C(0x500000007));
	ck_assert_uint_eq(regs.gpr[R_CX], 3);
	ck_assert_uint_eq(cpu->hot.clock, 12345678 + 70);
}
END_TEST

/*
 * Behind a load of 2400 that nobody waits for, RDTSC reads the time at once,
 * RDTSCP and CPUID when the load is done, 2400 - 100 later.
 */
START_TEST(waiting)
{
	static const enum priv op[] = { PRIV_RDTSC, PRIV_RDTSCP, PRIV_CPUID };
	struct hk_site site = rig_load_site(1, 0, 0, 5000);

	rig_read(0x20000000, 8, &site);
	cpu->hot.clock += 100;
	priv(op[_i]);
	ck_assert_uint_eq(cpu->hot.clock, _i == 0 ? 100 : DRAM);
	if (_i < 2)
		ck_assert_uint_eq(pair(), _i == 0 ? 10 : DRAM / 10);
}
END_TEST

START_TEST(gs_base)
{
	wrmsr(0xc0000101, UINT64_C(0x123456789));
	wrmsr(0xc0000102, 77);
	ck_assert_uint_eq(cpu->hot.kgs, UINT64_C(0x123456789));
	priv(PRIV_SWAPGS);
	ck_assert_uint_eq(cpu->hot.kgs, 77);
	ck_assert_uint_eq(rdmsr(0xc0000102), UINT64_C(0x123456789));
	regs.gpr[R_BX] = UINT64_C(0x1122334455667788);
	priv_reg(PRIV_WRGSBASE, R_BX, 8);
	priv_reg(PRIV_RDGSBASE, R_12, 8);
	priv_reg(PRIV_RDGSBASE, R_13, 4);
	ck_assert_uint_eq(regs.gpr[R_12], UINT64_C(0x1122334455667788));
	ck_assert_uint_eq(regs.gpr[R_13], 0x55667788);
}
END_TEST

/* Nobody answers at a port: ones, in the part of rax that IN writes. */
START_TEST(ports)
{
	regs.gpr[R_AX] = UINT64_C(0x1111111111111111);
	priv_reg(PRIV_IN, 0xff, 1);
	ck_assert_uint_eq(regs.gpr[R_AX], UINT64_C(0x11111111111111ff));
	priv_reg(PRIV_IN, 0xff, 2);
	ck_assert_uint_eq(regs.gpr[R_AX], UINT64_C(0x111111111111ffff));
	priv_reg(PRIV_IN, R_DX, 4);
	ck_assert_uint_eq(regs.gpr[R_AX], 0xffffffff);
	priv_reg(PRIV_OUT, 0xff, 1);
	ck_assert_uint_eq(cpu->stats.privs, 4);
}
END_TEST

/* Leaf 4 against what the model has: ways, line and sets, less 1 each. */
START_TEST(caches)
{
	static const struct {
		uint32_t ways, bytes;
	} model[] = { { HK_L1D_WAYS, HK_L1D_SETS * HK_L1D_WAYS * 64 },
		{ CPU_L1I_WAYS, CPU_L1I_SETS * CPU_L1I_WAYS * 64 },
		{ L2_WAYS, 1 << 20 } };
	struct cpuid id = cpuid_leaf(0, false, 4, (uint32_t)_i);
	uint32_t ways = (id.bx >> 22) + 1;

	ck_assert_uint_eq(ways, model[_i].ways);
	ck_assert_uint_eq(ways * ((id.bx & 0xfff) + 1) * (id.cx + 1),
	    model[_i].bytes);
	ck_assert_uint_eq(cpuid_leaf(0, false, 4, 3).ax & 31, 0); /* no more */
}
END_TEST

/* The registers of leaf 0 in the order of the string; APIC ids two apart. */
START_TEST(identity)
{
	char name[13] = { 0 };

	priv(PRIV_CPUID);
	memcpy(name, &regs.gpr[R_BX], 4);
	memcpy(name + 4, &regs.gpr[R_DX], 4);
	memcpy(name + 8, &regs.gpr[R_CX], 4);
	ck_assert_str_eq(name, "GenuineIntel");
	for (unsigned i = 0; i < CPU_MAX; i++) {
		ck_assert_uint_eq(cpuid_leaf(i, false, 1, 0).bx >> 24, 2 * i);
		ck_assert_uint_eq(cpuid_leaf(i, false, 1, 0).cx >> 31, 0);
		ck_assert_uint_eq(cpuid_leaf(i, true, 1, 0).cx >> 31, 1);
		ck_assert_uint_eq(cpuid_leaf(i, false, 0xb, 0).dx, 2 * i);
	}
}
END_TEST

/* ---- what cannot be done ends the run ----------------------------------- */

static const struct {
	enum priv op;
	bool sti;
	uint32_t msr;
	int code;
} ends[] = {
	{ PRIV_HLT, false, 0, EX_FINDING }, /* for ever */
	{ PRIV_HLT, true, 0, EX_FINDING },  /* nothing can come */
	{ PRIV_RDMSR, false, 0x1234, EX_BUG },
	{ PRIV_WRMSR, false, 0xc0000080, EX_BUG }, /* EFER of zero */
	{ PRIV_WBINVD, false, 0, EX_BUG },
	{ PRIV_LTR + 1, false, 0, EX_BUG },
	{ PRIV_NONE, false, 0, EX_BUG },
};

static void
end_run(const void *arg)
{
	const int *i = arg;

	if (ends[*i].sti)
		priv(PRIV_STI);
	regs.gpr[R_CX] = ends[*i].msr;
	priv(ends[*i].op);
}

START_TEST(ending)
{
	static uint8_t ksp[1 << 16] __attribute__((aligned(64)));

	ck_assert_int_eq(sc_init(), SC_OK);
	cpu->run = CPU_OFF;
	rig_smp.limit = UINT64_MAX;
	rig_smp.lookahead_clk = 6000;
	smp_start(&rig_smp, 0, end_run, &_i, ksp + sizeof(ksp), 0);
	ck_assert_int_eq(smp_run(&rig_smp), ends[_i].code);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("priv");
	TCase *tc = tcase_create("priv");

	tcase_add_checked_fixture(tc, up, rig_down);
	tcase_add_test(tc, flags);
	tcase_add_test(tc, time);
	tcase_add_loop_test(tc, waiting, 0, 3);
	tcase_add_test(tc, gs_base);
	tcase_add_test(tc, ports);
	tcase_add_loop_test(tc, caches, 0, 3);
	tcase_add_test(tc, identity);
	tcase_add_loop_test(tc, ending, 0, sizeof(ends) / sizeof(ends[0]));
	suite_add_tcase(s, tc);
	return rig_run(s);
}
