"""Calls in a few lines, for tests of the store."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from assist.core.engine import Engine
from assist.cues import TABLE
from assist.evaluate.calls import LabelledCall
from assist.evaluate.run import inputs
from assist.events import (
    CallEnded,
    CallStarted,
    Channel,
    Event,
    NudgeFeedback,
    NudgeShown,
    Tick,
    TranscriptFinal,
    Word,
)
from assist.settings import load_playbook
from assist.store.batches import Attached, Committed, Fenced, batch
from assist.store.commands import Actor
from assist.store.store import Store
from tests.script import script

ADMIN = Actor("u-admin", "admin")
REVIEWER = Actor("u-reviewer", "reviewer")


def final(seq: int, text: str, *, call: str = "c1", channel: Channel = "customer") -> Event:
    """Return an utterance that is said at a second a number."""
    start = seq * 1000
    words = tuple(
        Word(text=word, start=start + 100 * i, end=start + 100 * i + 90)
        for i, word in enumerate(text.split())
    )
    return TranscriptFinal(
        seq=seq, call_id=call, at=start, utterance=f"u{seq}", channel=channel, revision=1,
        words=words,
    )  # fmt: skip


def started(call: str = "c1", *, agent: str = "", language: str = "en") -> Event:
    return CallStarted(seq=1, call_id=call, at=0, language=language, agent=agent)


def ended(seq: int, call: str = "c1") -> Event:
    return CallEnded(seq=seq, call_id=call, at=seq * 1000)


def ticks(first: int, last: int, call: str = "c1") -> list[Event]:
    return [Tick(seq=seq, call_id=call, at=seq * 500) for seq in range(first, last + 1)]


def upset(call: str = "c1", *, feedback: bool = True) -> list[Event]:
    """Return all events of a call in which cues are noticed and nudges shown."""
    engine = Engine(call_id=call, playbook=load_playbook("en"), table=TABLE)
    events: list[Event] = []
    for one in inputs(_labelled()):
        made = list(engine.feed(one))
        events += made
        shown = next((event for event in made if isinstance(event, NudgeShown)), None)
        if feedback and shown:
            events += engine.feed(NudgeFeedback(at=shown.at, id=shown.id, verdict="helpful"))
            feedback = False
    return events


def _labelled() -> LabelledCall:
    return script(
        customer=[
            (0, 9000, "my router has been broken for three weeks and nobody ever calls me back"),
            (9500, 16000, "this is the third time I call and I am really fed up with you people"),
        ],
        agent=[(16500, 22000, "no we cannot do that you have to calm down please")],
    )


async def put(
    store: Store, events: Sequence[Event], *, attached: Attached | None = None, at: int = 0
) -> Committed | Fenced:
    """Store events of one call in one batch."""
    call = events[0].call_id
    taken = attached or await store.attach(call, "node-1")
    positions: dict[Channel, int] = {"agent": at, "customer": at} if at else {}
    (answer,) = await store.append([batch(call, taken.epoch, events, positions)])
    return answer


def names(directory: Path) -> set[str]:
    """Return what a directory holds."""
    return {file.name for file in directory.iterdir()}


def written(file: Path, content: bytes) -> Path:
    """Write a file, its directory included."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return file


def numbers(events: Iterable[Event]) -> list[int]:
    return [event.seq for event in events]
