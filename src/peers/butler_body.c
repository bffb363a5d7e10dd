/*  butler_body.c - the body of a remote call
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "butler_body.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "base/butler_string.h"
#include "wire/butler_text.h"

json_t *
butler_body_pack (const char *picture, va_list values, char **error)
{
    if (!picture || !*picture)
        return json_array ();
    char *whole = butler_string_print ("[%s]", picture);
    json_error_t reason = { .line = 0 };
    json_t *array = json_vpack_ex (&reason, 0, whole, values);
    if (!array)
        *error = butler_string_print ("picture \"%s\": %s", picture, reason.text);
    free (whole);
    return array;
}

static int
s_member (butler_text_t *text, const char *key, const json_t *value)
{
    butler_text_append (key, strlen (key), text);
    return json_dump_callback (value, butler_text_append, text, JSON_COMPACT | JSON_ENCODE_ANY);
}

static const char *
s_write (butler_text_t *text, const char *method, const json_t *args, const json_t *kwargs)
{
    json_t *name = json_string (method);
    if (!name)
        return "the method's name is no UTF-8 text";
    s_member (text, "{\"method\":", name);
    json_decref (name);
    if (args && !json_is_array (args))
        return "args must be an array";
    if (kwargs && !json_is_object (kwargs))
        return "kwargs must be an object";
    if (args && s_member (text, ",\"args\":", args))
        return "args can't be written as JSON";
    if (kwargs && s_member (text, ",\"kwargs\":", kwargs))
        return "kwargs can't be written as JSON";
    butler_text_append ("}", 1, text);
    return NULL;
}

int
butler_body_encode (zmq_msg_t *body, const char *method, const json_t *args, const json_t *kwargs,
                    char **error)
{
    butler_text_t text;
    butler_text_init (&text);
    const char *reason = s_write (&text, method, args, kwargs);
    if (!reason) {
        butler_text_finish_msg (&text, body);
        return 0;
    }
    *error = butler_string_copy (reason);
    butler_text_fini (&text);
    return -1;
}
