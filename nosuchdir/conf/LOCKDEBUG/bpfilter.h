#define NBPFILTER 1
