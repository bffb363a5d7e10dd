/*  test_client_routers.c - a client of several routers, of which one is about to end
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "raw_router.h"
#include "butler_client.h"
#include "peers/butler_client_internal.h"

#define DRAINING "503:unavailable:{\"name\":\"Draining\",\"message\":\"it ends\",\"traceback\":\"\"}"

typedef struct {
    zsock_t *first, *second;
    butler_client_t *client;
} self_t;

//  A client of the first router and of another
static void
s_connect (self_t *self, const char *other)
{
    self->client = butler_client_new (zsock_endpoint (self->first));
    assert_non_null (self->client);
    assert_int_equal (butler_client_connect (self->client, other), 0);
    butler_client_set_timeout (self->client, PATIENCE);
    //  No machine stands still for so long that the client asks whether a router lives, or gives one up
    butler_courier_set_interval (&self->client->courier, 2 * PATIENCE);
    raw_router_await (butler_client_socket (self->client));
}

static int
s_setup (void **state)
{
    self_t *self = calloc (1, sizeof *self);
    self->first = raw_router_new ();
    self->second = raw_router_new ();
    s_connect (self, zsock_endpoint (self->second));
    *state = self;
    return 0;
}

static int
s_teardown (void **state)
{
    self_t *self = *state;
    butler_client_destroy (&self->client);
    zsock_destroy (&self->first);
    zsock_destroy (&self->second);
    free (self);
    return 0;
}

//  What comes next to this router, while the client goes on
static zmsg_t *
s_next_message (self_t *self, zsock_t *router)
{
    const int64_t limit = zclock_mono () + PATIENCE;
    while (!raw_router_hears (router, 0)) {
        assert_int_equal (butler_client_recv (self->client, 10), 0);
        assert_true (zclock_mono () < limit);
    }
    return raw_router_recv (router);
}

//  The next request, whose body is this. Where the client asks whether the router lives, it does.
static zmsg_t *
s_next (self_t *self, zsock_t *router, const char *body)
{
    zmsg_t *request = s_next_message (self, router);
    while (zframe_streq (frame_at (request, 3), "mmi.butler.router")) {
        raw_router_answer (router, request, "butler.router", "200", NULL);
        zmsg_destroy (&request);
        request = s_next_message (self, router);
    }
    assert_frame (request, 3, "s");
    assert_frame (request, 5, body);
    return request;
}

static void
s_answer (zsock_t *router, zmsg_t *request, const char *response)
{
    raw_router_answer (router, request, response, NULL);
    zmsg_destroy (&request);
}

static uint64_t
s_submit (self_t *self, const char *body)
{
    const uint64_t number = butler_client_submit_direct (self->client, "s", body, strlen (body));
    assert_true (number > 0);
    return number;
}

static void
s_expect (self_t *self, uint64_t number, int status)
{
    assert_int_equal (butler_client_recv (self->client, PATIENCE), number);
    assert_int_equal (butler_client_status (self->client), status);
}

static void
what_a_draining_router_refuses_goes_to_the_next (void **state)
{
    self_t *self = *state;
    const uint64_t running = s_submit (self, "running");
    zmsg_t *held = s_next (self, self->first, "running");
    const uint64_t one = s_submit (self, "one"), two = s_submit (self, "two");
    for (int count = 0; count < 2; count++)
        s_answer (self->first, s_next (self, self->first, count? "two": "one"), DRAINING);
    zmsg_t *again = s_next (self, self->second, "one");
    zmsg_t *other = s_next (self, self->second, "two");
    assert_frame (again, 2, "1.0:2");           //  under the id that it had
    s_answer (self->second, again, "1");
    s_answer (self->second, other, "2");
    s_expect (self, one, 200);
    s_expect (self, two, 200);
    //  The old one is listened to as long as it has something to say, and asked no more
    s_answer (self->first, held, "0");
    s_expect (self, running, 200);
    s_submit (self, "three");
    again = s_next (self, self->second, "three");
    zmsg_destroy (&again);
    assert_false (raw_router_hears (self->first, 20));
}

static void
each_router_is_asked_once (void **state)
{
    self_t *self = *state;
    const uint64_t number = s_submit (self, "body");
    s_answer (self->first, s_next (self, self->first, "body"), DRAINING);
    s_answer (self->second, s_next (self, self->second, "body"), DRAINING);
    s_expect (self, number, 503);
    assert_string_equal (butler_client_error_name (self->client), "Draining");
    assert_false (raw_router_hears (self->first, 20));
}

static void
other_refusals_are_answers (void **state)
{
    self_t *self = *state;
    static const char *const answers [] = {
        "503:unavailable:{\"name\":\"QueueFull\",\"message\":\"\",\"traceback\":\"\"}",
        "503:unavailable:{\"name\":\"Abandoned\",\"message\":\"\",\"traceback\":\"\"}",
        "503:unavailable:{\"name\":\"Draining\",\"message\":\"\",\"traceback\":\"\",\"worker\":\"w\"}",
        "503:unavailable:{\"name\":\"Dr",
        "503:unavailable:",
        "503",
    };
    for (size_t index = 0; index < sizeof answers / sizeof *answers; index++) {
        const uint64_t number = s_submit (self, "body");
        s_answer (self->first, s_next (self, self->first, "body"), answers [index]);
        s_expect (self, number, 503);
    }
    assert_false (raw_router_hears (self->second, 20));
}

static void
router_that_is_alone_is_not_asked_again (void **state)
{
    self_t *self = *state;
    butler_client_t *client = butler_client_new (zsock_endpoint (self->second));
    raw_router_await (butler_client_socket (client));
    const uint64_t number = butler_client_submit_direct (client, "s", "", 0);
    s_answer (self->second, raw_router_recv (self->second), DRAINING);
    assert_int_equal (butler_client_recv (client, PATIENCE), number);
    assert_int_equal (butler_client_status (client), 503);
    butler_client_destroy (&client);
}

static void
attempts_go_over_with_it (void **state)
{
    self_t *self = *state;
    butler_client_set_persistent (self->client, false);
    butler_client_set_retries (self->client, 2);
    const uint64_t number = s_submit (self, "body");
    s_answer (self->first, s_next (self, self->first, "body"), DRAINING);
    s_answer (self->second, s_next (self, self->second, "body"), "1");
    s_expect (self, number, 200);
}

//  Both have refused something when the client looks again: it is the word of the one in use that counts
static void
both_may_refuse_at_a_time (void **state)
{
    self_t *self = *state;
    const uint64_t old = s_submit (self, "old");
    zmsg_t *held = s_next (self, self->first, "old");
    const uint64_t moved = s_submit (self, "moved");
    s_answer (self->first, s_next (self, self->first, "moved"), DRAINING);
    s_answer (self->second, s_next (self, self->second, "moved"), "1");
    s_expect (self, moved, 200);
    const uint64_t new = s_submit (self, "new");
    s_answer (self->second, s_next (self, self->second, "new"), DRAINING);
    s_answer (self->first, held, DRAINING);
    const butler_channels_t *channels = &self->client->courier.channels;
    assert_int_equal (channels->count, 2);
    for (int index = 0; index < 2; index++) {
        zmq_pollitem_t item = { .socket = channels->channel [index].handle, .events = ZMQ_POLLIN };
        assert_int_equal (zmq_poll (&item, 1, PATIENCE), 1);
    }
    s_answer (self->first, s_next (self, self->first, "new"), "2");         //  it is back
    s_expect (self, new, 200);
    s_answer (self->first, s_next (self, self->first, "old"), "3");
    s_expect (self, old, 200);
    assert_false (raw_router_hears (self->second, 20));
}

static void
next_router_may_be_absent (void **state)
{
    self_t *self = *state;
    butler_client_destroy (&self->client);
    s_connect (self, "tcp://127.0.0.1:1");      //  never there: one that is destroyed may take a request just before
    butler_courier_set_interval (&self->client->courier, 100);
    const uint64_t number = s_submit (self, "body");
    s_answer (self->first, s_next (self, self->first, "body"), DRAINING);
    s_answer (self->first, s_next (self, self->first, "body"), "1");    //  it ends after all not, or is another
    s_expect (self, number, 200);
}

int
main (void)
{
    #define S_TEST(name) cmocka_unit_test_setup_teardown (name, s_setup, s_teardown)
    const struct CMUnitTest tests [] = {
        S_TEST (what_a_draining_router_refuses_goes_to_the_next),
        S_TEST (each_router_is_asked_once),
        S_TEST (other_refusals_are_answers),
        S_TEST (router_that_is_alone_is_not_asked_again),
        S_TEST (attempts_go_over_with_it),
        S_TEST (both_may_refuse_at_a_time),
        S_TEST (next_router_may_be_absent),
    };
    return cmocka_run_group_tests_name ("client of several routers", tests, NULL, NULL);
}
