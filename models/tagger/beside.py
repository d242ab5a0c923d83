"""Measure what the tagger adds to the playbook's phrases, on writings that it never saw.

python beside.py  # beside.md in this folder; needs numpy and scipy
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE)]

from text import LANGUAGES, WRITINGS, Line, read
from train import Column, across, agents, columns

from assist.core.acts import Acts
from assist.core.clauses import Clause
from assist.core.lexicon import lexicon
from assist.core.refusing import _claimed, _hits  # what a refusal is, whoever asked for something
from assist.events import Word
from assist.settings import load_playbook

STEPS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
MEANT = {
    "refusal": ("refusal_explicit", "refusal_implicit"),
    "empathy": ("empathy_cognitive", "empathy_attentive", "empathy_affective"),
}
"""Acts that count as right, too, where the tagger says one of them."""


def clause(line: Line) -> Clause:
    """Return the line as if it had been said in one go."""
    words = line.text.split()
    spoken = tuple(Word(text=w, start=300 * i, end=300 * i + 250, probability=1.0) for i, w in enumerate(words))
    return Clause(line.channel, "u", 0, spoken, closed=True)


def main() -> None:
    report = ["# What the tagger adds to the phrases", "", *INTRODUCTION]
    for language in LANGUAGES:
        writings = [read(language, name) for name in WRITINGS]
        lines = [line for writing in writings for line in writing]
        found = columns(writings, across(writings))
        report += ["", f"## {language}", "", *table(language, lines, found)]
    (HERE / "beside.md").write_text("\n".join(report) + "\n", encoding="utf-8")


def table(language: str, lines: Sequence[Line], found: Sequence[Column]) -> list[str]:
    """Return a Markdown table: the phrases alone, and what is added from each probability on."""
    steps = " | ".join(f"from {step}" for step in STEPS)
    rows = [f"| act | who | lines | phrases P R | {steps} |", "|---" * (4 + len(STEPS)) + "|"]
    said = [clause(line) for line in lines]
    for column in found:
        chosen = [i for i, who in enumerate(agents(lines)) if who == (column.channel == "agent")]
        for name, by_phrase in judges(language, column.act):
            hits = np.array([by_phrase(said[i]) for i in chosen], dtype=object)
            right = column.right > 0
            fair = np.array([_fair(lines[i], column.act) for i in chosen])
            yes, asked = hits == "yes", hits == "no"
            precision = fair[yes].mean() if yes.any() else float("nan")
            added = [
                _added(fair[asked & (column.said >= step)], right, yes | (asked & (column.said >= step)))
                for step in STEPS
            ]
            rows.append(
                f"| {name} | {column.channel} | {int(right.sum())} | {precision:.2f} "
                f"{(right & yes).sum() / right.sum():.2f} | {' | '.join(added)} |"
            )
    return rows


def _added(fair: np.ndarray, right: np.ndarray, union: np.ndarray) -> str:
    precision = f"{fair.mean():.2f}" if len(fair) else "–"
    return f"{len(fair)}: {precision}, R {(right & union).sum() / right.sum():.2f}"


def _fair(line: Line, act: str) -> bool:
    group = next((acts for acts in MEANT.values() if act in acts), (act,))
    return bool(line.acts & set(group))


def judges(language: str, act: str) -> Iterator[tuple[str, Callable[[Clause], str]]]:
    """Yield the sets that mean the act: "yes", "no", or "hidden" where a guard was found."""
    book = load_playbook(language)
    words = lexicon(book)
    acts = Acts(lexicon(book))
    if act in MEANT["refusal"]:
        yield act, lambda c: _refusal(c, words)
        return
    names = [n for n, said in book.phrases.items() if said.act == act or n == act]
    for name in names[:1]:
        yield act, lambda c, name=name: _says(c, name, acts, words)


def _refusal(c: Clause, words: object) -> str:
    claimed = _claimed(c, words)
    if any(True for _ in _hits(claimed, words)):
        return "yes"
    return "no" if tuple(claimed) == c.words else "hidden"


def _says(c: Clause, name: str, acts: Acts, words: object) -> str:
    act = acts.find(c, (name,))
    if act is not None and act.likely is None:
        return "yes"
    hidden = list(words.guard(name).spans(c.words)) or tuple(acts.claimed(c)) != c.words
    return "hidden" if hidden else "no"


INTRODUCTION = (
    "Written by `python models/tagger/beside.py`, with the playbooks as they are now. The tagger is asked",
    "only where no phrase and no guard of the set was found. *Phrases P R*: precision and recall of the",
    "phrases alone. *From .7*: how many clauses the tagger adds that are at least so likely, how many of",
    "them are right, and the recall of both together. A refusal counts as right whether explicit or",
    "implicit, empathy whatever its kind; requests before a refusal, which the service waits for, are",
    "not in these lines. Many lines were written to mislead.",
)

if __name__ == "__main__":
    main()
