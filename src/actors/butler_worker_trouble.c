/*  butler_worker_trouble.c - routers that don't take a worker: it tries again now and then, but says so once
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "actors/butler_worker_core.h"
#include "base/butler_string.h"

static void
s_log (butler_core_t *self, const butler_post_t *post, const char *event, const char *reason)
{
    butler_log (self->log_level, BUTLER_LOG_WARNING, event, "service", butler_service_name (self->service),
                "router", butler_link_endpoint (post->link), "reason", reason, NULL);
}

void
butler_core_note_refusal (butler_core_t *self, butler_post_t *post)
{
    const char *refused = butler_link_refused (post->link);
    if (refused && !post->told) {
        s_log (self, post, "refused", refused);
        if (self->crew.trouble) {
            char *text = zsys_sprintf ("%s: the router refuses this worker: %s",
                                       butler_link_endpoint (post->link), refused);
            self->crew.trouble (self->crew.arg, text);
            zstr_free (&text);
        }
    }
    post->told = refused != NULL;
}

//  Once more for a router that has let it in meanwhile
void
butler_core_note_failure (butler_core_t *self, butler_post_t *post)
{
    const char *failed = butler_link_failed (post->link);
    if (failed && post->failed && streq (failed, post->failed))
        return;
    zstr_free (&post->failed);
    if (!failed)
        return;
    post->failed = butler_string_copy (failed);
    s_log (self, post, "handshake_failed", failed);
    if (self->crew.trouble)
        self->crew.trouble (self->crew.arg, failed);
}
