#   plot.py - the bars of doc/performance.svg
#   Butler, a service-oriented request-reply framework over ZeroMQ
#   SPDX-License-Identifier: MIT
"""Two rows of bars, throughput and CPU time, a group for each work and a colour for each broker."""

import report

WORKS = ["1/1", "4/8", "16/8", "16/64"]
COLOURS = {"butlerd": "#1b6ca8", "butlerd packed": "#12b5a6", "loop": "#8a94a6", "proxy": "#c3cad6",
           "nats": "#e08e45", "gearmand": "#b5584f"}
WIDTH, HEIGHT, LEFT, RIGHT = 860, 200, 70, 20
FONT = 'font-family="sans-serif" font-size="12" fill="#333"'


def value(rows, work, peer, key):
    """The median, of the router's section or, for what is not in that, the packed one's."""
    for section in ("router", "packed"):
        found = report.median(report.good_rows(rows, section, work, peer), key)
        if found:
            return found
    return None


def text(x, y, words, anchor="middle", more=""):
    return '<text x="%.1f" y="%.1f" text-anchor="%s" %s %s>%s</text>' % (x, y, anchor, FONT, more, words)


def step(most):
    """A round number, of which three to six fit."""
    size = 10 ** len(str(int(most))) / 10
    return next(size * part for part in (0.2, 0.5, 1, 2) if most / (size * part) <= 6)


def panel(rows, top, title, key, most, form):
    """One row of bars; those that are too high are cut, and say how high they are."""
    lines = [text(LEFT, top - 24, title, "start", 'font-weight="bold"')]
    each = step(most)
    for tick in range(int(most / each) + 1):
        y = top + HEIGHT - tick * each / most * HEIGHT
        lines.append('<path d="M%d %.1fH%d" stroke="#e3e6eb"/>' % (LEFT, y, WIDTH - RIGHT))
        lines.append(text(LEFT - 8, y + 4, form(tick * each), "end"))
    group = (WIDTH - LEFT - RIGHT) / len(WORKS)
    for place, work in enumerate(WORKS):
        lines.append(text(LEFT + group * (place + 0.5), top + HEIGHT + 18, work))
        wide = group * 0.84 / len(COLOURS)
        for index, (peer, colour) in enumerate(COLOURS.items()):
            found = value(rows, work, peer, key)
            if not found:
                continue
            high = min(found, most) / most * HEIGHT
            x = LEFT + group * (place + 0.08) + index * wide
            lines.append('<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"><title>%s, %s: %s</title></rect>'
                         % (x, top + HEIGHT - high, wide - 2, high, colour, peer, work, form(found)))
            if found > most:
                lines.append(text(x + wide / 2 - 1, top - 2, form(found), more='opacity="0.8"'))
    return lines


def svg(rows):
    """The whole picture."""
    found = {key: [value(rows, work, peer, key) or 0 for work in WORKS for peer in COLOURS if peer != "gearmand"]
             for key in ("req_s", "broker_us")}
    lines = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d">' % (WIDTH, 2 * HEIGHT + 206),
             '<rect width="100%" height="100%" fill="#fff"/>']
    x = LEFT
    for peer, colour in COLOURS.items():
        if any(value(rows, work, peer, "req_s") for work in WORKS):
            lines.append('<rect x="%d" y="14" width="12" height="12" rx="2" fill="%s"/>' % (x, colour))
            lines.append(text(x + 18, 24, peer, "start"))
            x += 42 + 7 * len(peer)
    lines += panel(rows, 82, "Requests per second (more is better), by workers/clients", "req_s",
                   max(found["req_s"]) * 1.05 or 1, lambda n: "%d k" % (n / 1000) if n else "0")
    lines += panel(rows, HEIGHT + 168, "CPU time of the broker for a request, µs (less is better)", "broker_us",
                   max(found["broker_us"]) * 1.05 or 1, lambda n: "%.3g" % n)
    return "\n".join(lines + ["</svg>", ""])
