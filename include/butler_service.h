/*  butler_service.h - what a worker offers
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef BUTLER_SERVICE_H
#define BUTLER_SERVICE_H

#include "butler_library.h"

#ifdef __cplusplus
extern "C" {
#endif

BUTLER_EXPORT butler_service_t *
    butler_service_new (const char *name);

BUTLER_EXPORT void
    butler_service_destroy (butler_service_t **self_p);

BUTLER_EXPORT const char *
    butler_service_name (const butler_service_t *self);

BUTLER_EXPORT int
    butler_service_register (butler_service_t *self, const char *signature, butler_method_fn *handler, void *arg);

BUTLER_EXPORT int
    butler_service_register_table (butler_service_t *self, const butler_method_t *table, void *arg);

BUTLER_EXPORT int
    butler_service_set_doc (butler_service_t *self, const char *method, const char *doc);

BUTLER_EXPORT void
    butler_service_set_direct (butler_service_t *self, butler_method_fn *handler, void *arg);

BUTLER_EXPORT void
    butler_service_set_threads (butler_service_t *self, int threads);

BUTLER_EXPORT int
    butler_service_threads (const butler_service_t *self);

BUTLER_EXPORT void
    butler_service_set_capacity (butler_service_t *self, int capacity);

BUTLER_EXPORT int
    butler_service_capacity (const butler_service_t *self);

BUTLER_EXPORT void
    butler_service_set_retry (butler_service_t *self, int retry);

BUTLER_EXPORT int
    butler_service_retry (const butler_service_t *self);

BUTLER_EXPORT json_t *
    butler_service_describe (const butler_service_t *self);

BUTLER_EXPORT const char *
    butler_service_error (const butler_service_t *self);

#ifdef __cplusplus
}
#endif
#endif
