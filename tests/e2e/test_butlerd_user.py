#   test_butlerd_user.py - a butlerd that is started as root, and goes on as somebody else
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""server/user: who a router is once it serves, what it still can do, and what is refused."""

import os
import pwd
import signal
import subprocess
import unittest

from harness import LOOPBACK, SETTINGS, Process, TestCase, main, program, scaled, wait_until, zpl

USAGE = 2
USER = "nobody"


def ids(pid):
    """Of each thread: uids, gids, groups, and what it may do beyond others."""
    found = []
    for task in os.listdir("/proc/%d/task" % pid):
        with open("/proc/%d/task/%s/status" % (pid, task)) as status:
            fields = dict(line.rstrip("\n").split(":\t", 1) for line in status if ":\t" in line)
        found.append([fields[name].split() for name in ("Uid", "Gid", "Groups", "CapPrm", "CapEff")])
    return found


@unittest.skipUnless(os.geteuid() == 0, "only root can become another user")
class User(TestCase):

    def setUp(self):
        super().setUp()
        try:
            self.user = pwd.getpwnam(USER)
        except KeyError:
            raise unittest.SkipTest("there is no user %s" % USER)
        os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)

    def configure(self, settings, mode=0o644):
        path = os.path.join(self.folder, "butler.cfg")
        chosen = dict(SETTINGS, **{"frontend/bind": LOOPBACK, "backend/bind": LOOPBACK, "server/user": USER})
        chosen.update(settings)
        with open(path, "w") as config:
            config.write(zpl(chosen))
        os.chmod(path, mode)
        return path

    def serve(self, settings=None):
        """A butlerd that is ready; .frontend is where it is reached."""
        router = self.own(Process([program("butlerd"), "-c", self.configure(settings or {})], cwd=self.folder))
        router.wait_log("event=ready")
        router.frontend = router.wait_log("socket=frontend").split("endpoint=")[1].split()[0]
        return router

    @staticmethod
    def read(path):
        try:
            with open(path) as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def wait_text(self, path, text):
        wait_until(lambda: text in self.read(path), "%s is in %s" % (text, path))

    def refused(self, path, *options, **started):
        """What a butlerd says that ends at once. LeakSanitizer may not look into one that is between two users."""
        sanitizer = ":".join([os.environ.get("ASAN_OPTIONS", ""), "detect_leaks=0"])
        ended = subprocess.run([program("butlerd"), "-c", path, *options], cwd=self.folder, capture_output=True,
                               text=True, timeout=scaled(10), stdin=subprocess.DEVNULL,
                               env=dict(os.environ, ASAN_OPTIONS=sanitizer), **started)
        self.assertEqual(ended.returncode, USAGE, ended.stderr)
        self.assertEqual(ended.stdout, "")
        self.assertNotIn("event=", ended.stderr)
        self.assertEqual(len(ended.stderr.splitlines()), 1, ended.stderr)
        return ended.stderr

    def test_no_thread_of_it_is_root_any_more(self):
        router = self.serve()
        groups = [str(one) for one in sorted(os.getgrouplist(USER, self.user.pw_gid))]
        threads = ids(router.pid)
        self.assertGreater(len(threads), 1)
        for uids, gids, others, permitted, effective in threads:
            self.assertEqual(set(uids), {str(self.user.pw_uid)})
            self.assertEqual(set(gids), {str(self.user.pw_gid)})
            self.assertEqual(sorted(others, key=int), groups)
            self.assertEqual({int(permitted[0], 16), int(effective[0], 16)}, {0})
        self.assertEqual(self.ask(router, "stats")["workers"], 0)

    def test_ports_of_root_are_bound(self):
        #   An address that no other test has
        endpoint = "tcp://127.83.%d.%d:883" % (os.getpid() >> 8 & 255, os.getpid() & 255)
        router = self.serve({"frontend/bind": endpoint})
        self.assertEqual(router.frontend, endpoint)
        self.assertEqual(self.ask(router, "stats")["workers"], 0)

    def test_programs_of_workers_run_as_the_user(self):
        router = self.serve({"butler_worker/service": "api.who", "butler_worker/run": "'id -un; echo $HOME $USER'"})
        said = self.butler("send", "-e", router.frontend, "api.who")
        self.assertEqual(said.stdout.decode().split(), [USER, self.user.pw_dir, USER], said.stderr)

    def test_endpoints_and_log_are_files_of_the_user(self):
        path = self.configure({"log/to": "log", "frontend/bind": "ipc://frontend"})
        self.own(Process([program("butlerd"), "-c", path], cwd=self.folder))
        log = os.path.join(self.folder, "log")
        self.wait_text(log, "event=ready")
        for file in [log, os.path.join(self.folder, "frontend")]:
            self.assertEqual(os.stat(file).st_uid, self.user.pw_uid, file)

    def test_signal_reads_again_and_opens_the_log_anew(self):
        router = self.serve()
        log = os.path.join(self.folder, "log")
        self.configure({"log/to": log, "server/user": "daemon"})
        router.signal(signal.SIGHUP)
        self.wait_text(log, "event=reload")
        self.assertIn("kept=server/user", self.read(log))
        self.assertEqual(os.stat(log).st_uid, self.user.pw_uid)

    def test_who_does_not_exist_is_refused(self):
        path = self.configure({"server/user": "no-such-user"})
        for options in [["--check"], []]:
            self.assertIn("server/user: there is no user 'no-such-user'", self.refused(path, *options))

    def test_superuser_by_name_is_refused(self):
        path = self.configure({"server/user": "root"})
        for options in [["--check"], []]:
            self.assertIn("server/user: 'root' is the superuser", self.refused(path, *options))

    def test_file_that_the_user_may_not_read_is_refused(self):
        self.assertIn("'nobody' cannot read it again", self.refused(self.configure({}, 0o600)))

    def test_log_that_the_user_may_not_write_is_refused(self):
        os.mkdir(os.path.join(self.folder, "logs"), 0o755)
        self.assertIn("log/to: cannot write to 'logs/log'", self.refused(self.configure({"log/to": "logs/log"})))

    def test_memory_of_who_has_secrets_is_not_to_be_read(self):
        """/proc says so: what a process can't be asked by others of its user is root's there."""
        demoted = ["setpriv", "--reuid", USER, "--regid", str(self.user.pw_gid), "--clear-groups"]
        if subprocess.run(demoted + [program("butlerd"), "--version"], capture_output=True, check=False).returncode:
            self.skipTest("%s may not run what is built here" % USER)
        if self.butler("keygen", "keys").returncode:
            self.skipTest("libzmq has no CURVE here")
        os.chown(os.path.join(self.folder, "keys_secret"), self.user.pw_uid, self.user.pw_gid)
        os.mkdir(os.path.join(self.folder, "clients"), 0o755)
        secrets = {"auth/certificate": "keys_secret", "auth/certificates": "clients"}
        for settings, owner in (({}, self.user.pw_uid), (secrets, 0)):
            path = self.configure(settings)
            router = self.own(Process(demoted + [program("butlerd"), "-c", path], cwd=self.folder))
            router.wait_log("event=ready")
            self.assertEqual(os.stat("/proc/%d/environ" % router.pid).st_uid, owner)

    def test_who_is_not_root_becomes_nobody_else(self):
        other = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}
        try:
            subprocess.run([program("butlerd"), "--version"], stdout=subprocess.DEVNULL, check=True, **other)
        except (OSError, subprocess.CalledProcessError):
            self.skipTest("%s may not run what is built here" % USER)
        path = self.configure({"server/user": "daemon"})
        self.assertIn("only root can become 'daemon'", self.refused(path, **other))


if __name__ == "__main__":
    main()
