# Captures for replays, made by a program of our own, and compared by it.
$B/obj/bench/replay/captool.o: FLAGS = $(FLAGS_app)
$B/captool: $B/obj/bench/replay/captool.o $B/librangeley.a
	$(call say,LINK)
	$Q$(CXX) $(SAN) -Wl,--as-needed $^ -o $@ $(PKG_LIBS) -lsystemc -lpthread

$B/replay/mixed.pcap: $B/captool
	@mkdir -p $(@D)
	@$B/captool mixed 4000 25000 $@

all: $B/captool $B/replay/mixed.pcap
check_deps += $B/captool $B/replay/mixed.pcap
check_scripts += tests/app/replay_test.sh
