/*  test_unread.c - large bodies that libzmq holds for peers are counted until it lets go of them
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "actors/butler_unread.h"
#include <czmq.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { SIZE = 100000, LIMIT = 1000000 };

static butler_span_t
s_peer (const char *id)
{
    return butler_span_string (id);
}

static int64_t
s_bytes (const butler_unread_t *self)
{
    return __atomic_load_n (butler_unread_bytes (self), __ATOMIC_ACQUIRE);
}

static void
s_make (zmq_msg_t *msg, size_t size)
{
    assert_int_equal (zmq_msg_init_size (msg, size), 0);
    memset (zmq_msg_data (msg), 7, size);
}

//  As if it were sent; whoever closes it has read it
static bool
s_send (butler_unread_t *self, const char *peer, zmq_msg_t *msg, size_t size)
{
    if (butler_unread_may (self, LIMIT, s_peer (peer), size))
        return false;
    s_make (msg, size);
    butler_unread_count (self, s_peer (peer), msg);
    return true;
}

static void
message_counts_until_it_is_closed (void **state)
{
    (void) state;
    butler_unread_t *self = butler_unread_new (1);
    zmq_msg_t msg;
    assert_true (s_send (self, "a", &msg, SIZE));
    assert_int_equal (s_bytes (self), SIZE);
    assert_int_equal (zmq_msg_size (&msg), SIZE);
    const uint8_t *data = zmq_msg_data (&msg);
    assert_int_equal (data [0] + data [SIZE - 1], 14);
    zmq_msg_close (&msg);
    assert_int_equal (s_bytes (self), 0);
    butler_unread_destroy (&self);
    assert_null (self);
    butler_unread_destroy (&self);
}

static void
message_may_outlive_what_counted_it (void **state)
{
    (void) state;
    butler_unread_t *self = butler_unread_new (1);
    zmq_msg_t msg;
    assert_true (s_send (self, "a", &msg, SIZE));
    butler_unread_destroy (&self);
    zmq_msg_close (&msg);
}

static void
message_that_was_not_sent_is_as_it_was (void **state)
{
    (void) state;
    butler_unread_t *self = butler_unread_new (1);
    zmq_msg_t msg;
    s_make (&msg, SIZE);
    const void *data = zmq_msg_data (&msg);
    butler_unread_count (self, s_peer ("a"), &msg);
    butler_unread_recall (self, &msg);
    assert_int_equal (s_bytes (self), 0);
    assert_int_equal (zmq_msg_size (&msg), SIZE);
    assert_ptr_equal (zmq_msg_data (&msg), data);
    zmq_msg_close (&msg);
    butler_unread_destroy (&self);
}

static void
deaf_peers_share_what_there_is_and_leave_some (void **state)
{
    (void) state;
    butler_unread_t *self = butler_unread_new (1);
    zmq_msg_t msg [100];
    int count = 0;
    while (s_send (self, "a", &msg [count], LIMIT / 100))
        count++;
    assert_int_equal (count, 20);               //  a fifth
    while (s_send (self, "b", &msg [count], LIMIT / 100))
        count++;
    assert_int_equal (count, 20 + 16);          //  a fifth of the rest
    assert_false (s_send (self, "a", &msg [count], LIMIT / 100));
    assert_true (s_send (self, "c", &msg [count], LIMIT / 2));      //  one message
    count++;
    assert_false (s_send (self, "c", &msg [count], LIMIT / 100));
    assert_false (s_send (self, "d", &msg [count], LIMIT / 5));
    assert_true (s_send (self, "d", &msg [count], LIMIT / 10));
    count++;
    while (count)
        zmq_msg_close (&msg [--count]);
    butler_unread_destroy (&self);
}

static void
any_message_may_go_where_nothing_is_unread (void **state)
{
    (void) state;
    butler_unread_t *self = butler_unread_new (1);
    zmq_msg_t msg, other;
    assert_true (s_send (self, "a", &msg, 2 * LIMIT));
    assert_false (s_send (self, "b", &other, SIZE));
    assert_int_equal (errno, ENOBUFS);
    zmq_msg_close (&msg);
    assert_true (s_send (self, "b", &other, SIZE));
    zmq_msg_close (&other);
    butler_unread_destroy (&self);
}

static void
peers_that_come_and_go_leave_nothing_wrong (void **state)
{
    (void) state;
    butler_unread_t *self = butler_unread_new (1);
    zmq_msg_t msg [300];
    char id [32];
    for (int round = 0; round < 20; round++) {
        for (int index = 0; index < 300; index++) {
            snprintf (id, sizeof id, "%d-%d", round, index);
            s_make (&msg [index], 10000);
            butler_unread_count (self, s_peer (id), &msg [index]);
        }
        assert_int_equal (s_bytes (self), 300 * 10000);
        for (int index = 0; index < 300; index++)
            zmq_msg_close (&msg [(index * 7) % 300]);
        assert_int_equal (s_bytes (self), 0);
    }
    butler_unread_destroy (&self);
}

//  Over a real connection: what the peer has not read counts, and no longer once it has
static void
peer_that_reads_pays_back (void **state)
{
    (void) state;
    butler_unread_t *self = butler_unread_new (1);
    zsock_t *router = zsock_new (ZMQ_ROUTER), *dealer = zsock_new (ZMQ_DEALER);
    zsock_set_identity (dealer, "peer");
    zsock_set_rcvhwm (dealer, 1);
    assert_true (zsock_bind (router, "tcp://127.0.0.1:*") > 0);
    assert_int_equal (zsock_connect (dealer, "%s", zsock_endpoint (router)), 0);
    zstr_send (dealer, "hello");
    zmsg_t *hello = zmsg_recv (router);
    zmsg_destroy (&hello);
    for (int count = 0; count < 100; count++) {
        zmq_msg_t msg;
        s_make (&msg, 1000000);
        butler_unread_count (self, s_peer ("peer"), &msg);
        assert_int_equal (zmq_send (zsock_resolve (router), "peer", 4, ZMQ_SNDMORE), 4);
        assert_int_equal (zmq_msg_send (&msg, zsock_resolve (router), 0), 1000000);
    }
    assert_true (s_bytes (self) > 50 * 1000000);
    for (int count = 0; count < 100; count++) {
        zmsg_t *message = zmsg_recv (dealer);
        zmsg_destroy (&message);
    }
    const int64_t deadline = zclock_mono () + 30000;
    while (s_bytes (self) && zclock_mono () < deadline)
        zclock_sleep (1);
    assert_int_equal (s_bytes (self), 0);
    zsock_destroy (&dealer);
    zsock_destroy (&router);
    butler_unread_destroy (&self);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (message_counts_until_it_is_closed),
        cmocka_unit_test (message_may_outlive_what_counted_it),
        cmocka_unit_test (message_that_was_not_sent_is_as_it_was),
        cmocka_unit_test (deaf_peers_share_what_there_is_and_leave_some),
        cmocka_unit_test (any_message_may_go_where_nothing_is_unread),
        cmocka_unit_test (peers_that_come_and_go_leave_nothing_wrong),
        cmocka_unit_test (peer_that_reads_pays_back),
    };
    return cmocka_run_group_tests_name ("unread", tests, NULL, NULL);
}
