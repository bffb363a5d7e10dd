/*  ask_actor.h - for tests: an actor's commands, and what it answers
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#ifndef ASK_ACTOR_H
#define ASK_ACTOR_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <czmq.h>
#include <jansson.h>

//  The next answer; fresh
static inline char *
actor_answer (zactor_t *actor)
{
    char *answer = zstr_recv (actor);
    assert_non_null (answer);
    return answer;
}

static inline char *
actor_ask (zactor_t *actor, const char *command, const char *first, const char *second)
{
    zstr_sendx (actor, command, first, second, NULL);
    zsock_set_rcvtimeo (actor, 10000);
    return actor_answer (actor);
}

//  A number among its STATS
static inline json_int_t
actor_stat (zactor_t *actor, const char *name)
{
    zstr_send (actor, "STATS");
    char *answer = actor_answer (actor);
    json_t *stats = json_loads (answer, 0, NULL);
    assert_non_null (stats);
    const json_int_t value = json_integer_value (json_object_get (stats, name));
    json_decref (stats);
    zstr_free (&answer);
    return value;
}

static inline void
assert_answer (zactor_t *actor, const char *command, const char *first, const char *second, const char *expected)
{
    char *answer = actor_ask (actor, command, first, second);
    assert_string_equal (answer, expected);
    zstr_free (&answer);
}

//  With these words in it
static inline void
assert_error (zactor_t *actor, const char *command, const char *first, const char *second, const char *expected)
{
    char *answer = actor_ask (actor, command, first, second);
    if (strncmp (answer, "ERROR ", 6) || !strstr (answer, expected))
        fail_msg ("'%s' is not in: %s", expected, answer);
    zstr_free (&answer);
}

//  To a command that was sent already

static inline void
assert_next_answer (zactor_t *actor, const char *expected)
{
    char *answer = actor_answer (actor);
    assert_string_equal (answer, expected);
    zstr_free (&answer);
}

static inline void
assert_next_error (zactor_t *actor)
{
    char *answer = actor_answer (actor);
    assert_memory_equal (answer, "ERROR ", 6);
    zstr_free (&answer);
}

#endif
