/*  fuzz_response.c - fuzzing: a client reads any response, and what it read is written and read again as the same
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "fuzz.h"
#include "base/butler_utf8.h"
#include "wire/butler_dialect.h"

static bool
s_is_text (const char *text)
{
    char *clean = butler_utf8_clean (butler_span_string (text));
    const bool same = strcmp (clean, text) == 0;
    free (clean);
    return same;
}

static void
s_check_result (uint8_t dialect, const json_t *result)
{
    size_t size;
    char *text = butler_dialect_result (dialect, result, &size);
    assert (text);
    butler_outcome_t again;
    butler_dialect_read (butler_span (text, size), &again);
    //  A bare string of dialect 0 may read as something else
    assert (dialect == 0 || (again.status == 200 && json_equal (again.result, result)));
    butler_outcome_clear (&again);
    free (text);
}

static void
s_check_error (uint8_t dialect, const butler_outcome_t *error)
{
    const butler_fault_t fault = {
        .name = error->name, .message = error->message, .traceback = error->traceback,
        .where = {
            .service = butler_span_string (error->service), .method = butler_span_string (error->method),
            .worker = butler_span_string (error->worker), .request = butler_span_string (error->request),
        },
    };
    //  A 404 that came alone names no kind
    size_t size;
    const char *kind = *error->kind? error->kind: "service";
    char *text = butler_dialect_error (dialect, error->status, kind, &fault, &size);
    assert (text || (dialect == 0 && error->status == 504));
    if (!text)
        return;
    butler_outcome_t again;
    butler_dialect_read (butler_span (text, size), &again);
    assert (again.status == (dialect || error->status == 404? error->status: 500));
    if (dialect || error->status != 404) {
        assert (strcmp (again.name, error->name) == 0);
        assert (strcmp (again.message, error->message) == 0);
        assert (strcmp (again.traceback, error->traceback) == 0);
    }
    butler_outcome_clear (&again);
    free (text);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    uint8_t *block = fuzz_block (butler_span (data, size));
    butler_outcome_t outcome;
    butler_dialect_read (butler_span (block, size), &outcome);
    free (block);
    if (outcome.status == 200 && outcome.result) {
        s_check_result (0, outcome.result);
        s_check_result (1, outcome.result);
    }
    if (outcome.status != 200) {
        assert (s_is_text (outcome.name) && s_is_text (outcome.message) && s_is_text (outcome.traceback));
        const bool alone = *outcome.kind == 0 && outcome.status != 404;
        for (uint8_t dialect = 0; dialect < 2 && !alone; dialect++)
            s_check_error (dialect, &outcome);
    }
    butler_outcome_clear (&outcome);
    return 0;
}
