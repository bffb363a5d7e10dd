/*  butler_columns.c - JSON objects as the rows of a table for people
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_columns.h"
#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "programs/butler_output.h"
#include "programs/butler_terminal.h"

#define COLUMNS_MAX 16
#define GAP "  "

//  A member, or what a member of it has, for "properties/worker"
static const json_t *
s_value (const json_t *row, const char *key)
{
    const char *slash = strchr (key, '/');
    if (!slash)
        return json_object_get (row, key);
    char *first = strndup (key, (size_t) (slash - key));
    assert (first);
    const json_t *value = s_value (json_object_get (row, first), slash + 1);
    free (first);
    return value;
}

//  Fresh
static char *
s_text (const json_t *row, const char *key)
{
    const json_t *value = s_value (row, key);
    char *text = NULL;
    if (json_is_string (value))
        text = strdup (json_string_value (value));
    else
    if (json_is_boolean (value))
        text = strdup (json_is_true (value)? "yes": "no");
    else
    if (value)
        text = json_dumps (value, JSON_ENCODE_ANY | JSON_COMPACT);
    else
        text = strdup ("-");
    assert (text);
    return text;
}

//  In characters, as a terminal shows most of them
static int
s_width (const char *text)
{
    int width = 0;
    for (; *text; text++)
        width += ((unsigned char) *text & 0xc0) != 0x80;
    return width;
}

static void
s_measure (const butler_column_t *columns, const json_t *rows, int *widths)
{
    size_t index;
    json_t *row;
    for (size_t column = 0; columns [column].title; column++) {
        widths [column] = s_width (columns [column].title);
        json_array_foreach (rows, index, row) {
            char *text = s_text (row, columns [column].key);
            const int width = s_width (text);
            if (width > widths [column])
                widths [column] = width;
            free (text);
        }
    }
}

static void
s_print_cell (const char *text, int width, bool right, bool last, butler_style_t style)
{
    const int pad = width - s_width (text);
    printf ("%*s%s", right? pad: 0, "", style? butler_terminal_style (stdout, style): "");
    butler_print_clean (stdout, text, "");
    printf ("%s%*s%s", style? butler_terminal_style (stdout, BUTLER_STYLE_PLAIN): "",
            right || last? 0: pad, "", last? "\n": GAP);
}

//  A column stands as its first value does
static bool
s_is_number (const json_t *rows, const char *key)
{
    return json_is_number (s_value (json_array_get (rows, 0), key));
}

void
butler_columns_print (const butler_column_t *columns, const json_t *rows)
{
    int widths [COLUMNS_MAX];
    bool right [COLUMNS_MAX];
    size_t count = 0, index;
    json_t *row;
    for (; columns [count].title; count++) {
        assert (count < COLUMNS_MAX);
        right [count] = s_is_number (rows, columns [count].key);
    }
    s_measure (columns, rows, widths);
    for (size_t column = 0; column < count; column++)
        s_print_cell (columns [column].title, widths [column], right [column], column + 1 == count,
                      BUTLER_STYLE_HEAD);
    json_array_foreach (rows, index, row)
        for (size_t column = 0; column < count; column++) {
            char *text = s_text (row, columns [column].key);
            s_print_cell (text, widths [column], right [column], column + 1 == count,
                          BUTLER_STYLE_PLAIN);
            free (text);
        }
}
