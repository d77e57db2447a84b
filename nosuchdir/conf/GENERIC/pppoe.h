#define NPPPOE 0
