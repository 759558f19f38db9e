#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Tests of the Makefile: building, building again, installing, cleaning.
set -eu
. "$(dirname "$0")/../cli/lib.sh"
. "$(dirname "$0")/standin.sh"

W=$T/work
standin "$W"
cd "$W"
find . -type f | sort >"$T/at-first"

# compiled() - names of the sources that the last make compiled, in one line
compiled() {
	sed -n 's/^  CC   //p' "$OUT" | sort | tr '\n' ' '
}

# check_compiled() - did the last make compile exactly these?
check_compiled() {
	if [ "$(compiled)" = "$2" ]; then
		pass "$1"
	else
		fail "$1" "wanted: $2; got: $(compiled)"
	fi
}

# --- from nothing

check_status 'help needs no configuration' 0 make help
check_stdout_has 'help lists the targets' 'uninstall'
check 'help did not configure' test ! -e config.mk

check_status 'make in a clean tree' 0 make -j2
check 'it configured' test -s config.mk
check_status 'what it built runs' 0 build/vmrun
check_stdout_has 'and has the version of VERSION' "vmrun $(cat VERSION),"
check 'the manual page has the version' grep -q "vmrun $(cat VERSION)" build/man/vmrun.8
check 'the library is without main' sh -c '! nm build/libvmrun.a | grep -q " T main$"'

check_status 'make again' 0 make
check_compiled 'compiles nothing' ''
check_stdout_lacks 'and links nothing' 'LD'

# --- after a change

touch launcher/base/num.h
check_status 'make after a change in a header' 0 make
check_compiled 'compiles what includes it' 'launcher/base/num.c launcher/cmd/version.c '

printf 'int other(void);\nint other(void)\n{\n\treturn 1;\n}\n' >launcher/base/other.c
check_status 'make with a new source' 0 make
check_compiled 'compiles it' 'launcher/base/other.c '
rm launcher/base/other.c
check_status 'make without it' 0 make
check 'drops it from the library' sh -c '! ar t build/libvmrun.a | grep other'

check_status 'make with other flags' 0 make CFLAGS=-O1
check_compiled 'compiles everything' 'launcher/base/num.c launcher/cmd/version.c launcher/main.c '
check_status 'make V=1' 0 make V=1 CFLAGS='-O0 -g' WERROR=1
check_stdout_has 'V=1 shows commands' '-c -o build/obj/launcher/main.o'
check_stdout_has 'user flags are used' '-O0 -g'
check_stdout_lacks 'no fortified functions without the optimiser' FORTIFY

./configure --prefix=/opt/kept >/dev/null
touch -d '1 minute ago' config.mk config.h
touch configure
check_status 'make with a newer configure' 0 make
check_stdout_has 'configures again' 'checking for'
check 'with the arguments it had' grep -qx 'prefix = /opt/kept' config.mk

# --- goals in order

check_status 'clean and all together' 0 make -j4 clean all
check_compiled 'are done in that order' 'launcher/base/num.c launcher/cmd/version.c launcher/main.c '
check 'clean and all leave the program' test -x build/vmrun

mv configure configure.real
cat >configure <<'END'
#!/bin/sh
[ -f deps-done ] || { echo 'configured before the packages were there' >&2; exit 1; }
exec sh ./configure.real "$@"
END
chmod +x configure
cp tests/tools/deps deps.real
printf '#!/bin/sh\nsleep 1\n: >deps-done\n' >tests/tools/deps
rm -rf build config.mk config.h config.log
check_status 'deps and all from a clean tree, in parallel' 0 make -j4 deps all
check 'configure ran after deps' test -x build/vmrun
rm -f deps-done
mv configure.real configure
mv deps.real tests/tools/deps

# --- installing

check_status 'install' 0 make install DESTDIR="$T/dest"
(cd "$T/dest" && find . -type f | sort) >"$T/installed"
cat >"$T/wanted" <<'END'
./etc/libvirt/hooks/qemu.d/vmrun
./usr/bin/vmrun
./usr/lib/systemd/system/vmrun@.service
./usr/share/bash-completion/completions/vmrun
./usr/share/fish/vendor_completions.d/vmrun.fish
./usr/share/man/man5/vmrun.profile.5
./usr/share/man/man8/vmrun.8
./usr/share/vmrun/profiles/small.profile
./usr/share/zsh/site-functions/_vmrun
END
check_same_file 'what is installed' "$T/wanted" "$T/installed"
check 'the program may be run' test -x "$T/dest/usr/bin/vmrun"
check 'the hook may be run' test -x "$T/dest/etc/libvirt/hooks/qemu.d/vmrun"
check 'a unit has the folder of the program' \
	grep -qx 'ExecStart=/usr/bin/vmrun start %I' "$T/dest/usr/lib/systemd/system/vmrun@.service"
check_status 'uninstall' 0 make uninstall DESTDIR="$T/dest"
check 'nothing is left' test -z "$(find "$T/dest" -mindepth 1)"
check_status 'uninstall again' 0 make uninstall DESTDIR="$T/dest"

mkdir -p "$T/dest/usr/bin"
: >"$T/dest/usr/bin/other"
make install DESTDIR="$T/dest" >/dev/null
check_status 'uninstall beside files of others' 0 make uninstall DESTDIR="$T/dest"
(cd "$T/dest" && find . -type f) >"$T/installed"
echo ./usr/bin/other >"$T/wanted"
check_same_file 'only theirs are left' "$T/wanted" "$T/installed"

# --- elsewhere

mkdir "$T/elsewhere"
cd "$T/elsewhere"
check_status 'configure from another folder' 0 "$W/configure" --prefix=/opt/else
check_status 'make there' 0 make -j2
check 'builds there' test -x build/vmrun
check_status 'the tests run there' 0 make check-unit
check 'the last line is the count' test "$(tail -n 1 "$OUT")" = '3 passed, 0 failed'
check_status 'distclean there' 0 make distclean
check 'leaves nothing there' test -z "$(find . -mindepth 1)"
cd "$W"

# --- cleaning

check_status 'clean' 0 make clean
check 'clean removes what was built' test ! -e build
check 'clean keeps the configuration' test -s config.mk
check_status 'distclean' 0 make distclean
find . -type f | sort >"$T/at-last"
check_same_file 'distclean leaves the tree as it came' "$T/at-first" "$T/at-last"

if command -v git >/dev/null; then
	git init -q .
	git add .
	git -c user.name=test -c user.email=test@localhost commit -qm test
	check_status 'dist' 0 make dist
	mkdir "$T/unpacked"
	tar -xzf "vmrun-$(cat VERSION).tar.gz" -C "$T/unpacked"
	check_status 'what is in the archive builds' 0 make -C "$T/unpacked/vmrun-$(cat VERSION)"
	make distclean >/dev/null
	git status --porcelain >"$T/dirt"
	check 'git sees nothing new after distclean' test ! -s "$T/dirt"
else
	skip dist 'git is not installed'
fi
