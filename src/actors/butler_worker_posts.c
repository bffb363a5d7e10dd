/*  butler_worker_posts.c - a worker's routers: what comes from them, and what goes back
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "actors/butler_worker_core.h"
#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#define LAPSE 100                   //  ms that a tick may be late

//  ---- replies

//  -1 with EAGAIN: the router does not take it now, and the response is where it was
static int
s_try_reply (butler_core_t *self, butler_post_t *post, butler_request_t *request)
{
    zmq_msg_t *response = butler_request_response (request);
    const butler_view_t reply = {
        .kind = BUTLER_MSG_REPLY, .envelope = request->envelope,
        .token = butler_request_token (request), .api_id = butler_request_api_id (request),
    };
    const bool moved = butler_view_encode (&self->out, &reply, response);
    const int rc = butler_link_send (post->link, request->epoch, &self->out, self->now);
    if (rc && errno == EAGAIN) {
        if (moved)
            zmq_msg_move (response, &self->out.frame [self->out.count - 1]);
        return -1;
    }
    if (rc == 0)
        self->answered++;
    else
        self->stale++;
    if (request->epoch == butler_link_epoch (post->link))
        post->open--;
    return 0;
}

static void
s_forget (butler_request_t *request)
{
    request->keeper = NULL;
    butler_request_destroy (&request);
}

//  One of those that are held
static void
s_release (butler_core_t *self, butler_request_t *request)
{
    self->held--;
    butler_held_remove (request);
    s_forget (request);
}

static void
s_release_all (butler_core_t *self, butler_requests_t *requests)
{
    butler_request_t *request;
    while ((request = butler_requests_take (requests)))
        s_release (self, request);
}

//  A reply that is not sent would cost a place at the router for good, so it waits
void
butler_core_send_reply (butler_core_t *self, butler_request_t *request)
{
    butler_post_t *post = request->origin;
    if (post->unsent.count || s_try_reply (self, post, request)) {
        self->delayed++;
        butler_requests_append (&post->unsent, request);
        return;
    }
    s_release (self, request);
}

static void
s_flush (butler_core_t *self, butler_post_t *post)
{
    while (post->unsent.head && s_try_reply (self, post, post->unsent.head) == 0)
        s_release (self, butler_requests_take (&post->unsent));
}

//  The process was stopped, or a handler ran in this thread: what routers said is still to be read
static void
s_forgive (butler_core_t *self)
{
    const int64_t gap = self->now - self->ticked;
    if (gap > self->tick + LAPSE)
        for (size_t index = 0; index < self->posts; index++)
            butler_link_lapse (self->post [index]->link, gap);
}

void
butler_core_tick_posts (butler_core_t *self)
{
    s_forgive (self);
    self->ticked = self->now;
    for (size_t index = 0; index < self->posts; index++) {
        s_flush (self, self->post [index]);
        butler_link_tick (self->post [index]->link, self->now);
        butler_core_note_failure (self, self->post [index]);
    }
}

//  ---- requests

void
butler_core_drop (butler_core_t *self, butler_requests_t *requests)
{
    self->dropped += requests->count;
    s_release_all (self, requests);
}

//  More than was offered: the router errs, and its client is told so at once
static void
s_refuse (butler_core_t *self, butler_request_t *request)
{
    self->refused++;
    butler_request_refuse (request, 503, "unavailable", "Unavailable",
                           "the worker holds %d requests already", self->capacity);
    butler_post_t *post = request->origin;
    if (s_try_reply (self, post, request)) {
        post->open--;
        self->dropped++;
    }
    s_forget (request);
}

static void
s_take_request (butler_core_t *self, butler_post_t *post, butler_view_t *view)
{
    butler_request_t *request = butler_request_new (view, self->now, view->relative? 0: zclock_time ());
    request->origin = post;
    request->epoch = butler_link_epoch (post->link);
    request->keeper = self->keeper;
    self->received++;
    post->open++;
    if (self->state == BUTLER_CORE_ENDING) {
        self->dropped++;
        s_forget (request);
    }
    else
    if (post->open > self->capacity)
        s_refuse (self, request);
    else {
        self->held++;
        butler_held_put (&post->held, request);
        butler_requests_append (&self->batch, request);
    }
}

static void
s_give (butler_core_t *self)
{
    if (self->batch.count)
        self->crew.give (self->crew.arg, &self->batch);
}

//  True: nobody has begun it, nor will
static bool
s_withdraw (butler_core_t *self, butler_request_t *request)
{
    const butler_request_t *fresh = self->batch.head;
    while (fresh && fresh != request)
        fresh = fresh->next;
    if (!fresh)
        return self->crew.withdraw (self->crew.arg, request);
    butler_requests_remove (&self->batch, request);
    return true;
}

//  Its client waits no more. Who works on it may see that and stop; its reply, whatever it says, gives its
//  place at the router back.
static void
s_cancel (void *arg, butler_span_t token)
{
    butler_post_t *post = arg;
    butler_core_t *self = post->core;
    butler_request_t *request = butler_held_find (&post->held, token);
    if (!request)
        return;                     //  it is answered by now, or never was here
    self->cancelled++;
    butler_held_remove (request);
    butler_request_cancel (request);
    if (!s_withdraw (self, request))
        return;
    butler_request_turn_away (request);
    butler_core_send_reply (self, request);
}

static void
s_take_message (butler_core_t *self, butler_post_t *post, butler_view_t *view)
{
    if (view->kind == BUTLER_MSG_DISPATCH)
        s_take_request (self, post, view);
    else
        butler_core_note_refusal (self, post);
}

//  The socket that zloop names may be gone by now; the link knows its own
static int
s_receive (zloop_t *loop, zsock_t *socket, void *arg)
{
    (void) loop;
    (void) socket;
    butler_post_t *post = arg;
    butler_core_t *self = post->core;
    self->now = zclock_mono ();
    s_flush (self, post);
    butler_view_t view;
    for (int count = 0; count < BUTLER_CORE_BATCH; count++) {
        const int rc = butler_link_recv (post->link, &self->in, &view, self->now);
        if (rc < 0)
            break;
        if (rc > 0)
            s_take_message (self, post, &view);
        if (self->batch.count >= self->crew.most)
            s_give (self);
    }
    s_give (self);
    return butler_core_settle (self);
}

//  ---- routers

//  What is not answered when a connection is lost can't be: what is not begun is not done at all
static void
s_watch (void *arg, butler_link_t *link, zsock_t *socket, bool open)
{
    butler_post_t *post = arg;
    butler_core_t *self = post->core;
    butler_log (self->log_level, BUTLER_LOG_DEBUG, open? "connecting": "disconnected",
                "service", butler_service_name (self->service), "router", butler_link_endpoint (link), NULL);
    if (open) {
        post->open = 0;
        zloop_reader (self->loop, socket, s_receive, post);
        zloop_reader_set_tolerant (self->loop, socket);
        return;
    }
    zloop_reader_end (self->loop, socket);
    butler_requests_t lost = { NULL, NULL, 0 };
    self->crew.pick (self->crew.arg, post, &lost);
    butler_requests_pick (&self->batch, post, &lost);
    butler_core_drop (self, &lost);
    self->stale += post->unsent.count;
    s_release_all (self, &post->unsent);
    butler_held_cancel (&post->held);
}

static butler_post_t *
s_post_new (butler_core_t *self, const char *endpoint)
{
    butler_post_t *post = calloc (1, sizeof *post);
    assert (post);
    post->core = self;
    post->link = butler_link_new (endpoint, butler_service_name (self->service));
    butler_link_set_watch (post->link, s_watch, post);
    butler_link_set_cancel (post->link, s_cancel, post);
    butler_link_set_credentials (post->link, self->credentials);
    butler_link_set_properties (post->link, self->properties, self->capacity);
    butler_link_set_pulse (post->link, self->heartbeat, self->liveness);
    return post;
}

static void
s_post_destroy (butler_post_t *post)
{
    butler_link_destroy (&post->link);
    zstr_free (&post->failed);
    free (post);
}

butler_post_t *
butler_core_connect (butler_core_t *self, const char *endpoint)
{
    for (size_t index = 0; index < self->posts; index++)
        if (streq (butler_link_endpoint (self->post [index]->link), endpoint)) {
            errno = EISCONN;
            return NULL;
        }
    butler_post_t *post = s_post_new (self, endpoint);
    self->now = zclock_mono ();
    if (butler_link_start (post->link, self->now)) {
        const int reason = errno;
        s_post_destroy (post);
        errno = reason;
        return NULL;
    }
    self->post = realloc (self->post, (self->posts + 1) * sizeof *self->post);
    assert (self->post);
    return self->post [self->posts++] = post;
}

void
butler_core_close_posts (butler_core_t *self)
{
    while (self->posts)
        s_post_destroy (self->post [--self->posts]);
}
