/*  butler_dispatch.h - every decision of the router; no socket, no clock
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_DISPATCH_H
#define BUTLER_DISPATCH_H

#include "butler_service.h"
#include "broker/butler_clients.h"
#include "broker/butler_counters.h"
#include "broker/butler_jobs.h"
#include "broker/butler_now.h"
#include "broker/butler_registry.h"
#include "broker/butler_verdict.h"
#include "wire/butler_view.h"

//  Told of what happens to workers: "ready", "refused" (for a reason), "leaving", "lost", "gone"
typedef void (butler_observer_fn) (void *arg, const char *event, const butler_worker_entry_t *worker,
                                   const char *reason);

typedef struct {
    const butler_settings_t *settings;
    butler_admit_fn *admit;         //  asked once for each User-Id; NULL: users are not looked at. Once set, it stays.
    void *admit_arg;
    butler_observer_fn *observer;   //  or NULL
    void *observer_arg;
    butler_wheel_t wheel;
    butler_jobs_t jobs;
    butler_clients_t clients;
    butler_registry_t registry;
    butler_identities_t identities;
    bool secured;                   //  `admit` was set, and all that was open then is known by its client
    butler_identity_t *sender;      //  whose message is in hand; NULL: users are not known
    bool forbade;                   //  the router's own service said that he may not
    butler_counters_t counters;
    butler_service_t *own;          //  butler.router
    butler_job_t *leaving, *leaving_tail;
    butler_service_entry_t *ready, *ready_tail;
    uint64_t order;
    int64_t held;                   //  bytes kept for what waits or may be given again
    int64_t block_bytes;            //  of these, what stands in blocks of traces and bodies
    bool draining;
    const int64_t *unread [2];      //  bytes of large bodies that clients and workers have not read; whoever
                                    //  sends counts them
    butler_now_t now;               //  of the call under way
} butler_dispatch_t;

//  The settings are borrowed. The seed makes hash values that peers can't foresee.
void
butler_dispatch_init (butler_dispatch_t *self, const butler_settings_t *settings, uint64_t seed,
                      const butler_now_t *now);

void
butler_dispatch_fini (butler_dispatch_t *self);

//  The settings have changed
void
butler_dispatch_configure (butler_dispatch_t *self, const butler_settings_t *settings);

//  Who may come in, or who may what, has changed: all are asked for again. Workers of those who may not serve
//  any longer are refused, and what they held is treated as at their death.
void
butler_dispatch_admit_again (butler_dispatch_t *self, const butler_now_t *now);

//  The process was stopped for so long: no worker has been silent for it
void
butler_dispatch_lapse (butler_dispatch_t *self, int64_t gap);

//  New requests are refused from now on
void
butler_dispatch_drain (butler_dispatch_t *self);

//  All that waits or runs ends with an answer; returns how many
size_t
butler_dispatch_abandon (butler_dispatch_t *self, const butler_now_t *now);

//  A worker can't be reached any longer, but what it sent before may still be to be read: it is to be buried
//  after that, unless it has registered anew
void
butler_dispatch_doom (butler_dispatch_t *self, butler_span_t peer);

//  All that it sent has been read
void
butler_dispatch_bury (butler_dispatch_t *self, butler_span_t peer, const butler_now_t *now);

//  Bytes of large bodies that were sent and have not been read, by whomever
int64_t
butler_dispatch_unread (const butler_dispatch_t *self);

//  A REQUEST or CANCEL has come on the frontend. The latter, in frames, is a request to butler.cancel.
void
butler_dispatch_request (butler_dispatch_t *self, const butler_view_t *view,
                         const butler_now_t *now, butler_verdict_t *verdict);

//  Something malformed has come on the frontend; what of it was readable is in the view
void
butler_dispatch_malformed (butler_dispatch_t *self, const butler_view_t *view,
                           const butler_now_t *now, butler_verdict_t *verdict);

//  READY, HEARTBEAT, REPLY, LEAVE or RELAY has come on the backend
void
butler_dispatch_worker (butler_dispatch_t *self, const butler_view_t *view,
                        const butler_now_t *now, butler_verdict_t *verdict);

//  The worker of a DISPATCH did not take it: EHOSTUNREACH, it is gone; else not now. The view is
//  that of the message in hand, or NULL where the job's own body was to be sent.
void
butler_dispatch_bounced (butler_dispatch_t *self, butler_job_t *job, const butler_view_t *view,
                         int error, const butler_now_t *now, butler_verdict_t *verdict);

//  The peer of any other verdict did not take it
void
butler_dispatch_unsent (butler_dispatch_t *self, const butler_verdict_t *verdict, int error,
                        const butler_now_t *now);

//  The client of a FORWARD has so much unread that the reply in hand can't be sent; there is room for an
//  ANSWER that says so
void
butler_dispatch_excuse (const butler_view_t *reply, butler_verdict_t *verdict);

//  A job's body, for the message that carries it for the last time: the caller frees it
void *
butler_dispatch_take_body (butler_dispatch_t *self, butler_job_t *job);

//  What else is to be done by now: refills, expiries, deaths, heartbeats. False when nothing is.
bool
butler_dispatch_next (butler_dispatch_t *self, const butler_now_t *now, butler_verdict_t *verdict);

//  Whether butler_dispatch_next () has to be called again, now or once time has passed
bool
butler_dispatch_busy (const butler_dispatch_t *self);

#endif
