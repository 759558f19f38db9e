#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Tests of layers and doccheck: each violation, planted, is found and named.
set -eu
. "$(dirname "$0")/../cli/lib.sh"
. "$(dirname "$0")/standin.sh"

W=$T/work
standin "$W"
cd "$W"
mkdir -p launcher/model launcher/survey launcher/decide launcher/act launcher/vm
top='/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A planted file. */'

# planted() - a file with this text is found at fault
# $1: tool, $2: what it is, $3: file, $4: its text, after the top; $5: part of the message
planted() {
	printf '%s\n%s\n' "$top" "$4" >"launcher/$3"
	capture "tests/tools/$1"
	rm "launcher/$3"
	if [ "$STATUS" -eq 1 ] && grep -qF -e "$5" "$OUT"; then
		pass "$1 finds $2"
	else
		fail "$1 finds $2" "status $STATUS; the output should have: $5"
		show_output
	fi
}

# innocent() - a file with this text is not; arguments as for planted()
innocent() {
	printf '%s\n%s\n' "$top" "$4" >"launcher/$3"
	check_status "$1 lets pass $2" 0 "tests/tools/$1"
	rm "launcher/$3"
}

# --- layers

check_status 'layers is content with the stand-in' 0 make layers

planted layers 'an include to the right' base/bad.c '#include "cmd/version.h"' \
	'launcher/base/bad.c:3: base/ may not include cmd/'
planted layers 'act including vm' act/bad.c '#include "vm/virt.h"' 'act/ may not include vm/'
planted layers 'survey including decide' survey/bad.h '#  include "decide/plan.h"' \
	'survey/ may not include decide/'
planted layers 'an include without its folder' base/bad.c '#include "num.h"' 'without its folder'
planted layers 'an include of no layer' cmd/bad.c '#include "tests/x.h"' 'tests/ is not a layer'
planted layers 'libpci in a wrong place' survey/devices.c '#include <pci/pci.h>' 'survey/names.[ch]'
planted layers 'libvirt outside vm/virt*' vm/domxml.c '#include <libvirt/virterror.h>' 'vm/virt'
planted layers 'libxml2 in a wrong place' model/profile.c '#include <libxml/tree.h>' 'vm/domxml'
planted layers 'libcap-ng in a wrong place' act/bind.c '#include <cap-ng.h>' 'act/privs'
planted layers 'libsmartcols in a wrong place' cmd/a.c '#include <libsmartcols/libsmartcols.h>' 'base/table'
planted layers 'json-c in a wrong place' cmd/a.c '#include <json-c/json.h>' 'base/json'
planted layers 'libkmod in a wrong place' act/bind.c '#include <libkmod.h>' 'act/modules'
planted layers 'libmount in a wrong place' survey/users.c '#include <libmount/libmount.h>' 'survey/mounts'
planted layers 'libudev in a wrong place' act/own.c '#include <libudev.h>' 'act/udev'
planted layers 'check outside the tests' base/a.c '#include <check.h>' 'belongs to the tests'
innocent layers 'libkmod in both its places' survey/modules.c '#include <libkmod.h>'
innocent layers 'libvirt in vm/virt_event.c' vm/virt_event.c '#include <libvirt/libvirt.h>'

planted layers 'a write to the host outside act' survey/a.c \
	'int a(void) { return root_write_once(1, "x", "y"); }' 'writes to the host'
planted layers 'a fork outside act and vm' survey/a.c 'int a(void) { return fork(); }' forks
planted layers 'printf below cmd' decide/a.c 'void a(void) { printf("x"); }' prints
planted layers 'a use of stderr below cmd' model/a.c 'void a(void) { fputs("x", stderr); }' prints
planted layers 'exit below cmd' vm/a.c 'void a(void) { exit(1); }' exits
planted layers '_exit outside act and vm' base/a.c 'void a(void) { _exit(1); }' exits
innocent layers 'snprintf' decide/a.c 'void a(char *s) { snprintf(s, 3, "x"); }'
innocent layers 'such words in comments and strings' decide/a.c \
	'/* exit(1), fork() */ // printf("x")
const char *a = "exit(1) /* printf( "; char b = '"'\"'"'; /*
 exit(2) */'
innocent layers '_exit and fork in act' act/a.c 'void a(void) { if (!fork()) _exit(1); }'
innocent layers 'a member called exit' decide/a.c 'int a(struct b *b) { return b->exit(1); }'
innocent layers 'root_write in act' act/a.c 'int a(void) { return root_write_once(1, "x", "y"); }'

# --- doccheck

check_status 'doccheck is content with the stand-in' 0 make doccheck

planted doccheck 'a function without a comment' base/a.c 'int a(void)
{
	return 0;
}' 'launcher/base/a.c:3: a() has no'
planted doccheck 'a declaration without a comment' base/num.h 'int num_twice(int n);' \
	'launcher/base/num.h:3: num_twice() has no'
standin "$W"
planted doccheck 'a comment of another function' base/a.c '/**
 * b() - Be
 */
int a(void)
{
	return 0;
}' 'a() has no'
planted doccheck 'a comment that is not just above' base/a.c '/**
 * a() - Be
 */

int a(void)
{
	return 0;
}' 'a() has no'
planted doccheck 'a function of several lines without a comment' base/a.c '
__attribute__((format(printf, 1, 2))) int
a(const char *format,
  ...)
{
	return 0;
}' 'a() has no'
innocent doccheck 'a documented function' base/a.c '/**
 * a() - Be
 */
__attribute__((format(printf, 1, 2))) int a(const char *format, ...)
{
	return 0;
}'
innocent doccheck 'static functions, tables, types and prototypes of pointers' base/a.c '
static int a(void)
{
	return 0;
}
static const struct { int (*f)(void); } rows[] = { { a } };
struct x { int (*f)(void); };
typedef int (*function)(void);
int (*pointer)(void) = a;
enum y { Y_COUNT };
static_assert(sizeof(int) == 4, "x");'

top='/* A planted file. */'
planted doccheck 'a file without its licence' base/a.c 'int a;' 'no "SPDX'
top='/* SPDX-License-Identifier: GPL-2.0-or-later */'
planted doccheck 'a file that does not say what it is for' base/a.c 'int a;' 'no sentence'
top='/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A planted file. */'

# lines() - that many times the same line
lines() {
	awk -v n="$1" -v line="$2" 'BEGIN { while (n-- > 0) print line }'
}

planted doccheck 'a file of 601 lines' base/a.c "$(lines 599 '/* */')" 'the file has 601 lines'
innocent doccheck 'a file of 600 lines' base/a.c "$(lines 598 '/* */')"
printf '%s\n%s\n' "$top" "$(lines 399 '/* */')" >launcher/base/a.c
capture tests/tools/doccheck
check_stdout_has 'doccheck warns of a file of 401 lines' 'warning: the file has 401 lines'
rm launcher/base/a.c
planted doccheck 'a function of 101 lines' base/a.c "static int a(void)
{
$(lines 98 '	;')
}" 'a() has 101 lines'
printf '%s\n%s\n' "$top" "static int a(void)
{
$(lines 58 '	;')
}" >launcher/base/a.c
capture tests/tools/doccheck
check_stdout_has 'doccheck warns of a function of 61 lines' 'warning: a() has 61 lines'
rm launcher/base/a.c

check_status 'both are content again' 0 make layers doccheck
