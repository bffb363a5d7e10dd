#   pace.py - deadlines for tests, stretched for slow builds
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""Every wait of the tests has a deadline; $BUTLER_TEST_SLOW stretches them all."""

import os
import time

SLOW = float(os.environ.get("BUTLER_TEST_SLOW", "1"))


def scaled(seconds):
    """A time limit for the machine and build at hand."""
    return seconds * SLOW


def within(took, least, most):
    """Whether so many seconds lie between; `most` is scaled."""
    return least <= took <= least + scaled(most - least)


class Deadline:
    """A point in time that a wait does not pass."""

    def __init__(self, seconds):
        self._end = time.monotonic() + scaled(seconds)

    @property
    def left(self):
        """Seconds; never negative."""
        return max(0.0, self._end - time.monotonic())

    @property
    def over(self):
        return self.left == 0.0


def wait_until(condition, what, seconds=10):
    """Ask again until the condition holds, and return what it returned; `what` names it in the failure."""
    deadline = Deadline(seconds)
    while not (found := condition()):
        if deadline.over:
            raise AssertionError("in vain waited until %s" % what)
        time.sleep(0.005)
    return found
