/*
 * if_wmvar.h: what others may know of wm(4): chips, and how their PHY is reached.
 */
#ifndef _DEV_PCI_IF_WMVAR_H_
#define _DEV_PCI_IF_WMVAR_H_

typedef enum {
	WM_T_unknown = 0,
	WM_T_I354, /* Atom C2000 */
} wm_chip_type;

typedef enum {
	WMPHY_UNKNOWN = 0,
	WMPHY_I210, /* by MDIC, pages by register 22: Marvell */
} wm_phy_type;

#endif /* _DEV_PCI_IF_WMVAR_H_ */
