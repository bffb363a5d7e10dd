#   test_butlerd_cli.py - butlerd as a person and a script meet it
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""Command line, configuration files, what is logged, and how it ends."""

import os
import re
import resource
import signal
import subprocess

from harness import LOOPBACK, Process, TestCase, main, program, scaled, wait_until
from peers import read_error

DONE, TROUBLE, USAGE, UNWRITTEN = 0, 1, 2, 6
SOURCE = os.environ.get("BUTLER_SOURCE", os.path.join(os.path.dirname(__file__), "..", ".."))

#   Every kind of wrong value for every key, and what the message says beside file, line and key
WRONG = [
    ("server", "drain = soon", "no integer; it takes 0 to 86400000 ms"),
    ("server", "drain = -1", "out of range, 0 to 86400000 ms"),
    ("server", "io_threads = 0", "out of range, 1 to 64"),
    ("server", "io_threads = 65", "out of range, 1 to 64"),
    ("server", "io_threads = 1.5", "no integer"),
    ("server", "workdir = ''", "it takes 1 to 1023"),
    ("log", "level = loud", "none of: error, warning, info, debug"),
    ("log", "level = INFO", "none of: error, warning, info, debug"),
    ("frontend", "bind = 5555", "it takes tcp://HOST:PORT, ipc://PATH or inproc://NAME"),
    ("frontend", "bind = tcp://127.0.0.1", "names no host or port"),
    ("frontend", "bind = tcp://127.0.0.1:99999", "no valid port"),
    ("frontend", "bind = udp://127.0.0.1:5555", "no endpoint"),
    ("frontend", "bind = ipc://" + "x" * 108, "longer than 107 bytes"),
    ("backend", "bind = tcp://*:http", "no valid port"),
    ("backend", "bind =", "no endpoint"),
    ("backend", "relay = yes", "neither 0 nor 1"),
    ("router", "heartbeat = 9", "out of range, 10 to 3600000 ms"),
    ("router", "heartbeat = 1s", "no integer"),
    ("router", "liveness = 0", "out of range, 1 to 100"),
    ("router", "liveness = three", "no integer; it takes 1 to 100"),
    ("router", "requests = 0", "out of range"),
    ("router", "requests = many", "no integer"),
    ("router", "bytes = -1", "out of range"),
    ("router", "bytes = 1GB", "no integer"),
    ("router", "services = 0", "out of range"),
    ("router", "workers = 0", "out of range"),
    ("service", "ttl = -1", "out of range"),
    ("service", "ttl = 1h", "no integer"),
    ("service", "unknown = drop", "none of: reject, queue"),
    ("service", "queue = -1", "out of range"),
    ("service", "queue = 99999999999999999999", "out of range"),
    ("service", "queue_bytes = ten", "no integer"),
    ("service", "retry = 1001", "out of range, 0 to 1000"),
    ("client", "limit = 0", "out of range"),
    ("client", "limit = 0x10", "no integer"),
    ("client", "max_deadline = 0", "out of range"),
    ("worker", "capacity = 0", "out of range"),
    ("worker", "capacity = 1000001", "out of range"),
    ("worker", "properties = 1", "out of range"),
    ("log", "to = ''", "it takes 1 to 1023"),
    ("router", "message = 1023", "out of range, 1024 to 1099511627776 bytes"),
    ("butler_router", "jump = high", "no such key; butler_router has echo, bind, unbind, set, verbose"),
    ("butler_router", "echo", "it takes a text"),
    ("butler_router", "bind = tcp://127.0.0.1:5555", "it takes frontend or backend, and an endpoint"),
    ("butler_router", "bind = backend 5555", "it takes tcp://HOST:PORT"),
    ("butler_router", "unbind = backend ipc://x", "binds no such endpoint above"),
    ("butler_router", "set = router/liveness 0", "router/liveness: '0' is out of range, 1 to 100"),
    ("butler_router", "set = router/livenes 3", "no such key; router has heartbeat, liveness"),
    ("butler_router", "set = server/io_threads 2", "is read when butlerd starts"),
    ("butler_router", "verbose = 2", "it takes no value, or 1"),
    ("butler_worker", "service = butler.x", "mmi. and butler. at its beginning are reserved"),
    ("butler_worker", "connect = tcp://*:5556", "nowhere to connect to; it takes tcp://HOST:PORT"),
    ("butler_worker", "jobs = 1025", "out of range, 1 to 1024"),
    ("butler_worker", "run =", "it takes 1 to 1023"),
    ("butler_worker", "method = upper (text: strng)", "strng"),
    ("butler_worker", "service = api.text", "has nothing to run; write run = COMMAND"),
    ("butler_worker", "run = cat", "names no service; write service = NAME"),
    ("router", "liveness", "has no value; write NAME = VALUE"),
    ("router", "heartbeats = 100", "no such key; router has heartbeat, liveness"),
    ("logs", "level = info", "no such section; there are server, log, frontend"),
]


class Case(TestCase):

    def run_it(self, *arguments, **options):
        """butlerd to its end: a CompletedProcess with text."""
        return subprocess.run([program("butlerd"), *arguments], cwd=self.folder, text=True,
                              stdin=subprocess.DEVNULL, timeout=scaled(20),
                              **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options})

    def config(self, text, name="butler.cfg"):
        """A configuration in the test's own folder; its path."""
        path = os.path.join(self.folder, name)
        with open(path, "w") as file:
            file.write(text)
        return path

    def daemon(self, *arguments, **options):
        """A butlerd that runs until the test ends."""
        process = self.own(Process([program("butlerd"), *arguments], cwd=self.folder, **options))
        process.wait_log("event=ready")
        return process

    @staticmethod
    def endpoints(process, socket):
        return re.findall(r"event=bound socket=%s endpoint=(\S+)" % socket, "\n".join(process.log))


class CommandLine(Case):

    def test_version(self):
        ended = self.run_it("--version")
        self.assertEqual((ended.returncode, ended.stderr), (DONE, ""))
        self.assertRegex(ended.stdout, r"^butlerd \d+\.\d+\.\d+\n$")

    def test_help_tells_every_option(self):
        for option in ("--help", "-h"):
            ended = self.run_it(option)
            self.assertEqual((ended.returncode, ended.stderr), (DONE, ""))
            for wanted in ("Usage: butlerd", "-c, --config FILE", "-v, --verbose", "--check", "--version",
                           "--defaults", "SIGHUP", "Exit status", "Examples"):
                self.assertIn(wanted, ended.stdout)
        with open(os.path.join(SOURCE, "doc", "butlerd.8")) as file:
            manual = file.read().replace("\\-", "-")
        for name in re.findall(r"^ +(?:-., )?(--[a-z-]+)", ended.stdout, re.M):
            self.assertIn(name, manual)

    def test_defaults_are_a_configuration_that_is_right(self):
        ended = self.run_it("--defaults")
        self.assertEqual((ended.returncode, ended.stderr), (DONE, ""))
        with open(os.path.join(SOURCE, "examples", "butler.cfg")) as file:
            self.assertEqual(ended.stdout, file.read())
        with open(os.path.join(self.folder, "defaults.cfg"), "w") as file:
            file.write(ended.stdout)
        self.assertEqual(self.run_it("--check", "-c", "defaults.cfg").returncode, DONE)

    def test_help_fits_a_screen(self):
        lines = self.run_it("--help").stdout.splitlines()
        self.assertLessEqual(len(lines), 28)
        self.assertLessEqual(max(map(len, lines)), 100)

    def test_wrong_usage_is_told_on_stderr(self):
        for arguments, words in ((["--nothing"], "no option --nothing"), (["-x"], "no option -x"),
                                 (["-c"], "missing after -c"), (["--config"], "missing after --config"),
                                 (["file"], "no use for file"), (["--check"], "-c FILE")):
            with self.subTest(arguments):
                ended = self.run_it(*arguments)
                self.assertEqual((ended.returncode, ended.stdout), (USAGE, ""))
                self.assertIn(words, ended.stderr)
                self.assertEqual(ended.stderr.count("\n"), 1)

    def test_output_that_cannot_be_written_is_noticed(self):
        with open("/dev/full", "w") as full:
            ended = self.run_it("--version", stdout=full)
        self.assertEqual(ended.returncode, UNWRITTEN)
        self.assertIn("cannot write", ended.stderr)
        ended = self.run_it("--help", preexec_fn=lambda: os.close(1))
        self.assertEqual(ended.returncode, UNWRITTEN)


class Check(Case):

    def test_right_configuration_is_ok(self):
        path = self.config("router\n    liveness = 4\n")
        ended = self.run_it("--check", "-c", path)
        self.assertEqual((ended.returncode, ended.stdout, ended.stderr), (DONE, path + ": ok\n", ""))

    def test_example_is_ok(self):
        path = os.path.join(SOURCE, "examples", "butler.cfg")
        self.assertEqual(self.run_it("-c", path, "--check").returncode, DONE)

    def test_check_binds_nothing(self):
        router = self.router()
        path = self.config("frontend\n    bind = %s\n" % router.frontend)
        self.assertEqual(self.run_it("--check", "-c", path).returncode, DONE)

    def test_each_wrong_value_is_one_line_with_file_line_and_remedy(self):
        self.assertGreaterEqual(len(WRONG), 40)
        for section, line, words in WRONG:
            with self.subTest(line):
                path = self.config("#   comment\n%s\n    %s\n" % (section, line))
                for arguments in (["--check", "-c", path], ["-c", path]):
                    ended = self.run_it(*arguments)
                    self.assertEqual((ended.returncode, ended.stdout), (USAGE, ""))
                    self.assertEqual(ended.stderr.count("\n"), 1)
                    self.assertRegex(ended.stderr, r"^butlerd: %s:[23]: %s" % (re.escape(path), section))
                    self.assertIn(words, ended.stderr)

    def test_bad_syntax_names_its_line(self):
        for text in ("router\n  liveness = 3\n", "router\n\tliveness = 3\n", "router\n    liveness 3\n",
                     "router\n    liveness = '3\n", "router\n        liveness = 3\n",
                     "router\n    # %s\n    liveness = 3 # %s\n" % ("x" * 1000, "x" * 1024)):
            with self.subTest(text[:40]):
                path = self.config(text)
                ended = self.run_it("-c", path)
                self.assertEqual(ended.returncode, USAGE)
                self.assertRegex(ended.stderr, r"^butlerd: %s:[23]: " % re.escape(path))

    def test_file_that_is_not_there_is_told(self):
        for path in ("nothing.cfg", self.folder, "/dev/null", ""):
            with self.subTest(path):
                ended = self.run_it("-c", path)
                self.assertEqual(ended.returncode, USAGE)
                self.assertIn("butlerd: %s: " % path, ended.stderr)

    def test_missing_workdir_is_told(self):
        path = self.config("server\n    workdir = no/such/folder\n")
        for arguments in (["--check", "-c", path], ["-c", path]):
            ended = self.run_it(*arguments)
            self.assertEqual(ended.returncode, USAGE)
            self.assertIn("server/workdir: cannot go to 'no/such/folder'", ended.stderr)


class Endpoints(Case):

    def test_every_endpoint_is_told_whatever_the_level(self):
        path = self.config("log\n    level = error\nfrontend\n    bind = %s\n    bind = ipc://front\n"
                           "backend\n    bind = %s\n" % (LOOPBACK, LOOPBACK))
        process = self.daemon("-c", path)
        bound = [line for line in process.log if "event=bound" in line]
        self.assertEqual(len(bound), 3)
        self.assertRegex(bound[0], r"info event=bound socket=frontend endpoint=tcp://127\.0\.0\.1:\d+$")
        self.assertEqual(self.endpoints(process, "frontend")[1], "ipc://front")
        self.assertLess(process.log.index(bound[2]),
                        next(index for index, line in enumerate(process.log) if "event=ready" in line))

    def test_open_endpoints_are_warned_of(self):
        path = self.config("frontend\n    bind = tcp://*:*\n    bind = %s\nbackend\n    bind = ipc://back\n"
                           % LOOPBACK)
        process = self.daemon("-c", path)
        warned = [line for line in process.log if " warning " in line]
        self.assertEqual(len(warned), 1)
        self.assertIn("event=open socket=frontend endpoint=tcp://0.0.0.0:", warned[0])

    def test_loopback_is_the_default(self):
        process = self.default_router()
        self.assertEqual(self.endpoints(process, "frontend"), ["tcp://127.0.0.1:5555"])
        self.assertEqual(self.endpoints(process, "backend"), ["tcp://127.0.0.1:5556"])
        self.assertNotIn("event=open", "\n".join(process.log))

    def test_endpoint_in_use_ends_it(self):
        router = self.router()
        path = self.config("frontend\n    bind = %s\n    bind = %s\nbackend\n    bind = %s\n"
                           % (LOOPBACK, router.frontend, LOOPBACK))
        ended = self.run_it("-c", path)
        self.assertEqual((ended.returncode, ended.stdout), (TROUBLE, ""))
        self.assertIn(router.frontend, ended.stderr)
        self.assertIn("in use", ended.stderr)
        self.assertNotIn("event=ready", ended.stderr)

    def test_interface_that_is_not_here_ends_it(self):
        path = self.config("frontend\n    bind = tcp://192.0.2.1:5555\n")
        ended = self.run_it("-c", path)
        self.assertEqual(ended.returncode, TROUBLE)
        self.assertIn("tcp://192.0.2.1:5555", ended.stderr)


class Server(Case):

    BINDS = "frontend\n    bind = %s\nbackend\n    bind = %s\n" % (LOOPBACK, LOOPBACK)

    def test_workdir_is_where_it_runs_and_the_file_is_where_it_was_named(self):
        os.mkdir(os.path.join(self.folder, "run"))
        self.config("server\n    workdir = run\nfrontend\n    bind = ipc://front\n"
                    "backend\n    bind = ipc://back\n")
        process = self.daemon("-c", "butler.cfg")
        self.assertEqual(os.readlink("/proc/%d/cwd" % process.pid), os.path.join(self.folder, "run"))
        self.assertTrue(os.path.exists(os.path.join(self.folder, "run", "front")))

    def test_io_threads_are_as_many_as_configured(self):
        path = self.config("server\n    io_threads = 3\n" + self.BINDS)
        process = self.daemon("-c", path)
        tasks = "/proc/%d/task" % process.pid

        def io_threads():           # a thread gives itself its name
            names = []
            for task in os.listdir(tasks):
                with open("%s/%s/comm" % (tasks, task)) as comm:
                    names.append(comm.read())
            return len([name for name in names if "/IO/" in name])
        wait_until(lambda: io_threads() == 3, "three I/O threads run")

    def test_settings_of_the_file_are_in_force(self):
        path = self.config("client\n    limit = 1\n" + self.BINDS)
        process = self.daemon("-c", path)
        process.frontend, process.backend = [self.endpoints(process, socket)[0]
                                             for socket in ("frontend", "backend")]
        self.worker(process, "api.text", {"capacity": 1})
        client = self.client(process)
        client.request("api.text", b"one")
        code, _, _ = read_error(client.answer(client.request("api.text", b"two")))
        self.assertEqual(code, 503)

    def test_level_and_verbose_say_how_much_is_logged(self):
        for level, arguments, expected in (("info", [], True), ("error", [], False), ("error", ["-v"], True)):
            with self.subTest(level=level, arguments=arguments):
                path = self.config("log\n    level = %s\n%s" % (level, self.BINDS))
                process = self.daemon("-c", path, *arguments)
                process.frontend, process.backend = [self.endpoints(process, socket)[0]
                                                     for socket in ("frontend", "backend")]
                self.worker(process, "api.text", {"capacity": 1})
                process.stop()
                self.assertEqual(any("event=worker" in line for line in process.log), expected)

    def test_descriptors_may_be_as_many_as_the_system_allows(self):
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        path = self.config(self.BINDS)
        process = self.own(Process(["/bin/sh", "-c", "ulimit -Sn 256; exec '%s' -c '%s'"
                                    % (program("butlerd"), path)], cwd=self.folder))
        process.wait_log("event=ready")
        self.assertEqual(resource.prlimit(process.pid, resource.RLIMIT_NOFILE), (hard, hard))


class Ending(Case):

    def busy(self, drain):
        """A router whose one worker holds a request."""
        router = self.router({"server/drain": drain})
        self.holder = self.worker(router, "api.text", {"capacity": 1})
        self.asker = self.client(router)
        self.api_id = self.asker.request("api.text", b"body")
        self.job = self.holder.job()
        return router

    def test_stop_tells_what_was_abandoned(self):
        router = self.busy(drain=100)
        router.stop()
        self.assertIn("event=stopped abandoned=1", "\n".join(router.log))

    def test_stop_of_an_idle_router_abandons_nothing(self):
        router = self.router()
        router.stop(signal.SIGINT)
        self.assertIn("event=stopped abandoned=0", "\n".join(router.log))

    def test_second_signal_does_not_wait(self):
        router = self.busy(drain=60000)
        router.signal(signal.SIGTERM)
        router.wait_log("event=stopping")

        def told_again():
            if router.status is None:
                router.signal(signal.SIGTERM)
            return router.status is not None
        wait_until(told_again, "it ends though a request runs", seconds=10)
        self.assertEqual(router.finish(), DONE)

    def are_one(self):
        """Whether a router that is told thrice waits for what runs."""
        router = self.busy(drain=60000)
        for _ in range(3):
            router.signal(signal.SIGTERM)
        router.wait_log("event=stopping")
        self.holder.reply(self.job, b"fine")
        self.assertEqual(router.finish(), DONE)
        if "event=stopped abandoned=0" not in "\n".join(router.log):
            return False
        self.assertEqual(self.asker.answer(self.api_id), b"fine")
        return True

    def test_signals_at_the_same_time_are_one(self):
        #   A busy machine may put a third of a second between them: then again
        self.assertTrue(any(self.are_one() for _ in range(5)))

    def test_ports_are_free_after_it(self):
        #   An address that no other test has, so that none takes them meanwhile
        endpoint = "tcp://127.84.%d.%d:*" % (os.getpid() >> 8 & 255, os.getpid() & 255)
        router = self.router(frontend=endpoint, backend=endpoint)
        router.stop()
        self.router(frontend=router.frontend, backend=router.backend)


if __name__ == "__main__":
    main()
