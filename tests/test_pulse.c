/*  test_pulse.c - heartbeats that are due, and peers that are dead
    Butler, a service-oriented request-reply framework over ZeroMQ
    SPDX-License-Identifier: MIT */

#include "broker/butler_pulse.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#define ROWS(table) (sizeof (table) / sizeof *(table))

static butler_pulse_t
s_pulse (void)
{
    butler_pulse_t pulse;
    butler_pulse_init (&pulse, 1000, 3, 5000);
    return pulse;
}

static void
peer_is_dead_after_liveness_silent_intervals (void **state)
{
    (void) state;
    const butler_pulse_t pulse = s_pulse ();
    static const struct {
        int64_t now;
        bool dead;
    } rows [] = { { 5000, false }, { 6000, false }, { 7999, false }, { 8000, true }, { 90000, true } };
    for (size_t index = 0; index < ROWS (rows); index++)
        assert_int_equal (butler_pulse_dead (&pulse, rows [index].now), rows [index].dead);
    assert_int_equal (butler_pulse_death (&pulse), 8000);
}

static void
whatever_a_peer_says_puts_its_death_off (void **state)
{
    (void) state;
    butler_pulse_t pulse = s_pulse ();
    butler_pulse_heard (&pulse, 7999);
    assert_false (butler_pulse_dead (&pulse, 10998));
    assert_true (butler_pulse_dead (&pulse, 10999));
}

static void
what_is_sent_puts_no_death_off (void **state)
{
    (void) state;
    butler_pulse_t pulse = s_pulse ();
    butler_pulse_sent (&pulse, 7999);
    assert_true (butler_pulse_dead (&pulse, 8000));
}

static void
heartbeat_is_due_an_interval_after_anything_was_sent (void **state)
{
    (void) state;
    butler_pulse_t pulse = s_pulse ();
    assert_false (butler_pulse_beat_due (&pulse, 5999));
    assert_true (butler_pulse_beat_due (&pulse, 6000));
    butler_pulse_sent (&pulse, 5500);
    assert_false (butler_pulse_beat_due (&pulse, 6499));
    assert_true (butler_pulse_beat_due (&pulse, 6500));
}

static void
next_is_the_heartbeat_or_the_death_whichever_is_first (void **state)
{
    (void) state;
    butler_pulse_t pulse = s_pulse ();
    assert_int_equal (butler_pulse_next (&pulse), 6000);
    butler_pulse_sent (&pulse, 7500);
    assert_int_equal (butler_pulse_next (&pulse), 8000);
}

static void
slower_of_both_intervals_says_how_long_a_peer_may_be_silent (void **state)
{
    (void) state;
    butler_pulse_t pulse = s_pulse ();
    pulse.peer = 10000;
    assert_int_equal (butler_pulse_death (&pulse), 35000);
    assert_false (butler_pulse_dead (&pulse, 34999));
    assert_true (butler_pulse_beat_due (&pulse, 6000));     //  our own we beat at all the same
    pulse.peer = 100;
    assert_int_equal (butler_pulse_death (&pulse), 8000);
}

static void
who_does_not_listen_blames_nobody (void **state)
{
    (void) state;
    butler_pulse_t pulse = s_pulse ();
    butler_pulse_lapse (&pulse, 60000);
    assert_false (butler_pulse_dead (&pulse, 67999));
    assert_true (butler_pulse_dead (&pulse, 68000));
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (peer_is_dead_after_liveness_silent_intervals),
        cmocka_unit_test (whatever_a_peer_says_puts_its_death_off),
        cmocka_unit_test (what_is_sent_puts_no_death_off),
        cmocka_unit_test (heartbeat_is_due_an_interval_after_anything_was_sent),
        cmocka_unit_test (next_is_the_heartbeat_or_the_death_whichever_is_first),
        cmocka_unit_test (slower_of_both_intervals_says_how_long_a_peer_may_be_silent),
        cmocka_unit_test (who_does_not_listen_blames_nobody),
    };
    return cmocka_run_group_tests_name ("pulse", tests, NULL, NULL);
}
