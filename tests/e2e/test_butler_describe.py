#   test_butler_describe.py - butler describe, and the help of a service's methods
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""What a service tells of itself, for people and for programs."""

import json

from harness import TestCase, main, wait_until

DONE, REFUSED, MISSING = 0, 5, 4

SIGNATURE = 'scale (factor: number, name: string = "a, (b)", more: array = [1, ")"], ...)'


class Case(TestCase):

    def setUp(self):
        super().setUp()
        self.daemon = self.router()

    def work(self, service, *methods):
        options = [word for method in methods for word in ("-m", method)]
        self.start("butler", "work", "-e", self.daemon.backend, service, *options, "--", "cat")
        wait_until(lambda: self.count_workers(self.daemon, service), "the worker is registered")

    def ask_it(self, command, *arguments, status=DONE):
        ended = self.butler(command, "-e", self.daemon.frontend, "-t", "20000", *arguments)
        self.assertEqual(ended.returncode, status, ended.stderr)
        return (ended.stdout if status == DONE or "--json" in arguments else ended.stderr).decode()

    def answer_with(self, response, *arguments):
        """How butler ends when a service answers so."""
        peer = self.py_router()
        run = self.begin(arguments[0], "-e", peer.frontend, "-t", "20000", *arguments[1:])
        client, frames = peer.recv_client()
        self.assertEqual(json.loads(frames[4])["method"], "butler.describe")
        peer.send_client(client, b"", frames[1], response)
        return run.end()


class Describe(Case):

    def test_methods_are_a_table(self):
        self.work("api.text", "upper (text: string)", "length")
        self.assertEqual(self.ask_it("describe", "api.text").splitlines(), [
            "METHOD                WHAT IT DOES",
            "length                -",
            "upper (text: string)  -"])

    def test_one_method_is_a_row(self):
        self.assertEqual(self.ask_it("describe", "butler.router", "ping").splitlines(), [
            "METHOD   WHAT IT DOES",
            'ping ()  "pong": the router lives'])

    def test_json_is_what_the_service_says(self):
        self.work("api.text", SIGNATURE)
        method = {"name": "scale", "signature": SIGNATURE, "doc": ""}
        self.assertEqual(json.loads(self.ask_it("describe", "--json", "api.text")),
                         {"service": "api.text", "methods": [method]})
        self.assertEqual(json.loads(self.ask_it("describe", "--json", "api.text", "scale")), method)

    def test_service_and_method_that_are_not_there(self):
        self.assertIn("ServiceNotFound", self.ask_it("describe", "nobody", status=MISSING))
        said = self.ask_it("describe", "butler.router", "nothing", status=MISSING)
        self.assertEqual(said, "butler describe: MethodNotFound: butler.router has no method 'nothing'; "
                               "'butler describe butler.router' names them\n")
        error = json.loads(self.ask_it("describe", "--json", "butler.router", "nothing", status=MISSING))
        self.assertEqual((error["status"], error["error"]["name"]), (404, "MethodNotFound"))

    def test_what_is_no_description_is_refused(self):
        for response in (b"[]", b"17", b'"text"', b'{"methods": {}}'):
            ended = self.answer_with(response, "describe", "s")
            self.assertEqual((ended.returncode, ended.stdout), (REFUSED, b""))
            self.assertIn(b"does not describe itself", ended.stderr)

    def test_methods_that_are_none_are_left_out(self):
        response = json.dumps({"methods": [1, None, {}, {"name": 1}, {"name": "fine"}]})
        ended = self.answer_with(response, "describe", "s")
        self.assertEqual(ended.stdout.splitlines()[1:], [b"fine    -"])

    def test_first_line_of_a_doc_is_enough_for_a_table(self):
        response = json.dumps({"methods": [{"name": "m", "doc": "one\ntwo"}]})
        self.assertEqual(self.answer_with(response, "describe", "s").stdout.splitlines()[1], b"m       one")

    def test_description_cannot_play_with_the_terminal(self):
        response = json.dumps({"methods": [
            {"name": "m", "signature": "m\x1b[2J (a: string = \"\x9b\")", "doc": "x\x1b]0;\x9b\x7fy"}]})
        for arguments in (("describe", "s"), ("call", "s", "m", "--help")):
            ended = self.answer_with(response, *arguments)
            self.assertEqual(ended.returncode, DONE)
            self.assertNotRegex(ended.stdout.decode(), r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
            self.assertIn(b"x?]0;??y", ended.stdout)


class Help(Case):

    def test_method_tells_how_it_is_called(self):
        self.work("api.text", SIGNATURE)
        for arguments in (("api.text", "scale", "--help"), ("-h", "api.text", "scale")):
            text = self.ask_it("call", *arguments)
            self.assertIn("Usage: butler call [OPTION]... api.text scale FACTOR [NAME] [MORE] [ARG]...\n", text)
            self.assertIn("\n  %s\n" % SIGNATURE, text)
            self.assertIn("\n  factor               number\n", text)
            self.assertIn('\n  name                 string; "a, (b)" where it is left out\n', text)
            self.assertIn('\n  more                 array; [1, ")"] where it is left out\n', text)
            self.assertIn("\n  butler call api.text scale FACTOR NAME MORE\n", text)
            self.assertIn("\n  butler call api.text scale --kw factor=FACTOR --kw name=NAME", text)

    def test_doc_of_a_method_is_told_whole(self):
        response = json.dumps({"methods": [{"name": "m", "signature": "m ()", "doc": "one\ntwo"}]})
        text = self.answer_with(response, "call", "s", "m", "--help").stdout.decode()
        self.assertIn("Usage: butler call [OPTION]... s m\n\n  m ()\n\none\ntwo\n", text)
        self.assertNotIn("Arguments:", text)

    def test_method_without_parameters_takes_any(self):
        self.work("api.text", "length")
        self.assertIn("Usage: butler call [OPTION]... api.text length [ARG]...\n",
                      self.ask_it("call", "api.text", "length", "--help"))

    def test_signature_that_cannot_be_understood_is_shown(self):
        for signature in ("m (", "m (a", "m (a:", "m (a: )", "m (: b)", "m (a: b = )", "m (a: b = {)", "m (a: b c = 1", "m (a\u00e9: b)", "m (a-b: c)",
                          "m (a: any = 1 2)", "m (a: any,)", "m (%s)" % ", ".join("p%d: any" % n for n in range(40))):
            response = json.dumps({"methods": [{"name": "m", "signature": signature}]})
            text = self.answer_with(response, "call", "s", "m", "--help").stdout.decode()
            self.assertIn("\n  %s\n" % signature, text)
            self.assertIn("s m [ARG]...\n", text)

    def test_service_lists_its_methods(self):
        self.assertEqual(self.ask_it("call", "butler.router", "--help"), self.ask_it("describe", "butler.router"))

    def test_unknown_method_is_missing(self):
        self.assertIn("no method 'nothing'", self.ask_it("call", "butler.router", "nothing", "--help", status=MISSING))

    def test_help_behind_dashes_is_an_argument(self):
        peer = self.py_router()
        run = self.begin("call", "-e", peer.frontend, "s", "m", "--", "--help")
        client, frames = peer.recv_client()
        self.assertEqual(json.loads(frames[4])["args"], ["--help"])
        peer.send_client(client, b"", frames[1], b"1")
        self.assertEqual(run.end().returncode, DONE)


if __name__ == "__main__":
    main()
