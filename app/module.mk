app_srcs += $(addprefix app/,bench.c brconfig.c chain.c check.c fake.c fields.c follow.c jobs.c \
	kview.c layout.c main.c measures.c memory.c names.c opts.c pools.c report.c \
	run.c run_opts.c shared.c show.c table1.c table1_fake.c trace.c types.c \
	version.c where.c)
