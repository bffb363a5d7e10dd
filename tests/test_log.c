/*  test_log.c - a line of the log: what may stand in it, and where it goes
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "base/butler_log.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char s_folder [32], s_file [48], s_other [48];

static int
s_setup (void **state)
{
    (void) state;
    strcpy (s_folder, "/tmp/butler-log-XXXXXX");
    assert_non_null (mkdtemp (s_folder));
    snprintf (s_file, sizeof s_file, "%s/log", s_folder);
    snprintf (s_other, sizeof s_other, "%s/old", s_folder);
    return butler_log_open (s_file);
}

static int
s_teardown (void **state)
{
    (void) state;
    butler_log_open ("stderr");
    unlink (s_file);
    unlink (s_other);
    return rmdir (s_folder);
}

//  All of a file; fresh
static char *
s_slurp (const char *name)
{
    FILE *file = fopen (name, "r");
    assert_non_null (file);
    char *text = calloc (1, 1 << 20);
    assert_non_null (text);
    assert_true (fread (text, 1, (1 << 20) - 1, file) < (1 << 20) - 1);
    fclose (file);
    return text;
}

//  The file's one line, behind its time, is this
static void
assert_line (const char *expected)
{
    char *text = s_slurp (s_file);
    assert_int_equal (text [23], 'Z');
    assert_string_equal (text + 25, expected);
    free (text);
}

static void
fields_follow_the_event (void **state)
{
    (void) state;
    butler_log (BUTLER_LOG_INFO, BUTLER_LOG_WARNING, "open", "socket", "frontend", "endpoint", "tcp://0.0.0.0:5555",
                "port", BUTLER_LOG_NUMBER (-5555), NULL);
    assert_line ("warning event=open socket=frontend endpoint=tcp://0.0.0.0:5555 port=-5555\n");
}

static void
what_is_above_the_threshold_is_not_written (void **state)
{
    (void) state;
    butler_log (BUTLER_LOG_WARNING, BUTLER_LOG_INFO, "ready", NULL);
    butler_log (BUTLER_LOG_WARNING, BUTLER_LOG_DEBUG, "ready", NULL);
    butler_log (BUTLER_LOG_WARNING, BUTLER_LOG_ERROR, "failed", NULL);
    assert_line ("error event=failed\n");
}

static void
field_without_a_value_is_left_out (void **state)
{
    (void) state;
    butler_log (BUTLER_LOG_INFO, BUTLER_LOG_INFO, "worker", "reason", (char *) NULL, "service", "", NULL);
    assert_line ("info event=worker service=\"\"\n");
}

static void
no_value_ends_its_line_or_begins_a_field (void **state)
{
    (void) state;
    butler_log (BUTLER_LOG_INFO, BUTLER_LOG_INFO, "worker", "service", "a\" event=forged x=\"\n\r\x1b[31m\\\x7f \xc3\xa9=1", NULL);
    assert_line ("info event=worker service=\"a\\\" event=forged x=\\\"\\x0a\\x0d\\x1b[31m\\\\\\x7f \xc3\xa9=1\"\n");
}

static void
what_is_no_text_is_escaped (void **state)
{
    (void) state;
    butler_log (BUTLER_LOG_INFO, BUTLER_LOG_INFO, "e", "a", "bad\xff\xc3", "b", "c1\xc2\x9b" "31m", "c", "over\xc0\x8along",
                "d", "surrogate\xed\xa0\x80", "e", "\xe2\x82\xac", NULL);
    assert_line ("info event=e a=\"bad\\xff\\xc3\" b=\"c1\\xc2\\x9b31m\" c=\"over\\xc0\\x8along\" "
                 "d=\"surrogate\\xed\\xa0\\x80\" e=\"\xe2\x82\xac\"\n");
}

//  Wherever it is cut: in no escape, in no character; and what comes after it is there
static void
value_that_is_too_long_ends_visibly (void **state)
{
    (void) state;
    static const struct { const char *unit, *shown, *quote; } cases [] = {
        { "x", "x", "" }, { "\n", "\\x0a", "\"" }, { "\"", "\\\"", "\"" }, { "\xc3\xbc", "\xc3\xbc", "\"" },
        { "\xe2\x82\xac", "\xe2\x82\xac", "\"" }
    };
    for (size_t index = 0; index < 5 * (sizeof cases / sizeof *cases); index++) {
        const size_t lead = index % 5, kind = index / 5;
        char value [2100] = "", end [32];
        memset (value, 'l', lead);
        while (strlen (value) < 2000)
            strcat (value, cases [kind].unit);
        assert_int_equal (truncate (s_file, 0), 0);
        butler_log (BUTLER_LOG_INFO, BUTLER_LOG_INFO, "e", "v", value, "w", "later", NULL);
        char *text = s_slurp (s_file), *from = strstr (text, "v="), *cut = strstr (text, "...");
        assert_true (from && cut && cut - from > 1000);
        snprintf (end, sizeof end, "...%s w=later\n", cases [kind].quote);
        assert_string_equal (cut, end);
        *cut = 0;
        const char *shown = cases [kind].shown;
        for (from += 2 + strlen (cases [kind].quote) + lead; *from; from += strlen (shown))
            assert_memory_equal (from, shown, strlen (shown));
        free (text);
    }
}

static void
line_that_is_too_long_ends_visibly (void **state)
{
    (void) state;
    for (size_t size = 900; size < 1200; size++) {
        char *value = malloc (size + 1);
        memset (value, 'x', size);
        value [size] = 0;
        assert_int_equal (truncate (s_file, 0), 0);
        butler_log (BUTLER_LOG_INFO, BUTLER_LOG_INFO, "e", "a", value, "b", value, "c", value, "d", value, "e", value,
                    "f", "later", NULL);
        char *text = s_slurp (s_file);
        const char *end = strchr (text, '\n');
        assert_ptr_equal (end + 1, text + strlen (text));
        assert_true (end - text <= 4000);
        assert_memory_equal (end - 4, " ...", 4);
        free (text);
        free (value);
    }
}

static void
file_is_opened_anew_after_it_was_renamed (void **state)
{
    (void) state;
    butler_log (BUTLER_LOG_INFO, BUTLER_LOG_INFO, "one", NULL);
    assert_int_equal (rename (s_file, s_other), 0);
    butler_log (BUTLER_LOG_INFO, BUTLER_LOG_INFO, "two", NULL);
    assert_int_equal (butler_log_open (s_file), 0);
    butler_log (BUTLER_LOG_INFO, BUTLER_LOG_INFO, "three", NULL);
    assert_line ("info event=three\n");
    char *old = s_slurp (s_other);
    assert_true (strstr (old, "event=one\n") && strstr (old, "event=two\n"));
    free (old);
}

static void
file_that_cannot_be_opened_changes_nothing (void **state)
{
    (void) state;
    assert_int_equal (butler_log_open ("/no/such/folder/log"), -1);
    assert_int_equal (errno, ENOENT);
    assert_int_equal (butler_log_open (s_folder), -1);
    butler_log (BUTLER_LOG_INFO, BUTLER_LOG_INFO, "one", NULL);
    assert_line ("info event=one\n");
}

static void *
s_talk (void *arg)
{
    for (int count = 0; count < 500; count++)
        butler_log (BUTLER_LOG_INFO, BUTLER_LOG_INFO, "said", "by", (const char *) arg, "what", "one two three", NULL);
    return NULL;
}

static void
threads_do_not_mix_their_lines (void **state)
{
    (void) state;
    static const char *const names [] = { "a", "b", "c" };
    pthread_t threads [3];
    for (int index = 0; index < 3; index++)
        assert_int_equal (pthread_create (&threads [index], NULL, s_talk, (void *) (uintptr_t) names [index]), 0);
    for (int count = 0; count < 100; count++)
        assert_int_equal (butler_log_open (s_file), 0);
    for (int index = 0; index < 3; index++)
        pthread_join (threads [index], NULL);
    char *text = s_slurp (s_file);
    int lines = 0;
    for (char *line = strtok (text, "\n"); line; line = strtok (NULL, "\n"), lines++)
        if (strlen (line) != 25 + strlen ("info event=said by=a what=\"one two three\""))
            fail_msg ("%s", line);
    assert_int_equal (lines, 1500);
    free (text);
}

int
main (void)
{
#define TEST(name) cmocka_unit_test_setup_teardown (name, s_setup, s_teardown)
    const struct CMUnitTest tests [] = {
        TEST (fields_follow_the_event),
        TEST (what_is_above_the_threshold_is_not_written),
        TEST (field_without_a_value_is_left_out),
        TEST (no_value_ends_its_line_or_begins_a_field),
        TEST (what_is_no_text_is_escaped),
        TEST (value_that_is_too_long_ends_visibly),
        TEST (line_that_is_too_long_ends_visibly),
        TEST (file_is_opened_anew_after_it_was_renamed),
        TEST (file_that_cannot_be_opened_changes_nothing),
        TEST (threads_do_not_mix_their_lines),
    };
    return cmocka_run_group_tests_name ("log", tests, NULL, NULL);
}
