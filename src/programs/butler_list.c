/*  butler_list.c - a list of the router's own service, asked for page by page
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_list.h"
#include "programs/butler_output.h"

#define PAGE 500                    //  rows, the most that a router gives

//  The page's rows, borrowed from the result; NULL after a complaint
static json_t *
s_rows (const butler_list_t *self, const butler_caller_t *caller, json_t *result)
{
    json_t *rows = json_object_get (result, self->method);
    if (result && !json_is_array (rows))
        butler_complain (caller->name, "the answer has no \"%s\"", self->method);
    return json_is_array (rows)? rows: NULL;
}

//  Adds a page at the end of all; how many rows it had, -1 after a complaint
static int
s_ask (const butler_list_t *self, butler_caller_t *caller, butler_client_t *client, json_t *all)
{
    json_t *kwargs = json_pack ("{s:I, s:i}", "offset", (json_int_t) json_array_size (all), "limit", PAGE);
    if (self->filter)
        json_object_set_new (kwargs, self->filter, json_string (self->wanted));
    json_t *result = butler_caller_call (caller, client, "butler.router", self->method, NULL, kwargs);
    json_decref (kwargs);
    json_t *rows = s_rows (self, caller, result);
    const int count = rows? (int) json_array_size (rows): -1;
    if (rows)
        json_array_extend (all, rows);
    caller->progress.done = (int64_t) json_array_size (all);
    caller->progress.total = json_integer_value (json_object_get (result, "total"));
    json_decref (result);
    return count;
}

int
butler_list_print (const butler_list_t *self, butler_caller_t *caller, butler_client_t *client)
{
    json_t *all = json_array ();
    int count;
    do
        count = s_ask (self, caller, client, all);
    while (count > 0 && caller->progress.done < caller->progress.total);
    int status = BUTLER_EXIT_DONE;
    if (count == -1) {
        status = butler_caller_verdict (caller, client);
        if (status == BUTLER_EXIT_DONE)
            status = BUTLER_EXIT_REFUSED;
    }
    else
    if (caller->as_json)
        butler_print_json (all);
    else
        butler_columns_print (self->columns, all);
    json_decref (all);
    return status;
}
