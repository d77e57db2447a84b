/*
 * prf_format.h: formats of printf; a part of subr_prf.c.
 *
 *	%[#0- +][width][.precision][hh h l ll q j z t]d i u o x X p c s %
 *
 * as C has them; width and precision may be *.  A number goes through a buffer,
 * last digit first.  What is not a format is printed as it is.
 *
 * Any context, any stack that has 200 bytes left.
 */
#ifndef _KERN_PRF_FORMAT_H_
#define _KERN_PRF_FORMAT_H_

#include <sys/param.h>
#include <sys/kprintf.h>
#include <sys/stdarg.h>
#include <sys/systm.h>

#include <dev/cons.h>

struct prf_sink {
	int flags;   /* TOCONS, TOLOG, TOBUFONLY */
	char *buf;   /* TOBUFONLY: where the next one goes */
	size_t room; /* .. and so many may */
	int len;     /* characters so far, those that had no room too */
};

/* A format, taken apart. */
struct prf_spec {
	bool alt, zero, left, space, plus; /* # 0 - blank + */
	int width;
	int prec; /* -1: none */
	int size; /* bytes of the argument */
};

#define PRF_DIGITS 22 /* of 64 bits in octal */

static void
prf_putchar(struct prf_sink *k, int c)
{
	k->len++;
	if (k->flags & TOBUFONLY) {
		if (k->room != 0) {
			k->room--;
			*k->buf++ = (char)c;
		}
	} else if (k->flags & TOCONS)
		cnputc(c);
}

static void
prf_pad(struct prf_sink *k, int c, int n)
{
	while (n-- > 0)
		prf_putchar(k, c);
}

static void
prf_write(struct prf_sink *k, const char *s, int n)
{
	while (n-- > 0)
		prf_putchar(k, *s++);
}

/* A text within its width. */
static void
prf_string(struct prf_sink *k, const struct prf_spec *f, const char *s)
{
	int n;

	if (s == NULL)
		s = "(null)";
	n = f->prec >= 0 ? (int)strnlen(s, f->prec) : (int)strlen(s);
	if (!f->left)
		prf_pad(k, ' ', f->width - n);
	prf_write(k, s, n);
	if (f->left)
		prf_pad(k, ' ', f->width - n);
}

/* Digits, in front of them zeros, a prefix ("-", "0x"), blanks. */
static void
prf_number(struct prf_sink *k, const struct prf_spec *f, uint64_t v, u_int base,
    const char *digits, const char *prefix)
{
	char buf[PRF_DIGITS], *p = buf + sizeof(buf);
	const int npre = strlen(prefix);
	int n, zeros;

	for (; v != 0; v /= base)
		*--p = digits[v % base];
	n = buf + sizeof(buf) - p;
	zeros = (f->prec >= 0 ? f->prec : 1) - n;
	if (f->alt && base == 8 && zeros <= 0 && (n == 0 || *p != '0'))
		zeros = 1;
	if (zeros < 0)
		zeros = 0;
	if (f->zero && !f->left && f->prec < 0 && f->width > npre + zeros + n)
		zeros = f->width - npre - n;
	if (!f->left)
		prf_pad(k, ' ', f->width - npre - zeros - n);
	prf_write(k, prefix, npre);
	prf_pad(k, '0', zeros);
	prf_write(k, p, n);
	if (f->left)
		prf_pad(k, ' ', f->width - npre - zeros - n);
}

static const char *
prf_flags(struct prf_spec *f, const char *s)
{
	for (;; s++)
		switch (*s) {
		case '#':
			f->alt = true;
			break;
		case '0':
			f->zero = true;
			break;
		case '-':
			f->left = true;
			break;
		case ' ':
			f->space = true;
			break;
		case '+':
			f->plus = true;
			break;
		default:
			return s;
		}
}

/* The length letters; the size they stand for. */
static const char *
prf_length(struct prf_spec *f, const char *s)
{
	f->size = sizeof(int);
	for (;; s++)
		switch (*s) {
		case 'h':
			f->size = f->size == sizeof(short) ? 1 : sizeof(short);
			break;
		case 'l':
		case 'q':
		case 'j':
		case 'z':
		case 't':
			f->size = sizeof(long);
			break;
		default:
			return s;
		}
}

static int64_t
prf_signed(const struct prf_spec *f, int64_t v)
{
	switch (f->size) {
	case 1:
		return (signed char)v;
	case sizeof(short):
		return (short)v;
	default:
		return v;
	}
}

static uint64_t
prf_unsigned(const struct prf_spec *f, int64_t v)
{
	return f->size == sizeof(long) ? (uint64_t)v
				       : v & ((1UL << f->size * 8) - 1);
}

static void
prf_int(struct prf_sink *k, const struct prf_spec *f, int letter, int64_t arg)
{
	const uint64_t u = prf_unsigned(f, arg);
	const int64_t d = prf_signed(f, arg);
	struct prf_spec ptr;

	switch (letter) {
	case 'd':
	case 'i':
		prf_number(k, f, d < 0 ? -(uint64_t)d : (uint64_t)d, 10,
		    hexdigits,
		    d < 0          ? "-"
			: f->plus  ? "+"
			: f->space ? " "
				   : "");
		break;
	case 'u':
		prf_number(k, f, u, 10, hexdigits, "");
		break;
	case 'o':
		prf_number(k, f, u, 8, hexdigits, "");
		break;
	case 'x':
		prf_number(k, f, u, 16, hexdigits, f->alt && u ? "0x" : "");
		break;
	case 'X':
		prf_number(k, f, u, 16, HEXDIGITS, f->alt && u ? "0X" : "");
		break;
	default: /* 'p' */
		ptr = *f;
		ptr.size = sizeof(long);
		prf_number(k, &ptr, (uint64_t)arg, 16, hexdigits, "0x");
		break;
	}
}

/* A width or precision: a number or *. */
static const char *
prf_count(const char *s, int *np, va_list *ap)
{
	if (*s == '*') {
		*np = va_arg(*ap, int);
		return s + 1;
	}
	for (*np = 0; isdigit((unsigned char)*s); s++)
		*np = *np * 10 + (*s - '0');
	return s;
}

/* What is behind a %; where the text goes on. */
static const char *
prf_conversion(struct prf_sink *k, const char *s, va_list *ap)
{
	const char *const start = s;
	struct prf_spec f = { .prec = -1 };
	char c;

	s = prf_flags(&f, s);
	s = prf_count(s, &f.width, ap);
	if (f.width < 0) {
		f.left = true;
		f.width = -f.width;
	}
	if (*s == '.')
		s = prf_count(s + 1, &f.prec, ap);
	s = prf_length(&f, s);
	switch (*s) {
	case 'd':
	case 'i':
	case 'u':
	case 'o':
	case 'x':
	case 'X':
		prf_int(k, &f, *s,
		    f.size == sizeof(long) ? va_arg(*ap, long)
					   : va_arg(*ap, int));
		break;
	case 'p':
		prf_int(k, &f, *s, (int64_t)va_arg(*ap, void *));
		break;
	case 's':
		prf_string(k, &f, va_arg(*ap, const char *));
		break;
	case 'c':
		c = (char)va_arg(*ap, int);
		if (!f.left)
			prf_pad(k, ' ', f.width - 1);
		prf_putchar(k, c);
		if (f.left)
			prf_pad(k, ' ', f.width - 1);
		break;
	case '%':
		prf_putchar(k, '%');
		break;
	default:
		prf_putchar(k, '%');
		return start;
	}
	return s + 1;
}

static void
prf_format(struct prf_sink *k, const char *fmt, va_list ap0)
{
	va_list ap;

	va_copy(ap, ap0);
	while (*fmt != '\0')
		if (*fmt == '%')
			fmt = prf_conversion(k, fmt + 1, &ap);
		else
			prf_putchar(k, (unsigned char)*fmt++);
	va_end(ap);
}

#endif /* _KERN_PRF_FORMAT_H_ */
