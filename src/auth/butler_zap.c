/*  butler_zap.c - the process's one ZAP handler, which asks whoever keeps a domain
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_zap.h"
#include <errno.h>
#include <pthread.h>
#include "base/butler_actor.h"
#include "butler_library.h"

#define ENDPOINT "inproc://zeromq.zap.01"
#define LOOK_EVERY 250              //  ms
#define LOOK_AT_LEAST_EVERY 750     //  ms
#define LOOK_SHARE 50               //  looking takes one part in so many of the time

//  There is one for all, as libzmq knows one endpoint alone
static struct {
    pthread_mutex_t starts;         //  held by who starts or ends it
    zsock_t *socket;                //  REP: what is no request, it drops
    zactor_t *actor;
    pthread_mutex_t lock;           //  of what follows
    butler_zap_keeper_t *keepers;
} s_zap = { .starts = PTHREAD_MUTEX_INITIALIZER, .lock = PTHREAD_MUTEX_INITIALIZER };

//  ---- the handler's thread

static butler_zap_keeper_t *
s_find (butler_span_t domain)
{
    butler_zap_keeper_t *keeper = s_zap.keepers;
    while (keeper && !butler_span_equal (domain, butler_span_string (keeper->domain)))
        keeper = keeper->next;
    return keeper;
}

static size_t
s_judge (const butler_zap_request_t *request, char user_id [BUTLER_USER_SIZE])
{
    pthread_mutex_lock (&s_zap.lock);
    const butler_zap_keeper_t *keeper = s_find (request->domain);
    const size_t size = keeper? keeper->judge (keeper->arg, request, user_id): 0;
    pthread_mutex_unlock (&s_zap.lock);
    return size;
}

static zmsg_t *
s_answer (zmsg_t *message)
{
    butler_zap_request_t request;
    char user_id [BUTLER_USER_SIZE];
    if (butler_zap_parse (message, &request))
        return butler_zap_reply (&request, "500", "This is no request of ZAP 1.0", butler_span (NULL, 0));
    const size_t size = s_judge (&request, user_id);
    return size? butler_zap_reply (&request, "200", "OK", butler_span (user_id, size))
        : butler_zap_reply (&request, "400", "No access", butler_span (NULL, 0));
}

static int
s_handle_request (zloop_t *loop, zsock_t *socket, void *arg)
{
    (void) loop;
    (void) arg;
    zmsg_t *message = zmsg_recv (socket);
    if (!message)
        return 0;
    zmsg_t *reply = s_answer (message);
    butler_zap_wipe (message);
    zmsg_destroy (&message);
    zmsg_send (&reply, socket);
    zmsg_destroy (&reply);
    return 0;
}

static int
s_handle_look (zloop_t *loop, int timer, void *arg)
{
    (void) timer;
    const int64_t begin = zclock_mono ();
    pthread_mutex_lock (&s_zap.lock);
    for (butler_zap_keeper_t *keeper = s_zap.keepers; keeper; keeper = keeper->next)
        keeper->look (keeper->arg);
    pthread_mutex_unlock (&s_zap.lock);
    const int64_t pause = (zclock_mono () - begin) * LOOK_SHARE;
    zloop_timer (loop, (size_t) (pause < LOOK_EVERY? LOOK_EVERY:
                                 pause > LOOK_AT_LEAST_EVERY? LOOK_AT_LEAST_EVERY: pause), 1, s_handle_look, arg);
    return 0;
}

static int
s_handle_pipe (zloop_t *loop, zsock_t *pipe, void *arg)
{
    static const butler_command_t none [] = { { NULL, 0, 0, NULL, NULL } };
    (void) loop;
    return butler_actor_execute (none, arg, pipe);
}

static void
s_actor (zsock_t *pipe, void *arg)
{
    zsock_t *socket = arg;
    butler_actor_init (pipe);
    zloop_t *loop = zloop_new ();
    assert (loop);
    zloop_reader (loop, pipe, s_handle_pipe, NULL);
    zloop_reader (loop, socket, s_handle_request, NULL);
    zloop_reader_set_tolerant (loop, socket);
    zloop_timer (loop, LOOK_EVERY, 1, s_handle_look, NULL);
    zsock_signal (pipe, 0);
    butler_actor_run (loop);
    zloop_destroy (&loop);
}

//  ---- who starts and ends it

static int
s_fail (char **fault, const char *text)
{
    *fault = zsys_sprintf ("%s", text);
    return -1;
}

//  It is bound here and given to the thread, so that whoever starts it learns of what is wrong
static int
s_open (char **fault)
{
    if (butler_room ())
        return s_fail (fault, "there are no descriptors left; raise the limit of open files");
    s_zap.socket = zsock_new (ZMQ_REP);
    if (!s_zap.socket)
        return s_fail (fault, strerror (errno));
    if (zsock_bind (s_zap.socket, ENDPOINT) == 0)
        return 0;
    zsock_destroy (&s_zap.socket);
    return s_fail (fault, "another ZAP handler (zauth?) holds " ENDPOINT " in this process, and there can be one "
                   "alone: end it");
}

//  A socket that is closed gives up its endpoint some time later, hence the unbind
static void
s_close (void)
{
    zactor_destroy (&s_zap.actor);
    zsock_unbind (s_zap.socket, ENDPOINT);
    zsock_destroy (&s_zap.socket);
}

static int
s_require_actor (char **fault)
{
    if (s_zap.actor)
        return 0;
    if (s_open (fault))
        return -1;
    s_zap.actor = zactor_new (s_actor, s_zap.socket);
    if (s_zap.actor)
        return 0;
    zsock_unbind (s_zap.socket, ENDPOINT);
    zsock_destroy (&s_zap.socket);
    return s_fail (fault, "the system gives no thread");
}

int
butler_zap_start (butler_zap_keeper_t *keeper, char **fault)
{
    pthread_mutex_lock (&s_zap.starts);
    const int rc = s_require_actor (fault);
    if (rc == 0) {
        pthread_mutex_lock (&s_zap.lock);
        keeper->next = s_zap.keepers;
        s_zap.keepers = keeper;
        pthread_mutex_unlock (&s_zap.lock);
    }
    pthread_mutex_unlock (&s_zap.starts);
    return rc;
}

void
butler_zap_stop (butler_zap_keeper_t *keeper)
{
    pthread_mutex_lock (&s_zap.starts);
    pthread_mutex_lock (&s_zap.lock);
    butler_zap_keeper_t **link = &s_zap.keepers;
    while (*link != keeper)
        link = &(*link)->next;
    *link = keeper->next;
    const bool last = s_zap.keepers == NULL;
    pthread_mutex_unlock (&s_zap.lock);
    if (last)
        s_close ();
    pthread_mutex_unlock (&s_zap.starts);
}
