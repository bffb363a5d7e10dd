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
#include "wire/butler_utf8.h"

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
        cmocka_unit_test (python_loads_each_builtin_exception_with_each_message),
        cmocka_unit_test (any_other_name_becomes_an_exception_that_says_it),
        cmocka_unit_test (random_messages_survive),
    };
    return cmocka_run_group_tests_name ("pickle", tests, NULL, NULL);
}
