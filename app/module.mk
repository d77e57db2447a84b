app_srcs += $(addprefix app/,absent.c bench.c board.c brconfig.c chain.c check.c cpustates.c explain.c explain_cmd.c explain_hops.c explain_l2.c explain_print.c explain_seen.c fake.c fields.c folder.c follow.c hops.c intrctl.c irqs.c jobs.c khops.c \
	kview.c latency.c layout.c main.c measures.c memory.c names.c nobody.c opts.c origin.c pools.c replay.c replay_files.c replay_report.c report.c rerun.c rfc2544.c rfc2544_memo.c rfc2544_repeats.c rfc2544_report.c rfc2544_run.c rfc2544_tests.c \
	run.c run_opts.c shared.c show.c show_board.c table1.c table1_fake.c trace.c trial.c trial_report.c types.c \
	version.c where.c)

# Captures for replays: made, and compared, by a program of our own.
$B/captool: $B/obj/app/captool/captool.o $B/librangeley.a
	$(call say,LINK)
	$Q$(CXX) $(SAN) -Wl,--as-needed $^ -o $@ $(PKG_LIBS) -lsystemc -lpthread
$B/obj/app/captool/captool.o: FLAGS = $(FLAGS_app)

$B/replay/mixed.pcap: $B/captool
	@mkdir -p $(@D)
	@$B/captool mixed 4000 25000 $@

tests += tests/app/test_hops.c
$B/tests/app/test_hops: $(addprefix $B/obj/app/,hops.o latency.o)

run_deps += $B/captool $B/replay/mixed.pcap
check_deps += $B/captool $B/replay/mixed.pcap $B/check-packages $B/images/NET_MPSAFE/image-insns.elf
check_scripts += $(addprefix tests/app/,replay_test.sh replay_files_test.sh trial_test.sh trial_twins.sh keys_test.sh strict_test.sh \
	account_test.sh account_twins.sh intrctl_test.sh scapy_test.sh explain_test.sh explain_twins.sh hops_test.sh hops_twins.sh fallback_test.sh \
	rfc2544_test.sh rfc2544_twins.sh physics_test.sh txmap_test.sh generic_test.sh ipmi_test.sh wait_test.sh)

##	make soak-replay N=1000000	N frames of UDP through the bridge, both ways
soak_targets += soak-replay
.PHONY: soak-replay
soak-replay: all
	B=$B tests/app/intrctl_test.sh soak
	B=$B tests/app/replay_long.sh $(or $(N),1000000)

##	make soak-ipmi	ipmi(4) with all its errors
soak_targets += soak-ipmi
.PHONY: soak-ipmi
soak-ipmi: all
	B=$B tests/app/ipmi_test.sh soak
