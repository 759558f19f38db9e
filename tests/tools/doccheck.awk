# SPDX-License-Identifier: GPL-2.0-or-later
# The work of tests/tools/doccheck. Headers come first, then sources, then other files
# (only the top of those is looked at).

function complain(file, line, what)
{
	printf "%s:%d: %s\n", file, line, what
	bad++
}

function measure(file, line, what, n, warn, fail)
{
	if (n > fail)
		complain(file, line, what " has " n " lines, more than " fail)
	else if (n > warn) {
		printf "%s:%d: warning: %s has %d lines, more than %d\n", file, line, what, n, warn
		warnings++
	}
}

# end_file() - what is known of a file once all of it is read
function end_file()
{
	if (last_file == "")
		return
	if (!spdx)
		complain(last_file, 1, "no \"SPDX-License-Identifier: GPL-2.0-or-later\" at its top")
	if (!purpose)
		complain(last_file, 1, "no sentence at its top saying what it is for")
	if (is_ours)
		measure(last_file, 1, "the file", last_line, 400, 600)
}

# top() - look for the licence and the purpose in the first comment of the file
function top(line,    text)
{
	if (line ~ /SPDX-License-Identifier: GPL-2\.0-or-later/ && FNR <= 3) {
		spdx = 1
		sub(/.*GPL-2\.0-or-later/, "", line)
	} else if (line !~ /^[ \t]*(\/\*|\*|\/\/|#|;|$)/ || line ~ /^#[a-z]/) {
		in_top = 0
		return
	}
	text = line
	if (FNR == 1 && text ~ /^#!/ || text ~ /shellcheck (disable|shell|source)=/)
		return
	gsub(/^[ \t]*(\/\*+|\*+\/?|\/\/|#+|;+)|\*\/[ \t]*$/, "", text)
	if (text ~ /[A-Za-z]+[^A-Za-z]+[A-Za-z]+/)
		purpose = 1
}

# function_name() - the name a declaration declares, or "" when it is no function
function function_name(stmt,    name)
{
	while (match(stmt, /__attribute__[ \t]*\(\([^()]*(\([^()]*\))?[^()]*\)\)/))
		stmt = substr(stmt, 1, RSTART - 1) " " substr(stmt, RSTART + RLENGTH)
	if (stmt ~ /^[ \t]*(typedef|static_assert|_Static_assert)/)
		return ""
	while (match(stmt, /[A-Za-z_][A-Za-z0-9_]*[ \t]*\(/)) {
		# an initialiser before it: a variable
		if (substr(stmt, 1, RSTART) ~ /=/)
			return ""
		name = substr(stmt, RSTART, RLENGTH - 1)
		sub(/[ \t]+$/, "", name)
		stmt = substr(stmt, RSTART + RLENGTH)
		if (name ~ /[a-z]/)
			return (stmt ~ /^[ \t]*\*/) ? "" : name
	}
	return ""
}

# declared() - a statement at file level is complete: its text, and is it a body?
function declared(is_body,    name)
{
	name = function_name(stmt)
	body_name = ""
	if (name == "")
		return
	if (is_body) {
		body_name = name
		body_line = stmt_line
	}
	if (stmt ~ /(^|[^A-Za-z0-9_])static([^A-Za-z0-9_]|$)/)
		return
	if (FILENAME ~ /\.h$/) {
		header_of[name] = FILENAME
		header_line[name] = stmt_line
		if (doc_end == stmt_line - 1 && doc_name == name)
			documented[name] = 1
	} else if (is_body) {
		functions++
		order[functions] = name
		def_file[functions] = FILENAME
		def_line[functions] = stmt_line
		def_doc[functions] = (doc_end == stmt_line - 1 && doc_name == name)
	}
}

FNR == 1 {
	end_file()
	last_file = FILENAME
	spdx = purpose = 0
	in_top = 1
	is_ours = FILENAME ~ /^launcher\//
	code_start()
	depth = 0
	stmt = ""
	doc_end = -1
	in_doc = in_macro = 0
	body_name = ""
}

{
	last_line = FNR
	if (in_top)
		top($0)
	if (!is_ours)
		next
}

# --- kernel-doc comments

/^\/\*\*/ {
	in_doc = 1
	doc_name = ""
}

in_doc {
	if (doc_name == "" && match($0, /[A-Za-z_][A-Za-z0-9_]*\(\)[ \t]+-[ \t]+[^ \t]/)) {
		doc_name = substr($0, RSTART, RLENGTH)
		sub(/\(.*/, "", doc_name)
	}
	if (/\*\//) {
		in_doc = 0
		doc_end = FNR
	}
}

# --- declarations and definitions

{
	line = code($0)
	if (in_macro || line ~ /^[ \t]*#/) {
		in_macro = line ~ /\\$/
		next
	}
	# a macro that makes functions, alone on its line
	if (depth == 0 && stmt == "" && line ~ /^[A-Z_0-9]+\(.*\)[ \t]*$/)
		next
	for (i = 1; i <= length(line); i++) {
		c = substr(line, i, 1)
		if (c == "{") {
			if (depth++ == 0) {
				if (stmt ~ /\)[ \tA-Za-z_]*$/ && stmt !~ /=/)
					declared(1)
				else
					body_name = ""
				if (body_name != "")
					stmt = ""
			}
		} else if (c == "}") {
			if (--depth == 0 && body_name != "") {
				measure(FILENAME, body_line, body_name "()", FNR - body_line + 1, 60, 100)
				body_name = ""
				stmt = ""
			}
		} else if (depth > 0) {
			continue
		} else if (c == ";") {
			declared(0)
			stmt = ""
		} else if (stmt != "" || c !~ /[ \t]/) {
			if (stmt == "")
				stmt_line = FNR
			stmt = stmt c
		}
	}
	if (stmt != "")
		stmt = stmt " "
}

END {
	end_file()
	for (i = 1; i <= functions; i++) {
		name = order[i]
		if (name in header_of) {
			if (!(name in documented))
				complain(header_of[name], header_line[name], \
					name "() has no \"/** " name "() - …\" comment just above it")
		} else if (!def_doc[i])
			complain(def_file[i], def_line[i], \
				name "() has no \"/** " name "() - …\" comment just above it")
	}
	printf "doccheck: %d functions, %d problems, %d warnings\n", functions, bad, warnings
	exit bad > 0
}
