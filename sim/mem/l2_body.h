/*
 * l2_body.h: fill and put of l2.h, once for each VARIANT of ways.h.
 * Included by l2.c only.
 */

/* Bring the line to the front; true when it was present. */
VARIANT_ATTR static inline bool
VARIANT_FN(l2_front)(struct l2 *l2, uint32_t line, uint32_t **tags)
{
	uint32_t *t = &l2->tag[(size_t)(line & (l2->nset - 1)) * L2_WAYS];
	int way = VARIANT_FN(ways_find16)(t, line);

	*tags = t;
	if (way >= 0) {
		VARIANT_FN(ways_front16)(t, way);
		return true;
	}
	l2->stats.dirty_out += t[L2_WAYS - 1] >> WAYS_STATE == WAYS_M;
	VARIANT_FN(ways_front16)(t, L2_WAYS - 1);
	return false;
}

VARIANT_ATTR static bool
VARIANT_FN(fill)(struct l2 *l2, uint32_t line)
{
	uint32_t *t;

	if (VARIANT_FN(l2_front)(l2, line, &t)) {
		l2->stats.hit++;
		return true;
	}
	l2->stats.miss++;
	t[0] = line | (uint32_t)WAYS_E << WAYS_STATE;
	return false;
}

/* A line that comes back keeps its place: nobody has asked for it. */
VARIANT_ATTR static void
VARIANT_FN(put)(struct l2 *l2, uint32_t line)
{
	uint32_t *t = &l2->tag[(size_t)(line & (l2->nset - 1)) * L2_WAYS];
	uint32_t dirty = line | (uint32_t)WAYS_M << WAYS_STATE;
	int way = VARIANT_FN(ways_find16)(t, line);

	if (way < 0) {
		(void)VARIANT_FN(l2_front)(l2, line, &t);
		way = 0;
	}
	l2->stats.dirty_in++;
	l2->stats.dirty_again += t[way] == dirty;
	t[way] = dirty;
}
