/*
 * netisr_dispatch.h: the list of input routines, as lines
 *
 *	DONETISR(NETISR_X, xintr);
 *
 * The includer defines DONETISR, to read the list for its own purpose, so this
 * may be included any number of times, in a function too.
 *
 * IPv4 and IPv6 have a pktqueue instead.
 */
#ifndef DONETISR
#error DONETISR must be defined
#endif

#if defined(INET) && NARP > 0
DONETISR(NETISR_ARP, arpintr);
#endif
