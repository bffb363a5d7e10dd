/*  test_request.c - what a handler reads from a request, and what becomes of it
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_request.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include "rpc_request.h"

#define ROWS(table) (sizeof (table) / sizeof *(table))

static void
s_expect_response (butler_request_t *request, const char *expected)
{
    char *text = response_of (request);
    assert_string_equal (text, expected);
    free (text);
}

//  The error's member in the response; destroys the request
static void
s_expect_error (butler_request_t *request, const char *prefix, const char *key, const char *expected)
{
    char *text = response_of (request);
    assert_memory_equal (text, prefix, strlen (prefix));
    json_t *error = json_loads (text + strlen (prefix), 0, NULL);
    assert_non_null (error);
    assert_string_equal (json_string_value (json_object_get (error, key)), expected);
    json_decref (error);
    free (text);
}

static void
body_is_moved_and_the_rest_is_kept (void **state)
{
    (void) state;
    zmq_msg_t body;
    zmq_msg_init_size (&body, 100);
    memset (zmq_msg_data (&body), 'x', 100);
    const void *data = zmq_msg_data (&body);
    char token [] = "\x01\0\0\0\0\0\0\0\x07", api_id [] = "1.0:42", service [] = "api.images";
    butler_view_t view = {
        .kind = BUTLER_MSG_DISPATCH, .dialect = 1, .relative = true, .expiration = 1000,
        .token = butler_span (token, 9), .api_id = butler_span_string (api_id),
        .service = butler_span_string (service),
        .content = butler_span (data, 100), .body = &body
    };
    butler_request_t *self = butler_request_new (&view, zclock_mono (), 0);
    memset (token, 0, sizeof token);
    memset (api_id, 0, sizeof api_id);
    memset (service, 0, sizeof service);
    assert_int_equal (zmq_msg_size (&body), 0);
    zmq_msg_close (&body);

    assert_ptr_equal (butler_request_body (self), data);
    assert_int_equal (butler_request_size (self), 100);
    assert_string_equal (butler_request_id (self), "1.0:42");
    assert_string_equal (butler_request_service (self), "api.images");
    assert_string_equal (butler_request_method (self), "");
    assert_true (butler_span_equal (butler_request_token (self), butler_span ("\x01\0\0\0\0\0\0\0\x07", 9)));
    assert_true (butler_span_equal (butler_request_api_id (self), butler_span ("1.0:42", 6)));
    butler_request_destroy (&self);
    assert_null (self);
    butler_request_destroy (&self);
}

static void
body_inside_a_packed_frame_is_copied_out (void **state)
{
    (void) state;
    zmq_msg_t packed;
    zmq_msg_init_size (&packed, 8);
    memcpy (zmq_msg_data (&packed), "partbody", 8);
    butler_view_t view = {
        .kind = BUTLER_MSG_DISPATCH, .dialect = 1, .relative = true, .expiration = 1000,
        .api_id = butler_span_string ("1.0:42"), .service = butler_span_string ("api.images"),
        .content = butler_span ((const uint8_t *) zmq_msg_data (&packed) + 4, 4), .body = &packed
    };
    butler_request_t *self = butler_request_new (&view, zclock_mono (), 0);
    assert_int_equal (butler_request_size (self), 4);
    assert_memory_equal (butler_request_body (self), "body", 4);
    assert_int_equal (zmq_msg_size (&packed), 8);
    butler_request_destroy (&self);
    zmq_msg_close (&packed);
}

static int64_t
s_time_left (bool relative, int64_t expiration, int64_t now, int64_t wall)
{
    zmq_msg_t body;
    zmq_msg_init (&body);
    butler_view_t view = {
        .kind = BUTLER_MSG_DISPATCH, .dialect = 1, .relative = relative, .expiration = expiration,
        .api_id = butler_span_string ("1.0:1"), .service = butler_span_string ("s"), .body = &body
    };
    butler_request_t *self = butler_request_new (&view, now, wall);
    const int64_t left = butler_request_time_left (self);
    butler_request_destroy (&self);
    zmq_msg_close (&body);
    return left;
}

static void
deadline_is_relative_or_by_the_wall_clock (void **state)
{
    (void) state;
    const int64_t wall = 1700000000000, clocks [] = { 0, 1000, zclock_mono () };
    for (size_t index = 0; index < ROWS (clocks); index++) {
        const int64_t now = clocks [index];     //  simulated, or the real one
        assert_in_range (s_time_left (true, 600000, now, wall), 500000, 600000);
        assert_in_range (s_time_left (false, wall + 600000, now, wall), 500000, 600000);
        assert_true (s_time_left (true, 0, now, wall) <= 0);
        assert_true (s_time_left (false, wall - 5, now, wall) <= -5);
        assert_true (s_time_left (false, 0, now, wall) <= -wall);
        assert_true (s_time_left (false, 999999999999999, now, wall) > 0);
    }
}

static void
bodies_are_rpc_or_the_reason_is_said (void **state)
{
    (void) state;
    static const struct {
        const char *body;
        int verdict;
        const char *why;
    } rows [] = {
        { "{\"method\": \"f\"}", 0, NULL },
        { " \r\n\t{\"method\": \"f\", \"args\": [], \"kwargs\": {}} \n", 0, NULL },
        { "{\"method\": \"f\", \"x\": 1, \"method\": \"f\"}", 0, NULL },
        { "", -1, "the body is empty" },
        { "   ", -1, "the body is no JSON object" },
        { "hello", -1, "the body is no JSON object" },
        { "[1]", -1, "the body is no JSON object" },
        { "\"f\"", -1, "the body is no JSON object" },
        { "{", -1, "the body is no JSON: " },
        { "{\"method\": \"f\"} x", -1, "the body is no JSON: end of file expected" },
        { "{\"method\": \"\xFF\"}", -1, "the body is no JSON: unable to decode byte 0xff" },
        { "{\"method\": \"f\", \"args\": [\"a\\u0000b\"]}", -1, "the body is no JSON: \\u0000 is not allowed" },
        { "{\"method\": \"f\", \"args\": [99999999999999999999]}", -1, "the body is no JSON: too big integer" },
        { "{\"method\": \"f\", \"args\": [1e999]}", -1, "the body is no JSON: real number overflow" },
        { "{}", -1, "the body has no \"method\"" },
        { "{\"Method\": \"f\"}", -1, "the body has no \"method\"" },
        { "{\"method\": 1}", -1, "\"method\" must be a string, not integer" },
        { "{\"method\": null}", -1, "\"method\" must be a string, not null" },
        { "{\"method\": \"f\", \"args\": \"x\"}", -2, "\"args\" must be an array, not string" },
        { "{\"method\": \"f\", \"args\": {}}", -2, "\"args\" must be an array, not object" },
        { "{\"method\": \"f\", \"args\": null}", -2, "\"args\" must be an array, not null" },
        { "{\"method\": \"f\", \"kwargs\": []}", -2, "\"kwargs\" must be an object, not array" },
        { "{\"method\": \"f\", \"kwargs\": true}", -2, "\"kwargs\" must be an object, not boolean" },
    };
    for (size_t index = 0; index < ROWS (rows); index++) {
        butler_request_t *self = request_of ("1.0:1", rows [index].body);
        assert_int_equal (butler_request_decode (self, NULL), rows [index].verdict);
        char *why = NULL;
        assert_int_equal (butler_request_decode (self, &why), rows [index].verdict);
        assert_string_equal (butler_request_method (self), rows [index].why? "": "f");
        assert_int_equal (why != NULL, rows [index].why != NULL);
        if (why && strncmp (why, rows [index].why, strlen (rows [index].why)))
            fail_msg ("'%s' does not begin: %s", why, rows [index].why);
        free (why);
        butler_request_destroy (&self);
    }
}

static void
absurd_nesting_is_no_rpc (void **state)
{
    (void) state;
    const size_t depth = 1000000;
    char *body = (char *) malloc (depth);
    memset (body, '[', depth);
    memcpy (body, "{\"method\":\"f\",\"args\":", 21);
    butler_request_t *self = request_new ("1.0:1", body, depth, 1000);
    char *why = NULL;
    assert_int_equal (butler_request_decode (self, &why), -1);
    assert_non_null (strstr (why, "maximum parsing depth reached"));
    free (why);
    free (body);
    butler_request_destroy (&self);
}

static void
arguments_are_read_by_name_without_a_signature (void **state)
{
    (void) state;
    butler_request_t *self = request_of ("1.0:1",
        "{\"method\": \"f\", \"args\": [7], \"kwargs\": {\"s\": \"x\", \"i\": 5, \"r\": 1.5, \"b\": true, \"n\": null}}");
    assert_int_equal (butler_request_decode (self, NULL), 0);
    assert_string_equal (butler_request_method (self), "f");
    assert_int_equal (json_array_size (butler_request_args (self)), 1);
    assert_int_equal (json_object_size (butler_request_kwargs (self)), 5);
    assert_string_equal (butler_request_string (self, "s"), "x");
    assert_int_equal (butler_request_integer (self, "i"), 5);
    assert_true (butler_request_real (self, "r") > 1.4 && butler_request_real (self, "r") < 1.6);
    assert_true (butler_request_real (self, "i") > 4.9);
    assert_true (butler_request_boolean (self, "b"));
    assert_true (json_is_null (butler_request_json (self, "n")));
    //  Absent, or of another type
    assert_null (butler_request_json (self, "absent"));
    assert_null (butler_request_string (self, "absent"));
    assert_null (butler_request_string (self, "i"));
    assert_int_equal (butler_request_integer (self, "s"), 0);
    assert_int_equal (butler_request_integer (self, "r"), 0);
    assert_true (butler_request_real (self, "s") < 0.1);
    assert_false (butler_request_boolean (self, "i"));
    butler_request_destroy (&self);
}

static void
members_of_a_flat_call_are_its_keyword_arguments (void **state)
{
    (void) state;
    static const struct {
        const char *body, *kwargs;
    } rows [] = {
        { "{\"method\": \"f\", \"uri\": \"test.jpeg\", \"size\": \"150x180\"}",
          "{\"uri\":\"test.jpeg\",\"size\":\"150x180\"}" },
        { "{\"x\": null, \"method\": \"f\"}", "{\"x\":null}" },
        { "{\"method\": \"f\"}", NULL },
        { "{\"method\": \"f\", \"args\": [], \"size\": 1}", NULL },
        { "{\"method\": \"f\", \"kwargs\": {}, \"size\": 1}", "{}" },
        { "{\"method\": \"f\", \"kwargs\": {\"a\": 1}, \"size\": 1}", "{\"a\":1}" },
    };
    for (size_t index = 0; index < ROWS (rows); index++) {
        butler_request_t *self = request_of ("1.0:1", rows [index].body);
        assert_int_equal (butler_request_decode (self, NULL), 0);
        assert_string_equal (butler_request_method (self), "f");
        const json_t *kwargs = butler_request_kwargs (self);
        char *text = kwargs? json_dumps (kwargs, JSON_COMPACT): NULL;
        assert_int_equal (text == NULL, rows [index].kwargs == NULL);
        if (text)
            assert_string_equal (text, rows [index].kwargs);
        free (text);
        butler_request_destroy (&self);
    }
}

static void
direct_request_has_no_arguments (void **state)
{
    (void) state;
    butler_request_t *self = request_of ("1.0:1", "hello");
    assert_null (butler_request_args (self));
    assert_null (butler_request_kwargs (self));
    assert_null (butler_request_json (self, "x"));
    butler_request_destroy (&self);
}

static void
answers_go_out_in_the_clients_dialect (void **state)
{
    (void) state;
    butler_request_t *self = request_of ("1.0:1", "x");
    assert_null (butler_request_answer_json (self, json_string ("hi")));
    s_expect_response (self, "\"hi\"");
    self = request_of ("0.3.0:1", "x");
    assert_null (butler_request_answer_json (self, json_string ("hi")));
    s_expect_response (self, "hi");
    self = request_of ("1.0:1", "x");
    assert_null (butler_request_answer_json (self, json_integer (404)));
    s_expect_response (self, " 404");
    self = request_of ("1.0:1", "x");
    assert_null (butler_request_answer (self, "404", 3));
    s_expect_response (self, "404");
    self = request_of ("1.0:1", "x");
    assert_null (butler_request_answer (self, NULL, 0));
    s_expect_response (self, "");
    self = request_of ("0.3.0:1", "x");
    assert_null (butler_request_fail (self, "KeyError", "no %s", "x"));
    s_expect_error (self, "500:exception:", "object", "cexceptions\nKeyError\np0\n(Vno x\np1\ntp2\nRp3\n.");
}

static void
last_outcome_counts (void **state)
{
    (void) state;
    butler_request_t *self = request_of ("1.0:1", "x");
    butler_request_fail (self, "ValueError", "first");
    butler_request_fail (self, "TypeError", "second %d", 2);
    butler_request_set_traceback (self, "old");
    butler_request_set_traceback (self, "line 1\nline 2");
    s_expect_response (self, "500:exception:{\"name\":\"TypeError\",\"message\":\"second 2\","
                             "\"traceback\":\"line 1\\nline 2\",\"service\":\"api.images\","
                             "\"request\":\"1.0:1\"}");
    self = request_of ("1.0:1", "x");
    butler_request_fail (self, "ValueError", "first");
    butler_request_answer (self, "raw", 3);
    butler_request_answer (self, "bytes", 5);
    s_expect_response (self, "bytes");
    self = request_of ("1.0:1", "x");
    butler_request_answer (self, "raw", 3);
    butler_request_answer_json (self, json_integer (5));
    s_expect_response (self, "5");
    self = request_of ("1.0:1", "x");
    butler_request_answer_json (self, json_integer (5));
    butler_request_answer_json (self, NULL);
    s_expect_response (self, "5");
}

static void
outcome_is_fixed_once_it_is_finished (void **state)
{
    (void) state;
    butler_request_t *self = request_of ("1.0:1", "x");
    butler_request_answer_json (self, json_integer (5));
    zmq_msg_t *response = butler_request_response (self);
    butler_request_answer (self, "raw", 3);
    butler_request_answer_json (self, json_integer (6));
    butler_request_fail (self, "ValueError", "late");
    butler_request_finish (self);
    assert_ptr_equal (butler_request_response (self), response);
    s_expect_response (self, "5");
}

static void
request_without_outcome_is_answered_by_an_exception (void **state)
{
    (void) state;
    butler_request_t *self = request_of ("1.0:1", "{\"method\": \"f\"}");
    butler_request_decode (self, NULL);
    s_expect_response (self, "500:exception:{\"name\":\"RuntimeError\",\"message\":\"f() returned no result\","
                             "\"traceback\":\"\",\"service\":\"api.images\",\"method\":\"f\","
                             "\"request\":\"1.0:1\"}");
    s_expect_error (request_of ("1.0:1", "x"), "500:exception:", "message", "api.images() returned no result");
}

static void
result_that_contains_itself_becomes_an_exception (void **state)
{
    (void) state;
    json_t *outer = json_array (), *inner = json_array ();
    json_array_append_new (outer, inner);
    json_array_append (inner, outer);
    butler_request_t *self = request_of ("1.0:1", "x");
    butler_request_answer_json (self, json_incref (outer));
    s_expect_error (self, "500:exception:", "message", "the result can't be written as JSON");
    json_array_clear (inner);
    json_decref (outer);
}

static void
texts_of_any_bytes_leave_good_json (void **state)
{
    (void) state;
    butler_request_t *self = request_of ("1.0:1", "x");
    butler_request_fail (self, "Bad\xFF" "Name", "caf\xC3\xA9 \xE2\x82 %s", "\x80");
    butler_request_set_traceback (self, "\xC0\x80\n");
    s_expect_response (self, "500:exception:{\"name\":\"Bad\xEF\xBF\xBDName\",\"message\":"
        "\"caf\xC3\xA9 \xEF\xBF\xBD\xEF\xBF\xBD \xEF\xBF\xBD\","
        "\"traceback\":\"\xEF\xBF\xBD\xEF\xBF\xBD\\n\",\"service\":\"api.images\","
        "\"request\":\"1.0:1\"}");
}

static void
only_a_late_request_of_dialect_0_is_silent (void **state)
{
    (void) state;
    butler_request_t *self = request_of ("0.3.0:1", "x");
    butler_request_refuse (self, 504, "expired", "Expired", "late");
    butler_request_finish (self);
    assert_true (butler_request_is_silent (self));
    s_expect_response (self, "");
    self = request_of ("1.0:1", "x");
    butler_request_refuse (self, 504, "expired", "Expired", "late");
    butler_request_finish (self);
    assert_false (butler_request_is_silent (self));
    s_expect_error (self, "504:expired:", "message", "late");
    self = request_of ("0.3.0:1", "x");
    butler_request_answer (self, "", 0);
    butler_request_finish (self);
    assert_false (butler_request_is_silent (self));
    butler_request_destroy (&self);
}

static void
events_come_out_in_order_up_to_a_limit (void **state)
{
    (void) state;
    butler_request_t *self = request_of ("1.0:1", "x");
    for (int index = 0; index < BUTLER_EMISSIONS_MAX; index++)
        assert_int_equal (butler_request_emit (self, &index, sizeof index), 0);
    assert_int_equal (butler_request_emit (self, "x", 1), -1);
    assert_int_equal (errno, ENOBUFS);

    zmq_msg_t msg;
    zmq_msg_init (&msg);
    for (int index = 0; index < BUTLER_EMISSIONS_MAX; index++) {
        assert_true (butler_request_take_emission (self, &msg));
        assert_int_equal (zmq_msg_size (&msg), sizeof index);
        assert_memory_equal (zmq_msg_data (&msg), &index, sizeof index);
    }
    assert_false (butler_request_take_emission (self, &msg));
    assert_int_equal (butler_request_emit (self, NULL, 0), 0);
    assert_int_equal (butler_request_emit (self, "last", 4), 0);
    assert_true (butler_request_take_emission (self, &msg));
    assert_int_equal (zmq_msg_size (&msg), 0);
    zmq_msg_close (&msg);
    butler_request_destroy (&self);     //  with one left
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (body_is_moved_and_the_rest_is_kept),
        cmocka_unit_test (body_inside_a_packed_frame_is_copied_out),
        cmocka_unit_test (deadline_is_relative_or_by_the_wall_clock),
        cmocka_unit_test (bodies_are_rpc_or_the_reason_is_said),
        cmocka_unit_test (absurd_nesting_is_no_rpc),
        cmocka_unit_test (arguments_are_read_by_name_without_a_signature),
        cmocka_unit_test (members_of_a_flat_call_are_its_keyword_arguments),
        cmocka_unit_test (direct_request_has_no_arguments),
        cmocka_unit_test (answers_go_out_in_the_clients_dialect),
        cmocka_unit_test (last_outcome_counts),
        cmocka_unit_test (outcome_is_fixed_once_it_is_finished),
        cmocka_unit_test (request_without_outcome_is_answered_by_an_exception),
        cmocka_unit_test (result_that_contains_itself_becomes_an_exception),
        cmocka_unit_test (texts_of_any_bytes_leave_good_json),
        cmocka_unit_test (only_a_late_request_of_dialect_0_is_silent),
        cmocka_unit_test (events_come_out_in_order_up_to_a_limit),
    };
    return cmocka_run_group_tests_name ("request", tests, NULL, NULL);
}
