#   netns.py - two network namespaces of a fault test's own, with a wire between them that loses what it is told to
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""The test moves into one namespace and has a second one at the other end of the wire. Neither has a name:
both go with the last process in them, however that ends, and the machine's own network is not touched.
"""

import ctypes
import os
import shutil
import subprocess

from ground import Skip
from pace import wait_until

NEWNET = 0x40000000                     # CLONE_NEWNET
HERE, BEYOND = "10.213.0.1", "10.213.0.2"
UP, DOWN = "up", "down"                 # towards here, where the router is, and back

_libc = ctypes.CDLL(None, use_errno=True)


def _check(rc, what):
    if rc != 0:
        raise Skip("no network namespaces: %s: %s" % (what, os.strerror(ctypes.get_errno())))


def inside(pid, function, told, folder):
    """What a forked peer at the other end does."""
    descriptor = os.open("/proc/%d/ns/net" % pid, os.O_RDONLY)
    if _libc.setns(descriptor, NEWNET):
        raise OSError(ctypes.get_errno(), "setns")
    os.close(descriptor)
    function(told, folder)


class Wire:

    def __init__(self, ground):
        """Before the ground has started anything."""
        for tool in ("ip", "nft", "nsenter", "unshare"):
            if not shutil.which(tool):
                raise Skip("no network namespaces: there is no program %s" % tool)
        before = os.readlink("/proc/self/ns/net")
        _check(_libc.unshare(NEWNET), "unshare")
        if os.readlink("/proc/thread-self/ns/net") == before:
            raise Skip("no network namespaces: unshare did nothing")
        own = os.readlink("/proc/thread-self/ns/net")
        self._end = subprocess.Popen(["unshare", "--net", "sleep", "infinity"], stdin=subprocess.DEVNULL)
        self.pid = self._end.pid
        ground.wires.append(self)

        def apart():
            there = os.readlink("/proc/%d/ns/net" % self.pid)
            return there not in (before, own)
        wait_until(apart, "there is a second namespace")
        self.prefix = ["nsenter", "-t", str(self.pid), "-n", "--"]
        self.run("ip", "link", "add", "here", "type", "veth", "peer", "name", "beyond", "netns", str(self.pid))
        for prefix, address, name in (([], HERE, "here"), (self.prefix, BEYOND, "beyond")):
            self.run(*prefix, "ip", "link", "set", "lo", "up")
            self.run(*prefix, "ip", "address", "add", address + "/30", "dev", name)
            self.run(*prefix, "ip", "link", "set", name, "up")
        self.lose()
        self.heal()

    @staticmethod
    def run(*command):
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        if done.returncode:
            raise Skip("no network namespaces: %s: %s" % (
                " ".join(command), done.stdout.decode("utf-8", "replace").strip().replace("\n", " ")))

    def rules(self, up, down):
        """All rules there are."""
        script = "table inet butler {}\ndelete table inet butler\ntable inet butler {\n"
        for hook, name, rule in (("input", "iifname", up), ("output", "oifname", down)):
            script += "chain %s { type filter hook %s priority 0;\n" % (hook, hook)
            if rule:
                script += '%s "here" %s\n' % (name, rule)
            script += "}\n"
        done = subprocess.run(["nft", "-f", "-"], input=(script + "}\n").encode(),
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode:
            raise Skip("no packet filter: " + done.stdout.decode("utf-8", "replace").strip().replace("\n", " "))

    # ---- what the wire does

    def part(self, *ways):
        """Nothing comes through on these ways; on both without any."""
        ways = ways or (UP, DOWN)
        self.rules(*("counter drop" if way in ways else "" for way in (UP, DOWN)))

    def lose(self, percent=0):
        """So many packets of a hundred, by chance, both ways."""
        rule = "numgen random mod 100 < %d counter drop" % percent
        self.rules(rule, rule)

    def heal(self):
        self.rules("", "")

    def close(self):
        self._end.kill()
        self._end.wait()
