# Rules shared by all worlds.
obj = $(addprefix $B/obj/,$(addsuffix .o,$(basename $(1))))

lib_objs := $(call obj,$(sim_srcs) $(sc_srcs) $(thunk_srcs) $(asm_srcs))
app_objs := $(call obj,$(app_srcs))
annotate_objs := $(call obj,$(annotate_srcs))

$(call obj,$(sim_srcs)): CFLAGS_W = $(CFLAGS_sim)
$(call obj,$(thunk_srcs)): CFLAGS_W = $(CFLAGS_thunk)
$(app_objs): CFLAGS_W = $(CFLAGS_app)
$(annotate_objs) $(call obj,$(annotate_main)): CFLAGS_W = $(CFLAGS_annotate)

$B/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_W) -MMD -MP -c $< -o $@
$B/obj/%.o: %.cc
	@mkdir -p $(@D)
	$(CXX) $(CXXFLAGS_sc) -MMD -MP -c $< -o $@
$B/obj/%.o: %.S
	@mkdir -p $(@D)
	$(CC) -Isim -MMD -MP -c $< -o $@

$B/librangeley.a: $(lib_objs)
	rm -f $@ && ar rcsD $@ $^
$B/libannotate.a: $(annotate_objs)
	rm -f $@ && ar rcsD $@ $^
$B/rangeley: $(app_objs) $B/librangeley.a
	$(CXX) -rdynamic $(SAN) $^ -o $@ $(PKG_LIBS) -lsystemc -lpthread
$B/annotate: $(call obj,$(annotate_main)) $B/libannotate.a
	$(CC) $(SAN) $^ -o $@

test_bins := $(addprefix $B/,$(basename $(tests)))
$(test_bins): $B/%: %.c $B/librangeley.a $B/libannotate.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_test) -MMD -MP -MF $@.d -c $< -o $@.o
	$(CXX) $(SAN) $@.o $B/librangeley.a $B/libannotate.a -o $@ \
	    $(PKG_LIBS) $(shell pkg-config --libs check) -lsystemc -lpthread

all: $B/rangeley $B/annotate
.PHONY: all check clean
check: all $(test_bins)
	@for t in $(test_bins); do $$t || exit 1; done
clean:
	rm -rf $B

-include $(shell test -d $B && find $B -name '*.d')
