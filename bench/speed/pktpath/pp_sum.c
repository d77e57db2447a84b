/*
 * pp_sum.c: one number that depends on all state the packets have left.
 * Pointers are not folded in, only what they lead to.
 */
#include <pp.h>

static uint64_t
sum_flows(struct cpu *c, uint64_t s)
{
	struct flow *f;
	int i;

	for (i = 0; i < NBUCKET; i++)
		for (f = c->c_bucket[i].bk_first; f != NULL; f = f->f_link) {
			s = fold(s, f->f_hash | (uint64_t)f->f_refs << 32);
			s = fold(s, f->f_pkts);
			s = fold(s, f->f_bytes);
			s = fold(s,
			    f->f_side[0].s_next +
				((uint64_t)f->f_side[1].s_edge << 32));
			s = fold(s, f->f_tmo.t_when);
			s = fold(s, f->f_pair != NULL ? f->f_pair->f_hash : 0);
		}
	return s;
}

static uint64_t
sum_sources(const struct source *n, uint64_t s)
{
	if (n == NULL)
		return s;
	s = sum_sources(n->s_kid[0], s);
	s = fold(s, n->s_pkts);
	s = fold(s, n->s_bytes + n->s_last);
	return sum_sources(n->s_kid[1], s);
}

static uint64_t
sum_routes(const struct rnode *n, uint64_t s)
{
	if (n->n_bit == 32) {
		s = fold(s, n->n_use);
		s = fold(s, n->n_gate->g_hits);
		return fold(s, n->n_gate->g_refs + n->n_gate->g_expire);
	}
	return sum_routes(n->n_child[1], sum_routes(n->n_child[0], s));
}

static uint64_t
sum_ports(struct cpu *c, uint64_t s)
{
	const struct port *p;
	const struct tap *t;
	int i;

	for (i = 0; i < NPORT; i++) {
		p = &c->c_port[i];
		s = fold(s, p->p_ipkts);
		s = fold(s, p->p_ibytes + p->p_idrops);
		s = fold(s, p->p_opkts);
		s = fold(s, p->p_obytes);
		s = fold(s, p->p_sent + p->p_senddrops);
		s = fold(s, p->p_lock.l_spins);
		for (t = p->p_intap; t != NULL; t = t->t_next)
			s = fold(s, t->t_seen + (t->t_match << 32));
		for (t = p->p_outtap; t != NULL; t = t->t_next)
			s = fold(s, t->t_seen + (t->t_match << 32));
		s = fold(s, p->p_ring->r_rxget);
		s = fold(s, p->p_ring->r_txput);
	}
	return s;
}

uint64_t
sum_all(struct cpu *c)
{
	const struct station *st;
	const struct rule *r;
	uint64_t s = c->c_now;
	int i;

	for (i = 0; i < CT_N; i++)
		s = fold(s, c->c_count[i]);
	s = sum_flows(c, s);
	s = sum_sources(c->c_sources, s);
	s = sum_routes(c->c_routes, s);
	s = sum_ports(c, s);
	for (i = 0; i < NMACHASH; i++)
		for (st = c->c_machash[i]; st != NULL; st = st->st_link)
			s = fold(s,
			    st->st_pkts + ((uint64_t)st->st_seen << 32));
	for (r = c->c_rules; r != NULL; r = r->r_next)
		s = fold(s, r->r_evals + (r->r_hits << 32));
	return fold(s, c->c_depot.d_swaps);
}
