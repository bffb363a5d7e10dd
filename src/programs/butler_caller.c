/*  butler_caller.c - what all subcommands that ask a router have in common
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_caller.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "programs/butler_output.h"

static int
s_connect (butler_caller_t *self, butler_client_t **client_p)
{
    const char *named = getenv ("BUTLER_ENDPOINT");
    if (self->endpoints.count == 0)
        butler_texts_add (&self->endpoints, named && *named? named: BUTLER_FRONTEND);
    for (size_t index = 0; index < self->endpoints.count; index++) {
        const char *endpoint = self->endpoints.text [index];
        int rc = 0;
        if (index)
            rc = butler_client_connect (*client_p, endpoint);
        else
            *client_p = butler_client_new (endpoint);
        if (*client_p && rc == 0)
            continue;
        butler_complain (self->name, "cannot connect to '%s': %s", endpoint, zmq_strerror (errno));
        return BUTLER_EXIT_USAGE;
    }
    butler_client_set_timeout (*client_p, self->timeout);
    butler_client_set_retries (*client_p, self->retries);
    butler_client_set_persistent (*client_p, !self->once);
    return BUTLER_GO_ON;
}

int
butler_caller_start (butler_caller_t *self, const butler_command_line_t *line, int argc, char **argv,
                     butler_client_t **client_p)
{
    *client_p = NULL;
    int status = butler_options_parse (line, argc, argv, &self->operands);
    if (status == BUTLER_GO_ON)
        status = s_connect (self, client_p);
    return status == BUTLER_GO_ON? status: butler_caller_end (self, client_p, status);
}

int
butler_caller_end (butler_caller_t *self, butler_client_t **client_p, int status)
{
    butler_client_destroy (client_p);
    butler_texts_fini (&self->endpoints);
    butler_texts_fini (&self->operands);
    return butler_output_end (self->name, status);
}

static void
s_complain_of (const butler_caller_t *self, butler_client_t *client)
{
    const char *traceback = butler_client_error_traceback (client);
    butler_complain (self->name, "%s", butler_client_error (client));
    butler_complain_at_length (traceback? traceback: "");
}

int
butler_caller_verdict (const butler_caller_t *self, butler_client_t *client)
{
    const int status = butler_client_status (client);
    if (status == 200)
        return BUTLER_EXIT_DONE;
    s_complain_of (self, client);
    switch (status) {
        case -1:        //  never sent: a wrong name, or no router there
            return streq (butler_client_error_name (client), "ValueError")
                ? BUTLER_EXIT_USAGE: BUTLER_EXIT_SILENT;
        case 0:
        case 504:
            return BUTLER_EXIT_SILENT;
        case 404:
            return BUTLER_EXIT_MISSING;
        case 500:
            return BUTLER_EXIT_EXCEPTION;
        default:
            return BUTLER_EXIT_REFUSED;
    }
}
