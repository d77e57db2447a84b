/*
 * stdbool.h: C99's, for a kernel that has no headers of the compiler.
 */
#ifndef _SYS_STDBOOL_H_
#define _SYS_STDBOOL_H_

#ifndef __bool_true_false_are_defined
#define __bool_true_false_are_defined 1
#define bool _Bool
#define true 1
#define false 0
#endif

#endif /* _SYS_STDBOOL_H_ */
