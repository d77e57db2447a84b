PKG_CFLAGS := -I/usr/include/dbus-1.0 -I/usr/lib/x86_64-linux-gnu/dbus-1.0/include 
PKG_LIBS := -linih -ljansson -lpcap 
DW_LIBS := -ldw -lelf 
CHECK_CFLAGS := -pthread 
CHECK_LIBS := -lcheck_pic -lrt -lm -lsubunit 
