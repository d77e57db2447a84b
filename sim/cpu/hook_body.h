/*
 * hook_body.h: the L1 lookups behind hk_read, hk_write, hk_lock and hk_fetch,
 * once for each VARIANT of ways.h.  Included by hook.c (and by a test that
 * breaks the replacement rule on purpose).
 */

/*
 * A data access touches a line.  Returns 0 on a hit, else the latency of the
 * fill.  Afterwards the line is at the front of its set and the filter lets
 * through whatever may pass without C.
 */
VARIANT_ATTR static inline uint32_t
VARIANT_FN(touch)(struct cpu *cpu, uint32_t line, bool write)
{
	struct cpu_l1d_set *set = &cpu->hot.l1d[line % HK_L1D_SETS];
	int way = VARIANT_FN(ways_find8)(set->tag, line);
	uint32_t latency = 0, tag, victim;

	if (__builtin_expect(way >= 0, 1)) {
		tag = set->tag[way];
		VARIANT_FN(ways_front8)(set->tag, way);
	} else {
		victim = set->tag[HK_L1D_WAYS - 1];
		VARIANT_FN(ways_front8)(set->tag, HK_L1D_WAYS - 1);
		latency = l1d_fill(cpu, line, victim);
		tag = line | (uint32_t)WAYS_E << WAYS_STATE;
	}
	if (write)
		tag |= (uint32_t)WAYS_M << WAYS_STATE;
	set->tag[0] = tag;
	set->rd = tag & HK_TAG_ORDERED ? HK_NO_LINE : (uint64_t)line << 6;
	set->wr = tag >> WAYS_STATE == WAYS_M ? set->rd : HK_NO_LINE;
	return latency;
}

/* All lines of an access; fills in the latencies.  True: one line, a hit. */
VARIANT_ATTR static inline bool
VARIANT_FN(touch_all)(struct cpu *cpu, uint64_t ea, unsigned size, bool write,
    uint32_t latency[2])
{
	uint32_t line = (uint32_t)(ea >> 6) & CPU_LINE_MASK;

	latency[0] = VARIANT_FN(touch)(cpu, line, write);
	latency[1] = 0;
	if (__builtin_expect((ea & 63) + size > 64, 0)) {
		cpu->stats.split++;
		latency[1] = VARIANT_FN(touch)(cpu, (line + 1) & CPU_LINE_MASK,
		    write);
		return false;
	}
	return latency[0] == 0;
}

VARIANT_ATTR static void
VARIANT_FN(read)(struct cpu *cpu, uint64_t ea, const struct hk_site *site,
    unsigned size)
{
	uint32_t latency[2];

	if (VARIANT_FN(touch_all)(cpu, ea, size, false, latency))
		cpu->stats.host_hits++;
	else
		finish_read(cpu, ea, site, latency);
}

VARIANT_ATTR static void
VARIANT_FN(write)(struct cpu *cpu, uint64_t ea, const struct hk_site *site,
    unsigned size)
{
	uint32_t latency[2];

	if (VARIANT_FN(touch_all)(cpu, ea, size, true, latency))
		cpu->stats.host_hits++;
	else
		finish_write(cpu, ea, site, latency);
}

VARIANT_ATTR static void
VARIANT_FN(lock)(struct cpu *cpu, uint64_t ea, const struct hk_site *site,
    unsigned size)
{
	uint32_t latency[2];

	(void)VARIANT_FN(touch_all)(cpu, ea, size, true, latency);
	finish_lock(cpu, ea, site, latency);
}

/*
 * A line of instructions that the filter does not know.  Lines leave a set
 * in the order in which they came, so a hit changes nothing but the filter.
 */
VARIANT_ATTR static void
VARIANT_FN(fetch)(struct cpu *cpu, uint32_t address)
{
	uint32_t line = address >> 6 & CPU_LINE_MASK;
	uint32_t *tag = cpu->l1i[line % CPU_L1I_SETS];
	uint32_t victim = tag[CPU_L1I_WAYS - 1];
	uint32_t *filter = &cpu->hot.l1i[victim % HK_L1I_ENTRIES];

	if (VARIANT_FN(ways_find8)(tag, line) < 0) {
		if (*filter == victim << 6)
			*filter = CPU_ICACHE_NONE;
		VARIANT_FN(ways_front8)(tag, CPU_L1I_WAYS - 1);
		tag[0] = line;
		finish_fetch(cpu, address);
	}
	cpu->hot.l1i[line % HK_L1I_ENTRIES] = address;
}
