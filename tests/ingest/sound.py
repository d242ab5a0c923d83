"""Calls without a model: scripted voices and words, and a clock that tests move."""

from collections.abc import Sequence

from assist.call import Call
from assist.core.engine import Engine
from assist.cues import TABLE
from assist.events import CHANNELS, Event
from assist.ingest.items import Audio, Start
from assist.settings import load_playbook
from assist.speech.pool import SpeechPool
from assist.speech.scripted import ScriptedVad, coded, say, spans


class Clock:
    """The machine's time in milliseconds, as tests want it."""

    def __init__(self) -> None:
        self.now = 1_000

    def __call__(self) -> int:
        return self.now


class Kept:
    """Keeps what a call publishes."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def __call__(self, events: Sequence[Event]) -> None:
        self.events.extend(events)

    @property
    def kinds(self) -> list[str]:
        return [type(event).__name__ for event in self.events]


WORDS = say("we can do that", start=1000)
"""What the agent says."""


def compose(start: Start, *, pool: SpeechPool | None = None) -> Call:
    """Put a call together in which the agent says `WORDS`."""
    language = start.language or "en"
    engine = Engine(call_id=start.call_id, playbook=load_playbook(language), table=TABLE)
    return Call(
        start.call_id,
        engine,
        vad=ScriptedVad(spans(WORDS), ()),
        pool=pool,
        channels=start.channels,
        language=language,
        source=start.source,
        agent=start.agent,
    )


def pieces(start: int, end: int, *, ms: int = 100) -> list[Audio]:
    """Return the sound of both channels from one time of the call to another, in turn."""
    return [
        Audio(channel, coded(at, at + ms)) for at in range(start, end, ms) for channel in CHANNELS
    ]
