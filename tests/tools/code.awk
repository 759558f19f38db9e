# SPDX-License-Identifier: GPL-2.0-or-later
# code(line): a line of C with comments gone and the insides of strings and character
# constants blanked, so that a pattern matches code only. Lines keep their numbers;
# call code_start() at the start of each file.

function code_start() { in_comment = 0 }

function code(line,    out, i, n, c, two, quote)
{
	out = ""
	quote = ""
	n = length(line)
	for (i = 1; i <= n; i++) {
		c = substr(line, i, 1)
		two = substr(line, i, 2)
		if (in_comment) {
			if (two == "*/") {
				in_comment = 0
				i++
			}
		} else if (quote != "") {
			if (c == "\\")
				i++
			else if (c == quote) {
				quote = ""
				out = out c
			}
		} else if (two == "/*") {
			in_comment = 1
			out = out " "
			i++
		} else if (two == "//") {
			break
		} else {
			if (c == "\"" || c == "'")
				quote = c
			out = out c
		}
	}
	return out
}
