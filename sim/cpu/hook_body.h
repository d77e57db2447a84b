/*
 * hook_body.h: the L1 lookups behind hk_read, hk_write, hk_lock and hk_fetch,
 * once for each VARIANT of ways.h.  Included by hook.c (and by a test that
 * breaks the replacement rule on purpose).
 */

/*
 * A data access to a line that this CPU may use without anybody's leave.
 * Afterwards the line is at the front of its set and the filter lets through
 * whatever may pass without C.  False: nothing has changed, and it is not so.
 */
VARIANT_ATTR static inline bool
VARIANT_FN(quick)(struct cpu *cpu, struct l1d_set *set, int way, bool write)
{
	uint32_t tag = set->tag[way];

	if ((tag & HK_TAG_ORDERED) != 0 ||
	    (write && tag >> WAYS_STATE < WAYS_E))
		return false;
	if (write)
		tag |= (uint32_t)WAYS_M << WAYS_STATE;
	VARIANT_FN(ways_front8)(set->tag, way);
	set->tag[0] = tag;
	set->rd = (uint64_t)(tag & HK_TAG_LINE) << 6;
	set->wr = tag >> WAYS_STATE == WAYS_M ? set->rd : HK_NO_LINE;
	cpu->stats.host_hits++;
	return true;
}

VARIANT_ATTR static void
VARIANT_FN(read)(struct cpu *cpu, uint64_t ea, const struct hk_site *site,
    unsigned size)
{
	uint32_t line = (uint32_t)(ea >> 6) & CPU_LINE_MASK;
	struct l1d_set *set = &cpu->hot.l1d[line % HK_L1D_SETS];
	int way = VARIANT_FN(ways_find8)(set->tag, line);

	if ((ea & 63) + size > 64)
		slow_read(cpu, ea, site, size);
	else if (way < 0)
		hk_read_miss(cpu, ea, site, size);
	else if (!VARIANT_FN(quick)(cpu, set, way, false))
		slow_read(cpu, ea, site, size);
}

VARIANT_ATTR static void
VARIANT_FN(write)(struct cpu *cpu, uint64_t ea, const struct hk_site *site,
    unsigned size)
{
	uint32_t line = (uint32_t)(ea >> 6) & CPU_LINE_MASK;
	struct l1d_set *set = &cpu->hot.l1d[line % HK_L1D_SETS];
	int way = VARIANT_FN(ways_find8)(set->tag, line);

	if ((ea & 63) + size > 64)
		slow_write(cpu, ea, site, size);
	else if (way < 0)
		hk_write_miss(cpu, ea, site, size);
	else if (!VARIANT_FN(quick)(cpu, set, way, true))
		slow_write(cpu, ea, site, size);
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
