/*  test_pickle.c - exceptions as pickles, loaded by the real Python
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "wire/butler_pickle.h"
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/butler_utf8.h"

//  Reads a list of [pickle, expected type, expected message] from the file named
static const char s_script [] =
    "import json, pickle, sys, builtins\n"
    "for text, name, message in json.load (open (sys.argv [1], encoding = 'utf-8')):\n"
    "    loaded = pickle.loads (text.encode ('ascii'))\n"
    "    assert type (loaded) is getattr (builtins, name), (text, loaded)\n"
    "    assert loaded.args == (message,), (text, loaded.args, message)\n";

static const char *const s_names [] = {
    "ArithmeticError", "AssertionError", "AttributeError", "BufferError", "BytesWarning",
    "DeprecationWarning", "EOFError", "EnvironmentError", "Exception", "FloatingPointError",
    "FutureWarning", "IOError", "ImportError", "ImportWarning", "IndentationError", "IndexError",
    "KeyError", "LookupError", "MemoryError", "NameError", "NotImplementedError", "OSError",
    "OverflowError", "PendingDeprecationWarning", "ReferenceError", "RuntimeError",
    "RuntimeWarning", "StopIteration", "SyntaxError", "SyntaxWarning", "SystemError", "TabError",
    "TypeError", "UnboundLocalError", "UnicodeError", "UnicodeWarning", "UserWarning",
    "ValueError", "Warning", "ZeroDivisionError", NULL
};

static const char *const s_messages [] = {
    "", "plain", "a\nb", "a\\b", "\\u0041", "\\n", "tab\t", "cr\r\nlf", "\x1a end", "\x01\x7f\x1f",
    "'quotes' \"too\"", "gr\xC3\xBC\xC3\x9F", "\xE2\x82\xAC", "\xF0\x9F\x98\x80 smile",
    "\xF4\x8F\xBF\xBF", "\xEF\xBF\xBF", "ends with \\", ".", "bad \xFF byte", "cos\nsystem\n(S'x'\ntR.",
    NULL
};

static void
s_add (json_t *cases, const char *name, const char *message, const char *type, const char *prefix)
{
    char *pickle = butler_pickle_exception (name, message);
    char *clean = butler_utf8_clean (butler_span_string (message));
    char *expected = NULL;
    assert_true (asprintf (&expected, "%s%s", prefix, clean) >= 0);
    assert_int_equal (json_array_append_new (cases, json_pack ("[s, s, s]", pickle, type, expected)), 0);
    free (expected);
    free (clean);
    free (pickle);
}

static json_t *
s_random_cases (void)
{
    json_t *cases = json_array ();
    srandom (3);
    for (int round = 0; round < 2000; round++) {
        char message [64];
        for (size_t index = 0; index < sizeof message; index++)
            message [index] = (char) random ();
        message [random () % 64] = 0;
        s_add (cases, "ValueError", message, "ValueError", "");
    }
    return cases;
}

//  77: there is no such Python; else as system () returns
static int
s_run_python (const json_t *cases)
{
    const char *python = "/usr/bin/python3";
    if (access (python, X_OK))
        return 77;
    char file [] = "/tmp/test_pickle.XXXXXX", script [] = "/tmp/test_pickle_py.XXXXXX";
    FILE *out = fdopen (mkstemp (file), "w");
    assert_non_null (out);
    assert_int_equal (json_dumpf (cases, out, 0), 0);
    fclose (out);
    out = fdopen (mkstemp (script), "w");
    assert_non_null (out);
    fputs (s_script, out);
    fclose (out);
    char command [200];
    snprintf (command, sizeof command, "%s %s %s", python, script, file);
    const int rc = system (command);
    unlink (file);
    unlink (script);
    return rc;
}

static void
s_expect_loaded (json_t *cases)
{
    const int rc = s_run_python (cases);
    json_decref (cases);
    if (rc == 77) {
        print_message ("# SKIP: no /usr/bin/python3\n");
        skip ();
    }
    assert_int_equal (rc, 0);
}

static void
python_loads_each_builtin_exception_with_each_message (void **state)
{
    (void) state;
    json_t *cases = json_array ();
    for (size_t name = 0; s_names [name]; name++)
        for (size_t message = 0; s_messages [message]; message++)
            s_add (cases, s_names [name], s_messages [message], s_names [name], "");
    s_expect_loaded (cases);
}

static void
any_other_name_becomes_an_exception_that_says_it (void **state)
{
    (void) state;
    json_t *cases = json_array ();
    s_add (cases, "MyError", "m\n", "Exception", "MyError: ");
    s_add (cases, "SystemExit", "m", "Exception", "SystemExit: ");
    s_add (cases, "UnicodeDecodeError", "m", "Exception", "UnicodeDecodeError: ");
    s_add (cases, "StandardError", "m", "Exception", "StandardError: ");
    s_add (cases, "BrokenPipeError", "m", "Exception", "BrokenPipeError: ");
    s_add (cases, "eval", "m", "Exception", "eval: ");
    s_add (cases, "TypeError\nceval", "m", "Exception", "TypeError\nceval: ");
    s_add (cases, "typeerror", "m", "Exception", "typeerror: ");
    s_add (cases, "", "m", "Exception", "");
    s_expect_loaded (cases);
}

static void
random_messages_survive (void **state)
{
    (void) state;
    s_expect_loaded (s_random_cases ());
}

//  Each reads as what was written
static void
own_pickles_are_read (void **state)
{
    (void) state;
    for (size_t row = 0; s_messages [row]; row++) {
        char *pickle = butler_pickle_exception ("KeyError", s_messages [row]), *name, *message;
        assert_true (butler_pickle_read (butler_span_string (pickle), &name, &message));
        char *clean = butler_utf8_clean (butler_span_string (s_messages [row]));
        assert_string_equal (name, "KeyError");
        assert_string_equal (message, clean);
        free (clean);
        free (name);
        free (message);
        free (pickle);
    }
}

static void
pickles_of_pythons_old_and_new_are_read (void **state)
{
    (void) state;
    static const struct {
        const char *pickle, *name, *message;
    } rows [] = {
        //  Python 2, pickle and cPickle; strings as repr () has them
        { "cexceptions\nTypeError\np0\n(S'm() takes 2'\np1\ntp2\nRp3\n.", "TypeError", "m() takes 2" },
        { "cexceptions\nKeyError\np1\n(S'x'\ntRp2\n.", "KeyError", "x" },
        { "cexceptions\nE\np0\n(S\"it's\"\np1\ntp2\nRp3\n.", "E", "it's" },
        { "cexceptions\nE\np0\n(S'it\\'s \\\\ \"\\n\\t\\x41\\q\\'\np1\ntp2\nRp3\n.", "E",
          "it's \\ \"\n\tA\\q\\" },
        { "cexceptions\nE\np0\n(S'caf\\xc3\\xa9 \\xff'\np1\ntp2\nRp3\n.", "E", "caf\xC3\xA9 \xEF\xBF\xBD" },
        { "cexceptions\nIOError\np0\n(I2\nS'No such file or directory'\np1\ntp2\nRp3\n.", "IOError",
          "No such file or directory" },
        { "cexceptions\nE\np0\n(V\\u20ac \xE9 \\U0001f600 \\ud800 \\n\np1\ntp2\nRp3\n.", "E",
          "\xE2\x82\xAC \xC3\xA9 \xF0\x9F\x98\x80 \xEF\xBF\xBD \\n" },
        { "c__main__\nMy_Error2\np0\n(tRp1\n.", "My_Error2", "" },
        { "cexceptions\nE\n(S'no memo'\ntR.", "E", "no memo" },
        { "cexceptions\nE\n((lp0\ntR.", "E", "" },
        //  Cut short
        { "cexceptions\nE\np0\n(", "E", "" },
        { "cexceptions\nE\np0\n(S'cut", "E", "" },
        { "cexceptions\nE\np0\n(S'\n", "E", "" },
        { "cexceptions\nE\np0\n(S'a\\x4'\n", "E", "a\\x4" },
        //  No such thing
        { "", NULL, NULL }, { "c", NULL, NULL }, { "cat", NULL, NULL }, { "c\n\n(", NULL, NULL },
        { "cexceptions\nE", NULL, NULL }, { "cexceptions\nE\n", NULL, NULL },
        { "cexceptions\n2E\n(t", NULL, NULL }, { "cexceptions\nno name\n(t", NULL, NULL },
        { "cos\nsystem\np0\n.", NULL, NULL }, { "cexceptions\nE\np0", NULL, NULL },
        { "\x80\x02" "cexceptions\nE\nq", NULL, NULL },
    };
    for (size_t index = 0; index < sizeof rows / sizeof *rows; index++) {
        char *name = NULL, *message = NULL;
        const size_t size = strlen (rows [index].pickle);
        char *exact = malloc (size + 1);            //  ASan watches its end
        memcpy (exact, rows [index].pickle, size);
        exact = realloc (exact, size? size: 1);
        assert_int_equal (butler_pickle_read (butler_span (exact, size), &name, &message),
                          rows [index].name != NULL);
        if (name) {
            assert_string_equal (name, rows [index].name);
            assert_string_equal (message, rows [index].message);
        }
        free (exact);
        free (name);
        free (message);
    }
}

//  Python 3 writes what Python 2 wrote, with other modules
static const char s_writer [] =
    "import json, pickle, sys\n"
    "json.dump ([[pickle.dumps (e, 0).decode ('latin-1'), type (e).__name__, e.args [0]] for e in\n"
    "    [kind (text) for kind in (TypeError, KeyError, ValueError) for text in json.load (open (sys.argv [1]))]],\n"
    "    open (sys.argv [1] + '.out', 'w'))\n";

//  The bytes that Latin-1 in UTF-8 stands for; fresh
static char *
s_bytes (const char *text, size_t *size)
{
    butler_span_t rest = butler_span_string (text);
    char *bytes = malloc (rest.size + 1);
    uint32_t code = 0;
    size_t length;
    *size = 0;
    while ((length = butler_utf8_next (rest, &code)) > 0) {
        assert_true (code <= 0xFF);
        bytes [(*size)++] = (char) code;
        rest = butler_span (rest.data + length, rest.size - length);
    }
    return bytes;
}

static void
pickles_that_python_wrote_are_read (void **state)
{
    (void) state;
    char file [] = "/tmp/test_pickle.XXXXXX", command [8192], made [64];
    if (access ("/usr/bin/python3", X_OK))
        skip ();
    json_t *texts = json_array ();
    for (size_t row = 0; s_messages [row]; row++)
        if (!strchr (s_messages [row], '\xFF'))
            json_array_append_new (texts, json_string (s_messages [row]));
    FILE *out = fdopen (mkstemp (file), "w");
    assert_int_equal (json_dumpf (texts, out, 0), 0);
    fclose (out);
    snprintf (command, sizeof command, "/usr/bin/python3 -c \"%s\" %s", s_writer, file);
    assert_int_equal (system (command), 0);
    snprintf (made, sizeof made, "%s.out", file);
    json_t *rows = json_load_file (made, 0, NULL), *row;
    unlink (file);
    unlink (made);
    assert_int_equal (json_array_size (rows), 3 * json_array_size (texts));
    size_t index;
    json_array_foreach (rows, index, row) {
        char *name = NULL, *message = NULL;
        size_t size = 0;
        char *pickle = s_bytes (json_string_value (json_array_get (row, 0)), &size);
        assert_true (butler_pickle_read (butler_span (pickle, size), &name, &message));
        free (pickle);
        assert_string_equal (name, json_string_value (json_array_get (row, 1)));
        assert_string_equal (message, json_string_value (json_array_get (row, 2)));
        free (name);
        free (message);
    }
    json_decref (rows);
    json_decref (texts);
}

static void
pickle_is_printable_lines (void **state)
{
    (void) state;
    for (size_t message = 0; s_messages [message]; message++) {
        char *pickle = butler_pickle_exception ("KeyError", s_messages [message]);
        size_t lines = 0;
        for (const char *at = pickle; *at; at++) {
            lines += *at == '\n';
            assert_true (*at == '\n' || (*at >= 0x20 && *at < 0x7f));
        }
        assert_int_equal (lines, 7);
        assert_memory_equal (pickle, "cexceptions\nKeyError\np0\n(V", 26);
        free (pickle);
    }
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (pickle_is_printable_lines),
        cmocka_unit_test (own_pickles_are_read),
        cmocka_unit_test (pickles_of_pythons_old_and_new_are_read),
        cmocka_unit_test (pickles_that_python_wrote_are_read),
        cmocka_unit_test (python_loads_each_builtin_exception_with_each_message),
        cmocka_unit_test (any_other_name_becomes_an_exception_that_says_it),
        cmocka_unit_test (random_messages_survive),
    };
    return cmocka_run_group_tests_name ("pickle", tests, NULL, NULL);
}
