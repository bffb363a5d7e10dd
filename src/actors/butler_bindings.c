/*  butler_bindings.c - one of the router's two sockets, and what it is bound to
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_bindings.h"
#include <pthread.h>
#include <stdlib.h>
#include <sys/random.h>

#define FRONTEND_RCVHWM 256         //  messages of one connection that wait unread
#define SPARE 16                    //  messages beyond those: heartbeats
#define LINGER 1000                 //  ms for the last answers to get out
#define KEEPALIVE_IDLE 10           //  seconds
#define BACKLOG 4096
#define CLIENT_SILENCE 60000        //  ms in which a client's machine confirms nothing

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
    zlist_autofree (self->endpoints);
    zlist_comparefn (self->endpoints, (zlist_compare_fn *) strcmp);
    zsock_set_router_mandatory (self->socket, 1);
    zsock_set_linger (self->socket, LINGER);
    zsock_set_backlog (self->socket, BACKLOG);
    zsock_set_tcp_keepalive (self->socket, 1);
    zsock_set_tcp_keepalive_idle (self->socket, KEEPALIVE_IDLE);
    butler_bindings_configure (self, settings);
    return 0;
}

//  Room for whatever one peer may have open, so that EAGAIN means: it does not read. Twice that,
//  as libzmq learns of what a peer has read only by half a mark at a time.
void
butler_bindings_configure (butler_bindings_t *self, const butler_settings_t *settings)
{
    const int64_t open = self->frontend? settings->client_limit: settings->worker_capacity;
    zsock_set_sndhwm (self->socket, 2 * ((int) open + SPARE));
    zmq_setsockopt (self->handle, ZMQ_MAXMSGSIZE, &settings->message, sizeof settings->message);
    if (self->frontend)
        zsock_set_rcvhwm (self->socket, FRONTEND_RCVHWM);
    //  A client may pause, and owes no heartbeats; a worker that is silent is dead
    const int64_t silence = self->frontend? CLIENT_SILENCE: settings->heartbeat * settings->liveness;
    zsock_set_tcp_maxrt (self->socket, (int) silence);
}

void
butler_bindings_fini (butler_bindings_t *self)
{
    zsock_destroy (&self->socket);
    zlist_destroy (&self->endpoints);
}

const char *
butler_bindings_bind (butler_bindings_t *self, const char *endpoint)
{
    if (zmq_bind (self->handle, endpoint) == -1)
        return NULL;
    char *resolved = zsock_last_endpoint (self->socket);
    zlist_append (self->endpoints, resolved);
    zstr_free (&resolved);
    return zlist_tail (self->endpoints);
}

int
butler_bindings_unbind (butler_bindings_t *self, const char *endpoint)
{
    const int rc = zmq_unbind (self->handle, endpoint);
    zlist_remove (self->endpoints, (void *) (uintptr_t) endpoint);
    return rc;
}

void
butler_bindings_trim (butler_bindings_t *self, size_t count)
{
    while (zlist_size (self->endpoints) > count)
        butler_bindings_unbind (self, zlist_tail (self->endpoints));
}

json_t *
butler_bindings_list (const butler_bindings_t *self)
{
    json_t *list = json_array ();
    for (const char *endpoint = zlist_first (self->endpoints); endpoint;
         endpoint = zlist_next (self->endpoints))
        json_array_append_new (list, json_string (endpoint));
    return list;
}
