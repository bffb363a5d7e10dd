#   test_examples.py - the examples do what they say
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""Each example, run against a real butlerd and called by the real butler."""

import base64
import json
import os
import shutil
import signal
import stat
import struct
import subprocess
import zlib

from harness import TestCase, main, program, scaled, wait_until

SOURCE = os.environ.get("BUTLER_SOURCE",
                        os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))

#   24 x 16 pixels
JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQEAYABgAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQ"
    "c1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/2wBDARweHigjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSk"
    "pKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKT/wAARCAAQABgDASIAAhEBAxEB/8QAHwAAAQUBAQEBAQEAAAAAAAAA"
    "AAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAk"
    "M2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKT"
    "lJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/8QA"
    "HwEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoL/8QAtREAAgECBAQDBAcFBAQAAQJ3AAECAxEEBSExBhJBUQdh"
    "cRMiMoEIFEKRobHBCSMzUvAVYnLRChYkNOEl8RcYGRomJygpKjU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hp"
    "anN0dXZ3eHl6goOEhYaHiImKkpOUlZaXmJmaoqOkpaanqKmqsrO0tba3uLm6wsPExcbHyMnK0tPU1dbX2Nna4uPk"
    "5ebn6Onq8vP09fb3+Pn6/9oADAMBAAIRAxEAPwChVa+/1I/3v8as1Wvv9SP97/GuWHxI93EfwpFGiiiuo8I//9k=")


def png(width, height):
    """A picture of one colour."""
    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data
                + struct.pack(">I", zlib.crc32(kind + data)))
    rows = (b"\0" + b"\x20\x80\xc0" * width) * height
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def dimensions(data):
    """(width, height) of a PNG, or of a JPEG."""
    if data.startswith(b"\x89PNG"):
        return struct.unpack(">II", data[16:24])
    at = 2
    while not 0xc0 <= data[at + 1] <= 0xc2:
        at += 2 + struct.unpack(">H", data[at + 2:at + 4])[0]
    height, width = struct.unpack(">HH", data[at + 5:at + 9])
    return width, height


class ImageWorker(TestCase):

    def setUp(self):
        super().setUp()
        try:
            program("image_worker")
        except RuntimeError:
            self.skipTest("image_worker was not built (no libgd)")
        self.daemon = self.router()
        self.process = self.start("image_worker", "-e", self.daemon.backend)
        wait_until(lambda: self.count_workers(self.daemon, "api.images") == 1, "it is registered")

    def write(self, name, data):
        with open(os.path.join(self.folder, name), "wb") as file:
            file.write(data)

    def read(self, name):
        with open(os.path.join(self.folder, name), "rb") as file:
            return file.read()

    def resize(self, *arguments):
        return self.butler("call", "-e", self.daemon.frontend, "-t", "%d" % (scaled(10) * 1000),
                           "api.images", "resize_image", *arguments)

    def assert_resized(self, name, size, target, expected):
        ended = self.resize(name, size)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        result = json.loads(ended.stdout)
        self.assertEqual(result, {"path": target, "width": expected[0], "height": expected[1]})
        self.assertEqual(dimensions(self.read(target)), expected)

    def assert_fails(self, *arguments, error):
        before = sorted(os.listdir(self.folder))
        ended = self.resize(*arguments)
        self.assertEqual((ended.returncode, ended.stdout), (1, b""))
        self.assertIn(error, ended.stderr)
        self.assertEqual(sorted(os.listdir(self.folder)), before, "nothing is left behind")

    def test_png_is_resized(self):
        self.write("test.png", png(40, 30))
        self.assert_resized("test.png", "150x180", "test-150x180.png", (150, 180))

    def test_jpeg_is_resized(self):
        self.write("test.jpeg", JPEG)
        self.assert_resized("test.jpeg", "12x8", "test-12x8.jpeg", (12, 8))

    def test_format_is_known_by_content(self):
        self.write("picture", png(4, 4))
        self.assert_resized("picture", "8x8", "picture-8x8.png", (8, 8))
        self.write("wrong.png", JPEG)
        ended = self.resize("wrong.png", "8x8")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertEqual(self.read("wrong-8x8.png")[:3], b"\xff\xd8\xff")

    def test_path_may_have_directories_and_dots(self):
        os.mkdir(os.path.join(self.folder, "a.b"))
        self.write("a.b/c", png(4, 4))
        self.assert_resized("a.b/c", "5x6", "a.b/c-5x6.png", (5, 6))

    def test_new_file_may_be_read_by_those_who_read_the_old(self):
        self.write("test.png", png(4, 4))
        os.chmod(os.path.join(self.folder, "test.png"), 0o640)
        self.assertEqual(self.resize("test.png", "2x2").returncode, 0)
        mode = os.stat(os.path.join(self.folder, "test-2x2.png")).st_mode
        self.assertEqual(stat.S_IMODE(mode), 0o640)

    def test_earlier_result_is_replaced(self):
        self.write("test.png", png(4, 4))
        self.write("test-2x2.png", b"old")
        self.assert_resized("test.png", "2x2", "test-2x2.png", (2, 2))

    def test_real_errors_are_told(self):
        self.write("test.png", png(4, 4))
        self.write("text.png", b"this is no picture")
        self.write("broken.png", png(40, 40)[:60])
        self.write("broken.jpeg", JPEG[:150])
        self.write("huge.png", png(1, 1).replace(struct.pack(">II", 1, 1),
                                                 struct.pack(">II", 60000, 60000)))
        os.mkdir(os.path.join(self.folder, "directory"))
        os.mkfifo(os.path.join(self.folder, "fifo"))
        self.write("empty.png", b"")
        for name, error in (("missing.png", b"No such file"), ("text.png", b"neither PNG nor JPEG"),
                            ("empty.png", b"neither PNG nor JPEG"), ("broken.png", b"no picture"),
                            ("broken.jpeg", b"JPEG"), ("huge.png", b"too large"),
                            ("directory", b"directory"), ("fifo", b"Invalid argument")):
            with self.subTest(name):
                self.assert_fails(name, "2x2", error=error)

    def test_bad_sizes_are_told(self):
        self.write("test.png", png(4, 4))
        for size in ("", "x", "10", "10x", "x10", "0x10", "10x0", "10x-1", " 1x1", "1x1 ", "1 x1",
                     "10001x1", "1x10001", "10000x10000", "1e3x10", "99999999999999999999x1", "+1x1"):
            with self.subTest(size):
                self.assert_fails("test.png", '"%s"' % size, error=b"ValueError: size")

    def test_wrong_calls_are_type_errors(self):
        self.assert_fails(error=b"TypeError: resize_image()")
        self.assert_fails("test.png", "17", error=b"TypeError: resize_image()")

    def test_arguments_may_be_named(self):
        self.write("test.png", png(4, 4))
        ended = self.resize("--kw", "name=test.png", "--kw", "size=3x3")
        self.assertEqual(ended.returncode, 0, ended.stderr)

    def test_it_leaves_when_it_is_told_to_stop(self):
        #   It may be registered before it has started: a signal would be an error then
        self.assert_fails("missing.png", "2x2", error=b"No such file")
        self.process.stop(signal.SIGINT)
        wait_until(lambda: self.count_workers(self.daemon, "api.images") == 0, "it has left")


class OtherExamples(TestCase):

    def test_embedded_router_calls_on_tcp_and_inproc(self):
        ended = subprocess.run([program("embedded_router")], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, timeout=scaled(20), check=False)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        first, second = ended.stdout.decode().splitlines()
        self.assertRegex(first, r"^tcp://127\.0\.0\.1:\d+: 19 \+ 23 = 42$")
        self.assertRegex(second, r"^inproc://frontend: 19 \+ 23 = 42$")

    def test_secured_router_lets_in_whom_it_knows(self):
        for arguments in (["router"], ["alice", "--router", "router"]):
            self.assertEqual(self.butler("keygen", *arguments).returncode, 0)
        os.mkdir(os.path.join(self.folder, "clients"))
        shutil.copy(os.path.join(self.folder, "alice"), os.path.join(self.folder, "clients"))
        ended = subprocess.run([program("secured_router")], cwd=self.folder, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, timeout=scaled(20), check=False)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        known, unknown = ended.stdout.decode().splitlines()
        self.assertEqual(known, "19 + 23 = 42")
        self.assertRegex(unknown, "^HandshakeFailed: .* the router asks for a key")

    def test_secured_router_without_its_files_says_so(self):
        ended = subprocess.run([program("secured_router")], cwd=self.folder, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, timeout=scaled(20), check=False)
        self.assertEqual((ended.returncode, ended.stdout), (1, b""))
        self.assertIn(b"clients: No such file", ended.stderr)

    def shout(self, router, text):
        return self.butler("send", "-e", router.frontend, "-t", "%d" % (scaled(10) * 1000),
                           "api.shout", text)

    def test_zactor_worker_serves(self):
        router = self.router()
        process = self.start("zactor_worker", router.backend)
        wait_until(lambda: self.count_workers(router, "api.shout") == 1, "it is registered")
        for _ in range(3):
            ended = self.shout(router, "hello")
            self.assertEqual((ended.returncode, ended.stdout.rstrip()), (0, b"HELLO"))
        process.stop()
        wait_until(lambda: self.count_workers(router, "api.shout") == 0, "it has left")

    def test_zactor_worker_serves_many(self):
        router = self.router()
        self.start("zactor_worker", router.backend)
        wait_until(lambda: self.count_workers(router, "api.shout") == 1, "it is registered")
        client = self.client(router)
        ids = [client.request("api.shout", b"n%d" % number) for number in range(500)]
        for number, api_id in enumerate(ids):
            self.assertEqual(client.answer(api_id), b"N%d" % number)

    def test_bad_usage_and_bad_endpoints_are_errors(self):
        for arguments, status in ((["zactor_worker", "--what"], 2), (["zactor_worker", "nowhere"], 1),
                                  (["image_worker", "--what"], 2), (["image_worker", "more"], 2),
                                  (["image_worker", "-e", "nowhere"], 1)):
            with self.subTest(arguments):
                try:
                    path = program(arguments[0])
                except RuntimeError:
                    continue
                ended = subprocess.run([path] + arguments[1:], stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE, timeout=scaled(20), check=False)
                self.assertEqual((ended.returncode, ended.stdout), (status, b""))
                self.assertTrue(ended.stderr)

    def test_shell_worker_serves(self):
        router = self.router()
        script = os.path.join(SOURCE, "examples", "shell_worker.sh")
        if not os.access(script, os.R_OK) or not shutil.which("wc"):
            self.skipTest("no shell_worker.sh")
        self.start_script(script, router.backend)
        wait_until(lambda: self.count_workers(router, "api.words") == 1, "it is registered")
        ended = self.butler("send", "-e", router.frontend, "-t", "%d" % (scaled(10) * 1000),
                            "api.words", "four words of text")
        self.assertEqual((ended.returncode, ended.stdout.strip()), (0, b"4"))


if __name__ == "__main__":
    main()
