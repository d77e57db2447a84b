# The native runner: plain images as an ordinary program.  It shares the
# loader with the simulator and nothing else.
native_srcs := port/native/main.c port/native/enter.S \
	port/thunk/image.c port/thunk/image_map.c port/thunk/ram.c \
	sim/core/err.c
# Linked into every plain image: its seam_call().
plain_seam := port/native/plain_seam.S
