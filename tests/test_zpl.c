/*  test_zpl.c - ZPL text is read as CZMQ reads it, and what is no ZPL is refused
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <czmq.h>
#include "base/butler_zpl.h"

//  "path=value;" of every item, as our reader has it
static char *
s_ours (const char *text)
{
    char *copy = strdup (text), *all = strdup ("");
    butler_zpl_t reader;
    butler_zpl_init (&reader, copy);
    int rc;
    while ((rc = butler_zpl_next (&reader)) == 1) {
        char *longer = zsys_sprintf ("%s%s=%s;", all, reader.path, reader.value? reader.value: "");
        free (all);
        all = longer;
    }
    assert_int_equal (rc, 0);
    free (copy);
    return all;
}

static void
s_collect (zconfig_t *item, const char *path, char **all)
{
    for (; item; item = zconfig_next (item)) {
        char *own = zsys_sprintf ("%s%s%s", path, *path? "/": "", zconfig_name (item));
        char *longer = zsys_sprintf ("%s%s=%s;", *all, own, zconfig_value (item));
        free (*all);
        *all = longer;
        s_collect (zconfig_child (item), own, all);
        free (own);
    }
}

//  The same, as zconfig has it
static char *
s_theirs (const char *text)
{
    zconfig_t *root = zconfig_str_load (text);
    assert_non_null (root);
    char *all = strdup ("");
    s_collect (zconfig_child (root), "", &all);
    zconfig_destroy (&root);
    return all;
}

static void
texts_are_read_as_zconfig_reads_them (void **state)
{
    (void) state;
    static const char *const texts [] = {
        "", "\n\n", "# comment alone", "a", "a = 1", "a=1\nb = 2\n", "a = 1 # comment\n",
        "a\n    b = 1\n    c\n        d = 2\ne = 3\n",
        "a\n    b = 'quoted # text'  # comment\n    c = \"it's\"\n    d = ''\n",
        "a = tcp://*:5555\na = ipc:///tmp/x\n", "a =\n", "a = b c  d   \n", "a = x'y\"z\n", "a = x#y\n",
        "a  # comment\n    b = 1\n", "a.b-c_d+e@f&g$h = 1\n", "a/b = 1\n    c = 2\n", "a\t=\t1\t\n",
        "a = 1\r\nb = 2\r\n", "a\n    b\n        c\n            d = 1\nb = 2\n", "a = = =\n",
        "a\n\n        # comment\n    b = 1",
    };
    for (size_t index = 0; index < sizeof texts / sizeof *texts; index++) {
        char *ours = s_ours (texts [index]), *theirs = s_theirs (texts [index]);
        assert_string_equal (ours, theirs);
        free (ours);
        free (theirs);
    }
}

static void
lines_are_counted_from_one (void **state)
{
    (void) state;
    char text [] = "# comment\n\na\n    b = 1\n\n    c = 2";
    butler_zpl_t reader;
    butler_zpl_init (&reader, text);
    const unsigned lines [] = { 3, 4, 6 };
    for (size_t index = 0; index < 3; index++) {
        assert_int_equal (butler_zpl_next (&reader), 1);
        assert_int_equal (reader.line, lines [index]);
    }
    assert_int_equal (butler_zpl_next (&reader), 0);
    assert_int_equal (butler_zpl_next (&reader), 0);
}

static void
section_has_no_value_and_an_empty_value_is_one (void **state)
{
    (void) state;
    char text [] = "a\nb =\n";
    butler_zpl_t reader;
    butler_zpl_init (&reader, text);
    assert_int_equal (butler_zpl_next (&reader), 1);
    assert_null (reader.value);
    assert_int_equal (butler_zpl_next (&reader), 1);
    assert_string_equal (reader.value, "");
}

static void
names_are_any_printable_text (void **state)
{
    (void) state;
    char *read = s_ours ("\xef\xbb\xbfservice\n    \xd0\xb4\xd0\xbe\xd0\xbc:1\n        retry = 3\n");
    assert_string_equal (read, "service=;service/\xd0\xb4\xd0\xbe\xd0\xbc:1=;"
                         "service/\xd0\xb4\xd0\xbe\xd0\xbc:1/retry=3;");
    free (read);
}

static void
what_is_no_zpl_is_refused_in_its_line (void **state)
{
    (void) state;
    static const struct { const char *line, *fault; } bad [] = {
        { "   b = 1", "multiple of 4" },
        { "\tb = 1", "tab" },
        { "    \tb = 1", "tab" },
        { "        b = 1", "deeper" },
        { "    = 1", "name is missing" },
        { "    'b' = 1", "name is missing" },
        { "    b c = 1", "follows the name" },
        { "    b: 1", "follows the name" },
        { "    b = 'x", "counterpart" },
        { "    b = 'x' y", "follows the quoted value" },
        { "    /b = 1", "slash" },
        { "    b/ = 1", "slash" },
        { "    b = \x01", "control character" },
        { "    b\x7f = 1", "control character" },
    };
    for (size_t index = 0; index < sizeof bad / sizeof *bad; index++) {
        char *text = zsys_sprintf ("a\n%s\nc = 1\n", bad [index].line);
        butler_zpl_t reader;
        butler_zpl_init (&reader, text);
        assert_int_equal (butler_zpl_next (&reader), 1);
        assert_int_equal (butler_zpl_next (&reader), -1);
        assert_int_equal (reader.line, 2);
        if (!strstr (reader.fault, bad [index].fault))
            fail_msg ("'%s' is refused so: %s", bad [index].line, reader.fault);
        free (text);
    }
}

static void
lines_end_at_1024_bytes_and_sections_at_four_levels (void **state)
{
    (void) state;
    char line [1100];
    butler_zpl_t reader;
    for (size_t size = 1023; size <= 1026; size++) {
        memset (line, 'x', sizeof line);
        memcpy (line, "a = ", 4);
        line [size] = 0;
        butler_zpl_init (&reader, line);
        assert_int_equal (butler_zpl_next (&reader), size <= 1024? 1: -1);
        if (size <= 1024)
            assert_int_equal (strlen (reader.value), size - 4);
    }
    char deep [] = "a\n    b\n        c\n            d\n                e\n";
    butler_zpl_init (&reader, deep);
    for (int level = 0; level < 4; level++)
        assert_int_equal (butler_zpl_next (&reader), 1);
    assert_int_equal (butler_zpl_next (&reader), -1);
}

static void
longest_names_at_every_level_fit (void **state)
{
    (void) state;
    zchunk_t *text = zchunk_new (NULL, 0);
    for (size_t level = 0; level < BUTLER_ZPL_DEPTH_MAX; level++) {
        char line [BUTLER_ZPL_LINE_MAX + 1];
        memset (line, 'n', sizeof line);
        memset (line, ' ', level * 4);
        line [BUTLER_ZPL_LINE_MAX] = '\n';
        zchunk_extend (text, line, sizeof line);
    }
    zchunk_extend (text, "", 1);
    butler_zpl_t reader;
    butler_zpl_init (&reader, (char *) zchunk_data (text));
    for (int level = 0; level < BUTLER_ZPL_DEPTH_MAX; level++)
        assert_int_equal (butler_zpl_next (&reader), 1);
    assert_int_equal (strlen (reader.path), 4 * 1024 - 4 - 8 - 12 + 3);
    zchunk_destroy (&text);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (texts_are_read_as_zconfig_reads_them),
        cmocka_unit_test (lines_are_counted_from_one),
        cmocka_unit_test (section_has_no_value_and_an_empty_value_is_one),
        cmocka_unit_test (names_are_any_printable_text),
        cmocka_unit_test (what_is_no_zpl_is_refused_in_its_line),
        cmocka_unit_test (lines_end_at_1024_bytes_and_sections_at_four_levels),
        cmocka_unit_test (longest_names_at_every_level_fit),
    };
    return cmocka_run_group_tests_name ("zpl", tests, NULL, NULL);
}
