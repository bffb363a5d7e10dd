/*  butler_request.h - one request in a worker's hands
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_REQUEST_H
#define BUTLER_REQUEST_H

#include "butler_library.h"

#ifdef __cplusplus
extern "C" {
#endif

BUTLER_EXPORT void
    butler_request_destroy (butler_request_t **self_p);

BUTLER_EXPORT const char *
    butler_request_service (const butler_request_t *self);

BUTLER_EXPORT const char *
    butler_request_method (const butler_request_t *self);

BUTLER_EXPORT const char *
    butler_request_id (const butler_request_t *self);

BUTLER_EXPORT int64_t
    butler_request_time_left (const butler_request_t *self);

BUTLER_EXPORT const void *
    butler_request_body (butler_request_t *self);

BUTLER_EXPORT size_t
    butler_request_size (const butler_request_t *self);

BUTLER_EXPORT const char *
    butler_request_string (const butler_request_t *self, const char *name);

BUTLER_EXPORT int64_t
    butler_request_integer (const butler_request_t *self, const char *name);

BUTLER_EXPORT double
    butler_request_real (const butler_request_t *self, const char *name);

BUTLER_EXPORT bool
    butler_request_boolean (const butler_request_t *self, const char *name);

BUTLER_EXPORT json_t *
    butler_request_json (const butler_request_t *self, const char *name);

BUTLER_EXPORT json_t *
    butler_request_args (const butler_request_t *self);

BUTLER_EXPORT json_t *
    butler_request_kwargs (const butler_request_t *self);

BUTLER_EXPORT json_t *
    butler_request_fail (butler_request_t *self, const char *name, const char *format, ...)
    __attribute__ ((format (printf, 3, 4)));

BUTLER_EXPORT void
    butler_request_set_traceback (butler_request_t *self, const char *traceback);

BUTLER_EXPORT json_t *
    butler_request_answer (butler_request_t *self, const void *data, size_t size);

BUTLER_EXPORT json_t *
    butler_request_answer_json (butler_request_t *self, json_t *result);

BUTLER_EXPORT int
    butler_request_emit (butler_request_t *self, const void *data, size_t size);

#ifdef __cplusplus
}
#endif
#endif
