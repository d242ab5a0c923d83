"""Train the clause taggers and measure them on calls of writers whom they never saw.

python train.py           # assist/playbooks/*/tagger.npz and results.md beside this file
python train.py --sealed  # also opens the sealed writings: only for a release, see README.md

Needs this project and scipy. Nothing here is left to chance: the same text makes the same weights.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from msgspec.structs import replace
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_matrix

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT), str(HERE)]

from text import ACTS, HANDS, IN_CALLS, LANGUAGES, WRITINGS, Line, read, read_calls

from assist.core.acts import Acts
from assist.core.clauses import Clause
from assist.core.lexicon import lexicon
from assist.core.phrases import fold_all
from assist.core.tagger import features, key, share
from assist.events import Word
from assist.playbooks.schema import PhraseSet
from assist.settings import load_playbook

RIDGE = 0.4
"""Strength of the regularisation of a writing's clause; chosen among 0.25, 0.4 and 0.7."""
CALLS = 2.0
"""A clause of a call counts as so many of a writing: it stands where people say it."""
SHARED = 0.5
"""How far what one channel says counts for the other: 1 = as its own, 0 = not at all."""
KEPT = 60_000
"""Features of a language that are kept, those with the largest weights."""
FEWEST = 12
"""A channel's act needs so many clauses of calls to be measured, and thereby learnt."""
NEAR = 4
"""Calibrated are the highest scores, so many times as there are hits: far below them nobody asks."""
STEPS = np.arange(30, 100, 5) / 100
"""Probabilities that are tried as `least`."""
PRECISION, HITS = 0.85, 10
"""What an act needs across writers so that the tagger may decide alone, and on how many clauses."""
FOLDS = (("b", "e", "f"), ("c", "g", "s"), ("d", "h"))
"""Writers that are left out together: what the rest teaches is measured on them."""
REFUSALS = ("refusal_explicit", "refusal_implicit")
ALL = (*ACTS, *IN_CALLS)

Names = dict[str, list[str]]
Calls = dict[str, list[Line]]
"""By writer."""


def named(lines: Sequence[Line]) -> list[Names]:
    """Return the names of each line's features by their kind."""
    return [
        {
            kind: [name for name, _, _ in each]
            for kind, each in features(
                fold_all(line.text), asks=line.text.rstrip().endswith("?"), place=line.place
            ).items()
        }
        for line in lines
    ]


def matrix(names: Iterable[Names], places: dict[str, int]) -> csr_matrix:
    """One row a clause, as Tagger.tag adds it up."""
    values, columns, ends = [], [], [0]
    for kinds in names:
        for kind, each in kinds.items():
            known = [places[name] for name in each if name in places]
            columns += known
            values += [share(kind, len(known))] * len(known)
        ends.append(len(columns))
    shape = (len(ends) - 1, len(places))
    return csr_matrix((np.array(values, np.float32), columns, ends), shape=shape)


def truth(lines: Sequence[Line]) -> np.ndarray:
    """Shape (lines, acts): 1 where the line performs the act."""
    return np.array([[act in line.acts for act in ALL] for line in lines], np.float32)


def agents(lines: Sequence[Line]) -> np.ndarray:
    """Shape (lines,): whether the agent speaks."""
    return np.array([line.channel == "agent" for line in lines])


@dataclass(frozen=True)
class Model:
    """Weights before they are rounded; scores are sums, not yet probabilities."""

    places: dict[str, int]
    weights: dict[bool, np.ndarray]
    """By whether the agent speaks; shape (features, acts)."""
    mean: dict[bool, np.ndarray]
    """How often the acts are performed in calls, by whether the agent speaks; shape (acts,)."""

    def scores(self, lines: Sequence[Line]) -> np.ndarray:
        """Shape (lines, acts)."""
        x, agent = matrix(named(lines), self.places), agents(lines)
        found = np.empty((len(lines), len(ALL)), np.float32)
        for who in (True, False):
            found[agent == who] = x[agent == who] @ self.weights[who] + self.mean[who]
        return found


def fit(lines: Sequence[Line]) -> Model:
    """Learn by ridge regression, all acts at once, in its dual form (Saunders 1998).

    A clause of the other channel counts as SHARED of one of the same channel. Writings are not
    labelled with all acts of calls: those are learnt from the calls alone.
    """
    names = named(lines)
    counted = dict.fromkeys(name for kinds in names for each in kinds.values() for name in each)
    places = {name: i for i, name in enumerate(counted)}
    x, y, agent = matrix(names, places), truth(lines), agents(lines)
    called = np.array([line.place is not None for line in lines])
    rest, mean = np.zeros_like(y), {}
    for who in (True, False):
        for where in (False, True):  # writings hold more of everything than calls do
            rows = (agent == who) & (called == where)
            if rows.any():
                mean[who] = y[rows].mean(axis=0)
                rest[rows] = y[rows] - mean[who]
    likeness = (x @ x.T).toarray()
    likeness *= np.where(agent[:, None] == agent, np.float32(1), np.float32(SHARED))
    likeness.flat[:: len(lines) + 1] += np.where(called, RIDGE / CALLS, RIDGE).astype(np.float32)
    dual = np.zeros_like(rest)
    own = likeness[np.ix_(called, called)]
    dual[called, len(ACTS) :] = _solve(own, rest[called, len(ACTS) :])
    dual[:, : len(ACTS)] = _solve(likeness, rest[:, : len(ACTS)])
    both = SHARED * (x.T @ dual)
    each = {who: x[agent == who].T @ dual[agent == who] for who in (True, False)}
    return Model(places, {who: both + (1 - SHARED) * each[who] for who in each}, mean)


def _solve(likeness: np.ndarray, rest: np.ndarray) -> np.ndarray:
    return cho_solve(cho_factor(likeness, overwrite_a=True, check_finite=False), rest)


def platt(scores: np.ndarray, right: np.ndarray) -> tuple[float, float]:
    """Return slope and offset that make a score the logit of a true probability (Platt 1999)."""
    near = np.argsort(-scores, kind="stable")[: NEAR * int(right.sum())]
    scores, right = scores[near], right[near]
    hits, others = right.sum(), (1 - right).sum()
    goal = np.where(right > 0, (hits + 1) / (hits + 2), 1 / (others + 2))
    design = np.stack([scores, np.ones_like(scores)], axis=1).astype(np.float64)
    found = np.array([1.0, np.log((hits + 1) / (others + 1))])
    for _ in range(50):  # Newton's steps; it converges within twenty
        said = 1 / (1 + np.exp(-(design @ found)))
        slope = design.T @ (said - goal)
        curve = (design * (said * (1 - said))[:, None]).T @ design + 1e-9 * np.eye(2)
        step = np.linalg.solve(curve, slope)
        found -= step * min(1.0, 5 / np.abs(step).max())
    return float(found[0]), float(found[1])


def average_precision(right: np.ndarray, scores: np.ndarray) -> float:
    """Return the mean of the precisions at each hit, from the highest score down."""
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(right[order])
    ranks = np.arange(1, len(order) + 1)
    return float((hits / ranks)[right[order] > 0].mean()) if hits[-1] else float("nan")


def rounded(model: Model) -> Model:
    """Return it as it is kept: the features with the largest weights, in 255 steps an act."""
    size = sum(np.square(each).sum(axis=1) for each in model.weights.values())
    best = np.sort(np.argsort(-size, kind="stable")[:KEPT])
    names = list(model.places)
    weights = {}
    for who, each in model.weights.items():
        unit = np.abs(each[best]).max(axis=0) / 127 + 1e-12
        weights[who] = np.rint(each[best] / unit) * unit
    return Model({names[i]: place for place, i in enumerate(best)}, weights, model.mean)


def part_of(calls: Calls, share_taken: float) -> Calls:
    """Return the same part of each writer's calls, for the learning curve."""
    return {hand: lines[: round(share_taken * len(lines))] for hand, lines in calls.items()}


def without(written: Sequence[Line], calls: Calls, fold: Sequence[str]) -> Model:
    """Return the model that never saw these writers' calls, as it would be kept."""
    others = [line for hand, lines in calls.items() if hand not in fold for line in lines]
    return rounded(fit([*written, *others]))


def across(written: Sequence[Line], calls: Calls, taught: Calls) -> np.ndarray:
    """Return the scores of all calls, each by a model that never saw a call of its writer."""
    found = {}
    for fold in FOLDS:
        model = without(written, taught, fold)
        found |= {hand: model.scores(calls[hand]) for hand in fold}
    return np.concatenate([found[hand] for hand in calls])


@dataclass(frozen=True)
class Column:
    """How an act of one channel is found across writers."""

    act: str
    channel: str
    slope: float
    offset: float
    right: np.ndarray
    said: np.ndarray
    """Probability of each clause of the channel."""
    precision: float
    """Average precision."""

    @property
    def least(self) -> float | None:
        """Return from which probability it is right often enough to decide alone."""
        for step in STEPS:
            chosen = self.said >= step
            hits = (self.right[chosen] > 0).sum()
            if hits >= HITS and hits / chosen.sum() >= PRECISION:
                return float(step)
        return None

    def at(self, step: float) -> tuple[float, float]:
        """Return precision and recall from a probability on."""
        chosen = self.said >= step
        hits = (self.right[chosen] > 0).sum()
        precision = hits / chosen.sum() if chosen.any() else float("nan")
        return float(precision), float(hits / self.right.sum())


def columns(lines: Sequence[Line], scores: np.ndarray) -> list[Column]:
    """Calibrate each act of each channel on the scores across writers."""
    right, place, found = truth(lines), agents(lines), []
    for who, channel in ((True, "agent"), (False, "customer")):
        for i, act in enumerate(ALL):
            y, x = right[place == who, i], scores[place == who, i]
            if y.sum() >= FEWEST:
                slope, offset = platt(x, y)
                said = np.round(1 / (1 + np.exp(-(slope * x + offset))), 2)
                found.append(
                    Column(act, channel, slope, offset, y, said, average_precision(y, x))
                )
    return found


def save(path: Path, model: Model, found: Sequence[Column]) -> Path:
    """Write the weights of a language's tagger: a file that assist/settings reads."""
    kept = rounded(model)
    arrays = {"keys": np.array([key(name) for name in kept.places], np.uint32)}
    for who, channel in ((True, "agent"), (False, "customer")):
        own = [column for column in found if column.channel == channel]
        chosen = [ALL.index(column.act) for column in own]
        weights = kept.weights[who][:, chosen]
        unit = np.abs(weights).max(axis=0) / 127 + 1e-12
        slope = np.array([column.slope for column in own])
        offset = np.array([column.offset for column in own])
        arrays[f"{channel}_acts"] = np.array([column.act for column in own])
        arrays[f"{channel}_weights"] = np.rint(weights / unit).astype(np.int8)
        arrays[f"{channel}_scale"] = slope * unit
        arrays[f"{channel}_offset"] = slope * kept.mean[who][chosen] + offset
    np.savez_compressed(path, **arrays)
    return path


def act_table(found: Sequence[Column]) -> list[str]:
    """Return a Markdown table: how each act is found across writers."""
    rows = [
        "| act | who | clauses | AP | P and R from .5 | least | P and R from there |",
        "|---|---|---|---|---|---|---|",
    ]
    for c in found:
        half, least = _pair(c.at(0.5)), c.least
        there = _pair(c.at(least)) if least else "–"
        rows.append(
            f"| {c.act} | {c.channel} | {int(c.right.sum())} | {c.precision:.2f} | {half} "
            f"| {f'{least:.2f}' if least else 'none'} | {there} |"
        )
    return rows


def _pair(values: tuple[float, float]) -> str:
    return " ".join("–" if np.isnan(value) else f"{value:.2f}" for value in values)


def phrase_table(
    language: str, lines: Sequence[Line], found: Sequence[Column]
) -> list[str]:
    """Return a Markdown table: the playbook's phrases alone, the tagger alone, and both as used."""
    book = replace(load_playbook(language), tagger=None)
    said, acts = [_clause(line) for line in lines], Acts(lexicon(book))
    rows = [
        "| set | act | who | phrases P R | tagger P R | both P R |",
        "|---|---|---|---|---|---|",
    ]
    for name, each in book.phrases.items():
        for c in found:
            if c.act == each.act:
                own = [clause for clause in said if clause.channel == c.channel]
                rows.append(_phrase_row(name, each, c, [acts.find(x, (name,)) for x in own]))
    return rows


def _phrase_row(
    name: str, each: PhraseSet, c: Column, by_phrase: Sequence[object | None]
) -> str:
    hits, sure = np.array([act is not None for act in by_phrase]), c.said >= each.least
    pairs = [_precision_recall(x, c.right > 0) for x in (hits, sure, hits & (c.said >= each.doubt) | sure)]
    return f"| {name} | {c.act} | {c.channel} | {' | '.join(map(_pair, pairs))} |"


def _precision_recall(chosen: np.ndarray, right: np.ndarray) -> tuple[float, float]:
    both = float((chosen & right).sum())
    return both / chosen.sum() if chosen.any() else float("nan"), both / right.sum()


def _clause(line: Line) -> Clause:
    """Return the line as if it had been said in one go."""
    words = [
        Word(text=text, start=300 * i, end=300 * i + 250, probability=1.0)
        for i, text in enumerate(line.text.split())
    ]
    return Clause(line.channel, "u", 0, tuple(words), closed=True)


def calibration(found: Sequence[Column]) -> list[str]:
    """Return how often what is said with a probability is true, over all acts."""
    said = np.concatenate([column.said for column in found])
    right = np.concatenate([column.right for column in found])
    rows = ["| said | clauses and acts | true |", "|---|---|---|"]
    edges = (0.02, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)
    for low, high in zip(edges, edges[1:], strict=False):
        inside = (said >= low) & (said < high)
        share_true = right[inside].mean()
        rows.append(f"| {low:.2f}–{min(high, 1):.2f} | {inside.sum()} | {share_true:.2f} |")
    return rows


def curve(written: Sequence[Line], calls: Calls, whole: Sequence[Column]) -> list[str]:
    """Return the learning curve: what fewer calls would have given."""
    rows = ["| of the calls | clauses learnt from | mean AP | explicit | implicit |"]
    rows.append("|---|---|---|---|---|")
    lines = [line for each in calls.values() for line in each]
    for part in (0.25, 1.0):
        taught = part_of(calls, part)
        found = whole if part == 1 else columns(lines, across(written, calls, taught))
        learnt = len(written) + round(sum(map(len, taught.values())) * (1 - 1 / len(FOLDS)))
        refusals = [
            next(f"{c.precision:.2f}" for c in found if (c.act, c.channel) == (name, "agent"))
            for name in REFUSALS
        ]
        rows.append(f"| {part:.1%} | {learnt} | {mean(found):.3f} | {' | '.join(refusals)} |")
    return rows


def mean(found: Sequence[Column]) -> float:
    """Return the mean average precision of the acts."""
    return float(np.mean([column.precision for column in found]))


def sealed_table(language: str, model: Model) -> list[str]:
    """Return how the sealed writing's acts are found by the final weights; its clauses stand alone."""
    lines = read(language, "sealed")
    found = [c for c in columns(lines, rounded(model).scores(lines)) if c.act in ACTS]
    return ["", f"### The sealed writing ({len(lines)} clauses)", "", *act_table(found)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sealed", action="store_true")
    options = parser.parse_args()
    report = ["# The clause taggers", "", *INTRODUCTION]
    for language in LANGUAGES:
        written = [line for name in WRITINGS for line in read(language, name)]
        calls = {hand: read_calls(language, hand) for hand in HANDS}
        lines = [line for each in calls.values() for line in each]
        found = columns(lines, across(written, calls, calls))
        model = fit([*written, *lines])
        path = save(ROOT / "assist" / "playbooks" / language / "tagger.npz", model, found)
        size = path.stat().st_size / 1e6
        print(language, len(written), len(lines), f"mean AP {mean(found):.3f}", f"{size:.1f} MB")
        report += ["", f"## {language}", ""]
        report += [
            f"{len(written)} written clauses, {len(lines)} of calls, {min(KEPT, len(model.places))} features, "
            f"{size:.1f} MB; mean average precision {mean(found):.3f}.",
            "", *act_table(found), "", "### With the phrases", "",
            *phrase_table(language, lines, found), "", "### How true the probabilities are", "",
            *calibration(found), "", "### Learning curve", "", *curve(written, calls, found),
        ]  # fmt: skip
        if options.sealed:
            report += sealed_table(language, model)
    (HERE / "results.md").write_text("\n".join(report) + "\n", encoding="utf-8")


INTRODUCTION = (
    "Written by `python models/tagger/train.py`. Every figure is across writers: measured is on calls",
    "whose writer the model never saw, clause by clause; what a clause answers is taken from the labels.",
    "",
    "AP is the average precision. `least` is the lowest probability from which at least",
    f"{PRECISION:.0%} of what the tagger says is right (on {HITS} hits or more); where it says *none*, the",
    "tagger must not decide alone. Phrases were tuned on the very calls that they are measured on here;",
    "the tagger is not. *Both* is what the cues go by: a phrase counts unless the tagger holds the act for",
    "less likely than the set's `doubt`, and from `least` on the tagger suffices.",
)

if __name__ == "__main__":
    main()
