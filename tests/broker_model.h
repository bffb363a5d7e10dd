/*  broker_model.h - what PROTOCOL.md asks of a router, as plainly as it can be said
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT

    A model that stands beside the simulated broker: it is told what comes in, sees each message that
    goes out, in order, and fails the test where that is not allowed, or where something that was
    required has not happened once all is settled. Tables of fixed size, looked through from end to end. */

#ifndef BROKER_MODEL_H
#define BROKER_MODEL_H

#include "broker_fixture.h"

enum {
    MODEL_CLIENTS = 4, MODEL_IDS = 5, MODEL_WORKERS = 6, MODEL_SERVICES = 4,
    MODEL_REQUESTS = MODEL_CLIENTS * 2 * MODEL_IDS,
    MODEL_HOLDS = 8                 //  no worker offers more places
};

//  Who sends: the first is trusted, and the last has shown nothing
enum { MODEL_TRUSTED, MODEL_ALICE, MODEL_BOB, MODEL_ANONYMOUS, MODEL_USERS, MODEL_PERMISSIONS = 3 };

typedef enum {
    MODEL_NONE,                     //  its api:id is free
    MODEL_WAITING,
    MODEL_RUNNING,
    MODEL_LEAVING                   //  it has ended; its client is about to be told
} model_state_t;

//  Why a request ends without a worker's answer
typedef enum { MODEL_EXPIRED, MODEL_LOST, MODEL_REFUSED, MODEL_UNKNOWN } model_end_t;

//  There is at most one open under each api:id
typedef struct {
    char client [8], api_id [16];
    bool modern;                    //  dialect 1
    model_state_t state;
    model_end_t end;                //  while it is leaving
    unsigned service;
    size_t size;                    //  of its body
    uint64_t order, since;          //  when it came, and when it began to wait
    int64_t due;
    unsigned worker;                //  who has it
    unsigned attempts;              //  workers that were given it
    bool spare;                     //  there was one more attempt when it was given last
} model_request_t;

//  What a worker holds: of a request that has ended, the place alone
typedef struct {
    uint8_t token [BUTLER_TOKEN_SIZE];
    char api_id [16];
    int64_t due;
    model_request_t *request;       //  NULL: it has ended
} model_hold_t;

typedef struct {
    char name [8];
    bool known, refused, leaving, clogged;
    bool barred;                    //  refused since its user may not serve
    unsigned user;                  //  who registered it
    bool excused;                   //  what it worked on was abandoned: its silence counts with the next heartbeat
    bool doomed;                    //  its socket has said that it is gone
    bool modern;                    //  sent properties
    unsigned service;
    unsigned capacity, threads, retry;
    int64_t interval;               //  at which it beats, where it told; then it is told ours
    bool untold;                    //  that may be told again
    int64_t owed;                   //  when ours changed, or it was barred, so that it has to be told; or 0
    int64_t heard, sent;
    uint64_t given, touched;        //  when it was last given something, and last began or ceased to do so
    model_hold_t hold [MODEL_HOLDS];
    unsigned holds;
} model_worker_t;

typedef struct {
    const char *name;
    bool registered;                //  a worker has it, or had it within ttl
    int64_t until;                  //  where none has it now
    uint64_t served [MODEL_CLIENTS];    //  when each client last had its turn
} model_service_t;

typedef struct {
    broker_t *broker;
    model_request_t request [MODEL_REQUESTS];
    model_worker_t worker [MODEL_WORKERS];
    model_service_t service [MODEL_SERVICES];
    butler_counters_t count;        //  as the counters have to be
    bool secured;                   //  the router knows users
    unsigned stranger;              //  the user that sends now, and whom no peer has of its own, + 1; or 0
    unsigned owner [MODEL_CLIENTS]; //  whose each client's open requests are
    unsigned removed;               //  who may come in no longer; MODEL_TRUSTED: nobody
    unsigned permissions;           //  which are configured
    bool forbidden;                 //  the request in hand may not be made
    model_worker_t *usurped;        //  another user registers under its id
    bool barring;                   //  the router looks at all users again
    bool draining;
    bool tight;                     //  limits of bytes are small enough to matter
    int deaf [MODEL_CLIENTS + MODEL_WORKERS];   //  what sending to each says
    model_request_t *arriving;      //  the request in hand
    model_request_t *bouncing;      //  a worker did not take it; it goes on to the next
    const char *answer;             //  what it was told at once: "" nothing
    char answered [32];
    model_request_t *replied;       //  whose reply is in hand
    const char *observed;           //  what happened first to the worker whose message is in hand
    unsigned to_sender [BUTLER_VERDICT_RELAY + 1];  //  verdicts since the last message came in
    uint64_t clock;                 //  counts events
    uint64_t seed;                  //  of the history, for whoever has to see it again
    unsigned steps;                 //  that the test has taken
} broker_model_t;

//  A fresh broker beside it; destroyed with it
broker_model_t *
broker_model_new (void);

void
broker_model_destroy (broker_model_t **self_p);

//  ---- what comes in: it goes to the broker, too. Clients, workers, services and ids are numbers.

typedef struct {
    unsigned client, id, service;   //  a service beyond the last is one that nobody may have
    bool modern, relative;
    int64_t time;                   //  milliseconds left
    size_t size;
} model_asked_t;

void
broker_model_request (broker_model_t *self, const model_asked_t *asked);

void
broker_model_cancel (broker_model_t *self, unsigned client, bool modern, unsigned id, bool packed);

void
broker_model_malformed (broker_model_t *self, unsigned client, unsigned id);

//  What workers say of themselves: properties are a row of a table
void
broker_model_ready (broker_model_t *self, unsigned worker, unsigned service, unsigned properties);

void
broker_model_beat (broker_model_t *self, unsigned worker);

void
broker_model_leave (broker_model_t *self, unsigned worker);

void
broker_model_relay (broker_model_t *self, unsigned sender, unsigned worker);

//  With the token that stands there among what `holder` holds, or a wrong one
void
broker_model_reply (broker_model_t *self, unsigned sender, unsigned holder, unsigned place, bool wrong);

//  Who may come in has changed, and who may what
void
broker_model_admit (broker_model_t *self, unsigned removed, unsigned permissions);

//  The settings have changed: the broker's own
void
broker_model_configure (broker_model_t *self);

void
broker_model_lapse (broker_model_t *self, int64_t gap);

void
broker_model_abandon (broker_model_t *self);

//  All that is due and free happens; then nothing that is required may be left, and the books balance
void
broker_model_settle (broker_model_t *self);

//  Until nothing is left: requests, workers, names
void
broker_model_finish (broker_model_t *self);

//  ---- for the parts of the model

//  A rule of the protocol
void
model_rule (const broker_model_t *self, bool holds, const char *rule);

model_request_t *
model_request_of (broker_model_t *self, const char *client, const char *api_id);

model_worker_t *
model_worker_of (broker_model_t *self, butler_span_t name);

//  It may be given one more
bool
model_worker_takes (const model_worker_t *worker);

//  It has a thread without work, and so has to be given one that waits. What it holds beyond that the router
//  decides by how it fares.
bool
model_worker_idle (const model_worker_t *worker);

unsigned
model_live_workers (const broker_model_t *self, unsigned service);

//  How many are in this state; of one service and client, or of all (-1)
unsigned
model_requests (const broker_model_t *self, model_state_t state, int service, int client);

const butler_service_settings_t *
model_settings (const broker_model_t *self, unsigned service);

//  When silence kills it
int64_t
model_death (const broker_model_t *self, const model_worker_t *worker);

//  The time up to which all that is due has happened, once all is settled: a tick is 10 ms
int64_t
model_ticked (const broker_model_t *self);

unsigned
model_client (const model_request_t *request);

void
model_end (broker_model_t *self, model_request_t *request, model_end_t end);

//  Its client has been told
void
model_told (broker_model_t *self, model_request_t *request);

//  Who sends what comes from this peer, by its number; the broker is told
unsigned
model_sender (const broker_model_t *self, unsigned peer);

//  A service beyond the last is one whose name no grant has
bool
model_may (const broker_model_t *self, unsigned user, butler_may_t what, unsigned service);

//  How many requests count for this client's share
unsigned
model_share (const broker_model_t *self, unsigned client);

//  Somebody sends as this client: what another has open there ends
void
model_succeed (broker_model_t *self, unsigned client);

//  Somebody sends as this worker. False: another than registered it, and it is no READY
bool
model_vouch (broker_model_t *self, model_worker_t *worker, bool ready);

//  What a worker held goes to others, or ends
void
model_bereave (broker_model_t *self, model_worker_t *worker);

void
model_release (broker_model_t *self, model_worker_t *worker, unsigned place);

//  What the broker has decided of a request that was to come
bool
model_peek_leaving (const broker_model_t *self, const model_request_t *request, bool *open);

//  broker_t's `deaf`, and the broker's observer
int
model_sending (void *arg, const char *peer);

void
model_observe (void *arg, const char *event, const butler_worker_entry_t *entry, const char *reason);

#endif
