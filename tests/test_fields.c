/*  test_fields.c - tests of butler_fields: every read is laid against a protected page
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "wire/butler_fields.h"
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <cmocka.h>
#include "guard.h"
#include "wire/butler_view.h"

static guard_t s_guard;

static uint64_t s_seed = 0x9e3779b97f4a7c15u;

static uint32_t
s_random (uint32_t below)
{
    s_seed ^= s_seed << 13;
    s_seed ^= s_seed >> 7;
    s_seed ^= s_seed << 17;
    return (uint32_t) (s_seed >> 32) % below;
}

//  Printable UTF-8 by the table of RFC 3629, section 4, and nothing clever
static bool
s_reference (butler_span_t text)
{
    static const struct { uint8_t low [4], high [4]; size_t size; } s_rows [] = {
        { { 0x20 },                   { 0x7e },                   1 },
        { { 0xc2, 0xa0 },             { 0xc2, 0xbf },             2 },
        { { 0xc3, 0x80 },             { 0xdf, 0xbf },             2 },
        { { 0xe0, 0xa0, 0x80 },       { 0xe0, 0xbf, 0xbf },       3 },
        { { 0xe1, 0x80, 0x80 },       { 0xec, 0xbf, 0xbf },       3 },
        { { 0xed, 0x80, 0x80 },       { 0xed, 0x9f, 0xbf },       3 },
        { { 0xee, 0x80, 0x80 },       { 0xef, 0xbf, 0xbf },       3 },
        { { 0xf0, 0x90, 0x80, 0x80 }, { 0xf0, 0xbf, 0xbf, 0xbf }, 4 },
        { { 0xf1, 0x80, 0x80, 0x80 }, { 0xf3, 0xbf, 0xbf, 0xbf }, 4 },
        { { 0xf4, 0x80, 0x80, 0x80 }, { 0xf4, 0x8f, 0xbf, 0xbf }, 4 }
    };
    for (size_t at = 0, size; at < text.size; at += size) {
        size = 0;
        for (size_t row = 0; row < sizeof s_rows / sizeof *s_rows && size == 0; row++) {
            size = s_rows [row].size;
            for (size_t byte = 0; byte < s_rows [row].size; byte++)
                if (at + byte >= text.size || text.data [at + byte] < s_rows [row].low [byte]
                    || text.data [at + byte] > s_rows [row].high [byte])
                    size = 0;
        }
        if (size == 0)
            return false;
    }
    return true;
}

//  Laid against the protected pages on both sides
static void
s_assert_printable_as_reference (const uint8_t *data, size_t size)
{
    const bool expected = s_reference (butler_span (data, size));
    const butler_span_t end = guard_lay (&s_guard, butler_span (data, size), true);
    assert_int_equal (butler_field_printable (end), expected);
    const butler_span_t start = guard_lay (&s_guard, butler_span (data, size), false);
    assert_int_equal (butler_field_printable (start), expected);
}

static void
every_short_sequence_of_bytes_is_told_as_the_standard_does (void **state)
{
    (void) state;
    for (uint32_t value = 0; value < 0x10000; value++) {
        const uint8_t two [] = { (uint8_t) (value >> 8), (uint8_t) value };
        s_assert_printable_as_reference (two + 1, 1);
        s_assert_printable_as_reference (two, 2);
    }
    for (uint32_t count = 0; count < 400000; count++) {
        const uint8_t four [] = {
            (uint8_t) (0xe0 + s_random (0x18)), (uint8_t) (0x78 + s_random (0x50)),
            (uint8_t) (0x78 + s_random (0x50)), (uint8_t) (0x78 + s_random (0x50))
        };
        s_assert_printable_as_reference (four, 3);
        s_assert_printable_as_reference (four, 4);
    }
}

static void
one_bad_byte_is_found_at_every_place_of_every_length (void **state)
{
    (void) state;
    static const uint8_t s_bad [] = { 0x00, 0x1f, 0x7f, 0x80, 0x9f, 0xc0, 0xff };
    uint8_t text [BUTLER_SERVICE_MAX];
    for (size_t size = 1; size <= 40; size++)
        for (size_t place = 0; place < size; place++)
            for (size_t bad = 0; bad < sizeof s_bad; bad++) {
                for (size_t at = 0; at < size; at++)
                    text [at] = (uint8_t) (0x20 + s_random (0x5f));
                s_assert_printable_as_reference (text, size);
                text [place] = s_bad [bad];
                s_assert_printable_as_reference (text, size);
            }
}

//  Eight bytes are told at once, so each byte is tried at each of their places, among the least and the
//  greatest that are plain; and what stands beside it, which it must neither hide nor spoil
static void
every_byte_is_told_at_every_place_of_a_word (void **state)
{
    (void) state;
    static const uint8_t s_around [] = { 0x20, 0x21, 0x5f, 0x7e };
    for (size_t size = 8; size <= 17; size++)
        for (size_t place = 0; place < size; place++)
            for (uint32_t byte = 0; byte < 256; byte++)
                for (size_t around = 0; around < sizeof s_around; around++) {
                    uint8_t text [17];
                    memset (text, s_around [around], sizeof text);
                    text [place] = (uint8_t) byte;
                    s_assert_printable_as_reference (text, size);
                }
}

//  A borrow or a carry from a byte goes into the next: any two, side by side, at each place of a word
static void
every_two_bytes_are_told_at_every_place_of_a_word (void **state)
{
    (void) state;
    for (size_t place = 0; place < 7; place++)
        for (uint32_t value = 0; value < 0x10000; value++) {
            uint8_t text [8];
            memset (text, value & 1? 0x7e: 0x20, sizeof text);
            text [place] = (uint8_t) (value >> 8);
            text [place + 1] = (uint8_t) value;
            assert_int_equal (butler_field_printable (butler_span (text, sizeof text)),
                              s_reference (butler_span (text, sizeof text)));
        }
}

//  Many valid characters one after the other, of all widths, at times a flipped bit
static void
long_texts_are_told_as_the_standard_does (void **state)
{
    (void) state;
    static const char *const s_characters [] = {
        "a", "~", " ", "abcdefgh", "\xc2\xa0", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf",
        "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"
    };
    unsigned valid = 0;
    for (int count = 0; count < 100000; count++) {
        uint8_t text [512];
        size_t size = 0;
        while (size < 16 + s_random (400)) {
            const char *next = s_characters [s_random (sizeof s_characters / sizeof *s_characters)];
            memcpy (text + size, next, strlen (next));
            size += strlen (next);
        }
        if (s_random (2))
            text [s_random ((uint32_t) size)] ^= (uint8_t) (1 << s_random (8));
        valid += s_reference (butler_span (text, size));
        s_assert_printable_as_reference (text, size);
    }
    assert_in_range (valid, 40000, 90000);
}

static bool
s_name_valid (const char *data, size_t size)
{
    return butler_service_name_valid (guard_lay (&s_guard, butler_span (data, size), true));
}

static void
service_name_has_1_to_250_bytes (void **state)
{
    (void) state;
    char name [251];
    memset (name, 's', sizeof name);
    assert_false (s_name_valid (name, 0));
    assert_true (s_name_valid (name, 1));
    assert_true (s_name_valid (name, 250));
    assert_false (s_name_valid (name, 251));
    assert_false (butler_service_name_valid (butler_span (NULL, 0)));
    char asked [256] = "mmi.";
    memset (asked + 4, 'x', 251);
    assert_true (s_name_valid (asked, 254));
    assert_false (s_name_valid (asked, 255));
    asked [253] = '\n';
    assert_false (s_name_valid (asked, 254));
}

static void
reserved_names_are_valid_names (void **state)
{
    (void) state;
    assert_true (s_name_valid ("mmi.api", 7));
    assert_true (s_name_valid ("butler.router", 13));
}

static bool
s_api_id (const char *text)
{
    return butler_is_api_id (guard_lay (&s_guard, butler_span_string (text), true));
}

static void
api_id_has_something_on_both_sides_of_its_first_colon (void **state)
{
    (void) state;
    assert_true (s_api_id ("a:b"));
    assert_true (s_api_id ("0.3.0:0f9c2e77"));
    assert_true (s_api_id ("a::"));
    assert_true (s_api_id ("a:b:"));
    assert_false (s_api_id (":ab"));
    assert_false (s_api_id (":a:b"));
    assert_false (s_api_id ("ab:"));
    assert_false (s_api_id ("abc"));
    assert_false (s_api_id ("a:"));
    assert_false (s_api_id (""));
}

static void
dialect_is_1_where_the_version_begins_so (void **state)
{
    (void) state;
    assert_int_equal (butler_dialect_of (butler_span_string ("1.0:a")), 1);
    assert_int_equal (butler_dialect_of (butler_span_string ("1.:a")), 1);
    assert_int_equal (butler_dialect_of (butler_span_string ("1:a")), 0);
    assert_int_equal (butler_dialect_of (butler_span_string ("10.0:a")), 0);
    assert_int_equal (butler_dialect_of (butler_span_string ("0.3.0:1.0")), 0);
    assert_int_equal (butler_dialect_of (butler_span_string ("")), 0);
    assert_int_equal (butler_dialect_of (butler_span (NULL, 0)), 0);
    assert_int_equal (butler_dialect_of (guard_lay (&s_guard, butler_span_string ("1"), true)), 0);
}

static void
s_assert_expiration (const char *text, bool relative, int64_t milliseconds)
{
    bool told_relative = !relative;
    int64_t told = -1;
    const butler_span_t bytes = guard_lay (&s_guard, butler_span_string (text), true);
    assert_true (butler_field_expiration (bytes, &told_relative, &told));
    assert_int_equal (told_relative, relative);
    assert_true (told == milliseconds);
}

static void
s_assert_no_expiration (const char *text)
{
    bool relative = true;
    int64_t milliseconds = 42;
    const butler_span_t bytes = guard_lay (&s_guard, butler_span_string (text), true);
    assert_false (butler_field_expiration (bytes, &relative, &milliseconds));
    assert_true (relative);
    assert_int_equal (milliseconds, 42);
}

static void
expiration_is_a_point_in_time_or_a_time_from_now (void **state)
{
    (void) state;
    s_assert_expiration ("0", false, 0);
    s_assert_expiration ("1764000000000", false, 1764000000000);
    s_assert_expiration ("999999999999999", false, 999999999999999);
    s_assert_expiration ("+0", true, 0);
    s_assert_expiration ("+2500", true, 2500);
    s_assert_expiration ("+9999999999", true, 9999999999);
}

static void
what_is_no_expiration_leaves_the_outputs_untouched (void **state)
{
    (void) state;
    static const char *const s_texts [] = {
        "", "+", "-1", "1000000000000000", "+10000000000", "+ 1", "1+", "++1", "1 ", " 1", "1.0", "x", "12/", "12:"
    };
    for (size_t index = 0; index < sizeof s_texts / sizeof *s_texts; index++)
        s_assert_no_expiration (s_texts [index]);
}

static void
s_assert_written (const char *text, bool relative, int64_t milliseconds)
{
    char digits [BUTLER_FIELD_DIGITS];
    memset (digits, 'x', sizeof digits);
    const butler_span_t written = butler_field_write_expiration (digits, relative, milliseconds);
    assert_true (butler_span_equal (written, butler_span_string (text)));
    assert_true ((const char *) written.data >= digits);
    assert_true ((const char *) written.data + written.size <= digits + sizeof digits);
}

static void
expiration_is_written_as_it_is_read (void **state)
{
    (void) state;
    s_assert_written ("0", false, 0);
    s_assert_written ("+0", true, 0);
    s_assert_written ("7", false, 7);
    s_assert_written ("+2500", true, 2500);
    s_assert_written ("1764000000000", false, 1764000000000);
    s_assert_written ("999999999999999", false, butler_field_expiration_most (false));
    s_assert_written ("+9999999999", true, butler_field_expiration_most (true));
    for (int count = 0; count < 10000; count++) {
        const bool relative = count & 1;
        const int64_t number = (int64_t) s_random (UINT32_MAX) << s_random (17);
        const int64_t milliseconds = number % (butler_field_expiration_most (relative) + 1);
        char text [BUTLER_FIELD_DIGITS];
        snprintf (text, sizeof text, relative? "+%lld": "%lld", (long long) milliseconds);
        s_assert_written (text, relative, milliseconds);
        s_assert_expiration (text, relative, milliseconds);
    }
}

static void
expiration_that_is_negative_is_written_as_0 (void **state)
{
    (void) state;
    s_assert_written ("0", false, -1);
    s_assert_written ("+0", true, -1);
    s_assert_written ("+0", true, INT64_MIN);
}

//  What no frame can say still fits
static void
greatest_number_is_written_whole (void **state)
{
    (void) state;
    s_assert_written ("+9223372036854775807", true, INT64_MAX);
    s_assert_written ("9223372036854775807", false, INT64_MAX);
}

static void
most_that_an_expiration_says_is_what_its_digits_can (void **state)
{
    (void) state;
    s_assert_expiration ("999999999999999", false, butler_field_expiration_most (false));
    s_assert_expiration ("+9999999999", true, butler_field_expiration_most (true));
    char text [BUTLER_FIELD_DIGITS];
    for (int relative = 0; relative < 2; relative++) {
        const int64_t more = butler_field_expiration_most (relative) + 1;
        snprintf (text, sizeof text, relative? "+%lld": "%lld", (long long) more);
        s_assert_no_expiration (text);
    }
}

static void
code_is_three_digits (void **state)
{
    (void) state;
    assert_true (butler_field_code (butler_span_string ("200")));
    assert_false (butler_field_code (butler_span_string ("20")));
    assert_false (butler_field_code (butler_span_string ("2000")));
    assert_false (butler_field_code (butler_span_string ("2x0")));
    assert_false (butler_field_code (butler_span (NULL, 0)));
}

static int
s_setup (void **state)
{
    (void) state;
    guard_init (&s_guard);
    return 0;
}

static int
s_teardown (void **state)
{
    (void) state;
    guard_fini (&s_guard);
    return 0;
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (every_short_sequence_of_bytes_is_told_as_the_standard_does),
        cmocka_unit_test (one_bad_byte_is_found_at_every_place_of_every_length),
        cmocka_unit_test (every_byte_is_told_at_every_place_of_a_word),
        cmocka_unit_test (every_two_bytes_are_told_at_every_place_of_a_word),
        cmocka_unit_test (long_texts_are_told_as_the_standard_does),
        cmocka_unit_test (service_name_has_1_to_250_bytes),
        cmocka_unit_test (reserved_names_are_valid_names),
        cmocka_unit_test (api_id_has_something_on_both_sides_of_its_first_colon),
        cmocka_unit_test (dialect_is_1_where_the_version_begins_so),
        cmocka_unit_test (expiration_is_a_point_in_time_or_a_time_from_now),
        cmocka_unit_test (what_is_no_expiration_leaves_the_outputs_untouched),
        cmocka_unit_test (expiration_is_written_as_it_is_read),
        cmocka_unit_test (expiration_that_is_negative_is_written_as_0),
        cmocka_unit_test (greatest_number_is_written_whole),
        cmocka_unit_test (most_that_an_expiration_says_is_what_its_digits_can),
        cmocka_unit_test (code_is_three_digits)
    };
    return cmocka_run_group_tests (tests, s_setup, s_teardown);
}
