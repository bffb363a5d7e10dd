/*  butler_worker_core.c - a worker's reactor: its routers, what it holds, its one timer
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_worker_core.h"
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include "rpc/butler_service_answer.h"

#define BATCH 256                   //  messages from one router in a turn
#define TICK_LEAST 5                //  ms
#define TICK_MOST 250

//  ---- from other threads

void
butler_core_done (butler_core_t *self, butler_request_t *request)
{
    butler_requests_t batch = { NULL, NULL, 0 };
    butler_requests_append (&batch, request);
    if (butler_mailbox_put (&self->done, &batch))
        eventfd_write (self->bell, 1);
}

static int
s_emit (void *arg, const void *data, size_t size)
{
    butler_core_t *self = arg;
    return butler_outlet_put (&self->outlet, data, size);
}

//  ---- life

int
butler_core_init (butler_core_t *self, butler_service_t *service, const butler_crew_t *crew)
{
    memset (self, 0, sizeof *self);
    self->bell = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (self->bell < 0)
        return -1;
    butler_mailbox_init (&self->done);
    butler_outlet_init (&self->outlet, self->bell);
    butler_frames_init (&self->in);
    butler_frames_init (&self->out);
    self->keeper = (butler_keeper_t) { .emit = s_emit, .arg = self };
    self->service = service;
    self->crew = *crew;
    self->capacity = butler_service_capacity (service);
    self->properties = butler_service_properties (service);
    self->heartbeat = 1000;
    self->liveness = 3;
    self->timer = -1;
    self->log_level = BUTLER_LOG_WARNING;
    return 0;
}

void
butler_core_fini (butler_core_t *self)
{
    butler_requests_clear (&self->batch);
    butler_mailbox_fini (&self->done);
    butler_outlet_fini (&self->outlet);
    free (self->properties);
    free (self->post);
    close (self->bell);
}

//  ---- replies

static void
s_count_reply (butler_core_t *self, butler_post_t *post, const butler_request_t *request, int rc)
{
    if (rc == 0)
        self->answered++;
    else
    if (errno == ESTALE)
        self->stale++;
    else
        self->clogged++;
    if (request->epoch == butler_link_epoch (post->link))
        post->open--;
}

static void
s_send_reply (butler_core_t *self, butler_request_t *request)
{
    butler_post_t *post = request->origin;
    butler_put_reply (&self->out, butler_request_token (request), butler_request_api_id (request),
                      butler_request_response (request));
    const int rc = butler_link_send (post->link, request->epoch, &self->out, self->now);
    s_count_reply (self, post, request, rc);
    request->keeper = NULL;
    butler_request_destroy (&request);
}

static void
s_tick_links (butler_core_t *self)
{
    self->ticked = self->now;
    for (size_t index = 0; index < self->posts; index++)
        butler_link_tick (self->post [index]->link, self->now);
}

void
butler_core_reply (butler_core_t *self, butler_request_t *request)
{
    self->now = zclock_mono ();
    self->held--;
    s_send_reply (self, request);
    if (self->now - self->ticked >= self->tick)
        s_tick_links (self);
}

//  ---- requests

static void
s_drop (butler_core_t *self, butler_requests_t *requests)
{
    self->dropped += requests->count;
    self->held -= requests->count;
    butler_requests_clear (requests);
}

//  More than was offered: the router errs, and its client is told so at once
static void
s_refuse (butler_core_t *self, butler_request_t *request)
{
    self->refused++;
    butler_request_refuse (request, 503, "unavailable", "Unavailable",
                           "the worker holds %d requests already", self->capacity);
    s_send_reply (self, request);
}

static void
s_take_request (butler_core_t *self, butler_post_t *post, butler_view_t *view)
{
    butler_request_t *request = butler_request_new (view, self->now, view->relative? 0: zclock_time ());
    request->origin = post;
    request->epoch = butler_link_epoch (post->link);
    self->received++;
    post->open++;
    if (self->state == BUTLER_CORE_ENDING) {
        self->dropped++;
        butler_request_destroy (&request);
    }
    else
    if (post->open > self->capacity)
        s_refuse (self, request);
    else {
        request->keeper = &self->keeper;
        self->held++;
        butler_requests_append (&self->batch, request);
    }
}

static void
s_take_message (butler_core_t *self, butler_post_t *post, butler_view_t *view)
{
    if (view->kind == BUTLER_MSG_DISPATCH)
        s_take_request (self, post, view);
    else
    if (butler_link_refused (post->link))
        butler_log (self->log_level, BUTLER_LOG_WARNING, "refused", "service=%s router=%s reason=\"%s\"",
                    butler_service_name (self->service), butler_link_endpoint (post->link),
                    butler_link_refused (post->link));
}

//  -1: the reactor is to end
static int
s_settle (butler_core_t *self)
{
    if (!butler_core_is_done (self))
        return 0;
    if (self->state == BUTLER_CORE_ENDING)
        return -1;
    for (size_t index = 0; index < self->posts; index++)
        butler_link_close (self->post [index]->link);
    self->state = BUTLER_CORE_DRAINED;
    zstr_send (self->pipe, "OK");
    return 0;
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
    butler_view_t view;
    for (int count = 0; count < BATCH; count++) {
        const int rc = butler_link_recv (post->link, &self->in, &view, self->now);
        if (rc < 0)
            break;
        if (rc > 0)
            s_take_message (self, post, &view);
    }
    if (self->batch.count)
        self->crew.give (self->crew.arg, &self->batch);
    return s_settle (self);
}

//  ---- routers

//  What was not begun when a connection is lost can't be answered: it is not done at all
static void
s_watch (void *arg, butler_link_t *link, zsock_t *socket, bool open)
{
    butler_post_t *post = arg;
    butler_core_t *self = post->core;
    butler_log (self->log_level, BUTLER_LOG_DEBUG, open? "connecting": "disconnected",
                "service=%s router=%s", butler_service_name (self->service), butler_link_endpoint (link));
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
    s_drop (self, &lost);
}

static butler_post_t *
s_post_new (butler_core_t *self, const char *endpoint)
{
    butler_post_t *post = calloc (1, sizeof *post);
    assert (post);
    post->core = self;
    post->link = butler_link_new (endpoint, butler_service_name (self->service));
    butler_link_set_watch (post->link, s_watch, post);
    butler_link_set_properties (post->link, self->properties, self->capacity);
    butler_link_set_pulse (post->link, self->heartbeat, self->liveness);
    return post;
}

static void
s_post_destroy (butler_post_t *post)
{
    butler_link_destroy (&post->link);
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

//  Every router is told by registering anew
void
butler_core_set_capacity (butler_core_t *self, int capacity)
{
    butler_service_set_capacity (self->service, capacity);
    self->capacity = butler_service_capacity (self->service);
    free (self->properties);
    self->properties = butler_service_properties (self->service);
    self->now = zclock_mono ();
    for (size_t index = 0; index < self->posts; index++) {
        butler_link_set_properties (self->post [index]->link, self->properties, self->capacity);
        butler_link_renew (self->post [index]->link, self->now);
    }
}

void
butler_core_leave (butler_core_t *self, butler_core_state_t state)
{
    self->state = state;
    self->now = zclock_mono ();
    for (size_t index = 0; index < self->posts; index++)
        butler_link_leave (self->post [index]->link, self->now);
}

bool
butler_core_is_done (const butler_core_t *self)
{
    if (self->state == BUTLER_CORE_ENDING)
        return self->held == 0 || !self->crew.finishes;
    if (self->state != BUTLER_CORE_DRAINING || self->held)
        return false;
    for (size_t index = 0; index < self->posts; index++)
        if (butler_link_state (self->post [index]->link) != BUTLER_LINK_LEFT)
            return false;
    return true;
}

//  ---- the loop

static int
s_tick (zloop_t *loop, int timer, void *arg)
{
    (void) loop;
    (void) timer;
    butler_core_t *self = arg;
    self->now = zclock_mono ();
    s_tick_links (self);
    return s_settle (self);
}

//  The one timer, which looks after all links
static void
s_set_timer (butler_core_t *self)
{
    const int64_t tick = self->heartbeat / 4;
    self->tick = tick < TICK_LEAST? TICK_LEAST: tick > TICK_MOST? TICK_MOST: tick;
    if (self->timer != -1)
        zloop_timer_end (self->loop, self->timer);
    self->timer = zloop_timer (self->loop, (size_t) self->tick, 0, s_tick, self);
}

void
butler_core_set_pulse (butler_core_t *self, int64_t heartbeat, int64_t liveness)
{
    self->heartbeat = heartbeat;
    self->liveness = liveness;
    for (size_t index = 0; index < self->posts; index++)
        butler_link_set_pulse (self->post [index]->link, heartbeat, liveness);
    s_set_timer (self);
}

//  What others have done, and emitted
static void
s_collect (butler_core_t *self)
{
    eventfd_t rings;
    eventfd_read (self->bell, &rings);
    butler_requests_t done = { NULL, NULL, 0 };
    butler_mailbox_empty (&self->done, &done);
    self->now = zclock_mono ();
    butler_request_t *request;
    while ((request = butler_requests_take (&done))) {
        self->held--;
        s_send_reply (self, request);
    }
    butler_outlet_flush (&self->outlet);
}

static int
s_bell (zloop_t *loop, zmq_pollitem_t *item, void *arg)
{
    (void) loop;
    (void) item;
    butler_core_t *self = arg;
    s_collect (self);
    return s_settle (self);
}

static int
s_pipe (zloop_t *loop, zsock_t *pipe, void *arg)
{
    butler_core_t *self = arg;
    if (butler_core_execute (self) == 0)
        return 0;
    //  It beats on until the handlers that run are done; what they answer still goes out
    zloop_reader_end (loop, pipe);
    s_collect (self);
    butler_requests_t dropped = { NULL, NULL, 0 };
    self->crew.pick (self->crew.arg, NULL, &dropped);
    s_drop (self, &dropped);
    butler_core_leave (self, BUTLER_CORE_ENDING);
    return s_settle (self);
}

void
butler_core_run (butler_core_t *self, zsock_t *pipe)
{
    self->pipe = pipe;
    self->loop = zloop_new ();
    zmq_pollitem_t bell = { .fd = self->bell, .events = ZMQ_POLLIN };
    zloop_reader (self->loop, pipe, s_pipe, self);
    zloop_poller (self->loop, &bell, s_bell, self);
    s_set_timer (self);
    zloop_set_nonstop (self->loop, true);           //  signals are the host's
    while (zloop_start (self->loop) == 0 && errno == EINTR)
        continue;                                   //  one came to this thread
    for (size_t index = 0; index < self->posts; index++)
        s_post_destroy (self->post [index]);
    self->posts = 0;
    butler_outlet_close (&self->outlet);
    zloop_destroy (&self->loop);
}
