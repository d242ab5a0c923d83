"""What people said of a stored call → a labelled call, for `assist evaluate`; pure.

A reviewer's verdict on a cue goes before what the agent answered to its nudge. "Not now" is about
the moment, and teaches nothing of the cue. Words come when the recogniser had made them stable in
the call itself: cues that hang on the moment are noticed again.
"""

from collections.abc import Iterable, Iterator, Sequence

import msgspec
from msgspec.structs import replace

from assist.evaluate.calls import Label, LabelledCall
from assist.evaluate.export import to_labels
from assist.evaluate.review import CueLine, Review
from assist.events import CallStarted, CallUpdated, Event

AGENT = "agent"
"""The note of a label that the agent gave during the call."""
DELAY = 3000
"""Milliseconds that hearing may take; a cue that came later after its evidence had waited for it to
fall due, and that is then its moment."""


def learned(told: Review, events: Sequence[Event]) -> LabelledCall | None:
    """Return a call with what was said of it as labels; nothing where there is no label or word.

    Args:
        told: the call as a reviewer reads it.
        events: its log.
    """
    if told.words != "kept" or not told.lines:
        return None
    call = msgspec.json.decode(to_labels(told, events), type=LabelledCall)
    labels = sorted(_labels(told), key=lambda one: (one.start, one.cue))
    if not labels:
        return None
    facts = replace(call.call, issue=_issue(events))
    return replace(call, call=facts, labels=tuple(labels))


def _issue(events: Iterable[Event]) -> tuple[str, ...]:
    """Return the words of the ticket, as they were told last."""
    issue: tuple[str, ...] = ()
    for event in events:
        if isinstance(event, CallStarted | CallUpdated) and event.issue:
            issue = tuple(event.issue)
    return issue


def _labels(told: Review) -> Iterator[Label]:
    """Yield the labels of cues that reviewers agree about, or that the agent alone judged."""
    answers = {nudge.cue_id: nudge.verdict for nudge in told.nudges}
    for cue in told.cues:
        said = {one.verdict for one in cue.verdicts}
        fires = {one != "wrong" for one in said}
        if len(fires) == 1:
            yield _label(cue, fires=fires.pop(), note="late" if "late" in said else "")
        elif not fires and (answer := answers.get(cue.id)) in ("helpful", "wrong"):
            yield _label(cue, fires=answer == "helpful", note=AGENT)


def _label(cue: CueLine, *, fires: bool, note: str) -> Label:
    """Label a cue where it was noticed; what came late was due when its evidence was complete."""
    due = cue.at if cue.at - cue.end > DELAY and note != "late" else cue.end
    return Label(
        cue=cue.cue,
        expect="fires" if fires else "silent",
        channel=cue.channel,
        start=cue.start,
        end=max(cue.end, due),
        reference=due,
        note=note,
    )
