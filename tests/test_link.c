/*  test_link.c - a worker's connection against a bare ROUTER, in simulated time
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "raw_router.h"
#include <sys/resource.h>
#include "peers/butler_backoff.h"
#include "peers/butler_link.h"

#define START INT64_C (1000000)

typedef struct {
    zsock_t *router;
    butler_link_t *link;
    butler_frames_t frames;
    butler_view_t view;
    zsock_t *watched;               //  the socket that is open, as the link tells
    int opened, closed;
    char cancelled [256];           //  the tokens that were, one behind the other
} self_t;

static void
s_watch (void *arg, butler_link_t *link, zsock_t *socket, bool open)
{
    self_t *self = arg;
    (void) link;
    if (open) {
        assert_null (self->watched);
        self->watched = socket;
        self->opened++;
    }
    else {
        assert_ptr_equal (self->watched, socket);
        self->watched = NULL;
        self->closed++;
    }
}

static void
s_cancelled (void *arg, butler_span_t token)
{
    self_t *self = arg;
    strncat (self->cancelled, (const char *) token.data, token.size);
}

static int
s_setup (void **state)
{
    self_t *self = calloc (1, sizeof *self);
    butler_frames_init (&self->frames);
    self->router = raw_router_new ();
    self->link = butler_link_new (zsock_endpoint (self->router), "api.images");
    butler_link_set_watch (self->link, s_watch, self);
    *state = self;
    return 0;
}

static int
s_teardown (void **state)
{
    self_t *self = *state;
    butler_frames_clear (&self->frames);
    butler_link_destroy (&self->link);
    assert_int_equal (self->opened, self->closed);
    zsock_destroy (&self->router);
    free (self);
    return 0;
}

//  The next message, which must be this command; its peer
static zframe_t *
s_expect (self_t *self, const char *command)
{
    zmsg_t *message = raw_router_recv (self->router);
    assert_frame (message, 1, command);
    zframe_t *peer = zmsg_pop (message);
    zmsg_destroy (&message);
    return peer;
}

//  Starts the link, and takes its READY
static zframe_t *
s_start (self_t *self)
{
    assert_int_equal (butler_link_start (self->link, START), 0);
    return s_expect (self, "\x01");
}

//  Takes messages until one is for the owner (1), or `wanted` were dealt with (0)
static int
s_take (self_t *self, int wanted, int64_t now)
{
    const int64_t limit = zclock_mono () + PATIENCE;
    for (;;) {
        const int rc = butler_link_recv (self->link, &self->frames, &self->view, now);
        if (rc == 1)
            return 1;
        if (rc == 0 && --wanted == 0)
            return 0;
        if (rc == -1) {
            assert_true (zclock_mono () < limit);
            zmq_pollitem_t item = { .socket = zsock_resolve (self->watched), .events = ZMQ_POLLIN };
            zmq_poll (&item, 1, PATIENCE);
        }
    }
}

static void
s_greet (self_t *self, zframe_t *peer, int64_t now)
{
    raw_router_send (self->router, peer, "\x02", NULL);
    assert_int_equal (s_take (self, 1, now), 0);
    assert_int_equal (butler_link_state (self->link), BUTLER_LINK_UP);
}

static void
registers_as_it_starts (void **state)
{
    self_t *self = *state;
    assert_int_equal (butler_link_state (self->link), BUTLER_LINK_IDLE);
    butler_link_set_properties (self->link, "{\"capacity\":4}", 4);
    assert_int_equal (butler_link_start (self->link, START), 0);
    assert_int_equal (butler_link_state (self->link), BUTLER_LINK_TRYING);
    zmsg_t *ready = raw_router_recv (self->router);
    assert_int_equal (zmsg_size (ready), 4);
    assert_frame (ready, 1, "\x01");
    assert_frame (ready, 2, "api.images");
    assert_frame (ready, 3, "{\"capacity\":4}");
    zmsg_destroy (&ready);
}

static void
leaves_out_properties_that_are_empty (void **state)
{
    self_t *self = *state;
    assert_int_equal (butler_link_start (self->link, START), 0);
    zmsg_t *ready = raw_router_recv (self->router);
    assert_int_equal (zmsg_size (ready), 3);
    zmsg_destroy (&ready);
}

static void
refuses_what_is_no_endpoint (void **state)
{
    (void) state;
    butler_link_t *link = butler_link_new ("nowhere", "s");
    assert_int_equal (butler_link_start (link, START), -1);
    assert_int_equal (errno, EINVAL);
    butler_link_destroy (&link);
    butler_link_destroy (&link);
}

static void
beats_when_it_has_sent_nothing_for_an_interval (void **state)
{
    self_t *self = *state;
    zframe_t *peer = s_start (self);
    s_greet (self, peer, START + 500);
    butler_link_tick (self->link, START + 999);
    butler_link_tick (self->link, START + 1000);
    butler_link_tick (self->link, START + 1999);
    butler_link_tick (self->link, START + 2000);
    zframe_t *first = s_expect (self, "\x02"), *second = s_expect (self, "\x02");
    assert_true (zframe_eq (first, peer));
    assert_false (raw_router_hears (self->router, 20));
    zframe_destroy (&first);
    zframe_destroy (&second);
    zframe_destroy (&peer);
}

static void
reply_stands_for_a_heartbeat (void **state)
{
    self_t *self = *state;
    zframe_t *peer = s_start (self);
    s_greet (self, peer, START + 900);
    zmq_msg_t body;
    zmq_msg_init (&body);
    butler_put_reply (&self->frames, butler_span_string ("token"), butler_span_string ("1.0:1"), &body);
    assert_int_equal (butler_link_send (self->link, butler_link_epoch (self->link), &self->frames,
                                        START + 900), 0);
    butler_link_tick (self->link, START + 1800);
    zmsg_t *reply = raw_router_recv (self->router);
    assert_int_equal (zmsg_size (reply), 6);
    assert_frame (reply, 1, "\x04");
    assert_frame (reply, 2, "token");
    assert_frame (reply, 3, "");
    assert_frame (reply, 4, "1.0:1");
    zmsg_destroy (&reply);
    assert_false (raw_router_hears (self->router, 20));
    zframe_destroy (&peer);
}

static void
silent_router_is_dead_and_joined_anew (void **state)
{
    self_t *self = *state;
    zframe_t *peer = s_start (self);
    s_greet (self, peer, START);
    const uint32_t epoch = butler_link_epoch (self->link);
    butler_link_tick (self->link, START + 2999);
    zframe_t *beat = s_expect (self, "\x02");
    assert_int_equal (butler_link_epoch (self->link), epoch);
    butler_link_tick (self->link, START + 3000);
    zframe_t *again = s_expect (self, "\x01");
    assert_false (zframe_eq (again, peer));
    assert_int_not_equal (butler_link_epoch (self->link), epoch);
    assert_int_equal (self->opened, 2);
    zframe_destroy (&beat);
    zframe_destroy (&again);
    zframe_destroy (&peer);
}

static void
any_message_proves_that_the_router_lives (void **state)
{
    self_t *self = *state;
    zframe_t *peer = s_start (self);
    s_greet (self, peer, START + 2900);
    butler_link_tick (self->link, START + 5899);
    assert_int_equal (self->opened, 1);
    raw_router_send (self->router, peer, "t", "", "1.0:1", "api.images", "+100", "body", NULL);
    assert_int_equal (s_take (self, 1, START + 5899), 1);
    butler_link_tick (self->link, START + 8898);
    assert_int_equal (self->opened, 1);
    butler_link_tick (self->link, START + 8899);
    assert_int_equal (self->opened, 2);
    zframe_destroy (&peer);
}

static void
pauses_between_attempts_grow (void **state)
{
    self_t *self = *state;
    assert_int_equal (butler_link_start (self->link, START), 0);
    const int64_t expected [] = { 0, 1000, 2000, 4000, 8000, 16000, 32000, 32000 };
    int64_t now = START;
    for (int attempt = 0; attempt < 8; attempt++) {
        const int64_t died = now + 3000;
        while (now < died) {
            assert_int_equal (self->opened, attempt + 1);
            butler_link_tick (self->link, now += 20);
        }
        while (self->opened == attempt + 1)
            butler_link_tick (self->link, now += 20);
        const int64_t pause = now - died;
        assert_in_range (pause, expected [attempt] * 3 / 4, expected [attempt] * 5 / 4 + 20);
    }
}

static void
pause_is_short_again_after_a_greeting (void **state)
{
    self_t *self = *state;
    zframe_t *peer = s_start (self);
    butler_link_tick (self->link, START + 3000);
    zframe_destroy (&peer);
    peer = s_expect (self, "\x01");
    s_greet (self, peer, START + 3000);
    zframe_destroy (&peer);
    butler_link_tick (self->link, START + 6000);
    assert_int_equal (self->opened, 3);
}

static void
reconnect_makes_a_new_socket (void **state)
{
    self_t *self = *state;
    zframe_t *peer = s_start (self);
    s_greet (self, peer, START);
    const uint32_t epoch = butler_link_epoch (self->link);
    raw_router_send (self->router, peer, "\x03", NULL);
    assert_int_equal (s_take (self, 1, START + 10), 0);
    zframe_t *again = s_expect (self, "\x01");
    assert_false (zframe_eq (again, peer));
    //  What came over the old one can't be answered
    zmq_msg_t body;
    zmq_msg_init (&body);
    butler_put_reply (&self->frames, butler_span_string ("t"), butler_span_string ("1.0:1"), &body);
    assert_int_equal (butler_link_send (self->link, epoch, &self->frames, START + 20), -1);
    assert_int_equal (errno, ESTALE);
    assert_int_equal (self->frames.count, 5);
    zframe_destroy (&again);
    zframe_destroy (&peer);
}

static void
reconnects_without_end_are_slowed_down (void **state)
{
    self_t *self = *state;
    zframe_t *peer = s_start (self);
    raw_router_send (self->router, peer, "\x03", NULL);
    assert_int_equal (s_take (self, 1, START), 0);
    zframe_destroy (&peer);
    peer = s_expect (self, "\x01");
    raw_router_send (self->router, peer, "\x03", NULL);
    assert_int_equal (s_take (self, 1, START), 0);
    assert_int_equal (butler_link_state (self->link), BUTLER_LINK_PAUSING);
    assert_null (self->watched);
    assert_int_equal (butler_link_recv (self->link, &self->frames, &self->view, START), -1);
    assert_int_equal (errno, EAGAIN);
    butler_link_tick (self->link, START + 740);
    assert_int_equal (self->opened, 2);
    butler_link_tick (self->link, START + 1260);
    assert_int_equal (self->opened, 3);
    zframe_destroy (&peer);
}

static void
leaving_takes_a_handshake (void **state)
{
    self_t *self = *state;
    zframe_t *peer = s_start (self);
    s_greet (self, peer, START);
    butler_link_leave (self->link, START + 10);
    zframe_t *leave = s_expect (self, "\x05");
    assert_int_equal (butler_link_state (self->link), BUTLER_LINK_LEAVING);
    raw_router_send (self->router, peer, "\x05", NULL);
    assert_int_equal (s_take (self, 1, START + 20), 0);
    assert_int_equal (butler_link_state (self->link), BUTLER_LINK_LEFT);
    //  It beats on, since what it holds may take its time
    butler_link_tick (self->link, START + 1010);
    zframe_t *beat = s_expect (self, "\x02");
    //  A router that falls silent is not joined again
    butler_link_tick (self->link, START + 3020);
    assert_int_equal (self->opened, 1);
    assert_null (self->watched);
    zframe_destroy (&beat);
    zframe_destroy (&leave);
    zframe_destroy (&peer);
}

static void
leaving_ignores_reconnect_and_ends_in_time (void **state)
{
    self_t *self = *state;
    zframe_t *peer = s_start (self);
    s_greet (self, peer, START);
    butler_link_leave (self->link, START);
    raw_router_send (self->router, peer, "\x03", NULL);
    assert_int_equal (s_take (self, 1, START + 2500), 0);
    assert_int_equal (butler_link_state (self->link), BUTLER_LINK_LEAVING);
    butler_link_tick (self->link, START + 2999);
    assert_int_equal (butler_link_state (self->link), BUTLER_LINK_LEAVING);
    butler_link_tick (self->link, START + 3000);
    assert_int_equal (butler_link_state (self->link), BUTLER_LINK_LEFT);
    assert_int_equal (self->opened, 1);
    zframe_destroy (&peer);
}

static void
without_connection_it_has_left_at_once (void **state)
{
    self_t *self = *state;
    zframe_t *peer = s_start (self);
    butler_link_tick (self->link, START + 3000);
    butler_link_tick (self->link, START + 6000);
    assert_int_equal (butler_link_state (self->link), BUTLER_LINK_PAUSING);
    butler_link_leave (self->link, START + 6000);
    assert_int_equal (butler_link_state (self->link), BUTLER_LINK_LEFT);
    butler_link_tick (self->link, START + 60000);
    assert_int_equal (self->opened, 2);
    zframe_destroy (&peer);
}

static void
refusal_is_told_and_does_not_loop (void **state)
{
    self_t *self = *state;
    zframe_t *peer = s_start (self);
    raw_router_send (self->router, peer, "\x02", "{\"refused\":\"reserved name\"}", NULL);
    assert_int_equal (s_take (self, 1, START), 1);
    assert_int_equal (self->view.kind, BUTLER_MSG_HEARTBEAT);
    assert_string_equal (butler_link_refused (self->link), "reserved name");
    butler_link_tick (self->link, START + 3000);
    assert_int_equal (self->opened, 2);
    butler_link_tick (self->link, START + 6000);
    assert_int_equal (butler_link_state (self->link), BUTLER_LINK_PAUSING);
    zframe_destroy (&peer);
}

static void
notices_are_for_the_owner (void **state)
{
    self_t *self = *state;
    zframe_t *peer = s_start (self);
    raw_router_send (self->router, peer, "\x02", "{\"cancel\":\"t\"}", "more", NULL);
    assert_int_equal (s_take (self, 1, START), 1);
    assert_memory_equal (self->view.notice.data, "{\"cancel\":\"t\"}", self->view.notice.size);
    assert_null (butler_link_refused (self->link));
    assert_int_equal (butler_link_state (self->link), BUTLER_LINK_UP);
    zframe_destroy (&peer);
}

static void
cancellations_are_told_in_both_envelopes (void **state)
{
    self_t *self = *state;
    zframe_t *peer = s_start (self);
    butler_link_set_cancel (self->link, s_cancelled, self);
    raw_router_send (self->router, peer, "\x02", "{\"cancel\":\"6f6e65\"}", "{\"cancel\":\"74776F\"}", "{\"cancel\":\"20\"}", NULL);
    assert_int_equal (s_take (self, 1, START), 1);
    assert_string_equal (self->cancelled, "one ");
    raw_router_send (self->router, peer, "\xB5\x7E\x01\x04\x03" "1:2", "two", NULL);
    assert_int_equal (s_take (self, 1, START), 0);
    assert_string_equal (self->cancelled, "one two");
    assert_int_equal (butler_link_state (self->link), BUTLER_LINK_UP);
    assert_int_equal (butler_link_malformed (self->link), 0);
    zframe_destroy (&peer);
}

static void
rubbish_is_counted_and_dropped (void **state)
{
    self_t *self = *state;
    zframe_t *peer = s_start (self);
    raw_router_send (self->router, peer, "\x01", "api.images", NULL);
    raw_router_send (self->router, peer, "\x07", NULL);
    raw_router_send (self->router, peer, "t", "", "1.0:1", NULL);
    raw_router_send (self->router, peer, "t", "", "1.0:1", "s", "soon", "body", NULL);
    raw_router_send (self->router, peer, "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", NULL);
    raw_router_send (self->router, peer, "\x02", "no JSON", NULL);
    assert_int_equal (s_take (self, 0, START), 1);
    assert_int_equal (butler_link_malformed (self->link), 5);
    zframe_destroy (&peer);
}

static void
request_is_for_the_owner (void **state)
{
    self_t *self = *state;
    zframe_t *peer = s_start (self);
    raw_router_send (self->router, peer, "token", "", "0.3.0:ab", "api.images", "1700000000000", "body", NULL);
    assert_int_equal (s_take (self, 1, START), 1);
    assert_int_equal (self->view.kind, BUTLER_MSG_DISPATCH);
    assert_true (butler_span_equal (self->view.token, butler_span_string ("token")));
    assert_int_equal (zmq_msg_size (self->view.body), 4);
    zframe_destroy (&peer);
}

static void
new_properties_register_anew (void **state)
{
    self_t *self = *state;
    zframe_t *peer = s_start (self);
    butler_link_set_properties (self->link, "{\"capacity\":9}", 9);
    butler_link_renew (self->link, START + 1);
    zmsg_t *ready = raw_router_recv (self->router);
    assert_frame (ready, 3, "{\"capacity\":9}");
    zmsg_destroy (&ready);
    zframe_destroy (&peer);
}

static void
router_that_told_a_longer_interval_may_be_silent_as_long (void **state)
{
    self_t *self = *state;
    zframe_t *peer = s_start (self);
    raw_router_send (self->router, peer, "\x02", "{\"heartbeat\":10000}", NULL);
    assert_int_equal (s_take (self, 1, START), 1);
    assert_int_equal (butler_link_state (self->link), BUTLER_LINK_UP);
    butler_link_tick (self->link, START + 1000);
    zframe_t *beat = s_expect (self, "\x02");      //  its own interval is what it was
    butler_link_tick (self->link, START + 29999);
    assert_int_equal (self->opened, 1);
    butler_link_tick (self->link, START + 30000);
    assert_int_equal (self->opened, 2);
    zframe_destroy (&beat);
    zframe_destroy (&peer);
}

static void
connection_may_take_its_time (void **state)
{
    self_t *self = *state;
    butler_link_set_pulse (self->link, 50, 3);
    zframe_t *peer = s_start (self);
    butler_link_tick (self->link, START + 2999);
    assert_int_equal (self->opened, 1);
    s_greet (self, peer, START + 2999);
    butler_link_tick (self->link, START + 3149);
    assert_int_equal (self->opened, 2);
    zframe_destroy (&peer);
}

static void
interval_that_is_none_is_ignored (void **state)
{
    self_t *self = *state;
    zframe_t *peer = s_start (self);
    static const char *const notices [] = {
        "{\"heartbeat\":-1}", "{\"heartbeat\":\"9000\"}", "{\"heartbeat\":3600001}", "{\"heartbeat\":9e9}",
        "{\"heartbeat\":99999999999999999999}", "[9000]", "9000"
    };
    for (size_t index = 0; index < sizeof notices / sizeof *notices; index++) {
        raw_router_send (self->router, peer, "\x02", notices [index], NULL);
        assert_int_equal (s_take (self, 1, START), 1);
    }
    butler_link_tick (self->link, START + 3000);
    assert_int_equal (self->opened, 2);
    zframe_destroy (&peer);
}

static void
longer_interval_holds_from_the_next_connection_on (void **state)
{
    self_t *self = *state;
    zframe_t *peer = s_start (self);
    s_greet (self, peer, START);
    butler_link_set_pulse (self->link, 5000, 3);
    butler_link_tick (self->link, START + 1000);    //  which the router was told
    zframe_t *beat = s_expect (self, "\x02");
    butler_link_renew (self->link, START + 1000);
    zframe_t *again = s_expect (self, "\x01");
    butler_link_tick (self->link, START + 5999);
    assert_false (raw_router_hears (self->router, 20));
    butler_link_tick (self->link, START + 6000);
    zframe_t *slow = s_expect (self, "\x02");
    zframe_destroy (&slow);
    zframe_destroy (&again);
    zframe_destroy (&beat);
    zframe_destroy (&peer);
}

static void
what_waits_unread_is_a_sign_of_life (void **state)
{
    self_t *self = *state;
    zframe_t *peer = s_start (self);
    s_greet (self, peer, START);
    raw_router_send (self->router, peer, "\x02", NULL);
    zmq_pollitem_t item = { .socket = zsock_resolve (self->watched), .events = ZMQ_POLLIN };
    assert_int_equal (zmq_poll (&item, 1, PATIENCE), 1);
    butler_link_tick (self->link, START + 3000);
    assert_int_equal (self->opened, 1);
    assert_int_equal (s_take (self, 1, START + 3000), 0);
    butler_link_tick (self->link, START + 5999);
    assert_int_equal (self->opened, 1);
    butler_link_lapse (self->link, 1000);
    butler_link_tick (self->link, START + 6999);
    assert_int_equal (self->opened, 1);
    butler_link_tick (self->link, START + 7000);
    assert_int_equal (self->opened, 2);
    zframe_destroy (&peer);
}

//  As many as there are, and no more
static struct rlimit
s_take_descriptors (void)
{
    struct rlimit before, now;
    getrlimit (RLIMIT_NOFILE, &before);
    now = before;
    now.rlim_cur = 4;
    setrlimit (RLIMIT_NOFILE, &now);
    return before;
}

static void
without_descriptors_it_tries_again_later (void **state)
{
    self_t *self = *state;
    zframe_t *peer = s_start (self);
    struct rlimit before = s_take_descriptors ();
    butler_link_tick (self->link, START + 3000);
    butler_link_t *other = butler_link_new ("tcp://127.0.0.1:1", "s");
    const int rc = butler_link_start (other, START);
    const int reason = errno;
    setrlimit (RLIMIT_NOFILE, &before);
    assert_int_equal (rc, -1);
    assert_int_equal (reason, EMFILE);
    assert_int_equal (butler_link_state (self->link), BUTLER_LINK_PAUSING);
    butler_link_tick (self->link, START + 4500);
    zframe_t *again = s_expect (self, "\x01");
    butler_link_destroy (&other);
    zframe_destroy (&again);
    zframe_destroy (&peer);
}

int
main (void)
{
    #define S_TEST(name) cmocka_unit_test_setup_teardown (name, s_setup, s_teardown)
    const struct CMUnitTest tests [] = {
        S_TEST (registers_as_it_starts),
        S_TEST (leaves_out_properties_that_are_empty),
        cmocka_unit_test (refuses_what_is_no_endpoint),
        S_TEST (beats_when_it_has_sent_nothing_for_an_interval),
        S_TEST (reply_stands_for_a_heartbeat),
        S_TEST (silent_router_is_dead_and_joined_anew),
        S_TEST (any_message_proves_that_the_router_lives),
        S_TEST (pauses_between_attempts_grow),
        S_TEST (pause_is_short_again_after_a_greeting),
        S_TEST (reconnect_makes_a_new_socket),
        S_TEST (reconnects_without_end_are_slowed_down),
        S_TEST (leaving_takes_a_handshake),
        S_TEST (leaving_ignores_reconnect_and_ends_in_time),
        S_TEST (without_connection_it_has_left_at_once),
        S_TEST (refusal_is_told_and_does_not_loop),
        S_TEST (notices_are_for_the_owner),
        S_TEST (cancellations_are_told_in_both_envelopes),
        S_TEST (rubbish_is_counted_and_dropped),
        S_TEST (request_is_for_the_owner),
        S_TEST (new_properties_register_anew),
        S_TEST (router_that_told_a_longer_interval_may_be_silent_as_long),
        S_TEST (connection_may_take_its_time),
        S_TEST (interval_that_is_none_is_ignored),
        S_TEST (longer_interval_holds_from_the_next_connection_on),
        S_TEST (what_waits_unread_is_a_sign_of_life),
        S_TEST (without_descriptors_it_tries_again_later),
    };
    return cmocka_run_group_tests_name ("link", tests, NULL, NULL);
}
