"""A process that stores calls until it is killed: `python -m tests.store.crashing DATA`.

It prints a line for every commit that it was told of: the call and the number up to which all of
it is stored.
"""

import asyncio
import sys
from pathlib import Path
from typing import Any

from assist.events import CallStarted, Event, Tick, TranscriptFinal, Word
from assist.store.batches import Committed
from assist.store.opening import open_store
from assist.store.writer import Pace, Writer

CALLS = ("a", "b", "c")


def tell(committed: Committed) -> None:
    sys.stdout.write(f"{committed.call_id} {committed.seq}\n")
    sys.stdout.flush()


async def run(data: Path) -> None:
    store = await open_store("", data, serving=True)
    writer = Writer(store, committed=tell, pace=Pace(commit_ms=5))
    writer.start()
    last = {}
    for call in CALLS:
        attached = await writer.attach(call, "node-1")
        last[call] = attached.events[-1].seq if attached.events else 0
    while True:
        for call in CALLS:
            writer.put(call, events(call, last[call] + 1))
            last[call] += 5
        await asyncio.sleep(0.002)


def events(call: str, first: int) -> list[Event]:
    """Return five events, the call's beginning or some words among them."""
    facts: dict[str, Any] = {"seq": first, "call_id": call, "at": first * 100}
    words = (Word(text=call, start=0, end=9), Word(text=str(first), start=9, end=99))
    said = TranscriptFinal(**facts, utterance=f"u{first}", channel="agent", revision=1, words=words)
    begun = CallStarted(**facts, language="en")
    ticks = [Tick(seq=seq, call_id=call, at=seq * 100) for seq in range(first + 1, first + 5)]
    return [begun if first == 1 else said, *ticks]


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1])))
