/*  butler_settings.h - what the broker obeys; filled by the configuration
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_SETTINGS_H
#define BUTLER_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "broker/butler_permissions.h"

//  For every service, or for one
typedef struct {
    int64_t ttl;                    //  ms that a name is remembered after its last worker
    bool unknown_queue;             //  requests for a name never seen wait, and get no 404
    int64_t queue;                  //  requests that may wait
    int64_t queue_bytes;            //  bytes that may wait
    int64_t retry;                  //  further workers after one that died
    bool retry_set;                 //  the configuration names retry: a worker's own is ignored
} butler_service_settings_t;

typedef struct {
    char *name;
    butler_service_settings_t settings;
} butler_service_override_t;

typedef struct {
    int64_t heartbeat;              //  ms
    int64_t liveness;               //  silent intervals after which a peer is dead
    int64_t requests;               //  waiting and running, all services
    int64_t bytes;                  //  held for what waits, and for what may be retried
    int64_t unread;                 //  bytes of large bodies that peers have not read
    int64_t message;                //  bytes of one frame; who sends more is disconnected
    int64_t services;               //  names that are known or remembered
    int64_t workers;
    int64_t client_limit;           //  requests of one client, waiting or running
    int64_t max_deadline;           //  ms; later ones are clipped
    int64_t worker_capacity;        //  most that a worker may offer
    int64_t worker_properties;      //  bytes
    int64_t worker_heartbeat;       //  ms; the longest interval that a worker may beat at
    bool relay;                     //  a backend peer may speak for the router to a worker
    butler_service_settings_t service;      //  for all that are not named below
    butler_service_override_t *overrides;   //  owned by the configuration
    size_t override_count;
    butler_permissions_t permissions;       //  who may what; owned by the configuration, too
} butler_settings_t;

//  The built-in defaults
void
butler_settings_init (butler_settings_t *self);

//  What holds for one service
const butler_service_settings_t *
butler_settings_service (const butler_settings_t *self, const void *name, size_t size);

#endif
