"""Train the clause taggers and measure them.

python train.py           # en.npz, de.npz and results.md beside this file; about a minute
python train.py --sealed  # also opens the sealed writings: only for a release, see README.md
"""

import argparse
import sys
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))

from tagger import BUCKETS, Tagger, bucket, features
from text import ACTS, LANGUAGES, WRITINGS, Line, read

C = 30.0
"""Inverse strength of the regularisation; rows have length 1, so that it is large. Chosen among 3, 10,
30 and 100 by the mean average precision across the writings."""
REFUSALS = ("refusal_explicit", "refusal_implicit")


def matrix(lines: list[Line]) -> csr_matrix:
    """One row of length 1 a clause."""
    values, columns, ends = [], [], [0]
    for line in lines:
        found = [bucket(feature) for feature in features(line.text, line.channel)]
        columns += found
        values += [len(found) ** -0.5] * len(found)
        ends.append(len(columns))
    return csr_matrix((values, columns, ends), shape=(len(lines), BUCKETS))


def truth(lines: list[Line], act: str) -> np.ndarray:
    return np.array([act in line.acts for line in lines])


def fit(x: csr_matrix, lines: list[Line], c: float) -> tuple[np.ndarray, np.ndarray]:
    """Return weights [BUCKETS, acts] and bias [acts]."""
    weights, bias = np.zeros((BUCKETS, len(ACTS)), np.float32), np.zeros(len(ACTS), np.float32)
    for i, act in enumerate(ACTS):
        model = LogisticRegression(C=c, solver="liblinear", random_state=1)
        model.fit(x, truth(lines, act))
        weights[:, i], bias[i] = model.coef_[0], model.intercept_[0]
    return weights, bias


def platt(scores: np.ndarray, right: np.ndarray) -> tuple[float, float]:
    """Return slope and offset that make a score the logit of a true probability."""
    model = LogisticRegression(C=1e3).fit(scores[:, None], right)
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def across(writings: list[list[Line]], c: float) -> np.ndarray:
    """Return each line's scores by a model that never saw its writing."""
    found = []
    for held in range(len(writings)):
        others = [line for i, lines in enumerate(writings) if i != held for line in lines]
        weights, bias = fit(matrix(others), others, c)
        found.append(matrix(writings[held]) @ weights + bias)
    return np.concatenate(found)


def table(lines: list[Line], probabilities: np.ndarray) -> list[str]:
    """Return a Markdown table: how each act is found at a probability of one half and more."""
    rows = ["| act | lines | P | R | AP | fires on its hard negatives |", "|---|---|---|---|---|---|"]
    for i, act in enumerate(ACTS):
        right, said = truth(lines, act), probabilities[:, i] >= 0.5
        hits = int((right & said).sum())
        looks = np.array([act in line.looks_like for line in lines])
        precision = f"{hits / said.sum():.2f}" if said.sum() else "–"
        recall = f"{hits / right.sum():.2f}" if right.sum() else "–"
        ap = f"{average_precision_score(right, probabilities[:, i]):.2f}" if right.any() else "–"
        hard = f"{int((looks & said).sum())} of {int(looks.sum())}"
        rows.append(f"| {act} | {int(right.sum())} | {precision} | {recall} | {ap} | {hard} |")
    return rows


def calibration(lines: list[Line], probabilities: np.ndarray) -> list[str]:
    """Return how often what is said with a probability is true, over all acts."""
    right = np.stack([truth(lines, act) for act in ACTS], axis=1)
    rows = ["| said | clauses and acts | true |", "|---|---|---|"]
    for low in (0.02, 0.1, 0.3, 0.5, 0.7, 0.9):
        high = {0.02: 0.1, 0.1: 0.3, 0.3: 0.5, 0.5: 0.7, 0.7: 0.9, 0.9: 1.01}[low]
        inside = (probabilities >= low) & (probabilities < high)
        if inside.any():
            share = right[inside].mean()
            rows.append(f"| {low:.2f}–{min(high, 1):.2f} | {inside.sum()} | {share:.2f} |")
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sealed", action="store_true")
    parser.add_argument("-c", type=float, default=C)
    options = parser.parse_args()
    report = ["# The clause taggers", "", "Written by `python models/tagger/train.py`."]
    for language in LANGUAGES:
        writings = [read(language, name) for name in WRITINGS]
        lines = [line for writing in writings for line in writing]
        scores = across(writings, options.c)
        fits = [platt(scores[:, i], truth(lines, act)) for i, act in enumerate(ACTS)]
        slope, offset = np.array(fits, np.float32).T
        probabilities = 1 / (1 + np.exp(-(scores * slope + offset)))
        weights, bias = fit(matrix(lines), lines, options.c)
        tagger = Tagger(tuple(ACTS), weights.astype(np.float16), bias, slope, offset)
        np.savez_compressed(
            HERE / f"{language}.npz",
            acts=np.array(ACTS), weights=tagger.weights, bias=bias, slope=slope, offset=offset,
        )  # fmt: skip
        aps = [
            average_precision_score(truth(lines, act), probabilities[:, i])
            for i, act in enumerate(ACTS)
        ]
        print(language, len(lines), "mean AP", round(float(np.mean(aps)), 3), flush=True)
        report += ["", f"## {language}: each writing by the model of the other", ""]
        report += [f"{len(lines)} clauses; mean average precision {np.mean(aps):.3f}.", ""]
        report += [*table(lines, probabilities), "", *calibration(lines, probabilities)]
        if options.sealed:
            sealed = read(language, "sealed")
            logits = slope * (matrix(sealed) @ weights + bias) + offset
            report += ["", f"## {language}: the sealed writing", "", f"{len(sealed)} clauses.", ""]
            report += table(sealed, 1 / (1 + np.exp(-logits)))
    (HERE / "results.md").write_text("\n".join(report) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
