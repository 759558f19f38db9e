# SPDX-License-Identifier: GPL-2.0-or-later
# The work of tests/tools/layers: reads its tables from the environment, then C files.

function complain(what)
{
	printf "%s:%d: %s\n", FILENAME, FNR, what
	bad++
}

# allowed() - does a file (below launcher/) match one of these shell patterns?
function allowed(file, patterns,    list, i, n, p)
{
	n = split(patterns, list, /[ \t]+/)
	for (i = 1; i <= n; i++) {
		p = list[i]
		gsub(/\./, "\\.", p)
		gsub(/\*/, ".*", p)
		if (p != "" && file ~ ("^" p "$"))
			return 1
	}
	return 0
}

# trim() - without the blanks around it
function trim(s)
{
	gsub(/^[ \t]+|[ \t]+$/, "", s)
	return s
}

BEGIN {
	n = split(ENVIRON["ORDER"], names, " ")
	for (i = 1; i <= n; i++)
		rank[names[i]] = i
	top = n + 1

	n = split(ENVIRON["LIBRARIES"], rows, "\n")
	for (i = 1; i <= n; i++)
		if (match(rows[i], /^[^ \t]+/)) {
			libs++
			lib_header[libs] = substr(rows[i], 1, RLENGTH)
			lib_owner[libs] = trim(substr(rows[i], RLENGTH + 1))
		}

	n = split(ENVIRON["USES"], rows, "\n")
	for (i = 1; i <= n; i++)
		if (split(rows[i], field, "|") >= 3) {
			# the pattern may hold | inside parentheses: the name is first, who is last
			uses++
			what[uses] = trim(field[1])
			owner = rows[i]
			sub(/.*\|/, "", owner)
			who[uses] = trim(owner)
			pattern = rows[i]
			sub(/^[^|]*\|/, "", pattern)
			sub(/\|[^|]*$/, "", pattern)
			pattern = trim(pattern)
			if (sub(/!$/, "", pattern))
				call[uses] = "(^|[^A-Za-z0-9_])(" pattern ")([^A-Za-z0-9_]|$)"
			else {
				gsub(/[ \t]+/, "|", pattern)
				call[uses] = "(^|[^A-Za-z0-9_>.])(" pattern ")[ \t]*[(]"
			}
		}
}

FNR == 1 {
	code_start()
	file = FILENAME
	sub(/^launcher\//, "", file)
	folder = file
	if (!sub(/\/.*/, "", folder))
		folder = ""
	mine = (folder == "") ? top : rank[folder]
	if (!mine)
		complain("the folder " folder "/ is not a layer (" ENVIRON["ORDER"] ")")
}

/^[ \t]*#[ \t]*include[ \t]*"/ {
	match($0, /"[^"]*"/)
	header = substr($0, RSTART + 1, RLENGTH - 2)
	to = header
	if (header == "config.h")
		next
	if (!sub(/\/.*/, "", to))
		complain("include \"" header "\" without its folder")
	else if (!(to in rank))
		complain("include \"" header "\": " to "/ is not a layer")
	else if (mine && rank[to] > mine)
		complain(folder "/ may not include " to "/ (" header "): " ENVIRON["ORDER"])
	next
}

/^[ \t]*#[ \t]*include[ \t]*</ {
	match($0, /<[^>]*>/)
	header = substr($0, RSTART + 1, RLENGTH - 2)
	for (i = 1; i <= libs; i++)
		if (header == lib_header[i] || \
		    (lib_header[i] ~ /\/$/ && index(header, lib_header[i]) == 1)) {
			if (!allowed(file, lib_owner[i]))
				complain("<" header "> belongs to " \
					(lib_owner[i] == "-" ? "the tests" : lib_owner[i]))
		}
	next
}

{
	line = code($0)
	# a function of that name being declared is none of ours to judge, a call is
	for (i = 1; i <= uses; i++)
		if (line ~ call[i] && !allowed(file, who[i]))
			complain(what[i] ", which is for " who[i] ": " trim($0))
}

END {
	if (bad) {
		printf "layers: %d violations\n", bad
		exit 1
	}
}
