/*  butler_library.h - what every public header of butler needs
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_LIBRARY_H
#define BUTLER_LIBRARY_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <czmq.h>
#include <jansson.h>

#define BUTLER_VERSION_MAJOR 1
#define BUTLER_VERSION_MINOR 0
#define BUTLER_VERSION_PATCH 0
#define BUTLER_VERSION_STRING "1.0.0"

#if defined (__GNUC__)
#   define BUTLER_EXPORT __attribute__ ((visibility ("default")))
#   define BUTLER_PRINTF(string, first) __attribute__ ((format (printf, string, first)))
#else
#   define BUTLER_EXPORT
#   define BUTLER_PRINTF(string, first)
#endif

//  The programs' built-in endpoints: loopback alone
#define BUTLER_FRONTEND "tcp://127.0.0.1:5555"
#define BUTLER_BACKEND  "tcp://127.0.0.1:5556"
#define BUTLER_SINK     "tcp://127.0.0.1:5558"

typedef struct butler_client butler_client_t;
typedef struct butler_msg butler_msg_t;
typedef struct butler_request butler_request_t;
typedef struct butler_service butler_service_t;
typedef struct butler_sink butler_sink_t;
typedef struct butler_worker butler_worker_t;

//  A method's handler. Returns a new reference to the result (json_null () for
//  none), or NULL after butler_request_fail () or butler_request_answer ().
//  Runs in one of the worker's handler threads, or in its reactor where the
//  service has no threads. The request is the handler's until it returns.
typedef json_t *(butler_method_fn) (butler_request_t *request, void *arg);

//  One row of a table of methods; the last row is all NULL
typedef struct {
    const char *signature;          //  "resize (name: string, size: string = \"100x100\")"
    butler_method_fn *handler;
    const char *doc;                //  one line for people, or NULL
} butler_method_t;

#ifdef __cplusplus
extern "C" {
#endif

//  The version of the library that runs: major, minor, patch; any may be NULL
BUTLER_EXPORT void
    butler_version (int *major, int *minor, int *patch);

//  Whether enough descriptors are left to make an actor: 0, or -1 with EMFILE. To be asked before
//  zactor_new () by a program that may run out of them: CZMQ ends the process where it finds none.
BUTLER_EXPORT int
    butler_room (void);

#ifdef __cplusplus
}
#endif
#endif
