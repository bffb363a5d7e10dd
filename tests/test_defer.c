/*  test_defer.c - handlers that answer later: out of order, from any thread, or never
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "raw_router.h"
#include <pthread.h>
#include "butler.h"

#define TRAY 4096
#define LAPSE 50                    //  ms in which nothing is to happen
#define SHORT 1500                  //  ms that a client waits which gives up

typedef struct {
    zactor_t *router, *worker;
    char *front, *back;
    butler_service_t *service;
    butler_client_t *client;
    //  Requests that handlers put aside, under the lock
    pthread_mutex_t lock;
    pthread_cond_t changed;
    butler_request_t *tray [TRAY];
    size_t count;
    bool closed;                    //  nothing more will come
    bool taken;                     //  somebody answered in the handler's stead
} self_t;

//  ---- the tray

static void
s_put (self_t *self, butler_request_t *request)
{
    pthread_mutex_lock (&self->lock);
    assert_true (self->count < TRAY);
    self->tray [self->count++] = request;
    pthread_cond_broadcast (&self->changed);
    pthread_mutex_unlock (&self->lock);
}

static struct timespec
s_limit (void)
{
    struct timespec limit;
    clock_gettime (CLOCK_REALTIME, &limit);
    limit.tv_sec += PATIENCE / 1000;
    return limit;
}

//  Takes the one that came as this one of those that are there, waiting until so many are
static butler_request_t *
s_take (self_t *self, size_t wanted, size_t index)
{
    const struct timespec limit = s_limit ();
    pthread_mutex_lock (&self->lock);
    while (self->count < wanted)
        assert_int_equal (pthread_cond_timedwait (&self->changed, &self->lock, &limit), 0);
    butler_request_t *request = self->tray [index];
    memmove (&self->tray [index], &self->tray [index + 1], (--self->count - index) * sizeof request);
    pthread_mutex_unlock (&self->lock);
    return request;
}

//  Any, or NULL when all have been taken and no more come
static butler_request_t *
s_take_any (self_t *self, unsigned *dice)
{
    pthread_mutex_lock (&self->lock);
    while (self->count == 0 && !self->closed)
        pthread_cond_wait (&self->changed, &self->lock);
    butler_request_t *request = NULL;
    if (self->count) {
        *dice = *dice * 1103515245 + 12345;
        const size_t index = (*dice >> 16) % self->count;
        request = self->tray [index];
        self->tray [index] = self->tray [--self->count];
    }
    pthread_mutex_unlock (&self->lock);
    return request;
}

static void
s_close (self_t *self)
{
    pthread_mutex_lock (&self->lock);
    self->closed = true;
    pthread_cond_broadcast (&self->changed);
    pthread_mutex_unlock (&self->lock);
}

//  ---- handlers

static json_t *
s_later (butler_request_t *request, void *arg)
{
    s_put (arg, request);
    return butler_request_defer (request);
}

//  Answers before it has returned, and returns something all the same
static json_t *
s_at_once (butler_request_t *request, void *arg)
{
    (void) arg;
    butler_request_answer_json (request, json_string ("at once"));
    assert_int_equal (butler_request_reply (&request), 0);
    assert_null (request);
    return json_string ("too late");
}

//  Another thread answers while the handler is still at it
static json_t *
s_overtaken (butler_request_t *request, void *arg)
{
    self_t *self = arg;
    s_put (self, request);
    pthread_mutex_lock (&self->lock);
    while (!self->taken)
        pthread_cond_wait (&self->changed, &self->lock);
    pthread_mutex_unlock (&self->lock);
    return butler_request_defer (request);
}

static json_t *
s_destroyed (butler_request_t *request, void *arg)
{
    (void) arg;
    butler_request_destroy (&request);
    return NULL;
}

//  ---- fixture

static char *
s_ask (zactor_t *actor, const char *command, const char *a, const char *b)
{
    zstr_sendx (actor, command, a, b, NULL);
    char *answer = zstr_recv (actor);
    assert_non_null (answer);
    return answer;
}

static void
s_await_service (self_t *self)
{
    const int64_t limit = zclock_mono () + PATIENCE;
    while (butler_client_find (self->client, "api.test") != 200) {
        assert_true (zclock_mono () < limit);
        zclock_sleep (5);
    }
}

static self_t *
s_new (int threads, int capacity)
{
    self_t *self = calloc (1, sizeof *self);
    pthread_mutex_init (&self->lock, NULL);
    pthread_cond_init (&self->changed, NULL);
    self->router = zactor_new (butler_router, NULL);
    self->front = s_ask (self->router, "BIND", "frontend", "tcp://127.0.0.1:*");
    self->back = s_ask (self->router, "BIND", "backend", "tcp://127.0.0.1:*");
    self->service = butler_service_new ("api.test");
    butler_service_set_threads (self->service, threads);
    butler_service_set_capacity (self->service, capacity);
    butler_service_register (self->service, "later (number: integer = 7)", s_later, self);
    butler_service_register (self->service, "at_once ()", s_at_once, self);
    butler_service_register (self->service, "overtaken ()", s_overtaken, self);
    butler_service_register (self->service, "destroyed ()", s_destroyed, self);
    self->worker = zactor_new (butler_worker, self->service);
    char *answer = s_ask (self->worker, "CONNECT", self->back, NULL);
    assert_string_equal (answer, "OK");
    zstr_free (&answer);
    self->client = butler_client_new (self->front);
    butler_client_set_timeout (self->client, PATIENCE);
    s_await_service (self);
    return self;
}

static void
s_destroy (self_t *self)
{
    butler_client_destroy (&self->client);
    zactor_destroy (&self->worker);
    zactor_destroy (&self->router);
    butler_service_destroy (&self->service);
    for (size_t index = 0; index < self->count; index++)
        butler_request_destroy (&self->tray [index]);
    pthread_cond_destroy (&self->changed);
    pthread_mutex_destroy (&self->lock);
    zstr_free (&self->front);
    zstr_free (&self->back);
    free (self);
}

//  Without handler threads, and with some
static int
s_setup_none (void **state)
{
    *state = s_new (0, 16);
    return 0;
}

static int
s_setup_some (void **state)
{
    *state = s_new (2, 16);
    return 0;
}

static int
s_teardown (void **state)
{
    s_destroy (*state);
    return 0;
}

#define BOTH(test) \
    { #test " without threads", test, s_setup_none, s_teardown, NULL }, \
    { #test " with threads", test, s_setup_some, s_teardown, NULL }

static void
s_reply (butler_request_t *request, int result)
{
    butler_request_answer_json (request, json_integer (result));
    assert_int_equal (butler_request_reply (&request), 0);
    assert_null (request);
}

//  The request that ends next is this one, with this result
static void
s_expect (self_t *self, uint64_t number, int result)
{
    assert_int_equal (butler_client_recv (self->client, PATIENCE), number);
    assert_int_equal (butler_client_status (self->client), 200);
    assert_int_equal (json_integer_value (butler_client_result (self->client)), result);
}

static void
s_expect_error (self_t *self, uint64_t number, int status, const char *error)
{
    assert_int_equal (butler_client_recv (self->client, PATIENCE), number);
    assert_int_equal (butler_client_status (self->client), status);
    assert_string_equal (butler_client_error (self->client), error);
}

static int
s_stat (self_t *self, const char *name)
{
    char *text = s_ask (self->worker, "STATS", NULL, NULL);
    json_t *stats = json_loads (text, 0, NULL);
    const int value = (int) json_integer_value (json_object_get (stats, name));
    json_decref (stats);
    zstr_free (&text);
    return value;
}

//  A handler's return is not heard from outside
static void
s_until_stat (self_t *self, const char *name, int wanted)
{
    const int64_t limit = zclock_mono () + PATIENCE;
    while (s_stat (self, name) != wanted) {
        assert_true (zclock_mono () < limit);
        zclock_sleep (2);
    }
}

static bool
s_hears (zactor_t *actor, int ms)
{
    zmq_pollitem_t item = { .socket = zsock_resolve (actor), .events = ZMQ_POLLIN };
    return zmq_poll (&item, 1, ms) > 0;
}

//  ---- answers

static void
requests_are_answered_out_of_order (void **state)
{
    self_t *self = *state;
    const uint64_t first = butler_client_submit (self->client, "api.test", "later", "i", 1);
    const uint64_t second = butler_client_submit (self->client, "api.test", "later", "i", 2);
    const uint64_t third = butler_client_submit (self->client, "api.test", "later", "i", 3);
    assert_int_equal (butler_client_recv (self->client, 0), 0);
    butler_request_t *request [3];
    for (int index = 0; index < 3; index++) {
        butler_request_t *taken = s_take (self, 1, 0);
        request [butler_request_integer (taken, "number") - 1] = taken;
    }
    s_reply (request [2], 33);
    s_expect (self, third, 33);
    s_reply (request [0], 11);
    s_expect (self, first, 11);
    butler_request_fail (request [1], "LookupError", "no %s", "image");
    assert_int_equal (butler_request_reply (&request [1]), 0);
    s_expect_error (self, second, 500, "LookupError: no image");
    assert_string_equal (butler_client_error_method (self->client), "later");
    assert_string_not_equal (butler_client_error_worker (self->client), "");
}

static void
handler_that_answers_itself_has_answered (void **state)
{
    self_t *self = *state;
    for (int round = 0; round < 100; round++) {
        json_t *result = butler_client_call (self->client, "api.test", "at_once", NULL);
        assert_string_equal (json_string_value (result), "at once");
        json_decref (result);
    }
}

static void
answer_may_overtake_the_handler_s_return (void **state)
{
    self_t *self = *state;
    const uint64_t number = butler_client_submit (self->client, "api.test", "overtaken", NULL);
    assert_int_equal (butler_client_recv (self->client, 0), 0);
    s_reply (s_take (self, 1, 0), 5);
    //  Not before the handler has returned
    assert_int_equal (butler_client_recv (self->client, LAPSE), 0);
    pthread_mutex_lock (&self->lock);
    self->taken = true;
    pthread_cond_broadcast (&self->changed);
    pthread_mutex_unlock (&self->lock);
    s_expect (self, number, 5);
}

static void
request_without_an_answer_gets_an_exception (void **state)
{
    self_t *self = *state;
    const uint64_t number = butler_client_submit (self->client, "api.test", "later", NULL);
    assert_int_equal (butler_client_recv (self->client, 0), 0);
    butler_request_t *request = s_take (self, 1, 0);
    assert_int_equal (butler_request_reply (&request), 0);
    s_expect_error (self, number, 500, "RuntimeError: later() returned no result");
}

static void
request_that_is_destroyed_is_answered (void **state)
{
    self_t *self = *state;
    const uint64_t first = butler_client_submit (self->client, "api.test", "later", NULL);
    const uint64_t second = butler_client_submit (self->client, "api.test", "later", NULL);
    assert_int_equal (butler_client_recv (self->client, 0), 0);
    butler_request_t *one = s_take (self, 2, 0), *other = s_take (self, 1, 0);
    if (strcmp (butler_request_id (one), butler_request_id (other)) > 0) {
        butler_request_t *later = one;
        one = other;
        other = later;
    }
    butler_request_destroy (&one);
    assert_null (one);
    s_expect_error (self, first, 500, "RuntimeError: the worker gave the request up");
    butler_request_answer_json (other, json_integer (3));
    butler_request_destroy (&other);
    s_expect (self, second, 3);
    s_until_stat (self, "held", 0);
}

static void
handler_that_destroys_its_request_does_no_harm (void **state)
{
    self_t *self = *state;
    assert_null (butler_client_call (self->client, "api.test", "destroyed", NULL));
    assert_string_equal (butler_client_error (self->client), "RuntimeError: the worker gave the request up");
}

//  ---- capacity

static void
request_put_aside_keeps_its_place (void **state)
{
    (void) state;
    for (int threads = 0; threads < 2; threads++) {
        self_t *self = s_new (threads, 2);
        uint64_t number [3];
        for (int index = 0; index < 3; index++)
            number [index] = butler_client_submit (self->client, "api.test", "later", "i", index);
        assert_int_equal (butler_client_recv (self->client, LAPSE), 0);
        butler_request_t *request = s_take (self, 2, 0);
        s_until_stat (self, "deferred", 2);
        assert_int_equal (s_stat (self, "held"), 2);
        assert_int_equal (s_stat (self, "received"), 2);
        s_reply (request, 1);
        s_expect (self, number [0], 1);
        s_reply (s_take (self, 2, 1), 3);
        s_expect (self, number [2], 3);
        s_reply (s_take (self, 1, 0), 2);
        s_expect (self, number [1], 2);
        s_until_stat (self, "held", 0);
        assert_int_equal (s_stat (self, "deferred"), 0);
        s_destroy (self);
    }
}

//  ---- ends

static void
drain_waits_for_the_answer (void **state)
{
    self_t *self = *state;
    const uint64_t number = butler_client_submit (self->client, "api.test", "later", NULL);
    assert_int_equal (butler_client_recv (self->client, 0), 0);
    butler_request_t *request = s_take (self, 1, 0);
    zstr_send (self->worker, "DRAIN");
    assert_false (s_hears (self->worker, LAPSE));
    s_reply (request, 4);
    s_expect (self, number, 4);
    char *answer = zstr_recv (self->worker);
    assert_string_equal (answer, "OK");
    zstr_free (&answer);
}

static void
drain_does_not_wait_for_what_expired (void **state)
{
    self_t *self = *state;
    butler_client_set_timeout (self->client, SHORT);
    const int64_t start = zclock_mono ();
    const uint64_t number = butler_client_submit (self->client, "api.test", "later", NULL);
    assert_int_equal (butler_client_recv (self->client, 0), 0);
    butler_request_t *request = s_take (self, 1, 0);
    s_until_stat (self, "deferred", 1);
    char *answer = s_ask (self->worker, "DRAIN", NULL, NULL);
    assert_string_equal (answer, "OK");
    zstr_free (&answer);
    assert_true (zclock_mono () - start >= SHORT - 10);
    assert_int_equal (butler_client_recv (self->client, PATIENCE), number);
    assert_int_equal (s_stat (self, "deferred"), 1);
    s_reply (request, 4);
    s_until_stat (self, "stale", 1);
    assert_int_equal (s_stat (self, "held"), 0);
}

static void
worker_s_end_does_not_wait (void **state)
{
    self_t *self = *state;
    const uint64_t first = butler_client_submit (self->client, "api.test", "later", "i", 1);
    const uint64_t second = butler_client_submit (self->client, "api.test", "later", "i", 2);
    assert_int_equal (butler_client_recv (self->client, 0), 0);
    butler_request_t *one = s_take (self, 2, 0), *other = s_take (self, 1, 0);
    zactor_destroy (&self->worker);
    s_expect_error (self, second, 502, "WorkerLost: the worker died or left before it answered");
    assert_string_not_equal (butler_client_error_worker (self->client), "");
    s_expect_error (self, first, 502, "WorkerLost: the worker died or left before it answered");
    errno = 0;
    butler_request_answer_json (one, json_integer (4));
    butler_request_t *same = one;
    assert_int_equal (butler_request_reply (&one), -1);
    assert_int_equal (errno, ESHUTDOWN);
    assert_ptr_equal (one, same);
    assert_int_equal (butler_request_reply (&one), -1);
    assert_int_equal (butler_request_emit (one, "x", 1), -1);
    assert_int_equal (errno, ENOTCONN);
    assert_string_equal (butler_request_method (one), "later");
    butler_request_destroy (&one);
    assert_null (one);
    butler_request_destroy (&other);
}

//  One that a handler is still at is waited for, and then not, since it is put aside
static void
end_comes_when_the_last_handler_has_returned (void **state)
{
    self_t *self = s_new (1, 16);
    (void) state;
    butler_client_submit (self->client, "api.test", "overtaken", NULL);
    assert_int_equal (butler_client_recv (self->client, 0), 0);
    butler_request_t *request = s_take (self, 1, 0);
    zstr_send (self->worker, "$TERM");
    pthread_mutex_lock (&self->lock);
    self->taken = true;
    pthread_cond_broadcast (&self->changed);
    pthread_mutex_unlock (&self->lock);
    zactor_destroy (&self->worker);
    assert_int_equal (butler_request_reply (&request), -1);
    butler_request_destroy (&request);
    s_destroy (self);
}

//  ---- many threads

typedef struct {
    self_t *self;
    unsigned dice;
    int answered, refused;
    pthread_t thread;
} helper_t;

static void *
s_help (void *arg)
{
    helper_t *helper = arg;
    butler_request_t *request;
    while ((request = s_take_any (helper->self, &helper->dice))) {
        butler_request_emit (request, "event", 5);      //  there is no sink
        const int64_t number = butler_request_integer (request, "number");
        if (number % 3)
            butler_request_answer_json (request, json_integer (number));
        else
            butler_request_fail (request, "ValueError", "%d", (int) number);
        if (butler_request_reply (&request) == 0)
            helper->answered++;
        else {
            butler_request_destroy (&request);
            helper->refused++;
        }
    }
    return NULL;
}

#define HELPERS 4

static void
s_hire (helper_t *helper, self_t *self)
{
    for (int index = 0; index < HELPERS; index++) {
        helper [index] = (helper_t) { .self = self, .dice = (unsigned) index + 1 };
        assert_int_equal (pthread_create (&helper [index].thread, NULL, s_help, &helper [index]), 0);
    }
}

//  How many they answered
static int
s_dismiss (helper_t *helper)
{
    int answered = 0;
    s_close (helper->self);
    for (int index = 0; index < HELPERS; index++) {
        pthread_join (helper [index].thread, NULL);
        answered += helper [index].answered;
    }
    return answered;
}

static void
threads_answer_each_request_once (void **state)
{
    (void) state;
    const int count = 600;
    for (int threads = 0; threads < 4; threads += 3) {
        self_t *self = s_new (threads, 64);
        helper_t helper [HELPERS];
        s_hire (helper, self);
        butler_client_set_timeout (self->client, 60000);
        for (int number = 1; number <= count; number++)
            assert_true (butler_client_submit (self->client, "api.test", "later", "i", number) > 0);
        int64_t sum = 0;
        for (int index = 0; index < count; index++) {
            assert_true (butler_client_recv (self->client, PATIENCE) > 0);
            const bool failed = butler_client_status (self->client) == 500;
            sum += failed? atoi (butler_client_error_message (self->client))
                         : json_integer_value (butler_client_result (self->client));
        }
        assert_int_equal (sum, count * (count + 1) / 2);
        assert_int_equal (s_dismiss (helper), count);
        s_until_stat (self, "held", 0);
        s_destroy (self);
    }
}

static void
worker_may_end_while_threads_answer (void **state)
{
    (void) state;
    for (int round = 0; round < 6; round++) {
        self_t *self = s_new (round % 3, 64);
        helper_t helper [HELPERS];
        s_hire (helper, self);
        for (int number = 1; number <= 300; number++)
            butler_client_submit (self->client, "api.test", "later", "i", number);
        for (int index = 0; index < 20 * round; index++)
            assert_true (butler_client_recv (self->client, PATIENCE) > 0);
        zactor_destroy (&self->worker);
        s_dismiss (helper);
        s_destroy (self);
    }
}

//  ---- a loop of one's own

static void
loop_may_reply_so_too (void **state)
{
    self_t *self = s_new (1, 1);
    (void) state;
    butler_worker_t *loop = butler_worker_new (self->back, "api.loop");
    assert_non_null (loop);
    butler_worker_set_timeout (loop, PATIENCE);
    uint64_t number = butler_client_submit_direct (self->client, "api.loop", "x", 1);
    while (butler_client_find (self->client, "api.loop") != 200)
        continue;
    if (butler_client_recv (self->client, 0))           //  it came before the worker
        number = butler_client_submit_direct (self->client, "api.loop", "x", 1);
    butler_request_t *request = butler_worker_recv (loop, NULL);
    assert_non_null (request);
    assert_null (butler_request_defer (request));
    s_reply (request, 6);
    s_expect (self, number, 6);
    butler_client_submit_direct (self->client, "api.loop", "y", 1);
    request = butler_worker_recv (loop, NULL);
    butler_worker_destroy (&loop);
    errno = 0;
    assert_int_equal (butler_request_reply (&request), -1);
    assert_int_equal (errno, ESHUTDOWN);
    butler_request_destroy (&request);
    s_destroy (self);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        BOTH (requests_are_answered_out_of_order),
        BOTH (handler_that_answers_itself_has_answered),
        BOTH (answer_may_overtake_the_handler_s_return),
        BOTH (request_without_an_answer_gets_an_exception),
        BOTH (request_that_is_destroyed_is_answered),
        BOTH (handler_that_destroys_its_request_does_no_harm),
        cmocka_unit_test (request_put_aside_keeps_its_place),
        BOTH (drain_waits_for_the_answer),
        BOTH (drain_does_not_wait_for_what_expired),
        BOTH (worker_s_end_does_not_wait),
        cmocka_unit_test (end_comes_when_the_last_handler_has_returned),
        cmocka_unit_test (threads_answer_each_request_once),
        cmocka_unit_test (worker_may_end_while_threads_answer),
        cmocka_unit_test (loop_may_reply_so_too),
    };
    zsys_handler_set (NULL);
    return cmocka_run_group_tests_name ("defer", tests, NULL, NULL);
}
