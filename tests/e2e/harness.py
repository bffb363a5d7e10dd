#   harness.py - starts the real programs for the end-to-end tests, and stops them
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
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import zmq

from peers import Client, PyRouter, Worker, absolute, relative   # noqa: F401 (for tests)
from pace import SLOW, Deadline, scaled, wait_until              # noqa: F401 (for tests)

LOOPBACK = "tcp://127.0.0.1:*"

#   So short that liveness tests are quick, and so long a liveness that no other test
#   depends on the machine's speed; a test leaves requests open that nobody is to wait for
SETTINGS = {"router/heartbeat": int(100 * SLOW), "router/liveness": 100, "server/drain": 100}


#   libzmq asks for as much memory as a TCP peer announces, and takes a refusal well
os.environ["ASAN_OPTIONS"] = ":".join(
    filter(None, [os.environ.get("ASAN_OPTIONS"), "allocator_may_return_null=1"]))


def program(name):
    """The path of a built program."""
    named = os.environ.get(name.upper())
    if named:
        return named
    build = os.environ.get("BUTLER_BUILD", ".")
    for folder in ("", "src/programs", "src", "examples", "bin"):
        path = os.path.join(build, folder, name)
        if os.access(path, os.X_OK) and os.path.isfile(path):
            return os.path.abspath(path)
    raise RuntimeError("no program %s in %s: set BUTLER_BUILD" % (name, build))


def zpl(settings):
    """Settings by path, {"router/heartbeat": 100, "frontend/bind": [...]}, as ZPL text."""
    tree = {}
    for path, value in settings.items():
        *sections, key = path.split("/")
        node = tree
        for section in sections:
            node = node.setdefault(section, {})
        node[key] = value

    def lines(node, depth):
        for key, value in node.items():
            indent = "    " * depth
            if isinstance(value, dict):
                yield indent + key
                yield from lines(value, depth + 1)
            else:
                for one in value if isinstance(value, (list, tuple)) else [value]:
                    yield '%s%s = %s' % (indent, key, one)
    return "\n".join(lines(tree, 0)) + "\n"


class Process:
    """A program that runs beside the test; its stderr is kept, its end is checked."""

    def __init__(self, arguments, cwd=None, stdin=None, env=None):
        self.arguments = arguments
        self.log = []               # lines of stderr
        self.out = []               # lines of stdout
        self._changed = threading.Condition()
        self._popen = subprocess.Popen(
            arguments, cwd=cwd, stdin=stdin or subprocess.DEVNULL, env=env,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self._readers = [
            threading.Thread(target=self._read, args=(self._popen.stderr, self.log), daemon=True),
            threading.Thread(target=self._read, args=(self._popen.stdout, self.out), daemon=True)]
        for reader in self._readers:
            reader.start()

    def _read(self, stream, lines):
        for line in stream:
            with self._changed:
                lines.append(line.decode("utf-8", "replace").rstrip("\n"))
                self._changed.notify_all()
        stream.close()

    @property
    def pid(self):
        return self._popen.pid

    @property
    def status(self):
        """Exit status, or None while it runs."""
        return self._popen.poll()

    def wait_for(self, wanted, lines, seconds=10):
        """The first `lines` (of self.log, self.out) for which wanted (lines) is true."""
        deadline = Deadline(seconds)
        with self._changed:
            while not wanted(lines):
                if deadline.over or not any(reader.is_alive() for reader in self._readers):
                    raise AssertionError("%s did not say what was waited for\n%s"
                                         % (self.arguments[0], self.describe()))
                self._changed.wait(min(deadline.left, 0.2))
            return list(lines)

    def wait_log(self, text, seconds=10):
        """The first line of stderr with this text in it."""
        log = self.wait_for(lambda lines: any(text in line for line in lines), self.log, seconds)
        return next(line for line in log if text in line)

    def wait_out(self, text, seconds=10):
        """The first line of stdout with this text in it."""
        out = self.wait_for(lambda lines: any(text in line for line in lines), self.out, seconds)
        return next(line for line in out if text in line)

    def rss(self):
        """Resident memory, in bytes."""
        with open("/proc/%d/statm" % self.pid) as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def finish(self, seconds=10):
        """Wait for its end; the exit status."""
        try:
            self._popen.wait(scaled(seconds))
        except subprocess.TimeoutExpired:
            self._kill()
            raise AssertionError("%s did not end\n%s" % (self.arguments[0], self.describe()))
        for reader in self._readers:
            reader.join(scaled(5))
        return self._popen.returncode

    def stop(self, number=signal.SIGTERM, expected=0):
        """End it by a signal, and check how it ends; again is harmless."""
        if self._popen.returncode is None:
            self._popen.send_signal(number)
            status = self.finish()
            if status != expected:
                raise AssertionError("%s ended with %d, not %d\n%s" % (
                    self.arguments[0], status, expected, self.describe()))

    def signal(self, number):
        self._popen.send_signal(number)

    def crash(self):
        """End it as a crash does."""
        self._kill()

    def _kill(self):
        if self._popen.returncode is None:
            self._popen.kill()
            self._popen.wait()
            for reader in self._readers:
                reader.join(scaled(5))

    def describe(self):
        """What it was and what it said, for a failed test's message."""
        return "    %s (status %s)\n%s" % (
            " ".join(self.arguments), self.status,
            "".join("    | %s\n" % line for line in self.log[-40:]))


class Run:
    """One run of butler beside the test, ended by end ()."""

    def __init__(self, arguments, stdin, cwd):
        self.arguments = arguments
        given = tempfile.TemporaryFile()
        given.write(stdin)
        given.seek(0)
        self._popen = subprocess.Popen(arguments, stdin=given, cwd=cwd,
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        given.close()

    def end(self, seconds=30):
        """Wait for its end: a CompletedProcess with bytes in stdout and stderr."""
        try:
            out, error = self._popen.communicate(timeout=scaled(seconds))
        except subprocess.TimeoutExpired:
            self.crash()
            raise AssertionError("%s did not end" % " ".join(self.arguments))
        return subprocess.CompletedProcess(self.arguments, self._popen.returncode, out, error)

    @property
    def running(self):
        return self._popen.poll() is None

    def crash(self):
        if self._popen.returncode is None:
            self._popen.kill()
            self._popen.communicate()


class Router(Process):
    """A butlerd of the test's own, on a configuration of its own."""

    def __init__(self, folder, settings=None, frontend=LOOPBACK, backend=LOOPBACK):
        chosen = dict(SETTINGS)
        chosen.update(settings or {})
        chosen["frontend/bind"] = frontend
        chosen["backend/bind"] = backend
        handle, path = tempfile.mkstemp(".cfg", "butlerd-", folder)
        with os.fdopen(handle, "w") as config:
            config.write(zpl(chosen))
        super().__init__([program("butlerd"), "-c", path], cwd=folder)
        try:
            log = self.wait_for(lambda lines: any("event=ready" in line for line in lines), self.log)
        except AssertionError:
            self.crash()
            raise
        self.frontends = [self._endpoint(line) for line in log if "socket=frontend" in line]
        self.backends = [self._endpoint(line) for line in log if "socket=backend" in line]
        self.frontend, self.backend = self.frontends[0], self.backends[0]

    @staticmethod
    def _endpoint(line):
        return next(word[9:] for word in line.split() if word.startswith("endpoint="))


class TestCase(unittest.TestCase):
    """What every end-to-end test has at hand; all of it ends with the test."""

    longMessage = True

    def setUp(self):
        self.processes = []
        self.folder = tempfile.mkdtemp(prefix="butler-e2e-")
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.context = zmq.Context()
        self.addCleanup(self.context.destroy, 0)

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

    def router(self, settings=None, frontend=LOOPBACK, backend=LOOPBACK):
        """A running butlerd; `settings` by path, as {"router/liveness": 3}."""
        return self.own(Router(self.folder, settings, frontend, backend))

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
        """Call butler.router, the router's own service."""
        client = Client(self.context, router.frontend)
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
        self.assertLessEqual(took, least + scaled(most - least), "too late")


def main():
    unittest.main(module="__main__")
