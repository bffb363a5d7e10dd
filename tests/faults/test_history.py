#   test_history.py - the checker finds what it is there for
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""Histories made by hand: a good one, and each way in which one can be bad."""

import unittest

from history import History, Policy, check

STATS = {"accepted": 2, "answered": 2, "refused": 0, "expired": 0, "lost": 0, "cancelled": 0,
         "undeliverable": 0, "waiting": 0, "running": 0}


def history(text):
    """Lines of WHO WORD KEY ..."""
    made = History()
    for line in text.strip().splitlines():
        made.add(*line.split())
    return made


GOOD = """
c1 sent a
c1 sent b
w1 ran a 0
w1 replied a
c1 got a answered
w2 ran b 0
c1 got b answered
"""


class Good(unittest.TestCase):

    def passes(self, text, **options):
        self.assertEqual(check(history(text), Policy(**options)), [])

    def test_good_history_passes(self):
        self.assertEqual(check(history(GOOD), Policy(exact=True), STATS), [])

    def test_answers_of_the_router_itself_are_told_off(self):
        stats = dict(STATS, accepted=5, answered=5)
        self.assertEqual(check(history(GOOD), Policy(exact=True), stats, asked=3), [])

    def test_late_discovery_counts_as_a_request(self):
        stats = dict(STATS, accepted=3, expired=1)
        self.assertEqual(check(history(GOOD), Policy(exact=True), stats), [])

    def test_client_that_stood_still_may_miss_an_answer(self):
        self.passes(GOOD + "c1 sent x\nc1 stood 500\nc1 timeout x", frail=True)

    def test_dead_client_needs_no_outcome(self):
        self.passes("c1 sent a", dead=("c1",))

    def test_retry_may_run_again(self):
        self.passes("c1 sent a\nw1 ran a 0\nw2 ran a 1\nc1 got a answered", retry=1)

    def test_lost_request_may_have_run(self):
        self.passes("c1 sent a\nw1 ran a 0\nc1 got a 502", outcomes=("502",))

    def test_answer_may_come_after_a_timeout(self):
        self.passes("c1 sent a\nw1 ran a 0\nc1 timeout a\nc1 got a answered", outcomes=("timeout",))

    def test_cancelled_request_has_ended(self):
        self.passes("c1 sent a\nc1 cancel a\nc1 cancelled a")

    def test_answer_may_be_faster_than_its_cancellation(self):
        self.passes("c1 sent a\nw1 ran a 0\nc1 cancel a\nc1 got a answered")

    def test_one_client_may_see_more(self):
        self.passes(GOOD + "c2 sent x\nc2 timeout x", lenient={"c2": ("timeout",)})

    def test_heir_gets_what_the_dead_asked_for(self):
        self.passes("c1 sent a\nw1 ran a 0\nc2 inherited a", dead=("c1",), heirs={"c2": ("c1",)})

    def test_line_that_was_cut_off_is_left_out(self):
        made = History()
        made.read(["sent a\n", "got a answ"], "c1")
        self.assertEqual(made.ends, {})


class Bad(unittest.TestCase):

    def fails(self, text, part, stats=None, asked=0, **options):
        faults = check(history(text), Policy(**options), stats, asked)
        self.assertTrue(any(part in fault for fault in faults), faults)

    def test_answer_that_comes_twice(self):
        self.fails(GOOD + "c1 got a answered", "a has 2 answers")

    def test_answers_that_differ(self):
        self.fails(GOOD + "c1 got a 504", "a has 2 answers", outcomes=("answered", "504"))

    def test_two_answers_after_a_timeout(self):
        self.fails("c1 sent a\nw1 ran a 0\nc1 timeout a\nc1 got a answered\nc1 got a answered",
                   "2 answers", outcomes=("timeout",))

    def test_timeout_after_an_answer(self):
        self.fails(GOOD + "c1 timeout a", "a has 2 outcomes", outcomes=("answered", "timeout"))

    def test_answer_after_a_cancellation(self):
        self.fails("c1 sent a\nw1 ran a 0\nc1 cancel a\nc1 cancelled a\nc1 got a answered", "2 outcomes")

    def test_answer_to_another_request(self):
        self.fails(GOOD + "c1 wrong a done:b", "another's answer")

    def test_answer_to_no_request(self):
        self.fails(GOOD + "c1 strange x", "never asked for")

    def test_answer_to_a_request_never_sent(self):
        self.fails(GOOD + "c1 got x answered", "never sent")

    def test_answer_to_another_client(self):
        self.fails(GOOD + "c2 inherited a", "a of another client")
        self.fails(GOOD + "c2 inherited a", "a of another client", heirs={"c2": ("c3",)})

    def test_timeout_of_another_than_the_one_that_may(self):
        self.fails("c1 sent a\nc1 timeout a", "ended with timeout", lenient={"c2": ("timeout",)})

    def test_missing_outcome(self):
        self.fails(GOOD + "c1 sent x", "x has no outcome")

    def test_missing_outcome_beside_a_dead_client(self):
        self.fails("c1 sent a\nc2 sent b", "b has no outcome", dead=("c1",))

    def test_outcome_that_is_not_allowed(self):
        self.fails("c1 sent a\nc1 got a 502", "ended with 502")

    def test_timeout_that_is_not_allowed(self):
        self.fails("c1 sent a\nc1 timeout a", "ended with timeout")

    def test_timeout_of_a_client_that_did_not_stand_still(self):
        self.fails(GOOD + "c2 stood 500\nc1 sent x\nc1 timeout x", "ended with timeout", frail=True)
        self.fails(GOOD + "c1 stood 500\nc1 sent x\nc1 timeout x", "ended with timeout")

    def test_outcome_that_is_none(self):
        self.fails("c1 sent a\nc1 got a 200", "ended with 200", outcomes=("200",))

    def test_cancellation_that_nobody_asked_for(self):
        self.fails("c1 sent a\nc1 cancelled a", "nobody asked")

    def test_execution_too_many(self):
        self.fails(GOOD + "w2 ran a 0", "a ran 2 times")

    def test_execution_too_many_with_retry(self):
        self.fails("c1 sent a\nw1 ran a 0\nw2 ran a 1\nw3 ran a -\nc1 got a answered", "ran 3 times", retry=1)

    def test_attempts_of_the_same_number(self):
        self.fails("c1 sent a\nw1 ran a 0\nw2 ran a 0\nc1 got a answered", "same number", retry=1)

    def test_attempt_beyond_the_last(self):
        self.fails("c1 sent a\nw1 ran a 2\nc1 got a answered", "beyond 1", retry=1)

    def test_execution_of_what_was_never_sent(self):
        self.fails(GOOD + "w1 ran x 0", "x ran, and was never sent")

    def test_answer_without_execution(self):
        self.fails("c1 sent a\nc1 got a answered", "never ran")

    def test_more_than_may_be(self):
        self.fails("c1 sent a\nc1 got a 503\nc1 sent b\nc1 got b 503", "at most 1 may",
                   outcomes=("503",), most={"503": 1})

    def test_counters_that_do_not_add_up(self):
        self.fails(GOOD, "don't add up", stats=dict(STATS, accepted=3))

    def test_requests_that_are_left(self):
        self.fails(GOOD, "1 requests are running", stats=dict(STATS, accepted=3, running=1))
        self.fails(GOOD, "1 requests are waiting", stats=dict(STATS, accepted=3, waiting=1))

    def test_counters_that_are_not_what_clients_saw(self):
        stats = dict(STATS, answered=1, lost=1)
        self.fails(GOOD, "counted 1 as lost", stats=stats, exact=True)
        self.fails(GOOD, "as accepted", stats=STATS, asked=1, exact=True)
        self.fails(GOOD, "counted 1 as answered", stats=dict(STATS, answered=1, expired=1), exact=True)
        self.fails(GOOD, "counted 2 as expired", stats=dict(STATS, accepted=4, expired=2), exact=True)

    def test_same_key_sent_twice(self):
        self.fails(GOOD + "c1 sent a", "the test is wrong")


if __name__ == "__main__":
    unittest.main()
