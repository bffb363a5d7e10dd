#   test_butler_cli.py - butler as a person and a script meet it
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""Command lines, what is printed where, and exit statuses. The frames are in test_client.py."""

import json
import os
import re
import signal
import socket
import subprocess

import zmq

from harness import Process, TestCase, main, program, scaled

DONE, EXCEPTION, USAGE, SILENT, MISSING, REFUSED, TROUBLE = range(7)
SOURCE = os.environ.get("BUTLER_SOURCE", os.path.join(os.path.dirname(__file__), "..", ".."))
SUBCOMMANDS = ["call", "send", "find", "describe", "services", "workers", "stats", "work", "sink", "bench", "keygen"]


class Case(TestCase):

    def run_it(self, *arguments, **options):
        """butler to its end: a CompletedProcess with bytes; env= adds to the environment."""
        env = dict(os.environ, **options.pop("env", {}))
        return subprocess.run([program("butler"), *arguments], cwd=self.folder, env=env,
                              timeout=scaled(20), **{"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE,
                                                     "stderr": subprocess.PIPE, **options})

    def assert_usage(self, arguments, words, **options):
        ended = self.run_it(*arguments, **options)
        self.assertEqual((ended.returncode, ended.stdout), (USAGE, b""), ended.stderr)
        self.assertIn(words, ended.stderr.decode("utf-8", "replace"))
        self.assertEqual(ended.stderr.count(b"\n"), 1)


class Help(Case):

    def test_help_names_every_command_and_fits_a_screen(self):
        for word in ("--help", "-h", "help"):
            ended = self.run_it(word)
            self.assertEqual((ended.returncode, ended.stderr), (DONE, b""))
            lines = ended.stdout.decode().splitlines()
            self.assertLessEqual(len(lines), 24)
            self.assertLessEqual(max(len(line) for line in lines), 80)
            for name in SUBCOMMANDS:
                self.assertTrue(any(line.startswith("  %s " % name) for line in lines), name)

    def test_each_command_explains_itself_with_examples(self):
        for name in SUBCOMMANDS:
            with self.subTest(name):
                ended = self.run_it(name, "--help")
                self.assertEqual((ended.returncode, ended.stderr), (DONE, b""))
                text = ended.stdout.decode()
                self.assertTrue(text.startswith("Usage: butler %s " % name))
                self.assertIn("Examples:\n  butler", text)
                self.assertIn("-h, --help", text)
                self.assertLessEqual(max(len(line) for line in text.splitlines()), 100)

    def test_manual_has_every_option(self):
        with open(os.path.join(SOURCE, "doc", "butler.1")) as file:
            manual = file.read().replace("\\-", "-")
        for name in SUBCOMMANDS:
            text = self.run_it(name, "--help").stdout.decode()
            for option in re.findall(r"^ +(?:-., )?(--[a-z-]+)", text, re.M):
                self.assertIn(option, manual)

    def test_version(self):
        ended = self.run_it("--version")
        self.assertEqual(ended.returncode, DONE)
        self.assertRegex(ended.stdout, rb"^butler \d+\.\d+\.\d+\n$")


class Usage(Case):

    def test_wrong_command_lines_are_told_in_a_line(self):
        for arguments, words in (
                ([], "a command is missing"), (["nothing"], "no command 'nothing'"),
                (["--nothing"], "no option --nothing"),
                (["call"], "something is missing"), (["call", "s"], "something is missing"),
                (["call", "-z", "s", "m"], "no option -z"), (["call", "--zz", "s", "m"], "no option --zz"),
                (["call", "s", "m", "-e"], "missing after -e"), (["call", "s", "m", "--kw"], "missing after --kw"),
                (["call", "-t", "0", "s", "m"], "--timeout takes a number from 1"),
                (["call", "-t", "soon", "s", "m"], "not 'soon'"), (["call", "-t", "1s", "s", "m"], "not '1s'"),
                (["call", "-t", "99999999999999999999", "s", "m"], "--timeout takes"),
                (["call", "-r", "0", "s", "m"], "--retries takes a number"),
                (["call", "--kw", "novalue", "s", "m"], "'novalue' has no NAME=VALUE"),
                (["call", "--kw", "=1", "s", "m"], "has no NAME=VALUE"),
                (["call", "--kw", "a=1", "--kw", "a=2", "s", "m"], "gives a name twice"),
                (["call", "--kw", b"a=\xff", "s", "m"], "is no UTF-8 text"),
                (["call", "s", "m", "1", b"\xff"], "argument 2 is no UTF-8 text"),
                (["send"], "something is missing"), (["send", "s", "b", "more"], "no use for more"),
                (["describe"], "something is missing"), (["describe", "a", "b", "c"], "no use for c"),
                (["find"], "something is missing"), (["find", "a", "b"], "no use for b"),
                (["services", "x"], "no use for x"), (["workers", "a", "b"], "no use for b"),
                (["stats", "x"], "no use for x"), (["sink", "x"], "no use for x"),
                (["sink", "-n", "0"], "--count takes a number"),
                (["work", "s"], "something is missing"), (["work", "-j", "0", "s", "cat"], "--jobs takes"),
                (["work", "s", "--"], "something is missing"),
                (["bench", "-i", "0"], "--in-flight takes a number from 1"),
                (["bench", "--rate", "many"], "--rate takes a number"),
                (["bench", "-w", "2", "s"], "are for runs without SERVICE"),
                (["bench", "-b", "tcp://127.0.0.1:9", "s"], "are for runs without SERVICE"),
                (["bench", "--body", "x", "--size", "1"], "exclude each other"),
                (["bench", "--size", "1", "s", "m"], "are for direct requests"),
                (["bench", "--kw", "a=1", "s"], "there is no METHOD"),
                (["bench", "--kw", "novalue", "s", "m"], "'novalue' has no NAME=VALUE"),
                (["bench", "s", "m", b"\xff"], "argument 1 is no UTF-8 text")):
            with self.subTest(arguments):
                self.assert_usage(arguments, words)

    def test_endpoint_that_is_none_is_told(self):
        for command in (["call", "s", "m"], ["send", "s"], ["find", "s"], ["services"], ["stats"], ["workers"],
                        ["describe", "s"], ["work", "s", "cat"], ["bench"]):
            with self.subTest(command):
                self.assert_usage([command[0], "-e", "nowhere", *command[1:]], "nowhere")

    def test_service_that_cannot_be_one_is_told(self):
        for name in ("", "s" * 251, b"\xff", "line\nbreak"):
            with self.subTest(name):
                self.assert_usage(["call", "-e", "tcp://127.0.0.1:9", name, "m"], "service")
                self.assert_usage(["send", "-e", "tcp://127.0.0.1:9", name], "service")
                self.assert_usage(["work", "-e", "tcp://127.0.0.1:9", name, "cat"], "service")
        for name in ("butler.router", "mmi.x"):
            self.assert_usage(["work", "-e", "tcp://127.0.0.1:9", name, "cat"], "service")


class Asking(Case):

    def setUp(self):
        super().setUp()
        self.peer = self.py_router()

    def call(self, *arguments, response=b"null", **options):
        """The call that arrived, and how butler ended."""
        run = subprocess.Popen([program("butler"), "call", "-e", self.peer.frontend, *arguments],
                               stdin=subprocess.DEVNULL, **{"stdout": subprocess.PIPE,
                                                            "stderr": subprocess.PIPE, **options})
        self.addCleanup(run.kill)
        peer, frames = self.peer.recv_client()
        self.peer.send_client(peer, b"", frames[1], response)
        out, error = run.communicate(timeout=scaled(20))
        return json.loads(frames[4]), subprocess.CompletedProcess(run.args, run.returncode, out, error)

    def test_numbers_may_be_negative(self):
        call, ended = self.call("math", "add", "-1", "-2.5", "-0")
        self.assertEqual((call["args"], ended.returncode), ([-1, -2.5, 0], DONE))

    def test_options_may_stand_among_arguments(self):
        call, _ = self.call("s", "m", "a", "-t", "20000", "b", "-k", "c=1", "d")
        self.assertEqual((call["args"], call["kwargs"]), (["a", "b", "d"], {"c": 1}))

    def test_dashes_end_the_options(self):
        call, _ = self.call("s", "m", "--", "-t", "--kw", "--", "-")
        self.assertEqual(call["args"], ["-t", "--kw", "--", "-"])

    def test_arguments_keep_their_text(self):
        call, _ = self.call("s", "m", "", " ", "été", "a=b", "NaN", "01", "1 2", "-k", "a=b=c", "-k", "e=")
        self.assertEqual(call["args"], ["", " ", "été", "a=b", "NaN", "01", "1 2"])
        self.assertEqual(call["kwargs"], {"a": "b=c", "e": ""})

    def test_result_is_one_line_where_nobody_looks_on(self):
        _, ended = self.call("s", "m", response='{"a": [1, 2.5, "été"], "b": {"c": null}}'.encode())
        self.assertEqual(ended.stdout.decode(), '{"a": [1, 2.5, "été"], "b": {"c": null}}\n')

    def test_error_goes_to_stderr_in_a_line(self):
        error = {"name": "ValueError", "message": "bad", "traceback": "line one\nline two\n"}
        _, ended = self.call("s", "m", response=b"500:exception:" + json.dumps(error).encode())
        self.assertEqual((ended.returncode, ended.stdout), (EXCEPTION, b""))
        self.assertEqual(ended.stderr, b"butler call: ValueError: bad\n")

    def test_verbose_error_has_its_traceback(self):
        error = {"name": "ValueError", "message": "bad", "traceback": "line one\nline two\n"}
        _, ended = self.call("-v", "s", "m", response=b"500:exception:" + json.dumps(error).encode())
        self.assertTrue(ended.stderr.startswith(b"butler call: ValueError: bad\n"), ended.stderr)
        self.assertTrue(ended.stderr.endswith(b"\nline one\nline two\n"), ended.stderr)

    def test_verbose_error_tells_who_and_at_what(self):
        error = {"name": "E", "message": "m", "traceback": "", "service": "s.x", "method": "m.y",
                 "worker": "host/17\x1b", "request": "1.0:42"}
        _, ended = self.call("-v", "s", "m", response=b"500:exception:" + json.dumps(error).encode())
        self.assertEqual(ended.stderr.decode().splitlines(), [
            "butler call: E: m", "  service  s.x", "  method   m.y", "  worker   host/17?", "  request  1.0:42"])
        _, ended = self.call("--json", "s", "m", response=b"500:exception:" + json.dumps(error).encode())
        self.assertEqual(json.loads(ended.stdout), {"status": 500, "error": error})

    def test_what_is_not_known_of_an_error_is_left_out(self):
        _, ended = self.call("-v", "s", "m", response=b"404")
        self.assertRegex(ended.stderr.decode(), r"\Abutler call: .*\n  service  s\n  method   m\n  request  1\.\S*\n\Z")
        _, ended = self.call("--json", "s", "m", response=b"404")
        self.assertEqual(set(json.loads(ended.stdout)["error"]),
                         {"name", "message", "traceback", "service", "method", "request"})

    def test_error_of_a_find_names_the_service_as_it_was_asked_for(self):
        for options in (["-v"], ["--json"]):
            for service in ("api.images", "bad\nname", "x" * 260):
                ended = self.run_it("find", "-e", self.peer.frontend, "-t", "50", *options, service)
                self.assertIn(ended.returncode, (SILENT, USAGE))
                self.assertNotIn(b"mmi.", ended.stdout + ended.stderr)

    def test_error_cannot_play_with_the_terminal(self):
        error = {"name": "E", "message": "a\x1b[2J\nb\x9b", "traceback": "c\x1b\td\r\n\x07"}
        _, ended = self.call("-v", "s", "m", response=b"500:exception:" + json.dumps(error).encode())
        self.assertTrue(ended.stderr.startswith(b"butler call: E: a?[2J?b?\n"), ended.stderr)
        self.assertTrue(ended.stderr.endswith(b"\nc?\td?\n?\n"), ended.stderr)

    def test_result_as_json(self):
        for response, result in ((b"[1, 2]", [1, 2]), (b'"text"', "text"), (b"null", None), (b"bare text", "bare text"),
                                 (b" 404", 404), (b"\xff\xfe", {"base64": "//4="})):
            _, ended = self.call("--json", "s", "m", response=response)
            self.assertEqual((ended.returncode, ended.stderr), (DONE, b""))
            self.assertEqual(json.loads(ended.stdout), {"status": 200, "result": result})

    def test_error_as_json(self):
        error = {"name": "E\x1b", "message": "bad", "traceback": "line one\n"}
        for kind, status in ((b"500:exception:", EXCEPTION), (b"404:method:", MISSING), (b"502:lost:", REFUSED)):
            _, ended = self.call("--json", "s", "m", response=kind + json.dumps(error).encode())
            self.assertEqual((ended.returncode, ended.stderr), (status, b""))
            said = json.loads(ended.stdout)
            self.assertEqual(said["status"], int(kind[:3]))
            self.assertEqual({key: said["error"][key] for key in error}, error)

    def test_silence_as_json(self):
        #   Before that it has to be connected, which a busy machine may put off
        ended = self.run_it("call", "-e", self.peer.frontend, "-t", "2000", "--json", "s", "m")
        self.assertEqual((ended.returncode, ended.stderr), (SILENT, b""))
        said = json.loads(ended.stdout)
        self.assertEqual((said["status"], said["error"]["name"]), (0, "TimeoutError"))

    def test_every_command_tells_errors_as_json(self):
        for command in (["find", "s"], ["describe", "s"], ["services"], ["workers"], ["stats"], ["send", "s"], ["bench"],
                        ["bench", "s"]):
            ended = self.run_it(command[0], "-e", "ipc://%s/none" % self.folder, "-t", "100", "--json", *command[1:])
            self.assertEqual((ended.returncode, ended.stderr), (SILENT, b""), command)
            self.assertEqual(json.loads(ended.stdout)["error"]["name"], "ConnectionError")

    def test_answer_to_send_as_json(self):
        for response, result in ((b"", ""), (b'{"a": 1}', {"a": 1}), (b"text\n", "text\n"), (b"\xff", {"base64": "/w=="})):
            run = self.begin("send", "-e", self.peer.frontend, "--json", "s")
            peer, frames = self.peer.recv_client()
            self.peer.send_client(peer, b"", frames[1], response)
            ended = run.end()
            self.assertEqual((ended.returncode, json.loads(ended.stdout)), (DONE, {"status": 200, "result": result}))

    def test_answer_that_is_no_text_is_trouble(self):
        _, ended = self.call("s", "m", response=b"\xff\xfe")
        self.assertEqual((ended.returncode, ended.stdout), (TROUBLE, b""))
        self.assertIn(b"2 bytes", ended.stderr)

    def test_output_that_cannot_be_written_is_noticed(self):
        with open("/dev/full", "w") as full:
            _, ended = self.call("s", "m", response=b"1", stdout=full)
        self.assertEqual(ended.returncode, TROUBLE)
        self.assertIn(b"cannot write the output", ended.stderr)
        reading, writing = os.pipe()
        os.close(reading)
        _, ended = self.call("s", "m", response=b'"%s"' % (b"x" * 100000), stdout=writing)
        os.close(writing)
        self.assertEqual(ended.returncode, TROUBLE)
        _, ended = self.call("s", "m", response=b"1", stdout=None, preexec_fn=lambda: os.close(1))
        self.assertEqual(ended.returncode, TROUBLE)

    def test_endpoint_comes_from_the_environment(self):
        for command, answer in ((["find", "s"], [b"s", b"200"]), (["call", "s", "m"], [b"1"])):
            env = dict(os.environ, BUTLER_ENDPOINT=self.peer.frontend)
            run = subprocess.Popen([program("butler"), *command], env=env, stdout=subprocess.PIPE)
            self.addCleanup(run.kill)
            peer, frames = self.peer.recv_client()
            self.peer.send_client(peer, b"", frames[1], *answer)
            run.communicate(timeout=scaled(20))
            self.assertEqual(run.returncode, DONE)

    def test_option_wins_over_the_environment(self):
        call, ended = self.call("s", "m", env=dict(os.environ, BUTLER_ENDPOINT="nowhere"))
        self.assertEqual((call["method"], ended.returncode), ("m", DONE))

    def test_find_as_json(self):
        run = self.begin("find", "-e", self.peer.frontend, "--json", "api.images")
        peer, frames = self.peer.recv_client()
        self.peer.send_client(peer, b"", frames[1], b"api.images", b"400")
        ended = run.end()
        self.assertEqual(ended.returncode, MISSING)
        self.assertEqual(json.loads(ended.stdout), {"service": "api.images", "code": 400})

    def test_send_without_a_body_is_empty(self):
        run = self.begin("send", "-e", self.peer.frontend, "s")
        peer, frames = self.peer.recv_client()
        self.assertEqual(frames[4], b"")
        self.peer.send_client(peer, b"", frames[1], b"")
        ended = run.end()
        self.assertEqual((ended.returncode, ended.stdout), (DONE, b""))

    def test_send_tells_errors_and_prints_none(self):
        for response, status in ((b"404", MISSING), (b'500:exception:{"name": "E", "message": "m"}', EXCEPTION),
                                 (b'503:unavailable:{"name": "E", "message": "m"}', REFUSED)):
            run = self.begin("send", "-e", self.peer.frontend, "s")
            peer, frames = self.peer.recv_client()
            self.peer.send_client(peer, b"", frames[1], response)
            ended = run.end()
            self.assertEqual((ended.returncode, ended.stdout), (status, b""))
            self.assertTrue(ended.stderr.startswith(b"butler send: "))

    def test_stdin_that_cannot_be_read_is_told(self):
        ended = self.run_it("send", "-e", self.peer.frontend, "s", "-", stdin=None, preexec_fn=lambda: os.close(0))
        self.assertEqual((ended.returncode, ended.stdout), (TROUBLE, b""))
        self.assertIn(b"cannot read the body", ended.stderr)

    def test_list_is_asked_for_in_pages(self):
        names = ["api.%03d" % number for number in range(1003)]
        run = self.begin("services", "-e", self.peer.frontend, "--json", "-t", "20000")
        for expected in (0, 500, 1000):
            peer, frames = self.peer.recv_client()
            call = json.loads(frames[4])
            self.assertEqual((frames[2], call["method"]), (b"butler.router", "services"))
            offset, limit = call["kwargs"]["offset"], call["kwargs"]["limit"]
            self.assertEqual((offset, limit), (expected, 500))
            self.peer.send_client(peer, b"", frames[1], json.dumps(
                {"services": [{"name": name} for name in names[offset:offset + limit]], "total": 1003}))
        ended = run.end()
        self.assertEqual(ended.returncode, DONE)
        self.assertEqual([row["name"] for row in json.loads(ended.stdout)], names)

    def test_list_that_is_none_is_refused(self):
        for response in (b"[]", b'"text"', b"{}", b'{"services": 1}'):
            run = self.begin("services", "-e", self.peer.frontend)
            peer, frames = self.peer.recv_client()
            self.peer.send_client(peer, b"", frames[1], response)
            ended = run.end()
            self.assertEqual((ended.returncode, ended.stdout), (REFUSED, b""))
            self.assertTrue(ended.stderr)


class Router(Case):
    """The router's own service, as people read it."""

    def setUp(self):
        super().setUp()
        self.daemon = self.router()

    def ask_it(self, *arguments):
        ended = self.butler(arguments[0], "-e", self.daemon.frontend, "-t", "20000", *arguments[1:])
        self.assertEqual((ended.returncode, ended.stderr), (DONE, b""))
        return ended.stdout.decode()

    def test_services_are_a_table(self):
        self.worker(self.daemon, "api.images", {"capacity": 4})
        worker = self.worker(self.daemon, "été", {"capacity": 1})
        client = self.client(self.daemon)
        for _ in range(12):
            client.request("été")
        worker.job()
        client.before_fence()
        self.assertEqual(self.ask_it("services").splitlines(), [
            "SERVICE     WORKERS  WAITING  RUNNING",
            "api.images        1        0        0",
            "été               1       11        1"])

    def test_empty_lists_have_a_head(self):
        self.assertEqual(self.ask_it("services"), "SERVICE  WORKERS  WAITING  RUNNING\n")
        self.assertEqual(self.ask_it("services", "--json"), "[]\n")
        self.assertTrue(self.ask_it("workers").startswith("ID  SERVICE"))

    def test_services_as_json(self):
        self.worker(self.daemon, "api.images", {"capacity": 4})
        row, = json.loads(self.ask_it("services", "--json"))
        self.assertEqual((row["name"], row["workers"], row["running"]), ("api.images", 1, 0))

    def test_workers_of_all_services_or_of_one(self):
        self.worker(self.daemon, "api.one", {"capacity": 4, "color": "red"})
        self.worker(self.daemon, "api.two", {"capacity": 5})
        lines = self.ask_it("workers").splitlines()
        self.assertEqual([line.split()[1] for line in lines], ["SERVICE", "api.one", "api.two"])
        lines = self.ask_it("workers", "api.two").splitlines()
        self.assertEqual([line.split()[3] for line in lines], ["CAPACITY", "5"])
        self.assertEqual([line.split()[-1] for line in lines], ["WORKER", "-"])
        row, = json.loads(self.ask_it("workers", "--json", "api.one"))
        self.assertEqual(row["properties"]["color"], "red")

    def test_workers_have_names(self):
        self.worker(self.daemon, "api.one", {"worker": "the first\x1b"})
        self.worker(self.daemon, "api.one", {"worker": {"a": 1}})
        self.assertEqual([line.split("  ")[-1].strip() for line in self.ask_it("workers").splitlines()[1:]],
                         ["the first?", '{"a":1}'])

    def test_stats(self):
        table = self.ask_it("stats")
        self.assertTrue(table.startswith("COUNTER"))
        values = dict(line.split() for line in table.splitlines()[1:])
        self.assertEqual(set(values), set(json.loads(self.ask_it("stats", "--json"))))
        self.assertEqual(values["malformed"], "0")

    def test_router_that_is_not_there_is_silence(self):
        #   A port that nobody listens at, and that nobody else is given meanwhile
        nobody = socket.socket()
        self.addCleanup(nobody.close)
        nobody.bind(("127.0.0.1", 0))
        endpoint = "tcp://127.0.0.1:%d" % nobody.getsockname()[1]
        for command in (["services"], ["workers"], ["stats"], ["find", "s"], ["call", "s", "m"], ["send", "s"],
                        ["describe", "s"], ["call", "s", "m", "--help"]):
            with self.subTest(command):
                ended = self.run_it(command[0], "-e", endpoint, "-t", "100", *command[1:])
                self.assertEqual((ended.returncode, ended.stdout), (SILENT, b""))
                self.assertEqual(ended.stderr.count(b"\n"), 1)

    def test_unknown_service_and_method_are_missing(self):
        for command in (["call", "nobody", "m"], ["send", "nobody"], ["find", "nobody"],
                        ["call", "butler.router", "nothing"]):
            ended = self.run_it(command[0], "-e", self.daemon.frontend, "-t", "20000", *command[1:])
            self.assertEqual(ended.returncode, MISSING, command)


class Sink(Case):

    def sink(self, *arguments):
        """A butler sink that is bound, and a socket that is connected to it."""
        process = self.start("butler", "sink", "-b", "tcp://127.0.0.1:*", *arguments)
        endpoint = process.wait_log("bound to").split()[-1]
        self.assertRegex(endpoint, r"^tcp://127\.0\.0\.1:[1-9][0-9]*$")
        push = self.context.socket(zmq.PUSH)
        self.addCleanup(push.close, 0)
        push.connect(endpoint)
        return process, push

    def test_each_payload_is_a_line_at_once(self):
        process, push = self.sink()
        for text in ("first", "", "été", "last"):
            push.send(text.encode())
            process.wait_for(lambda lines: lines and lines[-1] == text, process.out)
        self.assertEqual(process.out, ["first", "", "été", "last"])

    def test_payloads_as_json(self):
        process, push = self.sink("--json", "-n", "6")
        for payload in (b'{"a":  1}', b"17", b"text", b"two\nlines", b"", b"\xff\xfe"):
            push.send(payload)
        self.assertEqual(process.finish(), DONE)
        self.assertEqual([json.loads(line) for line in process.out],
                         [{"a": 1}, 17, "text", "two\nlines", "", {"base64": "//4="}])

    def test_it_ends_after_the_count(self):
        process, push = self.sink("-n", "2")
        for number in range(5):
            push.send(b"%d" % number)
        self.assertEqual(process.finish(), DONE)
        self.assertEqual(process.out, ["0", "1"])

    def test_signals_end_it_with_status_0(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            process, push = self.sink()
            push.send(b"one")
            process.wait_out("one")
            process.stop(number)

    def test_signals_end_it_under_a_flood(self):
        process, push = self.sink()
        push.sndtimeo = 100
        try:
            for _ in range(5000):
                push.send(b"x" * 100)
        except zmq.Again:
            pass
        process.stop()

    def test_endpoint_comes_from_the_environment(self):
        process = self.own(Process([program("butler"), "sink"], cwd=self.folder,
                                   env=dict(os.environ, BUTLER_SINK="ipc://%s/sink" % self.folder)))
        self.assertIn("ipc://", process.wait_log("bound to"))

    def test_endpoint_in_use_is_trouble(self):
        process, _ = self.sink()
        ended = self.run_it("sink", "-b", process.log[0].split()[-1])
        self.assertEqual((ended.returncode, ended.stdout), (TROUBLE, b""))
        self.assertIn(b"in use", ended.stderr)
        self.assertEqual(self.run_it("sink", "-b", "nowhere").returncode, USAGE)

    def test_output_that_cannot_be_written_ends_it(self):
        reading, writing = os.pipe()
        run = subprocess.Popen([program("butler"), "sink", "-b", "ipc://%s/sink" % self.folder],
                               stdout=writing, stderr=subprocess.PIPE)
        self.addCleanup(run.kill)
        os.close(writing)
        self.assertIn(b"bound to", run.stderr.readline())
        os.close(reading)
        push = self.context.socket(zmq.PUSH)
        self.addCleanup(push.close, 0)
        push.connect("ipc://%s/sink" % self.folder)
        push.send(b"lost")
        _, error = run.communicate(timeout=scaled(20))
        self.assertEqual(run.returncode, TROUBLE)
        self.assertIn(b"cannot write the output", error)


if __name__ == "__main__":
    main()
