#   test_butler_keygen.py - butler keygen: two files, and nothing that is half done
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""What the files have in them, who may read them, and what is refused."""

import json
import os
import re
import stat
import subprocess
import unittest

import zmq
import zmq.auth

from harness import TestCase, main, program, scaled

USAGE, TROUBLE = 2, 6


@unittest.skipUnless(zmq.has("curve"), "libzmq has no CURVE here")
class Keygen(TestCase):

    def path(self, name):
        return os.path.join(self.folder, name)

    def made(self, *arguments):
        """What it prints where all is well."""
        ended = self.butler("keygen", *arguments)
        self.assertEqual((ended.returncode, ended.stderr), (0, b""))
        return ended.stdout.decode()

    def refused(self, status, *arguments):
        """What it says where it makes nothing."""
        before = sorted(os.listdir(self.folder))
        ended = self.butler("keygen", *arguments)
        self.assertEqual(ended.returncode, status, ended.stderr)
        self.assertEqual(ended.stdout, b"")
        self.assertEqual(sorted(os.listdir(self.folder)), before)
        return ended.stderr.decode()

    def read(self, name):
        with open(self.path(name)) as file:
            return file.read()

    def keys(self, name):
        """Public and secret key, as another implementation reads them."""
        return zmq.auth.load_certificate(self.path(name))

    def test_files_are_a_pair_of_keys(self):
        self.made("router")
        public, secret = self.keys("router_secret")
        self.assertEqual(self.keys("router"), (public, None))
        self.assertEqual(zmq.curve_public(secret), public)
        self.assertNotIn(secret.decode(), self.read("router"))

    def test_secret_is_for_its_owner_alone(self):
        self.made("router")
        self.assertEqual(stat.S_IMODE(os.stat(self.path("router_secret")).st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(os.stat(self.path("router")).st_mode) & 0o400, 0o400)

    def test_nobody_else_has_a_moment_to_read_the_secret(self):
        ended = subprocess.run(["sh", "-c", 'umask 000 && exec "$0" keygen router', program("butler")],
                               cwd=self.folder, timeout=scaled(10), stdout=subprocess.DEVNULL)
        self.assertEqual(ended.returncode, 0)
        self.assertEqual(stat.S_IMODE(os.stat(self.path("router_secret")).st_mode), 0o600)

    def test_metadata_are_name_and_time(self):
        os.mkdir(self.path("clients"))
        self.made("clients/alice")
        for name in ["clients/alice", "clients/alice_secret"]:
            metadata = self.read(name).partition("metadata\n")[2].partition("curve\n")[0]
            self.assertRegex(metadata, r'\A    name = "alice"\n    time = "\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"\n\Z')

    def test_secret_file_names_the_router(self):
        self.made("router")
        key = self.keys("router")[0].decode()
        self.made("alice", "--router", "router")
        self.made("bob", "--router", key)
        self.made("carol", "--router", "router_secret")
        for name in ["alice", "bob", "carol"]:
            self.assertIn('    router = "%s"\n' % key, self.read(name + "_secret"))
            self.assertNotIn("router", self.read(name).partition("\n")[2])

    def test_secret_is_never_printed(self):
        for options in [[], ["--json"], ["--json", "--router", "router"]]:
            said = self.made("router%d" % len(options) if options else "router", *options)
            for name in os.listdir(self.folder):
                if name.endswith("_secret"):
                    self.assertNotIn(self.keys(name)[1].decode(), said)

    def test_json_has_files_and_public_key(self):
        made = json.loads(self.made("alice", "--json"))
        self.assertEqual(made, {"public": "alice", "secret": "alice_secret",
                                "public_key": self.keys("alice")[0].decode()})

    def test_next_step_is_told(self):
        self.assertIn("butler keygen USER --router router\n", self.made("router"))
        self.assertIn("butler -k alice_secret COMMAND", self.made("alice", "--router", "router"))

    def test_nothing_is_overwritten(self):
        self.made("alice")
        before = self.read("alice"), self.read("alice_secret")
        self.assertIn("'alice' is there already", self.refused(TROUBLE, "alice"))
        os.rename(self.path("alice"), self.path("other"))
        self.assertIn("'alice_secret' is there already", self.refused(TROUBLE, "alice"))
        self.assertEqual((self.read("other"), self.read("alice_secret")), before)

    def test_where_one_file_cannot_be_made_there_is_none(self):
        os.symlink("no/such/file", self.path("alice"))
        self.assertIn("'alice' is there already", self.refused(TROUBLE, "alice"))
        self.assertIn("cannot make", self.refused(TROUBLE, "x" * 255))

    def test_errors_name_file_and_reason(self):
        self.assertIn("cannot make 'keys/alice_secret': No such file or directory",
                      self.refused(TROUBLE, "keys/alice"))
        os.mkdir(self.path("keys"), 0o500)
        if os.geteuid():
            self.assertIn("cannot make 'keys/alice_secret': Permission denied", self.refused(TROUBLE, "keys/alice"))

    def test_names_that_no_user_can_have_are_refused(self):
        for name in ["", "keys/", ".hidden", "alice_secret", "everyone", "keys/anonymous", 'a"b', "a\nb",
                     "a b", "a=b", "a#", "alice~"]:
            self.assertIn("no keys can be called", self.refused(USAGE, name))

    def test_router_key_that_is_none_is_refused(self):
        with open(self.path("text"), "w") as file:
            file.write("nothing = here\n")
        self.assertIn("'text' has no public key in it", self.refused(USAGE, "alice", "--router", "text"))
        for key in ["no-such-file", "0" * 39, "'" * 40]:
            self.assertIn("is neither a file nor a key of 40 characters",
                          self.refused(USAGE, "alice", "--router", key))
        self.assertTrue(re.search("butler keygen", self.refused(USAGE)))


if __name__ == "__main__":
    main()
