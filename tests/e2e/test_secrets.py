#   test_secrets.py - no secret key and no password is ever told
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""All programs at their most verbose, right and wrong; then a search for the secrets themselves."""

import base64
import glob
import os
import re
import subprocess
import tempfile

from zmq.utils import z85

from harness import Process, Router, main, program, scaled, wait_until
from peers import read_error
from secured import STAFF, Key, Secured, by_password

BUSY = {"capacity": 1}


def forms(secret):
    """A secret as it is, and in whatever else it might be written."""
    raws = [secret]
    if len(secret) == 40:
        raws.append(z85.decode(secret))
    for raw in raws:
        yield from (raw, raw.hex().encode(), raw.hex().upper().encode(), base64.b64encode(raw).rstrip(b"="),
                    repr(raw)[2:-1].encode())


class Searched(Secured):
    """Keeps all that programs say, answer and show of themselves."""

    def setUp(self):
        super().setUp()
        self.said = []
        self.secrets = {"the router's key": self.router_key.secret, "the staff's key": self.keys[STAFF].secret} \
            if self.SECURITY == "curve" else {}

    def say(self, *arguments, status=0, **environment):
        """Run butler to its end, and keep what it says."""
        run = subprocess.run([program("butler"), *arguments], cwd=self.folder, env=dict(os.environ, **environment),
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             timeout=scaled(30))
        self.said += [run.stdout, run.stderr]
        if status is not None:
            self.assertEqual(run.returncode, status, run.stderr)
        return run

    def watched(self, arguments, **environment):
        """A program that runs beside the test."""
        return self.own(Process(arguments, cwd=self.folder, env=dict(os.environ, **environment)))

    def command_line(self, process):
        with open("/proc/%d/cmdline" % process.pid, "rb") as line:
            self.said.append(line.read())

    def all_said(self):
        for process in self.processes:
            if process.status is None:
                self.command_line(process)
            self.said += ["\n".join(process.log).encode(), "\n".join(process.out).encode()]
        return self.said

    def refused_start(self, settings):
        """What a butlerd says that does not start."""
        try:
            router = Router(self.folder, {**self.auth(), **settings})
        except AssertionError as said:
            return str(said)
        self.own(router)
        raise AssertionError("it starts")

    def assert_untold(self):
        said = self.all_said()
        self.assertGreater(sum(map(len, said)), 100)
        for name, secret in self.secrets.items():
            for form in forms(secret):
                for text in said:
                    self.assertFalse(form in text, "%s is told" % name)


class Keys(Searched):

    def setUp(self):
        super().setUp()
        self.staff_secret = self.keys[STAFF].write_secret(self.folder, self.router_key)

    def test_run_of_everything(self):
        stranger = Key("stranger")
        self.secrets["a stranger's key"] = stranger.secret
        stranger_secret = stranger.write_secret(self.folder, self.router_key)
        lost = Key("lost")
        self.secrets["the key of who asks another router"] = lost.secret
        lost_secret = lost.write_secret(self.folder, stranger)
        router = self.secured(dict(self.STAFF_MAY, **{"log/level": "debug"}), options=["-v"])
        self.router({"butler_worker/service": "api.section", "butler_worker/run": "cat",
                     "butler_worker/connect": router.backend, "butler_worker/key": self.staff_secret,
                     "butler_worker/router_key": '"%s"' % self.router_key.public.decode()}, options=["-v"])
        at = ["-e", router.frontend, "--key", self.staff_secret]
        worker = self.watched([program("butler"), "work", "-v", "-e", router.backend, "--key", self.staff_secret,
                               "api.text", "--", "cat"])
        for service in ("api.text", "api.section"):
            wait_until(lambda: self.count_workers(router, service) == 1, "a worker is there")
        for arguments in (["send", "api.text", "body"], ["send", "api.section", "body"], ["find", "api.text"],
                          ["services"], ["workers"], ["stats"], ["services", "--json"], ["workers", "--json"],
                          ["stats", "--json"]):
            self.say(arguments[0], *at, *arguments[1:])
        self.say("call", "-v", *at, "butler.router", "ping")
        self.say("call", "-v", *at, "butler.router", "nothing", status=None)
        self.say("call", "-v", "-e", router.frontend, "butler.router", "ping", BUTLER_KEY=self.staff_secret)
        self.say("-k", self.staff_secret, "call", "-v", "-e", router.frontend, "butler.router", "ping")
        for wrong in (stranger_secret, lost_secret):
            self.assertNotEqual(
                self.say("call", "-v", "-e", router.frontend, "--key", wrong, "butler.router", "ping", status=None).returncode, 0)
            outside = self.watched([program("butler"), "work", "-v", "-e", router.backend, "--key", wrong, "api.text",
                                    "--", "cat"])
            outside.wait_log("event=")      # by then it takes signals, too
        self.say("call", "-v", "-e", router.frontend, "butler.router", "ping", status=None)
        router.wait_log("event=handshake")
        client = self.client(router, secure=router.secure)
        for method in ("stats", "services", "workers", "butler.describe"):
            self.said.append(client.answer(client.request("butler.router", '{"method": "%s"}' % method)))
        self.said.append(client.answer(client.request("api.nothing")))
        self.said.append(self.reload_wrong(router).encode())
        self.command_line(worker)
        self.assert_untold()

    def reload_wrong(self, router):
        """A reload that has something to complain of, beside the keys."""
        return router.reload({**self.auth(), "auth/certificates": self.staff_secret, "auth/admin": STAFF})

    def test_keygen_tells_no_secret(self):
        self.say("keygen", "here")
        self.say("keygen", "there", "--router", "here")
        self.say("keygen", "there", status=None)            # it is there already
        for name in ("here", "there"):
            with open(os.path.join(self.folder, name + "_secret")) as file:
                text = file.read()
            self.secrets[name] = re.search(r'secret-key = "(.{40})"', text).group(1).encode()
            self.assertEqual(os.stat(os.path.join(self.folder, name + "_secret")).st_mode & 0o777, 0o600)
            with open(os.path.join(self.folder, name), "rb") as file:
                self.said.append(file.read())
        self.assert_untold()

    def test_no_other_file_has_a_secret(self):
        """What lies about in the test's folder holds no secret but the files that are named so."""
        router = self.secured(options=["-v"])
        self.say("call", "-e", router.frontend, "--key", self.staff_secret, "butler.router", "ping")
        router.stop()
        for path in glob.glob(os.path.join(self.folder, "**"), recursive=True):
            if os.path.isfile(path) and not path.endswith("_secret"):
                with open(path, "rb") as file:
                    self.said.append(file.read())
        self.assert_untold()


class Files(Searched):
    """Files with secrets that lie open, and files that are the wrong ones."""

    def setUp(self):
        super().setUp()
        self.staff_secret = self.keys[STAFF].write_secret(self.folder, self.router_key)

    def refused(self, *arguments, **environment):
        run = self.say(*arguments, status=None, **environment)
        self.assertNotEqual(run.returncode, 0)
        self.assertEqual(run.stdout, b"")
        return run.stderr.decode()

    def test_secret_key_that_others_can_read_is_refused(self):
        router = self.secured()
        for mode in (0o644, 0o640 | 0o004, 0o602, 0o606):
            os.chmod(self.staff_secret, mode)
            for said in (self.refused("call", "-e", router.frontend, "--key", self.staff_secret, "butler.router", "ping"),
                         self.refused("call", "-e", router.frontend, "butler.router", "ping",
                                      BUTLER_KEY=self.staff_secret),
                         self.refused("work", "-e", router.backend, "--key", self.staff_secret, "api.x", "--", "cat")):
                self.assertIn("chmod 600", said)
                self.assertIn(self.staff_secret, said)
        self.assert_untold()

    def test_router_refuses_a_certificate_that_others_can_read(self):
        os.chmod(self.router_secret, 0o644)
        said = self.refused_start({})
        self.assertIn("chmod 600", said)
        self.assertIn(self.router_secret, said)

    def test_public_file_where_the_secret_one_is_needed_is_told(self):
        folder = tempfile.mkdtemp(dir=self.folder)
        public = self.keys[STAFF].write_public(folder)
        router = self.secured()
        said = self.refused("call", "-e", router.frontend, "--key", public, "butler.router", "ping")
        self.assertIn(public, said)
        self.assertIn("secret", said)
        said = self.refused_start({"auth/certificate": public})
        self.assertIn(public, said)
        self.assertIn("secret", said)

    def test_file_that_is_no_certificate_or_is_not_there_is_told(self):
        router = self.secured()
        wrong = os.path.join(self.folder, "wrong_secret")
        with open(wrong, "w") as file:
            file.write("my password is swordfish\n")
        os.chmod(wrong, 0o600)
        self.secrets["what is in a file that was named by mistake"] = b"swordfish"
        for path in (wrong, os.path.join(self.folder, "nothing")):
            self.assertIn(path, self.refused("call", "-e", router.frontend, "--key", path, "butler.router", "ping"))
            self.assertIn(path, self.refused_start({"auth/certificate": path}))
        self.assert_untold()

    def test_keygen_overwrites_nothing(self):
        self.say("keygen", "twice")
        with open(os.path.join(self.folder, "twice_secret")) as file:
            before = file.read()
        self.assertIn("twice", self.refused("keygen", "twice"))
        with open(os.path.join(self.folder, "twice_secret")) as file:
            self.assertEqual(file.read(), before)


class Passwords(Searched):

    SECURITY = "plain"

    def test_run_with_passwords(self):
        self.add("alice")
        router = self.secured(dict(self.STAFF_MAY, **{"log/level": "debug"}), options=["-v"])
        self.secrets = {user: word.encode() for user, word in self.words.items()}
        worker = self.worker(router, "api.text", BUSY, secure=self.as_user(STAFF))
        client = self.client(router, secure=self.as_user("alice"))
        self.assertEqual(read_error(client.answer(client.request("api.text")))[0], 403)
        for word in ("nearly-" + self.words["alice"], self.words[STAFF]):
            self.secrets[word] = word.encode()
            intruder = self.intruder(router.frontend, by_password("alice", word))
            self.assertFalse(intruder.came_in())
        for user, word, status in ((STAFF, self.words[STAFF], 0), ("alice", "guessed-" + self.words[STAFF], None)):
            self.secrets[word] = word.encode()
            self.say("call", "-v", "-e", router.frontend, "butler.router", "ping", status=status,
                     BUTLER_USER=user, BUTLER_PASSWORD=word)
        command = self.watched([program("butler"), "work", "-v", "-e", router.backend, "api.command", "--", "cat"],
                               BUTLER_USER=STAFF, BUTLER_PASSWORD=self.words[STAFF])
        wait_until(lambda: self.count_workers(router, "api.command") == 1, "a worker is there")
        self.command_line(command)
        router.wait_log("event=handshake")
        with open(self.passwords, "a") as file:
            file.write("a line that is none, with swordfish\nalice=again-swordfish\n")
        self.secrets["in a line that is none"] = b"swordfish"
        self.said.append(router.reload({**self.auth(), "client/limit": "17"}).encode())
        for method in ("stats", "services", "workers"):
            self.said.append(client.answer(client.request("butler.router", '{"method": "%s"}' % method)))
        worker.beat()
        self.assert_untold()

    def test_passwords_that_others_can_read_are_refused(self):
        self.write_passwords(mode=0o644)
        said = self.refused_start({})
        self.assertIn("chmod 600", said)
        self.assertIn(self.passwords, said)


if __name__ == "__main__":
    main()
