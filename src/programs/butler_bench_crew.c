/*  butler_bench_crew.c - the clients of a benchmark: started together, watched, counted together
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_bench_crew.h"
#include <assert.h>
#include <stdlib.h>
#include "butler_library.h"
#include "programs/butler_output.h"

static int
s_start_one (butler_bench_crew_t *self, butler_caller_t *caller)
{
    butler_bench_client_t *client = &self->client [self->clients];
    *client = (butler_bench_client_t) { .course = &self->course, .index = self->clients };
    client->share = butler_bench_plan_share (self->course.plan, client->index);
    int status = butler_caller_connect (caller, &client->client);
    zactor_t *actor = NULL;
    if (status == BUTLER_GO_ON && butler_room () == 0)
        actor = zactor_new (butler_bench_client, client);
    if (actor) {
        self->actor [self->clients++] = actor;
        return BUTLER_GO_ON;
    }
    if (status == BUTLER_GO_ON)
        butler_complain (caller->name, "cannot start client %d: %s", client->index + 1, zmq_strerror (errno));
    butler_client_destroy (&client->client);
    return status == BUTLER_GO_ON? BUTLER_EXIT_TROUBLE: status;
}

int
butler_bench_crew_start (butler_bench_crew_t *self, butler_caller_t *caller, const butler_bench_plan_t *plan,
                         const char *service)
{
    *self = (butler_bench_crew_t) { .course = { .plan = plan, .service = service } };
    self->client = (butler_bench_client_t *) calloc ((size_t) plan->clients, sizeof *self->client);
    self->actor = (zactor_t **) calloc ((size_t) plan->clients, sizeof *self->actor);
    assert (self->client && self->actor);
    int status = BUTLER_GO_ON;
    for (int index = 0; index < plan->clients && status == BUTLER_GO_ON; index++)
        status = s_start_one (self, caller);
    return status;
}

static uint64_t
s_ended (const butler_bench_crew_t *self)
{
    uint64_t ended = 0;
    for (int index = 0; index < self->clients; index++)
        ended += __atomic_load_n (&self->client [index].ended, __ATOMIC_RELAXED);
    return ended;
}

//  "3 of 5 s, 51230/s"
static void
s_show (const butler_bench_crew_t *self, butler_progress_t *progress)
{
    const uint64_t ended = s_ended (self);
    const double passed = (double) (butler_bench_now () - self->course.start) / 1e9;
    snprintf (progress->note, sizeof progress->note, ", %.0f/s", passed > 0? (double) ended / passed: 0);
    progress->done = (int64_t) ended;
    butler_progress_show (progress);
}

static void
s_interrupt (butler_bench_crew_t *self)
{
    const butler_bench_signal_t signal = self->interrupted? BUTLER_BENCH_LEAVE: BUTLER_BENCH_END;
    self->interrupted = true;
    __atomic_store_n (&self->course.signal, signal, __ATOMIC_RELAXED);
}

//  For what each of them says next, READY or DONE
static void
s_await (butler_bench_crew_t *self, butler_stop_t *stop, butler_progress_t *progress)
{
    for (int index = 0; index < self->clients;) {
        const int step = progress && progress->possible? BUTLER_PROGRESS_STEP: -1;
        switch (butler_stop_wait (stop, self->actor [index], step)) {
            case BUTLER_STOP_SOCKET: {
                char *said = zstr_recv (self->actor [index++]);
                zstr_free (&said);
                break;
            }
            case BUTLER_STOP_SIGNAL:
                s_interrupt (self);
                break;
            default:
                s_show (self, progress);
        }
    }
}

void
butler_bench_crew_run (butler_bench_crew_t *self, butler_caller_t *caller, butler_stop_t *stop)
{
    const butler_bench_plan_t *plan = self->course.plan;
    s_await (self, stop, NULL);
    self->course.start = butler_bench_now ();
    self->course.limit = plan->seconds? self->course.start + plan->seconds * INT64_C (1000000000): INT64_MAX;
    butler_progress_start (&caller->progress, caller->name, plan->seconds * INT64_C (1000));
    if (plan->seconds == 0) {
        caller->progress.total = plan->requests;
        caller->progress.unit = "requests";
    }
    for (int index = 0; index < self->clients; index++)
        zstr_send (self->actor [index], "GO");
    s_await (self, stop, &caller->progress);
    butler_progress_end (&caller->progress);
}

void
butler_bench_crew_count (const butler_bench_crew_t *self, butler_bench_tally_t *tally)
{
    for (int index = 0; index < self->clients; index++)
        butler_bench_tally_merge (tally, &self->client [index].tally);
}

void
butler_bench_crew_end (butler_bench_crew_t *self)
{
    for (int index = 0; index < self->clients; index++) {
        zactor_destroy (&self->actor [index]);
        butler_client_destroy (&self->client [index].client);
        butler_bench_tally_fini (&self->client [index].tally);
    }
    free (self->actor);
    free (self->client);
    *self = (butler_bench_crew_t) { .clients = 0 };
}
