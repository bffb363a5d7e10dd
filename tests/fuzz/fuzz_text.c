/*  fuzz_text.c - fuzzing: text is cleaned, put together and written in lines
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "fuzz.h"
#include "base/butler_line.h"
#include "base/butler_utf8.h"
#include <jansson.h>
#include "wire/butler_fields.h"
#include "wire/butler_json.h"
#include "wire/butler_notice.h"
#include "wire/butler_text.h"

static void
s_clean (butler_span_t bytes)
{
    char *clean = butler_utf8_clean (bytes);
    char *again = butler_utf8_clean (butler_span_string (clean));
    assert (strcmp (clean, again) == 0);
    assert (!butler_field_printable (bytes) || strlen (clean) == bytes.size);
    free (clean);
    free (again);
}

//  Piece by piece, whatever their sizes, it is the same
static void
s_put_together (butler_span_t bytes, size_t step)
{
    butler_text_t text;
    butler_text_init (&text);
    for (butler_span_t rest = bytes; rest.size;) {
        const butler_span_t piece = fuzz_take (&rest, step);
        butler_text_append ((const char *) piece.data, piece.size, &text);
    }
    size_t size;
    char *whole = butler_text_finish (&text, &size);
    assert (butler_span_equal (butler_span (whole, size), bytes) && whole [size] == 0);
    free (whole);
}

//  A string of JSON reads as what was clean of it
static void
s_json (butler_span_t bytes)
{
    butler_text_t text;
    butler_text_init (&text);
    butler_json_put_string (&text, bytes);
    size_t size;
    char *whole = butler_text_finish (&text, &size);
    json_t *string = json_loadb (whole, size, JSON_DECODE_ANY, NULL);
    char *clean = butler_utf8_clean (bytes);
    assert (string && strcmp (json_string_value (string), clean) == 0);
    json_decref (string);
    free (clean);
    free (whole);
}

//  What a worker is told of a request is JSON, whatever its trace
static void
s_notice (butler_span_t bytes, unsigned attempt)
{
    butler_text_t text;
    if (bytes.size > 255 || !butler_field_printable (bytes))
        return;
    const butler_span_t notice = butler_notice_attempt (&text, attempt, bytes);
    json_t *object = json_loadb ((const char *) notice.data, notice.size, 0, NULL);
    assert (json_integer_value (json_object_get (object, "attempt")) == (json_int_t) attempt);
    json_decref (object);
}

//  What a worker is told in a heartbeat is whatever comes. A token is read as it was written
static void
s_heartbeat (butler_span_t bytes)
{
    butler_notice_t notice;
    butler_text_t text;
    butler_notice_parse (&notice, bytes);
    assert (notice.heartbeat >= 0 && notice.heartbeat <= BUTLER_NOTICE_INTERVAL_MAX);
    assert (notice.token_size <= sizeof notice.token);
    butler_notice_clear (&notice);
    if (!bytes.size || bytes.size > BUTLER_TOKEN_MAX)
        return;
    butler_notice_parse (&notice, butler_notice_cancel (&text, bytes));
    assert (butler_span_equal (butler_span (notice.token, notice.token_size), bytes));
    butler_notice_clear (&notice);
}

//  A line is one line, and printable
static void
s_line (butler_span_t bytes, unsigned fields)
{
    butler_line_t line;
    butler_line_init (&line);
    for (unsigned field = 0; field < fields; field++)
        butler_line_put (&line, "key", bytes);
    assert (line.size <= BUTLER_LINE_MAX && strlen (line.text) == line.size);
    assert (line.size == 0 || butler_field_printable (butler_span_string (line.text)));
}

static void
s_fields (butler_span_t bytes)
{
    bool relative;
    int64_t milliseconds;
    char digits [BUTLER_FIELD_DIGITS];
    if (butler_field_expiration (bytes, &relative, &milliseconds)) {
        assert (milliseconds >= 0 && milliseconds <= butler_field_expiration_most (relative));
        const butler_span_t written = butler_field_write_expiration (digits, relative, milliseconds);
        int64_t again;
        assert (butler_field_expiration (written, &relative, &again) && again == milliseconds);
    }
    if (bytes.size && bytes.size <= 250 && butler_field_printable (bytes))
        assert (butler_service_name_valid (bytes) && butler_worker_name_valid (bytes));
    if (bytes.size)
        assert (butler_dialect_of (bytes) <= 1);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    butler_span_t rest = butler_span (data, size);
    const uint8_t how = fuzz_byte (&rest);
    const butler_span_t bytes = butler_span (fuzz_block (rest), rest.size);
    s_clean (bytes);
    s_put_together (bytes, 1 + how);
    s_line (bytes, how % 16);
    s_fields (bytes);
    s_json (bytes);
    s_notice (bytes, how);
    s_heartbeat (bytes);
    uint8_t *block = (uint8_t *) (uintptr_t) bytes.data;
    free (block);
    return 0;
}
