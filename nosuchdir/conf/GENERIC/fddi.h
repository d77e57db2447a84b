#define NFDDI 0
