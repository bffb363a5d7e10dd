#   test_readme.py - what the pages show is taken from what is compiled and run
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""Each listing of C in the pages names its file, and stands there line by line.

<!-- examples/x.c --> stands in the line before a listing; `//  ...` in a line of its own is
where lines are left out.
"""

import os
import re
import unittest

SOURCE = os.environ.get("BUTLER_SOURCE",
                        os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
PAGES = ("README.md", "doc/SEED.md", "doc/tutorial.md")


def read(path):
    with open(os.path.join(SOURCE, path), encoding="utf-8") as file:
        return file.read()


def listings(page):
    """(file that is named or "", lines) of each listing of C."""
    return re.findall(r"^(?:<!-- (\S+) -->\n)?```c\n(.*?)^```", page, re.S | re.M)


class Pages(unittest.TestCase):

    def test_listings_stand_in_the_files_that_they_name(self):
        for page in PAGES:
            for path, listing in listings(read(page)):
                with self.subTest(page=page, listing=listing):
                    self.assertTrue(path, "it names no file")
                    source = read(path)
                    for part in re.split(r"^ *//  \.\.\.\n", listing, flags=re.M):
                        self.assertIn("\n" + part, source)

    def test_pages_have_listings(self):
        for page in ("README.md", "doc/tutorial.md"):
            self.assertTrue(listings(read(page)), page)

    def test_files_that_they_name_exist(self):
        for page in PAGES:
            for target in re.findall(r"\]\(([^)#:]+)\)", read(page)):
                with self.subTest(page=page, target=target):
                    path = os.path.join(SOURCE, os.path.dirname(page), target)
                    self.assertTrue(os.path.exists(path))


if __name__ == "__main__":
    unittest.main()
