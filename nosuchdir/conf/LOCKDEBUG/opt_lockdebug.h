#define LOCKDEBUG 1
