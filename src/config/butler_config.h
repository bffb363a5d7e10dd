/*  butler_config.h - the configuration: ZPL text in, checked and typed settings out
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_CONFIG_H
#define BUTLER_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "broker/butler_settings.h"

#define BUTLER_CONFIG_ENDPOINTS_MAX 16      //  of one socket
#define BUTLER_CONFIG_SERVICES_MAX 4096     //  that have settings of their own
#define BUTLER_CONFIG_WORKERS_MAX 64        //  butler_worker sections
#define BUTLER_CONFIG_METHODS_MAX 256       //  of one of them
#define BUTLER_CONFIG_ECHOES_MAX 256
#define BUTLER_CONFIG_USERS_MAX 4096        //  that have a permission section

//  A method of a butler_worker section
typedef struct {
    char *signature;
    char *run;                              //  a line for /bin/sh
    char *doc;                              //  or NULL
    unsigned line;
} butler_config_method_t;

//  A butler_worker section
typedef struct {
    char *service;
    char *connect [BUTLER_CONFIG_ENDPOINTS_MAX];    //  none: the router's own backend
    size_t connect_count;
    char *key;                              //  a file with the key that it shows those, or NULL
    char *router_key;                       //  their public key, or a file with it, or NULL: the key's file names it
    int64_t jobs;
    bool kill_expired;
    char *run;                              //  for direct requests, or NULL
    butler_config_method_t *method;
    size_t methods;
    unsigned line;
} butler_config_worker_t;

//  Readers take the fields as they stand; only the functions below write them
typedef struct {
    butler_settings_t settings;             //  its overrides and permissions are owned here
    char *frontend [BUTLER_CONFIG_ENDPOINTS_MAX];   //  endpoints that a file names, none by default
    size_t frontend_count;
    char *backend [BUTLER_CONFIG_ENDPOINTS_MAX];
    size_t backend_count;
    int security [2];                       //  of frontend and backend: a butler_security_t
    int security_choice [2];                //  what their keys say, of which that is made: 0 is auto
    bool handover;                          //  a worker may take the place of one with the same routing id
    char *certificate;                      //  the router's own: a file with its secret key, or NULL
    char *certificates;                     //  a folder with those of users, or NULL
    char *passwords;                        //  a file, or NULL
    char **allow, **deny;                   //  addresses
    size_t allow_count, deny_count;
    int64_t drain;                          //  ms to finish what runs when told to stop
    int64_t io_threads;
    char *user;                             //  to run as; NULL: who started it
    char *workdir;
    int log_level;                          //  a butler_log_level_t
    char *log_to;                           //  "stderr", "syslog", or a file
    char *echo [BUTLER_CONFIG_ECHOES_MAX];  //  what the script says
    size_t echoes;
    butler_config_worker_t *worker;
    size_t workers;
    uint64_t *override_keys;                //  for each override: which keys it names itself
    char *error;
} butler_config_t;

//  The built-in defaults
butler_config_t *
butler_config_new (void);

void
butler_config_destroy (butler_config_t **self_p);

//  Takes what a ZPL file says; what it does not name gets its default. 0, or -1 where there is
//  no such file, or anything in it is wrong: then nothing has changed.
int
butler_config_load (butler_config_t *self, const char *file);

//  A socket that it names no endpoint for gets butlerd's: that key's default. 0, or -1 where the other
//  socket has that.
int
butler_config_listen (butler_config_t *self);

//  Changes one setting of a router that runs: "router/heartbeat", "service/api.images/retry".
//  0, or -1 where there is no such key, it can't change while the router runs, or the value is
//  wrong: then nothing has changed.
int
butler_config_set (butler_config_t *self, const char *path, const char *value);

//  The same while nothing is bound yet, when also those settings can be changed that the first endpoint is
//  bound with, how peers show who they are: keys of which the row in butler_keys [] says `early`. What belongs
//  together comes one after the other, so only butler_config_check () says whether it fits.
int
butler_config_set_early (butler_config_t *self, const char *path, const char *value);

//  Whether what it says of security fits together: 0, or -1. To be asked before the first endpoint is bound
//  where butler_config_set_early () was used; a file is checked when it is loaded.
int
butler_config_check (butler_config_t *self);

//  What only a restart can change is taken over from a configuration that runs, and is of no more use
//  in that. Fresh: the names of what would have changed, "server/io_threads, butler_worker"; NULL
//  where nothing would have.
char *
butler_config_keep (butler_config_t *self, butler_config_t *running);

//  What was wrong, and what is right, after a -1: "butler.cfg:12: router/liveness: '0' is out of
//  range, 1 to 100". NULL before one.
const char *
butler_config_error (const butler_config_t *self);

#endif
