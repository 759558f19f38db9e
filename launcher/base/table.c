// SPDX-License-Identifier: GPL-2.0-or-later
/* Tables for people: columns that fit the terminal, rows as a tree. The only user of libsmartcols. */
#include "base/table.h"

#include <assert.h>
#include <libsmartcols.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/num.h"

/* A word longer than this may be broken. */
#define WORD_MAX 24
/* Columns that a step of the tree takes: "├─". */
#define STEP 2

/** struct table - @rows of libsmartcols, with the @lines that table_row() numbered and their depth */
struct table {
	struct libscols_table *rows;
	const struct table_column *columns;
	size_t column_count;
	struct line {
		struct libscols_line *line;
		size_t depth;
	} * lines;
	size_t line_count;
};

struct table *table_new(const struct table_column *columns, size_t count)
{
	struct table *table = mem_zalloc(sizeof(*table));

	table->rows = scols_new_table();
	table->columns = columns;
	table->column_count = count;
	if (!table->rows)
		abort();
	for (size_t i = 0; i < count; i++) {
		int flags = (columns[i].wraps ? SCOLS_FL_WRAP : 0) |
			    (columns[i].right ? SCOLS_FL_RIGHT : 0) |
			    (columns[i].tree ? SCOLS_FL_TREE : 0);
		struct libscols_column *column =
			scols_table_new_column(table->rows, columns[i].header, 0, flags);

		if (!column)
			abort();
		if (!columns[i].wraps)
			continue;
		scols_column_set_wrapfunc(column, scols_wrapnl_chunksize, scols_wrapnl_nextchunk,
					  NULL);
		scols_column_set_safechars(column, "\n");
	}
	return table;
}

int table_row(struct table *table, int parent)
{
	struct line *above = parent >= 0 ? &table->lines[parent] : NULL, *row;
	struct libscols_line *line = scols_table_new_line(table->rows, above ? above->line : NULL);
	size_t depth = above ? above->depth + 1 : 0;

	if (!line)
		abort();
	row = mem_append(&table->lines, &table->line_count);
	row->line = line;
	row->depth = depth;
	return (int)table->line_count - 1;
}

void table_cell(struct table *table, size_t column, const char *text, enum table_color color)
{
	static const char *const names[] = {
		[TABLE_PLAIN] = NULL, [TABLE_GREEN] = "green",	  [TABLE_YELLOW] = "brown",
		[TABLE_RED] = "red",  [TABLE_FAINT] = "darkgray", [TABLE_BOLD] = "bold"
	};
	static_assert(ARRAY_SIZE(names) == TABLE_COLOR_COUNT, "a name per colour");
	struct libscols_cell *cell =
		scols_line_get_cell(table->lines[table->line_count - 1].line, column);

	if (!cell || scols_cell_set_data(cell, text) < 0)
		abort();
	if (names[color])
		scols_cell_set_color(cell, names[color]);
}

size_t table_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size = { 0 };
	uint64_t width;

	if (!isatty(STDOUT_FILENO))
		return 0;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col)
		return size.ws_col;
	if (columns && num_parse(columns, 10, 1000, &width) == 0 && width)
		return width;
	return 80;
}

/* Columns of the terminal that the first @len bytes of @text take. */
static size_t text_width(const char *text, size_t len)
{
	mbstate_t state = { 0 };
	size_t width = 0;

	while (len) {
		wchar_t wide;
		size_t n = mbrtowc(&wide, text, len, &state);
		int columns = n && n <= len ? wcwidth(wide) : -1;

		if (n == 0 || n > len) {
			memset(&state, 0, sizeof(state));
			n = 1;
		}
		/* libsmartcols shows what is not printable as \xNN, byte by byte. */
		width += columns >= 0 ? (size_t)columns : 4 * n;
		text += n;
		len -= n;
	}
	return width;
}

/* Lengthens the word at @text to the widest start of it that takes at most @width columns. */
static size_t fitting(const char *text, size_t len, size_t width)
{
	size_t n = len;

	while (n > 1 && (text_width(text, n) > width || (text[n] & 0xc0) == 0x80))
		n--;
	return n;
}

/* @text with line ends between words so that no line takes more than @width columns; free() */
static char *wrapped(const char *text, size_t width)
{
	char *out = mem_zalloc(2 * strlen(text) + 1);
	size_t used = 0, at = 0;

	while (*text) {
		size_t blanks = strspn(text, " "), len = strcspn(text + blanks, " \n");
		size_t wide = text_width(text + blanks, len);

		if (at && at + blanks + wide > width) {
			out[used++] = '\n';
			at = 0;
		}
		if (!at)
			text += blanks, blanks = 0;
		if (wide > width)
			len = fitting(text + blanks, len, width);
		memcpy(out + used, text, blanks + len);
		used += blanks + len;
		at += text_width(text, blanks + len);
		text += blanks + len;
		if (*text == '\n') {
			out[used++] = *text++;
			at = 0;
		}
	}
	return out;
}

/* Widths of the text of a cell: of its longest line and of its longest word. */
static void measure(const char *text, size_t *line, size_t *word)
{
	for (size_t at = 0; text && text[at]; at += text[at] == '\n') {
		size_t len = strcspn(text + at, "\n"), wide = text_width(text + at, len);

		*line = wide > *line ? wide : *line;
		for (size_t end = at + len; at < end; at += strspn(text + at, " ")) {
			size_t n = strcspn(text + at, " \n");

			wide = text_width(text + at, n);
			wide = wide > WORD_MAX ? WORD_MAX : wide;
			*word = wide > *word ? wide : *word;
			at += n;
		}
	}
}

static const char *cell_text(const struct table *table, size_t row, size_t column)
{
	return scols_line_get_column_data(table->lines[row].line,
					  scols_table_get_column(table->rows, column));
}

/* Finds the width of each column so that a line takes @width, breaking only the columns that may. */
static void fit(const struct table *table, size_t width, size_t *widths)
{
	_cleanup_free_ size_t *least = mem_zalloc(table->column_count * sizeof(*least));
	size_t total = table->column_count - 1;

	for (size_t i = 0; i < table->column_count; i++) {
		measure(table->columns[i].header, &widths[i], &least[i]);
		for (size_t row = 0; row < table->line_count; row++) {
			size_t line = 0;

			measure(cell_text(table, row, i), &line, &least[i]);
			if (table->columns[i].tree)
				line += STEP * table->lines[row].depth;
			widths[i] = line > widths[i] ? line : widths[i];
		}
		total += widths[i];
	}
	while (total > width) {
		size_t widest = table->column_count;

		for (size_t i = 0; i < table->column_count; i++)
			if (table->columns[i].wraps && widths[i] > least[i] &&
			    (widest == table->column_count || widths[i] > widths[widest]))
				widest = i;
		if (widest == table->column_count)
			break;
		widths[widest]--;
		total--;
	}
}

static void wrap_cells(const struct table *table, const size_t *widths)
{
	for (size_t i = 0; i < table->column_count; i++)
		for (size_t row = 0; table->columns[i].wraps && row < table->line_count; row++) {
			const char *text = cell_text(table, row, i);
			_cleanup_free_ char *lines = text ? wrapped(text, widths[i]) : NULL;

			if (text && scols_line_set_data(table->lines[row].line, i, lines) < 0)
				abort();
		}
}

/* Keeps libsmartcols from cutting what cannot be made to fit: the terminal wraps it then. */
static void set_width(const struct table *table, size_t width)
{
	_cleanup_free_ size_t *widths = mem_zalloc(table->column_count * sizeof(*widths));
	size_t total = table->column_count;

	if (!width) {
		scols_table_set_termforce(table->rows, SCOLS_TERMFORCE_NEVER);
		return;
	}
	fit(table, width, widths);
	wrap_cells(table, widths);
	for (size_t i = 0; i < table->column_count; i++)
		total += widths[i];
	scols_table_set_termforce(table->rows, SCOLS_TERMFORCE_ALWAYS);
	scols_table_set_termwidth(table->rows, total > width ? total : width);
}

void table_print(struct table *table, bool color)
{
	/* The user's character set decides what is printable and how the tree is drawn; only here. */
	locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0), before = uselocale(locale);

	set_width(table, table_width());
	scols_table_enable_minout(table->rows, 1);
	scols_table_enable_colors(table->rows, color);
	scols_print_table(table->rows);
	uselocale(before);
	if (locale)
		freelocale(locale);
}

void table_free(struct table *table)
{
	if (!table)
		return;
	scols_unref_table(table->rows);
	free(table->lines);
	free(table);
}
