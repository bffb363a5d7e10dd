/*  butler_daemon_end.c - butlerd when it is told to stop: what runs may finish
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_daemon.h"
#include "base/butler_log.h"
#include "programs/butler_notify.h"

#define SPARE 10000                 //  ms beyond the router's limit, which it keeps itself

//  What a router or a worker that drains says in the end. NULL: the time is over, or we are told again.
//  What runs for nobody any more is killed meanwhile.
static char *
s_await (butler_daemon_t *self, zactor_t *actor, int64_t until)
{
    for (;;) {
        const int64_t left = until - zclock_mono ();
        if (left <= 0)
            return NULL;
        const int due = butler_staff_kill_expired (self->staff, true);
        const butler_stop_reason_t reason = butler_stop_wait (
            &self->stop, actor, due == -1 || due > left? (int) left: due);
        if (reason == BUTLER_STOP_SOCKET)
            return zstr_recv (actor);
        if (reason == BUTLER_STOP_SIGNAL)
            return NULL;
    }
}

//  Workers of other routers may have more to do than ours had
static void
s_await_workers (butler_daemon_t *self, int64_t until)
{
    butler_staff_leave (self->staff);
    zactor_t *worker;
    for (size_t index = 0; (worker = butler_staff_worker (self->staff, index)); index++) {
        char *word = s_await (self, worker, until);
        if (!word)
            return;
        zstr_free (&word);
    }
}

void
butler_daemon_drain (butler_daemon_t *self)
{
    const int64_t until = zclock_mono () + self->config->drain;
    butler_log (BUTLER_LOG_ALWAYS, BUTLER_LOG_INFO, "stopping", "drain", BUTLER_LOG_NUMBER (self->config->drain), NULL);
    butler_notify_stopping ();
    zstr_send (self->router, "DRAIN");
    char *abandoned = s_await (self, self->router, until + SPARE);
    if (abandoned)
        s_await_workers (self, until);
    butler_log (BUTLER_LOG_ALWAYS, BUTLER_LOG_INFO, "stopped", "abandoned", abandoned? abandoned: "unknown", NULL);
    zstr_free (&abandoned);
}
