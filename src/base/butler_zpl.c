/*  butler_zpl.c - reads ZPL text (RFC 4), item by item, and tells each one's line
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_zpl.h"
#include <stdbool.h>
#include <string.h>

#define INDENT 4                    //  spaces for a level
#define BLANKS " \t\r"

void
butler_zpl_init (butler_zpl_t *self, char *text)
{
    static const char mark [] = "\xef\xbb\xbf";     //  some editors begin UTF-8 with it
    *self = (butler_zpl_t) { .rest = text };
    if (strncmp (text, mark, sizeof mark - 1) == 0)
        self->rest += sizeof mark - 1;
}

static int
s_fault (butler_zpl_t *self, const char *fault)
{
    self->fault = fault;
    return -1;
}

static void
s_trim (char *text)
{
    size_t size = strlen (text);
    while (size && strchr (BLANKS, text [size - 1]))
        text [--size] = 0;
}

static bool
s_is_end (const char *text)
{
    text += strspn (text, BLANKS);
    return *text == 0 || *text == '#';
}

//  Takes one line off the text; NULL at its end
static char *
s_take_line (butler_zpl_t *self)
{
    char *line = self->rest;
    if (*line == 0)
        return NULL;
    char *end = strchr (line, '\n');
    self->rest = end? end + 1: line + strlen (line);
    if (end)
        *end = 0;
    self->line++;
    return line;
}

static int
s_check_line (butler_zpl_t *self, const char *line)
{
    if (strlen (line) > BUTLER_ZPL_LINE_MAX)
        return s_fault (self, "the line is longer than 1024 bytes");
    for (const unsigned char *byte = (const unsigned char *) line; *byte; byte++)
        if ((*byte < ' ' && !strchr (BLANKS, *byte)) || *byte == 0x7f)
            return s_fault (self, "a control character; configurations are plain text");
    return 0;
}

//  How deep the item stands: 0 at the margin
static int
s_read_level (butler_zpl_t *self, char **scan)
{
    const size_t indent = strspn (*scan, " ");
    *scan += indent;
    if (**scan == '\t')
        return s_fault (self, "a tab before the name; indent by 4 spaces a level");
    if (indent % INDENT)
        return s_fault (self, "the indentation is no multiple of 4 spaces");
    const size_t level = indent / INDENT;
    if (level > self->depth)
        return s_fault (self, "indented deeper than one level below the line above");
    if (level >= BUTLER_ZPL_DEPTH_MAX)
        return s_fault (self, "sections are nested too deeply");
    return (int) level;
}

//  Puts the name in its place at the end of the path
static int
s_read_name (butler_zpl_t *self, unsigned level, char **scan)
{
    const size_t size = strcspn (*scan, "=#\"'" BLANKS);
    if (size == 0)
        return s_fault (self, "a name is missing; a line is NAME, or NAME = VALUE");
    if (**scan == '/' || (*scan) [size - 1] == '/')
        return s_fault (self, "a name neither begins nor ends with a slash");
    size_t at = 0;
    if (level) {
        at = self->ends [level - 1];
        self->text [at++] = '/';
    }
    memcpy (self->text + at, *scan, size);
    self->text [at + size] = 0;
    self->ends [level] = at + size;
    self->depth = level + 1;
    self->path = self->text;
    *scan += size;
    return 0;
}

static int
s_read_quoted (butler_zpl_t *self, char *text)
{
    char *end = strchr (text + 1, *text);
    if (!end)
        return s_fault (self, "the quote at the value's beginning has no counterpart");
    if (!s_is_end (end + 1))
        return s_fault (self, "something follows the quoted value; a comment begins with #");
    *end = 0;
    self->value = text + 1;
    return 1;
}

static int
s_read_value (butler_zpl_t *self, char *scan)
{
    scan += strspn (scan, BLANKS);
    if (s_is_end (scan))
        return 1;
    if (*scan != '=')
        return s_fault (self, "something follows the name; a line is NAME, or NAME = VALUE");
    scan++;
    scan += strspn (scan, BLANKS);
    if (*scan == '"' || *scan == '\'')
        return s_read_quoted (self, scan);
    scan [strcspn (scan, "#")] = 0;
    s_trim (scan);
    self->value = scan;
    return 1;
}

int
butler_zpl_next (butler_zpl_t *self)
{
    self->value = NULL;
    char *line;
    while ((line = s_take_line (self))) {
        if (s_check_line (self, line) == -1)
            return -1;
        if (s_is_end (line))
            continue;
        s_trim (line);
        const int level = s_read_level (self, &line);
        if (level == -1 || s_read_name (self, (unsigned) level, &line) == -1)
            return -1;
        return s_read_value (self, line);
    }
    return 0;
}
