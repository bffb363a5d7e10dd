/*  butler_fields.c - what the bytes of a field may be, where its length is right
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_fields.h"
#include "base/butler_utf8.h"
#include "butler_view.h"

#define NAME_LONGEST 250            //  bytes in a service's own name

//  Eight times the same byte
#define EACH(byte) ((byte) * UINT64_C (0x0101010101010101))

static bool
s_byte_is_plain (uint8_t byte)
{
    return byte >= 0x20 && byte < 0x7f;
}

//  Eight bytes at once: printable ASCII, all of them. One below 0x20 borrows, and 0x7f carries, into its own
//  highest bit, which no other has then.
static bool
s_word_is_plain (const uint8_t *data)
{
    uint64_t word;
    memcpy (&word, data, sizeof word);
    return ((word | (word - EACH (0x20)) | (word + EACH (0x01))) & EACH (0x80)) == 0;
}

//  How many bytes from `at` on are printable ASCII, up to the end or to one that is not
static size_t
s_plain_run (butler_span_t self, size_t at)
{
    const size_t start = at;
    while (self.size - at >= 8 && s_word_is_plain (self.data + at))
        at += 8;
    if (at > start && self.size - at < 8 && s_word_is_plain (self.data + self.size - 8))
        return self.size - start;       //  the last word overlaps the one before
    while (at < self.size && s_byte_is_plain (self.data [at]))
        at++;
    return at - start;
}

bool
butler_field_printable (butler_span_t self)
{
    size_t at = s_plain_run (self, 0);
    while (at < self.size) {
        const size_t size = butler_utf8_printable (butler_span (self.data + at, self.size - at));
        if (size == 0)
            return false;
        at += size;
        at += s_plain_run (self, at);
    }
    return true;
}

bool
butler_field_service (butler_span_t self)
{
    return (self.size <= NAME_LONGEST || butler_span_begins (self, "mmi.")) && butler_field_printable (self);
}

bool
butler_field_api_id (butler_span_t self)
{
    if (self.size < BUTLER_API_ID_MIN || s_plain_run (self, 0) != self.size)
        return false;
    const uint8_t *colon = memchr (self.data, ':', self.size - 1);
    return colon && colon != self.data;
}

//  A number of 1 to `most` digits, or -1
static int64_t
s_number (butler_span_t self, size_t most)
{
    if (self.size == 0 || self.size > most)
        return -1;
    int64_t number = 0;
    for (size_t at = 0; at < self.size; at++) {
        const unsigned digit = self.data [at] - (unsigned) '0';
        if (digit > 9)
            return -1;
        number = number * 10 + (int64_t) digit;
    }
    return number;
}

bool
butler_field_code (butler_span_t self)
{
    return self.size == 3 && s_number (self, 3) >= 0;
}

bool
butler_field_order (butler_span_t self)
{
    return self.size == 1 && (self.data [0] == BUTLER_HEARTBEAT || self.data [0] == BUTLER_RECONNECT);
}

int64_t
butler_field_expiration_most (bool relative)
{
    return relative? INT64_C (9999999999): INT64_C (999999999999999);
}

butler_span_t
butler_field_write_expiration (char digits [BUTLER_FIELD_DIGITS], bool relative, int64_t milliseconds)
{
    char *at = digits + BUTLER_FIELD_DIGITS;
    uint64_t number = milliseconds > 0? (uint64_t) milliseconds: 0;
    do
        *--at = (char) ('0' + number % 10);
    while ((number /= 10) > 0);
    if (relative)
        *--at = '+';
    return butler_span (at, (size_t) (digits + BUTLER_FIELD_DIGITS - at));
}

bool
butler_field_expiration (butler_span_t self, bool *relative, int64_t *milliseconds)
{
    const bool plus = self.size > 0 && self.data [0] == '+';
    const int64_t number = plus? s_number (butler_span (self.data + 1, self.size - 1), 10):
                                 s_number (self, BUTLER_EXPIRATION_MAX);
    if (number < 0)
        return false;
    *relative = plus;
    *milliseconds = number;
    return true;
}

bool
butler_service_name_valid (butler_span_t self)
{
    return butler_is_service (self);
}

bool
butler_worker_name_valid (butler_span_t self)
{
    return self.size >= 1 && self.size <= BUTLER_WORKER_NAME_MAX && butler_field_printable (self);
}

uint8_t
butler_dialect_of (butler_span_t api_id)
{
    return butler_span_begins (api_id, "1.")? 1: 0;
}
