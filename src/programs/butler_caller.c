/*  butler_caller.c - what all subcommands that ask a router have in common
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_caller.h"
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include "programs/butler_output.h"
#include "programs/butler_terminal.h"

#define LOOK 1000                   //  ms between looks whether a signal came between two waits

static int
s_connect (butler_caller_t *self, butler_client_t *client)
{
    const char *named = getenv ("BUTLER_ENDPOINT");
    if (self->endpoints.count == 0)
        butler_texts_add (&self->endpoints, named && *named? named: BUTLER_FRONTEND);
    for (size_t index = 0; index < self->endpoints.count; index++) {
        const char *endpoint = self->endpoints.text [index];
        if (butler_client_connect (client, endpoint) == 0)
            continue;
        butler_complain (self->name, "cannot connect to '%s': %s", endpoint, zmq_strerror (errno));
        return errno == EMFILE? BUTLER_EXIT_TROUBLE: BUTLER_EXIT_USAGE;
    }
    return BUTLER_GO_ON;
}

int
butler_caller_connect (butler_caller_t *self, butler_client_t **client_p)
{
    *client_p = butler_client_new (NULL);
    if (!*client_p) {
        butler_complain (self->name, "cannot start: %s", zmq_strerror (errno));
        return BUTLER_EXIT_TROUBLE;
    }
    if (butler_access_show_client (&self->access, self->name, *client_p) == -1)
        return BUTLER_EXIT_USAGE;
    const int status = s_connect (self, *client_p);
    if (status != BUTLER_GO_ON)
        return status;
    butler_client_set_timeout (*client_p, self->timeout);
    butler_client_set_retries (*client_p, self->retries);
    butler_client_set_persistent (*client_p, !self->once);
    butler_progress_start (&self->progress, self->name, (int64_t) self->timeout * self->retries);
    return BUTLER_GO_ON;
}

int
butler_caller_start (butler_caller_t *self, const butler_command_line_t *line, int argc, char **argv,
                     butler_client_t **client_p)
{
    *client_p = NULL;
    int status = butler_options_parse (line, argc, argv, &self->operands);
    if (status == BUTLER_GO_ON)
        status = butler_caller_connect (self, client_p);
    return status == BUTLER_GO_ON? status: butler_caller_end (self, client_p, status);
}

int
butler_caller_end (butler_caller_t *self, butler_client_t **client_p, int status)
{
    butler_client_destroy (client_p);
    butler_access_fini (&self->access);
    butler_texts_fini (&self->endpoints);
    butler_texts_fini (&self->operands);
    return butler_output_end (self->name, status);
}

//  ---- a signal while it waits

static volatile sig_atomic_t s_signal;

static void
s_note (int number)
{
    s_signal = number;
}

//  The default alone: what nohup and its like ignore stays ignored
static void
s_catch (int number)
{
    struct sigaction action;
    if (sigaction (number, NULL, &action) == 0 && action.sa_handler == SIG_DFL) {
        action.sa_handler = s_note;
        action.sa_flags = 0;
        sigaction (number, &action, NULL);
    }
}

static void
s_let_go (int number)
{
    struct sigaction action;
    if (sigaction (number, NULL, &action) == 0 && action.sa_handler == s_note)
        signal (number, SIG_DFL);
}

//  Before the request is sent: who is told to end then still takes it back
static void
s_heed_signals (void)
{
    s_catch (SIGINT);
    s_catch (SIGTERM);
}

//  Ends as the signal ends any program, but the router is told that nobody waits any more: what is sent
//  to it has left when the library is shut down
static void
s_die (butler_caller_t *self, butler_client_t *client)
{
    butler_progress_end (&self->progress);
    butler_client_destroy (&client);
    zsys_shutdown ();
    signal (s_signal, SIG_DFL);
    raise (s_signal);
}

//  ---- requests

//  Until this request, the only one, has ended; 0: it could not be sent
static void
s_wait (butler_caller_t *self, butler_client_t *client, uint64_t number)
{
    const int step = self->progress.possible? BUTLER_PROGRESS_STEP: LOOK;
    while (number) {
        if (s_signal)
            s_die (self, client);
        if (butler_client_recv (client, step) == number)
            break;
        butler_progress_show (&self->progress);
    }
    butler_progress_end (&self->progress);
    s_let_go (SIGINT);
    s_let_go (SIGTERM);
}

json_t *
butler_caller_call (butler_caller_t *self, butler_client_t *client, const char *service,
                    const char *method, const json_t *args, const json_t *kwargs)
{
    s_heed_signals ();
    s_wait (self, client, butler_client_submit_json (client, service, method, args, kwargs));
    json_t *result = NULL;
    if (butler_client_result (client))
        result = json_deep_copy (butler_client_result (client));
    return result;
}

void
butler_caller_send (butler_caller_t *self, butler_client_t *client, const char *service,
                    const void *data, size_t size)
{
    s_heed_signals ();
    s_wait (self, client, butler_client_submit_direct (client, service, data, size));
}

//  ---- what went wrong

//  What is known of an error, by name; `text` is "" where it is not
typedef struct {
    const char *name;
    const char *(*text) (const butler_client_t *client);
} s_detail_t;

//  For --json the first, for people those behind the traceback, which comes last
static const s_detail_t s_details [] = {
    { "name", butler_client_error_name },
    { "message", butler_client_error_message },
    { "traceback", butler_client_error_traceback },
    { "service", butler_client_error_service },
    { "method", butler_client_error_method },
    { "worker", butler_client_error_worker },
    { "request", butler_client_error_request },
    { NULL, NULL }
};
#define DETAILS_OF_CALL 3           //  where those begin that tell of the call

static const char *
s_text (const s_detail_t *detail, const butler_client_t *client)
{
    const char *text = detail->text (client);
    return text? text: "";
}

//  Takes the error
static void
s_print_error (int status, json_t *error)
{
    json_t *all = json_pack ("{s:i, s:o}", "status", status, "error", error);
    butler_print_json (all);
    json_decref (all);
}

static void
s_complain_as_json (butler_client_t *client)
{
    json_t *error = json_object ();
    for (const s_detail_t *detail = s_details; detail->name; detail++) {
        const char *text = s_text (detail, client);
        if (*text || detail < s_details + DETAILS_OF_CALL)
            json_object_set_new (error, detail->name, json_string (text));
    }
    s_print_error (butler_client_status (client), error);
}

static void
s_complain_verbosely (butler_client_t *client)
{
    for (const s_detail_t *detail = s_details + DETAILS_OF_CALL; detail->name; detail++) {
        const char *text = s_text (detail, client);
        if (*text) {
            fprintf (stderr, "  %-8s ", detail->name);
            butler_print_clean (stderr, text, "");
            putc ('\n', stderr);
        }
    }
    const char *traceback = butler_client_error_traceback (client);
    butler_complain_at_length (traceback? traceback: "");
}

static void
s_complain_of (const butler_caller_t *self, butler_client_t *client)
{
    if (self->as_json) {
        s_complain_as_json (client);
        return;
    }
    butler_complain (self->name, "%s", butler_client_error (client));
    const char *traceback = butler_client_error_traceback (client);
    if (self->verbose)
        s_complain_verbosely (client);
    else
    if (traceback && *traceback && butler_terminal_is (stderr))
        fputs ("(-v shows where)\n", stderr);
}

void
butler_caller_complain (const butler_caller_t *self, int status, const char *error,
                        const char *format, ...)
{
    va_list arguments;
    va_start (arguments, format);
    char *message = zsys_vprintf (format, arguments);
    va_end (arguments);
    if (self->as_json)
        s_print_error (status, json_pack ("{s:s, s:s, s:s}", "name", error, "message", message, "traceback", ""));
    else
        butler_complain (self->name, "%s: %s", error, message);
    zstr_free (&message);
}

void
butler_caller_print_result (json_t *result)
{
    json_t *all = json_pack ("{s:i, s:o}", "status", 200, "result", result);
    butler_print_json (all);
    json_decref (all);
}

int
butler_caller_status (int status)
{
    switch (status) {
        case 200:
            return BUTLER_EXIT_DONE;
        case -1:        //  never sent: no router there
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

int
butler_caller_verdict (const butler_caller_t *self, butler_client_t *client)
{
    const int status = butler_client_status (client);
    if (status == 200)
        return BUTLER_EXIT_DONE;
    s_complain_of (self, client);
    if (status == -1 && streq (butler_client_error_name (client), "ValueError"))
        return BUTLER_EXIT_USAGE;   //  never sent: a wrong name
    if (status == -1 && streq (butler_client_error_name (client), "HandshakeFailed"))
        return BUTLER_EXIT_REFUSED;
    return butler_caller_status (status);
}
