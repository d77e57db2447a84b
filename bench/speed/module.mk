# The packet path (pktpath/pp.h), for measurements of speed and exactness.
images += pktpath
pktpath_srcs := $(sort $(wildcard bench/speed/pktpath/*.c))
