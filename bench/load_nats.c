/*  load_nats.c - the same load on a nats-server, to compare with
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

//  A worker subscribes to the service as one of a queue group, so that each request goes to one. A
//  client's answers come to one inbox, each request's slot being the last token of the subject.

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <nats/nats.h>
#include "bench_client.h"
#include "bench_setup.h"
#include "programs/butler_output.h"

#define PENDING_MAX (1 << 20)
#define SUBJECT_MAX 128

typedef struct {
    const bench_setup_t *setup;
    natsConnection *nats;
    natsSubscription *inbox;
    size_t prefix;                  //  of a subject, before the slot
    char **subject;                 //  of each slot's answer
    char *body;
    int next;                       //  the slot that a call that waits is for
} caller_t;

static void
s_check (natsStatus status, const char *what)
{
    if (status == NATS_OK)
        return;
    butler_complain ("nats", "%s: %s", what, natsStatus_GetText (status));
    exit (BUTLER_EXIT_TROUBLE);
}

//  A client that waits for each answer has its requests written at once, not up to a
//  millisecond later; so has the worker beside it
static natsConnection *
s_connect (const bench_setup_t *setup)
{
    natsOptions *options = NULL;
    natsConnection *nats = NULL;
    s_check (natsOptions_Create (&options), "options");
    s_check (natsOptions_SetURL (options, setup->endpoint), setup->endpoint);
    s_check (natsOptions_SetMaxPendingMsgs (options, PENDING_MAX), "pending messages");
    s_check (natsOptions_SetSendAsap (options, setup->sync), "sending");
    s_check (natsConnection_Connect (&nats, options), setup->endpoint);
    natsOptions_Destroy (options);
    return nats;
}

static void *
s_open (const bench_setup_t *setup, int number)
{
    (void) number;
    caller_t *self = (caller_t *) calloc (1, sizeof *self);
    assert (self);
    self->setup = setup;
    self->next = -1;
    self->nats = s_connect (setup);
    self->body = (char *) malloc ((size_t) setup->body);
    self->subject = (char **) calloc ((size_t) setup->window, sizeof *self->subject);
    assert (self->body && self->subject);
    memset (self->body, 'x', (size_t) setup->body);
    natsInbox *inbox = NULL;
    s_check (natsInbox_Create (&inbox), "inbox");
    char subject [SUBJECT_MAX];
    self->prefix = (size_t) snprintf (subject, sizeof subject, "%s.", inbox);
    for (int slot = 0; slot < setup->window; slot++) {
        snprintf (subject, sizeof subject, "%s.%d", inbox, slot);
        self->subject [slot] = strdup (subject);
    }
    snprintf (subject, sizeof subject, "%s.*", inbox);
    s_check (natsConnection_SubscribeSync (&self->inbox, self->nats, subject), subject);
    s_check (natsSubscription_SetPendingLimits (self->inbox, -1, -1), subject);
    s_check (natsConnection_Flush (self->nats), "flush");
    natsInbox_Destroy (inbox);
    return self;
}

static void
s_send (void *argument, int slot)
{
    caller_t *self = (caller_t *) argument;
    self->next = slot;
    if (!self->setup->sync)
        natsConnection_PublishRequest (self->nats, self->setup->service, self->subject [slot], self->body,
                                       self->setup->body);
}

static int
s_recv (void *argument, int timeout, bool *good)
{
    caller_t *self = (caller_t *) argument;
    uint64_t waiting = 1;
    natsMsg *answer = NULL;
    if (timeout == 0)               //  which it does not take for 'do not wait'
        natsSubscription_QueuedMsgs (self->inbox, &waiting);
    if (!waiting || natsSubscription_NextMsg (&answer, self->inbox, timeout? timeout: 1) != NATS_OK)
        return BENCH_NONE;
    const int slot = atoi (natsMsg_GetSubject (answer) + self->prefix);
    *good = natsMsg_GetDataLength (answer) == self->setup->body;
    natsMsg_Destroy (answer);
    return slot;
}

//  By the library's own call, which waits
static int
s_call (void *argument, int timeout, bool *good)
{
    caller_t *self = (caller_t *) argument;
    const int slot = self->next;
    self->next = -1;
    natsMsg *answer = NULL;
    if (slot < 0 || natsConnection_Request (&answer, self->nats, self->setup->service, self->body, self->setup->body,
                                            timeout? timeout: 1) != NATS_OK)
        return BENCH_NONE;
    *good = natsMsg_GetDataLength (answer) == self->setup->body;
    natsMsg_Destroy (answer);
    return slot;
}

static int
s_client (bench_setup_t *setup)
{
    static const bench_peer_t open = { "nats", s_open, s_send, s_recv };
    static const bench_peer_t sync = { "nats-sync", s_open, s_send, s_call };
    return bench_client_run (setup->sync? &sync: &open, setup);
}

static void
s_echo (natsConnection *nats, natsSubscription *subscription, natsMsg *request, void *argument)
{
    (void) subscription;
    (void) argument;
    natsConnection_Publish (nats, natsMsg_GetReply (request), natsMsg_GetData (request),
                            natsMsg_GetDataLength (request));
    natsMsg_Destroy (request);
}

static int
s_worker (bench_setup_t *setup)
{
    bench_stop_after (setup->time);
    for (int number = 0; number < setup->workers; number++) {
        natsConnection *nats = s_connect (setup);
        natsSubscription *subscription = NULL;
        s_check (natsConnection_QueueSubscribe (&subscription, nats, setup->service, "workers", s_echo, NULL),
                 setup->service);
        s_check (natsSubscription_SetPendingLimits (subscription, -1, -1), setup->service);
        s_check (natsConnection_Flush (nats), "flush");
    }
    bench_await_stop ();
    return BUTLER_EXIT_DONE;
}

static const bench_mode_t s_modes [] = {
    { "client", "clients that keep a window of requests open", s_client },
    { "worker", "workers that echo", s_worker },
    { NULL, NULL, NULL }
};

int
main (int argc, char **argv)
{
    bench_setup_t setup = BENCH_SETUP;
    const int status = bench_main (argc, argv, "Puts load on a nats-server (--endpoint nats://HOST:PORT), and prints what "
                                   "came of it as a line of JSON.", s_modes, &setup);
    fflush (stdout);
    _exit (status);
}
