/*  butler_service_internal.h - a service's methods, as those who answer see them
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_SERVICE_INTERNAL_H
#define BUTLER_SERVICE_INTERNAL_H

#include "butler_service.h"
#include "rpc/butler_signature.h"

typedef struct {
    butler_signature_t *signature;
    butler_method_fn *handler;
    void *arg;
    char *doc;                      //  NULL where there is none
} butler_service_method_t;

struct butler_service {
    char *name;
    char *worker;                   //  what its workers are called; NULL: as they call themselves
    butler_service_method_t *method;    //  in order of their names
    size_t count;
    butler_method_fn *direct;       //  NULL: takes RPC alone
    void *direct_arg;
    int threads;
    int capacity;                   //  0: by the number of threads
    int retry;
    char *error;                    //  of the last call that failed; NULL: none did
};

//  As butler_service_new (), for names that are ours: "butler.router"
butler_service_t *
butler_service_new_reserved (const char *name);

//  NULL: there is none
const butler_service_method_t *
butler_service_find (const butler_service_t *self, const char *method);

#endif
