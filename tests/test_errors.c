/*  test_errors.c - what a client learns of an error: in the router, in a worker, or on its own
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "raw_client.h"
#include "butler.h"

static void
s_expect (const butler_client_t *client, const char *service, const char *method, const char *worker,
          const char *request)
{
    assert_non_null (butler_client_error (client));
    assert_string_equal (butler_client_error_service (client), service);
    assert_string_equal (butler_client_error_method (client), method);
    assert_string_equal (butler_client_error_worker (client), worker);
    assert_string_equal (butler_client_error_request (client), request);
}

//  ---- what is told

static void
error_tells_where_it_happened (void **state)
{
    raw_client_t *self = *state;
    butler_client_submit (self->client, "s", "m", NULL);
    raw_router_serve (self->router, "500:exception:{\"name\":\"E\",\"message\":\"m\",\"traceback\":\"\","
             "\"service\":\"api.s\",\"method\":\"mm\",\"worker\":\"blade7/12\",\"request\":\"1.0:77\"}");
    assert_int_equal (butler_client_recv (self->client, PATIENCE), 1);
    s_expect (self->client, "api.s", "mm", "blade7/12", "1.0:77");
}

//  As a 0.3.0 worker's, or a bare code
static void
what_the_error_leaves_out_is_what_was_sent (void **state)
{
    raw_client_t *self = *state;
    static const char *const responses [] = {
        "404", "500:exception:no object", "500:exception:{\"name\":\"E\"}", "503:unavailable:{\"service\":null}"
    };
    for (size_t index = 0; index < sizeof responses / sizeof *responses; index++) {
        char id [32];
        snprintf (id, sizeof id, "1.0:%zu", 2 * index + 1);
        butler_client_submit (self->client, "api.images", "resize", "s", "x");
        raw_router_serve (self->router, responses [index]);
        assert_true (butler_client_recv (self->client, PATIENCE) > 0);
        s_expect (self->client, "api.images", "resize", "", id);
        snprintf (id, sizeof id, "1.0:%zu", 2 * index + 2);
        butler_client_submit_direct (self->client, "api.text", "x", 1);
        raw_router_serve (self->router, responses [index]);
        assert_true (butler_client_recv (self->client, PATIENCE) > 0);
        s_expect (self->client, "api.text", "", "", id);
    }
}

static void
nothing_is_told_where_nothing_went_wrong (void **state)
{
    raw_client_t *self = *state;
    assert_null (butler_client_error_service (self->client));
    butler_client_submit (self->client, "s", "m", NULL);
    raw_router_serve (self->router, "404");
    assert_int_equal (butler_client_recv (self->client, PATIENCE), 1);
    assert_non_null (butler_client_error_service (self->client));
    butler_client_submit (self->client, "s", "m", NULL);
    raw_router_serve (self->router, "7");
    assert_int_equal (butler_client_recv (self->client, PATIENCE), 2);
    assert_null (butler_client_error_service (self->client));
    assert_null (butler_client_error_method (self->client));
    assert_null (butler_client_error_worker (self->client));
    assert_null (butler_client_error_request (self->client));
}

//  ---- where no answer came

static void
timeouts_tell_their_own_names (void **state)
{
    raw_client_t *self = *state;
    char service [251], method [256];
    memset (service, 's', 250);
    memset (method, 'm', 255);
    service [250] = method [255] = 0;
    butler_client_set_timeout (self->client, 20);
    assert_null (butler_client_call (self->client, service, method, NULL));
    s_expect (self->client, service, method, "", "1.0:1");
    assert_null (butler_client_send (self->client, "api.text", "x", 1));
    s_expect (self->client, "api.text", "", "", "1.0:2");
    butler_client_submit (self->client, "one", "first", NULL);
    butler_client_submit (self->client, "two", "second", NULL);
    assert_int_equal (butler_client_recv (self->client, PATIENCE), 3);
    s_expect (self->client, "one", "first", "", "1.0:3");
    assert_int_equal (butler_client_recv (self->client, PATIENCE), 4);
    s_expect (self->client, "two", "second", "", "1.0:4");
}

static void
discovery_is_about_the_service_itself (void **state)
{
    raw_client_t *self = *state;
    butler_client_set_timeout (self->client, 20);
    assert_int_equal (butler_client_find (self->client, "api.images"), -1);
    s_expect (self->client, "api.images", "", "", "1.0:1");
    assert_int_equal (butler_client_find (self->client, "a\nb"), -1);
    s_expect (self->client, "a\nb", "", "", "");
    assert_string_equal (butler_client_error (self->client), "ValueError: 'a\nb' is no name of a service");
    assert_int_equal (butler_client_submit (self->client, NULL, "x", "(", 1), 0);
    assert_int_equal (butler_client_submit (self->client, NULL, "x", ""), 0);
    assert_int_equal (errno, EINVAL);
    assert_string_equal (butler_client_error (self->client), "ValueError: '' is no name of a service");
}

static void
interrupted_call_tells_its_names (void **state)
{
    raw_client_t *self = *state;
    zsys_interrupted = 1;
    assert_null (butler_client_call (self->client, "s", "m", NULL));
    s_expect (self->client, "s", "m", "", "1.0:1");
}

static void
what_was_refused_here_has_no_id (void **state)
{
    raw_client_t *self = *state;
    assert_null (butler_client_call (self->client, "s", "m", "q", 1));
    s_expect (self->client, "s", "m", "", "");
    assert_int_equal (butler_client_submit (self->client, "t", "\xff", NULL), 0);
    s_expect (self->client, "t", "\xff", "", "");
    assert_int_equal (butler_client_submit (self->client, "", "m", NULL), 0);
    s_expect (self->client, "", "m", "", "");
    assert_int_equal (butler_client_submit_direct (self->client, "", "x", 1), 0);
    s_expect (self->client, "", "", "", "");
}

//  ---- all of it, over a real router

static json_t *
s_fail (butler_request_t *request, void *arg)
{
    (void) arg;
    return butler_request_fail (request, "LookupError", "no image");
}

static char *
s_ask (zactor_t *actor, const char *command, const char *a, const char *b)
{
    zstr_sendx (actor, command, a, b, NULL);
    return zstr_recv (actor);
}

static void
s_told (zactor_t *actor, const char *command, const char *a)
{
    char *answer = s_ask (actor, command, a, NULL);
    assert_string_equal (answer, "OK");
    zstr_free (&answer);
}

static void
s_await_service (butler_client_t *client, const char *service)
{
    const int64_t limit = zclock_mono () + PATIENCE;
    while (butler_client_find (client, service) != 200) {
        assert_true (zclock_mono () < limit);
        zclock_sleep (5);
    }
}

//  What its workers are called, where no name was set
static void
s_expect_own_name (const char *worker)
{
    char host [65] = "", name [100];
    gethostname (host, 64);
    snprintf (name, sizeof name, "%s/%d", host, (int) getpid ());
    assert_string_equal (worker, name);
}

static void
s_check_errors (butler_client_t *client, const char *named)
{
    static const struct {
        const char *method, *picture;
        int status;
    } rows [] = { { "fail", NULL, 500 }, { "fail", "i", 500 }, { "missing", NULL, 404 } };
    for (size_t index = 0; index < sizeof rows / sizeof *rows; index++) {
        assert_null (butler_client_call (client, "api.images", rows [index].method, rows [index].picture, 1));
        assert_int_equal (butler_client_status (client), rows [index].status);
        assert_string_equal (butler_client_error_service (client), "api.images");
        assert_string_equal (butler_client_error_method (client), rows [index].method);
        assert_memory_equal (butler_client_error_request (client), "1.0:", 4);
        if (named)
            assert_string_equal (butler_client_error_worker (client), named);
        else
            s_expect_own_name (butler_client_error_worker (client));
    }
}

static void
worker_tells_its_name_set_or_not (void **state)
{
    (void) state;
    for (int threads = 0; threads < 2; threads++)
        for (int set = 0; set < 2; set++) {
            zactor_t *router = zactor_new (butler_router, NULL);
            char *front = s_ask (router, "BIND", "frontend", "tcp://127.0.0.1:*");
            char *back = s_ask (router, "BIND", "backend", "tcp://127.0.0.1:*");
            butler_service_t *service = butler_service_new ("api.images");
            butler_service_set_threads (service, threads);
            assert_int_equal (butler_service_register (service, "fail ()", s_fail, NULL), 0);
            if (set)
                assert_int_equal (butler_service_set_worker (service, "gr\xC3\xB6\xC3\x9F" "ter 1"), 0);
            zactor_t *worker = zactor_new (butler_worker, service);
            s_told (worker, "CONNECT", back);
            butler_client_t *client = butler_client_new (front);
            butler_client_set_timeout (client, PATIENCE);
            s_await_service (client, "api.images");
            s_check_errors (client, set? "gr\xC3\xB6\xC3\x9F" "ter 1": NULL);
            butler_client_destroy (&client);
            zactor_destroy (&worker);
            zactor_destroy (&router);
            butler_service_destroy (&service);
            zstr_free (&front);
            zstr_free (&back);
        }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        RAW_CLIENT_PATIENT_TEST (error_tells_where_it_happened),
        RAW_CLIENT_PATIENT_TEST (what_the_error_leaves_out_is_what_was_sent),
        RAW_CLIENT_PATIENT_TEST (nothing_is_told_where_nothing_went_wrong),
        RAW_CLIENT_PATIENT_TEST (timeouts_tell_their_own_names),
        RAW_CLIENT_PATIENT_TEST (discovery_is_about_the_service_itself),
        RAW_CLIENT_PATIENT_TEST (interrupted_call_tells_its_names),
        RAW_CLIENT_PATIENT_TEST (what_was_refused_here_has_no_id),
        cmocka_unit_test (worker_tells_its_name_set_or_not),
    };
    zsys_handler_set (NULL);
    return cmocka_run_group_tests_name ("errors", tests, NULL, NULL);
}
