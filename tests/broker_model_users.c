/*  broker_model_users.c - who may what, and whose requests and workers are whose
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "broker_model.h"
#include <stdio.h>

#define TEXT(text) ((char []) { text })

static const char *const s_users [MODEL_USERS] = { "", "alice", "bob", "anonymous" };

//  ---- permissions: what the router is told, and what it comes to

static char *s_once [] = { TEXT ("once"), TEXT ("s*") };
static char *s_all [] = { TEXT ("*") };
static char *s_other [] = { TEXT ("other") };
static char *s_or [] = { TEXT ("o*r") };
static char *s_both [] = { TEXT ("on*"), TEXT ("twice") };
static char *s_twice [] = { TEXT ("t*e") };
static char *s_svc [] = { TEXT ("svc") };
static char *s_ends [] = { TEXT ("o*") };

#define CALL BUTLER_MAY_CALL
#define SERVE BUTLER_MAY_SERVE

static butler_grant_t s_first [] = {
    { .user = TEXT ("alice"), .allow = { [CALL] = { s_once, 2 }, [SERVE] = { s_all, 1 } }, .deny [SERVE] = { s_other, 1 } },
    { .user = TEXT ("bob"), .allow = { [CALL] = { s_all, 1 }, [SERVE] = { s_both, 2 } }, .deny [CALL] = { s_or, 1 } },
    { .user = TEXT ("everyone"), .allow [CALL] = { s_twice, 1 }, .deny [CALL] = { s_svc, 1 } },
    { .user = TEXT ("anonymous"), .allow = { [CALL] = { s_once, 1 }, [SERVE] = { s_svc, 1 } } },
};

static butler_grant_t s_second [] = {
    { .user = TEXT ("bob"), .allow = { [CALL] = { s_once, 1 }, [SERVE] = { s_ends, 1 } } },
    { .user = TEXT ("alice"), .allow [CALL] = { s_other, 1 } },
};

static const butler_permissions_t s_permissions [MODEL_PERMISSIONS] = {
    { .grants = 0 }, { .grant = s_first, .grants = 4 }, { .grant = s_second, .grants = 2 }
};

//  Of once, twice, svc, other and any other name, in this order
static const char *const s_may [MODEL_PERMISSIONS - 1][MODEL_USERS - 1][2] = {
    { { "yy...", "yyy.y" }, { "yy..y", "yy..." }, { "y....", "..y.." } },
    { { "...y.", "....." }, { "y....", "y..y." }, { ".....", "....." } },
};

bool
model_may (const broker_model_t *self, unsigned user, butler_may_t what, unsigned service)
{
    if (user == MODEL_TRUSTED)
        return true;
    if (user == self->removed)
        return false;
    const unsigned index = service < MODEL_SERVICES? service: MODEL_SERVICES;
    return !self->permissions || s_may [self->permissions - 1][user - 1][what][index] == 'y';
}

void
broker_model_admit (broker_model_t *self, unsigned removed, unsigned permissions)
{
    broker_t *broker = self->broker;
    if (!self->secured)
        return;
    self->removed = removed;
    self->permissions = permissions;
    broker->settings.permissions = s_permissions [permissions];
    broker_model_configure (self);
    for (unsigned index = 0; index < MODEL_WORKERS; index++) {
        model_worker_t *worker = &self->worker [index];
        worker->known = worker->known && !(worker->refused && worker->barred);
    }
    self->barring = true;
    broker_remove (broker, s_users [removed]);
    self->barring = false;
    for (unsigned index = 0; index < MODEL_WORKERS; index++) {
        const model_worker_t *worker = &self->worker [index];
        model_rule (self, !worker->known || worker->refused || model_may (self, worker->user, SERVE, worker->service),
                    "a worker serves what it may not");
    }
}

//  ---- who sends

unsigned
model_sender (const broker_model_t *self, unsigned peer)
{
    const unsigned user = !self->secured? MODEL_TRUSTED: self->stranger? self->stranger - 1: peer % MODEL_USERS;
    broker_as (self->broker, s_users [user]);
    return user;
}

void
model_succeed (broker_model_t *self, unsigned client)
{
    const unsigned user = model_sender (self, client);
    for (unsigned index = 0; index < MODEL_REQUESTS; index++) {
        model_request_t *request = &self->request [index];
        if (request->state == MODEL_NONE || model_client (request) != client || self->owner [client] == user)
            continue;
        self->count.cancelled += request->state != MODEL_LEAVING;
        model_told (self, request);
    }
    self->owner [client] = user;
}

unsigned
model_share (const broker_model_t *self, unsigned client)
{
    const unsigned user = self->owner [client];
    unsigned open = 0;
    for (unsigned other = 0; other < MODEL_CLIENTS; other++)
        for (int state = MODEL_WAITING; state <= MODEL_LEAVING; state++)
            if (other == client || (self->owner [other] == user && (user == MODEL_ALICE || user == MODEL_BOB)))
                open += model_requests (self, (model_state_t) state, -1, (int) other);
    return open;
}

bool
model_vouch (broker_model_t *self, model_worker_t *worker, bool ready)
{
    const unsigned user = model_sender (self, (unsigned) (worker - self->worker));
    if (!worker->known || worker->user == user)
        return true;
    if (!ready) {
        self->count.impostors++;
        return false;
    }
    if (!worker->refused) {
        self->usurped = worker;
        self->count.workers_lost += !worker->leaving;
        model_bereave (self, worker);
    }
    worker->known = worker->refused = worker->doomed = false;
    return true;
}
