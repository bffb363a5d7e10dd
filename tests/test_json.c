/*  test_json.c - JSON strings are written as libjansson writes them
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "wire/butler_json.h"
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/butler_utf8.h"

//  What libjansson makes of the same bytes, once they are fit for it
static char *
s_expected (butler_span_t string)
{
    char *clean = butler_utf8_clean (string);
    json_t *json = json_string (clean);
    assert_non_null (json);
    char *expected = json_dumps (json, JSON_ENCODE_ANY);
    json_decref (json);
    free (clean);
    return expected;
}

static void
s_check (const void *bytes, size_t size)
{
    const butler_span_t string = butler_span (bytes, size);
    butler_text_t text;
    butler_text_init (&text);
    butler_json_put_string (&text, string);
    size_t written_size;
    char *written = butler_text_finish (&text, &written_size);
    char *expected = s_expected (string);
    assert_int_equal (written_size, strlen (expected));
    assert_string_equal (written, expected);
    free (expected);
    free (written);
}

static void
each_byte_is_escaped_wherever_it_stands (void **state)
{
    (void) state;
    for (int byte = 0; byte < 256; byte++)
        for (size_t size = 1; size < 20; size++)
            for (size_t at = 0; at < size; at++) {
                uint8_t bytes [20];
                memset (bytes, 'a', sizeof bytes);
                bytes [at] = (uint8_t) byte;
                s_check (bytes, size);
            }
}

static void
odd_names_are_written_whole (void **state)
{
    (void) state;
    static const char *const names [] = {
        "", "api.images", "\"", "\\", "\\\\\"\"", "say \"hello\" to C:\\path", "gr\xC3\xBC\xC3\x9F",
        "\xE2\x82\xAC uro", "\xF0\x9F\x98\x80", "cut \xF0\x9F\x98", "\xC0\xAF overlong", "\xED\xA0\x80 surrogate",
        "tab\tcr\rlf\nff\fbs\b", "\x01\x1F\x7F", "{\"name\":1}", "/slash/"
    };
    for (size_t index = 0; index < sizeof names / sizeof *names; index++)
        s_check (names [index], strlen (names [index]));
}

static void
random_bytes_are_written_as_libjansson_does (void **state)
{
    (void) state;
    unsigned seed = 4711;
    print_message ("# seed %u\n", seed);
    static const uint8_t odd [] = { 0, '"', '\\', '\n', 0x1F, 0x7F, 0x80, 0xC3, 0xBC, 0xE2, 0xF0, 0xFF };
    for (int round = 0; round < 20000; round++) {
        uint8_t bytes [64];
        const size_t size = (size_t) rand_r (&seed) % sizeof bytes;
        for (size_t at = 0; at < size; at++) {
            const int dice = rand_r (&seed);
            bytes [at] = dice % 4? (uint8_t) ('a' + dice % 26): odd [(size_t) rand_r (&seed) % sizeof odd];
        }
        s_check (bytes, size);
    }
}

static void
depth_is_that_of_arrays_and_objects_outside_of_strings (void **state)
{
    (void) state;
    static const struct {
        const char *text;
        unsigned depth;
    } rows [] = {
        { "", 0 }, { "1", 0 }, { "\"[[[\"", 0 }, { "\"\\\"[[[\"", 0 }, { "\"\\\\\"[[]]", 2 }, { "[]", 1 }, { "[[], []]", 2 },
        { "{\"a\": [{\"[\": 1}]}", 3 }, { "]]][", 1 }, { "\"[", 0 }, { "\"\\", 0 }, { "[\"]\", [", 2 },
    };
    for (size_t index = 0; index < sizeof rows / sizeof *rows; index++) {
        const butler_span_t text = butler_span_string (rows [index].text);
        assert_true (butler_json_is_shallow (text, rows [index].depth));
        assert_true (rows [index].depth == 0 || !butler_json_is_shallow (text, rows [index].depth - 1));
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (each_byte_is_escaped_wherever_it_stands),
        cmocka_unit_test (odd_names_are_written_whole),
        cmocka_unit_test (depth_is_that_of_arrays_and_objects_outside_of_strings),
        cmocka_unit_test (random_bytes_are_written_as_libjansson_does),
    };
    return cmocka_run_group_tests_name ("json", tests, NULL, NULL);
}
