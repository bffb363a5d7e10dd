/*  fuzz_signature.c - fuzzing: any signature is understood or refused, and any arguments are bound to it or refused
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "fuzz.h"
#include "rpc/butler_binding.h"

//  What was bound is of the right type
static void
s_bind (const butler_signature_t *signature, json_t *args, json_t *kwargs)
{
    json_t *bound [BUTLER_PARAMETERS_MAX];
    char *fault = butler_binding_bind (signature, args, kwargs, bound);
    for (unsigned index = 0; index < signature->count && !fault; index++)
        assert (bound [index] && butler_type_accepts (signature->parameter [index].type, bound [index]));
    assert (!fault || *fault);
    free (fault);
}

static void
s_check (const butler_signature_t *signature)
{
    assert (*signature->name && signature->required <= signature->count);
    assert (signature->count <= BUTLER_PARAMETERS_MAX && !(signature->open && signature->count));
    for (unsigned index = 0; index < signature->count; index++) {
        const butler_parameter_t *parameter = &signature->parameter [index];
        assert (*parameter->name && parameter->type < BUTLER_TYPES);
        assert ((parameter->fallback == NULL) == (index < signature->required));
    }
    char *error = NULL;
    butler_signature_t *again = butler_signature_new (signature->text, &error);
    assert (again && again->count == signature->count && strcmp (again->text, signature->text) == 0);
    butler_signature_destroy (&again);
}

//  A signature, args and kwargs, with a NUL between them
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    butler_span_t rest = butler_span (data, size);
    char *text = fuzz_string (fuzz_until (&rest, 0)), *error = NULL;
    const butler_span_t args_text = fuzz_until (&rest, 0);
    butler_signature_t *signature = butler_signature_new (text, &error);
    assert ((signature != NULL) == (error == NULL));
    if (signature) {
        s_check (signature);
        json_t *args = json_loadb ((const char *) args_text.data, args_text.size, 0, NULL);
        json_t *kwargs = json_loadb ((const char *) rest.data, rest.size, 0, NULL);
        s_bind (signature, json_is_array (args)? args: NULL, json_is_object (kwargs)? kwargs: NULL);
        json_decref (args);
        json_decref (kwargs);
    }
    butler_signature_destroy (&signature);
    free (error);
    free (text);
    return 0;
}
