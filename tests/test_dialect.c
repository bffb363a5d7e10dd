/*  test_dialect.c - results and errors, written and read in both dialects
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "wire/butler_dialect.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include "base/butler_utf8.h"

#define ROWS(table) (sizeof (table) / sizeof *(table))

static json_t *
s_json (const char *text)
{
    json_t *json = json_loads (text, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    assert_non_null (json);
    return json;
}

static void
s_expect_result (uint8_t dialect, const char *value, const char *expected)
{
    json_t *json = s_json (value);
    size_t size = 0;
    char *text = butler_dialect_result (dialect, json, &size);
    assert_non_null (text);
    assert_string_equal (text, expected);
    assert_int_equal (size, strlen (expected));

    zmq_msg_t msg;
    assert_int_equal (butler_dialect_result_msg (dialect, json, &msg), 0);
    assert_int_equal (zmq_msg_size (&msg), size);
    assert_memory_equal (zmq_msg_data (&msg), text, size);
    zmq_msg_close (&msg);
    free (text);
    json_decref (json);
}

static void
results_are_json_text_and_dialect_0_has_its_strings_bare (void **state)
{
    (void) state;
    static const struct {
        const char *value, *dialect_0, *dialect_1;
    } rows [] = {
        { "\"hello\"", "hello", "\"hello\"" },
        { "\"\"", "", "\"\"" },
        { "\"404\"", "404", "\"404\"" },
        { "null", "null", "null" },
        { "true", "true", "true" },
        { "1234", "1234", "1234" },
        { "12", "12", "12" },
        { "-12", "-12", "-12" },
        { "1.5", "1.5", "1.5" },
        { "[1, 2]", "[1,2]", "[1,2]" },
        { "{\"a\": [1, {\"b\": null}]}", "{\"a\":[1,{\"b\":null}]}", "{\"a\":[1,{\"b\":null}]}" },
        { "\"gr\\u00fc\\u00df\"", "gr\xC3\xBC\xC3\x9F", "\"gr\xC3\xBC\xC3\x9F\"" },
        { "\"a \\\"b\\\"\\n\"", "a \"b\"\n", "\"a \\\"b\\\"\\n\"" },
    };
    for (size_t index = 0; index < ROWS (rows); index++) {
        s_expect_result (0, rows [index].value, rows [index].dialect_0);
        s_expect_result (1, rows [index].value, rows [index].dialect_1);
    }
}

static void
result_of_three_digits_never_reads_as_an_error (void **state)
{
    (void) state;
    for (int number = 100; number < 1000; number++) {
        char plain [16], spaced [16];
        snprintf (plain, sizeof plain, "%d", number);
        snprintf (spaced, sizeof spaced, " %d", number);
        s_expect_result (1, plain, spaced);
        s_expect_result (0, plain, plain);

        butler_outcome_t outcome;
        butler_dialect_read (butler_span_string (spaced), &outcome);
        assert_int_equal (outcome.status, 200);
        assert_int_equal (json_integer_value (outcome.result), number);
        butler_outcome_clear (&outcome);
    }
}

static void
long_results_and_nuls_survive (void **state)
{
    (void) state;
    for (size_t size = 1000; size < 5000; size += 7) {
        char *letters = (char *) malloc (size + 1);
        memset (letters, 'x', size);
        letters [size] = 0;
        letters [size / 2] = 0;
        json_t *json = json_stringn (letters, size);
        assert_non_null (json);
        for (uint8_t dialect = 0; dialect < 2; dialect++) {
            zmq_msg_t msg;
            assert_int_equal (butler_dialect_result_msg (dialect, json, &msg), 0);
            assert_int_equal (zmq_msg_size (&msg), dialect? size + 7: size);    //  "", \u0000
            butler_outcome_t outcome;
            butler_dialect_read (butler_span (zmq_msg_data (&msg), zmq_msg_size (&msg)), &outcome);
            assert_true (json_equal (outcome.result, json));
            butler_outcome_clear (&outcome);
            zmq_msg_close (&msg);
        }
        json_decref (json);
        free (letters);
    }
}

static void
result_that_contains_itself_is_no_result (void **state)
{
    (void) state;
    json_t *outer = json_array (), *inner = json_array ();
    json_array_append_new (outer, inner);
    json_array_append (inner, outer);
    size_t size = 7;
    zmq_msg_t msg;
    assert_null (butler_dialect_result (1, outer, &size));
    assert_int_equal (butler_dialect_result_msg (0, outer, &msg), -1);
    json_array_clear (inner);
    json_decref (outer);
}

static char *
s_error (uint8_t dialect, int code, const char *kind, const char *name, const char *message,
         const char *traceback)
{
    size_t size = 0;
    const butler_fault_t fault = { .name = name, .message = message, .traceback = traceback };
    char *text = butler_dialect_error (dialect, code, kind, &fault, &size);
    if (text)
        assert_int_equal (size, strlen (text));
    return text;
}

static void
s_expect_error (char *text, const char *expected)
{
    assert_non_null (text);
    assert_string_equal (text, expected);
    free (text);
}

static const struct {
    int code;
    const char *kind, *name;
} s_pairs [] = {
    { 400, "request", "BadRequest" }, { 403, "forbidden", "Forbidden" },
    { 404, "service", "ServiceNotFound" }, { 404, "method", "MethodNotFound" },
    { 500, "exception", "Exception" }, { 502, "lost", "WorkerLost" },
    { 503, "unavailable", "Unavailable" }, { 504, "expired", "Expired" }
};

static void
dialect_1_is_told_each_error_with_code_and_kind (void **state)
{
    (void) state;
    for (size_t index = 0; index < ROWS (s_pairs); index++) {
        char expected [200];
        snprintf (expected, sizeof expected,
                  "%d:%s:{\"name\":\"%s\",\"message\":\"so it is\",\"traceback\":\"\"}",
                  s_pairs [index].code, s_pairs [index].kind, s_pairs [index].name);
        s_expect_error (s_error (1, s_pairs [index].code, s_pairs [index].kind, NULL, "so it is", NULL),
                        expected);
    }
    s_expect_error (s_error (1, 500, "exception", "TypeError", "no \"x\"\n", "line 1\nline 2"),
                    "500:exception:{\"name\":\"TypeError\",\"message\":\"no \\\"x\\\"\\n\","
                    "\"traceback\":\"line 1\\nline 2\"}");
}

static void
dialect_0_knows_404_and_exceptions_alone (void **state)
{
    (void) state;
    s_expect_error (s_error (0, 404, "service", NULL, "gone", NULL), "404");
    s_expect_error (s_error (0, 404, "method", "X", "gone", "here"), "404");
    assert_null (s_error (0, 504, "expired", NULL, "late", NULL));
    s_expect_error (s_error (0, 500, "exception", "TypeError", "no", NULL),
        "500:exception:{\"name\":\"TypeError\",\"message\":\"no\",\"traceback\":\"\","
        "\"object\":\"cexceptions\\nTypeError\\np0\\n(Vno\\np1\\ntp2\\nRp3\\n.\"}");
    s_expect_error (s_error (0, 503, "unavailable", NULL, "full", NULL),
        "500:exception:{\"name\":\"Unavailable\",\"message\":\"full\",\"traceback\":\"\","
        "\"object\":\"cexceptions\\nException\\np0\\n(VUnavailable: full\\np1\\ntp2\\nRp3\\n.\"}");
}

static const butler_fault_t s_somewhere = {
    .name = "E", .message = "m", .traceback = "t",
    .where = { { (const uint8_t *) "api.x", 5 }, { (const uint8_t *) "x\xFF", 2 },
               { (const uint8_t *) "host/1", 6 }, { (const uint8_t *) "1.0:7", 5 } }
};

static void
dialect_1_alone_is_told_where (void **state)
{
    (void) state;
    size_t size;
    s_expect_error (butler_dialect_error (1, 502, "lost", &s_somewhere, &size),
        "502:lost:{\"name\":\"E\",\"message\":\"m\",\"traceback\":\"t\",\"service\":\"api.x\","
        "\"method\":\"x\xEF\xBF\xBD\",\"worker\":\"host/1\",\"request\":\"1.0:7\"}");
    s_expect_error (butler_dialect_error (0, 502, "lost", &s_somewhere, &size),
        "500:exception:{\"name\":\"E\",\"message\":\"m\",\"traceback\":\"t\","
        "\"object\":\"cexceptions\\nException\\np0\\n(VE: m\\np1\\ntp2\\nRp3\\n.\"}");
    s_expect_error (butler_dialect_error (0, 404, "method", &s_somewhere, &size), "404");
}

static void
text_too_long_to_name_anything_is_left_out (void **state)
{
    (void) state;
    char text [257];
    memset (text, 'm', sizeof text);
    size_t size;
    for (size_t length = 254; length <= 257; length++) {
        const butler_fault_t fault = { .where.method = { (const uint8_t *) text, length } };
        char *error = butler_dialect_error (1, 500, "exception", &fault, &size);
        butler_outcome_t outcome;
        butler_dialect_read (butler_span (error, size), &outcome);
        assert_int_equal (strlen (outcome.method), length <= 255? length: 0);
        assert_string_equal (outcome.service, "");
        butler_outcome_clear (&outcome);
        free (error);
    }
}

static void
place_is_read_as_it_was_written (void **state)
{
    (void) state;
    size_t size;
    char *error = butler_dialect_error (1, 500, "exception", &s_somewhere, &size);
    butler_outcome_t outcome;
    butler_dialect_read (butler_span (error, size), &outcome);
    assert_string_equal (outcome.service, "api.x");
    assert_string_equal (outcome.method, "x\xEF\xBF\xBD");
    assert_string_equal (outcome.worker, "host/1");
    assert_string_equal (outcome.request, "1.0:7");
    butler_outcome_clear (&outcome);
    free (error);
}

static void
errors_are_read_as_they_were_written (void **state)
{
    (void) state;
    for (size_t index = 0; index < ROWS (s_pairs); index++) {
        char *text = s_error (1, s_pairs [index].code, s_pairs [index].kind, "MyError", "m", "t");
        butler_outcome_t outcome;
        butler_dialect_read (butler_span_string (text), &outcome);
        assert_int_equal (outcome.status, s_pairs [index].code);
        assert_null (outcome.result);
        assert_string_equal (outcome.kind, s_pairs [index].kind);
        assert_string_equal (outcome.name, "MyError");
        assert_string_equal (outcome.message, "m");
        assert_string_equal (outcome.traceback, "t");
        butler_outcome_clear (&outcome);
        assert_null (outcome.name);
        free (text);
    }
}

static void
errors_of_others_are_read_too (void **state)
{
    (void) state;
    static const struct {
        const char *response;
        int status;
        const char *kind, *name, *message, *traceback;
    } rows [] = {
        { "404", 404, "", "ServiceNotFound", "no such service, or no such method", "" },
        { "503", 503, "", "Unavailable", "the service takes no more requests now", "" },
        { "500:exception:", 500, "exception", "Exception", "the handler failed", "" },
        { "500:exception:ctypes\nX\n", 500, "exception", "Exception", "ctypes\nX\n", "" },
        { "500:exception:cexceptions\nTypeError\np0\n(S'm() takes 2'\np1\ntp2\nRp3\n.", 500, "exception",
          "TypeError", "m() takes 2", "" },
        { "500:exception:caf\xC3\xA9 \xFF more", 500, "exception", "Exception", "caf\xC3\xA9 ", "" },
        { "500:exception:\xFF", 500, "exception", "Exception", "", "" },
        { "500:exception:[1]", 500, "exception", "Exception", "[1]", "" },
        { "500:exception:{}", 500, "exception", "Exception", "the handler failed", "" },
        { "500:exception:{\"name\":3,\"message\":[\"a\"],\"traceback\":null}", 500, "exception", "3",
          "[\"a\"]", "" },
        { "500:exception:{\"name\":\"a\\u0000b\"}", 500, "exception", "a\xEF\xBF\xBD" "b",
          "the handler failed", "" },
        { "404:method:{\"message\":\"x\"}", 404, "method", "MethodNotFound", "x", "" },
    };
    for (size_t index = 0; index < ROWS (rows); index++) {
        butler_outcome_t outcome;
        butler_dialect_read (butler_span_string (rows [index].response), &outcome);
        assert_int_equal (outcome.status, rows [index].status);
        assert_string_equal (outcome.kind, rows [index].kind);
        assert_string_equal (outcome.name, rows [index].name);
        assert_string_equal (outcome.message, rows [index].message);
        assert_string_equal (outcome.traceback, rows [index].traceback);
        butler_outcome_clear (&outcome);
    }
}

static void
s_expect_read (const char *response, const char *value)
{
    butler_outcome_t outcome;
    butler_dialect_read (butler_span_string (response), &outcome);
    assert_int_equal (outcome.status, 200);
    json_t *json = s_json (value);
    assert_true (json_equal (outcome.result, json));
    assert_null (outcome.name);
    json_decref (json);
    butler_outcome_clear (&outcome);
}

static void
what_is_neither_error_nor_json_is_a_string (void **state)
{
    (void) state;
    s_expect_read ("{\"a\":1}", "{\"a\":1}");
    s_expect_read ("\"text\"", "\"text\"");
    s_expect_read (" 404", "404");
    s_expect_read ("404 ", "404");
    s_expect_read ("200", "200");
    s_expect_read ("405", "405");
    s_expect_read ("000", "\"000\"");
    s_expect_read ("4040", "4040");
    s_expect_read ("404:", "\"404:\"");
    s_expect_read ("404:request:{}", "\"404:request:{}\"");
    s_expect_read ("500:exception", "\"500:exception\"");
    s_expect_read ("500:exceptions:{}", "\"500:exceptions:{}\"");
    s_expect_read ("hello world", "\"hello world\"");
    s_expect_read ("", "\"\"");
    s_expect_read ("{\"a\":", "\"{\\\"a\\\":\"");
    s_expect_read ("99999999999999999999", "\"99999999999999999999\"");
}

static void
bytes_that_are_no_text_leave_no_result (void **state)
{
    (void) state;
    butler_outcome_t outcome;
    butler_dialect_read (butler_span ("\xFF\xFE\x00", 3), &outcome);
    assert_int_equal (outcome.status, 200);
    assert_null (outcome.result);
    butler_outcome_clear (&outcome);
    butler_dialect_read (butler_span (NULL, 0), &outcome);
    assert_string_equal (json_string_value (outcome.result), "");
    butler_outcome_clear (&outcome);
}

static void
absurd_nesting_is_taken_as_text (void **state)
{
    (void) state;
    const size_t depth = 1000000;
    char *nested = (char *) malloc (depth);
    memset (nested, '[', depth);
    butler_outcome_t outcome;
    butler_dialect_read (butler_span (nested, depth), &outcome);
    assert_int_equal (outcome.status, 200);
    assert_int_equal (json_string_length (outcome.result), depth);
    butler_outcome_clear (&outcome);
    memcpy (nested, "500:exception:", 14);
    butler_dialect_read (butler_span (nested, depth), &outcome);
    assert_int_equal (outcome.status, 500);
    assert_int_equal (strlen (outcome.message), depth - 14);
    butler_outcome_clear (&outcome);
    free (nested);
}

//  Each row is what a byte sequence is cleaned to; '~' stands for U+FFFD
static void
bad_bytes_are_replaced_and_good_ones_kept (void **state)
{
    (void) state;
    static const char *const rows [] [2] = {
        { "plain", "plain" }, { "", "" },
        { "\xC3\xA9", "\xC3\xA9" }, { "\xE2\x82\xAC", "\xE2\x82\xAC" },
        { "\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80" }, { "\xF4\x8F\xBF\xBF", "\xF4\x8F\xBF\xBF" },
        { "\x80", "~" }, { "\xC0\x80", "~~" }, { "\xC1\xBF", "~~" }, { "\xE0\x80\x80", "~~~" },
        { "\xED\xA0\x80", "~~~" }, { "\xF0\x80\x80\x80", "~~~~" }, { "\xF4\x90\x80\x80", "~~~~" },
        { "\xF8\x88\x80\x80\x80", "~~~~~" }, { "\xFF", "~" },
        { "a\xC3", "a~" }, { "a\xE2\x82", "a~~" }, { "\xC3(", "~(" }, { "\xE2\x82(", "~~(" },
    };
    for (size_t index = 0; index < ROWS (rows); index++) {
        char expected [64] = "", *into = expected;
        for (const char *from = rows [index] [1]; *from; from++)
            into += *from == '~'? sprintf (into, "\xEF\xBF\xBD"): sprintf (into, "%c", *from);
        char *clean = butler_utf8_clean (butler_span_string (rows [index] [0]));
        assert_string_equal (clean, expected);
        const bool valid = strchr (rows [index] [1], '~') == NULL;
        const size_t size = strlen (rows [index] [0]);
        assert_true ((butler_utf8_valid (butler_span_string (rows [index] [0])) == size) == valid);
        free (clean);
    }
    char *clean = butler_utf8_clean (butler_span ("a\0b", 3));
    assert_string_equal (clean, "a\xEF\xBF\xBD" "b");
    free (clean);
}

static void
error_of_any_bytes_is_written_as_good_json (void **state)
{
    (void) state;
    srandom (2);
    for (int round = 0; round < 3000; round++) {
        char text [4] [24];
        for (size_t index = 0; index < 4; index++) {
            for (size_t at = 0; at < sizeof text [index]; at++)
                text [index] [at] = (char) random ();
            text [index] [random () % 24] = 0;
        }
        char *error = s_error ((uint8_t) (round & 1), 500, "exception", text [0], text [1], text [2]);
        json_t *json = json_loads (error + strlen ("500:exception:"), 0, NULL);
        assert_non_null (json);
        char *clean = butler_utf8_clean (butler_span_string (text [1]));
        assert_string_equal (json_string_value (json_object_get (json, "message")), clean);
        free (clean);
        json_decref (json);
        free (error);
    }
}

static void
random_responses_are_always_read (void **state)
{
    (void) state;
    static const char *const starts [] = { "", "404", "500:exception:", "503:unavailable:{", "[", "{\"a\"",
                                           "500:exception:cm\nE\n(S'", "500:exception:cm\nE\n(V\\u",
                                           "500:exception:{\"name\":" };
    static const char alphabet [] = "{}[]\":,0159 \\u:etrnaf\n\xC3\xA9\xFF";
    srandom (1);
    for (int round = 0; round < 20000; round++) {
        const char *start = starts [(size_t) random () % ROWS (starts)];
        size_t size = strlen (start);
        const size_t more = (size_t) random () % 24;
        char *response = (char *) malloc (size + more + 1);     //  ASan watches its end
        memcpy (response, start, size);
        for (size_t index = 0; index < more; index++)
            response [size++] = alphabet [(size_t) random () % (sizeof alphabet - 1)];
        butler_outcome_t outcome;
        butler_dialect_read (butler_span (response, size), &outcome);
        assert_true (outcome.status == 200 || (outcome.name && outcome.message && outcome.traceback));
        butler_outcome_clear (&outcome);
        free (response);
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (results_are_json_text_and_dialect_0_has_its_strings_bare),
        cmocka_unit_test (result_of_three_digits_never_reads_as_an_error),
        cmocka_unit_test (long_results_and_nuls_survive),
        cmocka_unit_test (result_that_contains_itself_is_no_result),
        cmocka_unit_test (dialect_1_is_told_each_error_with_code_and_kind),
        cmocka_unit_test (dialect_0_knows_404_and_exceptions_alone),
        cmocka_unit_test (dialect_1_alone_is_told_where),
        cmocka_unit_test (text_too_long_to_name_anything_is_left_out),
        cmocka_unit_test (place_is_read_as_it_was_written),
        cmocka_unit_test (errors_are_read_as_they_were_written),
        cmocka_unit_test (errors_of_others_are_read_too),
        cmocka_unit_test (what_is_neither_error_nor_json_is_a_string),
        cmocka_unit_test (bytes_that_are_no_text_leave_no_result),
        cmocka_unit_test (absurd_nesting_is_taken_as_text),
        cmocka_unit_test (bad_bytes_are_replaced_and_good_ones_kept),
        cmocka_unit_test (error_of_any_bytes_is_written_as_good_json),
        cmocka_unit_test (random_responses_are_always_read),
    };
    return cmocka_run_group_tests_name ("dialect", tests, NULL, NULL);
}
