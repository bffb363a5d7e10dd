/*  butler_client_ending.c - what a client's last request came to
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_client.h"
#include "peers/butler_client_internal.h"

int
butler_client_status (const butler_client_t *self)
{
    return butler_ending_status (self->ending);
}

const json_t *
butler_client_result (const butler_client_t *self)
{
    return butler_ending_outcome (self->ending)->result;
}

const void *
butler_client_body (const butler_client_t *self)
{
    return self->ending->answered? butler_ending_body (self->ending).data: NULL;
}

size_t
butler_client_size (const butler_client_t *self)
{
    return self->ending->answered? butler_ending_body (self->ending).size: 0;
}

const char *
butler_client_error (const butler_client_t *self)
{
    return butler_ending_error (self->ending);
}

//  The error's parts; NULL where nothing went wrong
static const butler_outcome_t *
s_wrong (const butler_client_t *self)
{
    return butler_ending_status (self->ending) == 200? NULL: butler_ending_outcome (self->ending);
}

const char *
butler_client_error_name (const butler_client_t *self)
{
    const butler_outcome_t *wrong = s_wrong (self);
    return wrong? wrong->name: NULL;
}

const char *
butler_client_error_message (const butler_client_t *self)
{
    const butler_outcome_t *wrong = s_wrong (self);
    return wrong? wrong->message: NULL;
}

const char *
butler_client_error_traceback (const butler_client_t *self)
{
    const butler_outcome_t *wrong = s_wrong (self);
    return wrong? wrong->traceback: NULL;
}

const char *
butler_client_error_service (const butler_client_t *self)
{
    return s_wrong (self)? butler_ending_service (self->ending): NULL;
}

const char *
butler_client_error_method (const butler_client_t *self)
{
    return s_wrong (self)? butler_ending_method (self->ending): NULL;
}

const char *
butler_client_error_worker (const butler_client_t *self)
{
    return s_wrong (self)? butler_ending_worker (self->ending): NULL;
}

const char *
butler_client_error_request (const butler_client_t *self)
{
    return s_wrong (self)? butler_ending_request (self->ending): NULL;
}
