app_srcs += app/main.c app/version.c
