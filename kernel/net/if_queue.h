/*
 * if_queue.h: the part of if.h that puts packets into queues and takes them out.
 */
#ifndef _NET_IF_QUEUE_H_
#define _NET_IF_QUEUE_H_

/* Queues without their lock: who calls has it, or is at splnet. */
#define IF_QFULL(ifq) ((ifq)->ifq_len >= (ifq)->ifq_maxlen)
#define IF_DROP(ifq)  ((ifq)->ifq_drops++)
#define IF_ENQUEUE(ifq, m)                              \
	do {                                            \
		(m)->m_nextpkt = 0;                     \
		if ((ifq)->ifq_tail == 0)               \
			(ifq)->ifq_head = m;            \
		else                                    \
			(ifq)->ifq_tail->m_nextpkt = m; \
		(ifq)->ifq_tail = m;                    \
		(ifq)->ifq_len++;                       \
	} while (/* CONSTCOND */ 0)
#define IF_PREPEND(ifq, m)                        \
	do {                                      \
		(m)->m_nextpkt = (ifq)->ifq_head; \
		if ((ifq)->ifq_tail == 0)         \
			(ifq)->ifq_tail = (m);    \
		(ifq)->ifq_head = (m);            \
		(ifq)->ifq_len++;                 \
	} while (/* CONSTCOND */ 0)
#define IF_DEQUEUE(ifq, m)                                           \
	do {                                                         \
		(m) = (ifq)->ifq_head;                               \
		if (m) {                                             \
			if (((ifq)->ifq_head = (m)->m_nextpkt) == 0) \
				(ifq)->ifq_tail = 0;                 \
			(m)->m_nextpkt = 0;                          \
			(ifq)->ifq_len--;                            \
		}                                                    \
	} while (/* CONSTCOND */ 0)
#define IF_POLL(ifq, m) ((m) = (ifq)->ifq_head)
#define IF_PURGE(ifq)                            \
	do {                                     \
		struct mbuf *__m0;               \
		for (;;) {                       \
			IF_DEQUEUE((ifq), __m0); \
			if (__m0 == NULL)        \
				break;           \
			else                     \
				m_freem(__m0);   \
		}                                \
	} while (/* CONSTCOND */ 0)
#define IF_IS_EMPTY(ifq) ((ifq)->ifq_len == 0)

/*
 * Send queues: with their lock, where they have one.  IFQ_ENQUEUE frees what
 * does not fit, and says so in err.
 */
#define IFQ_LOCK(ifq)                                 \
	do {                                          \
		if ((ifq)->ifq_lock != NULL)          \
			mutex_enter((ifq)->ifq_lock); \
	} while (/* CONSTCOND */ 0)
#define IFQ_UNLOCK(ifq)                              \
	do {                                         \
		if ((ifq)->ifq_lock != NULL)         \
			mutex_exit((ifq)->ifq_lock); \
	} while (/* CONSTCOND */ 0)
#define IFQ_LOCKED(ifq) \
	((ifq)->ifq_lock == NULL || mutex_owned((ifq)->ifq_lock))

#define IFQ_ENQUEUE(ifq, m, pattr, err)         \
	do {                                    \
		IFQ_LOCK((ifq));                \
		if (IF_QFULL((ifq))) {          \
			m_freem((m));           \
			(err) = ENOBUFS;        \
			(ifq)->ifq_drops++;     \
		} else {                        \
			IF_ENQUEUE((ifq), (m)); \
			(err) = 0;              \
		}                               \
		IFQ_UNLOCK((ifq));              \
	} while (/* CONSTCOND */ 0)
#define IFQ_DEQUEUE(ifq, m)             \
	do {                            \
		IFQ_LOCK((ifq));        \
		IF_DEQUEUE((ifq), (m)); \
		IFQ_UNLOCK((ifq));      \
	} while (/* CONSTCOND */ 0)
#define IFQ_POLL(ifq, m)             \
	do {                         \
		IFQ_LOCK((ifq));     \
		IF_POLL((ifq), (m)); \
		IFQ_UNLOCK((ifq));   \
	} while (/* CONSTCOND */ 0)
#define IFQ_PURGE(ifq)             \
	do {                       \
		IFQ_LOCK((ifq));   \
		IF_PURGE((ifq));   \
		IFQ_UNLOCK((ifq)); \
	} while (/* CONSTCOND */ 0)
#define IFQ_SET_READY(ifq)              /* nothing */
#define IFQ_CLASSIFY(ifq, m, af, pattr) /* nothing */

#define IFQ_IS_EMPTY(ifq)        IF_IS_EMPTY((ifq))
#define IFQ_INC_LEN(ifq)         ((ifq)->ifq_len++)
#define IFQ_DEC_LEN(ifq)         (--(ifq)->ifq_len)
#define IFQ_INC_DROPS(ifq)       ((ifq)->ifq_drops++)
#define IFQ_SET_MAXLEN(ifq, len) ((ifq)->ifq_maxlen = (len))

#endif /* _NET_IF_QUEUE_H_ */
