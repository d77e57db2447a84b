/*
 * bridge_capture.c: captures at both members of a bridge, while frames pass.
 *
 * Frames of all sizes, tagged or not, go through in either direction.  Of each, the
 * capture where it came in and the one where it went out must have the same bytes,
 * and these must be those of the frame that was made (traffic_int.h), each of them, in
 * order.
 */
#include <sys/param.h>
#include <sys/filedesc.h>
#include <sys/filio.h>
#include <sys/kmem.h>
#include <sys/systm.h>

#include <net/bpf.h>
#include <net/if.h>
#include <net/if_vlanvar.h>

#include <bpfdev.h>
#include <crew.h>
#include <lab.h>
#include <mbufs.h>
#include <program.h>
#include <traffic_int.h>

#define BUFFER 32768 /* bpf's own size */
#define FRAMES 20    /* fit, whatever their size */

struct capture {
	u_int c_fd;
	char *c_buf;
	u_int c_bytes, c_at;
};

static void
capture_open(struct capture *c, u_int unit)
{
	u_int on = 1;

	c->c_fd = bpfdev_open();
	c->c_buf = kmem_alloc(BUFFER, KM_SLEEP);
	program_check(bpfdev_setif(c->c_fd, lab_name(unit)) == 0 &&
		bpfdev_ioctl(c->c_fd, FIONBIO, &on) == 0,
	    "no capture at %s", lab_name(unit));
}

static void
capture_close(struct capture *c)
{
	fd_close(c->c_fd);
	kmem_free(c->c_buf, BUFFER);
}

static void
capture_read(struct capture *c)
{
	const int n = bpfdev_read(c->c_fd, c->c_buf, BUFFER);

	program_check(n >= 0, "read: error %d", -n);
	c->c_bytes = n < 0 ? 0 : (u_int)n;
	c->c_at = 0;
}

/* The next frame, of *bytes; NULL: there is none, or not all of it. */
static const uint8_t *
capture_next(struct capture *c, u_int *bytes)
{
	const struct bpf_hdr *const bh = (const void *)(c->c_buf + c->c_at);
	const uint8_t *const p = (const uint8_t *)bh + bh->bh_hdrlen;

	if (c->c_at >= c->c_bytes || bh->bh_caplen != bh->bh_datalen)
		return NULL;
	*bytes = bh->bh_caplen;
	c->c_at += (u_int)BPF_WORDALIGN(bh->bh_hdrlen + bh->bh_caplen);
	return p;
}

/* Is it frame n of the flow, as it was made? */
static bool
genuine(const uint8_t *p, u_int bytes, u_int flow, u_int n)
{
	const struct flow *const f = &traffic_flows[flow];
	const u_int hdrlen = ETHER_HDR_LEN +
	    (f->fl.fl_vlan != 0 ? ETHER_VLAN_ENCAP_LEN : 0);
	struct traffic_info ti;
	u_int at = traffic_filler(hdrlen);
	uint64_t w;

	memcpy(&ti, p + hdrlen, sizeof(ti));
	if (ti.ti_flow != flow || ti.ti_seq != n || ti.ti_bytes != bytes ||
	    ti.ti_check != traffic_check(&ti, p) ||
	    memcmp(p, f->fl.fl_dst, ETHER_ADDR_LEN) != 0 ||
	    memcmp(p + ETHER_ADDR_LEN, f->fl.fl_src, ETHER_ADDR_LEN) != 0)
		return false;
	for (u_int i = 0; at + 8 <= bytes; i++, at += 8) {
		memcpy(&w, p + at, sizeof(w));
		if (w != traffic_word(&ti, i))
			return false;
	}
	return true;
}

static void
compare(struct capture *in, struct capture *out, u_int flow)
{
	const uint8_t *a, *b;
	u_int abytes = 0, bbytes = 0, n;

	capture_read(in);
	capture_read(out);
	for (n = 0; (a = capture_next(in, &abytes)) != NULL; n++) {
		b = capture_next(out, &bbytes);
		program_check(b != NULL && abytes == bbytes &&
			memcmp(a, b, abytes) == 0,
		    "flow %u: capture %u is another where it went out", flow,
		    n);
		program_check(genuine(a, abytes, flow, n),
		    "flow %u: capture %u is not what was made", flow, n);
	}
	program_check(n == FRAMES && capture_next(out, &bbytes) == NULL,
	    "flow %u: %u frames are captured, or more go out", flow, n);
}

static void
capture_main(void)
{
	const struct mbufs before = mbufs_now();
	struct capture at[2];
	struct traffic_flow fl;
	u_int flow[4];

	lab_open_by_hand(2);
	lab_bridge_all();
	for (u_int i = 0; i < 4; i++) {
		fl = traffic_unicast(i % 2, 0, 1 - i % 2, i / 2);
		fl.fl_max = TRAFFIC_MAX;
		fl.fl_vlan = i < 2 ? 0 : 100;
		flow[i] = traffic_add(&fl);
	}
	traffic_start();
	for (u_int u = 0; u < 2; u++)
		capture_open(&at[u], u);
	for (u_int i = 0; i < 4; i++) {
		program_check(traffic_send(flow[i], FRAMES) == FRAMES,
		    "flow %u does not enter", flow[i]);
		compare(&at[i % 2], &at[1 - i % 2], flow[i]);
	}
	for (u_int u = 0; u < 2; u++)
		capture_close(&at[u]);
	lab_bridge_gone();
	lab_close();
	mbufs_check(&before, "in the end");
}

static int
bridge_capture(void)
{
	return crew_main(capture_main);
}

PROGRAM(bridge_capture, "bridge: captures of its members and the frames",
    bridge_capture);
