"""A report over many calls, as a page that needs nothing else, and as a table; pure."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from assist.evaluate.card_names import NAMES as CARDS
from assist.evaluate.cue_names import called
from assist.evaluate.plots import Bar, Part, bars, legend
from assist.store.report import ANSWERS, JUDGED, OUTCOMES, SORTS, Group, Report

CSV_COLUMNS = ("about", "name", "calls", "figure", "value")
NAMES = {
    "times": "times",
    "resolved": "done",
    "not_needed": "no longer needed",
    "expired": "passed",
    "dismissed": "dismissed",
    "superseded": "replaced",
    "shown": "open at the end",
    "helpful": "helpful",
    "not_now": "not now",
    "wrong": "wrong",
    "right": "right",
    "late": "too late",
    "last": "calls that ended here",
    "ms": "minutes",
    "both": "reasonable and possible",
    "only_reasonable": "only reasonable",
    "only_possible": "only possible",
    "neither": "neither",
}
CAUSES, REQUESTS = (
    {code: english for code, (english, _) in CARDS[field].items()} for field in ("cause", "request")
)
STAGES = {
    "opening": "Opening",
    "venting": "Listening",
    "empathy": "Understanding",
    "problem_solving": "Solving",
    "agreement": "Agreeing",
    "close": "Closing",
}
COLOURS = ("#2b8a3e", "#8ab78f", "#b9b9b9", "#c77700", "#7d8aa5", "#dddddd")
"""Of what became of nudges; told apart by their brightness, too."""
SINGLE = (Part("times", "#4361a8"),)
_STYLE = """
:root { color-scheme: light dark; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
body { font: 16px/1.45 system-ui, sans-serif; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
svg { max-width: 100%; } .legend span { margin-right: 1rem; white-space: nowrap; }
table { border-collapse: collapse; margin-top: 1rem; }
th, td { padding: .2rem .75rem .2rem 0; text-align: right; font-variant-numeric: tabular-nums; }
th:first-child, td:first-child { text-align: left; }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def to_html(told: Report, title: str, *, enough: int) -> str:
    """Write a report as a page.

    Args:
        told: what to write.
        title: which calls it is about.
        enough: of how many calls and agents every figure is, at the least.
    """
    parts = [f"<h1>{escape(title)}</h1>", f"<p>{_about(told, enough)}</p>"]
    if told.calls:
        parts += [*_nudges(told), *_cues(told), *_stages(told), *_causes(told), *_requests(told)]
    return (
        '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>\n<body>\n"
        + "\n".join(parts)
        + "\n</body>\n</html>\n"
    )


def to_csv(told: Report) -> str:
    """Write a report as a table, a figure a line."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")  # RFC 4180
    writer.writerow(CSV_COLUMNS)
    if told.calls:
        writer.writerow(("all", "", told.calls, "ms", told.duration))
    for about, group in _all(told):
        for figure, value in group.counts.items():
            writer.writerow((about, group.name, group.calls, figure, value))
    return file.getvalue()


def per_hour(group: Group) -> float:
    """Return how many nudges about trouble there were in an hour of a stage."""
    return group.counts["times"] * 3_600_000 / max(group.counts["ms"], 1)


def _all(told: Report) -> Iterator[tuple[str, Group]]:
    yield from (("cue", one) for one in told.cues)
    yield from (("nudge", one) for one in told.nudges)
    yield from (("stage", one) for one in told.stages)
    yield from (("cause", one) for one in told.causes)
    yield from (("request", one) for one in told.requests)


def _about(told: Report, enough: int) -> str:
    if not told.calls:
        return f"There are fewer than {enough} such calls, or calls of fewer than {enough} agents."
    hours = told.duration / 3_600_000
    return (
        f"{told.calls} calls, {hours:.1f} hours. Every row is of at least {enough} calls of at"
        f" least {enough} agents; what is rarer is left out. It tells of talks, not of people."
    )


def _nudges(told: Report) -> list[str]:
    parts = [Part(NAMES[one], colour) for one, colour in zip(OUTCOMES, COLOURS, strict=True)]
    rows = [Bar(_called(one), [one.counts[name] for name in OUTCOMES]) for one in told.nudges]
    table = _table(told.nudges, ("times", *OUTCOMES, *ANSWERS))
    return ["<h2>What became of nudges</h2>", legend(parts), *_plot("Nudges", parts, rows), table]


def _cues(told: Report) -> list[str]:
    rows = [Bar(_called(one), [one.counts["times"]]) for one in told.cues]
    table = _table(told.cues, ("times", *JUDGED))
    return ["<h2>What was noticed</h2>", *_plot("Cues", SINGLE, rows), table]


def _stages(told: Report) -> list[str]:
    rows = [Bar(_called(one), [per_hour(one)]) for one in told.stages]
    heading = "<h2>Where calls go wrong: nudges an hour, by stage</h2>"
    table = _table(told.stages, ("times", "ms", "last"))
    return [heading, *_plot("Nudges an hour, by stage", SINGLE, rows, unit=" / h"), table]


def _causes(told: Report) -> list[str]:
    rows = [Bar(CAUSES[one.name], [one.counts["times"]]) for one in told.causes]
    heading = "<h2>What trouble came from, as was said after calls</h2>"
    return [heading, *_plot("Causes", SINGLE, rows), _table(told.causes, ("times",), CAUSES)]


def _requests(told: Report) -> list[str]:
    parts = [Part(NAMES[one], colour) for one, colour in zip(SORTS, COLOURS, strict=False)]
    rows = [Bar(REQUESTS[one.name], [one.counts[name] for name in SORTS]) for one in told.requests]
    heading = "<h2>What customers wanted, and whether it was reasonable and possible</h2>"
    table = _table(told.requests, ("times", *SORTS), REQUESTS)
    return [heading, legend(parts), *_plot("Requests", parts, rows), table]


def _plot(title: str, parts: Sequence[Part], rows: Sequence[Bar], *, unit: str = "") -> list[str]:
    return [bars(title, parts, rows, unit=unit)] if rows else ["<p>None.</p>"]


def _table(
    groups: Sequence[Group], figures: Sequence[str], names: Mapping[str, str] | None = None
) -> str:
    if not groups:
        return ""
    head = "".join(f"<th>{name}</th>" for name in ("", "calls", *(NAMES[one] for one in figures)))
    rows = [
        f"<tr><td>{escape(names[one.name] if names else _called(one))}</td><td>{one.calls}</td>"
        + "".join(f"<td>{_shown(name, one.counts[name])}</td>" for name in figures)
        + "</tr>"
        for one in groups
    ]
    return f"<table><tr>{head}</tr>{''.join(rows)}</table>"


def _called(group: Group) -> str:
    """Return what a group is called; only a stage has a time, and a cue may be named like one."""
    return STAGES[group.name] if "ms" in group.counts else called(group.name, "en")


def _shown(figure: str, value: int) -> str:
    return f"{value / 60_000:.1f}" if figure == "ms" else str(value)
