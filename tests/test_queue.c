/*  test_queue.c - requests that wait: clients take turns, each one's own keep their order
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "broker/butler_queue.h"
#include "broker/butler_jobs.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#define LOAD butler_queue_load (0)

enum { CLIENTS = 24, JOBS = 200 };

typedef struct {
    butler_lanes_t lanes;
    butler_queue_t queue;
    butler_service_entry_t *service;
    butler_client_entry_t *client [CLIENTS];
    butler_job_t job [JOBS];
    size_t used;
} waiting_t;

static waiting_t *
s_waiting_new (void)
{
    waiting_t *self = calloc (1, sizeof *self);
    assert_non_null (self);
    butler_lanes_init (&self->lanes);
    butler_queue_init (&self->queue, &self->lanes);
    self->service = calloc (1, sizeof *self->service);
    assert_non_null (self->service);
    for (int index = 0; index < CLIENTS; index++) {
        self->client [index] = calloc (1, sizeof **self->client);
        assert_non_null (self->client [index]);
    }
    return self;
}

static void
s_waiting_destroy (waiting_t **self_p)
{
    waiting_t *self = *self_p;
    butler_queue_fini (&self->queue);
    assert_int_equal (self->lanes.pool.count, 0);
    assert_int_equal (self->lanes.table.count, 0);
    assert_int_equal (self->lanes.heap_bytes, 0);
    butler_lanes_fini (&self->lanes);
    for (int index = 0; index < CLIENTS; index++) {
        free (self->client [index]);
    }
    free (self->service);
    free (self);
    *self_p = NULL;
}

//  The next request of a client, in the order of arrival
static butler_job_t *
s_put (waiting_t *self, int client)
{
    butler_job_t *job = &self->job [self->used++];
    job->client = self->client [client];
    job->service = self->service;
    job->order = self->used;
    butler_queue_put (&self->queue, job);
    return job;
}

static int
s_client_of (const waiting_t *self, const butler_job_t *job)
{
    for (int index = 0; index < CLIENTS; index++)
        if (self->client [index] == job->client)
            return index;
    return -1;
}

static void
s_expect_turns (waiting_t *self, const char *clients)
{
    for (; *clients; clients++) {
        butler_job_t *job = butler_queue_next (&self->queue);
        assert_non_null (job);
        assert_int_equal (s_client_of (self, job), *clients - '0');
    }
    assert_null (butler_queue_next (&self->queue));
}

static void
nothing_is_next_in_an_empty_queue (void **state)
{
    (void) state;
    waiting_t *waiting = s_waiting_new ();
    assert_null (butler_queue_next (&waiting->queue));
    assert_null (butler_queue_crowd (&waiting->queue, 0));
    s_waiting_destroy (&waiting);
}

static void
clients_take_turns (void **state)
{
    (void) state;
    waiting_t *waiting = s_waiting_new ();
    for (const char *client = "0000112"; *client; client++)
        s_put (waiting, *client - '0');
    s_expect_turns (waiting, "0120100");
    s_waiting_destroy (&waiting);
}

static void
newcomer_has_its_turn_after_those_who_wait_but_for_who_was_served_last (void **state)
{
    (void) state;
    waiting_t *waiting = s_waiting_new ();
    for (const char *client = "000111"; *client; client++)
        s_put (waiting, *client - '0');
    assert_int_equal (s_client_of (waiting, butler_queue_next (&waiting->queue)), 0);
    s_put (waiting, 2);
    s_expect_turns (waiting, "120101");
    s_waiting_destroy (&waiting);
}

static void
newcomer_is_next_where_one_client_has_all_turns (void **state)
{
    (void) state;
    waiting_t *waiting = s_waiting_new ();
    for (const char *client = "0000"; *client; client++)
        s_put (waiting, *client - '0');
    assert_int_equal (s_client_of (waiting, butler_queue_next (&waiting->queue)), 0);
    s_put (waiting, 1);
    assert_int_equal (s_client_of (waiting, butler_queue_next (&waiting->queue)), 1);
    s_put (waiting, 1);             //  but not twice
    s_expect_turns (waiting, "0100");
    s_waiting_destroy (&waiting);
}

static void
own_requests_keep_their_order (void **state)
{
    (void) state;
    waiting_t *waiting = s_waiting_new ();
    for (const char *client = "0101100"; *client; client++)
        s_put (waiting, *client - '0');
    uint64_t seen [CLIENTS] = { 0 };
    butler_job_t *job;
    while ((job = butler_queue_next (&waiting->queue))) {
        assert_true (job->order > seen [s_client_of (waiting, job)]);
        seen [s_client_of (waiting, job)] = job->order;
    }
    s_waiting_destroy (&waiting);
}

static void
one_that_comes_back_has_its_old_place_in_the_order (void **state)
{
    (void) state;
    for (int back = 0; back < 5; back++) {
        waiting_t *waiting = s_waiting_new ();
        for (int count = 0; count < 5; count++)
            s_put (waiting, 0);
        butler_queue_take (&waiting->queue, &waiting->job [back]);
        butler_queue_put (&waiting->queue, &waiting->job [back]);
        for (uint64_t order = 1; order <= 5; order++)
            assert_int_equal (butler_queue_next (&waiting->queue)->order, order);
        s_waiting_destroy (&waiting);
    }
}

static void
any_may_be_taken_out (void **state)
{
    (void) state;
    for (int index = 0; index < 5; index++) {
        waiting_t *waiting = s_waiting_new ();
        for (int count = 0; count < 5; count++)
            s_put (waiting, 0);
        butler_queue_take (&waiting->queue, &waiting->job [index]);
        assert_int_equal (waiting->queue.depth, 4);
        butler_job_t *job;
        int count = 0;
        for (; (job = butler_queue_next (&waiting->queue)); count++)
            assert_ptr_not_equal (job, &waiting->job [index]);
        assert_int_equal (count, 4);
        s_waiting_destroy (&waiting);
    }
}

static void
crowd_is_the_newest_of_the_client_that_has_most (void **state)
{
    (void) state;
    waiting_t *waiting = s_waiting_new ();
    butler_queue_t *queue = &waiting->queue;
    for (const char *client = "011012"; *client; client++)
        s_put (waiting, *client - '0');
    assert_ptr_equal (butler_queue_crowd (queue, 1 * LOAD), &waiting->job [4]);
    assert_null (butler_queue_crowd (queue, 3 * LOAD));
    butler_queue_take (queue, &waiting->job [4]);
    butler_queue_take (queue, &waiting->job [2]);
    assert_ptr_equal (butler_queue_crowd (queue, 1 * LOAD), &waiting->job [3]);
    assert_null (butler_queue_crowd (queue, 2 * LOAD));
    s_expect_turns (waiting, "0120");
    s_waiting_destroy (&waiting);
}

static void
client_with_the_most_bytes_has_most_though_others_have_more_requests (void **state)
{
    (void) state;
    waiting_t *waiting = s_waiting_new ();
    waiting->job [0].body_size = 30000;
    for (const char *client = "0111"; *client; client++)
        s_put (waiting, *client - '0');
    assert_ptr_equal (butler_queue_crowd (&waiting->queue, 3 * LOAD), &waiting->job [0]);
    s_put (waiting, 1);
    s_put (waiting, 1);
    assert_ptr_equal (butler_queue_crowd (&waiting->queue, 4 * LOAD), &waiting->job [5]);
    s_expect_turns (waiting, "011111");
    s_waiting_destroy (&waiting);
}

static void
depth_and_bytes_follow (void **state)
{
    (void) state;
    waiting_t *waiting = s_waiting_new ();
    waiting->job [1].body_size = 1000;
    s_put (waiting, 0);
    s_put (waiting, 1);
    assert_int_equal (waiting->queue.depth, 2);
    assert_int_equal (waiting->queue.bytes, butler_jobs_weight (0, 0) + butler_jobs_weight (1000, 0));
    assert_int_equal (butler_queue_load_of (&waiting->queue, waiting->client [0], waiting->service), LOAD);
    assert_int_equal (butler_queue_load_of (&waiting->queue, waiting->client [1], waiting->service),
                      LOAD + 1000);
    assert_int_equal (butler_queue_load_of (&waiting->queue, waiting->client [2], waiting->service), 0);
    s_expect_turns (waiting, "01");
    assert_int_equal (waiting->queue.depth, 0);
    assert_int_equal (waiting->queue.bytes, 0);
    s_waiting_destroy (&waiting);
}

static void
client_may_wait_for_several_services (void **state)
{
    (void) state;
    waiting_t *waiting = s_waiting_new ();
    butler_service_entry_t *other = calloc (1, sizeof *other);
    assert_non_null (other);
    butler_queue_init (&other->queue, &waiting->lanes);
    butler_job_t job = { .client = waiting->client [0], .service = other, .order = 1000 };
    s_put (waiting, 0);
    butler_queue_put (&other->queue, &job);
    assert_ptr_equal (butler_queue_next (&waiting->queue), &waiting->job [0]);
    assert_ptr_equal (butler_queue_next (&other->queue), &job);
    butler_queue_fini (&other->queue);
    free (other);
    s_waiting_destroy (&waiting);
}

//  Loads summed the slow way
static void
s_check_crowd (const waiting_t *waiting)
{
    size_t load [CLIENTS] = { 0 }, most = 0;
    uint64_t newest [CLIENTS] = { 0 };
    for (size_t index = 0; index < JOBS; index++) {
        const butler_job_t *job = &waiting->job [index];
        if (job->state != BUTLER_JOB_WAITING)
            continue;
        const int client = s_client_of (waiting, job);
        load [client] += butler_queue_load (job->body_size);
        if (job->order > newest [client])
            newest [client] = job->order;
    }
    for (int client = 0; client < CLIENTS; client++)
        if (load [client] > most)
            most = load [client];
    butler_job_t *job = butler_queue_crowd (&waiting->queue, 0);
    assert_true ((job != NULL) == (most > 0));
    if (!job)
        return;
    assert_int_equal (load [s_client_of (waiting, job)], most);
    assert_int_equal (newest [s_client_of (waiting, job)], job->order);
}

static void
any_order_of_puts_and_takes_keeps_the_crowd_right (void **state)
{
    (void) state;
    waiting_t *waiting = s_waiting_new ();
    srand (23);
    for (int step = 0; step < 20000; step++) {
        butler_job_t *job = &waiting->job [rand () % JOBS];
        if (job->state == BUTLER_JOB_WAITING) {
            butler_queue_take (&waiting->queue, job);
            job->state = BUTLER_JOB_FREE;
        }
        else
        if (rand () % 4) {
            job->client = waiting->client [rand () % CLIENTS * (rand () % 3) % CLIENTS];
            job->service = waiting->service;
            job->order = (uint64_t) rand ();
            job->body_size = (size_t) (rand () % 3 * (rand () % 50000));
            butler_queue_put (&waiting->queue, job);
        }
        else
        if ((job = butler_queue_next (&waiting->queue)))
            job->state = BUTLER_JOB_FREE;
        s_check_crowd (waiting);
    }
    while (butler_queue_next (&waiting->queue))
        continue;
    assert_int_equal (waiting->queue.depth + waiting->queue.bytes + waiting->queue.lanes, 0);
    s_waiting_destroy (&waiting);
}

//  Whoever takes the place of one that is gone may have more than those above it
static void
client_that_is_gone_leaves_the_others_in_order (void **state)
{
    (void) state;
    waiting_t *waiting = s_waiting_new ();
    static const int depths [] = { 10, 3, 9, 2, 1, 8, 7 };
    for (int client = 0; client < 7; client++)
        for (int count = 0; count < depths [client]; count++)
            s_put (waiting, client);
    for (size_t index = 22; index < 24; index++) {      //  all that the fourth has
        butler_queue_take (&waiting->queue, &waiting->job [index]);
        waiting->job [index].state = BUTLER_JOB_FREE;
    }
    butler_job_t *job;
    while ((job = butler_queue_crowd (&waiting->queue, 0))) {
        s_check_crowd (waiting);
        butler_queue_take (&waiting->queue, job);
        job->state = BUTLER_JOB_FREE;
    }
    s_waiting_destroy (&waiting);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (nothing_is_next_in_an_empty_queue),
        cmocka_unit_test (clients_take_turns),
        cmocka_unit_test (newcomer_has_its_turn_after_those_who_wait_but_for_who_was_served_last),
        cmocka_unit_test (newcomer_is_next_where_one_client_has_all_turns),
        cmocka_unit_test (own_requests_keep_their_order),
        cmocka_unit_test (one_that_comes_back_has_its_old_place_in_the_order),
        cmocka_unit_test (any_may_be_taken_out),
        cmocka_unit_test (crowd_is_the_newest_of_the_client_that_has_most),
        cmocka_unit_test (client_with_the_most_bytes_has_most_though_others_have_more_requests),
        cmocka_unit_test (depth_and_bytes_follow),
        cmocka_unit_test (client_may_wait_for_several_services),
        cmocka_unit_test (client_that_is_gone_leaves_the_others_in_order),
        cmocka_unit_test (any_order_of_puts_and_takes_keeps_the_crowd_right),
    };
    return cmocka_run_group_tests_name ("queue", tests, NULL, NULL);
}
