// SPDX-License-Identifier: GPL-2.0-or-later
/* vmrun: the program's entry. */
#include "cmd/cmd.h"

/** main() - Everything is in dispatch(); this file is what the unit tests leave out */
int main(int argc, char **argv)
{
	return dispatch(argc, argv);
}
