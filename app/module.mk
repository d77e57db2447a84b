app_srcs += $(addprefix app/,bench.c board.c brconfig.c chain.c check.c cpustates.c fake.c fields.c follow.c hops.c jobs.c \
	kview.c latency.c layout.c main.c measures.c memory.c names.c opts.c pools.c replay.c replay_report.c report.c \
	run.c run_opts.c shared.c show.c table1.c table1_fake.c trace.c types.c \
	version.c where.c)
