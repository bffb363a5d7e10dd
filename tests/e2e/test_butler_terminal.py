#   test_butler_terminal.py - butler at a terminal: a bar while one waits, and colours
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""Runs butler on a pseudo-terminal. Elsewhere it shows neither, as all other tests see."""

import fcntl
import json
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time

from harness import TestCase, main, program, scaled, wait_until
from pace import Deadline

DONE = 0
REMOVE = "\r\x1b[K"


class Terminal:
    """butler with stdout and stderr on a terminal of so many columns."""

    def __init__(self, arguments, columns=80, **env):
        self.said = ""
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        chosen = dict(os.environ, TERM="xterm")
        chosen.pop("NO_COLOR", None)
        chosen.update(env)
        self.run = subprocess.Popen([program("butler"), *arguments], stdin=subprocess.DEVNULL,
                                    stdout=slave, stderr=slave, env=chosen)
        os.close(slave)

    def _read(self):
        """False at its end."""
        if not select.select([self.master], [], [], 0.1)[0]:
            return True
        try:
            some = os.read(self.master, 65536)
        except OSError:         # so ends a terminal that nobody has open
            return False
        self.said += some.decode()
        return bool(some)

    def wait(self, text, seconds=20):
        deadline = Deadline(seconds)
        while text not in self.said and not deadline.over and self._read():
            continue
        if text not in self.said:
            raise AssertionError("%r was not said, but %r" % (text, self.said))

    def end(self):
        """All that it said, and its status."""
        deadline = Deadline(20)
        while not deadline.over and self._read():
            continue
        return self.said, self.run.wait(scaled(5))

    def close(self):
        if self.run.poll() is None:
            self.run.kill()
            self.run.wait()
        os.close(self.master)


class Case(TestCase):

    def setUp(self):
        super().setUp()
        self.peer = self.py_router()

    def terminal(self, command, *arguments, **options):
        terminal = Terminal([command, "-e", self.peer.frontend, *arguments], **options)
        self.addCleanup(terminal.close)
        return terminal

    def answer(self, response):
        peer, frames = self.peer.recv_client()
        self.peer.send_client(peer, b"", frames[1], response)

    def shown(self, text):
        """What is to be seen in the end."""
        lines = text.replace("\r\n", "\n").split("\n")
        return "\n".join(line.split(REMOVE)[-1] for line in lines)


class Bar(Case):

    def test_long_wait_shows_a_bar_and_removes_it(self):
        for command in (["call", "-t", "60000", "s", "m"], ["send", "-t", "30000", "-r", "2", "s"],
                        ["stats", "-t", "60000"], ["describe", "-t", "60000", "s", "m"]):
            with self.subTest(command):
                terminal = self.terminal(*command)
                terminal.wait("butler %s [" % command[0])
                terminal.wait(" of 60 s")
                self.answer(b'500:exception:{"name": "E", "message": "m"}')
                said, _ = terminal.end()
                self.assertRegex(said, r"\[=* {30,}\] [1-9]\d* of 60 s")
                self.assertRegex(self.shown(said), r"^\x1b\[1;31mbutler %s:\x1b\[m E: m\n$" % command[0])

    def test_quick_answer_shows_none(self):
        def shows_none():
            """A busy machine may make a quick answer a slow one: then again."""
            started = time.monotonic()
            terminal = self.terminal("call", "-t", "60000", "s", "m")
            self.answer(b"17")
            ended = terminal.end()
            if time.monotonic() - started < 1:
                self.assertEqual(ended, ("17\r\n", DONE))
            return ended == ("17\r\n", DONE)
        wait_until(shows_none, "an answer comes that shows none")

    def test_bar_grows(self):
        terminal = self.terminal("call", "-t", "3000", "s", "m")
        said, _ = terminal.end()
        bars = [line.count("=") for line in said.split(REMOVE) if "[=" in line]
        self.assertTrue(bars and 12 <= bars[0] <= bars[-1] <= 40, said)
        self.assertIn("no answer within 3000 ms", self.shown(said))

    def test_narrow_terminal_shows_the_time_alone(self):
        terminal = self.terminal("call", "-t", "60000", "s", "m", columns=30)
        terminal.wait(" of 60 s")
        self.answer(b"17")
        said, _ = terminal.end()
        self.assertRegex(said, r"\A(\r\x1b\[K[1-9]\d* of 60 s)+\r\x1b\[K17\r\n\Z")

    def test_list_shows_its_rows(self):
        terminal = self.terminal("services", "-t", "60000")
        terminal.wait(" of 60 s")
        for offset in (0, 500, 1000):
            rows = [{"name": "api.%d" % number} for number in range(offset, min(offset + 500, 1200))]
            self.answer(json.dumps({"services": rows, "total": 1200}))
            if offset < 1000:
                terminal.wait("%d of 1200 rows" % (offset + 500))
        self.assertIn("api.1199", self.shown(terminal.end()[0]))

    def test_interrupt_leaves_a_clean_line(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            terminal = self.terminal("call", "-t", "60000", "s", "m")
            terminal.wait(" of 60 s")
            terminal.run.send_signal(number)
            said, status = terminal.end()
            self.assertEqual((self.shown(said), status), ("", -number))

    def test_dumb_terminal_shows_none(self):
        for term in ("dumb", ""):
            terminal = self.terminal("call", "-t", "2000", "s", "m", TERM=term)
            self.assertEqual(terminal.end()[0], "butler call: TimeoutError: no answer within 2000 ms\r\n")


class Colours(Case):
    """Of what is to be seen in the end: where a busy machine makes one wait there is a bar before it."""

    def test_head_of_a_table_is_bold(self):
        terminal = self.terminal("services")
        self.answer(json.dumps({"services": [{"name": "s", "workers": 1}], "total": 1}))
        said = self.shown(terminal.end()[0])
        self.assertTrue(said.startswith("\x1b[1mSERVICE\x1b[m  \x1b[1mWORKERS\x1b[m"), said)
        self.assertIn("\ns              1", said)

    def test_no_color_and_dumb_terminals_have_none(self):
        for env in ({"NO_COLOR": "1"}, {"TERM": "dumb"}, {"TERM": ""}):
            terminal = self.terminal("services", **env)
            self.answer(json.dumps({"services": [], "total": 0}))
            self.assertEqual(self.shown(terminal.end()[0]), "SERVICE  WORKERS  WAITING  RUNNING\n")
            terminal = self.terminal("call", "s", "m", **env)
            self.answer(b"404")
            self.assertTrue(self.shown(terminal.end()[0]).startswith("butler call: "))

    def test_empty_no_color_is_none(self):
        terminal = self.terminal("call", "s", "m", NO_COLOR="")
        self.answer(b"404")
        self.assertTrue(self.shown(terminal.end()[0]).startswith("\x1b[1;31mbutler call:\x1b[m "))

    def test_traceback_is_promised_to_people(self):
        error = b'500:exception:{"name": "E", "message": "m", "traceback": "line one"}'
        terminal = self.terminal("call", "s", "m", NO_COLOR="1")
        self.answer(error)
        self.assertEqual(self.shown(terminal.end()[0]), "butler call: E: m\n(-v shows where)\n")
        terminal = self.terminal("call", "-v", "s", "m", NO_COLOR="1")
        self.answer(error)
        said = self.shown(terminal.end()[0])
        self.assertIn("\nline one\n", said)
        self.assertNotIn("(-v", said)


if __name__ == "__main__":
    main()
