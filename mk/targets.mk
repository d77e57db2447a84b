# Rules shared by all worlds, and the targets a user calls.
obj = $(addprefix $B/obj/,$(addsuffix .o,$(basename $(1))))

lib_objs := $(call obj,$(sim_srcs) $(sc_srcs) $(thunk_srcs) $(asm_srcs))
app_objs := $(call obj,$(app_srcs))
annotate_objs := $(call obj,$(annotate_srcs))
test_bins := $(addprefix $B/,$(basename $(tests)))

# What an object was compiled with is a file it depends on, rewritten only
# when the flags change.
FLAGS_sim	= $(CC) $(CFLAGS_sim)
FLAGS_thunk	= $(CC) $(CFLAGS_thunk)
FLAGS_app	= $(CC) $(CFLAGS_app)
FLAGS_annotate	= $(CC) $(CFLAGS_annotate)
FLAGS_test	= $(CC) $(CFLAGS_test)
FLAGS_sc	= $(CXX) $(CXXFLAGS_sc)
FLAGS_asm	= $(CC) -Isim
FLAGS_git	= $(git_id)	# no flags: the commit, for --version
git_id := $(shell git --no-optional-locks describe --always --dirty 2>/dev/null)
worlds := sim thunk app annotate test sc asm git
keep_flags = $(if $(call differ,$(strip $(FLAGS_$(1))),$(strip \
	$(file <$B/flags.$(1)))),$(file >$B/flags.$(1),$(strip $(FLAGS_$(1)))))
differ = $(subst x$(1)x,,x$(2)x)$(subst x$(2)x,,x$(1)x)
ifneq ($(wildcard $B/config.mk),)
$(foreach w,$(worlds),$(call keep_flags,$w))
endif

$(call obj,$(sim_srcs)): FLAGS = $(FLAGS_sim)
$(call obj,$(sim_srcs)): $B/flags.sim
$(call obj,$(thunk_srcs)): FLAGS = $(FLAGS_thunk)
$(call obj,$(thunk_srcs)): $B/flags.thunk
$(app_objs): FLAGS = $(FLAGS_app)
$(app_objs): $B/flags.app
$(annotate_objs) $(call obj,$(annotate_main)): FLAGS = $(FLAGS_annotate)
$(annotate_objs) $(call obj,$(annotate_main)): $B/flags.annotate
$B/obj/app/version.o: FLAGS += -DGIT_ID='"$(git_id)"'
$B/obj/app/version.o: $B/flags.git
$(call obj,$(sc_srcs)): $B/flags.sc
$(call obj,$(asm_srcs)): $B/flags.asm
$(test_bins): $B/flags.test

# `make V=1' shows whole commands.
Q := $(if $(V),,@)
say = $(info $(1) $@)	# no process for it

$B/obj/%.o: %.c
	$(call say,CC)
	@mkdir -p $(@D)
	$Q$(FLAGS) -MMD -MP -c $< -o $@
$B/obj/%.o: %.cc
	$(call say,CXX)
	@mkdir -p $(@D)
	$Q$(FLAGS_sc) -MMD -MP -c $< -o $@
$B/obj/%.o: %.S
	$(call say,AS)
	@mkdir -p $(@D)
	$Q$(FLAGS_asm) -MMD -MP -c $< -o $@

$B/librangeley.a: $(lib_objs)
	@rm -f $@ && ar rcsD $@ $^
$B/libannotate.a: $(annotate_objs)
	@rm -f $@ && ar rcsD $@ $^
$B/rangeley: $(app_objs) $B/librangeley.a
	$(call say,LINK)
	$Q$(CXX) -rdynamic $(SAN) -Wl,--as-needed $^ -o $@ $(PKG_LIBS) \
	    $(DW_LIBS) -lsystemc -lpthread
$B/annotate: $(call obj,$(annotate_main)) $B/libannotate.a
	$(call say,LINK)
	$Q$(CC) $(SAN) $^ -o $@ $(PKG_LIBS)

$(test_bins): $B/%: %.c $B/librangeley.a $B/libannotate.a
	$(call say,TEST)
	@mkdir -p $(@D)
	$Q$(FLAGS_test) -MMD -MP -MF $@.d -MT $@ -c $< -o $@.o
	$Q$(CXX) $(SAN) -Wl,--as-needed $@.o $(filter %.o,$^) $B/librangeley.a \
	    $B/libannotate.a -o $@ $(PKG_LIBS) $(CHECK_LIBS) -lsystemc -lpthread

##	make		build rangeley, annotate and the standard images
all: $B/rangeley $(if $(annotate_main),$B/annotate) images $(run_deps)

##	make run	builds what it needs, and no tests' images: the microbenchmarks
##			beside the measured figures; both kernels booted on eight CPUs;
##			what their locks cost; 10^5 frames forwarded by both: cycles,
##			locks and shared lines of a frame; a capture replayed through the
##			bridge between two ports; a few cells of the paper's Table 3, by
##			short trials
run: $B/rangeley $(run_deps)
	$B/rangeley bench micro
	@set -e; $B/rangeley rfc2544 scenarios/generic.ini ipmi_cpu=3 --sizes 74 \
	    --short 5ms --trial 600ms --resolution 5 --results $B/rfc2544-generic \
	    >$B/rfc2544-generic.out 2>&1 & generic=$$!; \
	trap 'kill $$generic 2>/dev/null || :' EXIT; \
	B=$B bench/locks/boot.sh; \
	B=$B bench/forward/forward.sh; \
	$B/rangeley replay scenarios/mpsafe-8cores.ini \
	    --in wm0,wm2=$B/replay/mixed.pcap --out wm0=$B/replay/wm0.pcap \
	    --out wm2=$B/replay/wm2.pcap; \
	$B/captool same $B/replay/mixed.pcap $B/replay/wm0.pcap \
	    $B/replay/wm2.pcap; \
	rc=0; wait $$generic || rc=$$?; cat $B/rfc2544-generic.out; \
	[ $$rc -eq 0 ] || exit $$rc
	@$B/rangeley rfc2544 $(addprefix scenarios/mpsafe-,1core.ini 2cores.ini \
	    8cores.ini) --sizes 74,512 --short 5ms --trial 15ms --resolution 3 \
	    --results $B/rfc2544

##	make check	every test; one summary line each, the total at the end
check: all $(test_bins) $(check_deps)
	@B=$B tests/run.sh $(check_first) $(filter-out $(check_first),\
	    $(check_scripts) $(test_bins))

##	make bench	all benchmarks, one after the other; writes results/
bench: all
	+@set -e; for t in run $(bench_targets); do \
		$(MAKE) --no-print-directory $$t; done

##	make soak	long tests that make check leaves out
soak: all $(soak_targets)

# But lists of names, which only look like C.
c_files = $(filter-out tests/kernel/kpi/%,$(shell git ls-files '*.c' '*.h' '*.cc'))
##	make format	put all C files into the project's form
format:
	@clang-format-14 -i $(c_files)
##	make lint	form of the C files, layers, limits, manual
lint: all
	@B=$B tests/style/style.sh

##	make clean	remove $B
clean:
	rm -rf $B
##	make help	this list
help:
	@sed -n 's/^##	//p' $(MAKEFILE_LIST)
.PHONY: all run check bench soak format lint clean help

-include $(shell test -d $B && find $B -name '*.d')
