#   history.py - what became of each request, and whether that may be
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""The checker of the fault tests: no sockets, no processes, no time.

Each peer keeps a journal, a file of lines, each written before what it tells of is done (or as soon
as it is known), so that a peer that is killed has told all the same. The words of a line:

    sent KEY                a client sends a request
    got KEY STATUS          an answer came: answered, 404, 500, 502, 503, 504
    wrong KEY TEXT          an answer came whose body is none of this request's
    strange TEXT            a message came that belongs to no request
    inherited KEY           an answer came to another client's request, one of the same routing id
    timeout KEY             the client gave up by its own clock
    cancel KEY              the client says that it gives up
    cancelled KEY           and knows that no answer is to come
    stood MS                a client finds that it stood still
    ran KEY ATTEMPT         a worker begins to work; ATTEMPT is - where it was not told
    replied KEY             and has answered

A key names one request of one client, in all journals. What may happen is a Policy; check ()
compares, and returns what is wrong, a line each.
"""

import collections
import dataclasses
import os

OUTCOMES = ("answered", "404", "500", "502", "503", "504", "timeout", "cancelled")

#   Which of the router's counters an answer belongs to
COUNTED = {"answered": "answered", "404": "refused", "503": "refused", "504": "expired", "502": "lost",
           "500": "answered"}
ENDS = ("answered", "refused", "expired", "lost", "cancelled", "undeliverable")


@dataclasses.dataclass
class Policy:
    """What a scenario allows."""
    retry: int = 0                      # further workers for a request
    outcomes: tuple = ("answered",)     # how requests may end
    dead: tuple = ()                    # clients that were killed: their requests may have no outcome
    lenient: dict = dataclasses.field(default_factory=dict)     # further outcomes, of one client's requests
    heirs: dict = dataclasses.field(default_factory=dict)       # client -> those whose routing id it took over
    exact: bool = False                 # the router lived, and every client: its counters say what they saw
    most: dict = dataclasses.field(default_factory=dict)    # most requests that may end so
    frail: bool = False                 # routers end: a client that stood still may lose what it was answered then


class History:
    """All journals together."""

    def __init__(self):
        self.sent = {}                                      # key -> client
        self.ends = collections.defaultdict(list)           # key -> outcomes, in order
        self.cancels = set()
        self.runs = collections.defaultdict(list)           # key -> [(worker, attempt)]
        self.replies = collections.Counter()
        self.inherited = []                                 # (client, key)
        self.stood = set()                                  # clients
        self.faults = []                                    # what no policy allows

    def read(self, lines, who):
        """A peer's journal. Its last line may be cut off."""
        for line in lines:
            if line.endswith("\n"):
                self.add(who, *line.split())

    def read_folder(self, folder):
        for name in sorted(os.listdir(folder)):
            with open(os.path.join(folder, name)) as lines:
                self.read(lines, name)

    def add(self, who, word, key, *rest):
        if word == "sent":
            if key in self.sent:
                self.faults.append("%s: %s was sent twice: the test is wrong" % (who, key))
            self.sent[key] = who
        elif word == "got":
            self.ends[key].append(rest[0])
        elif word in ("timeout", "cancelled"):
            self.ends[key].append(word)
        elif word == "cancel":
            self.cancels.add(key)
        elif word == "ran":
            self.runs[key].append((who, rest[0]))
        elif word == "replied":
            self.replies[key] += 1
        elif word == "inherited":
            self.inherited.append((who, key))
        elif word == "stood":
            self.stood.add(who)
        elif word == "wrong":
            self.faults.append("%s: %s got another's answer: %s" % (who, key, " ".join(rest)))
        elif word == "strange":
            self.faults.append("%s got what it never asked for: %s" % (who, " ".join((key,) + rest)))
        else:
            raise ValueError("%s: no such word: %s" % (who, word))

    def outcome(self, key):
        """How a request ended, or None."""
        ends = self.ends.get(key)
        return ends[0] if ends else None

    def count(self):
        """How many requests ended so: a Counter. None: without an end."""
        return collections.Counter(self.outcome(key) for key in self.sent)


def may_end(history, policy, client, end):
    """Whether a request of this client may end so."""
    return (end in policy.outcomes or end in policy.lenient.get(client, ())
            or policy.frail and end == "timeout" and client in history.stood)


def check_ends(history, policy):
    """Every request ends once, and as it may."""
    for key, client in history.sent.items():
        ends = history.ends.get(key, [])
        if not ends:
            if client not in policy.dead:
                yield "%s: %s has no outcome" % (client, key)
            continue
        #   An answer may be on its way when its client gives up
        answers = [end for end in ends if end not in ("timeout", "cancelled")]
        if len(answers) > 1:
            yield "%s: %s has %d answers: %s" % (client, key, len(answers), ", ".join(ends))
        elif len(ends) > 1 and (ends[0] != "timeout" or len(ends) > 2):
            yield "%s: %s has %d outcomes: %s" % (client, key, len(ends), ", ".join(ends))
        if ends[0] not in OUTCOMES:
            yield "%s: %s ended with %s" % (client, key, ends[0])
        elif ends[0] == "cancelled":
            if key not in history.cancels:
                yield "%s: %s was cancelled, and nobody asked for that" % (client, key)
        elif not may_end(history, policy, client, ends[0]):
            yield "%s: %s ended with %s, which may not be here" % (client, key, ends[0])
    for key in history.ends:
        if key not in history.sent:
            yield "%s ended, and was never sent" % key
    for client, key in history.inherited:
        if history.sent.get(key) not in policy.heirs.get(client, ()):
            yield "%s got an answer to %s of another client" % (client, key)


def check_runs(history, policy):
    """No request is worked on more often than it may be, or answered without work."""
    for key, runs in history.runs.items():
        if key not in history.sent:
            yield "%s ran, and was never sent" % key
        if len(runs) > 1 + policy.retry:
            yield "%s ran %d times: %s" % (key, len(runs), ", ".join(worker for worker, _ in runs))
        attempts = [attempt for _, attempt in runs if attempt != "-"]
        if len(set(attempts)) < len(attempts):
            yield "%s: attempts have the same number: %s" % (key, ", ".join(attempts))
        if any(int(attempt) > policy.retry for attempt in attempts):
            yield "%s: attempts go beyond %d: %s" % (key, policy.retry, ", ".join(attempts))
    for key in history.sent:
        if history.outcome(key) == "answered" and not history.runs.get(key):
            yield "%s was answered, and never ran" % key
        if history.outcome(key) == "404" and history.runs.get(key):
            yield "%s ran, and its service is unknown" % key


def check_most(history, policy):
    """Some ends are to be few."""
    counts = history.count()
    for outcome, most in policy.most.items():
        if counts[outcome] > most:
            yield "%d requests ended with %s; at most %d may" % (counts[outcome], outcome, most)


def check_sum(stats):
    """The router's counters add up, and nothing is left."""
    ended = sum(stats[name] for name in ENDS)
    if stats["accepted"] != ended + stats["waiting"] + stats["running"]:
        yield "the router's counters don't add up: accepted %d, ended %d, waiting %d, running %d" % (
            stats["accepted"], ended, stats["waiting"], stats["running"])
    for name in ("waiting", "running"):
        if stats[name]:
            yield "in the end %d requests are %s" % (stats[name], name)


def check_exact(history, stats, asked):
    """The router counted what the clients saw; `asked`: calls of its own service that were answered."""
    seen = collections.Counter()
    for key in history.sent:
        outcome = history.outcome(key)
        if outcome in COUNTED:
            seen[COUNTED[outcome]] += 1
    seen["answered"] += asked
    expected = {name: seen[name] for name in ("answered", "refused", "expired", "lost")}
    #   A cancellation that came too late met an answer that its client took
    expected["cancelled"] = sum(history.outcome(key) == "cancelled" for key in history.sent)
    expected["accepted"] = len(history.sent) + asked
    #   A client of libbutler asks once what the router reads. Where that came too late, it is a request that expired.
    late = min(max(stats["expired"] - expected["expired"], 0), len(set(history.sent.values())))
    expected["expired"] += late
    expected["accepted"] += late
    for name, number in expected.items():
        if stats[name] != number:
            yield "the router counted %d as %s; its clients saw %d" % (stats[name], name, number)


def check(history, policy, stats=None, asked=0):
    """What is wrong: lines of text; none where all is well."""
    faults = list(history.faults)
    faults += check_ends(history, policy)
    faults += check_runs(history, policy)
    faults += check_most(history, policy)
    if stats is not None:
        faults += check_sum(stats)
        if policy.exact:
            faults += check_exact(history, stats, asked)
    return faults
