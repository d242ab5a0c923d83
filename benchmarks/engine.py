"""Feed an hour of dense talk through the engine and print the processor time it took.

    python benchmarks/engine.py

Both sides talk in turns of about ten seconds that overlap now and then, 2.7 words a second, a
partial for every word, a tick every 500 ms: more events than a real call has.
"""

import sys
from collections.abc import Iterator
from time import process_time

from assist.core.engine import Engine
from assist.cues import TABLE
from assist.events import (
    CallEnded,
    CallStarted,
    Channel,
    Event,
    SpeechEnded,
    SpeechStarted,
    Tick,
    TranscriptFinal,
    TranscriptPartial,
    Word,
)
from assist.settings import load_playbook

HOUR = 3_600_000
WORD = 370
"""Milliseconds of a word: 2.7 words a second."""
LAG = 800
"""Milliseconds from the end of a word to its arrival."""
SAID = (
    "well the thing is that my router has been broken for weeks and nobody ever called me back "
    "so I want to know what you can do about it. By the way my sister has a dog that runs in "
    "the garden. I'm sorry to hear that, let me check your account for a moment. We can send a "
    "new one tomorrow, but I can't do that without the number of your contract. Does that help? "
    "Thank you, that works."
)
TEXT = SAID.split()


def hour() -> list[Event]:
    """Return the events of an hour, ordered by `at`."""
    events: list[Event] = [Tick(at=at) for at in range(500, HOUR, 500)]
    start, channel, turn = 500, "agent", 0
    while start < HOUR - 20_000:
        count = 15 + 5 * (turn % 4)
        end = start + count * WORD
        events += _turn("agent" if channel == "agent" else "customer", turn, start, count)
        channel = "customer" if channel == "agent" else "agent"
        start = end - 700 if turn % 3 == 0 else end + 300
        turn += 1
    events.sort(key=lambda event: event.at)
    return [CallStarted(at=0, language="en"), *events, CallEnded(at=HOUR)]


def _turn(channel: Channel, turn: int, start: int, count: int) -> Iterator[Event]:
    end = start + count * WORD
    yield SpeechStarted(at=start + 96, channel=channel, start=start)
    yield SpeechEnded(at=end + 192, channel=channel, start=start, end=end)
    words: list[Word] = []
    for i in range(count):
        first = start + i * WORD
        text = TEXT[(turn * 17 + i) % len(TEXT)]
        words.append(Word(text=text, start=first, end=first + WORD - 20))
        yield TranscriptPartial(
            at=first + WORD + LAG,
            utterance=f"{channel[0]}{turn}",
            channel=channel,
            revision=i + 1,
            words=tuple(words),
        )
    yield TranscriptFinal(
        at=end + LAG + 500,
        utterance=f"{channel[0]}{turn}",
        channel=channel,
        revision=count + 1,
        words=tuple(words),
    )


def main(language: str = "en") -> None:
    """Print seconds, events in and out, and events a second."""
    playbook, events = load_playbook(language), hour()
    engine = Engine(call_id="benchmark", playbook=playbook, table=TABLE)
    began = process_time()
    told = sum(1 for event in events for _ in engine.feed(event))
    seconds = process_time() - began
    print(f"{seconds:.2f} s for an hour; {len(events)} events in, {told} out")
    print(f"{len(events) / seconds:,.0f} events/s")


if __name__ == "__main__":
    main(*sys.argv[1:2])
