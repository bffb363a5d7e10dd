#   test_butler_work.py - butler work: any program as a worker
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""What a command is given, what becomes of what it writes, and how it ends. The frames are in test_worker.py."""

import json
import os
import signal
import subprocess
import sys
import time

from harness import Process, TestCase, main, program, relative, scaled, wait_until
from peers import read_error

DONE, USAGE = 0, 2


class Case(TestCase):

    def setUp(self):
        super().setUp()
        self.daemon = self.router()

    def work(self, *arguments, service="api.run", **options):
        """A butler work that the router knows of."""
        process = self.start("butler", "work", "-e", self.daemon.backend, service, *arguments, **options)
        wait_until(lambda: process.status is not None or self.count_workers(self.daemon, service),
                   "the worker is registered")
        return process

    def shell(self, script, *options, **more):
        return self.work(*options, "--", "sh", "-c", script, **more)

    def send(self, body=b"", service="api.run", **options):
        """A direct request's answer."""
        options.setdefault("expiration", relative(scaled(60000)))
        client = self.client(self.daemon)
        return client.answer(client.request(service, body, **options), seconds=60)

    def call(self, method, *args, **kwargs):
        return self.send(json.dumps({"method": method, "args": args, "kwargs": kwargs}))

    def leave(self, process):
        """End it; whoever comes next is not taken for it."""
        process.stop()
        wait_until(lambda: self.count_workers(self.daemon, "api.run") == 0, "it has left")

    def written(self, name="running"):
        """The line that a command has written to this file; nothing until it is all there."""
        path = os.path.join(self.folder, name)
        if not os.path.exists(path):
            return ""
        with open(path) as file:
            text = file.read()
        return text.strip() if text.endswith("\n") else ""

    def assert_expired(self, response):
        """A router that a busy machine stops at that time hears first that the command was killed for it."""
        code, _, error = read_error(response)
        if code != 504:
            self.assertIn("was killed: its request had expired", error["message"])

    def error(self, response):
        code, kind, error = read_error(response)
        self.assertEqual((code, kind), (500, "exception"))
        return error


class Direct(Case):

    def test_large_bodies_pass_both_ways(self):
        self.work("--", "cat")
        body = os.urandom(1 << 20) * 8
        self.assertEqual(self.send(body), body)

    def test_output_comes_while_input_is_not_all_read(self):
        self.shell("head -c 10; head -c 3000000 /dev/zero; cat >/dev/null")
        self.assertEqual(len(self.send(b"x" * 3000000)), 3000010)

    def test_command_need_not_read(self):
        self.shell("echo fine")
        self.assertEqual(self.send(b"x" * 3000000), b"fine\n")

    def test_command_may_close_its_input_and_go_on(self):
        self.shell("exec <&-; sleep 0.2; echo fine")
        self.assertEqual(self.send(b"x" * 3000000), b"fine\n")

    def test_errors_of_a_command_that_is_fine_go_to_our_stderr(self):
        process = self.shell("echo a warning >&2; echo fine")
        self.assertEqual(self.send(), b"fine\n")
        process.wait_log("a warning")

    def test_empty_output_is_an_empty_answer(self):
        self.work("--", "true")
        self.assertEqual(self.send(b"x"), b"")

    def test_arguments_are_handed_on_as_they_are(self):
        self.work("--", "printf", "%s|", "a b", "", "$HOME", "--", "-x", "*")
        self.assertEqual(self.send(), b"a b||$HOME|--|-x|*|")

    def test_command_stands_without_dashes_too(self):
        self.work("cat")
        self.assertEqual(self.send(b"fine"), b"fine")


class Environment(Case):

    def test_variables_tell_of_the_request(self):
        self.shell('echo "$BUTLER_SERVICE|$BUTLER_METHOD|$BUTLER_REQUEST_ID|$BUTLER_DEADLINE_MS|$OTHER"',
                   env=dict(os.environ, BUTLER_METHOD="old", OTHER="kept"))
        fields = self.send(api_id=b"1.0:my-id", expiration=relative(50000)).decode().strip().split("|")
        self.assertEqual(fields[:3] + fields[4:], ["api.run", "", "1.0:my-id", "kept"])
        self.assertTrue(20000 < int(fields[3]) <= 50000, fields[3])

    def test_variable_tells_the_workers_name(self):
        process = self.shell('echo "$BUTLER_WORKER"', env=dict(os.environ, BUTLER_WORKER="old"))
        self.assertEqual(self.send().decode(), "%s/%d\n" % (os.uname().nodename, process.pid))
        self.leave(process)
        self.shell('echo "$BUTLER_WORKER"', "--name", "the third été")
        self.assertEqual(self.send().decode(), "the third été\n")

    def test_variables_tell_of_the_method(self):
        self.shell('echo "\\"$BUTLER_METHOD\\""', "--method", "one", "--method", "two")
        self.assertEqual(json.loads(self.call("two")), "two")
        self.assertEqual(json.loads(self.call("one")), "one")

    def test_no_descriptor_leaks_into_the_command(self):
        self.shell("ls -l /proc/self/fd >&2; ls /proc/self/fd")
        #   its own stdin, stdout, stderr, and the folder that it lists
        self.assertEqual(self.send().split(), [b"0", b"1", b"2", b"3"])

    def test_signals_are_as_by_default(self):
        self.work("--", "grep", "-E", "Sig(Blk|Ign)", "/proc/self/status")
        for line in self.send().decode().splitlines():
            #   beyond 31 they are the C library's own
            self.assertEqual(int(line.split()[1], 16) & 0x7fffffff, 0, line)

    def test_command_leads_a_process_group_of_its_own(self):
        self.work("--", sys.executable, "-c", "import os; print(os.getpgrp() == os.getpid())")
        self.assertEqual(self.send(), b"True\n")

    def test_endpoint_comes_from_the_environment(self):
        process = self.own(Process([program("butler"), "work", "api.run", "cat"], cwd=self.folder,
                                   env=dict(os.environ, BUTLER_BACKEND=self.daemon.backend)))
        wait_until(lambda: self.count_workers(self.daemon, "api.run"), "the worker is registered")
        self.assertEqual(self.send(b"fine"), b"fine")
        self.assertIsNone(process.status)


class Calls(Case):

    def test_call_is_a_line_of_json(self):
        self.shell('read line; printf "%s" "$line"', "--method", "echo")
        self.assertEqual(json.loads(self.call("echo", "a", 1, None, x={"y": [True]})),
                         {"method": "echo", "args": ["a", 1, None], "kwargs": {"x": {"y": [True]}}})

    def test_output_is_json_or_else_a_string(self):
        for output, result in (("17", 17), (" [1, 2]\n", [1, 2]), ('"text"\n', "text"), ("null", None),
                               ("text\n", "text"), ("two\nlines\n\n", "two\nlines\n"), ("", ""), ("\n", ""),
                               ("{broken", "{broken"), ("été\n", "été"), ("1 2", "1 2")):
            with self.subTest(output):
                process = self.work("--method", "m", "--", "printf", "%s", output)
                self.assertEqual(json.loads(self.call("m")), result)
                self.leave(process)

    def test_output_that_is_no_text_is_an_exception(self):
        self.work("--method", "m", "--", "printf", r"\377")
        self.assertIn("neither JSON nor UTF-8", self.error(self.call("m"))["message"])

    def test_signature_is_checked(self):
        self.work("--method", "scale (factor: integer, name: string = \"x\")", "--", "cat")
        error = self.error(self.call("scale", "two"))
        self.assertEqual(error["name"], "TypeError")
        self.assertIn("'factor' must be", error["message"])
        self.assertEqual(json.loads(self.call("scale", 2))["args"], [2])

    def test_body_that_is_no_call_is_400(self):
        self.work("--method", "m", "--", "cat")
        self.assertEqual(read_error(self.send(b"no call"))[0], 400)


class Failing(Case):

    def test_status_is_told(self):
        self.shell("echo one >&2; echo lost; echo two >&2; exit 3")
        error = self.error(self.send())
        self.assertEqual([error["name"], error["message"], error["traceback"]],
                         ["CommandError", "sh exited with status 3", "one\ntwo\n"])

    def test_signal_is_told(self):
        self.shell("kill -TERM $$")
        self.assertEqual(self.error(self.send())["message"], "sh was ended by signal 15 (Terminated)")

    def test_last_of_a_long_stderr_is_the_traceback(self):
        self.shell("head -c 1000000 /dev/zero | tr '\\0' x >&2; printf '\\000the end' >&2; exit 1")
        traceback = self.error(self.send())["traceback"]
        self.assertEqual(len(traceback), 65536)
        self.assertTrue(traceback.endswith("xxx?the end"))

    def test_stderr_that_is_no_text_is_no_trouble(self):
        self.shell("printf 'caf\\351' >&2; exit 1")
        self.assertTrue(self.error(self.send())["traceback"].startswith("caf"))

    def test_endless_output_is_an_end(self):
        self.work("--", "yes")
        self.assertEqual(self.error(self.send())["message"], "yes wrote more than 67108864 bytes")
        self.assertEqual(self.error(self.send())["name"], "CommandError")

    def test_command_that_goes_away_is_an_exception_each_time(self):
        path = os.path.join(self.folder, "command")
        with open(path, "w") as file:
            file.write("#!/bin/sh\necho fine\n")
        os.chmod(path, 0o755)
        self.work("--", path)
        self.assertEqual(self.send(), b"fine\n")
        os.unlink(path)
        self.assertEqual(self.error(self.send())["message"],
                         "%s cannot be run: No such file or directory" % path)

    def test_worker_goes_on_after_failures(self):
        process = self.shell('read word; [ "$word" = fine ] && echo fine')
        for _ in range(20):
            self.error(self.send(b"bad\n"))
        self.assertEqual(self.send(b"fine\n"), b"fine\n")
        self.assertIsNone(process.status)
        self.assertLess(len(os.listdir("/proc/%d/fd" % process.pid)), 40)


class Starting(Case):

    def refused(self, *arguments):
        ended = subprocess.run([program("butler"), "work", "-e", self.daemon.backend, *arguments],
                               cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True,
                               timeout=scaled(20))
        self.assertEqual((ended.returncode, ended.stdout), (USAGE, b""))
        self.assertEqual(ended.stderr.count(b"\n"), 1)
        return ended.stderr.decode()

    def test_command_that_cannot_run_is_told_at_once(self):
        with open(os.path.join(self.folder, "plain"), "w"):
            pass
        for command, words in (("no-such-command", "No such file"), ("./nothing", "No such file"),
                               ("./plain", "Permission denied"), ("/", "Permission denied"),
                               ("", "No such file")):
            with self.subTest(command):
                said = self.refused("api.run", "--", command)
                self.assertIn("cannot run '%s'" % command, said)
                self.assertIn(words, said)

    def test_method_that_is_none_is_told(self):
        for method in ("", "two words", "m (a: colour)", "m (a: integer = \"x\")", "m ("):
            with self.subTest(method):
                self.assertIn("--method: ", self.refused("api.run", "--method", method, "--", "cat"))
        self.assertIn("--method: ", self.refused("api.run", "-m", "same", "-m", "same", "--", "cat"))

    def test_name_that_is_none_is_told(self):
        for name in ("", "two\nlines", "x" * 256, b"\xff"):
            self.assertIn("--name: ", self.refused("api.run", "--name", name, "--", "cat"))

    def test_doc_that_is_none_is_told(self):
        for doc in ("upper", "lower=what it does", "=what it does"):
            with self.subTest(doc):
                self.assertIn("--doc", self.refused("api.run", "-m", "upper", "--doc", doc, "--", "cat"))

    def test_command_is_found_as_a_shell_finds_it(self):
        folder = os.path.join(self.folder, "bin")
        os.mkdir(folder)
        with open(os.path.join(folder, "mine"), "w") as file:
            file.write("#!/bin/sh\necho mine\n")
        os.chmod(os.path.join(folder, "mine"), 0o755)
        self.work("--", "mine", env=dict(os.environ, PATH="/nothing::%s:/bin" % folder))
        self.assertEqual(self.send(), b"mine\n")


class Side(Case):

    def test_as_many_run_as_are_wished(self):
        self.shell("echo $$ >>started; cat >/dev/null; while [ ! -e go ]; do sleep 0.05; done", "-j", "2")
        client = self.client(self.daemon)
        for _ in range(3):
            client.request("api.run", expiration=relative(scaled(60000)))
        client.before_fence()               # all three are at the router

        def started():
            path = os.path.join(self.folder, "started")
            if not os.path.exists(path):
                return 0
            with open(path) as file:
                return len(file.readlines())
        wait_until(lambda: started() == 2, "two run")
        row, = self.ask(self.daemon, "services")["services"]
        self.assertEqual((row["running"], row["waiting"]), (2, 1))
        with open(os.path.join(self.folder, "go"), "w"):
            pass
        for _ in range(3):
            client.recv()
        self.assertEqual(started(), 3)


class Told(Case):
    """What others learn of a worker."""

    def test_methods_are_described(self):
        self.work("-m", "upper (text: string)", "-m", "lower", "--doc", "upper=Makes it = loud", "--", "cat")
        methods = json.loads(self.call("butler.describe"))["methods"]
        self.assertEqual([(method["name"], method["doc"]) for method in methods],
                         [("lower", ""), ("upper", "Makes it = loud")])

    def test_name_stands_in_lists_and_errors(self):
        self.shell("exit 3", "--name", "the third")
        row, = self.ask(self.daemon, "workers")["workers"]
        self.assertEqual(row["properties"]["worker"], "the third")
        self.assertEqual(self.error(self.send())["worker"], "the third")

    def test_json_tells_beginning_and_end(self):
        process = self.shell('read word; [ "$word" = fine ]', "--json", "-j", "2", "--name", "the third")
        started = json.loads(process.wait_out("started"))
        self.assertEqual(started, {"event": "started", "service": "api.run", "worker": "the third", "jobs": 2,
                                   "endpoints": [self.daemon.backend]})
        for word in (b"fine\n", b"bad\n", b"fine\n"):
            self.send(word)
        process.stop()
        self.assertEqual([json.loads(line) for line in process.out[1:]],
                         [{"event": "ended", "service": "api.run", "answered": 2, "failed": 1}])

    def test_nothing_is_said_without_json(self):
        process = self.work("--", "cat")
        self.send()
        process.stop()
        self.assertEqual((process.out, process.log), ([], []))


class Expired(Case):
    """Commands whose answers nobody awaits any more."""

    def begin_late(self, *options):
        """A worker whose command outlives its request."""
        process = self.shell("[ -e enough ] && exit; echo $$ >running; sleep 100 & wait", *options)

        def outlived():
            """Where the machine is busy a request expires before its command runs: then another."""
            self.assert_expired(self.send(expiration=relative(int(scaled(500)))))
            return self.written()
        return process, "/proc/%s" % wait_until(outlived, "a command outlives its request")

    def test_they_are_killed_on_request(self):
        process, command = self.begin_late("--kill-expired")
        wait_until(lambda: not os.path.exists(command), "the command is gone")
        with open(os.path.join(self.folder, "enough"), "w"):
            pass
        self.assertEqual(self.send(), b"", "the worker goes on")
        self.assertIsNone(process.status)

    def test_they_are_left_alone_else(self):
        process, command = self.begin_late("-j", "2")
        time.sleep(1.5)             # more than a look at what has expired would take
        self.assertTrue(os.path.exists(command))
        process.signal(signal.SIGTERM)
        self.assertEqual(process.finish(), DONE)

    def test_router_that_does_not_end_them_hears_why(self):
        peer = self.py_router()
        process = self.start("butler", "work", "-e", peer.backend, "-k", "api.run", "--", "sleep", "100")
        worker, _ = peer.recv_worker()

        def killed():
            """Where the machine is busy a request expires before its command runs: then another."""
            peer.dispatch(worker, b"api.run", b"", expiration=relative(200))
            _, frames = peer.recv_worker()
            return frames[-1] if read_error(frames[-1])[0] != 504 else None
        self.assertEqual(self.error(wait_until(killed, "a command is killed"))["message"],
                         "sleep was killed: its request had expired")
        peer.close()
        process.crash()


class Ending(Case):

    def begin_slow(self, script, expiration=60000):
        """A worker whose command runs; the client, and the api:id asked for."""
        process = self.shell("echo $$ >running; " + script)
        client = self.client(self.daemon)
        api_id = client.request("api.run", expiration=relative(int(scaled(expiration))))
        wait_until(self.written, "the command runs")
        return process, client, api_id

    def test_signals_end_it_with_status_0(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            process = self.work("--", "cat")
            process.stop(number)
            wait_until(lambda: self.count_workers(self.daemon, "api.run") == 0, "it has left")

    def test_running_command_may_finish(self):
        process, client, api_id = self.begin_slow("while [ ! -e go ]; do sleep 0.05; done; echo done")
        process.signal(signal.SIGTERM)
        wait_until(lambda: self.ask(self.daemon, "workers")["workers"][0]["leaving"], "it is leaving")
        with open(os.path.join(self.folder, "go"), "w"):
            pass
        self.assertEqual(client.answer(api_id), b"done\n")
        self.assertEqual(process.finish(), DONE)

    def test_command_whose_answer_nobody_awaits_is_killed(self):
        process, client, api_id = self.begin_slow("sleep 100", expiration=2500)
        started = time.monotonic()
        process.signal(signal.SIGTERM)
        self.assert_expired(client.answer(api_id))
        self.assertEqual(process.finish(), DONE)
        self.assert_took(started, 0, 8)

    def test_second_signal_kills_the_command(self):
        process, client, api_id = self.begin_slow("sleep 100 & wait; echo never")
        process.signal(signal.SIGTERM)
        wait_until(lambda: self.ask(self.daemon, "workers")["workers"][0]["leaving"], "it is leaving")
        #   A second signal counts a third of a second after the first was taken, and a third would
        #   not wait for the answer
        self.assertIsNone(client.poll(0.4))
        process.signal(signal.SIGTERM)
        self.assertEqual(self.error(client.answer(api_id, seconds=20))["message"],
                         "sh was killed: its worker was told to end")
        self.assertEqual(process.finish(), DONE)
        self.assertFalse(os.path.exists("/proc/" + self.written()))


if __name__ == "__main__":
    main()
