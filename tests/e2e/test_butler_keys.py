#   test_butler_keys.py - butler shows routers a key, or a name and a password
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""How keys are given to butler, what it does with them, and what it says where a router wants others."""

import json
import os
import shutil
import subprocess
import unittest
from unittest import mock

import zmq
import zmq.auth

from harness import TestCase, Router, main, program, scaled, wait_until

DONE, USAGE, SILENT, MISSING, REFUSED = 0, 2, 3, 4, 5
PASSWORD = "open-sesame"


@unittest.skipUnless(zmq.has("curve"), "libzmq has no CURVE here")
class Keys(TestCase):

    def setUp(self):
        super().setUp()
        self.path = lambda name: os.path.join(self.folder, name)
        self.keygen("router")
        for name in ("alice", "eve"):
            self.keygen(name, "--router", "router")
        os.mkdir(self.path("clients"))
        shutil.copy(self.path("alice"), self.path("clients"))
        self.router_there = self.own(Router(self.folder, {
            "auth/certificate": "router_secret", "auth/certificates": "clients"}))
        self.environ(BUTLER_ENDPOINT=self.router_there.frontend, BUTLER_BACKEND=self.router_there.backend)

    def environ(self, **variables):
        patch = mock.patch.dict(os.environ, variables)
        patch.start()
        self.addCleanup(patch.stop)

    def keygen(self, *arguments):
        self.assertEqual(self.butler("keygen", *arguments).returncode, 0)

    def says(self, status, *arguments):
        """What it writes, with this status: stdout and stderr in one text."""
        ended = self.butler(*arguments)
        self.assertEqual(ended.returncode, status, (arguments, ended.stdout, ended.stderr))
        return (ended.stdout + ended.stderr).decode()

    def test_key_before_the_command_and_behind_it(self):
        for arguments in (["-k", "alice_secret", "stats"], ["-kalice_secret", "stats"],
                          ["--key=alice_secret", "stats"], ["--key", "alice_secret", "stats"],
                          ["stats", "--key", "alice_secret"], ["--key", "eve_secret", "stats", "--key=alice_secret"],
                          ["-k", "alice_secret", "--router-key", "router", "stats"]):
            self.says(DONE, *arguments)

    def test_workers_are_listed_with_their_users(self):
        self.start("butler", "-k", "alice_secret", "work", "api.cat", "--", "cat")

        def first_row():
            head, *rows = self.says(DONE, "-k", "alice_secret", "workers").splitlines()
            return rows and dict(zip(head.split(), rows[0].split()))
        row = wait_until(first_row, "the worker is there")
        self.assertEqual((row["SERVICE"], row["USER"]), ("api.cat", "alice"))

    def test_key_of_the_environment_gives_way_to_options(self):
        self.environ(BUTLER_KEY="alice_secret")
        self.says(DONE, "stats")
        self.says(REFUSED, "-k", "eve_secret", "stats")
        self.environ(BUTLER_KEY="eve_secret", BUTLER_ROUTER_KEY="router")
        self.says(DONE, "-k", "alice_secret", "stats")

    def test_every_command_takes_it(self):
        for arguments in (["call", "butler.router", "ping"], ["find", "butler.router"], ["describe", "butler.router"],
                          ["services"], ["workers"], ["stats"], ["bench", "-n", "1", "butler.router", "ping"]):
            self.says(DONE, "-k", "alice_secret", *arguments)

    def test_workers_show_it_too(self):
        worker = self.start("butler", "work", "--key", "alice_secret", "--json", "api.words", "--", "wc", "-w")
        worker.wait_out("started")
        wait_until(lambda: self.butler("-k", "alice_secret", "find", "api.words").returncode == 0, "it serves")
        self.assertEqual(self.butler("-k", "alice_secret", "send", "api.words", "a b c").stdout.split(), [b"3"])
        self.says(DONE, "-k", "alice_secret", "bench", "-n", "10")

    def test_worker_that_is_not_let_in_says_so_and_goes_on(self):
        worker = self.start("butler", "work", "--key", "eve_secret", "api.words", "--", "cat")
        worker.wait_log("event=")
        self.assertIsNone(worker.status)

    def test_who_is_not_let_in_learns_why_soon(self):
        self.assertIn("HandshakeFailed", self.says(REFUSED, "stats", "-t", "20000"))
        self.assertIn("does not know this key", self.says(REFUSED, "-k", "eve_secret", "stats", "-t", "20000"))
        told = json.loads(self.says(REFUSED, "-k", "eve_secret", "stats", "--json", "-t", "20000"))
        self.assertEqual((told["status"], told["error"]["name"]), (-1, "HandshakeFailed"))

    def test_wrong_router_is_not_talked_to(self):
        self.assertIn("HandshakeFailed", self.says(REFUSED, "-k", "alice_secret", "--router-key", "eve",
                                                   "stats", "-t", "20000"))

    def test_key_of_no_use_is_wrong_usage(self):
        for arguments, words in ((["-k", "nothing", "stats"], "nothing"),
                                 (["-k", "alice_secret", "--router-key", "nothing", "stats"], "nothing"),
                                 (["--router-key", "router", "stats"], "is of no use without --key"),
                                 (["-k", "alice_secret", "--user", "bob", "stats"], "two ways to come in"),
                                 (["-k"], "missing after -k"), (["-k", "alice_secret"], "a command is missing"),
                                 (["-z", "stats"], "no option -z"),
                                 (["-k", "alice_secret", "keygen", "x"], "no option --key")):
            self.assertIn(words, self.says(USAGE, *arguments))
        os.chmod(self.path("alice_secret"), 0o644)
        self.assertIn("chmod 600", self.says(USAGE, "-k", "alice_secret", "stats"))


class Passwords(TestCase):

    def setUp(self):
        super().setUp()
        with open(os.path.join(self.folder, "passwords"), "w") as file:
            file.write("bob=%s\n" % PASSWORD)
        os.chmod(file.name, 0o600)
        self.plain = self.own(Router(self.folder, {"auth/passwords": "passwords"}))

    def environment(self, **variables):
        return dict(os.environ, BUTLER_ENDPOINT=self.plain.frontend, BUTLER_BACKEND=self.plain.backend, **variables)

    def run_it(self, status, *arguments, **variables):
        ended = subprocess.run([program("butler"), *arguments], cwd=self.folder, env=self.environment(**variables),
                               timeout=scaled(20), stdin=subprocess.DEVNULL, capture_output=True, text=True)
        self.assertEqual(ended.returncode, status, ended.stderr)
        self.assertNotIn(PASSWORD, ended.stdout + ended.stderr)
        return ended.stdout + ended.stderr

    def test_name_by_option_or_environment_and_password_by_environment_alone(self):
        self.run_it(DONE, "--user", "bob", "stats", BUTLER_PASSWORD=PASSWORD)
        self.run_it(DONE, "stats", "--user=bob", BUTLER_PASSWORD=PASSWORD)
        self.run_it(DONE, "stats", BUTLER_USER="bob", BUTLER_PASSWORD=PASSWORD)
        self.assertIn("has no password", self.run_it(USAGE, "stats", BUTLER_USER="bob"))

    def test_wrong_password_is_told(self):
        for user, password in (("bob", "wrong"), ("carol", PASSWORD)):
            self.assertIn("HandshakeFailed", self.run_it(REFUSED, "stats", "-t", "20000", BUTLER_USER=user,
                                                         BUTLER_PASSWORD=password))

    def test_programs_of_a_worker_do_not_see_it(self):
        environment = self.environment(BUTLER_USER="bob", BUTLER_PASSWORD=PASSWORD)
        worker = self.start("butler", "work", "api.env", "--", "env", env=environment)
        seen = []

        def serves():
            ended = subprocess.run([program("butler"), "send", "api.env"], cwd=self.folder, env=environment,
                                   timeout=scaled(20), stdin=subprocess.DEVNULL, capture_output=True, text=True)
            seen[:] = [ended.stdout]
            return ended.returncode == 0
        wait_until(serves, "the worker serves")
        self.assertIn("BUTLER_SERVICE=api.env", seen[0])
        for secret in (PASSWORD, "BUTLER_USER", "BUTLER_PASSWORD"):
            self.assertNotIn(secret, seen[0])
        with open("/proc/%d/environ" % worker.pid) as environ:
            self.assertNotIn(PASSWORD, environ.read())


if __name__ == "__main__":
    main()
