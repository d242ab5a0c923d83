"""Train the clause taggers and measure them across writers.

python train.py           # assist/playbooks/*/tagger.npz and results.md beside this file
python train.py --sealed  # also opens the sealed writings: only for a release, see README.md

Needs numpy and scipy. Nothing here is left to chance: the same text makes the same weights.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_matrix

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT), str(HERE)]

from text import ACTS, LANGUAGES, WRITINGS, Line, read

from assist.core.phrases import fold_all
from assist.core.tagger import Side, Tagger, features, key, share

RIDGE = 0.4
"""Strength of the regularisation; chosen among 0.25, 0.4 and 0.7 across the writings."""
SHARED = 0.5
"""How far what one channel says counts for the other: 1 = as its own, 0 = not at all."""
KEPT = 60_000
"""Features of a language that are kept, those with the largest weights."""
FEWEST = 20
"""A channel's act needs so many lines to be learnt."""
NEAR = 4
"""Calibrated are the highest scores, so many times as there are hits: far below them nobody asks."""
STEPS = np.arange(30, 100, 5) / 100
"""Probabilities that are tried as `least`."""
PRECISION, HITS = 0.85, 10
"""What an act needs across writers so that the tagger may decide alone, and on how many lines."""
REFUSALS = ("refusal_explicit", "refusal_implicit")

Names = dict[str, list[str]]


def named(lines: Sequence[Line]) -> list[Names]:
    """Return the names of each line's features by their kind."""
    return [
        {
            kind: [name for name, _, _ in each]
            for kind, each in features(
                fold_all(line.text), asks=line.text.rstrip().endswith("?")
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
    return np.array([[act in line.acts for act in ACTS] for line in lines], np.float32)


def agents(lines: Sequence[Line]) -> np.ndarray:
    """Shape (lines,): whether the agent speaks."""
    return np.array([line.channel == "agent" for line in lines])


@dataclass(frozen=True)
class Model:
    """Weights before they are rounded; scores are sums, not yet probabilities."""

    places: dict[str, int]
    weights: dict[bool, np.ndarray]
    """By whether the agent speaks; shape (features, acts)."""
    mean: np.ndarray
    """Shape (acts,)."""

    def scores(self, lines: Sequence[Line], names: Sequence[Names]) -> np.ndarray:
        """Shape (lines, acts)."""
        x, agent = matrix(names, self.places), agents(lines)
        found = np.empty((len(lines), len(ACTS)), np.float32)
        for who in (True, False):
            found[agent == who] = x[agent == who] @ self.weights[who] + self.mean
        return found


def fit(lines: Sequence[Line], names: Sequence[Names]) -> Model:
    """Learn by ridge regression, all acts at once, in its dual form (Saunders 1998).

    A clause of the other channel counts as SHARED of one of the same channel.
    """
    counted = dict.fromkeys(name for kinds in names for each in kinds.values() for name in each)
    places = {name: i for i, name in enumerate(counted)}
    x, y, agent = matrix(names, places), truth(lines), agents(lines)
    likeness = (x @ x.T).toarray()
    likeness *= np.where(agent[:, None] == agent, np.float32(1), np.float32(SHARED))
    likeness.flat[:: len(lines) + 1] += RIDGE
    mean = y.mean(axis=0)
    dual = cho_solve(cho_factor(likeness, overwrite_a=True), y - mean)
    both = SHARED * (x.T @ dual)
    own = {who: x[agent == who].T @ dual[agent == who] for who in (True, False)}
    return Model(places, {who: both + (1 - SHARED) * own[who] for who in own}, mean)


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


def across(writings: Sequence[Sequence[Line]], part: float = 1.0) -> list[np.ndarray]:
    """Return each writing's scores by a model that never saw it, nor its writer.

    Args:
        writings: of one language.
        part: how much of the other writings is learnt from, for the learning curve.
    """
    names = [named(lines) for lines in writings]
    chosen = [np.linspace(0, len(w) - 1, round(part * len(w))).astype(int) for w in writings]
    found = []
    for held, lines in enumerate(writings):
        others = [(i, k) for i in range(len(writings)) if i != held for k in chosen[i]]
        model = fit([writings[i][k] for i, k in others], [names[i][k] for i, k in others])
        found.append(rounded(model).scores(lines, names[held]))
    return found


@dataclass(frozen=True)
class Column:
    """How an act of one channel is found across writers."""

    act: str
    channel: str
    slope: float
    offset: float
    right: np.ndarray
    said: np.ndarray
    """Probability of each line of the channel."""
    looks: np.ndarray
    """Whether the line only looks like the act."""
    precision: float
    """Average precision, the mean over the writings."""

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


def columns(writings: Sequence[Sequence[Line]], scores: Sequence[np.ndarray]) -> list[Column]:
    """Calibrate each act of each channel on the scores across writers."""
    lines = [line for writing in writings for line in writing]
    right, said, place = truth(lines), np.concatenate(scores), agents(lines)
    origin = np.repeat(range(len(writings)), [len(writing) for writing in writings])
    found = []
    for who, channel in ((True, "agent"), (False, "customer")):
        rows = place == who
        for i, act in enumerate(ACTS):
            y, x = right[rows, i], said[rows, i]
            if y.sum() < FEWEST:
                continue
            slope, offset = platt(x, y)
            each = [average_precision(y[origin[rows] == w], x[origin[rows] == w]) for w in set(origin)]
            looks = np.array([act in line.looks_like for line in lines])[rows]
            probability = np.round(1 / (1 + np.exp(-(slope * x + offset))), 2)
            found.append(
                Column(act, channel, slope, offset, y, probability, looks, float(np.nanmean(each)))
            )
    return found


def save(language: str, model: Model, found: Sequence[Column]) -> Path:
    """Write the weights of a language's tagger: a file that assist/settings.py reads."""
    kept = rounded(model)
    arrays = {"keys": np.array([key(name) for name in kept.places], np.uint32)}
    for who, channel in ((True, "agent"), (False, "customer")):
        own = [column for column in found if column.channel == channel]
        chosen = [ACTS.index(column.act) for column in own]
        weights = kept.weights[who][:, chosen]
        unit = np.abs(weights).max(axis=0) / 127 + 1e-12
        slope = np.array([column.slope for column in own])
        offset = np.array([column.offset for column in own])
        arrays[f"{channel}_acts"] = np.array([column.act for column in own])
        arrays[f"{channel}_weights"] = np.rint(weights / unit).astype(np.int8)
        arrays[f"{channel}_scale"] = slope * unit
        arrays[f"{channel}_offset"] = slope * kept.mean[chosen] + offset
    path = ROOT / "assist" / "playbooks" / language / "tagger.npz"
    np.savez_compressed(path, **arrays)
    return path


def act_table(found: Sequence[Column]) -> list[str]:
    """Return a Markdown table: how each act is found across writers."""
    rows = [
        "| act | who | lines | AP | P and R from .5 | least | P and R from there | taken in by |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for c in found:
        half, least = _pair(c.at(0.5)), c.least
        there = _pair(c.at(least)) if least else "–"
        fooled = f"{int((c.looks & (c.said >= (least or 0.5))).sum())} of {int(c.looks.sum())}"
        rows.append(
            f"| {c.act} | {c.channel} | {int(c.right.sum())} | {c.precision:.2f} | {half} "
            f"| {f'{least:.2f}' if least else 'none'} | {there} | {fooled} |"
        )
    return rows


def _pair(values: tuple[float, float]) -> str:
    return " ".join("–" if np.isnan(value) else f"{value:.2f}" for value in values)


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


def curve(writings: Sequence[Sequence[Line]]) -> list[str]:
    """Return the learning curve: what less text would have given."""
    rows = ["| of the text | lines learnt from | mean AP | explicit | implicit |"]
    rows.append("|---|---|---|---|---|")
    for part in (0.125, 0.25, 0.5, 1.0):
        found = columns(writings, across(writings, part))
        learnt = round(part * sum(map(len, writings)) * (len(writings) - 1) / len(writings))
        refusals = [
            next(f"{c.precision:.2f}" for c in found if (c.act, c.channel) == (name, "agent"))
            for name in REFUSALS
        ]
        rows.append(f"| {part:.1%} | {learnt} | {mean(found):.3f} | {' | '.join(refusals)} |")
    return rows


def mean(found: Sequence[Column]) -> float:
    """Return the mean average precision of the acts."""
    return float(np.mean([column.precision for column in found]))


def sealed_table(language: str, model: Model, found: Sequence[Column]) -> list[str]:
    """Return how the sealed writing's acts are found by the final weights."""
    lines = read(language, "sealed")
    scores, y = rounded(model).scores(lines, named(lines)), truth(lines)
    own = []
    for c in found:
        rows, i = agents(lines) == (c.channel == "agent"), ACTS.index(c.act)
        said = np.round(1 / (1 + np.exp(-(c.slope * scores[rows, i] + c.offset))), 2)
        looks = np.array([c.act in line.looks_like for line in lines])[rows]
        if y[rows, i].any():
            ap = average_precision(y[rows, i], said)
            own.append(Column(c.act, c.channel, c.slope, c.offset, y[rows, i], said, looks, ap))
    return ["", f"### The sealed writing ({len(lines)} clauses)", "", *act_table(own)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sealed", action="store_true")
    options = parser.parse_args()
    report = ["# The clause taggers", "", *INTRODUCTION]
    for language in LANGUAGES:
        writings = [read(language, name) for name in WRITINGS]
        lines = [line for writing in writings for line in writing]
        found = columns(writings, across(writings))
        model = fit(lines, named(lines))
        path = save(language, model, found)
        size = path.stat().st_size / 1e6
        print(language, len(lines), f"mean AP {mean(found):.3f}", f"{size:.1f} MB", flush=True)
        report += ["", f"## {language}", ""]
        report += [
            f"{len(lines)} clauses, {min(KEPT, len(model.places))} features, {size:.1f} MB; "
            f"mean average precision {mean(found):.3f}.",
            "", *act_table(found), "", "### How true the probabilities are", "",
            *calibration(found), "", "### Learning curve", "", *curve(writings),
        ]  # fmt: skip
        if options.sealed:
            report += sealed_table(language, model, found)
    (HERE / "results.md").write_text("\n".join(report) + "\n", encoding="utf-8")


INTRODUCTION = (
    "Written by `python models/tagger/train.py`. Every figure is across writers: the model never saw",
    "the writing, nor its writer, that it is measured on.",
    "",
    "AP is the average precision, the mean over the writings. `least` is the lowest probability from",
    f"which at least {PRECISION:.0%} of what the tagger says is right (on {HITS} hits or more); where it says",
    "*none*, the tagger must not decide alone. *Taken in by* counts the lines that only look like the",
    "act and yet get it, from `least` (or .5) on. In the writings a third of the lines are there to",
    "mislead; in a call fewer are.",
)

if __name__ == "__main__":
    main()
