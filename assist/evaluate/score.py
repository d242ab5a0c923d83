"""Match detections with labels: the rules of docs/cues.md, which are binding.

A detection is a `cue.detected`; the policy plays no part in precision and recall.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil

from assist.core.detector import Table
from assist.core.policy import GROUPS
from assist.evaluate.calls import Label, LabelledCall
from assist.evaluate.interval import Interval, interval
from assist.events import CueDetected, Event, NudgeShown

EARLY = 1000
"""A detection may lie so long before its reference, in milliseconds."""
SILENT_AFTER = 3000
"""A `silent` label holds so long after its end, in milliseconds."""
WAITS = frozenset({"refusal_spoken", "early_no"} | set(GROUPS["conflict"]) - {"argue_loop"})
"""Cues that wait for self-correction: a self-corrected `fires` label counts neither way."""
AUDITED = frozenset(
    {*GROUPS["no_chain"], *GROUPS["conflict"], "overpromise", "calm_down_said", "agent_rude"}
)
"""Cues that an `audit` call must never show."""


@dataclass(slots=True)
class CueScore:
    """Counts of one cue over all calls."""

    fires: int = 0
    hits: int = 0
    detections: int = 0
    false_alarms: int = 0
    unlabelled: int = 0
    silent: int = 0
    silent_violations: int = 0
    latencies: list[int] = field(default_factory=list)
    notes: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    """By the notes of the labels that fire: whether each was met."""
    calls: list[tuple[int, ...]] = field(default_factory=list)
    """Of each call: labels that were met, labels that fire, false alarms."""

    @property
    def precision(self) -> float | None:
        """Return matched / (matched + false alarms); none when nothing counts."""
        counted = self.hits + self.false_alarms
        return self.hits / counted if counted else None

    @property
    def recall(self) -> float | None:
        """Return matched / labels that fire; none without such labels."""
        return self.hits / self.fires if self.fires else None

    @property
    def precision_interval(self) -> Interval:
        """Return where precision lies, by bootstrap over the calls."""
        return interval([(met, met + alarms) for met, _, alarms in self.calls])

    @property
    def recall_interval(self) -> Interval:
        """Return where recall lies, by bootstrap over the calls."""
        return interval([(met, fires) for met, fires, _ in self.calls])

    @property
    def f1(self) -> float | None:
        """Return the harmonic mean of precision and recall."""
        p, r = self.precision, self.recall
        if p is None or r is None:
            return None
        return 2 * p * r / (p + r) if p + r else 0.0


@dataclass(slots=True)
class Score:
    """The figures over a set of calls."""

    calls: int = 0
    milliseconds: int = 0
    cues: dict[str, CueScore] = field(default_factory=lambda: defaultdict(CueScore))
    nudges: int = 0
    matches: list[tuple[Label, CueDetected]] = field(default_factory=list)
    misses: list[tuple[str, Label]] = field(default_factory=list)
    alarms: list[tuple[str, CueDetected]] = field(default_factory=list)

    @property
    def hours(self) -> float:
        """Return the length of all calls in hours."""
        return self.milliseconds / 3_600_000

    def add(self, call: LabelledCall, events: Iterable[Event], table: Table) -> None:
        """Score one call."""
        found: dict[str, list[CueDetected]] = defaultdict(list)
        for event in events:
            if isinstance(event, CueDetected):
                found[event.cue].append(event)
            elif isinstance(event, NudgeShown):
                self.nudges += 1
        self.calls += 1
        self.milliseconds += call.call.duration
        labels: dict[str, list[Label]] = defaultdict(list)
        for label in call.labels:
            labels[label.cue].append(label)
        tolerance = {spec.id: spec.tolerance_ms for spec in table}
        for cue in sorted({*tolerance, *found, *labels}):
            self._cue(call, cue, found[cue], labels[cue], tolerance.get(cue, 0))

    def _cue(
        self,
        call: LabelledCall,
        cue: str,
        found: Sequence[CueDetected],
        labels: Sequence[Label],
        tolerance: int,
    ) -> None:
        score = self.cues[cue]
        before = score.hits, score.fires, score.false_alarms
        score.detections += len(found)
        free = sorted(found, key=lambda event: event.at)
        fires = sorted((x for x in labels if x.expect == "fires"), key=lambda x: x.reference)
        for label in fires:
            match = _match(label, free, tolerance)
            if match is not None:
                free.remove(match)
            if cue in WAITS and label.self_corrected:
                continue
            score.fires += 1
            score.notes[label.note].append(match is not None)
            if match is None:
                self.misses.append((call.call.id, label))
            else:
                score.hits += 1
                self.matches.append((label, match))
                score.latencies.append(match.at - label.reference)
        silent = [x for x in labels if x.expect == "silent"]
        score.silent += len(silent)
        score.silent_violations += sum(any(_inside(x, event) for event in free) for x in silent)
        for event in free:
            audited = call.call.audit and cue in AUDITED
            if call.call.complete or audited or any(_inside(x, event) for x in silent):
                score.false_alarms += 1
                self.alarms.append((call.call.id, event))
            else:
                score.unlabelled += 1
        after = score.hits, score.fires, score.false_alarms
        score.calls.append(tuple(now - then for now, then in zip(after, before, strict=True)))

    def as_dict(self) -> dict[str, object]:
        """Return the figures in the shape that `assist evaluate --json` prints."""
        return {
            "calls": self.calls,
            "hours": round(self.hours, 4),
            "cues": {cue: self._figures(s) for cue, s in sorted(self.cues.items())},
            "nudges": {
                "shown": self.nudges,
                "per_minute": _round(self.nudges / (self.hours * 60) if self.hours else 0.0),
            },
        }

    def _figures(self, score: CueScore) -> dict[str, object]:
        return {
            "fires": score.fires,
            "precision": _round(score.precision),
            "precision_interval": _bounds(score.precision_interval),
            "recall": _round(score.recall),
            "recall_interval": _bounds(score.recall_interval),
            "f1": _round(score.f1),
            "notes": _notes(score.notes),
            "latency_ms": {
                "p50": percentile(score.latencies, 50),
                "p95": percentile(score.latencies, 95),
            },
            "false_alarms": score.false_alarms,
            "false_alarms_per_hour": _round(score.false_alarms / self.hours if self.hours else 0.0),
            "silent": score.silent,
            "silent_violations": score.silent_violations,
            "unlabelled": score.unlabelled,
        }


def percentile(values: Sequence[int], percent: int) -> int | None:
    """Return the nearest-rank percentile, none of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[max(0, ceil(percent / 100 * len(ordered)) - 1)]


def _match(label: Label, free: Sequence[CueDetected], tolerance: int) -> CueDetected | None:
    early, late = label.reference - EARLY, label.reference + tolerance
    return next((event for event in free if early <= event.at <= late), None)


def _inside(label: Label, event: CueDetected) -> bool:
    return label.start <= event.at <= label.end + SILENT_AFTER


def _notes(notes: Mapping[str, Sequence[bool]]) -> dict[str, object]:
    """Tell the labels of each note, and those without one, apart; nothing if none has a note."""
    return {
        note: {"fires": len(met), "recall": _round(sum(met) / len(met))}
        for note, met in sorted(notes.items())
        if any(notes)
    }


def _bounds(bounds: Interval) -> list[float] | None:
    return None if bounds is None else [round(bound, 4) for bound in bounds]


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
