/*  butler_worker_core.c - a worker's reactor: its routers, what it holds, its one timer
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_worker_core.h"
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include "base/butler_actor.h"
#include "rpc/butler_service_answer.h"
#include "wire/butler_fields.h"

#define HOST_MAX 64                 //  bytes in a host's name, says Linux
#define TICK_LEAST 5                //  ms
#define TICK_MOST 250

//  ---- from other threads

void
butler_core_done (butler_core_t *self, butler_request_t *request)
{
    butler_requests_t batch = { NULL, NULL, 0 };
    butler_requests_append (&batch, request);
    if (butler_mailbox_put (&self->done, &batch))
        butler_core_ring (self);
}

void
butler_core_ring (butler_core_t *self)
{
    eventfd_write (self->bell, 1);
}

//  ---- life

//  The name that the service gives its workers, or HOST/PID
static char *
s_name (const butler_service_t *service)
{
    const char *given = butler_service_worker (service);
    if (*given) {
        char *name = strdup (given);
        assert (name);
        return name;
    }
    char host [HOST_MAX + 1] = "", *name = NULL;
    gethostname (host, HOST_MAX);
    if (asprintf (&name, "%s/%ld", host, (long) getpid ()) < 0)
        assert (false);
    if (!butler_worker_name_valid (butler_span_string (name)))
        sprintf (name, "/%ld", (long) getpid ());       //  a host's name that is no text
    return name;
}

int
butler_core_init (butler_core_t *self, const butler_service_t *service, const butler_crew_t *crew)
{
    memset (self, 0, sizeof *self);
    self->bell = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (self->bell < 0)
        return -1;
    butler_mailbox_init (&self->done);
    butler_outlet_init (&self->outlet, self->bell);
    butler_frames_init (&self->in);
    butler_frames_init (&self->out);
    self->name = s_name (service);
    self->service = service;
    self->crew = *crew;
    assert (crew->most);
    self->capacity = butler_service_capacity (service);
    self->heartbeat = 1000;
    self->liveness = 3;
    self->properties = butler_service_properties (service, self->name, self->chosen, self->heartbeat);
    self->timer = -1;
    self->log_level = BUTLER_LOG_WARNING;
    return 0;
}

void
butler_core_fini (butler_core_t *self)
{
    butler_frames_clear (&self->in);
    butler_frames_clear (&self->out);
    butler_requests_clear (&self->batch);
    butler_mailbox_fini (&self->done);
    butler_outlet_fini (&self->outlet);
    free (self->properties);
    free (self->name);
    free (self->post);
    butler_credentials_destroy (&self->credentials);
    close (self->bell);
}

//  What routers are told of this worker, from the next connection on
static void
s_describe (butler_core_t *self)
{
    free (self->properties);
    self->properties = butler_service_properties (self->service, self->name, self->chosen, self->heartbeat);
    for (size_t index = 0; index < self->posts; index++)
        butler_link_set_properties (self->post [index]->link, self->properties, self->capacity);
}

//  Every router is told by registering anew
void
butler_core_set_capacity (butler_core_t *self, int capacity)
{
    self->capacity = self->chosen = capacity;
    s_describe (self);
    self->now = zclock_mono ();
    for (size_t index = 0; index < self->posts; index++)
        butler_link_renew (self->post [index]->link, self->now);
}

void
butler_core_set_credentials (butler_core_t *self, butler_credentials_t *credentials)
{
    for (size_t index = 0; index < self->posts; index++)
        butler_link_set_credentials (self->post [index]->link, credentials);
    butler_credentials_destroy (&self->credentials);
    self->credentials = credentials;
}

//  ---- the loop

void
butler_core_reply (butler_core_t *self, butler_request_t *request)
{
    self->now = zclock_mono ();
    butler_core_send_reply (self, request);
    if (self->now - self->ticked >= self->tick)
        butler_core_tick_posts (self);
}

static int
s_tick (zloop_t *loop, int timer, void *arg)
{
    (void) loop;
    (void) timer;
    butler_core_t *self = arg;
    self->now = zclock_mono ();
    butler_core_tick_posts (self);
    return butler_core_settle (self);
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
    s_describe (self);
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
    while ((request = butler_requests_take (&done)))
        butler_core_send_reply (self, request);
    butler_outlet_flush (&self->outlet);
}

static int
s_bell (zloop_t *loop, zmq_pollitem_t *item, void *arg)
{
    (void) loop;
    (void) item;
    butler_core_t *self = arg;
    s_collect (self);
    return butler_core_settle (self);
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
    butler_core_drop (self, &dropped);
    butler_core_leave (self, BUTLER_CORE_ENDING);
    return butler_core_settle (self);
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
    self->now = self->ticked = zclock_mono ();
    butler_actor_run (self->loop);
    butler_core_close_posts (self);
    butler_outlet_close (&self->outlet);
    zloop_destroy (&self->loop);
}
