/*  butler_owners.c - whose the requests and workers are, and whether they may do what they do
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_owners.h"
#include <stdio.h>
#include <stdlib.h>

static const char s_removed [] = "the key or password that was shown here is no longer valid";

static butler_identity_t *
s_identify (butler_dispatch_t *self, const butler_view_t *view)
{
    self->sender = butler_identities_of (&self->identities, view->user, self->admit, self->admit_arg,
                                         &self->settings->permissions);
    return self->sender;
}

//  ---- requests

//  Each client's in a chain, so that those of one who is gone are found
static void
s_chain (butler_client_entry_t *client, butler_job_t *job, const butler_jobs_t *jobs)
{
    job->younger = 0;
    job->older = client->youngest;
    client->youngest = job->index + 1;
    if (job->older)
        butler_jobs_at (jobs, job->older - 1)->younger = client->youngest;
}

static void
s_unchain (butler_client_entry_t *client, butler_job_t *job, const butler_jobs_t *jobs)
{
    *(job->younger? &butler_jobs_at (jobs, job->younger - 1)->older: &client->youngest) = job->older;
    if (job->older)
        butler_jobs_at (jobs, job->older - 1)->younger = job->younger;
    job->older = job->younger = 0;
}

//  What came before users were looked at
static void
s_secure (butler_dispatch_t *self)
{
    self->secured = true;
    for (uint32_t index = 0; index < self->jobs.pool.used; index++) {
        butler_job_t *job = butler_jobs_at (&self->jobs, index);
        if (job->state != BUTLER_JOB_FREE && job->client)
            s_chain (job->client, job, &self->jobs);
    }
}

static void
s_own (butler_client_entry_t *client, butler_identity_t *identity)
{
    client->identity = identity;
    identity->holders++;
    identity->open += client->open;
}

void
butler_owners_claim (butler_client_entry_t *client, butler_job_t *job, butler_identity_t *identity,
                     const butler_jobs_t *jobs)
{
    s_chain (client, job, jobs);
    if (client->identity)
        identity->open++;
    else
        s_own (client, identity);
}

void
butler_owners_disclaim (butler_client_entry_t *client, butler_job_t *job, const butler_jobs_t *jobs)
{
    s_unchain (client, job, jobs);
    if (!client->identity)
        return;
    client->identity->open--;
    if (client->open)
        return;
    client->identity->holders--;
    client->identity = NULL;
}

//  Its worker is not told, since a message brings one verdict; what it answers is dropped
static void
s_abandon (butler_dispatch_t *self, butler_job_t *job)
{
    if (job->state == BUTLER_JOB_LEAVING)
        butler_lifecycle_close (self, job);     //  it is counted for why
    else
        butler_lifecycle_drop (self, job);
}

butler_client_entry_t *
butler_owners_identify (butler_dispatch_t *self, const butler_view_t *view, butler_client_entry_t *client)
{
    if (!self->secured)
        s_secure (self);
    butler_identity_t *identity = s_identify (self, view);
    if (!client || client->identity == identity)
        return client;
    if (!client->identity) {        //  it came before users were looked at
        s_own (client, identity);
        return client;
    }
    while (client->youngest)        //  with the last one its client is forgotten, and stays readable
        s_abandon (self, butler_jobs_at (&self->jobs, client->youngest - 1));
    return NULL;
}

//  ---- permissions

//  What everybody may ask who may come in
static bool
s_is_open (butler_span_t name, bool discovery)
{
    return butler_span_equal (name, butler_span_string (BUTLER_NAME_ROUTER))
        || (discovery && (butler_span_equal (name, butler_span_string (BUTLER_NAME_PACKED))
                       || butler_span_equal (name, butler_span_string (BUTLER_NAME_CANCEL))));
}

static bool
s_may_call (butler_dispatch_t *self, butler_span_t name, bool discovery, butler_service_entry_t **found)
{
    butler_identity_t *identity = self->sender;
    if (!identity->admitted || !identity->limited || s_is_open (name, discovery))
        return identity->admitted;
    butler_service_entry_t *service = butler_registry_service (&self->registry, name);
    if (!service)
        return butler_identity_may (identity, BUTLER_MAY_CALL, name);
    if (!discovery)
        *found = service;
    return butler_identity_may_call (identity, name, service->serial);
}

static const char *
s_fault (const butler_identity_t *identity, const char *verb, butler_span_t service, char text [BUTLER_OWNERS_TEXT])
{
    if (!identity->admitted)
        return s_removed;
    const butler_span_t user = butler_identity_name (identity);
    snprintf (text, BUTLER_OWNERS_TEXT, "user '%.*s' may not %s '%.*s'", (int) user.size, (const char *) user.data,
              verb, (int) service.size, (const char *) service.data);
    return text;
}

bool
butler_owners_forbid (butler_dispatch_t *self, const butler_view_t *view, butler_service_entry_t **service,
                      butler_verdict_t *verdict)
{
    const bool discovery = butler_span_begins (view->service, "mmi.");
    const butler_span_t name = discovery? butler_span (view->service.data + 4, view->service.size - 4): view->service;
    if (name.size == 0 || s_may_call (self, name, discovery, service))
        return false;
    self->counters.forbidden++;
    if (discovery) {
        self->counters.discoveries++;
        verdict->kind = BUTLER_VERDICT_DISCOVERY;
        verdict->service = name;
        verdict->code = butler_span_string ("403");
        return true;
    }
    self->counters.accepted++;
    self->counters.refused++;
    char text [BUTLER_OWNERS_TEXT];
    const butler_where_t where = { .service = name, .request = view->api_id };
    butler_lifecycle_refuse (verdict, view->dialect, &where, 403, "forbidden", "Forbidden",
                             s_fault (self->sender, "call", name, text));
    return true;
}

const char *
butler_owners_fault (const butler_identity_t *identity, butler_span_t service, char text [BUTLER_OWNERS_TEXT])
{
    if (!identity || butler_identity_may (identity, BUTLER_MAY_SERVE, service))
        return NULL;
    return s_fault (identity, "serve", service, text);
}

//  ---- workers

//  What it held is treated as at its death; it is told when time allows, once, and ignored from then on
static void
s_bar (butler_dispatch_t *self, butler_worker_entry_t *worker, const char *fault)
{
    self->counters.workers_lost += !worker->leaving;
    butler_lifecycle_observe (self, "refused", worker, fault);
    butler_lifecycle_unload (self, worker);
    butler_registry_refuse (&self->registry, worker);
    worker->barred = worker->unaware = true;
    butler_wheel_put (&self->wheel, &worker->timed, self->now.mono);
}

void
butler_owners_tell (butler_worker_entry_t *worker, butler_verdict_t *verdict)
{
    worker->unaware = false;
    butler_lifecycle_tell_refused (verdict, worker->identity->admitted
        ? "the permissions of this worker's user have changed: it may not serve this any longer": s_removed);
}

bool
butler_owners_vouch (butler_dispatch_t *self, const butler_view_t *view, butler_worker_entry_t **worker_p)
{
    butler_worker_entry_t *worker = *worker_p;
    butler_identity_t *identity = s_identify (self, view);
    if (!worker || worker->identity == identity)
        return true;
    char text [BUTLER_OWNERS_TEXT];
    if (!worker->identity) {        //  it came before users were looked at
        worker->identity = identity;
        identity->holders++;
        const char *fault = worker->service
            ? butler_owners_fault (identity, butler_service_entry_name (worker->service), text): NULL;
        if (fault)
            s_bar (self, worker, fault);
        return !fault;
    }
    if (view->kind != BUTLER_MSG_READY) {
        self->counters.impostors++;
        return false;
    }
    butler_lifecycle_bury (self, worker);
    *worker_p = NULL;
    return true;
}

bool
butler_owners_may_relay (butler_dispatch_t *self, const butler_view_t *view, const butler_service_entry_t *service)
{
    return butler_identity_may (s_identify (self, view), BUTLER_MAY_SERVE, butler_service_entry_name (service));
}

//  Those that were refused before may be taken now: forgotten, each is told to register with its next message
static void
s_look_again (butler_dispatch_t *self)
{
    butler_worker_entry_t *worker, *next;
    HASH_ITER (hh, self->registry.workers, worker, next)
        if (worker->barred)
            butler_lifecycle_bury (self, worker);
}

void
butler_dispatch_admit_again (butler_dispatch_t *self, const butler_now_t *now)
{
    self->now = *now;
    butler_identities_renew (&self->identities);
    s_look_again (self);
    char text [BUTLER_OWNERS_TEXT];
    for (butler_worker_entry_t *worker = self->registry.workers; worker; worker = worker->hh.next) {
        if (!worker->service || !worker->identity)
            continue;
        butler_identities_refresh (&self->identities, worker->identity, self->admit, self->admit_arg,
                                   &self->settings->permissions);
        const char *fault = butler_owners_fault (worker->identity, butler_service_entry_name (worker->service), text);
        if (fault)
            s_bar (self, worker, fault);
    }
    for (butler_worker_entry_t *oldest; (oldest = butler_registry_surplus (&self->registry));)
        butler_lifecycle_bury (self, oldest);
}
