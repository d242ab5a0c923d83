"""Precision, recall, delay and false alarms of every cue: `results/cues.md` and `cues.json`.

    python -m benchmarks.cues            # scenarios, the demo calls, corpora where there are any
    python -m benchmarks.cues --sealed   # the scenarios that nobody tunes on: cues_sealed.*
    python -m benchmarks.cues --check    # does any core cue do worse than cues.json says?

English and German apart; from the words, from worse words, and from sound where there is any.
"""

import argparse
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assist.core.detector import CueSpec
from assist.cues import TABLE
from assist.errors import SettingsError
from assist.evaluate.calls import LabelledCall
from assist.evaluate.find import find_calls
from assist.evaluate.run import run
from assist.evaluate.score import Score
from assist.evaluate.worse import Mishearing, later
from assist.settings import LANGUAGES, load_playbook
from benchmarks.cue_page import page
from benchmarks.record import RESULTS, plainly, write

ROOT = Path(__file__).parent.parent
SCENARIOS, DEMO = ROOT / "tests" / "scenarios", ROOT / "demo" / "calls"
CORPORA = ROOT.parent / "shared" / "data" / "calls"
"""Bundles of research corpora, which are no part of the repository: each labels a cue or two."""
SEALED = "-sealed.txt"
WORDS = "words"
OURS = ("development", "demo", "sealed")
POINTS = 0.03
"""A core cue may lose so much of its precision or recall."""

Found = list[tuple[LabelledCall, Path | None]]
Figures = dict[str, dict[str, dict[str, Any]]]
"""By set of calls, condition and language: what `assist evaluate --json` prints."""


@dataclass(frozen=True, slots=True)
class Condition:
    """How well the calls are heard."""

    name: str
    delay: int = 0
    """The words come so many milliseconds later."""
    errors: int = 0
    """So many words in 100 are wrong."""
    sound: bool = False


CONDITIONS = (
    Condition(WORDS),
    Condition("+ 2 s", delay=2000),
    Condition("10 % errors", errors=10),
    Condition("20 % errors", errors=20),
    Condition("sound", sound=True),
)


@dataclass(frozen=True, slots=True)
class Calls:
    """A set of calls that are scored together."""

    name: str
    found: Found
    only_labelled: bool = False
    """Whether only the cues count of which the calls hold a label."""

    def cues(self) -> frozenset[str]:
        """Return the cues that count."""
        if self.only_labelled:
            return frozenset(label.cue for call, _ in self.found for label in call.labels)
        return frozenset(spec.id for spec in TABLE)

    def conditions(self) -> Iterator[Condition]:
        """Yield the conditions under which these calls can be heard."""
        has_sound = all(sound for _, sound in self.found)
        yield from (each for each in CONDITIONS if has_sound or not each.sound)


def development() -> Calls:
    """Return the scenarios on which the rules may be tuned."""
    return _scenarios("development", [p for p in _files() if not p.name.endswith(SEALED)])


def sealed() -> Calls:
    """Return the scenarios on which nobody tunes."""
    return _scenarios("sealed", [p for p in _files() if p.name.endswith(SEALED)])


def _files() -> list[Path]:
    return sorted(SCENARIOS.glob("*.txt"))


def _scenarios(name: str, paths: Sequence[Path]) -> Calls:
    return Calls(name, list(find_calls(list(paths))))


def demo() -> Calls:
    """Return the calls of the demo, which have sound."""
    return Calls("demo", list(find_calls([DEMO])), only_labelled=True)


def corpora(folder: Path) -> Iterator[Calls]:
    """Yield each bundle of a folder, if it is there."""
    for path in sorted(folder.glob("*.calls.jsonl")):
        name = path.name.removesuffix(".calls.jsonl")
        yield Calls(name, list(find_calls([path])), only_labelled=True)


def measure(calls: Calls, condition: Condition) -> dict[str, Any]:
    """Return the figures of each language."""
    mishear = Mishearing((call for call, _ in calls.found), percent=condition.errors, seed=1)
    scores: dict[str, Score] = {}
    books = {language: load_playbook(language) for language in LANGUAGES}
    for call, sound in calls.found:
        book = books[call.call.language]
        if condition.sound:
            from assist.evaluate.sound import listen  # loads the recogniser

            events = listen(call, sound, book, TABLE, "demo")
        else:
            events = run(later(mishear(call), condition.delay), book, TABLE)
        scores.setdefault(call.call.language, Score()).add(call, events, TABLE)
    return {language: _figures(score, calls) for language, score in sorted(scores.items())}


def _figures(score: Score, calls: Calls) -> dict[str, Any]:
    """Return what is told of a score; the notes of corpora are other people's texts."""
    figures: dict[str, Any] = score.as_dict()
    wanted = calls.cues()
    figures["cues"] = {cue: f for cue, f in figures["cues"].items() if cue in wanted}
    if calls.only_labelled:
        for each in figures["cues"].values():
            del each["notes"]
    return figures


def measured(sets: Iterable[Calls]) -> Figures:
    """Measure sets of calls under all conditions, and say what is being done."""
    figures: Figures = {}
    for calls in sets:
        figures[calls.name] = {}
        for condition in calls.conditions():
            print(f"{calls.name}: {len(calls.found)} calls, {condition.name}", flush=True)
            figures[calls.name][condition.name] = measure(calls, condition)
    return figures


def fallen(before: Figures, now: Figures, table: Sequence[CueSpec] = TABLE) -> list[str]:
    """Return each core cue that does worse from words than it did, with what became of it."""
    core, shares = {spec.id for spec in table if spec.core}, _shares(now)
    return [
        f"{cue} {kind} {old:.2f} → {shares[place]:.2f} ({name}, {language})"
        for place, old in _shares(before).items()
        for name, language, cue, kind in [place]
        if cue in core and place in shares and round(old - shares[place], 4) > POINTS
    ]


def _shares(figures: Figures) -> dict[tuple[str, str, str, str], float]:
    """Return precision and recall from words, as far as there is any."""
    return {
        (name, language, cue, kind): of[kind]
        for name, conditions in figures.items()
        for language, found in conditions[WORDS].items()
        for cue, of in found["cues"].items()
        for kind in ("precision", "recall")
        if of[kind] is not None
    }


def check(results: Path, sets: Iterable[Calls]) -> None:
    """Compare fresh figures from words with the committed ones.

    Raises:
        SettingsError: a core cue does worse, or there is nothing to compare with.
    """
    path = results / "cues.json"
    if not path.is_file():
        raise SettingsError(f"{path.name} is missing: make it with `make evaluate`.")
    before: Figures = json.loads(path.read_text("utf-8"))["sets"]
    now = {calls.name: {WORDS: measure(calls, CONDITIONS[0])} for calls in sets}
    if lost := fallen(before, now):
        points = round(100 * POINTS)
        raise SettingsError(
            f"Core cues lost more than {points} points: {'; '.join(lost)}. Mend them, or, where it"
            " is meant, renew the figures with `make evaluate` and say why."
        )
    print(f"No core cue does worse than {path.name} says.")


def record(name: str, figures: Figures, results: Path) -> None:
    """Write the page, and as JSON what a check compares: our own calls, from words."""
    kept = {each: {WORDS: figures[each][WORDS]} for each in OURS if each in figures}
    path = write(name, {"sets": kept}, results)
    head = json.loads(path.read_text("utf-8"))
    path.with_suffix(".md").write_text(page(head | {"sets": figures}), encoding="utf-8")


def main() -> None:
    """Measure and write, or check."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare with cues.json")
    parser.add_argument("--sealed", action="store_true", help="measure the sealed scenarios only")
    parser.add_argument("--corpora", type=Path, default=CORPORA, help="a folder of bundles")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where figures are put")
    arguments = parser.parse_args()
    if arguments.check:
        check(arguments.results, [development(), demo()])
        return
    if arguments.sealed:
        record("cues_sealed", measured([sealed()]), arguments.results)
    else:
        sets = [development(), demo(), *corpora(arguments.corpora)]
        record("cues", measured(sets), arguments.results)


if __name__ == "__main__":
    plainly(main)
