# soak-nodes.sh: the owner of a group's node over 20 binds each through libvirtd, a session and the embedded driver
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
. tests/lab/checks/lib.sh
. tests/lab/checks/ordinary.sh
. tests/lab/checks/nodes.sh

rounds=${ROUNDS:-20}
udev_rule
nodes_system "$rounds"
make_user
seed_embedded "$C/embed" libvirt-qemu
nodes_session "$rounds"
nodes_embedded "$rounds"
finish
