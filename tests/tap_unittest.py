#   tap_unittest.py - runs a unittest file and tells each test's result as TAP
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""python3 tap_unittest.py FILE"""

import importlib.util
import os
import sys
import unittest


class TapResult(unittest.TestResult):
    def __init__(self, out):
        super().__init__()
        self.out = out
        self.number = 0

    def say(self, verdict, test, directive="", details=""):
        self.number += 1
        name = str(test).replace("#", "")
        self.out.write("%s %d - %s%s\n" % (verdict, self.number, name, directive))
        for line in details.splitlines():
            self.out.write("# %s\n" % line)
        self.out.flush()

    def addSuccess(self, test):
        super().addSuccess(test)
        self.say("ok", test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.say("not ok", test, details=self.failures[-1][1])

    def addError(self, test, err):
        super().addError(test, err)
        self.say("not ok", test, details=self.errors[-1][1])

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.say("not ok", subtest, details=self._exc_info_to_string(err, test))

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.say("ok", test, directive=" # SKIP %s" % reason)

    def addExpectedFailure(self, test, err):
        super().addExpectedFailure(test, err)
        self.say("ok", test)

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.say("not ok", test, details="succeeds, against what is expected")


def load(path):
    """The tests of a file, which finds its neighbours as if it were run itself."""
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    name = os.path.splitext(os.path.basename(path))[0]
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return unittest.defaultTestLoader.loadTestsFromModule(module)


def main(path):
    #   The tests' own prints go beside the TAP, not into it
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    suite = load(path)
    result = TapResult(out)
    suite.run(result)
    out.write("1..%d\n" % result.number)
    out.close()
    return 0 if result.number else 1        # what failed has been said


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
