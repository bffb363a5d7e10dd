#   test_completion.py - bash completes the command lines of butler and butlerd
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""Calls the functions of packaging/butler.bash-completion as bash does."""

import os
import re
import shlex
import shutil
import subprocess
import unittest

from harness import TestCase, main, program, scaled, wait_until

SOURCE = os.environ.get("BUTLER_SOURCE") or os.path.join(os.path.dirname(__file__), "..", "..")
COMPLETION = os.path.join(SOURCE, "packaging", "butler.bash-completion")

COMMANDS = ("call", "send", "find", "describe", "services", "workers", "stats", "work", "sink", "bench",
            "keygen")

#   What bash offers a function: the words, the line, the cursor at its end
CALL = """
. "$1"
function=$2 COMP_LINE=$3
shift 3
COMP_POINT=${#COMP_LINE} COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
"$function" "$PROGRAM"
for word in "${COMPREPLY[@]}"; do printf '%s\\n' "$word"; done
"""


@unittest.skipUnless(shutil.which("bash"), "no bash")
class Completion(TestCase):

    def complete(self, line, name="butler", patience=10):
        """What is offered at the end of `line`, which begins after the program's name."""
        line = "%s %s" % (name, line)
        #   As bash has it, : and = are words of their own
        words = re.findall(r"[:=]+|[^\s:=]+", line) + ([""] if line.endswith(" ") else [])
        run = subprocess.run(
            ["bash", "--norc", "-c", CALL, "bash", COMPLETION, "_" + name, line, *words],
            cwd=self.folder, timeout=scaled(60),
            env=dict(os.environ, PROGRAM=program(name),
                     BUTLER_COMPLETE_MS="%d" % (scaled(patience) * 1000)),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(run.stderr, b"")
        return run.stdout.decode().splitlines()

    def serve(self, router, service, *arguments):
        self.start("butler", "work", "-e", router.backend, service, *arguments, "--", "cat")
        wait_until(lambda: self.count_workers(router, service) == 1, service + " is registered")

    def test_commands(self):
        offered = self.complete("")
        for command in COMMANDS:
            self.assertIn(command, offered)
        self.assertEqual(self.complete("wor"), ["workers", "work"])

    def test_every_option_that_help_names(self):
        for command in COMMANDS:
            text = self.butler(command, "--help").stdout.decode()
            named = set(re.findall(r"^  (?:-., |    )(--[a-z-]+)", text, re.MULTILINE))
            self.assertIn("--help", named)
            self.assertEqual(set(self.complete(command + " --")), named, command)

    def test_options_of_the_daemon(self):
        self.assertEqual(self.complete("--ch", "butlerd"), ["--check"])

    def test_files(self):
        for name in ("one.cfg", "two.cfg", "other"):
            open(os.path.join(self.folder, name), "w").close()
        self.assertEqual(sorted(self.complete("-c o", "butlerd")), ["one.cfg", "other"])
        self.assertEqual(self.complete("--config=t", "butlerd"), ["two.cfg"])

    def test_keys_before_a_command(self):
        for name in ("alice_secret", "alice"):
            open(os.path.join(self.folder, name), "w").close()
        self.assertEqual(self.complete("-k alice_"), ["alice_secret"])
        self.assertEqual(sorted(self.complete("--router-key ali")), ["alice", "alice_secret"])
        self.assertEqual(self.complete("--user x "), self.complete(""))
        self.assertEqual(self.complete("-k alice_secret --router-key alice wor"), ["workers", "work"])
        self.assertEqual(self.complete("--key=alice_secret call --no"), ["--no-persistent"])
        self.assertEqual(self.complete("call --key alice_"), ["alice_secret"])
        self.assertEqual(self.complete("--rou"), ["--router-key"])

    def test_commands_of_a_worker(self):
        self.assertIn("true", self.complete("work api.text -- tru"))
        open(os.path.join(self.folder, "words.txt"), "w").close()
        self.assertEqual(self.complete("work api.text -- cat w"), ["words.txt"])

    def test_services(self):
        router = self.router()
        self.serve(router, "api.text")
        self.serve(router, "api.words")
        self.serve(router, "other")
        for command in ("call", "send", "find", "describe", "bench"):
            line = "%s -e %s api." % (command, router.frontend)
            self.assertEqual(sorted(self.complete(line)), ["api.text", "api.words"], command)
        self.assertEqual(self.complete("find --endpoint=%s o" % router.frontend), ["other"])

    def test_services_with_a_colon(self):
        """Bash replaces what stands behind the colon alone."""
        router = self.router()
        self.serve(router, "api:text")
        self.assertEqual(self.complete("find -e %s api:t" % router.frontend), ["text"])

    def test_methods(self):
        router = self.router()
        self.serve(router, "api.text", "-m", "upper", "-m", "lower (text: string)")
        self.assertEqual(sorted(self.complete("call -e %s api.text " % router.frontend)),
                         ["lower", "upper"])
        self.assertIn("stats", self.complete("call -e %s butler.router st" % router.frontend))
        self.assertEqual(self.complete("call -e %s api.text upper " % router.frontend), [])
        self.assertEqual(self.complete("describe -e %s api.text u" % router.frontend), ["upper"])
        self.assertEqual(self.complete("bench -i 8 -e %s api.text u" % router.frontend), ["upper"])
        self.assertEqual(self.complete("describe -e %s nobody " % router.frontend), [])

    def test_names_are_quoted_and_never_evaluated(self):
        router = self.router()
        names = ["bad$(touch made)", "bad`touch made`", "bad; touch made", "bad\"'made"]
        for name in names:
            self.serve(router, name)
        offered = self.complete("find -e %s bad" % router.frontend)
        self.assertEqual(sorted(shlex.split(" ".join(offered))), sorted(names[:3]),
                         "names with a quotation mark are left out")
        self.complete("call -e $(touch${IFS}made) bad")
        self.assertFalse(os.path.exists(os.path.join(self.folder, "made")))

    def test_absent_router_offers_nothing_soon(self):
        #   Nobody else takes its place there, as another test's router could on a port
        router = self.router(frontend="ipc://%s/front" % self.folder)
        router.stop()
        self.assertNotIn("api.text", self.complete("find -e %s " % router.frontend, patience=0.1))
        self.assertEqual(self.complete("call -e %s api.text " % router.frontend, patience=0.1), [])


if __name__ == "__main__":
    main()
