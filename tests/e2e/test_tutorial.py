#   test_tutorial.py - doc/tutorial.md shows what is compiled, and what is seen
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""What doc/tutorial.md lets a newcomer type is typed here, in its order.

The test's router is at a port of its own, and `cc` gives the example that was built: that a
program builds with pkg-config against what is installed is for check.sh to see.
"""

import os
import re
import shlex
import subprocess

from harness import LOOPBACK, Process, TestCase, main, program, scaled, wait_until, zpl

SOURCE = os.environ.get("BUTLER_SOURCE",
                        os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))


def read(*path):
    with open(os.path.join(SOURCE, *path), encoding="utf-8") as file:
        return file.read()


def commands(page):
    """(command, what is seen) of each line after a $ in the page's boxes for a shell."""
    for box in re.findall(r"^```sh\n(.*?)^```", page, re.S | re.M):
        for part in re.split(r"^\$ ", box, flags=re.M)[1:]:
            command, _, seen = part.partition("\n")
            yield command, seen


class Tutorial(TestCase):

    def setUp(self):
        super().setUp()
        self.page = read("doc", "tutorial.md")
        self.daemon = None
        self.bin = os.path.join(self.folder, "bin")
        os.mkdir(self.bin)
        config = os.path.join(self.folder, "butlerd.cfg")
        with open(config, "w", encoding="utf-8") as file:
            file.write(zpl({"frontend/bind": LOOPBACK, "backend/bind": LOOPBACK}))
        self.put("butlerd", program("butlerd"), "-c", config)
        self.put("butler", program("butler"))
        self.environment = dict(os.environ, PATH=self.bin + ":" + os.environ["PATH"])

    def put(self, name, *command):
        """A command of this name for the shell."""
        path = os.path.join(self.bin, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write('#!/bin/sh\nexec %s "$@"\n' % shlex.join(command))
        os.chmod(path, 0o755)

    def begin_router(self, process):
        """Wait for the router, and let all that follows find it."""
        process.wait_log("event=ready")
        for socket, variable in (("frontend", "BUTLER_ENDPOINT"), ("backend", "BUTLER_BACKEND")):
            line = process.wait_log("socket=" + socket)
            self.environment[variable] = line.split("endpoint=")[1].split()[0]
        process.frontend = self.environment["BUTLER_ENDPOINT"]
        self.daemon = process

    def begin_worker(self, known):
        wait_until(lambda: self.ask(self.daemon, "workers")["total"] == known + 1,
                   "the worker is registered")

    def compile(self, command):
        output, source = re.fullmatch(
            r"cc -o (\w+) (\w+)\.c \$\(pkg-config --cflags --libs libbutler\)", command).groups()
        self.put(output, program(source))

    def begin(self, command):
        """A command that goes on beside the others, once it is there."""
        known = self.daemon and self.ask(self.daemon, "workers")["total"]
        process = self.own(Process(["sh", "-c", "exec " + command], cwd=self.bin,
                                   env=self.environment))
        if self.daemon:
            self.begin_worker(known)
        else:
            self.begin_router(process)

    def see(self, command):
        return subprocess.run(["sh", "-c", command], cwd=self.bin, env=self.environment,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=scaled(30), check=False).stdout

    def test_commands_show_what_the_page_shows(self):
        steps = list(commands(self.page))
        self.assertGreater(len(steps), 10)
        for command, seen in steps:
            with self.subTest(command):
                if command.startswith("cc "):
                    self.compile(command)
                elif command.endswith(" &"):
                    self.begin(command[:-2])
                else:
                    self.assertEqual(self.see(command), seen)

    def test_sources_are_shown_whole_and_in_their_order(self):
        for name in ("tutorial_worker.c", "tutorial_client.c"):
            listings = re.findall(r"^<!-- examples/%s -->\n```c\n(.*?)^```" % re.escape(name),
                                  self.page, re.S | re.M)
            source = read("examples", name)
            self.assertEqual("\n".join(listings), source[source.index("#include"):])


if __name__ == "__main__":
    main()
