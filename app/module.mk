app_srcs += app/bench.c app/check.c app/fake.c app/jobs.c app/table1.c app/main.c app/opts.c app/report.c app/run.c app/show.c app/version.c app/where.c
