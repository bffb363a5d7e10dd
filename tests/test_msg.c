/*  test_msg.c - tests of butler_msg
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_msg.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

//  A router's socket and a peer's, and a message for each
typedef struct {
    zsock_t *router, *peer;
    butler_msg_t *at_router, *at_peer;
} s_talk_t;

static void
s_start (s_talk_t *self, butler_side_t router, butler_side_t peer)
{
    self->router = zsock_new (ZMQ_ROUTER);
    self->peer = zsock_new (ZMQ_DEALER);
    assert_true (self->router && self->peer);
    zsock_set_identity (self->peer, "peer");
    zsock_set_router_mandatory (self->router, 1);
    zsock_set_rcvtimeo (self->router, 5000);
    zsock_set_rcvtimeo (self->peer, 5000);
    static int s_talks;             //  libzmq frees a name some time after its socket is closed
    s_talks++;
    assert_int_equal (zsock_bind (self->router, "inproc://talk-%d", s_talks), 0);
    assert_int_equal (zsock_connect (self->peer, "inproc://talk-%d", s_talks), 0);
    assert_int_equal (zstr_send (self->peer, "hello"), 0);
    zmsg_t *hello = zmsg_recv (self->router);
    zmsg_destroy (&hello);
    self->at_router = butler_msg_new (router);
    self->at_peer = butler_msg_new (peer);
}

static void
s_stop (s_talk_t *self)
{
    butler_msg_destroy (&self->at_router);
    butler_msg_destroy (&self->at_peer);
    assert_null (self->at_peer);
    butler_msg_destroy (&self->at_peer);
    zsock_destroy (&self->peer);
    zsock_destroy (&self->router);
}

static void
s_to_router (s_talk_t *self)
{
    assert_int_equal (butler_msg_send (self->at_peer, self->peer), 0);
    assert_int_equal (butler_msg_recv (self->at_router, self->router), 0);
    assert_int_equal (butler_msg_id (self->at_router), butler_msg_id (self->at_peer));
    assert_int_equal (butler_msg_routing_id_size (self->at_router), 4);
    assert_memory_equal (butler_msg_routing_id (self->at_router), "peer", 4);
    assert_null (butler_msg_fault (self->at_router));
}

static void
s_to_peer (s_talk_t *self)
{
    assert_int_equal (butler_msg_set_routing_id (self->at_router, "peer", 4), 0);
    assert_int_equal (butler_msg_send (self->at_router, self->router), 0);
    assert_int_equal (butler_msg_recv (self->at_peer, self->peer), 0);
    assert_int_equal (butler_msg_id (self->at_router), butler_msg_id (self->at_peer));
    assert_int_equal (butler_msg_routing_id_size (self->at_peer), 0);
}

static void
s_assert_bytes (const void *data, size_t size, const char *text)
{
    assert_int_equal (size, strlen (text));
    if (size)
        assert_memory_equal (data, text, size);
}

static void
s_fill_request (butler_msg_t *msg)
{
    assert_int_equal (butler_msg_set_id (msg, BUTLER_MSG_REQUEST), 0);
    assert_int_equal (butler_msg_set_api_id (msg, "1.0:42"), 0);
    assert_int_equal (butler_msg_set_service (msg, "api.images"), 0);
    assert_int_equal (butler_msg_set_expiration (msg, "+2500"), 0);
    butler_msg_set_body (msg, "some body", 9);
}

static void
client_and_frontend_talk (void **state)
{
    (void) state;
    s_talk_t talk;
    s_start (&talk, BUTLER_SIDE_FRONTEND, BUTLER_SIDE_CLIENT);
    s_fill_request (talk.at_peer);
    s_to_router (&talk);
    assert_string_equal (butler_msg_command (talk.at_router), "REQUEST");
    assert_string_equal (butler_msg_api_id (talk.at_router), "1.0:42");
    assert_int_equal (butler_msg_dialect (talk.at_router), 1);
    assert_string_equal (butler_msg_service (talk.at_router), "api.images");
    assert_string_equal (butler_msg_expiration (talk.at_router), "+2500");
    assert_int_equal (butler_msg_expiration_left (talk.at_router, 1000), 2500);
    s_assert_bytes (butler_msg_body (talk.at_router), butler_msg_body_size (talk.at_router), "some body");

    //  The request becomes its answer: api_id and routing id are there
    butler_msg_set_id (talk.at_router, BUTLER_MSG_RESPONSE);
    butler_msg_set_response (talk.at_router, "some answer", 11);
    s_to_peer (&talk);
    assert_string_equal (butler_msg_api_id (talk.at_peer), "1.0:42");
    assert_string_equal (butler_msg_service (talk.at_peer), "");
    assert_int_equal (butler_msg_body_size (talk.at_peer), 0);
    s_assert_bytes (butler_msg_response (talk.at_peer), butler_msg_response_size (talk.at_peer), "some answer");

    butler_msg_set_id (talk.at_router, BUTLER_MSG_DISCOVERY);
    butler_msg_set_code (talk.at_router, "200");
    s_to_peer (&talk);
    assert_string_equal (butler_msg_service (talk.at_peer), "api.images");
    assert_string_equal (butler_msg_code (talk.at_peer), "200");
    assert_string_equal (butler_msg_api_id (talk.at_peer), "1.0:42");
    butler_msg_set_api_id (talk.at_router, "");
    s_to_peer (&talk);
    assert_string_equal (butler_msg_command (talk.at_peer), "DISCOVERY");
    assert_string_equal (butler_msg_api_id (talk.at_peer), "");
    s_stop (&talk);
}

static void
worker_says_all_it_has_to_say (void **state)
{
    (void) state;
    s_talk_t talk;
    s_start (&talk, BUTLER_SIDE_BACKEND, BUTLER_SIDE_WORKER);
    butler_msg_set_id (talk.at_peer, BUTLER_MSG_READY);
    butler_msg_set_service (talk.at_peer, "api.images");
    s_to_router (&talk);
    assert_string_equal (butler_msg_service (talk.at_router), "api.images");
    assert_int_equal (butler_msg_properties_size (talk.at_router), 0);
    butler_msg_set_properties (talk.at_peer, "{\"threads\": 4}", 14);
    s_to_router (&talk);
    s_assert_bytes (butler_msg_properties (talk.at_router), butler_msg_properties_size (talk.at_router),
                    "{\"threads\": 4}");

    butler_msg_set_id (talk.at_peer, BUTLER_MSG_REPLY);
    butler_msg_set_token (talk.at_peer, "\x01\x00\x02", 3);
    butler_msg_set_api_id (talk.at_peer, "0.3.0:7");
    butler_msg_set_response (talk.at_peer, "answer", 6);
    s_to_router (&talk);
    assert_int_equal (butler_msg_token_size (talk.at_router), 3);
    assert_memory_equal (butler_msg_token (talk.at_router), "\x01\x00\x02", 3);
    s_assert_bytes (butler_msg_response (talk.at_router), butler_msg_response_size (talk.at_router), "answer");

    butler_msg_set_id (talk.at_peer, BUTLER_MSG_RELAY);
    butler_msg_set_worker (talk.at_peer, "other", 5);
    butler_msg_set_order (talk.at_peer, "\x02", 1);
    s_to_router (&talk);
    s_assert_bytes (butler_msg_worker (talk.at_router), butler_msg_worker_size (talk.at_router), "other");
    s_assert_bytes (butler_msg_order (talk.at_router), butler_msg_order_size (talk.at_router), "\x02");

    butler_msg_set_id (talk.at_peer, BUTLER_MSG_HEARTBEAT);
    s_to_router (&talk);
    butler_msg_set_id (talk.at_peer, BUTLER_MSG_LEAVE);
    s_to_router (&talk);
    s_stop (&talk);
}

static void
worker_hears_all_it_has_to_hear (void **state)
{
    (void) state;
    s_talk_t talk;
    s_start (&talk, BUTLER_SIDE_BACKEND, BUTLER_SIDE_WORKER);
    s_fill_request (talk.at_router);
    butler_msg_set_id (talk.at_router, BUTLER_MSG_DISPATCH);
    butler_msg_set_token (talk.at_router, "token", 5);
    butler_msg_set_expiration (talk.at_router, "1764000000000");
    s_to_peer (&talk);
    s_assert_bytes (butler_msg_token (talk.at_peer), butler_msg_token_size (talk.at_peer), "token");
    assert_int_equal (butler_msg_expiration_left (talk.at_peer, 1764000000100), -100);
    s_assert_bytes (butler_msg_body (talk.at_peer), butler_msg_body_size (talk.at_peer), "some body");
    butler_msg_set_extra (talk.at_router, "{\"attempt\": 2}", 14);
    s_to_peer (&talk);
    s_assert_bytes (butler_msg_extra (talk.at_peer), butler_msg_extra_size (talk.at_peer), "{\"attempt\": 2}");

    static const int s_commands [] = { BUTLER_MSG_HEARTBEAT, BUTLER_MSG_RECONNECT, BUTLER_MSG_LEAVE };
    for (int index = 0; index < 3; index++) {
        butler_msg_set_id (talk.at_router, s_commands [index]);
        s_to_peer (&talk);
        assert_int_equal (butler_msg_notice_size (talk.at_peer), 0);
    }
    butler_msg_set_id (talk.at_router, BUTLER_MSG_HEARTBEAT);
    butler_msg_set_notice (talk.at_router, "{\"refused\": \"no\"}", 17);
    s_to_peer (&talk);
    s_assert_bytes (butler_msg_notice (talk.at_peer), butler_msg_notice_size (talk.at_peer), "{\"refused\": \"no\"}");
    s_stop (&talk);
}

static void
client_and_frontend_talk_packed (void **state)
{
    (void) state;
    s_talk_t talk;
    s_start (&talk, BUTLER_SIDE_FRONTEND, BUTLER_SIDE_CLIENT);
    s_fill_request (talk.at_peer);
    assert_int_equal (butler_msg_envelope (talk.at_peer), BUTLER_ENVELOPE_FRAMES);
    assert_int_equal (butler_msg_set_envelope (talk.at_peer, BUTLER_ENVELOPE_PACKED), 0);
    assert_int_equal (butler_msg_set_trace (talk.at_peer, "trace"), 0);
    s_to_router (&talk);
    assert_int_equal (butler_msg_envelope (talk.at_router), BUTLER_ENVELOPE_PACKED);
    assert_string_equal (butler_msg_api_id (talk.at_router), "1.0:42");
    assert_string_equal (butler_msg_service (talk.at_router), "api.images");
    assert_string_equal (butler_msg_expiration (talk.at_router), "+2500");
    assert_string_equal (butler_msg_trace (talk.at_router), "trace");
    assert_int_equal (butler_msg_attempt (talk.at_router), 0);
    s_assert_bytes (butler_msg_body (talk.at_router), butler_msg_body_size (talk.at_router), "some body");

    //  The answer goes back as the request came
    butler_msg_set_id (talk.at_router, BUTLER_MSG_RESPONSE);
    butler_msg_set_response (talk.at_router, "some answer", 11);
    s_to_peer (&talk);
    assert_int_equal (butler_msg_envelope (talk.at_peer), BUTLER_ENVELOPE_PACKED);
    assert_string_equal (butler_msg_api_id (talk.at_peer), "1.0:42");
    s_assert_bytes (butler_msg_response (talk.at_peer), butler_msg_response_size (talk.at_peer), "some answer");
    butler_msg_set_id (talk.at_router, BUTLER_MSG_DISCOVERY);
    butler_msg_set_code (talk.at_router, "200");
    s_to_peer (&talk);
    assert_int_equal (butler_msg_envelope (talk.at_peer), BUTLER_ENVELOPE_PACKED);
    assert_string_equal (butler_msg_service (talk.at_peer), "api.images");
    assert_string_equal (butler_msg_code (talk.at_peer), "200");

    butler_msg_set_id (talk.at_peer, BUTLER_MSG_CANCEL);
    s_to_router (&talk);
    assert_string_equal (butler_msg_command (talk.at_router), "CANCEL");
    assert_string_equal (butler_msg_api_id (talk.at_router), "1.0:42");
    assert_int_equal (butler_msg_token_size (talk.at_router), 0);

    //  And what comes as frames is told to have come so
    butler_msg_reset (talk.at_peer);
    s_fill_request (talk.at_peer);
    s_to_router (&talk);
    assert_int_equal (butler_msg_envelope (talk.at_router), BUTLER_ENVELOPE_FRAMES);
    assert_string_equal (butler_msg_trace (talk.at_router), "");
    s_stop (&talk);
}

static void
backend_and_worker_talk_packed (void **state)
{
    (void) state;
    static uint8_t s_big [100000];
    s_talk_t talk;
    s_start (&talk, BUTLER_SIDE_BACKEND, BUTLER_SIDE_WORKER);
    s_fill_request (talk.at_router);
    butler_msg_set_id (talk.at_router, BUTLER_MSG_DISPATCH);
    butler_msg_set_envelope (talk.at_router, BUTLER_ENVELOPE_PACKED);
    butler_msg_set_token (talk.at_router, "token", 5);
    butler_msg_set_expiration (talk.at_router, "1764000000000");
    butler_msg_set_attempt (talk.at_router, 65535);
    butler_msg_set_body (talk.at_router, s_big, sizeof s_big);
    s_to_peer (&talk);
    s_assert_bytes (butler_msg_token (talk.at_peer), butler_msg_token_size (talk.at_peer), "token");
    assert_string_equal (butler_msg_expiration (talk.at_peer), "1764000000000");
    assert_int_equal (butler_msg_attempt (talk.at_peer), 65535);
    assert_int_equal (butler_msg_body_size (talk.at_peer), sizeof s_big);
    assert_int_equal (butler_msg_body_size (talk.at_router), sizeof s_big);     //  sent, and kept

    butler_msg_set_id (talk.at_peer, BUTLER_MSG_REPLY);
    butler_msg_set_response (talk.at_peer, "answer", 6);
    s_to_router (&talk);
    assert_int_equal (butler_msg_envelope (talk.at_router), BUTLER_ENVELOPE_PACKED);
    s_assert_bytes (butler_msg_token (talk.at_router), butler_msg_token_size (talk.at_router), "token");
    s_assert_bytes (butler_msg_response (talk.at_router), butler_msg_response_size (talk.at_router), "answer");

    butler_msg_set_id (talk.at_router, BUTLER_MSG_CANCEL);
    s_to_peer (&talk);
    assert_string_equal (butler_msg_api_id (talk.at_peer), "1.0:42");
    s_assert_bytes (butler_msg_token (talk.at_peer), butler_msg_token_size (talk.at_peer), "token");

    //  What has no packed form goes as frames
    butler_msg_set_id (talk.at_router, BUTLER_MSG_HEARTBEAT);
    butler_msg_set_envelope (talk.at_router, BUTLER_ENVELOPE_PACKED);
    s_to_peer (&talk);
    assert_int_equal (butler_msg_envelope (talk.at_peer), BUTLER_ENVELOPE_FRAMES);
    s_stop (&talk);
}

static void
nothing_there_leaves_the_message_as_it_was (void **state)
{
    (void) state;
    s_talk_t talk;
    s_start (&talk, BUTLER_SIDE_FRONTEND, BUTLER_SIDE_CLIENT);
    s_fill_request (talk.at_peer);
    s_to_router (&talk);
    zsock_set_rcvtimeo (talk.router, 0);
    assert_int_equal (butler_msg_recv (talk.at_router, talk.router), -1);
    assert_int_equal (errno, EAGAIN);
    zsock_set_rcvtimeo (talk.router, 10);
    assert_int_equal (butler_msg_recv (talk.at_router, zsock_resolve (talk.router)), -1);
    assert_int_equal (errno, EAGAIN);
    assert_string_equal (butler_msg_command (talk.at_router), "REQUEST");
    assert_string_equal (butler_msg_service (talk.at_router), "api.images");
    s_stop (&talk);
}

static void
s_assert_malformed (s_talk_t *talk, const char *fault)
{
    assert_int_equal (butler_msg_recv (talk->at_router, talk->router), -1);
    assert_int_equal (errno, EPROTO);
    assert_int_equal (butler_msg_id (talk->at_router), 0);
    assert_string_equal (butler_msg_command (talk->at_router), "");
    assert_string_equal (butler_msg_fault (talk->at_router), fault);
    assert_int_equal (butler_msg_routing_id_size (talk->at_router), 4);
}

static void
malformed_message_tells_fault_sender_and_api_id (void **state)
{
    (void) state;
    s_talk_t talk;
    s_start (&talk, BUTLER_SIDE_FRONTEND, BUTLER_SIDE_CLIENT);
    zsock_send (talk.peer, "sss", "", "1.0:7", "api");
    s_assert_malformed (&talk, "REQUEST: expiration is missing or not 1 to 15 digits, or '+' and 1 to 10 digits");
    assert_string_equal (butler_msg_api_id (talk.at_router), "1.0:7");
    assert_string_equal (butler_msg_service (talk.at_router), "");

    zsock_send (talk.peer, "ssssssssss", "", "1.0:8", "api", "+1", "body", "6", "7", "8", "9", "10");
    s_assert_malformed (&talk, "too many frames");
    assert_string_equal (butler_msg_api_id (talk.at_router), "1.0:8");

    //  And the next is received as ever
    s_fill_request (talk.at_peer);
    s_to_router (&talk);
    s_stop (&talk);
}

//  Its first frames alone would be a heartbeat
static void
heartbeat_with_too_many_notices_is_malformed (void **state)
{
    (void) state;
    s_talk_t talk;
    s_start (&talk, BUTLER_SIDE_BACKEND, BUTLER_SIDE_WORKER);
    zsock_send (talk.router, "sbsssssssss", "peer", "\x02", (size_t) 1, "1", "2", "3", "4", "5", "6", "7", "8", "9");
    assert_int_equal (butler_msg_recv (talk.at_peer, talk.peer), -1);
    assert_int_equal (errno, EPROTO);
    assert_string_equal (butler_msg_fault (talk.at_peer), "too many frames");
    assert_int_equal (butler_msg_id (talk.at_peer), 0);
    s_stop (&talk);
}

static void
s_assert_not_sent (s_talk_t *talk, const char *fault)
{
    assert_int_equal (butler_msg_send (talk->at_peer, talk->peer), -1);
    assert_int_equal (errno, EINVAL);
    assert_string_equal (butler_msg_fault (talk->at_peer), fault);
}

static void
incomplete_message_is_not_sent (void **state)
{
    (void) state;
    s_talk_t talk;
    s_start (&talk, BUTLER_SIDE_FRONTEND, BUTLER_SIDE_CLIENT);
    s_assert_not_sent (&talk, "that side receives no messages of this kind");
    s_fill_request (talk.at_peer);
    butler_msg_set_service (talk.at_peer, NULL);
    s_assert_not_sent (&talk, "REQUEST: service is missing or not 1 to 250 bytes of printable UTF-8");
    butler_msg_set_service (talk.at_peer, "api");
    butler_msg_set_api_id (talk.at_peer, "0.3.0:1");
    s_assert_not_sent (&talk, "REQUEST: expiration is relative, which is for dialect 1");
    butler_msg_set_id (talk.at_peer, BUTLER_MSG_RESPONSE);
    s_assert_not_sent (&talk, "that side receives no messages of this kind");

    assert_int_equal (butler_msg_set_id (talk.at_router, BUTLER_MSG_RESPONSE), 0);
    assert_int_equal (butler_msg_send (talk.at_router, talk.router), -1);
    assert_int_equal (errno, EINVAL);
    assert_string_equal (butler_msg_fault (talk.at_router), "a router sends to a routing id");
    s_stop (&talk);
}

static void
incomplete_message_is_not_sent_packed (void **state)
{
    (void) state;
    s_talk_t talk;
    s_start (&talk, BUTLER_SIDE_FRONTEND, BUTLER_SIDE_CLIENT);
    butler_msg_set_envelope (talk.at_peer, BUTLER_ENVELOPE_PACKED);
    s_assert_not_sent (&talk, "that side receives no messages of this kind");
    s_fill_request (talk.at_peer);
    butler_msg_set_service (talk.at_peer, NULL);
    s_assert_not_sent (&talk, "packed request: service is missing or not 1 to 250 bytes of printable UTF-8");
    butler_msg_set_service (talk.at_peer, "api");
    butler_msg_set_expiration (talk.at_peer, "");
    s_assert_not_sent (&talk, "packed request: expiration is missing");
    butler_msg_set_expiration (talk.at_peer, "+1");
    butler_msg_set_attempt (talk.at_peer, 1);
    s_assert_not_sent (&talk, "packed: attempts are for the router to count");
    butler_msg_set_attempt (talk.at_peer, 0);
    butler_msg_set_api_id (talk.at_peer, "0.3.0:1");
    s_assert_not_sent (&talk, "packed: expiration is relative, which is for dialect 1");
    butler_msg_set_id (talk.at_peer, BUTLER_MSG_DISPATCH);
    butler_msg_set_expiration (talk.at_peer, "1");
    s_assert_not_sent (&talk, "that side receives no messages of this kind");
    butler_msg_set_id (talk.at_peer, BUTLER_MSG_RESPONSE);
    s_assert_not_sent (&talk, "packed: not a message for this side");
    butler_msg_set_id (talk.at_peer, BUTLER_MSG_CANCEL);
    butler_msg_set_api_id (talk.at_peer, "");
    assert_int_equal (butler_msg_send (talk.at_peer, talk.peer), -1);
    assert_int_equal (errno, EINVAL);
    butler_msg_set_api_id (talk.at_peer, "1.0:42");
    butler_msg_set_envelope (talk.at_peer, BUTLER_ENVELOPE_FRAMES);
    s_assert_not_sent (&talk, "this kind is in the packed envelope alone");
    butler_msg_set_side (talk.at_peer, BUTLER_SIDE_WORKER);
    s_assert_not_sent (&talk, "that side receives no messages of this kind");
    s_stop (&talk);
}

static void
malformed_packed_message_tells_its_envelope (void **state)
{
    (void) state;
    s_talk_t talk;
    s_start (&talk, BUTLER_SIDE_FRONTEND, BUTLER_SIDE_CLIENT);
    zsock_send (talk.peer, "b", "\xb5\x7e\x01\x01" "\0\0" "\0\0\0\0\0\0\0\0" "\x03" "a:b", (size_t) 18);
    s_assert_malformed (&talk, "packed request: service is missing or not 1 to 250 bytes of printable UTF-8");
    assert_int_equal (butler_msg_envelope (talk.at_router), BUTLER_ENVELOPE_PACKED);
    assert_string_equal (butler_msg_api_id (talk.at_router), "a:b");
    //  Nobody awaits an answer to a CANCEL
    zsock_send (talk.peer, "bs", "\xb5\x7e\x01\x04\x03" "a:b", (size_t) 8, "more");
    s_assert_malformed (&talk, "packed: there is something behind the last part");
    assert_int_equal (butler_msg_envelope (talk.at_router), BUTLER_ENVELOPE_PACKED);
    assert_string_equal (butler_msg_api_id (talk.at_router), "");
    s_stop (&talk);
}

static void
message_to_nobody_can_be_sent_to_somebody_else (void **state)
{
    (void) state;
    s_talk_t talk;
    s_start (&talk, BUTLER_SIDE_FRONTEND, BUTLER_SIDE_CLIENT);
    butler_msg_set_id (talk.at_router, BUTLER_MSG_RESPONSE);
    butler_msg_set_api_id (talk.at_router, "1.0:42");
    butler_msg_set_response (talk.at_router, "answer", 6);
    butler_msg_set_routing_id (talk.at_router, "gone", 4);
    assert_int_equal (butler_msg_send (talk.at_router, talk.router), -1);
    assert_int_equal (errno, EHOSTUNREACH);
    s_to_peer (&talk);
    s_assert_bytes (butler_msg_response (talk.at_peer), butler_msg_response_size (talk.at_peer), "answer");
    s_stop (&talk);
}

static void
setters_refuse_what_the_wire_does_not_carry (void **state)
{
    (void) state;
    butler_msg_t *msg = butler_msg_new (BUTLER_SIDE_CLIENT);
    s_fill_request (msg);
    char big [300];
    memset (big, ':', sizeof big);
    big [256] = 0;
    assert_int_equal (butler_msg_set_api_id (msg, "no colon"), -1);
    assert_int_equal (errno, EINVAL);
    assert_int_equal (butler_msg_set_api_id (msg, big), -1);
    assert_int_equal (butler_msg_set_service (msg, big), -1);
    assert_int_equal (butler_msg_set_service (msg, "new\nline"), -1);
    assert_int_equal (butler_msg_set_expiration (msg, "soon"), -1);
    assert_int_equal (butler_msg_set_code (msg, "20"), -1);
    assert_int_equal (butler_msg_set_token (msg, big, 256), -1);
    assert_int_equal (butler_msg_set_routing_id (msg, big, 256), -1);
    assert_int_equal (butler_msg_set_order (msg, "\x04", 1), -1);
    assert_int_equal (butler_msg_set_id (msg, 0), -1);
    assert_int_equal (butler_msg_set_envelope (msg, 2), -1);
    assert_int_equal (butler_msg_set_envelope (msg, -1), -1);
    assert_int_equal (butler_msg_set_trace (msg, "two\nlines"), -1);
    assert_int_equal (butler_msg_set_trace (msg, big), -1);
    assert_int_equal (errno, EINVAL);
    assert_int_equal (butler_msg_set_trace (msg, big + 1), 0);
    assert_int_equal (butler_msg_set_trace (msg, NULL), 0);
    assert_string_equal (butler_msg_trace (msg), "");
    assert_int_equal (butler_msg_set_id (msg, BUTLER_MSG_CANCEL + 1), -1);
    assert_string_equal (butler_msg_api_id (msg), "1.0:42");
    assert_string_equal (butler_msg_service (msg), "api.images");
    assert_string_equal (butler_msg_expiration (msg), "+2500");
    assert_int_equal (butler_msg_id (msg), BUTLER_MSG_REQUEST);
    butler_msg_destroy (&msg);
}

static void
copy_is_independent (void **state)
{
    (void) state;
    butler_msg_t *msg = butler_msg_new (BUTLER_SIDE_CLIENT);
    s_fill_request (msg);
    butler_msg_t *copy = butler_msg_dup (msg);
    butler_msg_set_body (msg, "another body", 12);
    butler_msg_reset (msg);
    assert_int_equal (butler_msg_id (msg), 0);
    assert_int_equal (butler_msg_body_size (msg), 0);
    butler_msg_destroy (&msg);
    assert_int_equal (butler_msg_side (copy), BUTLER_SIDE_CLIENT);
    assert_string_equal (butler_msg_service (copy), "api.images");
    s_assert_bytes (butler_msg_body (copy), butler_msg_body_size (copy), "some body");
    butler_msg_destroy (&copy);
}

static void
side_can_be_changed (void **state)
{
    (void) state;
    butler_msg_t *msg = butler_msg_new (BUTLER_SIDE_CLIENT);
    butler_msg_set_side (msg, BUTLER_SIDE_WORKER);
    assert_int_equal (butler_msg_side (msg), BUTLER_SIDE_WORKER);
    assert_int_equal (butler_msg_expiration_left (msg, 42), 0);
    butler_msg_destroy (&msg);
}

//  What a peer sent reaches the terminal without control characters
static void
print_shows_every_field_harmlessly (void **state)
{
    (void) state;
    butler_msg_t *msg = butler_msg_new (BUTLER_SIDE_CLIENT);
    char text [2048] = "";
    FILE *stream = fmemopen (text, sizeof text, "w");
    assert_non_null (stream);
    butler_msg_fprint (msg, stream);
    s_fill_request (msg);
    butler_msg_set_routing_id (msg, "\x00peer", 5);
    butler_msg_set_body (msg, "\x1b[2Jback\\slash", 14);
    butler_msg_fprint (msg, stream);
    char big [100];
    memset (big, 'x', sizeof big);
    butler_msg_reset (msg);
    butler_msg_set_id (msg, BUTLER_MSG_REPLY);
    butler_msg_set_token (msg, "\x01", 1);
    butler_msg_set_response (msg, big, sizeof big);
    butler_msg_fprint (msg, stream);
    butler_msg_reset (msg);
    butler_msg_set_id (msg, BUTLER_MSG_CANCEL);
    butler_msg_set_envelope (msg, BUTLER_ENVELOPE_PACKED);
    butler_msg_set_attempt (msg, 2);
    butler_msg_set_trace (msg, "trace");
    butler_msg_fprint (msg, stream);
    fclose (stream);
    big [64] = 0;
    char expected [2048];
    snprintf (expected, sizeof expected,
              "(no message)\n"
              "REQUEST\n    routing_id: 5 bytes \\x00peer\n    api_id: 1.0:42\n    service: api.images\n"
              "    expiration: +2500\n    body: 14 bytes \\x1b[2Jback\\x5cslash\n"
              "REPLY\n    response: 100 bytes %s...\n    token: 1 bytes \\x01\n"
              "CANCEL\n    envelope: packed\n    attempt: 2\n    trace: trace\n", big);
    assert_string_equal (text, expected);
    butler_msg_destroy (&msg);
}

int
main (void)
{
    zsys_handler_set (NULL);
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (client_and_frontend_talk),
        cmocka_unit_test (worker_says_all_it_has_to_say),
        cmocka_unit_test (worker_hears_all_it_has_to_hear),
        cmocka_unit_test (client_and_frontend_talk_packed),
        cmocka_unit_test (backend_and_worker_talk_packed),
        cmocka_unit_test (nothing_there_leaves_the_message_as_it_was),
        cmocka_unit_test (malformed_message_tells_fault_sender_and_api_id),
        cmocka_unit_test (heartbeat_with_too_many_notices_is_malformed),
        cmocka_unit_test (incomplete_message_is_not_sent),
        cmocka_unit_test (incomplete_message_is_not_sent_packed),
        cmocka_unit_test (malformed_packed_message_tells_its_envelope),
        cmocka_unit_test (message_to_nobody_can_be_sent_to_somebody_else),
        cmocka_unit_test (setters_refuse_what_the_wire_does_not_carry),
        cmocka_unit_test (copy_is_independent),
        cmocka_unit_test (side_can_be_changed),
        cmocka_unit_test (print_shows_every_field_harmlessly)
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
