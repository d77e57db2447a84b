#define NARP 1
