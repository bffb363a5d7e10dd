/*  test_allocations.c - what a message costs a client's and a worker's thread in allocations, once warm
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "raw_router.h"
#include "count_malloc.h"
#include "butler_client.h"
#include "butler_request.h"
#include "butler_service.h"
#include "butler_worker.h"

#define BATCH 64                    //  messages under way at a time
#define WARM 20                     //  batches before it counts
#define BATCHES 200
#define SPARE (2 * BATCHES)         //  libzmq's queues grow by blocks of 256 frames, and keep but one

//  libzmq keeps the first in the message itself, and the other in a block of its own
#define SHORT "a short body"
#define LONG  "a body that libzmq keeps in a block of its own, beside the message"

//  ---- the client

//  A batch through the client; what its thread allocated
static unsigned long
s_call (zsock_t *router, butler_client_t *client, const char *body)
{
    unsigned long before = count_malloc;
    for (int count = 0; count < BATCH; count++)
        assert_true (butler_client_submit_direct (client, "api.test", body, strlen (body)));
    unsigned long allocated = count_malloc - before;
    for (int count = 0; count < BATCH; count++) {
        zmsg_t *request = raw_router_recv (router);
        raw_router_answer (router, request, body, NULL);
        zmsg_destroy (&request);
    }
    before = count_malloc;
    for (int count = 0; count < BATCH; count++) {
        assert_true (butler_client_recv (client, PATIENCE));
        assert_int_equal (butler_client_status (client), 200);
        assert_int_equal (butler_client_size (client), strlen (body));
    }
    return allocated + count_malloc - before;
}

static void
s_client (const char *body, unsigned long each)
{
    zsock_t *router = raw_router_new ();
    butler_client_t *client = butler_client_new (zsock_endpoint (router));
    zmq_pollitem_t item = { .socket = zsock_resolve (butler_client_socket (client)), .events = ZMQ_POLLOUT };
    assert_int_equal (zmq_poll (&item, 1, PATIENCE), 1);    //  until then nothing is sent
    for (int count = 0; count < WARM; count++)
        s_call (router, client, body);
    unsigned long allocated = 0;
    for (int count = 0; count < BATCHES; count++)
        allocated += s_call (router, client, body);
    assert_in_range (allocated, 0, BATCHES * BATCH * each + SPARE);
    butler_client_destroy (&client);
    zsock_destroy (&router);
}

static void
client_allocates_nothing (void **state)
{
    (void) state;
    if (count_malloc_works ())
        s_client (SHORT, 0);
}

//  It copies what it is given
static void
client_allocates_a_long_body (void **state)
{
    (void) state;
    if (count_malloc_works ())
        s_client (LONG, 1);
}

//  ---- the worker, in its reactor

typedef struct {
    zsock_t *router;
    zframe_t *peer;
    unsigned long allocated;        //  by the reactor's thread, when it took the last request
} s_worker_t;

//  The reactor's thread reads this before it sends the reply that lets the test read it
static json_t *
s_echo (butler_request_t *request, void *arg)
{
    s_worker_t *self = arg;
    self->allocated = count_malloc;
    return butler_request_answer (request, butler_request_body (request), butler_request_size (request));
}

static bool
s_is_command (zmsg_t *message, uint8_t command)
{
    zframe_t *frame = frame_at (message, 1);
    return zframe_size (frame) == 1 && *zframe_data (frame) == command;
}

//  The next message of this kind; others are heartbeats
static zmsg_t *
s_recv (s_worker_t *self, uint8_t command)
{
    zmsg_t *message = raw_router_recv (self->router);
    while (!s_is_command (message, command)) {
        assert_true (s_is_command (message, 2));
        raw_router_send (self->router, self->peer, "\x02", NULL);
        zmsg_destroy (&message);
        message = raw_router_recv (self->router);
    }
    return message;
}

static void
s_serve (s_worker_t *self, const char *body, int batches)
{
    for (int count = 0; count < batches * BATCH; count++) {
        raw_router_send (self->router, self->peer, "token", "", "1.0:7", "api.test", "+60000", body, NULL);
        if (count % BATCH < BATCH - 1)
            continue;
        for (int replies = 0; replies < BATCH; replies++) {
            zmsg_t *reply = s_recv (self, 4);
            assert_frame (reply, 5, body);
            zmsg_destroy (&reply);
        }
    }
}

static void
s_work (const char *body, unsigned long each)
{
    s_worker_t self = { .router = raw_router_new () };
    butler_service_t *service = butler_service_new ("api.test");
    butler_service_set_direct (service, s_echo, &self);
    butler_service_set_threads (service, 0);
    zactor_t *worker = zactor_new (butler_worker, service);
    zstr_sendx (worker, "CONNECT", zsock_endpoint (self.router), NULL);
    char *answer = zstr_recv (worker);
    assert_string_equal (answer, "OK");
    zstr_free (&answer);
    zmsg_t *ready = s_recv (&self, 1);
    self.peer = zmsg_pop (ready);
    zmsg_destroy (&ready);

    s_serve (&self, body, WARM);
    const unsigned long before = self.allocated;
    s_serve (&self, body, BATCHES);
    assert_in_range (self.allocated - before, 0, BATCHES * BATCH * each + SPARE);

    zactor_destroy (&worker);
    butler_service_destroy (&service);
    zframe_destroy (&self.peer);
    zsock_destroy (&self.router);
}

//  The request itself: a block that a deferring handler may keep and free from any thread
static void
worker_allocates_a_request (void **state)
{
    (void) state;
    if (count_malloc_works ())
        s_work (SHORT, 1);
}

//  And a copy of the response, as the handler's bytes are its own
static void
worker_allocates_a_long_response (void **state)
{
    (void) state;
    if (count_malloc_works ())
        s_work (LONG, 2);
}

//  The counter is not blind
static void
allocation_is_counted (void **state)
{
    (void) state;
    if (!count_malloc_works ())
        return;
    const unsigned long before = count_malloc;
    zmq_msg_t msg;
    zmq_msg_init_size (&msg, strlen (LONG));
    assert_true (count_malloc > before);
    zmq_msg_close (&msg);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (allocation_is_counted),
        cmocka_unit_test (client_allocates_nothing),
        cmocka_unit_test (client_allocates_a_long_body),
        cmocka_unit_test (worker_allocates_a_request),
        cmocka_unit_test (worker_allocates_a_long_response),
    };
    return cmocka_run_group_tests_name ("allocations", tests, NULL, NULL);
}
