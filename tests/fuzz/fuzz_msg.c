/*  fuzz_msg.c - fuzzing: butler_msg receives any frames, and sends on what it took
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "fuzz.h"
#include "butler_msg.h"
#include <errno.h>
#include <zmq.h>

static void *s_near, *s_far;
static FILE *s_nowhere;

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
    (void) argc;
    (void) argv;
    void *context = zmq_ctx_new ();
    s_near = zmq_socket (context, ZMQ_PAIR);
    s_far = zmq_socket (context, ZMQ_PAIR);
    s_nowhere = fopen ("/dev/null", "w");
    assert (s_near && s_far && s_nowhere);
    int rc = zmq_bind (s_near, "inproc://wire");
    assert (rc == 0);
    rc = zmq_connect (s_far, "inproc://wire");
    assert (rc == 0);
    return 0;
}

//  Who sends what this side receives
static butler_side_t
s_sender (butler_side_t side)
{
    static const butler_side_t senders [] = {
        [BUTLER_SIDE_FRONTEND] = BUTLER_SIDE_CLIENT, [BUTLER_SIDE_BACKEND] = BUTLER_SIDE_WORKER,
        [BUTLER_SIDE_CLIENT] = BUTLER_SIDE_FRONTEND, [BUTLER_SIDE_WORKER] = BUTLER_SIDE_BACKEND,
    };
    return senders [side];
}

static void
s_same_bytes (const void *a, size_t a_size, const void *b, size_t b_size)
{
    assert (butler_span_equal (butler_span (a, a_size), butler_span (b, b_size)));
}

#define S_SAME(field) \
    s_same_bytes (butler_msg_##field (a), butler_msg_##field##_size (a), \
                  butler_msg_##field (b), butler_msg_##field##_size (b))

static void
s_same (const butler_msg_t *a, const butler_msg_t *b)
{
    assert (butler_msg_id (a) && butler_msg_id (a) == butler_msg_id (b));
    assert (butler_msg_envelope (a) == butler_msg_envelope (b));
    assert (butler_msg_dialect (a) == butler_msg_dialect (b));
    assert (butler_msg_attempt (a) == butler_msg_attempt (b));
    assert (strcmp (butler_msg_api_id (a), butler_msg_api_id (b)) == 0);
    assert (strcmp (butler_msg_service (a), butler_msg_service (b)) == 0);
    assert (butler_msg_expiration_left (a, 5) == butler_msg_expiration_left (b, 5));
    assert (strcmp (butler_msg_code (a), butler_msg_code (b)) == 0);
    assert (strcmp (butler_msg_trace (a), butler_msg_trace (b)) == 0);
    S_SAME (body);
    S_SAME (response);
    S_SAME (worker);
    S_SAME (order);
    S_SAME (token);
    S_SAME (notice);
    S_SAME (properties);
    S_SAME (extra);
}

//  The routing id that a ROUTER would put in front, or take off
static void
s_route (bool put)
{
    zmq_msg_t id;
    zmq_msg_init_size (&id, put? 4: 0);
    if (put)
        memcpy (zmq_msg_data (&id), "peer", 4);
    const int rc = put? zmq_msg_send (&id, s_far, ZMQ_DONTWAIT | ZMQ_SNDMORE)
                      : zmq_msg_recv (&id, s_near, ZMQ_DONTWAIT);
    assert (rc == 4);
    zmq_msg_close (&id);
}

//  What it took it can send, and that arrives as the same
static void
s_send_on (butler_msg_t *msg)
{
    const butler_side_t side = butler_msg_side (msg);
    const bool router = side == BUTLER_SIDE_FRONTEND || side == BUTLER_SIDE_BACKEND;
    butler_msg_t *sent = butler_msg_dup (msg), *again = butler_msg_new (side);
    s_same (msg, sent);
    butler_msg_set_side (sent, s_sender (side));
    butler_msg_set_routing_id (sent, "peer", 4);
    if (router)
        s_route (true);
    int rc = butler_msg_send (sent, s_far);
    assert (rc == 0);
    if (!router)
        s_route (false);
    rc = butler_msg_recv (again, s_near);
    assert (rc == 0);
    s_same (msg, again);
    butler_msg_destroy (&sent);
    butler_msg_destroy (&again);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    butler_span_t rest = butler_span (data, size);
    butler_frames_t frames = { .count = 0 };
    butler_msg_t *msg = butler_msg_new ((butler_side_t) (fuzz_byte (&rest) % 4));
    fuzz_frames (&frames, rest);
    if (frames.count) {
        int rc = butler_frames_send (&frames, 0, s_far);
        assert (rc == 0);
        rc = butler_msg_recv (msg, s_near);
        assert (rc == 0 || (errno == EPROTO && butler_msg_fault (msg) && !butler_msg_id (msg)));
        butler_msg_fprint (msg, s_nowhere);
        if (rc == 0)
            s_send_on (msg);
    }
    butler_frames_clear (&frames);
    butler_msg_destroy (&msg);
    return 0;
}
