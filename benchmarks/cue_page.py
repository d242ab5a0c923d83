"""The figures of the cues → the page `results/cues.md`."""

from collections.abc import Iterator, Sequence
from typing import Any

from benchmarks.tables import table

WORDS = "words"
LANGUAGES = {"en": "English", "de": "German"}
ABOUT = {
    "development": "Authored scenarios (`tests/scenarios`), the writings that the rules may be"
    " tuned on: calls that nobody has looked at will show less. Every event is labelled, so every"
    " other detection is a false alarm.",
    "sealed": "Authored scenarios that nobody tunes on, by another writer. Run on purpose only.",
    "demo": "Four authored, synthesised calls; the rules were tuned on them, and the demo model,"
    " which hears their sound, was trained on these voices and words (never on these lines). Only"
    " labelled cues count.",
}
CORPUS = (
    "A bundle of public research corpora, which is no part of the repository. Only labelled cues"
    " count; excerpts are dense with hard cases, so that false alarms an hour are not those of an"
    " ordinary call."
)
INTRODUCTION = (
    "P precision, R recall, in brackets the interval in which it lies (95 %, bootstrap over the"
    " calls); delay from the reference of the label, p50 / p95 in ms; the conditions show P / R."
    " Words come from the labels, stable 600 ms after their end, so that no recogniser is involved;"
    " *+ 2 s*: they come 2000 ms later; *errors*: of 100 words so many are heard as another, not at"
    " all, or with one more; *sound*: through speech detection and the demo model. Authored calls"
    " are easier than real ones."
)


def page(content: dict[str, Any]) -> str:
    """Return the whole page of what was measured."""
    parts = ["# Cues", f"    {content['command']}", _machine(content), INTRODUCTION]
    for name, conditions in content["sets"].items():
        parts += [f"## {name}", ABOUT.get(name, CORPUS)]
        for language in conditions[WORDS]:
            here = {condition: found[language] for condition, found in conditions.items()}
            parts += _language(language, here)
    return "\n\n".join(parts) + "\n"


def _machine(content: dict[str, Any]) -> str:
    machine = content["machine"]
    place = f"{machine['cores']} cores of {machine['processor']}, {machine['memory_gib']} GiB"
    software = f"{machine['system']}, Python {machine['python']}"
    return f"* {place}, {software}; {content['date']}, commit {content['commit']}."


def _language(language: str, here: dict[str, Any]) -> Iterator[str]:
    """Yield what is told of one language: `here` holds the figures of each condition."""
    words, others = here[WORDS], [name for name in here if name != WORDS]
    burden = ", ".join(f"{name} {f['nudges']['per_minute']:.2f}" for name, f in here.items())
    yield f"### {LANGUAGES[language]}: {words['calls']} calls, {words['hours']:.2f} h"
    yield f"Nudges a minute: {burden}."
    head = ("cue", "fires", "P", "R", "delay", "false/h", "silent broken", *others)
    yield table(head, list(_rows(here, others)))
    if notes := list(_notes(here)):
        yield table(("cue", "note", "fires", *(f"R {name}" for name in here)), notes)


def _rows(here: dict[str, Any], others: Sequence[str]) -> Iterator[list[Any]]:
    for cue, of in here[WORDS]["cues"].items():
        if of["fires"] or of["silent"] or of["false_alarms"]:
            yield [
                f"`{cue}`",
                of["fires"],
                _bounded(of, "precision"),
                _bounded(of, "recall"),
                _delay(of["latency_ms"]),
                f"{of['false_alarms_per_hour']:.1f}",
                f"{of['silent_violations']} of {of['silent']}",
                *(_pair(here[name]["cues"][cue]) for name in others),
            ]


def _notes(here: dict[str, Any]) -> Iterator[list[Any]]:
    """Yield the recall of labels with a note, such as implicit refusals."""
    for cue, of in here[WORDS]["cues"].items():
        for note, found in of.get("notes", {}).items():
            recalls = (here[name]["cues"][cue]["notes"][note]["recall"] for name in here)
            yield [f"`{cue}`", note or "without", found["fires"], *map(_share, recalls)]


def _bounded(of: dict[str, Any], kind: str) -> str | None:
    if of[kind] is None:
        return None
    low, high = of[f"{kind}_interval"]
    return f"{of[kind]:.2f} ({low:.2f}–{high:.2f})"


def _delay(delays: dict[str, int | None]) -> str | None:
    return None if delays["p50"] is None else f"{delays['p50']} / {delays['p95']}"


def _pair(of: dict[str, Any]) -> str:
    return f"{_share(of['precision'])} / {_share(of['recall'])}"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
