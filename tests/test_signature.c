/*  test_signature.c - signatures understood or not, and arguments bound to them
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "rpc/butler_signature.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "rpc/butler_binding.h"

#define ROWS(table) (sizeof (table) / sizeof *(table))

static butler_signature_t *
s_signature (const char *text)
{
    char *error = NULL;
    butler_signature_t *self = butler_signature_new (text, &error);
    if (!self)
        print_error ("%s\n", error);
    free (error);
    assert_non_null (self);
    return self;
}

static void
parameters_are_read_in_their_order (void **state)
{
    (void) state;
    butler_signature_t *self = s_signature ("  images.resize(name:string , size : string=\"100x100\",q: real = 1,"
                                            " deep: any = {\"a\": [1, \")\"]}, o: object = {}, l: array = [], "
                                            "n: number = -2, b: boolean = true, i: integer = 0, ...)  ");
    assert_string_equal (self->name, "images.resize");
    assert_memory_equal (self->text, "images.resize(", 14);
    assert_int_equal (self->text [strlen (self->text) - 1], ')');
    assert_false (self->open);
    assert_true (self->rest);
    assert_int_equal (self->count, 9);
    assert_int_equal (self->required, 1);
    static const struct {
        const char *name, *type, *fallback;
    } rows [] = {
        { "name", "string", NULL }, { "size", "string", "\"100x100\"" }, { "q", "real", "1" },
        { "deep", "any", "{\"a\":[1,\")\"]}" }, { "o", "object", "{}" }, { "l", "array", "[]" },
        { "n", "number", "-2" }, { "b", "boolean", "true" }, { "i", "integer", "0" },
    };
    for (size_t index = 0; index < ROWS (rows); index++) {
        const butler_parameter_t *parameter = &self->parameter [index];
        assert_string_equal (parameter->name, rows [index].name);
        assert_string_equal (butler_type_name (parameter->type), rows [index].type);
        assert_int_equal (parameter->fallback != NULL, rows [index].fallback != NULL);
        if (!parameter->fallback)
            continue;
        char *fallback = json_dumps (parameter->fallback, JSON_COMPACT | JSON_ENCODE_ANY);
        assert_string_equal (fallback, rows [index].fallback);
        free (fallback);
    }
    butler_signature_destroy (&self);
    assert_null (self);
    butler_signature_destroy (&self);
}

static void
parentheses_tell_none_from_as_they_come (void **state)
{
    (void) state;
    static const struct {
        const char *text;
        bool open, rest;
        unsigned count;
    } rows [] = {
        { "ping", true, false, 0 }, { " ping\n", true, false, 0 }, { "ping ()", false, false, 0 },
        { "ping( )", false, false, 0 }, { "ping (...)", false, true, 0 },
        { "ping (a: any, ... )", false, true, 1 }, { "_a1.B_2.c", true, false, 0 },
    };
    for (size_t index = 0; index < ROWS (rows); index++) {
        butler_signature_t *self = s_signature (rows [index].text);
        assert_int_equal (self->open, rows [index].open);
        assert_int_equal (self->rest, rows [index].rest);
        assert_int_equal (self->count, rows [index].count);
        butler_signature_destroy (&self);
    }
}

static void
default_of_utf8_ends_where_it_ends (void **state)
{
    (void) state;
    butler_signature_t *self = s_signature ("f (a: string = \"\xE2\x82\xAC\xC3\xA9\", b: integer = 12)");
    assert_string_equal (json_string_value (self->parameter [0].fallback), "\xE2\x82\xAC\xC3\xA9");
    assert_int_equal (json_integer_value (self->parameter [1].fallback), 12);
    butler_signature_destroy (&self);
}

static const struct {
    const char *text;
    int column;
    const char *reason;
} s_wrong [] = {
    { "", 1, "no method name" },
    { "   ", 1, "no method name" },
    { "(a: any)", 1, "no method name" },
    { "1f", 1, "no method name" },
    { "f.", 1, "no method name" },
    { ".f", 1, "no method name" },
    { "f..g", 1, "no method name" },
    { "f-g", 2, "something after the signature" },
    { "f g", 3, "something after the signature" },
    { "f ) ", 3, "something after the signature" },
    { "f () x", 6, "something after the signature" },
    { "f (a: any))", 11, "something after the signature" },
    { "f\xC3\xA9", 2, "something after the signature" },
    { "f (", 4, "no parameter name" },
    { "f (a", 5, "no ':' and type after 'a'" },
    { "f (a)", 5, "no ':' and type after 'a'" },
    { "f (a string)", 6, "no ':' and type after 'a'" },
    { "f (a: )", 7, "no type ''" },
    { "f (a: strng)", 7, "no type 'strng': string, integer, real" },
    { "f (a: String)", 7, "no type 'String'" },
    { "f (a: int)", 7, "no type 'int'" },
    { "f (a: string", 13, "no ',' or ')'" },
    { "f (a: string b: any)", 14, "no ',' or ')'" },
    { "f (a: string,)", 14, "no parameter name" },
    { "f (, a: string)", 4, "no parameter name" },
    { "f (a.b: string)", 5, "no ':' and type after 'a'" },
    { "f (2: string)", 4, "no parameter name" },
    { "f (a: any, a: any)", 12, "a second parameter 'a'" },
    { "f (a: any = 1, b: any)", 16, "'b' needs a default" },
    { "f (a: integer =)", 16, "the default of 'a' is no JSON" },
    { "f (a: integer = x)", 17, "the default of 'a' is no JSON" },
    { "f (a: integer = 08)", 17, "the default of 'a' is no JSON" },
    { "f (a: integer = 99999999999999999999)", 17, "the default of 'a' is no JSON" },
    { "f (a: string = 'x')", 16, "the default of 'a' is no JSON" },
    { "f (a: string = \"x)", 16, "the default of 'a' is no JSON" },
    { "f (a: string = \"\xFF\")", 16, "the default of 'a' is no JSON" },
    { "f (a: object = {)", 16, "the default of 'a' is no JSON" },
    { "f (a: integer = 1.5)", 17, "the default of 'a' must be integer" },
    { "f (a: integer = true)", 17, "the default of 'a' must be integer" },
    { "f (a: string = null)", 16, "the default of 'a' must be string" },
    { "f (a: boolean = 0)", 17, "the default of 'a' must be boolean" },
    { "f (a: real = \"1\")", 14, "the default of 'a' must be real" },
    { "f (a: array = {})", 15, "the default of 'a' must be array" },
    { "f (a: integer = 1 2)", 19, "no ',' or ')'" },
    { "f (a: integer = 1x)", 18, "no ',' or ')'" },
    { "f (..., a: any)", 7, "no ')' after '...'" },
    { "f (...", 7, "no ')' after '...'" },
    { "f (..)", 4, "no parameter name" },
};

static void
what_is_wrong_is_said_with_its_column (void **state)
{
    (void) state;
    for (size_t index = 0; index < ROWS (s_wrong); index++) {
        char *error = NULL;
        assert_null (butler_signature_new (s_wrong [index].text, &error));
        assert_non_null (error);
        char where [200];
        snprintf (where, sizeof where, "column %d: %s", s_wrong [index].column, s_wrong [index].reason);
        if (!strstr (error, where))
            fail_msg ("'%s' is not in: %s", where, error);
        free (error);
    }
}

//  A signature of so many parameters, each with a name of so many bytes
static char *
s_long_signature (unsigned parameters, size_t size)
{
    char *text = (char *) calloc (parameters + 2, size + 20);
    char *into = text + sprintf (text, "f (");
    for (unsigned index = 0; index < parameters; index++)
        into += sprintf (into, "%sp%0*u: any", index? ", ": "", (int) size - 1, index);
    strcpy (into, ")");
    return text;
}

static void
names_and_parameters_have_limits (void **state)
{
    (void) state;
    static const struct {
        unsigned parameters;
        size_t size;
        const char *reason;
    } rows [] = {
        { BUTLER_PARAMETERS_MAX, BUTLER_METHOD_MAX, NULL },
        { BUTLER_PARAMETERS_MAX + 1, 3, "more than 32 parameters" },
        { 1, BUTLER_METHOD_MAX + 1, "a parameter name of more than 255 bytes" },
    };
    for (size_t index = 0; index < ROWS (rows); index++) {
        char *text = s_long_signature (rows [index].parameters, rows [index].size), *error = NULL;
        butler_signature_t *self = butler_signature_new (text, &error);
        assert_int_equal (self != NULL, rows [index].reason == NULL);
        if (error)
            assert_non_null (strstr (error, rows [index].reason));
        butler_signature_destroy (&self);
        free (error);
        free (text);
    }
    char name [BUTLER_METHOD_MAX + 2], *error = NULL;
    memset (name, 'f', sizeof name);
    name [sizeof name - 1] = 0;
    assert_null (butler_signature_new (name, &error));
    assert_non_null (strstr (error, "a method name of more than 255 bytes"));
    free (error);
}

static void
types_accept_their_own_and_integers_are_numbers (void **state)
{
    (void) state;
    static const char *const values [] = { "\"x\"", "1", "1.5", "true", "false", "{}", "[]", "null" };
    //                                      string   int  real   true    false    {}    []    null
    static const bool expected [BUTLER_TYPES] [8] = {
        [BUTLER_TYPE_STRING]  = { true },
        [BUTLER_TYPE_INTEGER] = { false, true },
        [BUTLER_TYPE_REAL]    = { false, true, true },
        [BUTLER_TYPE_NUMBER]  = { false, true, true },
        [BUTLER_TYPE_BOOLEAN] = { false, false, false, true, true },
        [BUTLER_TYPE_OBJECT]  = { false, false, false, false, false, true },
        [BUTLER_TYPE_ARRAY]   = { false, false, false, false, false, false, true },
        [BUTLER_TYPE_ANY]     = { true, true, true, true, true, true, true, true },
    };
    for (size_t value = 0; value < ROWS (values); value++) {
        json_t *json = json_loads (values [value], JSON_DECODE_ANY, NULL);
        for (int type = 0; type < BUTLER_TYPES; type++)
            assert_int_equal (butler_type_accepts ((butler_type_t) type, json), expected [type] [value]);
        json_decref (json);
    }
}

//  What binding this body comes to: the bound values as a JSON array, or the error
static char *
s_bind (const char *signature, const char *args, const char *kwargs)
{
    butler_signature_t *self = s_signature (signature);
    json_t *array = args? json_loads (args, 0, NULL): NULL;
    json_t *object = kwargs? json_loads (kwargs, 0, NULL): NULL;
    assert_int_equal (array != NULL, args != NULL);
    assert_int_equal (object != NULL, kwargs != NULL);
    json_t *bound [BUTLER_PARAMETERS_MAX];
    char *text = butler_binding_bind (self, array, object, bound);
    if (!text) {
        json_t *all = json_array ();
        for (unsigned index = 0; index < self->count; index++)
            json_array_append (all, bound [index]);
        text = json_dumps (all, JSON_COMPACT);
        json_decref (all);
    }
    json_decref (array);
    json_decref (object);
    butler_signature_destroy (&self);
    return text;
}

#define RESIZE "resize_image (name: string, size: string)"
#define QUALITY "resize (name: string, size: string = \"1x1\", q: integer = 80)"

static void
arguments_are_bound_or_refused_as_python_does (void **state)
{
    (void) state;
    static const struct {
        const char *signature, *args, *kwargs, *expected;
    } rows [] = {
        { RESIZE, "[\"a\", \"b\"]", NULL, "[\"a\",\"b\"]" },
        { RESIZE, "[\"a\", \"b\"]", "{}", "[\"a\",\"b\"]" },
        { RESIZE, "[\"a\"]", "{\"size\": \"b\"}", "[\"a\",\"b\"]" },
        { RESIZE, NULL, "{\"size\": \"b\", \"name\": \"a\"}", "[\"a\",\"b\"]" },
        { RESIZE, NULL, NULL, "resize_image() takes 2 arguments (0 given)" },
        { RESIZE, "[]", "{}", "resize_image() takes 2 arguments (0 given)" },
        { RESIZE, "[\"a\"]", NULL, "resize_image() takes 2 arguments (1 given)" },
        { RESIZE, "[1, 2, 3]", NULL, "resize_image() takes 2 arguments (3 given)" },
        { RESIZE, NULL, "{\"name\": \"a\"}", "resize_image() missing required argument 'size'" },
        { RESIZE, NULL, "{\"size\": \"a\"}", "resize_image() missing required argument 'name'" },
        { RESIZE, "[\"a\"]", "{\"x\": 1}", "resize_image() got an unexpected keyword argument 'x'" },
        { RESIZE, "[\"a\"]", "{\"name\": \"b\"}", "resize_image() got multiple values for argument 'name'" },
        { RESIZE, "[\"a\", 2]", NULL, "resize_image() argument 'size' must be string, not integer" },
        { RESIZE, "[null, \"b\"]", NULL, "resize_image() argument 'name' must be string, not null" },
        { QUALITY, "[\"a\"]", NULL, "[\"a\",\"1x1\",80]" },
        { QUALITY, "[\"a\"]", "{\"q\": 9}", "[\"a\",\"1x1\",9]" },
        { QUALITY, "[\"a\", \"b\", 3]", NULL, "[\"a\",\"b\",3]" },
        { QUALITY, NULL, NULL, "resize() takes at least 1 argument (0 given)" },
        { QUALITY, "[1, 2, 3, 4]", NULL, "resize() takes at most 3 arguments (4 given)" },
        { QUALITY, NULL, "{\"q\": 1}", "resize() missing required argument 'name'" },
        { QUALITY, "[\"a\"]", "{\"q\": true}", "resize() argument 'q' must be integer, not boolean" },
        { QUALITY, "[\"a\"]", "{\"q\": 1.0}", "resize() argument 'q' must be integer, not real" },
        { "one (a: any)", "[]", NULL, "one() takes 1 argument (0 given)" },
        { "one (a: any)", "[null]", NULL, "[null]" },
        { "one (a: any = null)", "[]", NULL, "[null]" },
        { "one (a: any = 1)", "[1, 2]", NULL, "one() takes at most 1 argument (2 given)" },
        { "one (a: real)", "[1]", NULL, "[1]" },
        { "one (a: number)", "[[]]", NULL, "one() argument 'a' must be number, not array" },
        { "one (a: array)", "[{}]", NULL, "one() argument 'a' must be array, not object" },
        { "one (a: object)", "[\"\"]", NULL, "one() argument 'a' must be object, not string" },
        { "none ()", NULL, NULL, "[]" },
        { "none ()", "[]", "{}", "[]" },
        { "none ()", "[1]", NULL, "none() takes no arguments (1 given)" },
        { "none ()", NULL, "{\"a\": 1}", "none() got an unexpected keyword argument 'a'" },
        { "rest (a: integer, ...)", "[1, 2, 3]", "{\"x\": 1}", "[1]" },
        { "rest (a: integer, ...)", "[]", NULL, "rest() takes at least 1 argument (0 given)" },
        { "rest (a: integer, ...)", NULL, "{\"x\": 1}", "rest() missing required argument 'a'" },
        { "rest (a: integer, ...)", "[1]", "{\"a\": 1}", "rest() got multiple values for argument 'a'" },
        { "rest (...)", "[1, 2]", "{\"x\": 1}", "[]" },
    };
    for (size_t index = 0; index < ROWS (rows); index++) {
        char *text = s_bind (rows [index].signature, rows [index].args, rows [index].kwargs);
        assert_string_equal (text, rows [index].expected);
        free (text);
    }
}

static void
values_are_borrowed_and_not_copied (void **state)
{
    (void) state;
    butler_signature_t *self = s_signature ("f (a: object, b: object = {})");
    json_t *args = json_pack ("[{}]"), *bound [2] = { NULL, NULL };
    assert_null (butler_binding_bind (self, args, NULL, bound));
    assert_ptr_equal (bound [0], json_array_get (args, 0));
    assert_ptr_equal (bound [1], self->parameter [1].fallback);
    assert_int_equal (bound [0]->refcount, 1);
    assert_int_equal (bound [1]->refcount, 1);
    json_decref (args);
    butler_signature_destroy (&self);
}

static void
random_signatures_are_read_or_refused (void **state)
{
    (void) state;
    static const char *const pieces [] = {
        "f", "(", ")", ",", ":", "=", "a", "b1", "string", "integer", "any", " ", "...", "1", "\"x\"", "{}",
        "null", "-", ".", "\t", "\xC3\xA9", "real", "[1,2]", "f (", ": any", "a: any", ", "
    };
    srandom (4);
    unsigned good = 0;
    for (int round = 0; round < 30000; round++) {
        char text [200] = "f (";
        text [random () % 2? 3: 0] = 0;
        for (long left = random () % 12; left > 0; left--)
            strcat (text, pieces [(size_t) random () % ROWS (pieces)]);
        if (random () % 3 == 0)
            strcat (text, ")");
        char *error = NULL;
        butler_signature_t *self = butler_signature_new (text, &error);
        assert_int_equal (self == NULL, error != NULL);
        good += self != NULL;
        butler_signature_destroy (&self);
        free (error);
    }
    assert_in_range (good, 100, 29000);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (parameters_are_read_in_their_order),
        cmocka_unit_test (parentheses_tell_none_from_as_they_come),
        cmocka_unit_test (default_of_utf8_ends_where_it_ends),
        cmocka_unit_test (what_is_wrong_is_said_with_its_column),
        cmocka_unit_test (names_and_parameters_have_limits),
        cmocka_unit_test (types_accept_their_own_and_integers_are_numbers),
        cmocka_unit_test (arguments_are_bound_or_refused_as_python_does),
        cmocka_unit_test (values_are_borrowed_and_not_copied),
        cmocka_unit_test (random_signatures_are_read_or_refused),
    };
    return cmocka_run_group_tests_name ("signature", tests, NULL, NULL);
}
