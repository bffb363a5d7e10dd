#   test_client.py - our client against a router in Python
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""The exact frames of butler call, send and find; attempts; every kind of response."""

import json
import pickle
import socket
import time

import zmq

from harness import TestCase, main, scaled, wait_until, within

#   Exit codes
DONE, EXCEPTION, USAGE, SILENT, MISSING, REFUSED = range(6)


class ClientCase(TestCase):

    def setUp(self):
        super().setUp()
        self.peer = self.py_router()

    def patient(self, command, *arguments, **options):
        """Begin one of butler's commands with time enough for a slow machine."""
        return self.begin(command, "-e", self.peer.frontend, "-t", "%d" % (scaled(10) * 1000),
                          *arguments, **options)

    def call(self, *arguments):
        return self.patient("call", *arguments)

    def answered(self, run, *frames, echo=True):
        """Answer its request, and wait for its end."""
        peer, request = self.peer.recv_client()
        self.peer.send_client(peer, b"", *([request[1]] if echo else []), *frames)
        return run.end()


class Frames(ClientCase):

    def test_call_is_the_requests_frames(self):
        run = self.begin("call", "-e", self.peer.frontend, "-t", "20000",
                         "api.images", "resize_image", "test.jpeg", "150x180")
        peer, frames = self.peer.recv_client()
        self.assertEqual(len([peer] + frames), 6, "six frames with the routing id")
        null, api_id, service, expiration, body = frames
        self.assertEqual(null, b"")
        self.assertRegex(api_id, rb"^1\.[0-9]+:[!-~]+$")
        self.assertEqual(service, b"api.images")
        self.assertRegex(expiration, rb"^\+[0-9]{1,10}$")
        self.assertLessEqual(int(expiration), 20000)
        self.assertGreater(int(expiration), 10000)
        call = json.loads(body)
        self.assertEqual(call["method"], "resize_image")
        self.assertEqual(call["args"], ["test.jpeg", "150x180"])
        self.assertEqual(call.get("kwargs", {}), {})
        self.peer.send_client(peer, b"", api_id, b'"fine"')
        self.assertEqual(run.end().returncode, DONE)

    def test_arguments_that_are_json_are_sent_as_json(self):
        run = self.call("s", "m", "1", "2.5", "true", "null", '{"a": [1]}', '"7"', "text", "1x",
                        "--kw", "name=x y", "--kw", "count=3")
        peer, frames = self.peer.recv_client()
        call = json.loads(frames[4])
        self.assertEqual(call["args"], [1, 2.5, True, None, {"a": [1]}, "7", "text", "1x"])
        self.assertEqual(call["kwargs"], {"name": "x y", "count": 3})
        self.peer.send_client(peer, b"", frames[1], b"null")
        self.assertEqual(run.end().returncode, DONE)

    def test_send_is_any_bytes(self):
        body = bytes(range(256)) * 100
        run = self.patient("send", "api.raw", "-", stdin=body)
        peer, frames = self.peer.recv_client()
        self.assertEqual((frames[0], frames[2], frames[4]), (b"", b"api.raw", body))
        self.peer.send_client(peer, b"", frames[1], body[::-1])
        ended = run.end()
        self.assertEqual((ended.returncode, ended.stdout), (DONE, body[::-1]))

    def test_send_takes_the_body_as_argument(self):
        run = self.patient("send", "api.raw", "hello")
        peer, frames = self.peer.recv_client()
        self.assertEqual(frames[4], b"hello")
        self.peer.send_client(peer, b"", frames[1], b"world")
        self.assertEqual(run.end().stdout.rstrip(b"\n"), b"world")

    def test_find_asks_mmi(self):
        for code, status in ((b"200", DONE), (b"400", MISSING)):
            with self.subTest(code):
                run = self.patient("find", "api.images")
                peer, frames = self.peer.recv_client()
                self.assertEqual((frames[0], frames[2]), (b"", b"mmi.api.images"))
                self.peer.send_client(peer, b"", frames[1], b"api.images", code)
                ended = run.end()
                self.assertEqual(ended.returncode, status)
                self.assertIn(b"api.images", ended.stdout)
                self.assertIn(code, ended.stdout)

    def test_clients_ids_differ(self):
        ids = set()
        for _ in range(2):
            run = self.call("s", "m")
            peer, frames = self.peer.recv_client()
            ids.add(frames[1])
            self.peer.send_client(peer, b"", frames[1], b"1")
            run.end()
        #   Ids need to differ among one client's open requests alone; the
        #   routing ids tell the clients apart
        self.assertTrue(all(3 <= len(api_id) <= 255 for api_id in ids))


class Responses(ClientCase):

    def test_results_are_printed_as_json(self):
        for response, printed in ((b'"resized image"', "resized image"), (b"17", 17),
                                  (b' 404', 404), (b' 200', 200), (b'{"a": [1, null]}', {"a": [1, None]}),
                                  (b"null", None), (b"false", False)):
            with self.subTest(response):
                ended = self.answered(self.call("s", "m"), response)
                self.assertEqual(ended.returncode, DONE)
                self.assertEqual(json.loads(ended.stdout), printed)

    def test_bare_string_of_an_old_worker_is_a_string(self):
        ended = self.answered(self.call("s", "m"), b"resized image")
        self.assertEqual(ended.returncode, DONE)
        self.assertEqual(json.loads(ended.stdout), "resized image")

    def test_error_codes_become_exit_codes(self):
        error = b'{"name": "SomeError", "message": "what happened", "traceback": ""}'
        for prefix, status in ((b"500:exception:", EXCEPTION), (b"404:service:", MISSING),
                               (b"404:method:", MISSING), (b"400:request:", REFUSED),
                               (b"403:forbidden:", REFUSED), (b"502:lost:", REFUSED),
                               (b"503:unavailable:", REFUSED), (b"504:expired:", REFUSED)):
            with self.subTest(prefix):
                ended = self.answered(self.call("s", "m"), prefix + error)
                self.assertIn(ended.returncode,
                              (status, SILENT) if prefix.startswith(b"504") else (status,))
                self.assertEqual(ended.stdout, b"")
                self.assertIn(b"what happened", ended.stderr)

    def test_bare_404_is_not_found(self):
        ended = self.answered(self.call("s", "m"), b"404")
        self.assertEqual((ended.returncode, ended.stdout), (MISSING, b""))
        self.assertTrue(ended.stderr)

    def test_exception_that_an_old_worker_pickled_is_shown(self):
        for error in (TypeError("resize_image() takes exactly 2 arguments (0 given)"),
                      ValueError("größer als \u20ac"), KeyError("it's")):
            with self.subTest(error=error):
                ended = self.answered(self.call("s", "m"), b"500:exception:" + pickle.dumps(error, 0))
                self.assertEqual(ended.returncode, EXCEPTION)
                self.assertIn("%s: %s" % (type(error).__name__, error.args[0]), ended.stderr.decode())

    def test_exception_is_shown_in_the_seeds_manner(self):
        ended = self.answered(self.call("s", "resize_image"), b"500:exception:" + json.dumps({
            "name": "TypeError", "message": "resize_image() takes 2 arguments (0 given)",
            "traceback": ""}).encode())
        self.assertEqual(ended.returncode, EXCEPTION)
        self.assertIn(b"TypeError: resize_image() takes 2 arguments (0 given)", ended.stderr)

    def test_pickles_are_never_loaded(self):
        for response in (pickle.dumps(ValueError("from a pickle"), 0), b"\x80\x04garbage", b"",
                         b"[1, 2]", b'"text"', b"{"):
            with self.subTest(response):
                ended = self.answered(self.call("s", "m"), b"500:exception:" + response)
                self.assertEqual((ended.returncode, ended.stdout), (EXCEPTION, b""))
                self.assertTrue(ended.stderr)

    def test_binary_answer_reaches_send_untouched(self):
        ended = self.answered(self.patient("send", "s", "x"), b"\xff\0\xfe")
        self.assertEqual((ended.returncode, ended.stdout), (DONE, b"\xff\0\xfe"))

    def test_unknown_and_malformed_answers_are_dropped(self):
        run = self.call("s", "m")
        peer, frames = self.peer.recv_client()
        for wrong in ((b"",), (b"x",), (b"", b"1.0:unknown", b'"wrong"'), (b"", b"0.3.0:1", b""),
                      (b"", frames[1]), (frames[1], b'"wrong"'), (b"no null", frames[1], b'"wrong"'),
                      (b"",) * 20):
            self.peer.send_client(peer, *wrong)
        self.peer.send_client(peer, b"", frames[1], b'"right"')
        ended = run.end()
        self.assertEqual((ended.returncode, json.loads(ended.stdout)), (DONE, "right"))


class Attempts(ClientCase):

    def silence(self, endpoint, *options, least, most):
        """Whether a call that nobody answers ends in time. Never too early; a machine that is busy for
        a moment may make one late, but not each."""
        started = time.monotonic()
        ended = self.butler("call", "-e", endpoint, *options, "s", "m")
        took = time.monotonic() - started
        self.assertEqual((ended.returncode, ended.stdout), (SILENT, b""))
        self.assertTrue(ended.stderr)
        self.assertGreaterEqual(took, least, "too early")
        return within(took, least, most)

    def test_silence_ends_in_time(self):
        wait_until(lambda: self.silence(self.peer.frontend, "-t", "300", least=0.3, most=2.4), "a call ends in time")

    def test_persistent_client_sends_once_and_waits_on(self):
        def sent_once_in_time():
            in_time = self.silence(self.peer.frontend, "-t", "300", "-r", "3", least=0.9, most=4)
            if not self.peer.front.poll(scaled(2) * 1000):
                return False        # it could not connect in its time
            peer, request = self.peer.recv_client()
            self.assertEqual(request[2], b"s")
            self.assertEqual(self.peer.recv_client(), (peer, [b"", request[1], b"butler.cancel", b"+0", b""]))
            self.assertFalse(self.peer.front.poll(0), "it was sent once")
            return in_time
        wait_until(sent_once_in_time, "a call is sent once, and ends in time", 20)

    def test_answer_in_a_later_attempt_counts(self):
        run = self.begin("call", "-e", self.peer.frontend, "-t", "%d" % (scaled(1) * 300), "-r", "20",
                         "s", "m")
        peer, frames = self.peer.recv_client()
        begun = time.monotonic()
        wait_until(lambda: time.monotonic() - begun > scaled(0.5), "the first attempt is over")
        self.peer.send_client(peer, b"", frames[1], b'"late"')
        ended = run.end()
        self.assertEqual((ended.returncode, json.loads(ended.stdout)), (DONE, "late"))

    def test_other_client_sends_each_attempt_on_a_new_socket(self):
        #   More attempts than are looked at: one may end before it could be sent, or before it is answered here
        run = self.begin("call", "-e", self.peer.frontend, "-t", "%d" % (scaled(1) * 300), "-r", "30",
                         "--no-persistent", "s", "m", "x")
        attempts = [self.peer.recv_client() for _ in range(3)]
        self.assertEqual(len({peer for peer, _ in attempts}), 3, "a routing id each")
        self.assertEqual(len({frames[4] for _, frames in attempts}), 1)
        self.assertEqual(len({frames[2] for _, frames in attempts}), 1)

        def answered():
            while self.peer.front.poll(0):
                attempts.append(self.peer.recv_client())
            peer, frames = attempts[-1]
            try:
                self.peer.send_client(peer, b"", frames[1], b'"at last"')
            except zmq.ZMQError:
                pass                # its socket is closed by now
            return not run.running
        wait_until(answered, "an attempt is answered in its time")
        ended = run.end()
        self.assertEqual((ended.returncode, json.loads(ended.stdout)), (DONE, "at last"))

    def free_endpoint(self):
        """Where nobody listens, and nobody else can meanwhile; libzmq can all the same."""
        place = socket.socket()
        self.addCleanup(place.close)
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        place.bind(("127.0.0.1", 0))
        return "tcp://127.0.0.1:%d" % place.getsockname()[1]

    def test_router_that_is_not_there_is_silence(self):
        endpoint = self.free_endpoint()
        wait_until(lambda: self.silence(endpoint, "-t", "300", least=0.3, most=2.4), "a call ends in time")

    def test_router_that_comes_late_is_waited_for(self):
        endpoint = self.free_endpoint()
        run = self.begin("call", "-e", endpoint, "-t", "%d" % (scaled(10) * 1000), "s", "m")
        begun = time.monotonic()
        wait_until(lambda: time.monotonic() - begun > 0.3, "it has tried in vain")
        self.assertTrue(run.running)
        late = self.py_router(frontend=endpoint)
        peer, frames = late.recv_client()
        late.send_client(peer, b"", frames[1], b'"here"')
        ended = run.end()
        self.assertEqual((ended.returncode, json.loads(ended.stdout)), (DONE, "here"))


if __name__ == "__main__":
    main()
