/*  broker_fixture.h - the broker under a simulated clock, with what it sends read by its receivers
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BROKER_FIXTURE_H
#define BROKER_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "broker/butler_dispatch.h"
#include "broker/butler_queue.h"

#define BROKER_GIVEN_MAX 2048

//  One message that the router sent
typedef struct broker_sent {
    struct broker_sent *next;
    butler_verdict_kind_t kind;
    char peer [256], api_id [256], service [256], expiration [24], code [8];
    char extra [640];               //  a request's seventh frame
    uint8_t token [BUTLER_TOKEN_SIZE];
    uint8_t envelope;
    uint16_t attempt;
    char *body;                     //  or response, or notice; a NUL follows it
    size_t size;
} broker_sent_t;

//  A request that a worker was given: how a test names its token
typedef struct {
    char worker [64], api_id [256];
    uint8_t token [BUTLER_TOKEN_SIZE];
} broker_given_t;

//  What sending to a peer says: 0, EHOSTUNREACH, EAGAIN
typedef int (broker_deaf_fn) (void *arg, const char *peer);

typedef struct {
    butler_settings_t settings;
    butler_dispatch_t dispatch;
    butler_now_t now;
    butler_frames_t frames;         //  the message in hand
    butler_view_t view;
    butler_verdict_t verdict;
    bool unsettled;                 //  what is due and free is left alone until broker_settle
    broker_deaf_fn *deaf;
    void *deaf_arg;
    char deaf_peer [4][64];         //  what broker_deafen fills
    int deaf_error [4];
    broker_sent_t *sent, *sent_last;
    broker_sent_t last;             //  what was expected last
    char user [64];                 //  whose messages come in; "": nobody is known, or one who is trusted
    char removed [64];              //  who may come in no longer
    unsigned asked;                 //  times that the broker wanted to know who it is
    unsigned beats;                 //  heartbeats without a notice, which are not among the sent
    broker_given_t given [BROKER_GIVEN_MAX];
    size_t given_count;
} broker_t;

//  Settings are the defaults, and may be changed before the first message. Time begins far from
//  any clock's.
broker_t *
broker_new (void);

void
broker_destroy (broker_t **self_p);

//  No heartbeats for a day, and nobody dies of silence: call it first
void
broker_calm (broker_t *self);

//  The same for cmocka: *state is the broker; with heartbeats, and calm
int
broker_setup (void **state);

int
broker_setup_calm (void **state);

int
broker_teardown (void **state);

#define BROKER_TEST(test) cmocka_unit_test_setup_teardown (test, broker_setup, broker_teardown)
#define BROKER_CALM_TEST(test) cmocka_unit_test_setup_teardown (test, broker_setup_calm, broker_teardown)

//  ---- who it is that sends

//  From now on the broker knows users, and what comes in is trusted. A User-Id is "key of " and a name.
void
broker_secure (broker_t *self);

//  What comes in is this user's from now on; "": is trusted
void
broker_as (broker_t *self, const char *user);

//  The broker asks again who may come in: all but this one ("": all)
void
broker_remove (broker_t *self, const char *user);

//  ---- what comes in; each is followed by whatever is due and free, and returns the verdict on it

butler_verdict_kind_t
broker_request (broker_t *self, const char *client, const char *api_id, const char *service,
                const char *expiration, const char *body);

//  A request that expires in 100 s
butler_verdict_kind_t
broker_ask (broker_t *self, const char *client, const char *api_id, const char *service);

//  A client, which speaks the packed envelope here, no longer wants an answer
butler_verdict_kind_t
broker_cancel (broker_t *self, const char *client, const char *api_id);

//  Frames behind the routing id; NULL ends them. They have to be malformed.
void
broker_malformed (broker_t *self, const char *client, ...);

//  Properties may be NULL
butler_verdict_kind_t
broker_ready (broker_t *self, const char *worker, const char *service, const char *properties);

butler_verdict_kind_t
broker_beat (broker_t *self, const char *worker);

//  With the token that this worker was last given for this api:id
butler_verdict_kind_t
broker_reply (broker_t *self, const char *worker, const char *api_id, const char *response);

butler_verdict_kind_t
broker_reply_token (broker_t *self, const char *worker, const void *token, size_t size,
                    const char *api_id, const char *response);

butler_verdict_kind_t
broker_leave (broker_t *self, const char *worker);

butler_verdict_kind_t
broker_relay (broker_t *self, const char *peer, const char *worker, const char *order);

//  What it was last given for this api:id; fails where there is none
const uint8_t *
broker_token (const broker_t *self, const char *worker, const char *api_id);

//  Whatever is due and free by now
void
broker_settle (broker_t *self);

//  Time passes, tick by tick; both clocks run
void
broker_pass (broker_t *self, int64_t milliseconds);

//  From now on sending to a peer fails so (0: it no longer does)
void
broker_deafen (broker_t *self, const char *peer, int error);

//  A worker is gone, as ROUTER says when something is sent to it
void
broker_kill (broker_t *self, const char *worker);

//  ---- what goes out

//  The next message sent, as a line; see broker_line ()
#define broker_expect(self, ...) broker_expect_at (self, __FILE__, __LINE__, __VA_ARGS__)

void
broker_expect_at (broker_t *self, const char *file, int line, const char *format, ...)
    __attribute__ ((format (printf, 4, 5)));

#define broker_expect_nothing(self) broker_expect_at (self, __FILE__, __LINE__, "%s", "nothing")

//  Take the next one; false where there is none. The body is the broker's, until the next call.
bool
broker_next (broker_t *self, broker_sent_t *sent);

void
broker_forget_sent (broker_t *self);

//  "w1 takes 1.0:1 body", "alice gets 1.0:1 body", "alice gets 1.0:1 502:lost WorkerLost", "alice finds
//  1.0:1 service 200", "w1 is told notice", "w1 reconnects", "w1 may leave",
//  "w1 may drop 1.0:1", "w1 relayed 2"
char *
broker_line (const broker_sent_t *sent);

//  Carry the verdict out, as the actor does; whether its message is in hand
void
broker_carry (broker_t *self, bool in_hand);

//  As a string; fails where there is no room for it
void
broker_copy_text (char *to, size_t size, butler_span_t span);

//  ---- how it stands

//  A counter, or a gauge, by its name
#define broker_count(self, name) ((int64_t) (self)->dispatch.counters.name)

//  accepted = answered + refused + expired + lost + undeliverable + cancelled + waiting + running
void
broker_assert_balance (const broker_t *self);

//  All that must hold between any two messages; slow
void
broker_assert_invariants (const broker_t *self);

//  Nothing is left of any request or client
void
broker_assert_empty (const broker_t *self);

#endif
