/*
 * wchan.h: what an LWP sleeps on: an address that waker and sleeper agree on.
 * It is compared and hashed, never followed by the sleep queues.
 */
#ifndef _SYS_WCHAN_H_
#define _SYS_WCHAN_H_

typedef volatile const void *wchan_t;

#endif /* _SYS_WCHAN_H_ */
