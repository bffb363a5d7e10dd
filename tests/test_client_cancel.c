/*  test_client_cancel.c - a client that gives up on its requests, against a bare ROUTER
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "raw_client.h"

static void
router_is_told_and_nothing_is_received (void **state)
{
    raw_client_t *self = *state;
    const uint64_t number = butler_client_submit (self->client, "s", "m", "");
    zmsg_t *request = raw_router_recv (self->router);
    assert_int_equal (butler_client_cancel (self->client, number), 0);
    assert_int_equal (butler_client_pending (self->client), 0);
    raw_router_expect_cancel (self->router, request);
    raw_router_answer (self->router, request, "1", NULL);      //  it was on its way
    zmsg_destroy (&request);
    const uint64_t next = butler_client_submit (self->client, "s", "m", "");
    request = raw_router_recv (self->router);
    raw_router_answer (self->router, request, "2", NULL);
    zmsg_destroy (&request);
    assert_int_equal (butler_client_recv (self->client, PATIENCE), next);
    assert_int_equal (json_integer_value (butler_client_result (self->client)), 2);
    assert_int_equal (butler_client_recv (self->client, 0), 0);
    assert_int_equal (self->client->courier.unknown, 1);
    assert_false (raw_router_hears (self->router, 0));
}

static void
others_go_on (void **state)
{
    raw_client_t *self = *state;
    uint64_t number [3];
    zmsg_t *request [3];
    for (int count = 0; count < 3; count++) {
        number [count] = butler_client_submit (self->client, "s", "m", "i", count);
        request [count] = raw_router_recv (self->router);
    }
    assert_int_equal (butler_client_cancel (self->client, number [1]), 0);
    assert_int_equal (butler_client_pending (self->client), 2);
    raw_router_expect_cancel (self->router, request [1]);
    for (int count = 2; count >= 0; count -= 2) {
        raw_router_answer (self->router, request [count], "1", NULL);
        assert_int_equal (butler_client_recv (self->client, PATIENCE), number [count]);
    }
    assert_int_equal (butler_client_pending (self->client), 0);
    for (int count = 0; count < 3; count++)
        zmsg_destroy (&request [count]);
}

static void
what_is_not_open_is_left_alone (void **state)
{
    raw_client_t *self = *state;
    const uint64_t number = butler_client_submit (self->client, "s", "m", "");
    zmsg_t *request = raw_router_recv (self->router);
    const uint64_t wrong [] = { 0, number + 1, UINT64_MAX };
    for (size_t index = 0; index < sizeof wrong / sizeof *wrong; index++) {
        assert_int_equal (butler_client_cancel (self->client, wrong [index]), -1);
        assert_int_equal (errno, ENOENT);
    }
    raw_router_answer (self->router, request, "1", NULL);
    zmsg_destroy (&request);
    assert_int_equal (butler_client_recv (self->client, PATIENCE), number);
    assert_int_equal (butler_client_cancel (self->client, number), -1);
    assert_int_equal (errno, ENOENT);
    assert_int_equal (butler_client_status (self->client), 200);
    assert_false (raw_router_hears (self->router, 0));
}

//  No router has it, so none is told; and it is not sent any more
static void
request_that_waits_for_a_router_is_never_sent (void **state)
{
    (void) state;
    char *endpoint = zsys_sprintf ("ipc://@butler-test-client-cancel-%d", (int) getpid ());
    butler_client_t *client = butler_client_new (endpoint);
    butler_client_set_timeout (client, LONG);
    const uint64_t first = butler_client_submit (client, "s", "first", "");
    const uint64_t second = butler_client_submit (client, "s", "second", "");
    assert_int_equal (butler_client_cancel (client, first), 0);
    zsock_t *router = zsock_new (ZMQ_ROUTER);
    zsock_set_rcvtimeo (router, PATIENCE);
    assert_int_not_equal (zsock_bind (router, "%s", endpoint), -1);
    const int64_t limit = zclock_mono () + PATIENCE;
    while (!raw_router_hears (router, 0)) {
        assert_int_equal (butler_client_recv (client, 10), 0);
        assert_true (zclock_mono () < limit);
    }
    zmsg_t *request = raw_router_recv (router);
    assert_frame (request, 5, "{\"method\":\"second\",\"args\":[]}");
    raw_router_answer (router, request, "1", NULL);
    zmsg_destroy (&request);
    assert_int_equal (butler_client_recv (client, PATIENCE), second);
    assert_false (raw_router_hears (router, 0));
    butler_client_destroy (&client);
    zsock_destroy (&router);
    zstr_free (&endpoint);
}

static void
destroy_tells_of_all_that_is_open (void **state)
{
    raw_client_t *self = *state;
    enum { COUNT = 100 };
    zmsg_t *request [COUNT];
    for (int count = 0; count < COUNT; count++) {
        butler_client_submit (self->client, "s", "m", "i", count);
        request [count] = raw_router_recv (self->router);
    }
    raw_router_answer (self->router, request [0], "1", NULL);
    assert_true (butler_client_recv (self->client, PATIENCE) > 0);
    butler_client_destroy (&self->client);
    bool seen [COUNT] = { true };
    for (int left = COUNT - 1; left; left--) {
        zmsg_t *cancel = raw_router_recv (self->router);
        assert_frame (cancel, 3, "butler.cancel");
        char *id = zframe_strdup (frame_at (cancel, 2));
        const int number = atoi (strchr (id, ':') + 1) - 1;
        assert_in_range (number, 1, COUNT - 1);
        assert_false (seen [number]);
        seen [number] = true;
        free (id);
        zmsg_destroy (&cancel);
    }
    for (int count = 0; count < COUNT; count++)
        zmsg_destroy (&request [count]);
}

//  Its socket is the one of that attempt; those before it have expired
static void
attempt_under_way_is_the_one_that_is_cancelled (void **state)
{
    raw_client_t *self = *state;
    butler_client_set_persistent (self->client, false);
    butler_client_set_timeout (self->client, LONG);
    butler_client_set_retries (self->client, 100);
    const uint64_t number = butler_client_submit (self->client, "s", "m", "");
    const int64_t now = zclock_mono ();
    zmsg_t *first = raw_client_recv_at (self->client, self->router, now);
    zmsg_t *last = raw_client_recv_at (self->client, self->router, now + LONG);
    assert_int_equal (butler_client_cancel (self->client, number), 0);
    raw_router_expect_cancel (self->router, last);
    assert_false (raw_router_hears (self->router, 50));
    zmsg_destroy (&first);
    zmsg_destroy (&last);
}

//  A pipe that takes nothing more is no reason to wait: what is open there expires
static void
full_pipe_is_not_waited_for (void **state)
{
    (void) state;
    zsock_t *router = zsock_new (ZMQ_ROUTER);
    zsock_set_rcvhwm (router, 1);
    char *endpoint = zsys_sprintf ("inproc://butler-test-client-cancel-%p", (void *) router);
    assert_int_not_equal (zsock_bind (router, "%s", endpoint), -1);
    butler_client_t *client = butler_client_new (endpoint);
    butler_client_set_timeout (client, 60000);
    for (int count = 0; count < 3000; count++)
        assert_true (butler_client_submit (client, "s", "m", "") > 0);
    const int64_t start = zclock_mono ();
    for (uint64_t number = 1; number <= 1500; number++)
        assert_int_equal (butler_client_cancel (client, number), 0);
    butler_client_destroy (&client);
    assert_true (zclock_mono () - start < 5000);
    zsock_destroy (&router);
    zstr_free (&endpoint);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        RAW_CLIENT_PATIENT_TEST (router_is_told_and_nothing_is_received),
        RAW_CLIENT_PATIENT_TEST (others_go_on),
        RAW_CLIENT_PATIENT_TEST (what_is_not_open_is_left_alone),
        cmocka_unit_test (request_that_waits_for_a_router_is_never_sent),
        RAW_CLIENT_PATIENT_TEST (destroy_tells_of_all_that_is_open),
        RAW_CLIENT_PATIENT_TEST (attempt_under_way_is_the_one_that_is_cancelled),
        cmocka_unit_test (full_pipe_is_not_waited_for),
    };
    return cmocka_run_group_tests_name ("client_cancel", tests, NULL, NULL);
}
