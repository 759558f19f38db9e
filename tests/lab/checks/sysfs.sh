# sysfs.sh: what survey says against what sysfs says, function by function
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh

# sysfs_says: group, driver and reset methods of every function, as sysfs has them
sysfs_says() {
	for d in "$PCI"/devices/*; do
		group='' driver='' reset=''
		[ ! -e "$d/iommu_group" ] || group=$(basename "$(readlink "$d/iommu_group")")
		[ ! -e "$d/driver" ] || driver=$(basename "$(readlink "$d/driver")")
		[ ! -e "$d/reset_method" ] || reset=$(cat "$d/reset_method")
		echo "${d##*/} group=$group driver=$driver reset=$reset" | sed 's/ *$//'
	done
}

# surveyed_as_sysfs: check both; the survey stays in $C/survey.json
surveyed_as_sysfs() {
	"$VMRUN" survey --json >"$C/survey.json"
	sysfs_says >"$C/sysfs"
	jq -r '.devices[] | "\(.address) group=\(.group // "") driver=\(.driver // "") reset=\(.reset | join(" "))" |
		sub(" *$"; "")' "$C/survey.json" >"$C/said"
	is "every function is in the survey" test "$(jq '.devices | length' "$C/survey.json")" -eq "$(wc -l <"$C/sysfs")"
	is "groups, drivers and reset methods are those of sysfs" cmp "$C/sysfs" "$C/said"
	for g in /sys/kernel/iommu_groups/*; do
		sed "s|^|${g##*/} |" "$g/reserved_regions"
	done | sort >"$C/regions"
	jq -r '.groups[] | .id as $id | .reserved[] | "\($id) \(.start) \(.end) \(.type)"' "$C/survey.json" |
		while read -r id start end type; do
			printf '%s 0x%016x 0x%016x %s\n' "$id" "$start" "$end" "$type"
		done | sort >"$C/said"
	is "reserved regions are those of sysfs" cmp "$C/regions" "$C/said"
	is "there are some" test -s "$C/regions"
}
