#   scenarios.py - finds the scenarios of the fault tests
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""A scenario is a function in a module scenario_*.py of this folder, marked as one:

    @scenario("A worker is killed while it has nothing to do")
    def worker_killed_idle(ground):
        ...
        ground.finish(Policy(...), router, clients)

Its name, which is all modules' together, is what tests/run_faults takes. It gets a ground.Ground of its
own, chooses by ground.random alone, and fails by any exception; Skip says that it can't run here.
`seconds` is how long it may take (in the short form, stretched for slow builds); more in the long one.
"""

import glob
import importlib
import os

_found = {}


class Scenario:

    def __init__(self, function, about, seconds, long_seconds, only_long):
        self.function, self.about = function, about
        self.seconds, self.long_seconds = seconds, long_seconds
        self.only_long = only_long
        self.name = function.__name__

    def limit(self, long):
        """Seconds that it may take."""
        return self.long_seconds if long else self.seconds


def scenario(about, seconds=60, long_seconds=None, only_long=False):
    def mark(function):
        if function.__name__ in _found:
            raise ValueError("two scenarios are called %s" % function.__name__)
        _found[function.__name__] = Scenario(function, about, seconds, long_seconds or seconds, only_long)
        return function
    return mark


def find():
    """All, by name."""
    folder = os.path.dirname(os.path.abspath(__file__))
    for path in sorted(glob.glob(os.path.join(folder, "scenario_*.py"))):
        importlib.import_module(os.path.splitext(os.path.basename(path))[0])
    return _found
