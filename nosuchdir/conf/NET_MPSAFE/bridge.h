#define NBRIDGE 1
