#   journal.py - what a peer of the fault tests writes down, so that its death loses nothing
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""A file of lines; history.py says which. A line is with the system as soon as it is written."""

import os


class Journal:

    def __init__(self, folder, name):
        self._file = os.open(os.path.join(folder, name), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)

    def write(self, *words):
        os.write(self._file, (" ".join(str(word) for word in words) + "\n").encode())
