#   processes.py - starts the real programs for the end-to-end tests, and stops them
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""Programs that run beside a test; each wait for them has a deadline."""

import os
import signal
import subprocess
import tempfile
import threading

from pace import SLOW, Deadline, scaled

LOOPBACK = "tcp://127.0.0.1:*"

#   So short that liveness tests are quick, and so long a liveness that no other test
#   depends on the machine's speed; a test leaves requests open that nobody is to wait for
SETTINGS = {"router/heartbeat": int(100 * SLOW), "router/liveness": 100, "server/drain": 100}

#   libzmq asks for as much memory as a TCP peer announces, and takes a refusal well
os.environ["ASAN_OPTIONS"] = ":".join(
    filter(None, [os.environ.get("ASAN_OPTIONS"), "allocator_may_return_null=1"]))
#   And it forgets what tests/lsan.supp names
os.environ.setdefault("LSAN_OPTIONS", "suppressions=%s:print_suppressions=0" % os.path.abspath(
    os.path.join(os.path.dirname(__file__), os.pardir, "lsan.supp")))


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

    def write(self, data):
        """To its stdin, where that is a pipe."""
        self._popen.stdin.write(data)
        self._popen.stdin.flush()

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
        if self._popen.stdin:
            self._popen.stdin.close()

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

    @property
    def pid(self):
        return self._popen.pid

    def signal(self, number):
        self._popen.send_signal(number)

    def crash(self):
        if self._popen.returncode is None:
            self._popen.kill()
            self._popen.communicate()


class Router(Process):
    """A butlerd of the test's own, on a configuration of its own."""

    def __init__(self, folder, settings=None, frontend=LOOPBACK, backend=LOOPBACK, env=None, options=()):
        self._binds = {"frontend/bind": frontend, "backend/bind": backend}
        handle, self._path = tempfile.mkstemp(".cfg", "butlerd-", folder)
        os.close(handle)
        self._configure(settings or {})
        super().__init__([program("butlerd"), "-c", self._path, *options], cwd=folder, env=env)
        try:
            log = self.wait_for(lambda lines: any("event=ready" in line for line in lines), self.log)
        except AssertionError:
            self.crash()
            raise
        self.frontends = [self._endpoint(line) for line in log if "socket=frontend" in line]
        self.backends = [self._endpoint(line) for line in log if "socket=backend" in line]
        self.frontend, self.backend = self.frontends[0], self.backends[0]

    def _configure(self, settings):
        with open(self._path, "w") as config:
            config.write(zpl({**SETTINGS, **settings, **self._binds}))

    def reload(self, settings):
        """Other settings while it runs; the line that tells what came of it."""
        before = sum("event=reload" in line for line in self.log)
        self._configure(settings)
        self.signal(signal.SIGHUP)

        def told(log):
            return [line for line in log if "event=reload" in line][before:]
        return told(self.wait_for(told, self.log))[0]

    @staticmethod
    def _endpoint(line):
        return next(word[9:] for word in line.split() if word.startswith("endpoint="))
