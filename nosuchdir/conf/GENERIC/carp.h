#define NCARP 0
