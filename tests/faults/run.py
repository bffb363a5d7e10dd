#   run.py - runs scenarios of the fault tests, side by side, and tells the results as TAP
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""Faults, with real processes, and a checker that counts every request.

Each scenario runs in a process and a folder of its own and chooses by its seed: the same seed makes
the same faults again, in the same order. What the machine adds of its own, as whose turn it is, no
seed decides. To add a scenario, write scenario_*.py as scenarios.py says.

BUTLER_BUILD names the build folder, BUTLER_TEST_SLOW stretches all time limits.
"""

import argparse
import os
import random
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback

import scenarios
from pace import scaled

SKIPPED = 77
GRACE = 30              # seconds after which a scenario that nobody ended ends itself


def parse(arguments):
    parser = argparse.ArgumentParser(
        prog="run_faults", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario", nargs="*", help="the name of one, or a part of it; all without any")
    parser.add_argument("--seed", type=int, help="of the first run; further ones count on from there "
                        "(default: chosen, and printed)")
    parser.add_argument("--short", action="store_true", help="what a check has time for (the default)")
    parser.add_argument("--long", action="store_true", help="larger numbers, and scenarios that take long")
    parser.add_argument("--repeat", type=int, default=1, metavar="K", help="run each so often, each with a seed "
                        "of its own")
    parser.add_argument("--duration", type=float, metavar="S", help="seconds, for scenarios that take as long as "
                        "one likes")
    parser.add_argument("--jobs", type=int, default=4, metavar="N", help="scenarios side by side (default: 4)")
    parser.add_argument("--live", action="store_true", help="show what they say as they say it")
    parser.add_argument("--keep", metavar="FOLDER", help="keep journals and configurations of what fails there")
    parser.add_argument("--list", action="store_true", help="tell the names, and what each is about")
    parser.add_argument("--one", metavar="FOLDER", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.short and options.long:
        parser.error("--short or --long")
    return parser, options


def choose(parser, options, found):
    """The scenarios that were asked for, the longest first."""
    wanted = set()
    for word in options.scenario:
        names = [word] if word in found else [name for name in found if word in name]
        if not names:
            parser.error("no scenario has '%s' in its name; --list tells them" % word)
        wanted.update(names)
    chosen = [one for name, one in found.items()
              if (name in wanted if wanted else options.long or not one.only_long)]
    return sorted(chosen, key=lambda one: one.limit(options.long), reverse=True)


def limit(one, options):
    """Seconds that a scenario may take."""
    return scaled(one.limit(options.long)) + 2 * (options.duration or 0)


def told(options):
    """The options that a scenario's own process gets, too."""
    return ((["--long"] if options.long else [])
            + (["--duration", "%g" % options.duration] if options.duration else []))


def again(job):
    """The command that runs it so once more."""
    environment = ["%s=%s" % (name, shlex.quote(os.environ[name]))
                   for name in ("BUTLER_BUILD", "BUTLER_TEST_SLOW") if name in os.environ]
    return " ".join(environment + ["tests/run_faults", "--seed", str(job.seed)] + job.told + [job.one.name])


# ---- a scenario, in its own process

def run_one(one, seed, options):
    from ground import Ground, Skip
    #   Who started it may be gone: it, and all it started
    signal.signal(signal.SIGALRM, lambda *_: os.killpg(0, signal.SIGKILL))
    signal.alarm(int(limit(one, options)) + GRACE)
    ground = Ground(one.name, seed, options.one, options.long, options.duration)
    try:
        one.function(ground)
        ground.dismiss()
        return 0
    except Skip as reason:
        print("SKIP %s" % reason)
        return SKIPPED
    except BaseException:
        traceback.print_exc(file=sys.stdout)
        print(ground.describe())
        return 1
    finally:
        sys.stdout.flush()
        ground.close()


# ---- all of them

class Job:
    """One run of a scenario, beside others."""

    def __init__(self, one, seed, options):
        self.one, self.seed = one, seed
        self.folder = tempfile.mkdtemp(prefix="butler-faults-")
        self.keep = options.keep
        self.live = options.live
        arguments = [sys.executable, "-u", os.path.abspath(__file__), "--one", self.folder, "--seed", str(seed)]
        self.told = told(options)
        self.said = open(os.path.join(self.folder, "said"), "w")
        self.read = open(os.path.join(self.folder, "said"))
        self.until = time.monotonic() + limit(one, options)
        self.started = time.monotonic()
        self.process = subprocess.Popen(arguments + self.told + [one.name], stdout=self.said, stderr=self.said,
                                        stdin=subprocess.DEVNULL, start_new_session=True)

    def ended(self):
        """Its exit status, "late" where it took too long, or None: it runs."""
        status = self.process.poll()
        if self.live:
            self.show()
        if status is None and time.monotonic() < self.until:
            return None
        if status is None:
            self.process.send_signal(signal.SIGINT)     # it says where it was
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                pass
            status = "late"
        self.kill()
        return status

    def kill(self):
        """It, and all it started."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()

    def show(self):
        """What it has said since."""
        for line in self.read.read().splitlines():
            print("# %s" % line)
        sys.stdout.flush()

    def close(self, failed):
        text = self.read.read()
        self.said.close()
        self.read.close()
        if failed and self.keep:
            shutil.copytree(self.folder, os.path.join(self.keep, "%s-%d" % (self.one.name, self.seed)),
                            dirs_exist_ok=True)
        shutil.rmtree(self.folder, True)
        return text


class Tap:

    def __init__(self):
        self.number = self.failed = 0

    def say(self, job, status):
        self.number += 1
        failed = status not in (0, SKIPPED)
        self.failed += failed
        took = time.monotonic() - job.started
        lines = job.close(failed).splitlines()
        skip = next((" # SKIP " + line[5:] for line in lines if line.startswith("SKIP ")), "")
        print("%s %d - %s (seed %d)%s" % ("not ok" if failed else "ok", self.number, job.one.name, job.seed, skip))
        if status == "late":
            lines.insert(0, "it took too long")
        for line in lines:
            print("# %s" % line)
        print("# %.1f s" % took)
        if failed:
            print("# again: %s" % again(job))
        sys.stdout.flush()


def run_all(jobs, abreast):
    """`jobs`: functions that start one each."""
    tap, running = Tap(), []
    print("1..%d" % len(jobs))
    try:
        while jobs or running:
            while jobs and len(running) < abreast:
                running.append(jobs.pop(0)())
            time.sleep(0.02)
            for job in running[:]:
                status = job.ended()
                if status is not None:
                    running.remove(job)
                    tap.say(job, status)
    finally:
        for job in running:
            job.kill()
            job.close(False)
    return 1 if tap.failed else 0


def main(arguments):
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:      # as nohup has it
            signal.signal(number, lambda *_: sys.exit(1))
    found = scenarios.find()
    parser, options = parse(arguments)
    if options.list:
        for name, one in sorted(found.items()):
            print("%-32s %s%s" % (name, one.about, " (--long)" if one.only_long else ""))
        return 0
    if options.one:
        return run_one(found[options.scenario[0]], options.seed, options)
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1000000)
    chosen = choose(parser, options, found)
    print("# seed %d%s" % (seed, ", long" if options.long else ""))
    return run_all([lambda one=one, number=number: Job(one, seed + number, options)
                    for number in range(options.repeat) for one in chosen], options.jobs)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
