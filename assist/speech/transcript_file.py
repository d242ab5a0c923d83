"""A written transcript in place of a recogniser: WebVTT, or words as JSON or JSON lines."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import msgspec
from msgspec.structs import replace

from assist.errors import ProtocolError
from assist.events import CHANNELS, Channel, TranscriptFinal, TranscriptPartial, Word

JOIN = 700
"""Milliseconds: words of one channel with a shorter gap are one utterance (the labelled calls)."""
SETTLE = 500
"""An utterance is final so long after its last word was heard (the labelled calls)."""

_TIMES = re.compile(r"(?:(\d+):)?(\d\d):(\d\d)[.,](\d{3})")
_VOICE = re.compile(r"<v(?:\.[^ >]*)? +([^>]*)>")
_TAG = re.compile(r"<[^>]*>")


class HeardWord(msgspec.Struct, frozen=True, kw_only=True):
    """A word of the labelled-call format."""

    channel: Channel
    text: str
    start: int
    end: int
    at: int | None = None
    """When the recogniser had made it stable; its end where nothing is said."""
    probability: float = 1.0


class WordList(msgspec.Struct, frozen=True):
    """A JSON file that is an object: one line of a bundle of labelled calls, for instance."""

    words: tuple[HeardWord, ...]


class WrittenWords:
    """Say the words of a transcript when their time has come.

    Args:
        words: of both channels, in any order.
    """

    def __init__(self, words: Sequence[HeardWord]) -> None:
        self._events = sorted(
            (event for channel in CHANNELS for event in _events(channel, words)),
            key=lambda event: event.at,
        )
        self._next = 0

    def due(self, now: int) -> Iterator[TranscriptPartial | TranscriptFinal]:
        """Yield what is heard until now; of several partials of one utterance only the newest."""
        start = self._next
        while self._next < len(self._events) and self._events[self._next].at <= now:
            self._next += 1
        ready = self._events[start : self._next]
        newest = {event.utterance: event for event in ready}
        for event in ready:
            if newest[event.utterance] is event:
                yield replace(event, at=now)

    def rest(self, now: int) -> Iterator[TranscriptFinal]:
        """Yield the finals still to come when the call ends now; later words are dropped."""
        started = {event.utterance for event in self._events[: self._next]}
        for event in self._events[self._next :]:
            words = tuple(word for word in event.words if word.end <= now)
            if isinstance(event, TranscriptFinal) and event.utterance in started and words:
                yield replace(event, at=now, words=words)


def read(path: Path) -> WrittenWords:
    """Read a transcript.

    Raises:
        ProtocolError: there is no such file, or it follows none of the formats.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ProtocolError(f"{path}: the transcript cannot be read.") from error
    if path.suffix == ".vtt":
        return WrittenWords(tuple(_vtt(text, path)))
    if path.suffix in (".json", ".jsonl"):
        return WrittenWords(_json(text, path))
    raise ProtocolError(f"{path}: a transcript is a .vtt, .json or .jsonl file.")


def _json(text: str, path: Path) -> tuple[HeardWord, ...]:
    if path.suffix == ".jsonl":
        lines = [line for line in text.splitlines() if line.strip()]
        return tuple(_line(line, path, number) for number, line in enumerate(lines, 1))
    try:
        found = msgspec.json.decode(text, type=WordList | tuple[HeardWord, ...])
    except msgspec.DecodeError as error:
        raise ProtocolError(f"{path}: these are no words of a transcript: {error}.") from error
    return found.words if isinstance(found, WordList) else found


def _line(line: str, path: Path, number: int) -> HeardWord:
    try:
        return msgspec.json.decode(line, type=HeardWord)
    except msgspec.DecodeError as error:
        raise ProtocolError(f"{path}, line {number}: this is no word: {error}.") from error


def _vtt(text: str, path: Path) -> Iterator[HeardWord]:
    if not text.startswith("WEBVTT"):
        raise ProtocolError(f"{path}: a WebVTT file begins with WEBVTT.")
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n")):
        head, arrow, rest = block.partition("-->")
        if not arrow:
            continue
        times, _, content = rest.partition("\n")
        start, end = _time(head, path), _time(times, path)
        yield from _cue(content, start, end, path)


def _cue(content: str, start: int, end: int, path: Path) -> Iterator[HeardWord]:
    """Spread the words of one cue over its time, each by its length."""
    found = _VOICE.search(content)
    voice = found[1].strip().lower() if found else ""
    channel = next((side for side in CHANNELS if side == voice), None)
    if channel is None:
        raise ProtocolError(f"{path}: the cue at {start} ms needs <v Agent> or <v Customer>.")
    words = _TAG.sub("", content).split()
    total = sum(len(word) + 1 for word in words)
    done = 0
    for word in words:
        begin = start + (end - start) * done // total
        done += len(word) + 1
        until = start + (end - start) * done // total
        yield HeardWord(channel=channel, text=word, start=begin, end=until)


def _time(text: str, path: Path) -> int:
    found = _TIMES.search(text)
    if not found:
        raise ProtocolError(f"{path}: {text.strip()!r} is no time of WebVTT.")
    hours, minutes, seconds, ms = (int(group or 0) for group in found.groups())
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms


def _events(
    channel: Channel, words: Sequence[HeardWord]
) -> Iterator[TranscriptPartial | TranscriptFinal]:
    own = sorted((word for word in words if word.channel == channel), key=lambda word: word.start)
    for number, utterance in enumerate(_utterances(own), 1):
        yield from _utterance(f"{channel[0]}{number}", channel, utterance)


def _utterances(words: Sequence[HeardWord]) -> Iterator[list[HeardWord]]:
    current: list[HeardWord] = []
    for word in words:
        if current and word.start - current[-1].end >= JOIN:
            yield current
            current = []
        current.append(word)
    if current:
        yield current


def _utterance(
    name: str, channel: Channel, words: Sequence[HeardWord]
) -> Iterator[TranscriptPartial | TranscriptFinal]:
    """Yield an utterance as it grows, and its final."""
    known: tuple[Word, ...] = ()
    revision = at = 0
    for at, together in groupby(sorted(words, key=_at), key=_at):
        known = tuple(sorted((*known, *map(_word, together)), key=lambda word: word.start))
        revision += 1
        yield TranscriptPartial(
            at=at, utterance=name, channel=channel, revision=revision, words=known
        )
    yield TranscriptFinal(
        at=at + SETTLE, utterance=name, channel=channel, revision=revision + 1, words=known
    )


def _at(word: HeardWord) -> int:
    return word.end if word.at is None else word.at


def _word(word: HeardWord) -> Word:
    return Word(text=word.text, start=word.start, end=word.end, probability=word.probability)
