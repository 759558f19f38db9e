#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# XML of others, as the hook, import and a base read it: no entity, no file, no network; what is huge or deep is refused at once.
set -eu
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hosts.sh"
host two-nvme

# A server that writes down whoever comes.
cat >server.py <<'END'
import socket
server = socket.create_server(("127.0.0.1", 0))
open("port.new", "w", encoding="ascii").write(str(server.getsockname()[1]))
__import__("os").rename("port.new", "port")
while True:
    server.accept()[0].close()
    open("visited", "a", encoding="ascii").write("x")
END
python3 server.py &
server=$!
trap 'kill $server 2>/dev/null; finish' EXIT
n=0
until [ -e port ] || [ $n -ge 100 ]; do
	sleep 0.05
	n=$((n + 1))
done
url=http://127.0.0.1:$(cat port)
echo secret-of-this-host >secret

# refused NAME FILE TEXT: by each of the three, within seconds, saying TEXT and nothing of what it was led to
refused() {
	# shellcheck disable=SC2016
	check_status "$1: the hook" 2 timeout 5 sh -c '"$0" hook --sysroot "$1" qemu a prepare begin - <"$2"' "$VMRUN" "$HOST" "$2"
	check_stderr_has "$1: the hook says why" "$3"
	check_stderr_lacks "$1: the hook shows nothing of the host" secret-of-this-host
	rm -f a.xml a.profile
	capture timeout 5 "$VMRUN" import --sysroot "$HOST" "$2"
	check "$1: import" test "$STATUS" -eq 3 -o "$STATUS" -eq 2
	check_stderr_has "$1: import says why" "$4"
	check "$1: import writes nothing" test ! -e a.xml -a ! -e a.profile
	printf '[vm]\n\tname = a\n\tmemory = 1G\n\txml = %s\n' "$2" | profile based
	check_status "$1: a profile's base" 3 timeout 5 "$VMRUN" xml --sysroot "$HOST" based.profile
	check_stdout_lacks "$1: a profile's base shows nothing of the host" secret-of-this-host
}

body='<name>a</name><memory>65536</memory><devices/></domain>'
dtd='it has a document type'
echo "<!DOCTYPE d [<!ENTITY e SYSTEM \"file://$T/secret\">]><domain><description>&e;</description>$body" >file.xml
refused 'an entity that is a file' file.xml "$dtd" "$dtd"
echo "<!DOCTYPE d [<!ENTITY e SYSTEM \"$url/e\">]><domain><description>&e;</description>$body" >net.xml
refused 'an entity on the network' net.xml "$dtd" "$dtd"
echo "<!DOCTYPE domain SYSTEM \"$url/d.dtd\"><domain>$body" >dtd.xml
refused 'a document type on the network' dtd.xml "$dtd" "$dtd"
echo "<!DOCTYPE domain [<!ENTITY % p SYSTEM \"$url/p\"> %p;]><domain>$body" >parameter.xml
refused 'a parameter entity' parameter.xml "$dtd" "$dtd"
echo '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>' >laughs.xml
echo "<domain><description>&c;&c;&c;&c;</description>$body" >>laughs.xml
refused 'entities that grow' laughs.xml "$dtd" "$dtd"
{
	printf '<domain><description>'
	head -c 10000000 /dev/zero | tr '\0' x
	echo "</description>$body"
} >large.xml
refused '10 MB' large.xml 'MiB, and is not read' 'MiB, and is not read'
{
	printf '<domain>'
	yes '<a>' | head -n 300000 | tr -d '\n'
} >deep.xml
refused '300,000 elements deep' deep.xml 'nested too deep' 'nested too deep'
printf '<domain>%s' "$body" | iconv -t UTF-16 >wide.xml
refused 'UTF-16' wide.xml 'encoding' 'encoding'

# What other readers would follow is text here.
echo "<domain xmlns:xi=\"http://www.w3.org/2001/XInclude\"><xi:include href=\"$url/x\"/><xi:include href=\"secret\" parse=\"text\"/>$body" >include.xml
# shellcheck disable=SC2016
check_status 'XInclude: the hook' 0 timeout 5 sh -c '"$0" hook --sysroot "$1" qemu a prepare begin - <include.xml' "$VMRUN" "$HOST"
capture timeout 5 "$VMRUN" import --sysroot "$HOST" include.xml
check 'XInclude: import includes nothing' sh -c '! grep -q secret-of-this-host a.xml'
check 'nobody has been on the network' test ! -e visited
