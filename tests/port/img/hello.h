/*
 * hello.h: what hello says; here so that an overlay can replace a header.
 */
#ifndef HELLO_H
#define HELLO_H

#define HELLO_GREETING "hello from the image\n"

#endif
