#   test_seed.py - each example of the original butler's README, in C, does what it did there
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""The examples seed_*.c, against the real butlerd and against peers that speak 0.3.0's frames."""

import json
import os
import pickle

import zmq

from harness import LOOPBACK, TestCase, main, scaled, wait_until
from peers import Peer

CALL = {"method": "resize_image", "args": ["test.jpeg", "150x180"], "kwargs": {}}


class SeedCase(TestCase):

    def run_example(self, name, *arguments):
        """Run an example to its end: (status, lines of stdout, lines of stderr)."""
        process = self.start(name, *arguments)
        status = process.finish(20)
        return status, process.out, process.log

    def serve(self, router, example, *arguments, service="api.images"):
        """An example that is a worker, once the router knows it."""
        process = self.start(example, router.backend, *arguments)
        wait_until(lambda: self.count_workers(router, service) == 1, "%s is registered" % example)
        return process

    def old_client(self, router):
        """A client as 0.3.0 has it: bare strings, pickled exceptions."""
        return self.client(router, dialect=0)

    def old_call(self, client, service, method, *args, **kwargs):
        """What a client of 0.3.0 is answered: bytes."""
        return client.answer(client.request(service, json.dumps(
            {"method": method, "args": args, "kwargs": kwargs})))


class Router(SeedCase):

    def start_router(self, frontend=LOOPBACK, backend=LOOPBACK):
        router = self.start("seed_router", frontend, backend)
        router.frontend = router.wait_out("frontend ").split()[1]
        router.backend = router.wait_out("backend ").split()[1]
        return router

    def test_router_bridges_two_networks(self):
        router = self.start_router(backend="ipc://%s/backend" % self.folder)
        worker = self.worker(router, "api.images")
        client = self.old_client(router)
        api_id = client.request("api.images", json.dumps(CALL))
        job = worker.job()
        self.assertEqual((job.api_id, job.service, json.loads(job.body)),
                         (api_id, b"api.images", CALL))
        worker.reply(job, b"resized image")
        self.assertEqual(client.answer(api_id), b"resized image")

    def test_router_serves_the_other_examples(self):
        router = self.start_router()
        self.serve(router, "seed_worker")
        self.assertEqual(self.run_example("seed_rpc", router.frontend), (0, ["resized image"], []))

    def test_socket_that_cannot_be_bound_is_told(self):
        status, _, log = self.run_example("seed_router", LOOPBACK, "nowhere")
        self.assertEqual(status, 1)
        self.assertIn("backend ERROR", "\n".join(log))


class Worker(SeedCase):

    def test_function_has_its_name_and_another(self):
        router = self.router()
        self.serve(router, "seed_worker")
        client = self.old_client(router)
        for method in ("resize_image", "resize"):
            self.assertEqual(self.old_call(client, "api.images", method, "test.jpeg", "150x180"),
                             b"resized image")
        self.assertEqual(self.old_call(client, "api.images", "shrink"), b"404")

    def test_arguments_may_be_named(self):
        router = self.router()
        self.serve(router, "seed_worker")
        client = self.old_client(router)
        self.assertEqual(self.old_call(client, "api.images", "resize", size="1x1", name="a"),
                         b"resized image")

    def test_object_has_all_methods_of_its_table(self):
        router = self.router()
        self.serve(router, "seed_object")
        client = self.old_client(router)
        for number in range(3):
            self.assertEqual(self.old_call(client, "api.images", "count"), b"%d" % number)
            self.assertEqual(self.old_call(client, "api.images", "resize_image", "a", "1x1"),
                             b"resized image")

    def test_exception_is_one_that_python_loads(self):
        router = self.router()
        self.serve(router, "seed_worker")
        client = self.old_client(router)
        answer = self.old_call(client, "api.images", "resize_image")
        code, kind, error = answer.split(b":", 2)
        self.assertEqual((code, kind), (b"500", b"exception"))
        loaded = pickle.loads(json.loads(error)["object"].encode())
        self.assertIs(type(loaded), TypeError)
        self.assertEqual(str(loaded), "resize_image() takes 2 arguments (0 given)")

    def test_worker_leaves_when_it_is_told_to_stop(self):
        router = self.router()
        for example in ("seed_worker", "seed_object", "seed_loop"):
            with self.subTest(example):
                self.serve(router, example).stop()
                wait_until(lambda: self.count_workers(router, "api.images") == 0, "it has left")

    def test_loop_answers_direct_requests(self):
        router = self.router()
        self.serve(router, "seed_loop")
        client = self.old_client(router)
        for body in (b"", b"\0\xff", json.dumps(CALL)):
            self.assertEqual(client.answer(client.request("api.images", body)), b"hello world")


class Client(SeedCase):

    def answered(self, example, *replies):
        """Run an example while a worker of 0.3.0 replies: its end, and the bodies it sent."""
        router = self.router()
        worker = self.worker(router, "api.images")
        process = self.start(example, router.frontend)
        bodies = []
        for reply in replies:
            job = worker.job()
            bodies.append(job.body)
            worker.reply(job, reply)
        return (process.finish(20), process.out, process.log), bodies

    def test_rpc_is_answered_by_our_worker(self):
        router = self.router()
        self.serve(router, "seed_worker")
        self.assertEqual(self.run_example("seed_rpc", router.frontend), (0, ["resized image"], []))

    def test_rpc_is_answered_by_an_old_worker(self):
        end, (body,) = self.answered("seed_rpc", b"resized image")
        self.assertEqual(end, (0, ["resized image"], []))
        self.assertEqual(dict({"kwargs": {}}, **json.loads(body)), CALL)

    def test_exception_has_name_and_message(self):
        router = self.router()
        self.serve(router, "seed_worker")
        status, out, _ = self.run_example("seed_exception", router.frontend)
        self.assertEqual(status, 0)
        self.assertEqual(out[0], "TypeError: resize_image() takes 2 arguments (0 given)")
        told = dict(line.split(":", 1) for line in out[1:])
        for key, value in (("status", "500"), ("name", "TypeError"), ("service", "api.images"),
                           ("method", "resize_image"),
                           ("message", "resize_image() takes 2 arguments (0 given)")):
            self.assertEqual(told[key].strip(), value)
        self.assertRegex(told["worker"], "^ +[^ ]+/[0-9]+$")
        self.assertRegex(told["request"], r"^ +1\.[0-9]+:[!-~]+$")

    def test_exception_of_an_old_worker_is_told_and_never_loaded(self):
        pickled = pickle.dumps(TypeError("resize_image() takes exactly 2 arguments (0 given)"), 0)
        (status, out, _), _ = self.answered("seed_exception", b"500:exception:" + pickled)
        self.assertEqual(status, 0)
        self.assertIn("status:    500", out)
        self.assertIn("resize_image() takes exactly 2 arguments (0 given)", "\n".join(out))

    def test_missing_method_of_an_old_worker_is_404(self):
        (status, out, _), _ = self.answered("seed_exception", b"404")
        self.assertEqual(status, 0)
        self.assertIn("status:    404", out)

    def test_timeout_and_retries_and_persistent_are_obeyed(self):
        wait_until(self.tried_three_times, "the machine is quick enough to let each attempt begin", 20)

    def tried_three_times(self):
        """Whether all attempts were made in time; they come on connections that are not in order."""
        router = self.py_router()
        process = self.start("seed_timeout", router.frontend, "%d" % (scaled(1) * 200))
        self.assertEqual(process.finish(), 1)
        attempts, cancels = {}, []
        while router.front.poll(scaled(0.2) * 1000):
            peer, frames = router.recv_client()
            if frames[2] == b"butler.cancel":
                cancels.append((peer, frames))
            else:
                self.assertNotIn(peer, attempts, "a socket for each attempt")
                attempts[peer] = frames[1]
        router.close()
        self.assertLessEqual(len(attempts), 3)
        if len(attempts) < 3 or not cancels:
            return False
        self.assertTrue(process.log[0].startswith("0 "), process.log)
        (peer, frames), = cancels
        self.assertEqual(frames, [b"", attempts[peer], b"butler.cancel", b"+0", b""])
        return True

    def test_last_attempt_may_succeed(self):
        router = self.py_router()
        process = self.start("seed_timeout", router.frontend, "%d" % (scaled(1) * 1000))
        router.recv_client()
        peer, frames = router.recv_client()
        router.send_client(peer, b"", frames[1], b"resized image")
        self.assertEqual((process.finish(), process.out), (0, ["resized image"]))

    def test_discovery_finds_who_is_there(self):
        router = self.router()
        self.assertEqual(self.run_example("seed_find", router.frontend),
                         (1, ["nobody is around to handle api.images"], []))
        self.serve(router, "seed_worker")
        self.assertEqual(self.run_example("seed_find", router.frontend),
                         (0, ["someone is around to handle api.images"], []))

    def test_discovery_finds_an_old_worker(self):
        router = self.router()
        self.worker(router, "api.images")
        self.assertEqual(self.run_example("seed_find", router.frontend)[0], 0)


class Direct(SeedCase):

    def test_direct_call_reaches_the_loop(self):
        router = self.router()
        self.serve(router, "seed_loop")
        status, out, _ = self.run_example("seed_direct", router.frontend)
        self.assertEqual((status, out), (0, ["hello world"]))

    def test_direct_call_reaches_a_method(self):
        router = self.router()
        self.serve(router, "seed_object")
        self.assertEqual(
            self.run_example("seed_direct", router.frontend),
            (0, ["\"resized image\"", "count ()", "resize_image (uri: string, size: string)"], []))
        client = self.old_client(router)
        flat = json.dumps({"method": "resize_image", "uri": "test.jpeg", "size": "150x180"})
        self.assertEqual(client.answer(client.request("api.images", flat)), b"resized image")
        self.assertEqual(self.old_call(client, "api.images", "count"), b"2")

    def test_direct_call_reaches_an_old_worker(self):
        router = self.router()
        worker = self.worker(router, "api.images")
        process = self.start("seed_direct", router.frontend)
        job = worker.job()
        self.assertEqual(json.loads(job.body),
                         {"method": "resize_image", "uri": "test.jpeg", "size": "150x180"})
        worker.reply(job, b"\xc3\xa9: any bytes")
        worker.reply(worker.job(), b"404")
        self.assertEqual((process.finish(), process.out), (0, ["\u00e9: any bytes"]))


class Sink(SeedCase):

    def start_sink(self):
        sink = self.start("seed_sink", LOOPBACK)
        return sink, sink.wait_out("bound to ").split()[-1]

    def test_sink_receives_what_a_worker_emits(self):
        sink, endpoint = self.start_sink()
        router = self.router()
        self.serve(router, "seed_worker", endpoint)
        self.run_example("seed_rpc", router.frontend)
        sink.wait_out("MSG received: test.jpeg")

    def test_sink_receives_what_a_push_socket_sends(self):
        sink, endpoint = self.start_sink()
        push = Peer(self.context, zmq.PUSH, endpoint)
        self.addCleanup(push.close)
        for number in range(3):
            push.send(b"event %d" % number)
        sink.wait_out("MSG received: event 2")
        received = [line.split("MSG received: ")[1] for line in sink.out if "MSG received" in line]
        self.assertEqual(received, ["event 0", "event 1", "event 2"])


class Asynchronous(SeedCase):

    def setUp(self):
        super().setUp()
        self.daemon = self.router()
        self.process = self.start("seed_async", self.daemon.frontend, "@" + LOOPBACK)
        endpoint = self.process.wait_out("orders at ").split()[-1]
        self.orders = Peer(self.context, zmq.PUSH, endpoint)
        self.addCleanup(self.orders.close)

    def test_answers_come_in_any_order_beside_the_programs_own_socket(self):
        worker = self.worker(self.daemon, "api.images", {"capacity": 3})
        for name in ("a", "b", "c"):
            self.orders.send(name)
        jobs = {json.loads(job.body)["args"][0]: job for job in (worker.job() for _ in range(3))}
        for name in ("c", "a", "b"):
            worker.reply(jobs[name], b'"resized %s"' % name.encode())
        self.process.wait_out("resized b")
        self.assertEqual(self.process.out[1:4], ["1: a", "2: b", "3: c"])
        self.assertEqual(self.process.out[4:], ["3: resized c", "1: resized a", "2: resized b"])

    def test_many_calls_are_each_answered_once(self):
        self.serve(self.daemon, "seed_worker")
        for number in range(200):
            self.orders.send("%d" % number)
        out = self.process.wait_for(
            lambda lines: sum("resized image" in line for line in lines) == 200, self.process.out, 20)
        answered = [int(line.split(":")[0]) for line in out if "resized image" in line]
        self.assertEqual(sorted(answered), list(range(1, 201)))

    def test_failures_are_told_beside_the_rest(self):
        self.orders.send("nobody")
        self.process.wait_out("1: ServiceNotFound")


class Shell(SeedCase):
    """The same from the command line, against the examples as peers."""

    SIGNATURES = ("resize_image (name: string, size: string)", "resize (name: string, size: string)")

    def ask_butler(self, router, command, *arguments):
        """(status, stdout, stderr) of a butler that asks this router."""
        ended = self.butler(command, "-e", router.frontend, "-t", "%d" % (scaled(10) * 1000), *arguments)
        return ended.returncode, ended.stdout.decode().strip(), ended.stderr.decode().strip()

    def assert_functions(self, router):
        """Both names are served, to our client and to an old one."""
        wait_until(lambda: self.count_workers(router, "api.images") == 1, "the worker is registered")
        self.assertEqual(self.run_example("seed_rpc", router.frontend), (0, ["resized image"], []))
        for method in ("resize_image", "resize"):
            self.assertEqual(self.old_call(self.old_client(router), "api.images", method, "a", "1x1"),
                             b"resized image")

    def test_command_serves_methods(self):
        router = self.router()
        methods = [word for signature in self.SIGNATURES for word in ("--method", signature)]
        self.start("butler", "work", "-e", router.backend, *methods, "api.images", "--",
                   "echo", "resized image")
        self.assert_functions(router)

    def test_section_of_the_configuration_serves_methods(self):
        path = os.path.join(self.folder, "sections.cfg")
        with open(path, "w", encoding="utf-8") as file:
            file.write("frontend\n    bind = %s\nbackend\n    bind = %s\n" % (LOOPBACK, LOOPBACK)
                       + "butler_worker\n    service = api.images\n"
                       + "".join("    method = \"%s\"\n        run = echo resized image\n" % signature
                                 for signature in self.SIGNATURES))
        router = self.start("butlerd", "-c", path)
        router.frontend = router.wait_log("socket=frontend").split("endpoint=")[1]
        self.assert_functions(router)

    def test_command_calls(self):
        router = self.router()
        self.serve(router, "seed_worker")
        self.assertEqual(
            self.ask_butler(router, "call", "api.images", "resize_image", "test.jpeg", "150x180"),
            (0, '"resized image"', ""))
        self.assertEqual(
            self.ask_butler(router, "call", "api.images", "resize_image"),
            (1, "", "butler call: TypeError: resize_image() takes 2 arguments (0 given)"))

    def test_command_sends_directly(self):
        router = self.router()
        self.serve(router, "seed_loop")
        self.assertEqual(self.ask_butler(router, "send", "api.images", json.dumps(CALL)),
                         (0, "hello world", ""))

    def test_command_introspects(self):
        router = self.router()
        self.serve(router, "seed_object")
        status, out, _ = self.ask_butler(router, "describe", "api.images")
        self.assertEqual(status, 0)
        self.assertIn("count ()", out)
        self.assertIn("resize_image (", out)

    def test_command_finds(self):
        router = self.router()
        self.assertEqual(self.ask_butler(router, "find", "api.images")[:2], (4, "api.images 400"))
        self.serve(router, "seed_worker")
        self.assertEqual(self.ask_butler(router, "find", "api.images")[:2], (0, "api.images 200"))

    def test_command_is_a_sink(self):
        endpoint = "ipc://%s/sink" % self.folder
        sink = self.start("butler", "sink", "-b", endpoint)
        router = self.router()
        self.serve(router, "seed_worker", endpoint)
        self.run_example("seed_rpc", router.frontend)
        sink.wait_out("test.jpeg")


class Usage(SeedCase):

    def test_wrong_endpoints_are_told(self):
        for example in ("seed_worker", "seed_object", "seed_loop", "seed_sink"):
            with self.subTest(example):
                status, _, log = self.run_example(example, "nowhere")
                self.assertEqual(status, 1)
                self.assertTrue(log)

    def test_reserved_names_are_refused_everywhere(self):
        path = os.path.join(self.folder, "butlerd.cfg")
        for name in ("timeout", "close", "butler.describe"):
            with self.subTest(name):
                ended = self.butler("work", "--method", name, "api.images", "--", "cat")
                self.assertEqual(ended.returncode, 2)
                self.assertIn(b"reserved", ended.stderr)
                with open(path, "w", encoding="utf-8") as file:
                    file.write("butler_worker\n    service = api.images\n"
                               "    method = %s\n        run = cat\n" % name)
                status, _, log = self.run_example("butlerd", "--check", "-c", path)
                self.assertEqual(status, 2)
                self.assertIn(":3: butler_worker/method: ", log[0])
                self.assertIn("reserved", log[0])


if __name__ == "__main__":
    main()
