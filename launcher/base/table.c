// SPDX-License-Identifier: GPL-2.0-or-later
/* Tables for people: columns that fit the terminal. The only user of libsmartcols. */
#include "base/table.h"

#include <libsmartcols.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"

struct table {
	struct libscols_table *rows;
	struct libscols_line *last;
};

struct table *table_new(const struct table_column *columns, size_t count)
{
	struct table *table = mem_zalloc(sizeof(*table));

	table->rows = scols_new_table();
	if (!table->rows)
		abort();
	if (!isatty(STDOUT_FILENO))
		scols_table_set_termforce(table->rows, SCOLS_TERMFORCE_NEVER);
	for (size_t i = 0; i < count; i++)
		if (!scols_table_new_column(table->rows, columns[i].header, 0, columns[i].flexible ? SCOLS_FL_TRUNC : 0))
			abort();
	return table;
}

void table_row(struct table *table)
{
	table->last = scols_table_new_line(table->rows, NULL);
	if (!table->last)
		abort();
}

void table_cell(struct table *table, size_t column, const char *text, enum table_color color)
{
	static const char *const names[] = { [TABLE_PLAIN] = NULL,
					     [TABLE_GREEN] = "green",
					     [TABLE_YELLOW] = "brown",
					     [TABLE_RED] = "red",
					     [TABLE_FAINT] = "darkgray" };
	struct libscols_cell *cell = scols_line_get_cell(table->last, column);

	if (!cell || scols_cell_set_data(cell, text) < 0)
		abort();
	if (names[color])
		scols_cell_set_color(cell, names[color]);
}

void table_print(const struct table *table, bool color)
{
	scols_table_enable_colors(table->rows, color);
	scols_print_table(table->rows);
}

void table_free(struct table *table)
{
	if (!table)
		return;
	scols_unref_table(table->rows);
	free(table);
}
