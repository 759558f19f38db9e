/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables for people: columns that fit the terminal, rows as a tree. The only user of libsmartcols. */
#ifndef VMRUN_BASE_TABLE_H
#define VMRUN_BASE_TABLE_H

#include <stdbool.h>
#include <stddef.h>

/** enum table_color - look of a cell; shown where the table is printed with colour */
enum table_color {
	TABLE_PLAIN,
	TABLE_GREEN,
	TABLE_YELLOW,
	TABLE_RED,
	TABLE_FAINT,
	TABLE_BOLD,
	TABLE_COLOR_COUNT
};

/**
 * struct table_column - one column
 * @header:	its title
 * @wraps:	is broken between words where the line does not fit the terminal; others never are
 * @right:	is aligned to the right
 * @tree:	shows which row is below which
 */
struct table_column {
	const char *header;
	bool wraps;
	bool right;
	bool tree;
};

/* The row above a row that is below none. */
#define TABLE_TOP (-1)

struct table;

/** table_new() - Empty table with @count columns; table_free() */
struct table *table_new(const struct table_column *columns, size_t count);

/** table_row() - Begin a new row, below row @parent or TABLE_TOP; returns its number */
int table_row(struct table *table, int parent);

/** table_cell() - Set the cell of column @column in the last row; "\n" begins a new line in it */
void table_cell(struct table *table, size_t column, const char *text, enum table_color color);

/** table_width() - Columns of the terminal that stdout is; 0 where it is none */
size_t table_width(void);

/** table_print() - Print to stdout; to a terminal within its width, elsewhere one line per row */
void table_print(struct table *table, bool color);

/** table_free() - Release; NULL is fine */
void table_free(struct table *table);

#endif
