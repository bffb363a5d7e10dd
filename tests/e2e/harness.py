#   harness.py - what every end-to-end test has at hand
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""The end-to-end tests' ground: the real butlerd and butler, and peers in Python.

The programs come from $BUTLERD and $BUTLER, or from the build folder $BUTLER_BUILD
(default: the working directory). $BUTLER_TEST_SLOW multiplies every time limit, for
builds that sanitizers or valgrind slow down. Nothing sleeps to synchronise: whatever is
waited for is waited for by name, and with a deadline.
"""

import os
import shutil
import sys
import tempfile
import time
import unittest

import zmq

#   Tests take all from here
from pace import SLOW, Deadline, scaled, wait_until, within      # noqa: F401
from peers import LINGER, Client, PyRouter, Worker, absolute, relative   # noqa: F401
from processes import LOOPBACK, SETTINGS, Process, Router, Run, program, zpl    # noqa: F401


class TestCase(unittest.TestCase):
    """What every end-to-end test has at hand; all of it ends with the test."""

    longMessage = True

    def setUp(self):
        self.processes = []
        self.folder = tempfile.mkdtemp(prefix="butler-e2e-")
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.context = zmq.Context()
        self.addCleanup(self.context.destroy, LINGER)

    def run(self, result=None):
        """As unittest does, but a failed test shows what its programs said."""
        result = result if result is not None else self.defaultTestResult()
        self.processes = []
        before = len(result.failures) + len(result.errors)
        super().run(result)
        if len(result.failures) + len(result.errors) > before:
            for process in self.processes:
                print("\n%s:\n%s" % (self.id(), process.describe()), file=sys.stderr)
        return result

    def own(self, process):
        """Take charge of a process: it is stopped, and its status checked, after the test."""
        self.processes.append(process)
        self.addCleanup(process.crash)
        self.addCleanup(process.stop)
        return process

    def router(self, settings=None, frontend=LOOPBACK, backend=LOOPBACK, options=()):
        """A running butlerd; `settings` by path, as {"router/liveness": 3}."""
        return self.own(Router(self.folder, settings, frontend, backend, options=options))

    def default_router(self):
        """A butlerd without a file. Another test may have the default ports just now; where they are
        somebody's for good the test is skipped."""
        deadline = Deadline(10)
        while True:
            process = Process([program("butlerd")], cwd=self.folder)
            log = process.wait_for(
                lambda lines: any("event=ready" in line or "in use" in line for line in lines), process.log)
            if not any("in use" in line for line in log):
                return self.own(process)
            self.assertEqual(process.finish(), 1)
            if deadline.over:
                raise unittest.SkipTest("the default ports are in use")

    def py_router(self, frontend=LOOPBACK, backend=LOOPBACK):
        """A router in Python, to hold against our client and our worker."""
        router = PyRouter(self.context, frontend, backend)
        self.addCleanup(router.close)
        return router

    def client(self, router, **options):
        """A client in Python; `router` has a .frontend, or is an endpoint."""
        client = Client(self.context, getattr(router, "frontend", router), **options)
        self.addCleanup(client.close)
        return client

    def idle_worker(self, router, **options):
        """A worker in Python that has not said READY."""
        worker = Worker(self.context, getattr(router, "backend", router), **options)
        self.addCleanup(worker.close)
        return worker

    def worker(self, router, service, properties=None, **options):
        """A worker in Python that the router knows of when this returns."""
        worker = self.idle_worker(router, **options)
        known = self.count_workers(router, service)
        worker.ready(service, properties)
        wait_until(lambda: self.count_workers(router, service) == known + 1,
                   "a worker of %s is registered" % service)
        return worker

    def count_workers(self, router, service):
        """How many live workers the router has for a service."""
        return self.ask(router, "workers", service=service)["total"]

    def ask(self, router, method, /, **arguments):
        """Call butler.router, the router's own service, as whoever the router is to be asked by."""
        client = Client(self.context, router.frontend, secure=getattr(router, "secure", None))
        try:
            return client.call("butler.router", method, **arguments)
        finally:
            client.close()

    def stat(self, router, *path):
        """One of the router's statistics, by its path."""
        value = self.ask(router, "stats")
        for name in path:
            value = value[name]
        return value

    def wait_stat(self, router, least, *path):
        """Wait until a counter of the router's has come this far."""
        wait_until(lambda: self.stat(router, *path) >= least,
                   "%s of the router reaches %d" % (".".join(path), least))

    def start(self, name, *arguments, **options):
        """A program that runs beside the test: start ("butler", "work", ...)."""
        return self.own(Process([program(name), *arguments], cwd=self.folder, **options))

    def start_script(self, path, *arguments):
        """A shell script that finds the built butler in $BUTLER."""
        environment = dict(os.environ, BUTLER=program("butler"))
        return self.own(Process(["sh", path, *arguments], cwd=self.folder, env=environment))

    def begin(self, *arguments, stdin=b""):
        """Run butler while the test goes on: a Run."""
        run = Run([program("butler"), *arguments], stdin, self.folder)
        self.addCleanup(run.crash)
        return run

    def butler(self, *arguments, stdin=b"", seconds=30):
        """Run butler to its end: a CompletedProcess with bytes in stdout and stderr."""
        return self.begin(*arguments, stdin=stdin).end(seconds)

    def assert_took(self, started, least, most):
        """The time since `started` (time.monotonic) lies between; `most` is scaled."""
        took = time.monotonic() - started
        self.assertGreaterEqual(took, least, "too early")
        self.assertTrue(within(took, least, most), "too late: %s s" % took)


def main():
    unittest.main(module="__main__")
