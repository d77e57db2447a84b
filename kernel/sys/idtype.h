/*
 * idtype.h: what an id_t names.
 */
#ifndef _SYS_IDTYPE_H_
#define _SYS_IDTYPE_H_

typedef enum {
	P_MYID = -1,
	P_ALL,
	P_PID,
	P_LWPID,
	P_PPID,
	P_PGID,
	P_SID,
	P_UID,
	P_GID,
	P_PSETID
} idtype_t;

#endif /* _SYS_IDTYPE_H_ */
