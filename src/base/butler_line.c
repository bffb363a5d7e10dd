/*  butler_line.c - one line of key=value fields, which no value can break
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_line.h"
#include <assert.h>
#include <stdio.h>
#include "butler_utf8.h"

#define MORE "..."                  //  what stands for all that was cut
#define MORE_SIZE (sizeof MORE - 1)

//  A value as it stands in the line
typedef struct {
    char text [BUTLER_LINE_VALUE_MAX + 1];
    size_t size;
} value_t;

void
butler_line_init (butler_line_t *self)
{
    *self->text = 0;
    self->size = 0;
    self->full = false;
}

void
butler_line_add (butler_line_t *self, const char *words, size_t size)
{
    assert (size <= BUTLER_LINE_MAX - self->size);
    memcpy (self->text + self->size, words, size);
    self->size += size;
    self->text [self->size] = 0;
}

//  The size of the character that the text begins with; 0 where it is none that may be shown: no
//  well-formed one, or a control character, of C0 or C1
static size_t
s_shown (butler_span_t text)
{
    uint32_t code = 0;
    const size_t size = butler_utf8_next (text, &code);
    return code < ' ' || (code >= 0x7f && code < 0xa0)? 0: size;
}

//  What needs no quotes, whoever reads it
static bool
s_is_word (butler_span_t value)
{
    static const char plain [] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:/*@+,%[]-";
    size_t at = 0;
    while (at < value.size && memchr (plain, value.data [at], sizeof plain - 1))
        at++;
    return at && at == value.size;
}

//  How a character stands in quotes: its size there. `took` is its size in the value.
static size_t
s_quote (butler_span_t rest, char *into, size_t room, size_t *took)
{
    const size_t shown = s_shown (rest);
    *took = shown? shown: 1;
    if (!shown)
        return (size_t) snprintf (into, room, "\\x%02x", *rest.data);
    if (*rest.data == '"' || *rest.data == '\\')
        return (size_t) snprintf (into, room, "\\%c", *rest.data);
    memcpy (into, rest.data, shown);
    return shown;
}

//  Never mid-character, never mid-escape
static void
s_append (value_t *self, butler_span_t value, bool quoted)
{
    const size_t limit = BUTLER_LINE_VALUE_MAX - MORE_SIZE - quoted;
    size_t at = 0;
    while (at < value.size) {
        char shown [8];
        size_t took = 0;
        const size_t size = s_quote (butler_span (value.data + at, value.size - at), shown, sizeof shown, &took);
        if (self->size + size > limit) {
            memcpy (self->text + self->size, MORE, MORE_SIZE);
            self->size += MORE_SIZE;
            return;
        }
        memcpy (self->text + self->size, shown, size);
        self->size += size;
        at += took;
    }
}

static void
s_write (value_t *self, butler_span_t value)
{
    const bool quoted = !s_is_word (value);
    if (quoted)
        self->text [self->size++] = '"';
    s_append (self, value, quoted);
    if (quoted)
        self->text [self->size++] = '"';
}

void
butler_line_put (butler_line_t *self, const char *key, butler_span_t value)
{
    value_t written = { .size = 0 };
    s_write (&written, value);
    const size_t size = 1 + strlen (key) + 1 + written.size;
    if (self->full)
        return;
    if (self->size + size > BUTLER_LINE_MAX - (1 + MORE_SIZE)) {
        butler_line_add (self, " " MORE, 1 + MORE_SIZE);
        self->full = true;
        return;
    }
    if (self->size)
        butler_line_add (self, " ", 1);
    butler_line_add (self, key, strlen (key));
    butler_line_add (self, "=", 1);
    butler_line_add (self, written.text, written.size);
}
