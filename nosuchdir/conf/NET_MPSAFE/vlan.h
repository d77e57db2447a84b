#define NVLAN 0
