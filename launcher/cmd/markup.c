// SPDX-License-Identifier: GPL-2.0-or-later
/* HTML from text that is not trusted. */
#include "cmd/markup.h"

#include <stdarg.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "cmd/survey_view.h"

void markup_text(FILE *out, const char *text)
{
	_cleanup_free_ char *visible = survey_visible(text);

	for (const char *p = visible; *p; p++) {
		switch (*p) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		case '\'':
			fputs("&#39;", out);
			break;
		default:
			fputc(*p, out);
		}
	}
}

void markup_fact(FILE *out, const char *term, const char *fmt, ...)
{
	_cleanup_free_ char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		abort();
	va_end(ap);
	fputs("<dt>", out);
	markup_text(out, term);
	fputs("</dt><dd>", out);
	markup_text(out, text);
	fputs("</dd>\n", out);
}
