/*
 * pp_flow.c: the stateful filter.
 *
 * Every routed packet is looked up twice, as it comes in and as it goes out;
 * each side has an entry of its own, and the two know each other.  A packet
 * without an entry goes through the rules; the last matching rule decides,
 * unless an earlier one is final.  Each packet moves its flow's timeout to
 * another slot of the wheel.
 */
#include <pp.h>

#define ROT(x, n) (((x) << (n)) | ((x) >> (32 - (n))))

/* Keyed hash of a flow key: three words mixed as in a small block cipher. */
static NOINLINE uint32_t
flow_hash(const uint32_t *key, const struct fkey *k)
{
	uint32_t a = key[0] + k->k_src, b = key[1] + k->k_dst;
	uint32_t x = key[2] + k->k_ports, y = key[3] ^ k->k_zone;
	int i;

	for (i = 0; i < 3; i++) {
		a += b;
		b = ROT(b, 5) ^ a;
		x += y;
		y = ROT(y, 8) ^ x;
		a = ROT(a, 16) + y;
		y = ROT(y, 13) ^ a;
		x += b;
		b = ROT(b, 7) ^ x;
		x = ROT(x, 16);
	}
	return a ^ b ^ x ^ y;
}

static NOINLINE void
tmo_stop(struct tmo *t)
{
	t->t_next->t_prev = t->t_prev;
	t->t_prev->t_next = t->t_next;
}

static NOINLINE void
tmo_start(struct cpu *c, struct tmo *t, uint32_t polls)
{
	struct tmo *head = &c->c_wheel[(c->c_now + polls) & (NWHEEL - 1)];

	t->t_when = c->c_now + polls;
	t->t_next = head;
	t->t_prev = head->t_prev;
	head->t_prev->t_next = t;
	head->t_prev = t;
}

static NOINLINE struct flow *
flow_find(struct cpu *c, const struct fkey *k, uint32_t hash)
{
	struct bucket *bk = &c->c_bucket[hash & (NBUCKET - 1)];
	struct flow *f;

	lk_enter(&bk->bk_lock, c->c_id);
	for (f = bk->bk_first; f != NULL; f = f->f_link)
		if (f->f_hash == hash && f->f_key.k_src == k->k_src &&
		    f->f_key.k_dst == k->k_dst &&
		    f->f_key.k_ports == k->k_ports &&
		    f->f_key.k_zone == k->k_zone)
			break;
	if (f != NULL)
		f->f_refs++;
	lk_leave(&bk->bk_lock);
	return f;
}

static NOINLINE void
flow_unlink(struct cpu *c, struct flow *f)
{
	struct flow **pp = &c->c_bucket[f->f_hash & (NBUCKET - 1)].bk_first;

	while (*pp != f)
		pp = &(*pp)->f_link;
	*pp = f->f_link;
	if (f->f_pair != NULL) {
		f->f_pair->f_pair = NULL;
		f->f_pair = NULL;
	}
	tmo_stop(&f->f_tmo);
	f->f_link = c->c_flfree;
	c->c_flfree = f;
	count(c, CT_FLOWOLD);
}

/* The rule that decides about a new flow. */
static NOINLINE struct rule *
rules_walk(struct cpu *c, const struct fkey *k)
{
	struct rule *r, *best = NULL;
	uint16_t port = __builtin_bswap16((uint16_t)(k->k_ports >> 16));

	for (r = c->c_rules; r != NULL; r = r->r_next) {
		r->r_evals++;
		if (r->r_proto != 0 && r->r_proto != (uint8_t)k->k_zone)
			continue;
		if ((k->k_src & r->r_srcmask) != r->r_src ||
		    (k->k_dst & r->r_dstmask) != r->r_dst)
			continue;
		if (r->r_hi != 0 && (port < r->r_lo || port > r->r_hi))
			continue;
		best = r;
		if (r->r_final)
			break;
	}
	if (best != NULL)
		best->r_hits++;
	return best;
}

static NOINLINE struct flow *
flow_new(struct cpu *c, const struct fkey *k, uint32_t hash)
{
	struct rule *r = rules_walk(c, k);
	struct bucket *bk = &c->c_bucket[hash & (NBUCKET - 1)];
	struct flow *f;
	int i;

	if (r == NULL || r->r_block)
		return NULL;
	if ((f = c->c_flfree) == NULL) {
		count(c, CT_FLOWFULL);
		return NULL;
	}
	c->c_flfree = f->f_link;
	f->f_hash = hash;
	f->f_key = *k;
	f->f_refs = 1;
	f->f_pair = NULL;
	f->f_rule = r;
	f->f_pkts = f->f_bytes = 0;
	f->f_born = c->c_now;
	f->f_flags = 0;
	for (i = 0; i < 2; i++) {
		f->f_side[i].s_next = f->f_side[i].s_edge = 0;
		f->f_side[i].s_win = 1;
		f->f_side[i].s_state = f->f_side[i].s_shift = 0;
	}
	tmo_start(c, &f->f_tmo, 1);
	lk_enter(&bk->bk_lock, c->c_id);
	f->f_link = bk->bk_first;
	bk->bk_first = f;
	lk_leave(&bk->bk_lock);
	count(c, CT_FLOWNEW);
	return f;
}

/* Follow a TCP connection; returns how many polls its entry shall live. */
static NOINLINE uint32_t
tcp_follow(struct flow *f, const uint8_t *th, uint32_t bytes, uint32_t dir)
{
	struct side *me = &f->f_side[dir], *he = &f->f_side[!dir];
	uint32_t seq = get32(th + 4), ack = get32(th + 8), end = seq + bytes;
	uint16_t win = get16(th + 14);
	uint8_t flags = th[13];

	if (flags & 2)
		end++;
	if (me->s_state == 0) {
		me->s_state = 1;
		me->s_next = end;
		me->s_edge = end + win;
	}
	if ((int32_t)(end - me->s_next) > 0)
		me->s_next = end;
	if (win > me->s_win)
		me->s_win = win;
	if ((int32_t)(ack + ((uint32_t)win << me->s_shift) - he->s_edge) > 0)
		he->s_edge = ack + ((uint32_t)win << me->s_shift);
	switch (flags & 0x17) {
	case 0x02:
		me->s_state = 2;
		return 24;
	case 0x12:
		me->s_state = 3;
		return 28;
	case 0x10:
		if (me->s_state < 4)
			me->s_state = 4;
		return (int32_t)(seq - me->s_edge) > 0 ? 32 : 120;
	case 0x11:
		me->s_state = 5;
		return 20;
	case 0x04:
	case 0x14:
		me->s_state = 6;
		return 4;
	default:
		return 60;
	}
}

/*
 * Pass a packet through the filter; dir 0: as it came in, 1: as it goes out.
 * b_data is at the IP header.  Non-zero: drop it.
 */
NOINLINE int
flow_check(struct cpu *c, struct buf *b, uint32_t dir)
{
	const uint8_t *ip = b->b_data, *th = ip + b->b_l4off;
	struct fkey k;
	struct flow *f;
	uint32_t hash, polls;

	k.k_src = *(const uint32_t *)(ip + 12);
	k.k_dst = *(const uint32_t *)(ip + 16);
	k.k_ports = *(const uint32_t *)th;
	k.k_zone = ip[9] | dir << 8;
	hash = flow_hash(c->c_key, &k);
	f = flow_find(c, &k, hash);
	if (f == NULL && (f = flow_new(c, &k, hash)) == NULL)
		return 1;
	count(c, CT_FLOWHIT);
	f->f_pkts++;
	f->f_bytes += b->b_len;
	if (ip[9] == 6)
		polls = tcp_follow(f, th,
		    b->b_len - b->b_l4off - (th[12] >> 4) * 4u, dir);
	else
		polls = 40;
	tmo_stop(&f->f_tmo);
	tmo_start(c, &f->f_tmo, polls);
	if (b->b_flow != NULL) {
		if (f->f_pair != b->b_flow) {
			f->f_pair = b->b_flow;
			b->b_flow->f_pair = f;
		}
		b->b_flow->f_refs--;
	}
	b->b_flow = f;
	b->b_zone = k.k_zone;
	return 0;
}

/* One poll has passed: drop the flows of this slot that have been idle. */
NOINLINE void
flow_tick(struct cpu *c)
{
	struct tmo *head = &c->c_wheel[c->c_now & (NWHEEL - 1)], *t, *next;
	struct flow *f;

	for (t = head->t_next; t != head; t = next) {
		next = t->t_next;
		f = (struct flow *)((char *)t - offsetof(struct flow, f_tmo));
		if (t->t_when == c->c_now && f->f_refs == 0)
			flow_unlink(c, f);
	}
}

void
flow_setup(struct cpu *c)
{
	struct flow *f = carve(NFLOW, sizeof(*f));
	struct rule *r, **link = &c->c_rules;
	uint64_t seed = 7;
	int i;

	c->c_bucket = carve(NBUCKET, sizeof(*c->c_bucket));
	for (i = NFLOW - 1; i >= 0; i--) {
		f[i].f_link = c->c_flfree;
		c->c_flfree = &f[i];
	}
	for (i = 0; i < NWHEEL; i++)
		c->c_wheel[i].t_next = c->c_wheel[i].t_prev = &c->c_wheel[i];
	for (i = 0; i < 4; i++)
		c->c_key[i] = (uint32_t)(rnd(&seed) >> 32);
	for (i = 0; i < NRULE; i++) {
		r = carve(1, sizeof(*r));
		if (i != 1) { /* rule 1 passes everything */
			r->r_srcmask = 0xffff;
			r->r_src = (uint32_t)rnd(&seed) & 0xffff;
			r->r_lo = (uint16_t)(i * 100);
			r->r_hi = (uint16_t)(i * 100 + 50);
			r->r_proto = i % 3 == 0 ? 17 : 6;
			r->r_block = i % 4 == 0;
		}
		*link = r;
		link = &r->r_next;
	}
}
