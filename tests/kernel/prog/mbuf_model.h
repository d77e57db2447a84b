/*
 * mbuf_model.h: mbufs beside a model of them; boot properties steps, seed.
 */
#ifndef PROG_MBUF_MODEL_H
#define PROG_MBUF_MODEL_H

void mbuf_models(void);

#endif /* PROG_MBUF_MODEL_H */
