/*  test_guarded.c - no reader of bytes looks beyond them: what fuzzing found, laid against a protected page
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT

    Every input of the corpus in tests/fuzz/corpus, and whatever it begins with, ends at a page that must
    not be touched, or begins behind one. tests/test_view_shapes.c does so with frames. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include <dirent.h>
#include "guard.h"
#include "base/butler_line.h"
#include "base/butler_utf8.h"
#include "broker/butler_properties.h"
#include "rpc/butler_binding.h"
#include "wire/butler_dialect.h"
#include "wire/butler_json.h"
#include "wire/butler_notice.h"
#include "wire/butler_packed.h"
#include "wire/butler_pickle.h"
#include "wire/butler_text.h"

#define LONGEST 2048                //  bytes of an input

static guard_t s_guard;

typedef void (read_fn) (butler_span_t bytes);

static void
s_read_packed (butler_span_t bytes)
{
    for (int side = BUTLER_SIDE_FRONTEND; side <= BUTLER_SIDE_WORKER; side++) {
        butler_frames_t frames = { .count = 0 };
        butler_view_t view;
        if (side == BUTLER_SIDE_FRONTEND || side == BUTLER_SIDE_BACKEND)
            butler_frames_append (&frames, butler_span_string ("peer"));
        zmq_msg_t msg;
        void *data = s_guard.page + (bytes.data - s_guard.page);
        assert_int_equal (zmq_msg_init_data (&msg, data, bytes.size, NULL, NULL), 0);
        butler_frames_append_msg (&frames, &msg);
        zmq_msg_close (&msg);
        if (side == BUTLER_SIDE_BACKEND || side == BUTLER_SIDE_WORKER)
            butler_frames_append (&frames, butler_span_string ("token"));
        butler_view_parse (&view, (butler_side_t) side, &frames);
        butler_frames_clear (&frames);
    }
}

static void
s_read_response (butler_span_t bytes)
{
    butler_outcome_t outcome;
    butler_dialect_read (bytes, &outcome);
    butler_outcome_clear (&outcome);
}

static void
s_read_pickle (butler_span_t bytes)
{
    char *name = NULL, *message = NULL;
    butler_pickle_read (bytes, &name, &message);
    free (name);
    free (message);
}

static void
s_read_properties (butler_span_t bytes)
{
    butler_properties_t properties;
    char fault [256];
    butler_properties_parse (&properties, bytes, 16, fault, sizeof fault);
}

//  A string whose NUL is the last byte that may be read
static void
s_read_signature (butler_span_t bytes)
{
    if (bytes.size == 0)
        return;
    uint8_t *last = s_guard.page + (bytes.data - s_guard.page) + bytes.size - 1;
    *last = 0;
    char *error = NULL;
    butler_signature_t *signature = butler_signature_new ((const char *) bytes.data, &error);
    assert_true ((signature != NULL) == (error == NULL));
    butler_signature_destroy (&signature);
    free (error);
}

static void
s_read_text (butler_span_t bytes)
{
    butler_text_t text;
    butler_text_init (&text);
    butler_json_put_string (&text, bytes);
    butler_text_append ((const char *) bytes.data, bytes.size, &text);
    butler_text_fini (&text);
    butler_line_t line;
    butler_line_init (&line);
    butler_line_put (&line, "key", bytes);
    butler_text_t notice;
    if (bytes.size <= 255 && butler_field_printable (bytes))
        butler_notice_attempt (&notice, 1, bytes);
    free (butler_utf8_clean (bytes));
}

static const struct {
    const char *corpus, *prefix;    //  what stands in front of each input
    size_t skipped;                 //  bytes of an input that are the target's own
    read_fn *read;
} s_readers [] = {
    { "packed", "\xB5\x7E\x01", 1, s_read_packed },
    { "pickle", "", 0, s_read_pickle },
    { "properties", "", 1, s_read_properties },
    { "response", "", 0, s_read_response },
    { "response", "500:exception:", 0, s_read_response },
    { "signature", "", 0, s_read_signature },
    { "text", "", 1, s_read_text },
    { "view", "", 0, s_read_text },
};

//  All of it, and whatever it begins with, at both ends of the page
static void
s_lay (read_fn *read, butler_span_t bytes, size_t step)
{
    for (size_t size = bytes.size % step; size <= bytes.size; size += step)
        for (int at_end = 0; at_end < 2; at_end++)
            read (guard_lay (&s_guard, butler_span (bytes.data, size), at_end));
}

static unsigned
s_read_corpus (size_t row, size_t step)
{
    char folder [1024], name [2048];
    const char *source = getenv ("BUTLER_SOURCE");
    snprintf (folder, sizeof folder, "%s/tests/fuzz/corpus/%s", source? source: ".", s_readers [row].corpus);
    DIR *files = opendir (folder);
    unsigned count = 0;
    for (struct dirent *entry; files && (entry = readdir (files));) {
        if (*entry->d_name == '.')
            continue;
        snprintf (name, sizeof name, "%s/%s", folder, entry->d_name);
        FILE *file = fopen (name, "r");
        assert_non_null (file);
        uint8_t data [LONGEST];
        const size_t before = strlen (s_readers [row].prefix);
        memcpy (data, s_readers [row].prefix, before);
        fseek (file, (long) s_readers [row].skipped, SEEK_SET);
        const size_t size = before + fread (data + before, 1, sizeof data - before, file);
        fclose (file);
        s_lay (s_readers [row].read, butler_span (data, size), step);
        count++;
    }
    if (files)
        closedir (files);
    return count;
}

static void
no_reader_looks_beyond_its_bytes (void **state)
{
    (void) state;
    const char *slow = getenv ("BUTLER_TEST_SLOW");
    const size_t step = slow && atoi (slow) > 1? (size_t) atoi (slow): 1;
    guard_init (&s_guard);
    for (size_t row = 0; row < sizeof s_readers / sizeof *s_readers; row++)
        if (s_read_corpus (row, step) < 10)
            fail_msg ("no corpus of %s", s_readers [row].corpus);
    guard_fini (&s_guard);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (no_reader_looks_beyond_its_bytes),
    };
    return cmocka_run_group_tests_name ("guarded", tests, NULL, NULL);
}
