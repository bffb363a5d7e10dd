#   test_butlerd_check.py - butlerd --check reads the keys and passwords that a configuration names
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""What an operator gets wrong on the way to a router with security is told before it starts, or as it does."""

import os
import shutil
import subprocess

from harness import main, program, scaled, zpl
from secured import Key, Secured

DONE, USAGE = 0, 2


class Checked(Secured):

    def check(self, settings):
        """(exit status, what it says) of --check with these settings beside those of the test's router."""
        path = os.path.join(self.folder, "checked.cfg")
        with open(path, "w") as file:
            file.write(zpl({**self.auth(), **settings}))
        ended = subprocess.run([program("butlerd"), "--check", "-c", path], stdin=subprocess.DEVNULL, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=scaled(20), check=False)
        self.assertEqual(ended.stdout, path + ": ok\n" if ended.returncode == DONE else "")
        return ended.returncode, ended.stderr

    def assert_wrong(self, settings, *words):
        status, said = self.check(settings)
        self.assertEqual((status, said.count("\n")), (USAGE, len(words)), said)
        for word in words:
            self.assertIn(word, said)

    def assert_right(self, settings, *words):
        status, said = self.check(settings)
        self.assertEqual((status, said.count("\n")), (DONE, len(words)), said)
        for word in words:
            self.assertIn(": warning: " + word, said)


class Keys(Checked):

    def test_right_files_are_ok(self):
        self.assert_right({})

    def test_files_that_are_not_there_are_told_both(self):
        self.assert_wrong({"auth/certificate": "no-file", "auth/certificates": "no-folder"},
                          "auth/certificate: no-file: No such file", "auth/certificates: no-folder: No such file")

    def test_exchanged_names_are_told(self):
        self.assert_wrong({"auth/certificate": self.certificates, "auth/certificates": self.router_secret},
                          "auth/certificate: ", "auth/certificates: ")

    def test_key_that_others_can_read_is_told(self):
        os.chmod(self.router_secret, 0o644)
        self.assert_wrong({}, "auth/certificate: %s: can be read by others; chmod 600" % self.router_secret)

    def test_public_file_is_told(self):
        key = Key("public").write_public(self.folder)
        self.assert_wrong({"auth/certificate": key}, "auth/certificate: %s: has no secret key" % key)

    def test_files_without_use_are_warned_of(self):
        with open(os.path.join(self.certificates, "README"), "w") as file:
            file.write("Keys belong here\n")
        self.assert_right({}, "auth/certificates: %s/README: is no certificate" % self.certificates)

    def test_key_of_a_worker_is_read(self):
        worker = {"butler_worker/service": "api.x", "butler_worker/run": "cat",
                  "butler_worker/connect": "tcp://127.0.0.1:1"}
        self.assert_wrong({**worker, "butler_worker/key": "no-file"}, "butler_worker/key: the key: no-file: No such file")
        key = Key("worker").write_secret(self.folder, self.router_key)
        self.assert_right({**worker, "butler_worker/key": key})

    def test_files_of_sockets_without_security_are_not_read(self):
        self.assert_right({"auth/certificate": "no-file", "auth/admin": "anonymous",
                           "frontend/security": "null", "backend/security": "null"})

    def test_users_who_cannot_come_in_are_warned_of(self):
        self.add("alice")
        self.assert_right({**self.STAFF_MAY, "permission/alice/call": "*", "permission/everyone/call": "*"})
        settings = {**self.STAFF_MAY, "permission/alcie/call": "*", "permission/anonymous/call": "*", "auth/admin": "bob"}
        self.assert_right(settings, "permission/alcie, permission/anonymous, auth/admin = bob: nobody comes in")
        self.assert_right({**settings, "frontend/security": "null"}, "permission/alcie, auth/admin = bob: nobody comes in")

    def test_of_many_users_the_first_are_named(self):
        settings = {"permission/user%d/call" % number: "*" for number in range(20)}
        self.assert_right(settings, "permission/user0, permission/user1, ")
        self.assertIn("permission/user4, and 15 more: ", self.check(settings)[1])

    def test_router_warns_of_them_too(self):
        router = self.secured({**self.STAFF_MAY, "permission/alcie/call": "*"})
        line = router.wait_log("event=unknown_user")
        self.assertIn("warning event=unknown_user keys=permission/alcie reason=", line)
        shutil.copy(os.path.join(self.certificates, "staff"), os.path.join(self.certificates, "twice"))
        self.reload(router, {**self.STAFF_MAY, "permission/bbo/call": "*"})
        router.wait_log("keys=permission/bbo")

    def test_router_tells_what_its_sockets_ask_for(self):
        router = self.secured({"backend/security": "null"})
        self.assertIn("security=curve", router.wait_log("event=bound socket=frontend"))
        self.assertNotIn("security", router.wait_log("event=bound socket=backend"))


class Passwords(Checked):

    SECURITY = "plain"

    def test_right_file_is_ok(self):
        self.assert_right({})

    def test_file_that_others_can_read_is_told(self):
        os.chmod(self.passwords, 0o644)
        self.assert_wrong({}, "auth/passwords: %s: can be read by others; chmod 600" % self.passwords)

    def test_file_that_is_not_there_is_told(self):
        self.assert_wrong({"auth/passwords": "no-file"}, "auth/passwords: no-file: No such file")

    def test_users_without_a_line_are_warned_of(self):
        self.assert_right({**self.STAFF_MAY, "permission/alice/call": "*"}, "permission/alice: nobody comes in")


if __name__ == "__main__":
    main()
