app_srcs += app/main.c app/opts.c app/show.c app/version.c app/where.c
