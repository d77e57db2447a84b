/*
 * errno.h: why something failed.
 */
#ifndef _SYS_ERRNO_H_
#define _SYS_ERRNO_H_

/* clang-format off */
#define EPERM	1	/* may not */
#define ENOENT	2	/* no such file */
#define ESRCH	3	/* no such process */
#define EINTR	4	/* interrupted */
#define EIO	5	/* input or output failed */
#define ENXIO	6	/* no such device */
#define E2BIG	7	/* arguments too long */
#define ENOEXEC	8	/* not a program */
#define EBADF	9	/* not an open file */
#define ECHILD	10	/* no child */
#define EDEADLK	11	/* would wait for itself */
#define ENOMEM	12	/* no memory */
#define EACCES	13	/* permission denied */
#define EFAULT	14	/* bad address */
#define ENOTBLK	15	/* not a block device */
#define EBUSY	16	/* in use */
#define EEXIST	17	/* is there already */
#define EXDEV	18	/* on another device */
#define ENODEV	19	/* device cannot do this */
#define ENOTDIR	20	/* not a directory */
#define EISDIR	21	/* a directory */
#define EINVAL	22	/* bad argument */
#define ENFILE	23	/* too many open files */
#define EMFILE	24	/* process has too many files */
#define ENOTTY	25	/* device does not know this ioctl */
#define ETXTBSY	26	/* program is running */
#define EFBIG	27	/* too big */
#define ENOSPC	28	/* no room left */
#define ESPIPE	29	/* cannot seek */
#define EROFS	30	/* may only be read */
#define EMLINK	31	/* too many links */
#define EPIPE	32	/* nobody reads */
#define EDOM	33	/* argument out of domain */
#define ERANGE	34	/* result out of range */
#define EAGAIN	35	/* try again later */
#define EWOULDBLOCK	EAGAIN
#define EINPROGRESS	36	/* under way */
#define EALREADY	37	/* under way already */
#define ENOTSOCK	38	/* not a socket */
#define EDESTADDRREQ	39	/* to whom */
#define EMSGSIZE	40	/* message too long */
#define EPROTOTYPE	41	/* socket has another protocol */
#define ENOPROTOOPT	42	/* protocol has no such option */
#define EPROTONOSUPPORT	43	/* no such protocol */
#define ESOCKTNOSUPPORT	44	/* no such type of socket */
#define EOPNOTSUPP	45	/* operation not supported */
#define EPFNOSUPPORT	46	/* no such protocol family */
#define EAFNOSUPPORT	47	/* no such address family */
#define EADDRINUSE	48	/* address taken */
#define EADDRNOTAVAIL	49	/* address not ours */
#define ENETDOWN	50	/* network down */
#define ENETUNREACH	51	/* no way to the network */
#define ENETRESET	52	/* network reset; drivers: initialise again */
#define ECONNABORTED	53	/* connection aborted */
#define ECONNRESET	54	/* peer reset it */
#define ENOBUFS	55	/* no buffer space */
#define EISCONN	56	/* connected already */
#define ENOTCONN	57	/* not connected */
#define ESHUTDOWN	58	/* was shut down */
#define ETOOMANYREFS	59	/* too many references */
#define ETIMEDOUT	60	/* took too long */
#define ECONNREFUSED	61	/* refused */
#define ELOOP	62	/* too many symbolic links */
#define ENAMETOOLONG	63	/* name too long */
#define EHOSTDOWN	64	/* host down */
#define EHOSTUNREACH	65	/* no way to the host */
#define ENOTEMPTY	66	/* directory not empty */
#define EPROCLIM	67	/* too many processes */
#define EUSERS	68	/* too many users */
#define EDQUOT	69	/* quota exceeded */
#define ESTALE	70	/* stale file handle */
#define EREMOTE	71	/* remote in remote */
#define EBADRPC	72	/* RPC structure is bad */
#define ERPCMISMATCH	73	/* RPC version */
#define EPROGUNAVAIL	74	/* RPC program unavailable */
#define EPROGMISMATCH	75	/* RPC program version */
#define EPROCUNAVAIL	76	/* RPC procedure */
#define ENOLCK	77	/* no locks */
#define ENOSYS	78	/* no such system call */
#define EFTYPE	79	/* wrong type of file */
#define EAUTH	80	/* authentication failed */
#define ENEEDAUTH	81	/* authentication needed */
#define EIDRM	82	/* identifier removed */
#define ENOMSG	83	/* no message of the type */
#define EOVERFLOW	84	/* value too large for the type */
#define EILSEQ	85	/* no character */
#define ENOTSUP	86	/* not supported */
#define ECANCELED	87	/* cancelled */
#define EBADMSG	88	/* bad message */
#define ENODATA	89	/* no message */
#define ENOSR	90	/* no STREAM resources */
#define ENOSTR	91	/* not a STREAM */
#define ETIME	92	/* STREAM ioctl timed out */
#define ENOATTR	93	/* no such attribute */
#define EMULTIHOP	94	/* multihop attempted */
#define ENOLINK	95	/* link severed */
#define EPROTO	96	/* protocol error */
#define ELAST		96	/* the largest */
/* clang-format on */

#ifdef _KERNEL
/* Kept inside the kernel: what system calls and ioctls ask of their callers. */
#define EJUSTRETURN  (-2) /* leave the registers alone */
#define ERESTART     (-3) /* do the call once more */
#define EPASSTHROUGH (-4) /* ioctl: not for this layer */
#define EDUPFD       (-5) /* duplicate a descriptor */
#define EMOVEFD      (-6) /* move it */
#endif

#endif /* _SYS_ERRNO_H_ */
