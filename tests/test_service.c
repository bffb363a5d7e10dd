/*  test_service.c - methods registered, called, refused and described
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_service.h"
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include "rpc/butler_service_answer.h"
#include "rpc/butler_service_internal.h"
#include "rpc_request.h"

#define ROWS(table) (sizeof (table) / sizeof *(table))

//  Handlers: arg is a counter of calls, or NULL

static json_t *
s_resize (butler_request_t *request, void *arg)
{
    if (arg)
        ++*(int *) arg;
    if (strcmp (butler_request_string (request, "name"), "none.png") == 0)
        return butler_request_fail (request, "LookupError", "no image '%s'", "none.png");
    return json_pack ("{s:s, s:s, s:I}", "name", butler_request_string (request, "name"), "size",
                      butler_request_string (request, "size"), "quality",
                      (json_int_t) butler_request_integer (request, "quality"));
}

//  What came, as it came
static json_t *
s_open (butler_request_t *request, void *arg)
{
    (void) arg;
    return json_pack ("{s:s, s:O?, s:O?}", "method", butler_request_method (request),
                      "args", butler_request_args (request), "kwargs", butler_request_kwargs (request));
}

static json_t *
s_nothing (butler_request_t *request, void *arg)
{
    (void) request;
    (void) arg;
    return NULL;
}

static json_t *
s_direct (butler_request_t *request, void *arg)
{
    if (arg)
        ++*(int *) arg;
    assert_string_equal (butler_request_method (request), "");
    assert_null (butler_request_args (request));
    return butler_request_answer (request, butler_request_body (request), butler_request_size (request));
}

static json_t *
s_undecided (butler_request_t *request, void *arg)
{
    (void) arg;
    butler_request_fail (request, "ValueError", "%s", "this counts");
    return json_integer (1);
}

static json_t *
s_constant (butler_request_t *request, void *arg)
{
    (void) request;
    return json_loads ((const char *) arg, JSON_DECODE_ANY, NULL);
}

#define RESIZE "resize (name: string, size: string = \"100x100\", quality: integer = 80)"

static butler_service_t *
s_images (void)
{
    butler_service_t *service = butler_service_new ("api.images");
    assert_non_null (service);
    assert_int_equal (butler_service_register (service, RESIZE, s_resize, NULL), 0);
    assert_int_equal (butler_service_register (service, "open", s_open, NULL), 0);
    assert_int_equal (butler_service_register (service, "nothing ()", s_nothing, NULL), 0);
    assert_int_equal (butler_service_register (service, "undecided ()", s_undecided, NULL), 0);
    return service;
}

static char *
s_answer (const butler_service_t *service, const char *api_id, const char *body)
{
    butler_request_t *request = request_of (api_id, body);
    butler_service_answer (service, request);
    return response_of (request);
}

static void
s_expect (const butler_service_t *service, const char *api_id, const char *body, const char *expected)
{
    char *text = s_answer (service, api_id, body);
    assert_string_equal (text, expected);
    free (text);
}

//  An error's prefix, and its name and message as "Name: message"
static void
s_expect_error (const butler_service_t *service, const char *body, const char *prefix, const char *expected)
{
    char *text = s_answer (service, "1.0:1", body);
    assert_memory_equal (text, prefix, strlen (prefix));
    json_t *error = json_loads (text + strlen (prefix), 0, NULL);
    assert_non_null (error);
    char *said = NULL;
    assert_true (asprintf (&said, "%s: %s", json_string_value (json_object_get (error, "name")),
                           json_string_value (json_object_get (error, "message"))) >= 0);
    assert_memory_equal (said, expected, strlen (expected));
    free (said);
    json_decref (error);
    free (text);
}

static void
names_of_services_are_checked (void **state)
{
    (void) state;
    static const char *const bad [] = { "", "mmi.x", "mmi.", "butler.router", "butler.", "a\nb", "\xFF" };
    for (size_t index = 0; index < ROWS (bad); index++) {
        errno = 0;
        assert_null (butler_service_new (bad [index]));
        assert_int_equal (errno, EINVAL);
    }
    char name [252];
    memset (name, 'n', sizeof name);
    name [251] = 0;
    assert_null (butler_service_new (name));
    name [250] = 0;
    butler_service_t *service = butler_service_new (name);
    assert_string_equal (butler_service_name (service), name);
    butler_service_destroy (&service);
    assert_null (service);
    butler_service_destroy (&service);
    service = butler_service_new ("butlers mmi gr\xC3\xBC\xC3\x9F");
    assert_non_null (service);
    butler_service_destroy (&service);
}

static void
refused_registration_says_why_and_leaves_no_trace (void **state)
{
    (void) state;
    butler_service_t *service = s_images ();
    assert_string_equal (butler_service_error (service), "");
    static const struct {
        const char *signature;
        int reason;
        const char *error;
    } rows [] = {
        { "f (a: strng)", EINVAL, "'f (a: strng)', column 7: no type 'strng'" },
        { "", EINVAL, "'', column 1: no method name" },
        { "open", EEXIST, "'open' is registered already" },
        { "resize ()", EEXIST, "'resize' is registered already" },
        { "timeout", EINVAL, "'timeout' is a reserved name" },
        { "close (a: any)", EINVAL, "'close' is a reserved name" },
        { "butler.describe", EINVAL, "'butler.describe' is a reserved name" },
        { "butler.x ()", EINVAL, "'butler.x' is a reserved name" },
    };
    for (size_t index = 0; index < ROWS (rows); index++) {
        errno = 0;
        assert_int_equal (butler_service_register (service, rows [index].signature, s_open, NULL), -1);
        assert_int_equal (errno, rows [index].reason);
        assert_memory_equal (butler_service_error (service), rows [index].error, strlen (rows [index].error));
    }
    assert_int_equal (butler_service_register (service, "g ()", NULL, NULL), -1);
    assert_string_equal (butler_service_error (service), "'g ()': no handler");
    assert_int_equal (service->count, 4);
    assert_int_equal (butler_service_register (service, "timeouts", s_open, NULL), 0);
    assert_int_equal (butler_service_register (service, "butler", s_open, NULL), 0);
    butler_service_destroy (&service);
}

static void
table_is_registered_as_a_whole_or_not_at_all (void **state)
{
    (void) state;
    static const butler_method_t good [] = {
        { "b (x: any)", s_open, "second" }, { "a", s_open, NULL }, { NULL, NULL, NULL }
    };
    static const butler_method_t wrong [] = { { "c", s_open, NULL }, { "d (", s_open, NULL }, { NULL, NULL, NULL } };
    static const butler_method_t twice [] = { { "c", s_open, NULL }, { "c ()", s_open, NULL }, { NULL, NULL, NULL } };
    static const butler_method_t known [] = { { "c", s_open, NULL }, { "a", s_open, NULL }, { NULL, NULL, NULL } };
    static const butler_method_t empty [] = { { NULL, NULL, NULL } };
    butler_service_t *service = butler_service_new ("s");
    assert_int_equal (butler_service_register_table (service, good, NULL), 0);
    assert_int_equal (butler_service_register_table (service, empty, NULL), 0);
    errno = 0;
    assert_int_equal (butler_service_register_table (service, wrong, NULL), -1);
    assert_int_equal (errno, EINVAL);
    assert_string_equal (butler_service_error (service), "'d (', column 4: no parameter name "
                                                         "(letters, digits and _, no digit first)");
    assert_int_equal (butler_service_register_table (service, twice, NULL), -1);
    assert_int_equal (errno, EEXIST);
    assert_int_equal (butler_service_register_table (service, known, NULL), -1);
    assert_int_equal (errno, EEXIST);
    assert_string_equal (butler_service_error (service), "'a' is registered already");
    assert_int_equal (service->count, 2);
    assert_string_equal (butler_service_find (service, "b")->doc, "second");
    assert_null (butler_service_find (service, "c"));
    butler_service_destroy (&service);
}

static void
every_method_of_many_is_found (void **state)
{
    (void) state;
    butler_service_t *service = butler_service_new ("s");
    char name [32];
    for (unsigned index = 0; index < 500; index++) {
        snprintf (name, sizeof name, "m%u ()", index * 7919 % 500);
        assert_int_equal (butler_service_register (service, name, s_open, NULL), 0);
    }
    for (unsigned index = 0; index < 500; index++) {
        snprintf (name, sizeof name, "m%u", index);
        assert_string_equal (butler_service_find (service, name)->signature->name, name);
    }
    assert_null (butler_service_find (service, "m500"));
    assert_null (butler_service_find (service, ""));
    butler_service_destroy (&service);
}

static void
call_reaches_its_handler_with_bound_arguments (void **state)
{
    (void) state;
    butler_service_t *service = s_images ();
    s_expect (service, "1.0:1", "{\"method\": \"resize\", \"args\": [\"a.png\", \"1x2\"]}",
              "{\"name\":\"a.png\",\"size\":\"1x2\",\"quality\":80}");
    s_expect (service, "0.3.0:1", "{\"method\": \"resize\", \"kwargs\": {\"quality\": 5, \"name\": \"a.png\"}}",
              "{\"name\":\"a.png\",\"size\":\"100x100\",\"quality\":5}");
    s_expect (service, "1.0:1", "{\"method\": \"open\", \"args\": [1, [2]], \"kwargs\": {\"x\": null}}",
              "{\"method\":\"open\",\"args\":[1,[2]],\"kwargs\":{\"x\":null}}");
    s_expect (service, "1.0:1", "{\"method\": \"open\"}", "{\"method\":\"open\",\"args\":null,\"kwargs\":null}");
    butler_service_destroy (&service);
}

static void
results_follow_the_dialect (void **state)
{
    (void) state;
    static char text [] = "\"text\"", number [] = "404", null [] = "null";
    butler_service_t *service = butler_service_new ("s");
    butler_service_register (service, "text", s_constant, text);
    butler_service_register (service, "number", s_constant, number);
    butler_service_register (service, "null", s_constant, null);
    s_expect (service, "1.0:1", "{\"method\": \"text\"}", "\"text\"");
    s_expect (service, "0.3.0:1", "{\"method\": \"text\"}", "text");
    s_expect (service, "1.0:1", "{\"method\": \"number\"}", " 404");
    s_expect (service, "1.0:1", "{\"method\": \"null\"}", "null");
    butler_service_destroy (&service);
}

static void
wrong_calls_are_type_errors_and_never_reach_the_handler (void **state)
{
    (void) state;
    int calls = 0;
    butler_service_t *service = butler_service_new ("api.images");
    butler_service_register (service, "resize_image (name: string, size: string)", s_resize, &calls);
    s_expect_error (service, "{\"method\": \"resize_image\"}", "500:exception:",
                    "TypeError: resize_image() takes 2 arguments (0 given)");
    s_expect_error (service, "{\"method\": \"resize_image\", \"args\": [\"a\", 5]}", "500:exception:",
                    "TypeError: resize_image() argument 'size' must be string, not integer");
    s_expect (service, "0.3.0:1", "{\"method\": \"resize_image\"}",
        "500:exception:{\"name\":\"TypeError\",\"message\":\"resize_image() takes 2 arguments (0 given)\","
        "\"traceback\":\"\",\"object\":\"cexceptions\\nTypeError\\np0\\n"
        "(Vresize_image() takes 2 arguments (0 given)\\np1\\ntp2\\nRp3\\n.\"}");
    assert_int_equal (calls, 0);
    butler_service_destroy (&service);
}

static void
failures_of_handlers_are_exceptions (void **state)
{
    (void) state;
    butler_service_t *service = s_images ();
    s_expect_error (service, "{\"method\": \"resize\", \"args\": [\"none.png\"]}", "500:exception:",
                    "LookupError: no image 'none.png'");
    s_expect_error (service, "{\"method\": \"nothing\"}", "500:exception:",
                    "RuntimeError: nothing() returned no result");
    s_expect_error (service, "{\"method\": \"undecided\"}", "500:exception:", "ValueError: this counts");
    butler_service_destroy (&service);
}

static void
unknown_method_is_404 (void **state)
{
    (void) state;
    butler_service_t *service = s_images ();
    s_expect_error (service, "{\"method\": \"rezise\"}", "404:method:",
                    "MethodNotFound: api.images has no method 'rezise'");
    s_expect_error (service, "{\"method\": \"\"}", "404:method:", "MethodNotFound: ");
    s_expect (service, "0.3.0:1", "{\"method\": \"rezise\"}", "404");
    butler_service_destroy (&service);
}

static void
body_that_is_no_rpc_is_refused (void **state)
{
    (void) state;
    butler_service_t *service = s_images ();
    s_expect_error (service, "hello", "400:request:", "BadRequest: the body is no JSON object");
    s_expect_error (service, "{\"method\": 1}", "400:request:", "BadRequest: \"method\" must be a string");
    s_expect_error (service, "{\"method\": \"open\", \"args\": 1}", "400:request:",
                    "BadRequest: \"args\" must be an array, not integer");
    butler_service_destroy (&service);
}

static void
direct_handler_takes_what_is_no_rpc (void **state)
{
    (void) state;
    butler_service_t *service = s_images ();
    int calls = 0;
    butler_service_set_direct (service, s_direct, &calls);
    s_expect (service, "1.0:1", "hello", "hello");
    s_expect (service, "0.3.0:1", "404", "404");
    s_expect (service, "1.0:1", "", "");
    s_expect (service, "1.0:1", "{\"uri\": 1}", "{\"uri\": 1}");
    s_expect (service, "1.0:1", "{\"method\": 1}", "{\"method\": 1}");
    assert_int_equal (calls, 5);
    s_expect_error (service, "{\"method\": \"no\"}", "404:method:", "MethodNotFound: ");
    s_expect_error (service, "{\"method\": \"open\", \"args\": 1}", "400:request:", "BadRequest: ");
    s_expect (service, "1.0:1", "{\"method\": \"open\"}", "{\"method\":\"open\",\"args\":null,\"kwargs\":null}");
    assert_int_equal (calls, 5);
    butler_service_set_direct (service, NULL, NULL);
    s_expect_error (service, "hello", "400:request:", "BadRequest: ");
    butler_service_destroy (&service);
}

static void
direct_handler_alone_takes_everything_but_describe (void **state)
{
    (void) state;
    butler_service_t *service = butler_service_new ("s");
    butler_service_set_direct (service, s_direct, NULL);
    static const char *const bodies [] = {
        "", "x", "{\"method\": \"f\"}", "{\"method\": \"f\", \"args\": 1}", "butler.describe", "{\"butler.describe\": 1}",
        "{\"method\": \"f\", \"args\": [\"butler.describe\"]}"
    };
    for (size_t index = 0; index < ROWS (bodies); index++)
        s_expect (service, "1.0:1", bodies [index], bodies [index]);
    s_expect (service, "1.0:1", "{\"method\": \"butler.describe\"}", "{\"service\":\"s\",\"methods\":[]}");
    butler_service_destroy (&service);
}

static void
every_service_describes_itself (void **state)
{
    (void) state;
    butler_service_t *service = butler_service_new ("s");
    s_expect (service, "1.0:1", "{\"method\": \"butler.describe\"}", "{\"service\":\"s\",\"methods\":[]}");
    butler_service_register (service, " two (a: integer = 1) ", s_open, NULL);
    butler_service_register (service, "one", s_open, NULL);
    assert_int_equal (butler_service_set_doc (service, "two", "Doubles"), 0);
    assert_int_equal (butler_service_set_doc (service, "two", "Doubles a number"), 0);
    assert_int_equal (butler_service_set_doc (service, "three", "?"), -1);
    assert_int_equal (errno, ENOENT);
    assert_string_equal (butler_service_error (service), "no method 'three'");
    s_expect (service, "1.0:1", "{\"method\": \"butler.describe\", \"args\": [], \"kwargs\": {}}",
        "{\"service\":\"s\",\"methods\":[{\"name\":\"one\",\"signature\":\"one\",\"doc\":\"\"},"
        "{\"name\":\"two\",\"signature\":\"two (a: integer = 1)\",\"doc\":\"Doubles a number\"}]}");
    butler_service_destroy (&service);
}

static void
expired_request_never_reaches_its_handler (void **state)
{
    (void) state;
    int calls = 0;
    butler_service_t *service = butler_service_new ("s");
    butler_service_set_direct (service, s_direct, &calls);
    butler_request_t *request = request_new ("1.0:1", "x", 1, 0);
    butler_service_answer (service, request);
    assert_false (butler_request_is_silent (request));
    char *text = response_of (request);
    assert_ptr_equal (strstr (text, "504:expired:{\"name\":\"Expired\","), text);
    free (text);

    request = request_new ("0.3.0:1", "x", 1, 0);
    butler_service_answer (service, request);
    assert_true (butler_request_is_silent (request));
    text = response_of (request);
    assert_string_equal (text, "");
    free (text);
    assert_int_equal (calls, 0);
    butler_service_destroy (&service);
}

static void
settings_have_defaults_and_bounds (void **state)
{
    (void) state;
    butler_service_t *service = butler_service_new ("s");
    assert_int_equal (butler_service_threads (service), 1);
    assert_int_equal (butler_service_capacity (service), 80);
    assert_int_equal (butler_service_retry (service), 0);
    butler_service_set_threads (service, 4);
    assert_int_equal (butler_service_capacity (service), 128);
    butler_service_set_threads (service, 0);
    assert_int_equal (butler_service_capacity (service), 256);
    butler_service_set_threads (service, -1);
    assert_int_equal (butler_service_threads (service), 0);
    butler_service_set_threads (service, 1000000);
    assert_int_equal (butler_service_threads (service), 1024);
    butler_service_set_capacity (service, 7);
    assert_int_equal (butler_service_capacity (service), 7);
    butler_service_set_capacity (service, 1000000);
    assert_int_equal (butler_service_capacity (service), 65535);
    butler_service_set_capacity (service, 0);
    butler_service_set_threads (service, 2);
    assert_int_equal (butler_service_capacity (service), 96);
    butler_service_set_retry (service, -3);
    assert_int_equal (butler_service_retry (service), 0);
    butler_service_set_retry (service, 3);
    assert_int_equal (butler_service_retry (service), 3);
    butler_service_destroy (&service);
}

static void
worker_s_name_is_checked (void **state)
{
    (void) state;
    butler_service_t *service = butler_service_new ("s");
    assert_string_equal (butler_service_worker (service), "");
    char name [257];
    memset (name, 'w', sizeof name);
    name [256] = 0;
    static const char *const bad [] = { "", "a\nb", "\xff", "\xC2\x80" };
    for (size_t index = 0; index < ROWS (bad); index++) {
        errno = 0;
        assert_int_equal (butler_service_set_worker (service, bad [index]), -1);
        assert_int_equal (errno, EINVAL);
    }
    assert_int_equal (butler_service_set_worker (service, name), -1);
    assert_string_equal (butler_service_worker (service), "");
    assert_non_null (strstr (butler_service_error (service), "1 to 255 bytes"));
    name [255] = 0;
    assert_int_equal (butler_service_set_worker (service, name), 0);
    assert_string_equal (butler_service_worker (service), name);
    assert_int_equal (butler_service_set_worker (service, "caf\xC3\xA9/1"), 0);
    assert_string_equal (butler_service_worker (service), "caf\xC3\xA9/1");
    butler_service_destroy (&service);
}

static void
properties_tell_the_router (void **state)
{
    (void) state;
    butler_service_t *service = butler_service_new ("s");
    butler_service_register (service, "one (a: any)", s_open, NULL);
    char *text = butler_service_properties (service, "w", 0, 1000);
    assert_non_null (strstr (text, "\"capacity\":80,\"threads\":1,"));
    assert_non_null (strstr (text, "\"paced\":1"));
    free (text);
    butler_service_set_capacity (service, 80);
    text = butler_service_properties (service, "w", 0, 1000);
    assert_non_null (strstr (text, "\"capacity\":80,\"threads\":1,"));
    assert_null (strstr (text, "paced"));
    free (text);
    butler_service_set_capacity (service, 0);
    text = butler_service_properties (service, "w", 16, 1000);
    assert_string_equal (text, "{\"worker\":\"w\",\"capacity\":16,\"threads\":1,\"heartbeat\":1000,\"api\":\"" BUTLER_VERSION_STRING "\","
                               "\"deadline\":\"relative\",\"packed\":1,\"request\":2,\"methods\":[\"one (a: any)\"]}");
    free (text);
    butler_service_set_threads (service, 0);
    butler_service_set_retry (service, 2);
    text = butler_service_properties (service, "w", 256, 500);
    assert_string_equal (text, "{\"worker\":\"w\",\"capacity\":256,\"threads\":1,\"heartbeat\":500,\"api\":\"" BUTLER_VERSION_STRING "\","
                               "\"deadline\":\"relative\",\"packed\":1,\"request\":2,\"methods\":[\"one (a: any)\"],\"retry\":2}");
    free (text);
    for (int index = 0; index < 2000; index++) {
        char name [32];
        snprintf (name, sizeof name, "method_%d ()", index);
        butler_service_register (service, name, s_open, NULL);
    }
    text = butler_service_properties (service, "w", 1, 1000);
    assert_true (strlen (text) < 200);
    assert_null (strstr (text, "methods"));
    free (text);
    butler_service_destroy (&service);
}

//  Up to three random values between commas, named or not
static void
s_random_values (char *into, bool named)
{
    static const char *const names [] = { "name", "size", "quality", "x" };
    static const char *const values [] = { "\"a\"", "1", "null", "1.5", "{}", "[]", "true", "\"b\"", "7" };
    const long count = random () % 4;
    for (long index = 0; index < count; index++) {
        into += sprintf (into, "%s", index? ", ": "");
        if (named)
            into += sprintf (into, "\"%s\": ", names [(size_t) random () % ROWS (names)]);
        into += sprintf (into, "%s", values [(size_t) random () % ROWS (values)]);
    }
}

//  Most are RPC, with arguments that fit or not; every third has a byte that was changed
static void
s_random_body (char *body, size_t limit)
{
    static const char *const methods [] = { "resize", "open", "nothing", "undecided", "butler.describe", "no" };
    char args [100] = "", kwargs [100] = "";
    s_random_values (args, false);
    if (random () % 2)
        s_random_values (kwargs, true);
    snprintf (body, limit, "{\"method\": \"%s\", \"args\": [%s], \"kwargs\": {%s}}",
              methods [(size_t) random () % ROWS (methods)], args, kwargs);
    if (random () % 3 == 0)
        body [(size_t) random () % strlen (body)] = (char) random ();
}

static void
any_body_is_answered (void **state)
{
    (void) state;
    butler_service_t *service = s_images ();
    srandom (5);
    unsigned results = 0;
    for (int round = 0; round < 30000; round++) {
        char body [300];
        s_random_body (body, sizeof body);
        char *text = s_answer (service, random () % 2? "1.0:1": "0.3.0:1", body);
        assert_true (*text == '{' || strcmp (text, "404") == 0 || strstr (text, ":{\"name\":"));
        results += *text == '{';
        free (text);
    }
    assert_in_range (results, 3000, 29000);
    butler_service_destroy (&service);
}

static void *
s_call_often (void *arg)
{
    const butler_service_t *service = (const butler_service_t *) arg;
    intptr_t wrong = 0;
    for (int round = 0; round < 2000; round++) {
        char *text = s_answer (service, "1.0:1", "{\"method\": \"resize\", \"args\": [\"a\"]}");
        wrong += strcmp (text, "{\"name\":\"a\",\"size\":\"100x100\",\"quality\":80}") != 0;
        free (text);
    }
    return (void *) wrong;
}

static void
threads_share_a_service (void **state)
{
    (void) state;
    butler_service_t *service = s_images ();
    pthread_t threads [4];
    for (size_t index = 0; index < ROWS (threads); index++)
        assert_int_equal (pthread_create (&threads [index], NULL, s_call_often, service), 0);
    for (size_t index = 0; index < ROWS (threads); index++) {
        void *wrong = NULL;
        pthread_join (threads [index], &wrong);
        assert_null (wrong);
    }
    butler_service_destroy (&service);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (names_of_services_are_checked),
        cmocka_unit_test (refused_registration_says_why_and_leaves_no_trace),
        cmocka_unit_test (table_is_registered_as_a_whole_or_not_at_all),
        cmocka_unit_test (every_method_of_many_is_found),
        cmocka_unit_test (call_reaches_its_handler_with_bound_arguments),
        cmocka_unit_test (results_follow_the_dialect),
        cmocka_unit_test (wrong_calls_are_type_errors_and_never_reach_the_handler),
        cmocka_unit_test (failures_of_handlers_are_exceptions),
        cmocka_unit_test (unknown_method_is_404),
        cmocka_unit_test (body_that_is_no_rpc_is_refused),
        cmocka_unit_test (direct_handler_takes_what_is_no_rpc),
        cmocka_unit_test (direct_handler_alone_takes_everything_but_describe),
        cmocka_unit_test (every_service_describes_itself),
        cmocka_unit_test (expired_request_never_reaches_its_handler),
        cmocka_unit_test (settings_have_defaults_and_bounds),
        cmocka_unit_test (worker_s_name_is_checked),
        cmocka_unit_test (properties_tell_the_router),
        cmocka_unit_test (any_body_is_answered),
        cmocka_unit_test (threads_share_a_service),
    };
    return cmocka_run_group_tests_name ("service", tests, NULL, NULL);
}
