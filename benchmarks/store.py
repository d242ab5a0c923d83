"""How fast the store finds and opens what it keeps, and how long a commit takes.

    python -m benchmarks.store                                  # SQLite, 200,000 utterances
    python -m benchmarks.store --url postgresql://USER@HOST/NAME

The words are made up; how often each is said follows Zipf's law, as in any language. The hour is
one call with ticks, partial and final utterances as they come from a recogniser. Commits are those
of filling the store, 500 events each, and those of ten live calls: one event of each.
"""

import argparse
import asyncio
import itertools
import random
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from statistics import quantiles
from typing import Any

from assist.events import CallStarted, Event, Tick, TranscriptFinal, TranscriptPartial, Word
from assist.store.batches import batch
from assist.store.opening import open_store
from assist.store.store import Store
from benchmarks.record import plainly, rounded, write

UTTERANCES, CALL = 200_000, 500
VOCABULARY, WORDS = 20_000, 12
RUNS = 60
ONCE = 500
HOUR = 700
"""Utterances of an hour."""
SYLLABLES = [a + b for a in "bdfklmnprstvz" for b in "aeio"]


def vocabulary() -> list[str]:
    """Return words of three syllables, each another one."""
    made = itertools.product(SYLLABLES, repeat=3)
    return ["".join(parts) for parts in itertools.islice(made, VOCABULARY)]


class Speaker:
    """Says made-up words, the commonest most often."""

    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)
        self._words = vocabulary()
        shares = [1 / rank for rank in range(1, len(self._words) + 1)]
        self._shares = list(itertools.accumulate(shares))

    def say(self, start: int) -> tuple[Word, ...]:
        """Return one utterance."""
        said = self._random.choices(self._words, cum_weights=self._shares, k=WORDS)
        return tuple(
            Word(text=word, start=start + 300 * i, end=start + 300 * (i + 1))
            for i, word in enumerate(said)
        )

    def word(self, first: int, last: int) -> str:
        """Return a word of these ranks."""
        return self._words[self._random.randrange(first, last)]


def call(name: str, utterances: int, speaker: Speaker, *, whole: bool = False) -> Iterator[Event]:
    """Yield a call: finals alone, or all that comes between them, too."""
    numbers = itertools.count(1)
    yield CallStarted(seq=next(numbers), call_id=name, at=0, language="en")
    for utterance in range(utterances):
        at = utterance * 5_000
        words = speaker.say(at)
        key = {"utterance": f"u{utterance}", "channel": ("agent", "customer")[utterance % 2]}
        for tick in range(10 if whole else 0):
            yield Tick(seq=next(numbers), call_id=name, at=at + 500 * tick)
        for part in range(3 if whole else 0):
            yield _heard(TranscriptPartial, next(numbers), name, at, key, words[: 4 * part], part)
        yield _heard(TranscriptFinal, next(numbers), name, at, key, words, 4)


def _heard(
    kind: Any,
    seq: int,
    name: str,
    at: int,
    key: dict[str, str],
    words: Sequence[Word],
    revision: int,
) -> Event:
    made: Event = kind(seq=seq, call_id=name, at=at, words=tuple(words), revision=revision, **key)
    return made


async def timed(work: Callable[[], Awaitable[object]], runs: int) -> list[float]:
    """Return how long each run took, in milliseconds."""
    took = []
    for _ in range(runs):
        began = time.perf_counter()
        await work()
        took.append((time.perf_counter() - began) * 1000)
    return took


def spread(took: Sequence[float]) -> dict[str, float | None]:
    """Return median, 95th percentile and the slowest."""
    cuts = quantiles(took, n=100, method="inclusive")
    return {"p50": rounded(cuts[49], 1), "p95": rounded(cuts[94], 1), "max": rounded(max(took), 1)}


async def fill(store: Store, speaker: Speaker, utterances: int) -> list[float]:
    """Store calls; return how long each commit took."""
    took: list[float] = []
    for number in range(utterances // CALL):
        name = f"call-{number}"
        taken = await store.attach(name, "benchmark")
        events = list(call(name, CALL, speaker))
        for first in range(0, len(events), ONCE):
            group = [batch(name, taken.epoch, events[first : first + ONCE], {})]
            took += await timed(lambda group=group: store.append(group), 1)  # type: ignore[misc]  # bound
    return took


async def live(store: Store, runs: int) -> list[float]:
    """Return how long the commits of ten live calls take."""
    names = [f"live-{number}" for number in range(10)]
    epochs = {name: (await store.attach(name, "benchmark")).epoch for name in names}
    numbers = itertools.count(1)

    async def commit() -> None:
        seq = next(numbers)
        group = [
            batch(name, epochs[name], [Tick(seq=seq, call_id=name, at=seq * 100)], {})
            for name in names
        ]
        await store.append(group)

    return await timed(commit, runs)


async def searches(store: Store, speaker: Speaker, runs: int) -> dict[str, dict[str, float | None]]:
    """Return how long each kind of query takes."""
    kinds: dict[str, Callable[[], str]] = {
        "commonest word": lambda: speaker.word(0, 10),
        "common word": lambda: speaker.word(10, 200),
        "rare word": lambda: speaker.word(2_000, VOCABULARY),
        "two common words": lambda: f"{speaker.word(0, 50)} {speaker.word(0, 50)}",
        "common and rare": lambda: f"{speaker.word(0, 50)} {speaker.word(2_000, VOCABULARY)}",
        "beginning of a word": lambda: f"{speaker.word(0, VOCABULARY)[:4]}*",
        "absent word": lambda: "xyz",
    }
    every: list[float] = []
    found = {}
    for name, query in kinds.items():
        took = await timed(lambda query=query: store.search(query()), runs)  # type: ignore[misc]  # bound
        every += took
        found[name] = spread(took)
    return {**found, "all": spread(every)}


async def measure(url: str, data: Path, utterances: int, *, runs: int = RUNS) -> dict[str, Any]:
    """Fill a store and measure it."""
    store = await open_store(url, data, upgrading=True)
    try:
        speaker = Speaker()
        filling = await fill(store, speaker, utterances)
        taken = await store.attach("hour", "benchmark")
        hour = list(call("hour", HOUR, speaker, whole=True))
        await store.append([batch("hour", taken.epoch, hour, {})])
        await (
            store.scrub()
        )  # PostgreSQL knows then which words are common, as it does after a while
        figures = {
            "kind": "store",
            "database": "PostgreSQL" if url else "SQLite",
            "utterances": utterances,
            "calls": utterances // CALL,
            "events_of_the_hour": len(hour),
            "search_ms": await searches(store, speaker, runs),
            "list_ms": spread(await timed(store.calls, runs)),
            "open_hour_ms": spread(await timed(lambda: store.open("hour"), runs)),
            "read_hour_ms": spread(await timed(lambda: store.read("hour"), runs)),
            "commit_500_events_ms": spread(filling),
            "commit_ten_live_calls_ms": spread(await live(store, runs * 3)),
        }
        erasing = await timed(lambda: store.scrub(), 3)
        return {**figures, "scrub_ms": spread(erasing)}
    finally:
        await store.close()


def main() -> None:
    """Measure, and write it down."""
    parser = argparse.ArgumentParser(description="How fast the store is.")
    parser.add_argument("--url", default="", help="a PostgreSQL database without calls")
    parser.add_argument("--utterances", type=int, default=UTTERANCES)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as data:
        figures = asyncio.run(measure(chosen.url, Path(data), chosen.utterances))
    write("store-postgresql" if chosen.url else "store", figures)
    for name, value in figures.items():
        print(f"{name}: {value}")


if __name__ == "__main__":
    plainly(main)
