#define NAGR 0
