/*  butler_bindings.c - one of the router's two sockets, and what it is bound to
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_bindings.h"
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/random.h>
#include "actors/butler_door.h"
#include "base/butler_monitor.h"

#define FRONTEND_RCVHWM 256         //  messages of one connection that wait unread
#define SPARE 16                    //  messages beyond those: heartbeats
#define LINGER 1000                 //  ms for the last answers to get out
#define KEEPALIVE_IDLE 10           //  seconds
#define HANDSHAKE 10000             //  ms that one may take, and hold memory
#define CLIENT_SILENCE 60000        //  ms in which a client's machine confirms nothing

typedef struct {
    char *resolved;                 //  "tcp://127.0.0.1:40007"
    char *named;                    //  as a file has it, "tcp://127.0.0.1:*"; NULL: bound by a command
    bool wanted;                    //  the file that was read last names it
    bool fresh;                     //  and none before it did
    int listener;                   //  that can be shut; -1: none
} binding_t;

//  libzmq makes a ROUTER's first routing id with rand (), which nobody seeds: ids would be the
//  same in every run, and a peer that claims the next one makes libzmq abort. So it is seeded
//  for as long as the socket is made, and the host's own sequence is put back.
static zsock_t *
s_unpredictable_router (void)
{
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    unsigned seed;
    if (getrandom (&seed, sizeof seed, 0) != sizeof seed)
        return NULL;
    char state [64];
    pthread_mutex_lock (&mutex);
    char *hosts = initstate (seed, state, sizeof state);
    zsock_t *socket = zsock_new (ZMQ_ROUTER);
    setstate (hosts);
    pthread_mutex_unlock (&mutex);
    return socket;
}

int
butler_bindings_init (butler_bindings_t *self, bool frontend, const butler_settings_t *settings)
{
    self->socket = s_unpredictable_router ();
    if (!self->socket)
        return -1;
    self->handle = zsock_resolve (self->socket);
    self->frontend = frontend;
    self->endpoints = zlist_new ();
    zsock_set_router_mandatory (self->socket, 1);
    zsock_set_linger (self->socket, LINGER);
    zsock_set_backlog (self->socket, BUTLER_DOOR_QUEUE);
    zsock_set_tcp_keepalive (self->socket, 1);
    zsock_set_tcp_keepalive_idle (self->socket, KEEPALIVE_IDLE);
    zsock_set_handshake_ivl (self->socket, HANDSHAKE);
    butler_bindings_configure (self, settings);
    return 0;
}

static int64_t
s_open (const butler_bindings_t *self, const butler_settings_t *settings)
{
    return self->frontend? settings->client_limit: settings->worker_capacity;
}

void
butler_bindings_configure (butler_bindings_t *self, const butler_settings_t *settings)
{
    zmq_setsockopt (self->handle, ZMQ_MAXMSGSIZE, &settings->message, sizeof settings->message);
    //  A client may pause, and owes no heartbeats; a worker that is silent is dead
    const int64_t silence = self->frontend? CLIENT_SILENCE: settings->heartbeat * settings->liveness;
    zsock_set_tcp_maxrt (self->socket, (int) silence);
    if (!self->room)
        self->wanted = s_open (self, settings);
}

bool
butler_bindings_suit (const butler_bindings_t *self, const butler_settings_t *settings)
{
    return !self->room || s_open (self, settings) <= self->room;
}

//  Before the first bind. Room for whatever one peer may have open, so that EAGAIN means: it does not
//  read. Twice that, as libzmq learns of what a peer has read only by half a mark at a time.
static void
s_make_room (butler_bindings_t *self)
{
    if (self->room)
        return;
    self->room = self->wanted;
    zsock_set_sndhwm (self->socket, 2 * ((int) self->room + SPARE));
    if (self->frontend)
        zsock_set_rcvhwm (self->socket, FRONTEND_RCVHWM);
}

//  ---- endpoints

//  Only TCP can be shut. 0, or -1 with errno
static int
s_watch (butler_bindings_t *self, const char *endpoint)
{
    if (self->events || strncmp (endpoint, "tcp://", 6) != 0)
        return 0;
    self->events = butler_door_watch (self->handle);
    return self->events? 0: -1;
}

static binding_t *
s_find (const butler_bindings_t *self, const char *endpoint)
{
    binding_t *binding = (binding_t *) zlist_first (self->endpoints);
    while (binding && strneq (binding->resolved, endpoint))
        binding = (binding_t *) zlist_next (self->endpoints);
    return binding;
}

bool
butler_bindings_has (const butler_bindings_t *self, const char *endpoint)
{
    return s_find (self, endpoint) != NULL;
}

static binding_t *
s_add (butler_bindings_t *self, const char *endpoint, const char *named)
{
    if (butler_bindings_has (self, endpoint)) {     //  libzmq takes an ipc:// twice, and loses it with one
        errno = EADDRINUSE;
        return NULL;
    }
    s_make_room (self);
    if (s_watch (self, endpoint) || zmq_bind (self->handle, endpoint) == -1)
        return NULL;
    binding_t *binding = (binding_t *) zmalloc (sizeof *binding);
    assert (binding);
    binding->resolved = zsock_last_endpoint (self->socket);
    binding->named = named? strdup (named): NULL;
    binding->listener = strncmp (endpoint, "tcp://", 6)? -1: butler_door_read (self->events).listener;
    zlist_append (self->endpoints, binding);
    return binding;
}

static void
s_remove (butler_bindings_t *self, binding_t *binding)
{
    zlist_remove (self->endpoints, binding);
    free (binding->resolved);
    free (binding->named);
    free (binding);
}

void
butler_bindings_fini (butler_bindings_t *self)
{
    butler_monitor_destroy (&self->events, self->handle);
    zsock_destroy (&self->socket);
    while (self->endpoints && zlist_size (self->endpoints))
        s_remove (self, (binding_t *) zlist_first (self->endpoints));
    zlist_destroy (&self->endpoints);
}

const char *
butler_bindings_bind (butler_bindings_t *self, const char *endpoint)
{
    const binding_t *binding = s_add (self, endpoint, NULL);
    return binding? binding->resolved: NULL;
}

int
butler_bindings_unbind (butler_bindings_t *self, const char *endpoint)
{
    const int rc = zmq_unbind (self->handle, endpoint);
    const int reason = errno;
    binding_t *binding = s_find (self, endpoint);
    if (binding)
        s_remove (self, binding);
    errno = reason;
    return rc;
}

//  ---- what a file names

//  One that an earlier file named, and this one has not asked for yet
static binding_t *
s_find_named (butler_bindings_t *self, const char *endpoint)
{
    binding_t *binding = (binding_t *) zlist_first (self->endpoints);
    while (binding && (!binding->named || binding->wanted || strneq (binding->named, endpoint)))
        binding = (binding_t *) zlist_next (self->endpoints);
    return binding;
}

const char *
butler_bindings_take (butler_bindings_t *self, char *const *endpoints, size_t count)
{
    for (binding_t *binding = zlist_first (self->endpoints); binding; binding = zlist_next (self->endpoints))
        binding->wanted = binding->fresh = false;
    for (size_t index = 0; index < count; index++) {
        binding_t *binding = s_find_named (self, endpoints [index]);
        if (!binding) {
            binding = s_add (self, endpoints [index], endpoints [index]);
            if (!binding)
                return endpoints [index];
            binding->fresh = true;
        }
        binding->wanted = true;
    }
    return NULL;
}

void
butler_bindings_settle (butler_bindings_t *self, bool taken)
{
    binding_t *binding = (binding_t *) zlist_first (self->endpoints);
    while (binding) {
        const bool over = taken? binding->named && !binding->wanted: binding->fresh;
        binding->fresh = false;     //  a later file that is given up may not come to this socket's take
        if (over) {
            zmq_unbind (self->handle, binding->resolved);
            s_remove (self, binding);
        }
        binding = (binding_t *) (over? zlist_first (self->endpoints): zlist_next (self->endpoints));
    }
}

//  ---- new peers

static void
s_each_listener (butler_bindings_t *self, void (*function) (int listener))
{
    for (const binding_t *binding = zlist_first (self->endpoints); binding; binding = zlist_next (self->endpoints))
        if (binding->listener != -1)
            function (binding->listener);
}

void
butler_bindings_shut (butler_bindings_t *self)
{
    s_each_listener (self, butler_door_shut);
}

void
butler_bindings_open (butler_bindings_t *self)
{
    s_each_listener (self, butler_door_open);
}

json_t *
butler_bindings_list (const butler_bindings_t *self)
{
    json_t *list = json_array ();
    for (const binding_t *binding = zlist_first (self->endpoints); binding; binding = zlist_next (self->endpoints))
        json_array_append_new (list, json_string (binding->resolved));
    return list;
}
