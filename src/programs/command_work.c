/*  command_work.c - butler work: a worker from any program
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "programs/butler_commands.h"
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include "butler_service.h"
#include "butler_worker.h"
#include "programs/butler_access.h"
#include "programs/butler_children.h"
#include "programs/butler_options.h"
#include "programs/butler_order.h"
#include "programs/butler_output.h"
#include "programs/butler_program.h"
#include "programs/butler_stop.h"

#define NAME "butler work"

typedef struct {
    butler_texts_t endpoints, methods, docs, operands;
    butler_access_t access;
    int threads;
    int drain;                      //  ms that commands may run on after a signal, -1: without a limit
    const char *name;               //  what the worker is called; NULL: HOST/PID
    bool kill_expired, as_json, verbose;
    butler_children_t *children;
    butler_service_t *service;
    zactor_t *worker;
    butler_stop_t stop;
} work_t;

//  ---- what is offered

//  "NAME=TEXT", for a method that is registered
static int
s_set_doc (work_t *self, const char *text)
{
    const char *equals = strchr (text, '=');
    char *method = strndup (text, equals? (size_t) (equals - text): 0);
    assert (method);
    int rc = -1;
    if (!equals)
        butler_complain (NAME, "--doc '%s' has no NAME=TEXT", text);
    else {
        rc = butler_service_set_doc (self->service, method, equals + 1);
        if (rc)
            butler_complain (NAME, "--doc: %s", butler_service_error (self->service));
    }
    free (method);
    return rc;
}

static int
s_offer_methods (work_t *self)
{
    for (size_t index = 0; index < self->methods.count; index++)
        if (butler_service_register (self->service, self->methods.text [index],
                                     butler_children_answer_call, self->children) == -1) {
            butler_complain (NAME, "--method: %s", butler_service_error (self->service));
            return BUTLER_EXIT_USAGE;
        }
    for (size_t index = 0; index < self->docs.count; index++)
        if (s_set_doc (self, self->docs.text [index]) == -1)
            return BUTLER_EXIT_USAGE;
    if (self->methods.count == 0)
        butler_service_set_direct (self->service, butler_children_answer_direct, self->children);
    return BUTLER_GO_ON;
}

//  Unless it was given one, the worker is called as the library would call it; the programs are told
static int
s_name (work_t *self)
{
    char *name = self->name? strdup (self->name): butler_program_worker ();
    const int rc = butler_service_set_worker (self->service, name);
    zstr_free (&name);
    if (rc == -1) {
        butler_complain (NAME, "--name: %s", butler_service_error (self->service));
        return BUTLER_EXIT_USAGE;
    }
    butler_children_set_worker (self->children, butler_service_worker (self->service));
    return BUTLER_GO_ON;
}

static int
s_offer (work_t *self)
{
    const char *name = self->operands.text [0], *command = self->operands.text [1];
    self->service = butler_service_new (name);
    if (!self->service) {
        butler_complain (NAME, "'%s' is no name of a service: 1 to 250 bytes of printable UTF-8, "
                         "and not mmi. or butler. at the beginning", name);
        return BUTLER_EXIT_USAGE;
    }
    self->children = butler_children_new (self->operands.text + 1, self->operands.count - 1, self->threads);
    if (!self->children) {
        butler_complain (NAME, "cannot run '%s': %s", command, strerror (errno));
        return BUTLER_EXIT_USAGE;
    }
    butler_service_set_threads (self->service, self->threads);
    butler_service_set_capacity (self->service, self->threads);     //  what waits, waits at the router
    const int status = s_name (self);
    return status == BUTLER_GO_ON? s_offer_methods (self): status;
}

//  ---- the worker

static int
s_connect (work_t *self)
{
    const char *named = getenv ("BUTLER_BACKEND");
    if (self->endpoints.count == 0)
        butler_texts_add (&self->endpoints, named && *named? named: BUTLER_BACKEND);
    if (self->verbose && !butler_order (self->worker, NAME, "VERBOSE", NULL, NULL))
        return BUTLER_EXIT_TROUBLE;
    if (butler_access_show_worker (&self->access, NAME, self->worker) == -1)
        return BUTLER_EXIT_USAGE;
    for (size_t index = 0; index < self->endpoints.count; index++)
        if (!butler_order (self->worker, NAME, "CONNECT", self->endpoints.text [index], NULL))
            return BUTLER_EXIT_USAGE;
    return BUTLER_GO_ON;
}

//  A line on stdout for --json. Takes the event.
static void
s_print_event (const work_t *self, json_t *event)
{
    if (self->as_json) {
        json_dumpf (event, stdout, JSON_COMPACT);
        putchar ('\n');
        fflush (stdout);
    }
    json_decref (event);
}

static json_t *
s_started (const work_t *self)
{
    json_t *endpoints = json_array ();
    for (size_t index = 0; index < self->endpoints.count; index++)
        json_array_append_new (endpoints, json_string (self->endpoints.text [index]));
    return json_pack ("{s:s, s:s, s:s, s:i, s:o}", "event", "started",
                      "service", butler_service_name (self->service),
                      "worker", butler_service_worker (self->service), "jobs", self->threads,
                      "endpoints", endpoints);
}

static json_t *
s_ended (const work_t *self)
{
    int64_t answered, failed;
    butler_children_count (self->children, &answered, &failed);
    return json_pack ("{s:s, s:s, s:I, s:I}", "event", "ended",
                      "service", butler_service_name (self->service),
                      "answered", (json_int_t) answered, "failed", (json_int_t) failed);
}

//  Until a signal comes. BUTLER_GO_ON, or the exit status where the worker is no more
static int
s_serve (work_t *self)
{
    for (;;) {
        const int due = self->kill_expired? butler_children_kill_expired (self->children): -1;
        const butler_stop_reason_t reason = butler_stop_wait (&self->stop, self->worker, due);
        if (reason == BUTLER_STOP_SIGNAL)
            return BUTLER_GO_ON;
        if (reason == BUTLER_STOP_TIMEOUT)
            continue;
        char *unasked = zstr_recv (self->worker);
        if (!unasked)
            return BUTLER_EXIT_TROUBLE;
        zstr_free (&unasked);
    }
}

//  After the first signal what runs may finish, as long as somebody waits for its answer and within the
//  limit; the second kills it, the third does not wait for its end
static void
s_drain (work_t *self)
{
    int told = 1;
    const int64_t until = self->drain == -1? INT64_MAX: zclock_mono () + self->drain;
    zstr_send (self->worker, "DRAIN");
    while (told < 3) {
        const int64_t left = until - zclock_mono ();
        if (left <= 0)
            butler_children_kill (self->children);
        const int due = butler_children_kill_expired (self->children);
        const butler_stop_reason_t reason = butler_stop_wait (
            &self->stop, self->worker, left > 0 && left < due? (int) left: due);
        if (reason == BUTLER_STOP_SOCKET) {
            char *answer = zstr_recv (self->worker);
            zstr_free (&answer);
            return;
        }
        if (reason == BUTLER_STOP_SIGNAL) {
            told++;
            butler_children_kill (self->children);
        }
    }
}

static int
s_work (work_t *self)
{
    int status = s_offer (self);
    if (status != BUTLER_GO_ON)
        return status;
    if (butler_stop_init (&self->stop, false) == 0)
        self->worker = zactor_new (butler_worker, self->service);
    if (!self->worker) {
        butler_complain (NAME, "cannot start: %s", zmq_strerror (errno));
        return BUTLER_EXIT_TROUBLE;
    }
    status = s_connect (self);
    if (status != BUTLER_GO_ON)
        return status;
    s_print_event (self, s_started (self));
    status = s_serve (self);
    if (status != BUTLER_GO_ON)
        return status;
    s_drain (self);
    s_print_event (self, s_ended (self));
    return BUTLER_EXIT_DONE;
}

static const char s_more [] =
    "COMMAND gets the request's body on its stdin, and what it writes to stdout is the answer. With\n"
    "--method it gets a line of JSON, {\"method\": ..., \"args\": [...], \"kwargs\": {...}}, and its output\n"
    "is the result: JSON where it parses as JSON, else a string without the newline at its end.\n"
    "A status that is not 0 is an exception, with what it wrote to stderr as the traceback. In its\n"
    "environment: BUTLER_SERVICE, BUTLER_METHOD, BUTLER_REQUEST_ID, BUTLER_DEADLINE_MS (time left),\n"
    "BUTLER_WORKER, BUTLER_ATTEMPT (how many workers had the request before), BUTLER_TRACE.\n\n"
    "After SIGTERM or SIGINT running commands may finish as long as their answers are awaited, and\n"
    "within --drain; a second signal kills them. Exit status 0.\n\n"
    "Examples:\n"
    "  butler work api.upper -- tr a-z A-Z\n"
    "  butler work -j 4 --kill-expired api.thumbnail -- convert - -resize 150x180 jpeg:-\n"
    "  butler work api.text --method length -- jq '.args[0] | length'\n"
    "  butler work api.text -m 'scale (by: number)' --doc 'scale=Makes it larger' -- ./scale\n";

int
command_work (int argc, char **argv)
{
    work_t self = { .threads = 1, .drain = -1, .stop.handle = -1 };
    const butler_option_t options [] = {
        { "endpoint", 'e', BUTLER_OPTION_TEXTS, "ENDPOINT", "the router's backend; again for each further router "
          "($BUTLER_BACKEND, else " BUTLER_BACKEND ")", &self.endpoints, 0, 0 },
        BUTLER_ACCESS_OPTIONS (&self.access),
        { "jobs", 'j', BUTLER_OPTION_NUMBER, "N", "how many commands run at a time (1)", &self.threads, 1, 1024 },
        { "method", 'm', BUTLER_OPTION_TEXTS, "NAME", "serve calls of this method, or 'NAME (a: string, ...)'; "
          "again for another", &self.methods, 0, 0 },
        { "doc", 0, BUTLER_OPTION_TEXTS, "NAME=TEXT", "what a method does, for 'butler describe'; again for another",
          &self.docs, 0, 0 },
        { "name", 'n', BUTLER_OPTION_TEXT, "NAME", "what the worker is called, in lists and errors (HOST/PID)",
          &self.name, 0, 0 },
        { "kill-expired", 'k', BUTLER_OPTION_FLAG, NULL, "kill a command whose answer nobody awaits any more: "
          "its request has expired, or its client has given up", &self.kill_expired, 0, 0 },
        { "drain", 0, BUTLER_OPTION_NUMBER, "MS", "how long commands may run on after SIGTERM or SIGINT (as long as "
          "their answers are awaited)", &self.drain, 0, 3600000 },
        { "json", 0, BUTLER_OPTION_FLAG, NULL, "print objects, one a line: when it started, and what it had done in "
          "the end", &self.as_json, 0, 0 },
        { "verbose", 'v', BUTLER_OPTION_FLAG, NULL, "log what happens, on stderr", &self.verbose, 0, 0 },
        { .name = NULL }
    };
    const butler_command_line_t line = {
        NAME, "[OPTION]... SERVICE -- COMMAND [ARG]...",
        "Serve requests by running a program: COMMAND runs once for each.",
        options, s_more, 2, SIZE_MAX
    };
    int status = butler_options_parse (&line, argc, argv, &self.operands);
    if (status == BUTLER_GO_ON)
        status = butler_output_end (NAME, s_work (&self));
    zactor_destroy (&self.worker);
    butler_stop_fini (&self.stop);
    butler_service_destroy (&self.service);
    butler_children_destroy (&self.children);
    butler_access_fini (&self.access);
    butler_texts_fini (&self.endpoints);
    butler_texts_fini (&self.methods);
    butler_texts_fini (&self.docs);
    butler_texts_fini (&self.operands);
    return status;
}
