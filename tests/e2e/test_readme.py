#   test_readme.py - README.md's listings are taken from what is compiled and run
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""Every C listing of README.md stands, line by line, in one of the examples."""

import glob
import os
import re
import unittest

SOURCE = os.environ.get("BUTLER_SOURCE",
                        os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def dense(text):
    """Without blank lines and indentation."""
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


class Readme(unittest.TestCase):

    def setUp(self):
        self.text = read(os.path.join(SOURCE, "README.md"))

    def test_c_listings_stand_in_the_examples(self):
        examples = {path: dense(read(path))
                    for path in glob.glob(os.path.join(SOURCE, "examples", "*.c"))}
        listings = re.findall(r"```c\n(.*?)```", self.text, re.S)
        self.assertTrue(listings)
        for listing in listings:
            for part in re.split(r"^ *//  \.\.\.$", listing, flags=re.M):
                with self.subTest(part):
                    self.assertTrue(any(dense(part) in example for example in examples.values()),
                                    "this stands in no example")

    def test_files_that_it_names_exist(self):
        for target in re.findall(r"\]\(([^)#:]+)\)", self.text):
            with self.subTest(target):
                self.assertTrue(os.path.exists(os.path.join(SOURCE, target)))


if __name__ == "__main__":
    unittest.main()
