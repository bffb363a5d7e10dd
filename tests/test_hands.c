/*  test_hands.c - handler threads, and requests on their way between threads
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include "actors/butler_hands.h"
#include "actors/butler_held.h"
#include "actors/butler_mailbox.h"
#include "rpc_request.h"

typedef struct {
    butler_mailbox_t done;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool open;                      //  the gate that each piece of work waits at
    int begun;
} self_t;

static void
s_work (void *arg, butler_request_t *request)
{
    self_t *self = arg;
    pthread_mutex_lock (&self->lock);
    self->begun++;
    pthread_cond_broadcast (&self->changed);
    while (!self->open)
        pthread_cond_wait (&self->changed, &self->lock);
    pthread_mutex_unlock (&self->lock);
    butler_requests_t batch = { NULL, NULL, 0 };
    butler_requests_append (&batch, request);
    butler_mailbox_put (&self->done, &batch);
}

static void
s_init (self_t *self, bool open)
{
    butler_mailbox_init (&self->done);
    pthread_mutex_init (&self->lock, NULL);
    pthread_cond_init (&self->changed, NULL);
    self->open = open;
    self->begun = 0;
}

static void
s_fini (self_t *self)
{
    butler_mailbox_fini (&self->done);
    pthread_cond_destroy (&self->changed);
    pthread_mutex_destroy (&self->lock);
}

static void
s_open (self_t *self)
{
    pthread_mutex_lock (&self->lock);
    self->open = true;
    pthread_cond_broadcast (&self->changed);
    pthread_mutex_unlock (&self->lock);
}

static void
s_until_begun (self_t *self, int wanted)
{
    pthread_mutex_lock (&self->lock);
    while (self->begun < wanted)
        pthread_cond_wait (&self->changed, &self->lock);
    pthread_mutex_unlock (&self->lock);
}

static butler_requests_t
s_batch (int count, void *origin)
{
    butler_requests_t batch = { NULL, NULL, 0 };
    while (count--) {
        butler_request_t *request = request_of ("1.0:1", "x");
        request->origin = origin;
        butler_requests_append (&batch, request);
    }
    return batch;
}

//  Opens the gate a little later, from another thread
static void *
s_opener (void *arg)
{
    s_open (arg);
    return NULL;
}

static void
all_that_is_put_is_done (void **state)
{
    (void) state;
    self_t self;
    s_init (&self, true);
    butler_hands_t *hands = butler_hands_new (4, s_work, &self);
    assert_non_null (hands);
    butler_requests_t done = { NULL, NULL, 0 };
    for (int round = 0; round < 100; round++) {
        butler_requests_t batch = s_batch (round % 7, NULL);
        butler_hands_put (hands, &batch);
        assert_int_equal (batch.count, 0);
    }
    while (done.count < 295)
        butler_mailbox_empty (&self.done, &done);
    butler_requests_clear (&done);
    butler_hands_destroy (&hands);
    butler_hands_destroy (&hands);
    assert_int_equal (self.begun, 295);
    s_fini (&self);
}

static void
what_is_not_begun_is_given_back (void **state)
{
    (void) state;
    self_t self;
    s_init (&self, false);
    int here, there;
    butler_hands_t *hands = butler_hands_new (2, s_work, &self);
    butler_requests_t batch = s_batch (2, &here);
    butler_hands_put (hands, &batch);
    s_until_begun (&self, 2);
    batch = s_batch (3, &here);
    butler_hands_put (hands, &batch);
    batch = s_batch (4, &there);
    butler_hands_put (hands, &batch);
    butler_requests_t back = { NULL, NULL, 0 };
    butler_hands_pick (hands, &here, &back);
    assert_int_equal (back.count, 3);
    butler_hands_pick (hands, NULL, &back);
    assert_int_equal (back.count, 7);
    butler_requests_clear (&back);
    s_open (&self);
    butler_hands_destroy (&hands);
    assert_int_equal (self.begun, 2);
    assert_int_equal (self.done.requests.count, 2);
    s_fini (&self);
}

static void
end_waits_for_what_runs_and_drops_the_rest (void **state)
{
    (void) state;
    self_t self;
    s_init (&self, false);
    butler_hands_t *hands = butler_hands_new (1, s_work, &self);
    butler_requests_t batch = s_batch (5, NULL);
    butler_hands_put (hands, &batch);
    s_until_begun (&self, 1);
    pthread_t opener;
    assert_int_equal (pthread_create (&opener, NULL, s_opener, &self), 0);
    butler_hands_destroy (&hands);
    pthread_join (opener, NULL);
    assert_int_equal (self.done.requests.count, self.begun);
    assert_in_range (self.begun, 1, 5);
    s_fini (&self);
}

static void
mailbox_tells_whom_to_wake (void **state)
{
    (void) state;
    butler_mailbox_t mailbox;
    butler_mailbox_init (&mailbox);
    int here, there;
    butler_requests_t batch = s_batch (2, &here);
    butler_request_t *first = batch.head;
    assert_true (butler_mailbox_put (&mailbox, &batch));
    batch = s_batch (2, &there);
    assert_false (butler_mailbox_put (&mailbox, &batch));
    assert_ptr_equal (butler_mailbox_take (&mailbox), first);
    butler_request_destroy (&first);
    butler_requests_t out = { NULL, NULL, 0 };
    butler_mailbox_pick (&mailbox, &there, &out);
    assert_int_equal (out.count, 2);
    butler_mailbox_empty (&mailbox, &out);
    assert_int_equal (out.count, 3);
    assert_null (butler_mailbox_take (&mailbox));
    batch = s_batch (1, NULL);
    assert_true (butler_mailbox_put (&mailbox, &batch));
    butler_requests_clear (&out);
    butler_mailbox_fini (&mailbox);
}

static void
one_that_is_not_begun_is_withdrawn (void **state)
{
    (void) state;
    self_t self;
    s_init (&self, false);
    butler_hands_t *hands = butler_hands_new (1, s_work, &self);
    butler_requests_t batch = s_batch (3, NULL);
    butler_request_t *first = batch.head, *second = first->next, *third = second->next;
    butler_hands_put (hands, &batch);
    s_until_begun (&self, 1);
    assert_false (butler_hands_withdraw (hands, first));
    assert_true (butler_hands_withdraw (hands, third));
    s_open (&self);
    s_until_begun (&self, 2);
    assert_false (butler_hands_withdraw (hands, second));
    butler_hands_destroy (&hands);
    assert_int_equal (self.begun, 2);
    butler_request_destroy (&third);
    s_fini (&self);
}

static void
mailbox_gives_back_what_nobody_has_taken (void **state)
{
    (void) state;
    butler_mailbox_t mailbox;
    butler_mailbox_init (&mailbox);
    butler_requests_t batch = s_batch (2, NULL);
    butler_request_t *first = batch.head, *second = first->next;
    butler_mailbox_put (&mailbox, &batch);
    assert_ptr_equal (butler_mailbox_take (&mailbox), first);
    assert_false (butler_mailbox_withdraw (&mailbox, first));
    assert_true (butler_mailbox_withdraw (&mailbox, second));
    assert_null (butler_mailbox_take (&mailbox));
    butler_request_destroy (&first);
    butler_request_destroy (&second);
    butler_mailbox_fini (&mailbox);
}

//  ---- requests by their tokens

static void
request_is_found_by_its_token (void **state)
{
    (void) state;
    butler_requests_t batch = s_batch (3, NULL);
    butler_held_t held = { NULL, NULL }, other = { NULL, NULL };
    butler_request_t *first = batch.head, *second = first->next, *third = second->next;
    second->token = butler_span_string ("second");
    butler_held_put (&held, first);
    butler_held_put (&held, second);
    butler_held_put (&held, third);
    assert_ptr_equal (butler_held_find (&held, first->token), first);
    assert_ptr_equal (butler_held_find (&held, butler_span_string ("second")), second);
    assert_null (butler_held_find (&held, butler_span_string ("secon")));
    assert_null (butler_held_find (&other, first->token));
    butler_held_remove (second);
    butler_held_remove (second);
    assert_null (butler_held_find (&held, butler_span_string ("second")));
    butler_held_remove (first);
    assert_ptr_equal (butler_held_find (&held, first->token), third);
    butler_held_put (&held, first);
    butler_held_cancel (&held);
    assert_null (held.head);
    assert_null (held.tail);
    assert_true (butler_request_cancelled (first) && butler_request_cancelled (third));
    assert_false (butler_request_cancelled (second));
    butler_requests_clear (&batch);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (all_that_is_put_is_done),
        cmocka_unit_test (what_is_not_begun_is_given_back),
        cmocka_unit_test (end_waits_for_what_runs_and_drops_the_rest),
        cmocka_unit_test (mailbox_tells_whom_to_wake),
        cmocka_unit_test (one_that_is_not_begun_is_withdrawn),
        cmocka_unit_test (mailbox_gives_back_what_nobody_has_taken),
        cmocka_unit_test (request_is_found_by_its_token),
    };
    return cmocka_run_group_tests_name ("hands", tests, NULL, NULL);
}
