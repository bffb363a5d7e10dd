/*  butler_description.c - what a service tells of itself: its methods, and how they are called
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_description.h"
#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "programs/butler_columns.h"
#include "programs/butler_output.h"
#include "programs/butler_parameter.h"

//  ---- asking

static bool
s_is_method (const json_t *method)
{
    return json_is_string (json_object_get (method, "name"));
}

static const json_t *
s_find (const json_t *methods, const char *name)
{
    size_t index;
    json_t *method;
    json_array_foreach (methods, index, method)
        if (s_is_method (method) && streq (json_string_value (json_object_get (method, "name")), name))
            return method;
    return NULL;
}

//  What the service said may be anything
static int
s_check (butler_description_t *self, const butler_caller_t *caller)
{
    const json_t *methods = json_object_get (self->all, "methods");
    const char *wanted = caller->operands.count > 1? caller->operands.text [1]: NULL;
    if (!json_is_array (methods)) {
        butler_complain (caller->name, "%s does not describe itself: the answer has no \"methods\"", self->service);
        return BUTLER_EXIT_REFUSED;
    }
    if (!wanted)
        return BUTLER_EXIT_DONE;
    self->method = s_find (methods, wanted);
    if (self->method)
        return BUTLER_EXIT_DONE;
    butler_caller_complain (caller, 404, "MethodNotFound", "%s has no method '%s'; 'butler describe %s' names them",
                            self->service, wanted, self->service);
    return BUTLER_EXIT_MISSING;
}

int
butler_description_ask (butler_description_t *self, butler_caller_t *caller, butler_client_t *client)
{
    *self = (butler_description_t) { .service = caller->operands.text [0] };
    self->all = butler_caller_call (caller, client, self->service, "butler.describe", NULL, NULL);
    const int status = butler_caller_verdict (caller, client);
    return status == BUTLER_EXIT_DONE? s_check (self, caller): status;
}

void
butler_description_fini (butler_description_t *self)
{
    json_decref (self->all);
}

//  ---- telling

static const char *
s_member (const json_t *method, const char *key)
{
    const char *text = json_string_value (json_object_get (method, key));
    return text? text: "";
}

static const char *
s_signature (const json_t *method)
{
    const char *text = s_member (method, "signature");
    return *text? text: s_member (method, "name");
}

static void
s_add_row (json_t *rows, const json_t *method)
{
    const char *doc = s_member (method, "doc");
    json_t *row = json_pack ("{s:s}", "signature", s_signature (method));
    if (*doc)
        json_object_set_new (row, "doc", json_stringn (doc, strcspn (doc, "\n")));
    json_array_append_new (rows, row);
}

void
butler_description_print_table (const butler_description_t *self)
{
    static const butler_column_t columns [] = {
        { "METHOD", "signature" }, { "WHAT IT DOES", "doc" }, { NULL, NULL }
    };
    json_t *rows = json_array (), *method;
    size_t index;
    if (self->method)
        s_add_row (rows, self->method);
    else
        json_array_foreach (json_object_get (self->all, "methods"), index, method)
            if (s_is_method (method))
                s_add_row (rows, method);
    butler_columns_print (columns, rows);
    json_decref (rows);
}

//  "SIZE" for "size"
static void
s_print_upper (const char *name)
{
    for (; *name; name++)
        putchar (toupper (*name));
}

static void
s_print_usage (const butler_description_t *self, const butler_parameters_t *parameters)
{
    printf ("Usage: butler call [OPTION]... %s ", self->service);
    butler_print_clean (stdout, s_member (self->method, "name"), "");
    for (size_t index = 0; index < parameters->count; index++) {
        const butler_parameter_t *one = &parameters->parameter [index];
        printf (" %s", one->fallback? "[": "");
        s_print_upper (one->name);
        printf ("%s", one->fallback? "]": "");
    }
    puts (parameters->rest? " [ARG]...": "");
}

static void
s_print_parameters (const butler_parameters_t *parameters)
{
    if (parameters->count)
        puts ("\nArguments:");
    for (size_t index = 0; index < parameters->count; index++) {
        const butler_parameter_t *one = &parameters->parameter [index];
        printf ("  %-20s %s", one->name, one->type);
        if (one->fallback) {
            printf ("; ");
            butler_print_clean (stdout, one->fallback, "");
            printf (" where it is left out");
        }
        putchar ('\n');
    }
}

//  By position, or by name
static void
s_print_example (const butler_description_t *self, const butler_parameters_t *parameters, bool named)
{
    printf ("  butler call %s ", self->service);
    butler_print_clean (stdout, s_member (self->method, "name"), "");
    for (size_t index = 0; index < parameters->count; index++) {
        const char *name = parameters->parameter [index].name;
        printf (" ");
        if (named)
            printf ("--kw %s=", name);
        s_print_upper (name);
    }
    putchar ('\n');
}

void
butler_description_explain (const butler_description_t *self)
{
    const char *signature = s_signature (self->method), *doc = s_member (self->method, "doc");
    butler_parameters_t parameters;
    butler_parameters_init (&parameters, signature);
    s_print_usage (self, &parameters);
    printf ("\n  ");
    butler_print_clean (stdout, signature, "");
    putchar ('\n');
    if (*doc) {
        putchar ('\n');
        butler_print_clean (stdout, doc, "\n\t");
        putchar ('\n');
    }
    s_print_parameters (&parameters);
    puts ("\nExamples:");
    s_print_example (self, &parameters, false);
    if (parameters.count)
        s_print_example (self, &parameters, true);
    puts ("\n'butler call --help' explains the options.");
    butler_parameters_fini (&parameters);
}
