# Programs of Csmith, plain and annotated (tests/sim/cpu/annotate/csmith).  The
# scripts build as mk/image.mk does, with the words written down here.
fuzz_dir := tests/sim/cpu/annotate/csmith
fuzz_env := $B/fuzz-annotate.env

check_deps += $(fuzz_env)
check_scripts += $(fuzz_dir)/csmith_test.sh
soak_targets += fuzz-annotate

$(fuzz_env): FORCE $B/include/seam.h $(plain_seam_obj)
	@mkdir -p $(@D)
	@printf "%s='%s'\n" KCC '$(KCC)' KAS '$(KAS)' KCFLAGS '$(KCFLAGS)' \
	    IMAGE_INC '$(image_inc)' LD_IMAGE '$(LD_IMAGE)' \
	    PLAIN_SEAM '$(plain_seam_obj)' >$@

##	make fuzz-annotate N=200 SEED=1	Csmith programs, plain and annotated
.PHONY: fuzz-annotate
fuzz-annotate: $(fuzz_env) $B/annotate $B/rangeley $B/native-run
	@B=$B BREAK='$(BREAK)' $(fuzz_dir)/fuzz.sh '$N' '$(SEED)'
