/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables for people: columns that fit the terminal. The only user of libsmartcols. */
#ifndef VMRUN_BASE_TABLE_H
#define VMRUN_BASE_TABLE_H

#include <stdbool.h>
#include <stddef.h>

/** enum table_color - colour of a cell; shown where the table is printed with colour */
enum table_color { TABLE_PLAIN, TABLE_GREEN, TABLE_YELLOW, TABLE_RED, TABLE_FAINT };

/**
 * struct table_column - one column
 * @header:	its title
 * @flexible:	may be cut where the line does not fit the terminal; others never are
 */
struct table_column {
	const char *header;
	bool flexible;
};

struct table;

/** table_new() - Empty table with @count columns; table_free() */
struct table *table_new(const struct table_column *columns, size_t count);

/** table_row() - Begin a new row */
void table_row(struct table *table);

/** table_cell() - Set the cell of column @column in the last row; NULL leaves it empty */
void table_cell(struct table *table, size_t column, const char *text, enum table_color color);

/** table_print() - Print to stdout; to a terminal within its width, elsewhere uncut */
void table_print(const struct table *table, bool color);

/** table_free() - Release; NULL is fine */
void table_free(struct table *table);

#endif
