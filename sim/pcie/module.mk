d := sim/pcie
sim_srcs += $(addprefix $d/,params.c root.c config.c caps.c bar.c msix.c msi.c \
	intx.c tlp.c requester.c link.c land.c print.c)
tests += $(addprefix tests/$d/,test_config.c test_dma.c test_order.c \
	test_intr.c)
