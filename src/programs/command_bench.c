/*  command_bench.c - butler bench: what a router and its services can do, measured
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "programs/butler_commands.h"
#include <errno.h>
#include <stdlib.h>
#include "programs/butler_bench_crew.h"
#include "programs/butler_bench_report.h"
#include "programs/butler_bench_workers.h"
#include "programs/butler_output.h"
#include "programs/butler_terminal.h"

#define LOOK 10                     //  ms between looks for our own workers

typedef struct {
    butler_caller_t caller;
    butler_bench_plan_t plan;
    char *name;                     //  of the service that is measured
    butler_client_t *client;        //  which asks for it
    butler_stop_t stop;
    butler_bench_workers_t workers;
    butler_bench_crew_t crew;
} bench_t;

//  BUTLER_GO_ON where the router has a service as it should be, there or not there
static int
s_find (bench_t *self, int wanted)
{
    const int code = butler_client_find (self->client, self->name);
    if (code == wanted)
        return BUTLER_GO_ON;
    if (code == -1)
        return butler_caller_verdict (&self->caller, self->client);
    butler_caller_complain (&self->caller, 404, "ServiceNotFound", "no worker serves '%s'; 'butler services' names all",
                            self->name);
    return BUTLER_EXIT_MISSING;
}

//  ---- workers of our own

static int
s_miss_workers (bench_t *self, int64_t patience)
{
    char *refused = butler_bench_workers_refused (&self->workers, self->caller.name);
    if (refused)
        butler_caller_complain (&self->caller, -1, "ConnectionError", "the router takes no worker of ours: %s", refused);
    else
        butler_caller_complain (&self->caller, -1, "ConnectionError", "the router knows no worker of ours after %lld ms: "
                                "is '%s' its backend?", (long long) patience, self->plan.backends.text [0]);
    free (refused);
    return BUTLER_EXIT_SILENT;
}

//  True: the router knows all of them, or can't tell how many
static bool
s_are_there (bench_t *self)
{
    json_t *wanted = json_pack ("{s:s, s:i}", "service", self->name, "limit", 1);
    json_t *found = butler_client_call_json (self->client, "butler.router", "workers", NULL, wanted);
    const json_t *total = json_object_get (found, "total");
    const bool all = !total || json_integer_value (total) >= self->plan.workers;
    json_decref (found);
    json_decref (wanted);
    return all;
}

static int
s_await_workers (bench_t *self)
{
    const int64_t patience = (int64_t) self->caller.timeout * self->caller.retries;
    const int64_t end = zclock_mono () + patience;
    for (;;) {
        const int code = butler_client_find (self->client, self->name);
        if (code == 200 && s_are_there (self))
            return BUTLER_GO_ON;
        if (code == -1)
            return butler_caller_verdict (&self->caller, self->client);
        if (zclock_mono () >= end)
            return s_miss_workers (self, patience);
        if (butler_stop_wait (&self->stop, self->workers.worker [0], LOOK) != BUTLER_STOP_TIMEOUT) {
            butler_caller_complain (&self->caller, 0, "Interrupted", "before anything was measured");
            return BUTLER_EXIT_SILENT;
        }
    }
}

static int
s_bring_workers (bench_t *self)
{
    if (self->plan.service)
        return BUTLER_GO_ON;
    if (butler_bench_workers_start (&self->workers, self->caller.name, self->name, &self->caller.access,
                                    &self->plan))
        return BUTLER_EXIT_USAGE;
    return s_await_workers (self);
}

//  ---- what came of it

//  The exit status where nothing succeeded is that of what failed most
static int
s_verdict (const bench_t *self, const butler_bench_tally_t *tally)
{
    const butler_bench_error_t *worst = butler_bench_tally_worst (tally);
    if (tally->latency.count)
        return BUTLER_EXIT_DONE;
    if (!self->caller.as_json)
        butler_complain (self->caller.name, "none of %llu requests succeeded%s%s", (unsigned long long) tally->sent,
                         worst? ": ": "", worst? worst->first: "");
    return worst? butler_caller_status (worst->status): BUTLER_EXIT_SILENT;
}

static int
s_report (bench_t *self)
{
    butler_bench_tally_t *tally = (butler_bench_tally_t *) zmalloc (sizeof *tally);
    butler_bench_crew_count (&self->crew, tally);
    const butler_bench_report_t report = {
        &self->plan, self->name, &self->caller.endpoints, tally, self->crew.interrupted
    };
    if (self->caller.as_json) {
        json_t *all = butler_bench_report_json (&report);
        butler_print_json_measured (all);
        json_decref (all);
    }
    else
        butler_bench_report_print (&report, butler_terminal_width (stdout));
    const int status = s_verdict (self, tally);
    butler_bench_tally_fini (tally);
    free (tally);
    return status;
}

//  Signals end the program until there is something to end well
static int
s_bench (bench_t *self)
{
    self->name = self->plan.service? strdup (self->plan.service): butler_bench_workers_name ();
    int status = s_find (self, self->plan.service? 200: 400);
    if (status == BUTLER_GO_ON && butler_stop_init (&self->stop, false)) {
        butler_complain (self->caller.name, "cannot start: %s", strerror (errno));
        status = BUTLER_EXIT_TROUBLE;
    }
    if (status == BUTLER_GO_ON)
        status = s_bring_workers (self);
    if (status == BUTLER_GO_ON)
        status = butler_bench_crew_start (&self->crew, &self->caller, &self->plan, self->name);
    if (status == BUTLER_GO_ON) {
        butler_bench_crew_run (&self->crew, &self->caller, &self->stop);
        status = s_report (self);
    }
    butler_bench_crew_end (&self->crew);
    butler_bench_workers_end (&self->workers, self->caller.name);
    butler_stop_fini (&self->stop);
    free (self->name);
    return status;
}

static const char s_more [] =
    "Without SERVICE it brings workers of its own, which send back what they are sent. With SERVICE each\n"
    "request is a direct one of --size bytes, or --body; with METHOD it is a call. Requests that fail are\n"
    "counted. ^C ends it early; a second one gives up the answers that are still to come.\n\n"
    "Examples:\n"
    "  butler bench                                  how long one request takes\n"
    "  butler bench --in-flight 256                  how many there can be in a second\n"
    "  butler bench --rate 1000 --seconds 60 api.text --body hello\n"
    "  butler bench -n 100 api.images resize_image photo.png --kw size=150x180\n";

static int
s_run (bench_t *self, const butler_command_line_t *line, int argc, char **argv)
{
    int status = butler_caller_start (&self->caller, line, argc, argv, &self->client);
    if (status != BUTLER_GO_ON)
        return status;
    if (butler_bench_plan_complete (&self->plan, self->caller.name, &self->caller.operands))
        status = BUTLER_EXIT_USAGE;
    else
        status = s_bench (self);
    return butler_caller_end (&self->caller, &self->client, status);
}

int
command_bench (int argc, char **argv)
{
    bench_t self = { .caller = BUTLER_CALLER ("bench"), .plan = BUTLER_BENCH_PLAN, .stop.handle = -1 };
    butler_bench_plan_t *plan = &self.plan;
    const butler_option_t options [] = {
        BUTLER_CALLER_OPTIONS (&self.caller, "print all that was found as an object"),
        { "in-flight", 'i', BUTLER_OPTION_NUMBER, "N", "requests open at a time in each client (1; with --rate at most so "
          "many, 1000)", &plan->in_flight, 1, 100000 },
        { "clients", 'c', BUTLER_OPTION_NUMBER, "N", "connections, each with a thread (1)", &plan->clients, 1, 1000 },
        { "seconds", 's', BUTLER_OPTION_NUMBER, "N", "end after so long (5, or never where --requests is given)",
          &plan->seconds, 1, 1000000 },
        { "requests", 'n', BUTLER_OPTION_NUMBER, "N", "end after so many", &plan->requests, 1, 2147483647 },
        { "rate", 0, BUTLER_OPTION_NUMBER, "N", "send so many a second, whatever is answered; the latency counts from "
          "when each was due", &plan->rate, 1, 10000000 },
        { "size", 0, BUTLER_OPTION_NUMBER, "BYTES", "of each request's body (64)", &plan->size, 0, 1073741824 },
        { "body", 0, BUTLER_OPTION_TEXT, "TEXT", "the body of a direct request, - for all of stdin", &plan->text, 0, 0 },
        { "kw", 'k', BUTLER_OPTION_TEXTS, "NAME=VALUE", "an argument of METHOD by its name; again for another",
          &plan->named, 0, 0 },
        { "backend", 'b', BUTLER_OPTION_TEXTS, "ENDPOINT", "the router's backend, for our own workers; again for each "
          "further router ($BUTLER_BACKEND, else " BUTLER_BACKEND ")", &plan->backends, 0, 0 },
        { "workers", 'w', BUTLER_OPTION_NUMBER, "N", "how many workers of our own (1)", &plan->workers, 1, 1000 },
        { "threads", 0, BUTLER_OPTION_NUMBER, "N", "threads that answer in each of them (0: the one that receives)",
          &plan->threads, 0, 1024 },
        { "capacity", 0, BUTLER_OPTION_NUMBER, "N", "requests that each of them holds (256, or 16 for each thread)",
          &plan->capacity, 1, 65535 },
        { .name = NULL }
    };
    const butler_command_line_t line = {
        self.caller.name, "[OPTION]... [SERVICE [METHOD [ARG]...]]",
        "Put load on a router and a service, and tell how many requests they answer and how long each takes.",
        options, s_more, 0, SIZE_MAX
    };
    const int status = s_run (&self, &line, argc, argv);
    butler_bench_plan_fini (plan);
    return status;
}
