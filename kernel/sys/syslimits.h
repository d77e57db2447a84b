/*
 * syslimits.h: what a system call takes at the most.
 */
#ifndef _SYS_SYSLIMITS_H_
#define _SYS_SYSLIMITS_H_

#define ARG_MAX        (256 * 1024)
#define CHILD_MAX      160
#define IOV_MAX        1024
#define LINK_MAX       32767
#define LOGIN_NAME_MAX 17
#define NAME_MAX       511
#define NGROUPS_MAX    16
#define OPEN_MAX       128
#define PATH_MAX       1024
#define PIPE_BUF       512

#endif /* _SYS_SYSLIMITS_H_ */
