#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# vmrun import: a domain becomes a profile whose XML is the same domain, element by element.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hosts.sh"

host split
for file in "$FIXTURES"/import/*.xml; do
	name=$(basename "$file" .xml)
	rm -rf work
	mkdir work
	cd work
	check_status "$name: import" 0 "$VMRUN" import --sysroot "$HOST" "$file"
	profile=$(head -n 1 "$OUT")
	check_status "$name: xml of what was imported" 0 "$VMRUN" xml --sysroot "$HOST" "$profile"
	cp "$OUT" got.xml
	check "$name: the same domain" python3 "$SRCDIR/tests/cli/same_domain.py" "$file" got.xml
	if command -v virt-xml-validate >/dev/null 2>&1; then
		check "$name: valid for libvirt" virt-xml-validate got.xml domain
	fi
	cd ..
done

cp "$FIXTURES/import/several.xml" domain.xml
check_status 'the profile' 0 "$VMRUN" import --sysroot "$HOST" domain.xml
check 'a section for each device, by what it is for' grep -qxF '[pci "nvme2"]' several.profile
check 'its address' grep -qxF '	address = 0000:0a:00.0' several.profile
check 'its ids, so that another card there is told' grep -qxF '	match = 144d:a808' several.profile
cp several.profile before
check_status 'a file that is there' 1 "$VMRUN" import --sysroot "$HOST" domain.xml
check_stderr_has 'a file that is there: the way out' 'import in another directory'
check_same_file 'a file that is there stays' before several.profile
check_status 'no such file' 2 "$VMRUN" import --sysroot "$HOST" none.xml
printf '<domain><name>a b</name><devices/></domain>' >blank.xml
check_status 'a name no profile can have' 3 "$VMRUN" import --sysroot "$HOST" blank.xml
printf '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]><domain><name>&a;</name><devices/></domain>' >entity.xml
check_status 'an external entity' 3 "$VMRUN" import --sysroot "$HOST" entity.xml
check_stderr_has 'an external entity: says so' 'it has a document type'
head -c 10000000 /dev/zero | tr '\0' a >large.xml
check_status '10 MB' 2 "$VMRUN" import --sysroot "$HOST" large.xml

# By the name of a guest, with libvirt's test driver in place of QEMU.
check_status 'by name' 0 "$VMRUN" import --sysroot "$HOST" -c test:///default test
check_stdout_has 'by name: what was written' test.profile
check 'by name: the profile' grep -qxF '	xml = test.xml' test.profile
check 'by name: its base is the definition' grep -qF '<uuid>6695eb01-f6a4-8304-79aa-97f2502e193f</uuid>' test.xml
check_status 'by a name that is nearly one' 4 "$VMRUN" import --sysroot "$HOST" -c test:///default tset
check_stderr_has 'by a name that is nearly one: which was meant' 'did you mean test?'
check_status 'by a name far from any' 4 "$VMRUN" import --sysroot "$HOST" -c test:///default storage-appliance
check_stderr_has 'by a name far from any: what shows them' 'list --all'
if [ -S /run/libvirt/virtqemud-sock ] || [ -S /run/libvirt/libvirt-sock ]; then
	skip 'no daemon' 'libvirt may run here'
else
	check_status 'no daemon' 9 env -u VMRUN_URI -u LIBVIRT_DEFAULT_URI "$VMRUN" import nobody
	check_stderr_has 'no daemon: says so' 'nobody: qemu:///system does not answer'
	check_stderr_has 'no daemon: the way out' 'or name the connection that has it: --connect URI'
fi
check_status 'libvirt is not there' 9 "$VMRUN" import --sysroot "$HOST" -c test:///nowhere/to/be/found nas
