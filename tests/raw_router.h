/*  raw_router.h - for tests: a bare ROUTER socket that plays the router, frame by frame
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef RAW_ROUTER_H
#define RAW_ROUTER_H

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <czmq.h>
#include <unistd.h>

#define PATIENCE 5000               //  ms that anything which is to happen may take

//  An address of this process alone, and any port. CZMQ draws the same ports for all processes that begin within a
//  second: elsewhere one of them could take the port that another gives up for a moment, or be met by its old peers.
static inline const char *
raw_router_anywhere (void)
{
    static char endpoint [32];
    const unsigned pid = (unsigned) getpid ();
    snprintf (endpoint, sizeof endpoint, "tcp://127.%u.%u.%u:!", 64 + (pid >> 16) % 128, (pid >> 8) % 256, pid % 256);
    return endpoint;
}

//  On a port that no router of this test had before: an old worker may linger, and come back to it
static inline zsock_t *
raw_router_new (void)
{
    zsock_t *router = zsock_new (ZMQ_ROUTER);
    assert_non_null (router);
    assert_true (zsock_bind (router, "%s", raw_router_anywhere ()) > 0);
    zsock_set_rcvtimeo (router, PATIENCE);
    return router;
}

//  On a port that another has just given up, which libzmq does a little later
static inline zsock_t *
raw_router_again (const char *endpoint)
{
    zsock_t *router = zsock_new (ZMQ_ROUTER);
    const int64_t limit = zclock_mono () + PATIENCE;
    while (zsock_bind (router, "%s", endpoint) < 0) {
        assert_true (zclock_mono () < limit);
        zclock_sleep (10);
    }
    zsock_set_rcvtimeo (router, PATIENCE);
    return router;
}

//  Until there is a router that takes what this socket sends
static inline void
raw_router_await (zsock_t *socket)
{
    zmq_pollitem_t item = { .socket = zsock_resolve (socket), .events = ZMQ_POLLOUT };
    assert_int_equal (zmq_poll (&item, 1, PATIENCE), 1);
}

//  Whether something comes within so many ms
static inline bool
raw_router_hears (zsock_t *router, int ms)
{
    zmq_pollitem_t item = { .socket = zsock_resolve (router), .events = ZMQ_POLLIN };
    return zmq_poll (&item, 1, ms) > 0;
}

static inline zframe_t *
frame_at (zmsg_t *message, size_t index)
{
    zframe_t *frame = zmsg_first (message);
    while (index--)
        frame = zmsg_next (message);
    assert_non_null (frame);
    return frame;
}

static inline void
assert_frame (zmsg_t *message, size_t index, const char *text)
{
    zframe_t *frame = frame_at (message, index);
    assert_int_equal (zframe_size (frame), strlen (text));
    assert_memory_equal (zframe_data (frame), text, strlen (text));
}

//  With strings up to a NULL behind what it has; "" makes an empty frame
static inline void
raw_router_finish (zsock_t *router, zmsg_t *message, va_list frames)
{
    const char *text;
    while ((text = va_arg (frames, const char *)))
        zmsg_addstr (message, text);
    assert_int_equal (zmsg_send (&message, router), 0);
}

//  These strings to that peer
static inline void
raw_router_send (zsock_t *router, zframe_t *peer, ...)
{
    zmsg_t *message = zmsg_new ();
    zframe_t *id = zframe_dup (peer);
    zmsg_append (message, &id);
    va_list frames;
    va_start (frames, peer);
    raw_router_finish (router, message, frames);
    va_end (frames);
}

//  A client's request in frames is answered with these strings; it stays the caller's
static inline void
raw_router_answer (zsock_t *router, zmsg_t *request, ...)
{
    zmsg_t *message = zmsg_new ();
    for (size_t index = 0; index < 3; index++) {        //  the client, an empty frame, the api:id
        zframe_t *frame = zframe_dup (frame_at (request, index));
        zmsg_append (message, &frame);
    }
    va_list frames;
    va_start (frames, request);
    raw_router_finish (router, message, frames);
    va_end (frames);
}

//  A client that sends much asks for the packed envelope, which this router does not read. True: it did,
//  and was told so
static inline bool
raw_router_declines (zsock_t *router, zmsg_t *message)
{
    if (zmsg_size (message) != 6 || !zframe_streq (frame_at (message, 3), "mmi.butler.packed"))
        return false;
    raw_router_answer (router, message, "butler.packed", "400", NULL);
    return true;
}

static inline zmsg_t *
raw_router_recv (zsock_t *router)
{
    zmsg_t *message = zmsg_recv (router);
    while (message && raw_router_declines (router, message)) {
        zmsg_destroy (&message);
        message = zmsg_recv (router);
    }
    assert_non_null (message);
    return message;
}

//  The next message of a worker but heartbeats, which are answered as a router does
static inline zmsg_t *
raw_router_recv_work (zsock_t *router)
{
    for (;;) {
        zmsg_t *message = raw_router_recv (router);
        zframe_t *command = frame_at (message, 1);
        if (zframe_size (command) != 1 || zframe_data (command) [0] != 2)
            return message;
        raw_router_send (router, frame_at (message, 0), "\x02", NULL);
        zmsg_destroy (&message);
    }
}

//  The next request is answered
static inline void
raw_router_serve (zsock_t *router, const char *response)
{
    zmsg_t *request = raw_router_recv (router);
    raw_router_answer (router, request, response, NULL);
    zmsg_destroy (&request);
}

//  The next message is that client's word that it gave up on this request
static inline void
raw_router_recv_cancel (zsock_t *router, zframe_t *peer, const char *api_id)
{
    zmsg_t *message = raw_router_recv (router);
    assert_int_equal (zmsg_size (message), 6);
    assert_true (zframe_eq (frame_at (message, 0), peer));
    assert_frame (message, 1, "");
    assert_frame (message, 2, api_id);
    assert_frame (message, 3, "butler.cancel");
    assert_frame (message, 4, "+0");
    assert_frame (message, 5, "");
    zmsg_destroy (&message);
}

//  The same for a request that was received
static inline void
raw_router_expect_cancel (zsock_t *router, zmsg_t *request)
{
    char *id = zframe_strdup (frame_at (request, 2));
    raw_router_recv_cancel (router, frame_at (request, 0), id);
    free (id);
}

#endif
