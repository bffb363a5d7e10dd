/*  fuzz_codec.h - a parsed message, encoded, is the same when it is parsed again
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef FUZZ_CODEC_H
#define FUZZ_CODEC_H

#include "fuzz.h"
#include "wire/butler_view.h"

static inline void
fuzz_same (const butler_view_t *a, const butler_view_t *b)
{
    assert (a->kind == b->kind && a->envelope == b->envelope && a->dialect == b->dialect);
    assert (a->relative == b->relative && a->attempt == b->attempt && a->expiration == b->expiration);
    assert (butler_span_equal (a->peer, b->peer));
    assert (butler_span_equal (a->token, b->token));
    assert (butler_span_equal (a->api_id, b->api_id));
    assert (butler_span_equal (a->service, b->service));
    assert (butler_span_equal (a->properties, b->properties));
    assert (butler_span_equal (a->notice, b->notice));
    assert (butler_span_equal (a->trace, b->trace));
    assert (butler_span_equal (a->content, b->content));
}

//  Fields that are no part of a message are empty, and the others as PROTOCOL.md has them
static inline void
fuzz_check_fields (const butler_view_t *view)
{
    assert (view->kind >= BUTLER_MSG_REQUEST && view->kind <= BUTLER_MSG_CANCEL);
    assert (butler_kind_name (view->kind));
    assert (view->envelope <= BUTLER_ENVELOPE_PACKED);
    assert (view->expiration >= 0 && view->token.size <= BUTLER_TOKEN_MAX);
    assert (view->api_id.size == 0 || butler_is_api_id (view->api_id));
    assert (view->service.size == 0 || butler_is_service (view->service));
    assert (!view->relative || view->kind == BUTLER_MSG_DISPATCH || view->dialect == 1);
}

static inline void
fuzz_codec (butler_side_t side, butler_frames_t *frames)
{
    butler_view_t view, again;
    const bool router = side == BUTLER_SIDE_FRONTEND || side == BUTLER_SIDE_BACKEND;
    if (butler_view_parse (&view, side, frames) == -1) {
        assert (view.kind == 0 && view.fault);
        return;
    }
    fuzz_check_fields (&view);
    assert (butler_view_check (&again, (butler_kind_t) view.kind, side, frames, router) == 0);
    butler_view_t sent = view;
    sent.peer = butler_span (NULL, 0);
    butler_frames_t out = { .count = 0 }, in = { .count = 0 };
    butler_view_encode (&out, &sent, NULL);
    if (router)
        butler_frames_append (&in, view.peer);
    for (unsigned index = 0; index < out.count; index++)
        fuzz_frame (&in, butler_frames_at (&out, index));
    assert (butler_view_parse (&again, side, &in) == 0);
    fuzz_same (&view, &again);
    butler_frames_clear (&out);
    butler_frames_clear (&in);
}

#endif
