"""A reviewed call as one HTML page that needs nothing else: no script, no request; pure."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from html import escape
from typing import Literal

from assist.evaluate.card_names import said
from assist.evaluate.cue_names import called
from assist.evaluate.review_messages import CueLine, NudgeLine, Review
from assist.events import WordsEvidence

_EN = {
    "call": "Call",
    "stages": "Stages",
    "nudges": "Nudges",
    "cues": "Cues",
    "transcript": "Transcript",
    "notes": "Notes",
    "cards": "After the call",
    "none": "None.",
    "agent": "Agent",
    "customer": "Customer",
    "erased": "The words of this call were erased.",
    "consent": "Somebody did not agree to the review of this call: there are no words.",
    "open": "shown",
    "done": "done",
    "over": "no longer needed",
    "expired": "passed",
    "dismissed": "dismissed",
    "superseded": "replaced",
    "right": "right",
    "wrong": "wrong",
    "late": "too late",
    "suppressed": "not shown",
    "opening": "Opening",
    "venting": "Listening",
    "empathy": "Understanding",
    "problem_solving": "Solving",
    "agreement": "Agreeing",
    "close": "Closing",
}
_DE = {
    "call": "Gespräch",
    "stages": "Phasen",
    "nudges": "Hinweise",
    "cues": "Anzeichen",
    "transcript": "Mitschrift",
    "notes": "Notizen",
    "cards": "Nach dem Gespräch",
    "none": "Keine.",
    "agent": "Agent",
    "customer": "Kunde",
    "erased": "Die Worte dieses Gesprächs wurden gelöscht.",
    "consent": "Jemand hat der Auswertung nicht zugestimmt: es gibt keine Worte.",
    "open": "gezeigt",
    "done": "erledigt",
    "over": "nicht mehr nötig",
    "expired": "vorbei",
    "dismissed": "geschlossen",
    "superseded": "ersetzt",
    "right": "richtig",
    "wrong": "falsch",
    "late": "zu spät",
    "suppressed": "nicht gezeigt",
    "opening": "Einstieg",
    "venting": "Zuhören",
    "empathy": "Verständnis",
    "problem_solving": "Lösung",
    "agreement": "Einigung",
    "close": "Abschluss",
}
_STYLE = """
:root { color-scheme: light dark; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
body { font: 16px/1.45 system-ui, sans-serif; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; }
td { padding: .25rem .75rem .25rem 0; vertical-align: top; }
td:first-child { white-space: nowrap; font-variant-numeric: tabular-nums; }
"""


def report(told: Review) -> str:
    """Write a call as a page, in the language of the call."""
    language = "de" if told.call.language == "de" else "en"
    words, end = _DE if language == "de" else _EN, told.call.duration
    title = escape(f"{words['call']} {told.call.id}")
    parts = [
        f"<h1>{title}</h1>",
        f"<p>{escape(' · '.join(_facts(told)))}</p>",
        *([] if told.words == "kept" else [f"<p>{words[told.words]}</p>"]),
        _section(words, "stages", ((s.at, words[s.stage], "") for s in told.stages)),
        _section(words, "nudges", (_nudge(words, language, one) for one in told.nudges)),
        _section(words, "cues", (_cue(words, language, one) for one in told.cues)),
        _section(words, "notes", ((n.at, n.author, n.text) for n in told.notes)),
        _section(words, "cards", ((end, c.author, said(c, language)) for c in told.cards)),
        _section(words, "transcript", ((s.start, words[s.channel], s.text) for s in told.lines)),
    ]
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>'
        f'<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><style>{_STYLE}</style></head>\n<body>\n"
        + "\n".join(parts)
        + "\n</body>\n</html>\n"
    )


def _facts(told: Review) -> list[str]:
    call = told.call
    begun = datetime.fromtimestamp(call.started_at / 1000, UTC) if call.started_at else None
    when = f"{begun:%Y-%m-%d %H:%M} UTC" if begun else ""
    return [fact for fact in (when, _clock(call.duration), call.agent, call.playbook) if fact]


def _section(words: Mapping[str, str], name: str, rows: Iterable[tuple[int, str, str]]) -> str:
    lines = [
        f"<tr><td>{_clock(at)}</td><td>{escape(what)}</td><td>{escape(more)}</td></tr>"
        for at, what, more in rows
    ]
    body = f"<table>{''.join(lines)}</table>" if lines else f"<p>{words['none']}</p>"
    return f"<h2>{words[name]}</h2>\n{body}"


def _nudge(words: Mapping[str, str], language: str, nudge: NudgeLine) -> tuple[int, str, str]:
    reason = f"{nudge.reason} · " if nudge.reason else ""
    return nudge.at, nudge.text or called(nudge.cue, language), f"{reason}{words[nudge.outcome]}"


def _cue(words: Mapping[str, str], language: str, cue: CueLine) -> tuple[int, str, str]:
    verdicts: list[Literal["right", "wrong", "late"]] = [one.verdict for one in cue.verdicts]
    evidence = [
        f"“{one.text}”"
        if isinstance(one, WordsEvidence)
        else f"{one.name} {one.value:g} / {one.threshold:g}"
        for one in cue.evidence
    ]
    state = [words["suppressed"]] if cue.suppressed else []
    told = [*evidence, *state, *(words[one] for one in verdicts)]
    return cue.start, called(cue.cue, language), " · ".join(filter(None, told))


def _clock(at: int) -> str:
    """Return a moment as minutes and seconds."""
    return f"{at // 60_000}:{at // 1000 % 60:02}"
