#   report.py - medians, ratios and tables of what bench/compare measured
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""A ratio is taken within each repetition, whose runs follow one another; the median of these counts."""

import os
import platform
import statistics

from sections import SECTIONS

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
NAMES = {"req_s": "requests/s", "broker_us": "CPU µs", "p50": "p50", "p99": "p99", "share": "CPU"}


def brief(row):
    """A row in a few words."""
    return ", ".join("%s %s" % (NAMES[key], row[key]) for key in NAMES if key in row)


def good_rows(rows, section, work, peer):
    """{repetition: row} of the runs that came to something."""
    return {row["rep"]: row for row in rows if "failed" not in row
            and (row["section"], row["work"], row["peer"]) == (section, work, peer)}


def median(rows, key):
    values = [row[key] for row in rows.values() if key in row]
    return statistics.median(values) if values else None


def ratios(rows, section, work, check):
    """Each repetition's ratio."""
    names = [check.peer, check.base, *(check.beside or ())]
    runs = [good_rows(rows, section, work, name) for name in names]
    found = []
    for rep in sorted(set.intersection(*map(set, runs))):
        values = [one[rep].get(check.metric) for one in runs]
        if not all(values):
            continue
        ratio = values[0] / values[1]
        found.append(ratio / (values[2] / values[3]) if check.beside else ratio)
    return found


def verdict(check, ratio):
    """(what is asked for, whether it is met)"""
    if check.least is not None:
        return "at least %g" % check.least, "met" if ratio >= check.least else "**missed**"
    if check.most is not None:
        return "at most %g" % check.most, "met" if ratio <= check.most else "**missed**"
    return "", ""


def ratio_lines(rows, section):
    """The section's ratios, a line of the table each."""
    for case in section.cases:
        for check in case.checks:
            found = ratios(rows, section.name, case.work.name, check)
            if not found:
                if any(good_rows(rows, section.name, case.work.name, name) for name in case.peers) \
                        and (check.least or check.most):
                    yield "| %s | %s / %s | %s | %s | not measured | |" % (
                        case.work.name, check.peer, check.base, NAMES[check.metric], verdict(check, 1)[0])
                continue
            ratio = statistics.median(found)
            wanted, met = verdict(check, round(ratio, 3))
            beside = ", beside %s / %s" % check.beside if check.beside else ""
            yield "| %s | %s / %s%s | %s | %s | %.3f (%.2f to %.2f) | %s |" % (
                case.work.name, check.peer, check.base, beside, NAMES[check.metric], wanted,
                ratio, min(found), max(found), met)


def number(value, digits=0):
    return "" if value is None else "{:,.{}f}".format(value, digits)


def median_lines(rows, section):
    """What each peer came to, a line of the table each."""
    for case in section.cases:
        for peer in peers_of(rows, section.name, case):
            runs = good_rows(rows, section.name, case.work.name, peer)
            if not runs or not any("req_s" in row for row in runs.values()):
                continue
            bad = sum(row["errors"] + row["lost"] for row in runs.values())
            yield "| %s | %s | %s | %s | %s | %s | %s | %s |" % (
                case.work.name, peer, number(median(runs, "req_s")), number(median(runs, "broker_us"), 2),
                number(median(runs, "p50")), number(median(runs, "p99")), number(median(runs, "p999")),
                bad if bad else "")


def peers_of(rows, section, case):
    """The case's peers, and those that were measured besides."""
    more = {row["peer"]: None for row in rows if (row["section"], row["work"]) == (section, case.work.name)}
    return list(case.peers) + [name for name in more if name not in case.peers]


def crowd_lines(rows, section):
    """What one of a crowd takes of a broker's memory."""
    for case in section.cases:
        for peer in peers_of(rows, section.name, case):
            runs = good_rows(rows, section.name, case.work.name, peer)
            if median(runs, "bytes_each") is None:
                continue
            share = median(runs, "share")
            yield "| %s | %s | %s |" % (peer, number(median(runs, "bytes_each")),
                                        "" if share is None else "%.1f %% of a CPU" % (share * 100))


def table(head, lines):
    lines = list(lines)
    if not lines:
        return []
    columns = head.count("|") - 1
    return ["", head, "|" + " --- |" * columns, *lines]


def machine():
    """Where it was measured."""
    model = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            model = next(line.split(":", 1)[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return ("Medians of interleaved repetitions on one machine (%d CPUs, %s, Linux %s), clients, broker and workers "
            "together on it, over loopback." % (os.cpu_count() or 1, model, platform.release().split("-")[0]))


def tables(rows):
    """All of it, in Markdown."""
    text = [machine()]
    for section in SECTIONS:
        reps = {row["rep"] for row in rows if row["section"] == section.name}
        if not reps:
            continue
        text += ["", "### " + section.title, "", "%s Repetitions: %d." % (section.about, len(reps))]
        text += table("| load | ratio | of | target | measured | |", ratio_lines(rows, section))
        text += table("| load | | requests/s | broker CPU µs | p50 µs | p99 µs | p99.9 µs | bad |",
                      median_lines(rows, section))
        text += table("| | memory of each, bytes (RSS) | CPU of heartbeats |", crowd_lines(rows, section))
    failed = [row for row in rows if "failed" in row]
    if failed:
        text += ["", "Runs that failed: %d." % len(failed)]
    return "\n".join(text)


def write(path, text):
    """Puts the tables between the file's markers."""
    with open(path, encoding="utf-8") as file:
        before, rest = file.read().split(BEGIN)
    after = rest.split(END)[1]
    with open(path, "w", encoding="utf-8") as file:
        file.write("%s%s\n%s\n%s%s" % (before, BEGIN, text, END, after))
