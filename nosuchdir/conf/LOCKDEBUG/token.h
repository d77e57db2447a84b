#define NTOKEN 0
