# Images: software that runs on the machine (port/seam.h), built by the pinned
# compiler and the annotator.  A module.mk declares one with
#
#	images += micro
#	micro_srcs := bench/micro/main.c bench/micro/alu.c	(C or .S)
#	micro_incs := bench/micro	(optional; default: folders of the sources)
#	micro_cflags := -DX		(optional)
#
# Sources below kernel/ are compiled in the kernel's world (mk/worlds.mk): they
# see neither port/seam.h nor the image's folders.  An image that is a kernel
# (mk/kernel.mk) has %_defs; its other sources are of the machdep world.
#
# and this file makes, in $B/images/micro/:
#
#	plain.elf	as compiled; $B/native-run runs it
#	image.elf	with hooks; $B/rangeley runs it
#	image-count.elf	with hooks; its clock counts instructions
#	image-stack.elf	with hooks at stack operands too
#	image-insns.elf	with hooks that count instructions beside the clock
#	image-fake.elf	for the machine without time; $B/rangeley fake runs it
#
# An image is linked twice: the annotator takes from plain.elf the address
# each block has without hooks.  Data have the same addresses in both.
#
#	make images
#	make image IMAGE=micro OVERLAY=dir [FILES='a.c b.c']
#
# The second takes, file by file, dir/<path> in place of <path>, headers too
# (image code includes headers with <>, or the overlay would not be seen), and
# builds in $B/images/micro-<last part of dir>/.  FILES names sources below dir
# that replace nothing.

IMAGE	?=$(KERNCONF)
OVERLAY	?=
FILES	?=

# Answers of llvm-mca: those kept in the tree, and, beside each annotated file,
# those it needed.  Only a memo; nothing depends on it.
image_costs := sim/cpu/annotate/costs.txt
ANNOTATE := $B/annotate
annotate_costs = $(addprefix --costs ,$(wildcard $(image_costs))) \
	--cost-cache $@.costs

image_inc := -nostdinc $(KCC_INC) -I$B/include
native_objs := $(addprefix $B/obj/,$(addsuffix .o,$(basename $(native_srcs))))
plain_seam_obj := $B/obj/$(basename $(plain_seam)).o
LD_IMAGE := ld -T mk/image.lds --build-id=none -z max-page-size=4096 \
	-z noexecstack --fatal-warnings

$(native_objs): FLAGS = $(FLAGS_thunk)
$(native_objs): $B/flags.thunk
$B/native-run: $(native_objs)
	$(call say,LINK)
	$Q$(CC) $(SAN) $^ -o $@

$B/include/seam.h: port/seam.h
	@mkdir -p $(@D)
	@ln -sf $(abspath $<) $@

# <machine/x.h> and <x86/x.h> are links to folders, as config(1) of NetBSD
# makes them; an overlay has its own, which come first.
# $1 where the links are made, $2 the tree's kernel/
link_machine = mkdir -p $1 && \
	ln -sfn $(abspath $2/arch/amd64/include) $1/machine && \
	ln -sfn $(abspath $2/arch/x86/include) $1/x86
$B/kernel-include/.made: mk/image.mk
	@$(call link_machine,$(@D),kernel) && touch $@

.PHONY: images image FORCE
images: $B/native-run
all: $B/native-run

# ---- one source of one image ------------------------------------------
# $1 image, $2 its directory, $3 path of the source, $4 overlay ('' none)

# The file to compile: the overlay's if it has one.  An overlay of a kernel
# begins below kernel/.
over = $4/$(if $($1_defs),$(patsubst kernel/%,%,$3),$3)
pick = $(or $(if $4,$(wildcard $(over))),$3)
incs = $(or $($1_incs),$(sort $(patsubst %/,%,$(dir $($1_srcs)))))
inc_flags = $(image_inc) $(if $4,-I$2/kernel-include) \
	$(addprefix -I$4/,$(if $4,$(incs))) \
	$(addprefix -I,$(incs))
kernel_flags = $(if $4,-I$4$(if $($1_defs),,/kernel) -I$2/kernel-include) \
	$(KERNEL_INC) $(if $($1_defs),-I$($1_incs) -I$2 $($1_defs),$(KERNEL_DEFS))
world_flags = $(if $(filter kernel/%,$3),$(kernel_flags),$(if $($1_defs),\
	$(kernel_flags) $(MACHDEP_INC) $($1_program_flags),$(inc_flags)))

# The folder of an image that has this source compiled in the same way.  Of an
# overlay without headers: that of the image itself, if the overlay has not the
# source.  Of a kernel that is another one with other programs: that one's.
reuse = $(if $($1_defs),$(if $4,$(if $(wildcard $(over)),,$(if \
	$(overlay_plain),$B/images/$1)),$(if $(filter $1,$($1_conf)),,$(if \
	$(filter $3,$($($1_conf)_srcs)),$B/images/$($1_conf)))))
overlay_plain := $(if $(OVERLAY),$(if $(shell \
	find $(OVERLAY)/ -name '*.h' -o -name genassym.cf),,y))

# Its unit name for the annotator: unique in the image.
unit_of = $(subst /,_,$(subst .,_,$(subst -,_,$(subst +,_,$(basename $1)))))
unit = $(call unit_of,$3)

define image_source
$(if $(reuse),$2/$(basename $3).s $2/$(basename $3).plain.o: $2/.reused; @:,$(own_source))
$(call annotate_source,$1,$2,$3,ann,)
$(call annotate_source,$1,$2,$3,count,--count)
$(call annotate_source,$1,$2,$3,stack,--stack)
$(call annotate_source,$1,$2,$3,insns,--insns)
$(call annotate_source,$1,$2,$3,fake,--fake)

endef

# $1 that folder, $2, $3 what is taken from it: links, as old as they are there, made
# anew when the overlay gains or loses a file
define reused_sources
$2/.reused: $(addprefix $1/,$3) $2/.inputs
	@cd $1 && cp -lf --parents $3 $(abspath $2) && touch $(abspath $$@)
endef
reused = $(foreach s,$3,$(if $(call reuse,$1,$2,$s,$4),$(basename $s).s \
	$(basename $s).plain.o))

define own_source
$2/$(basename $3).s: $(pick) $2/.inputs $B/include/seam.h \
	    $(if $($1_defs),$(if $(filter %.S,$3),$2/assym.h)) \
	    | $B/kernel-include/.made
	$$(call say,KCC)
	$$(if $$(wildcard $$@),@rm -f $$@	# maybe a link to another image's)
	$$Q$$(KCC) $$(KCFLAGS) $(world_flags) $($1_cflags) \
	    $(if $4,-fmacro-prefix-map=$4/=) -MMD -MP -MT $$@ -MF $$@.d \
	    $(if $(filter %.S,$3),-D__ASSEMBLER__ -E,-S) $$< -o $$@ \
	    $(if $4,|| mk/overlay.sh failed '$4' '$$<')
$2/$(basename $3).plain.s: $2/$(basename $3).s $(ANNOTATE)
	$$Q$(ANNOTATE) --plain-out $$@ --unit $(unit) $$<
endef

# $4 infix, $5 flags
define annotate_source
$2/$(basename $3).$4.s: $2/$(basename $3).s $2/plain.elf $(ANNOTATE)
	$$Q$(ANNOTATE) --plain $2/plain.elf --unit $(unit) $5 \
	    $$(annotate_costs) -o $$@ $$<
endef

# ---- one image ---------------------------------------------------------
# $1 image, $2 its directory, $3 its sources, $4 overlay ('' none)

define image_rules
$(if $(filter $(words $(sort $(call unit_of,$3))),$(words $3)),,$(error \
	image $1: two sources differ only in -, +, . or their suffix))
$(foreach s,$3,$(call image_source,$1,$2,$s,$4))
$(call reused_sources,$B/images/$(if $4,$1,$($1_conf)),$2,$(reused))
# Changes when the overlay gains or loses a file, or a flag changes.
$2/.inputs: FORCE
	@mkdir -p $(sort $(addprefix $2/,$(dir $3)))
	$(if $4,@$(call link_machine,$2/kernel-include,$4$(if $($1_defs),,/kernel)))
	@mk/overlay.sh inputs '$4' \
	    '$3 $($1_cflags) $$(KCFLAGS) $(or $($1_defs),$$(KERNEL_DEFS))' $$@
$(if $($1_defs),$(call assym_rule,$1,$2,$3,$4))

$2/plain.elf: $(addprefix $2/,$(addsuffix .plain.o,$(basename $3))) \
	    $(plain_seam_obj) mk/image.lds
	$(if $4,@mk/overlay.sh unused '$4' '$3' $2 $(if $($1_defs),kernel/))
	$$(call link_image,0)
$(call image_variant,$1,$2,$3,image,ann,1)
$(call image_variant,$1,$2,$3,image-count,count,3)
$(call image_variant,$1,$2,$3,image-stack,stack,5)
$(call image_variant,$1,$2,$3,image-insns,insns,1)
$(call image_variant,$1,$2,$3,image-fake,fake,8)
endef

# Offsets of struct members, for assembly: genassym.cf's `define NAME expr'
# compiled as C, each value picked from the assembler's text.
define assym_rule
$2/assym.h: $(call pick,$1,$2,$(kernel_genassym),$4) mk/genassym.awk $2/.inputs \
	    | $B/kernel-include/.made
	$$(call say,ASSYM)
	$$Qawk -f mk/genassym.awk $$< >$2/assym.c
	$$Q$$(KCC) $$(KCFLAGS) $(call kernel_flags,$1,$2,$(kernel_genassym),$4) \
	    -MMD -MP -MT $$@ -MF $$@.d -S $2/assym.c -o $2/assym.s
	$$Qsed -n 's/.*ASSYM \([A-Za-z0-9_]*\) \$$$$*\(-*[0-9]*\)$$$$/#define \1 \2/p' \
	    $2/assym.s >$$@
endef

# $4 file, $5 infix of its units, $6 seam_image_flags
define image_variant
$2/$4.elf: $(addprefix $2/,$(addsuffix .$5.o,$(basename $3))) \
	    $2/thunks.$5.o $2/plain.elf mk/image.lds mk/image-check.sh \
	    $(if $(filter image,$4),mk/longest-path.sh)
	$$(call link_image,$6)
	@mk/image-check.sh $2/plain.elf $$@
	$(if $(filter image,$4),@mk/longest-path.sh $$@ \
	    $(addprefix $2/,$(addsuffix .$5.s,$(basename $3))))
$2/thunks.$5.S: $(addprefix $2/,$(addsuffix .$5.o,$(basename $3))) $(ANNOTATE)
	$$Q$(ANNOTATE) --thunks -o $$@ $$(filter %.o,$$^)

endef

define link_image
$(call say,LINK)
$Q$(LD_IMAGE) --defsym=seam_image_flags=$1 $(filter %.o,$^) -o $@.tmp
$Qobjcopy --keep-global-symbol=rangeley_image $@.tmp $@
@rm $@.tmp
endef

$B/images/%.o: $B/images/%.s
	$Q$(KAS) $< -o $@
$B/images/%.o: $B/images/%.S
	$Q$(KCC) -c -Isim $< -o $@

$(foreach i,$(images),$(eval $(call image_rules,$i,$B/images/$i,$($i_srcs),)))
images: $(foreach i,$(filter-out $(soak_images),$(images)),$(addprefix $B/images/$i/,plain.elf \
	image.elf image-fake.elf))

ifneq ($(filter image kernel,$(MAKECMDGOALS)),)
ifeq ($(filter $(images),$(IMAGE)),)
$(error IMAGE=$(IMAGE): no such image; there are: $(images))
endif
endif
##	make image IMAGE=micro OVERLAY=dir	a bare image, with sources of dir
##	make kernel KERNCONF=NET_MPSAFE OVERLAY=dir	a kernel, with sources of dir
##	make costs	keep llvm-mca's answers for all images in the tree
image_answers = $(foreach i,$(images),$(foreach s,$($i_srcs),$(wildcard \
	$(addprefix $B/images/$i/$(basename $s).,ann.s.costs stack.s.costs))))
.PHONY: costs
costs: images
	@sim/cpu/annotate/costs.sh $(image_costs) \
	    "$$($(KCC) --version | head -n 1)" $(sort $(image_answers))

# `make image' is one of these, or one with an overlay.
image_dir := $B/images/$(IMAGE)$(if $(OVERLAY),-$(notdir $(OVERLAY:/=)))
ifneq ($(OVERLAY),)
# One that a dependency file still names.
$(OVERLAY:/=)/%: ;
image_more := $(FILES) $(shell sed 's/\#.*//' $(OVERLAY:/=)/FILES 2>/dev/null)
$(eval $(call image_rules,$(IMAGE),$(image_dir),$($(IMAGE)_srcs) $(if \
	$($(IMAGE)_defs),$(addprefix kernel/,$(image_more)),$(image_more)),$(OVERLAY:/=)))
endif
image kernel: $(addprefix $(image_dir)/,plain.elf image.elf image-fake.elf)
	@echo $(image_dir)/image.elf
